// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A message, or a mailbox of them with a page for each.
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/charset.h"
#include "app/workers/extract/readers/mail_message.h"
#include "app/workers/extract/readers/ooxml_package.h"

#include <algorithm>

namespace app::extraction {

namespace {

std::string_view view(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

bool isDigit(char letter)
{
    return letter >= '0' && letter <= '9';
}

// Apple Mail puts the length of the message in a line before it and a list of properties behind.
Bytes withoutEnvelope(Bytes file)
{
    const std::string_view text = view(file);
    const std::size_t end = text.substr(0, 32).find('\n');
    if (end == std::string_view::npos || end == 0 || !std::ranges::all_of(text.substr(0, end), [](char letter) {
            return isDigit(letter) || letter == ' ' || letter == '\r';
        }))
        return file;
    const int size = toInt(text, -1);
    const Bytes rest = file.subspan(end + 1);
    return size < 0 ? rest : rest.first(std::min(rest.size(), static_cast<std::size_t>(size)));
}

// "From somebody Sat Jan  3 01:05:34 1996": a time of day and a year tell it from a sentence.
bool isSeparator(std::string_view line)
{
    if (!line.starts_with("From "))
        return false;
    const std::size_t colon = line.find(':');
    return colon != std::string_view::npos && colon > 6 && colon + 1 < line.size() && isDigit(line[colon - 1]) &&
           isDigit(line[colon + 1]);
}

std::size_t lineEnd(std::string_view text, std::size_t at)
{
    return std::min(text.find('\n', at), text.size());
}

// Where the next message begins: its separator, at the beginning or after an empty line.
std::size_t nextSeparator(std::string_view text, std::size_t from)
{
    for (std::size_t at = text.find("\nFrom ", from); at != std::string_view::npos; at = text.find("\nFrom ", at + 1)) {
        const bool afterEmpty = at == 0 || text[at - 1] == '\n' || text.substr(0, at).ends_with("\n\r");
        if (afterEmpty && isSeparator(text.substr(at + 1, lineEnd(text, at + 1) - at - 1)))
            return at + 1;
    }
    return text.size();
}

// Lines that began with "From " were written with '>' before them, those that began with ">From " with one more.
std::string unquoted(std::string_view message)
{
    std::string plain;
    plain.reserve(message.size());
    for (std::size_t at = 0; at < message.size();) {
        const std::size_t end = std::min(lineEnd(message, at) + 1, message.size());
        std::string_view line = message.substr(at, end - at);
        const std::size_t quotes = std::min(line.find_first_not_of('>'), line.size());
        if (quotes > 0 && line.substr(quotes).starts_with("From "))
            line.remove_prefix(1);
        plain += line;
        at = end;
    }
    return plain;
}

} // namespace

Extraction readMail(Bytes file, const Context &context)
{
    const Bytes message = withoutEnvelope(file);
    if (looksBinary(message.first(std::min<std::size_t>(message.size(), 4096))))
        return notRead(Format::Mail, {State::Malformed, "the bytes are no message"});
    DocumentWriter writer(context, Format::Mail);
    writer.beginPage();
    MailSummary summary;
    auto fault = writeMessage(message, writer, summary);
    if (!fault && summary.encrypted)
        return notRead(Format::Mail, {State::Encrypted, "the message is encrypted to a key"});
    writer.document().title = summary.subject;
    writer.document().author = summary.from;
    if (!fault && !summary.isMessage)
        fault = Fault{State::Malformed, "the message has none of the headers that messages have"};
    return writer.finish(fault);
}

Extraction readMailbox(Bytes file, const Context &context)
{
    const std::string_view text = view(file);
    if (!isSeparator(text.substr(0, lineEnd(text, 0))))
        return notRead(Format::Mailbox, {State::Malformed, "the file does not begin as a mailbox does"});
    DocumentWriter writer(context, Format::Mailbox);
    for (std::size_t at = 0; at < text.size() && !writer.isFull();) {
        const std::size_t begin = std::min(lineEnd(text, at) + 1, text.size());
        const std::size_t end = nextSeparator(text, begin == 0 ? 0 : begin - 1);
        const std::string message = unquoted(text.substr(begin, end - begin));
        at = end;
        if (message.empty())
            continue;
        writer.beginPage();
        MailSummary summary;
        if (const auto fault = writeMessage(std::as_bytes(std::span(message)), writer, summary)) {
            writer.note(NoticeKind::UnreadablePage);
            writer.missed(*fault);
        } else if (summary.encrypted) {
            writer.note(NoticeKind::UnreadablePage, "the message is encrypted to a key");
            writer.missed({State::Encrypted, "a message is encrypted to a key"});
        }
    }
    return writer.finish();
}

} // namespace app::extraction
