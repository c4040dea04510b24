// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/format_sniff.h"
#include "app/workers/extract/page_builder.h"
#include "app/workers/extract/reader.h"
#include "app/workers/extract/readers.h"

#include <array>
#include <exception>
#include <iterator>
#include <new>
#include <utility>

namespace app::extraction {

namespace {

constexpr std::size_t kLongestName = 500;
constexpr std::size_t kLongestExtension = 12;

std::string extensionOf(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || name.size() - dot - 1 > kLongestExtension)
        return {};
    std::string extension(name.substr(dot + 1));
    for (char &letter : extension)
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    return extension;
}

// Names come from the file; what is shown of them is one line.
std::string shownName(std::string_view name)
{
    std::string shown = cleanText(name.substr(0, kLongestName));
    for (char &letter : shown) {
        if (letter == '\n' || letter == '\t')
            letter = ' ';
    }
    return shown;
}

Extraction failed(State state, std::string reason, Format format = Format::Unknown)
{
    return {.format = format, .state = state, .reason = std::move(reason)};
}

// What was read of an attachment, or why it was not.
struct Attached {
    std::string name;
    Extraction result;
};

// Puts an attachment and all that is in it behind what is there.
void append(Extraction &whole, Attached attached)
{
    Document &into = whole.document;
    Document &from = attached.result.document;
    const auto pages = static_cast<std::uint32_t>(into.pages.size());
    const auto parts = static_cast<std::uint32_t>(into.parts.size());
    from.parts.front().name = attached.name;
    for (std::size_t i = 0; i < from.parts.size(); ++i) {
        Part &part = from.parts[i];
        part.parent = i == 0 ? 0 : part.parent + parts;
        part.firstPage += pages;
        if (i == 0 && part.state != State::Read && part.state != State::Partial)
            into.notices.push_back({.kind = NoticeKind::SkippedPart, .page = 0, .text = part.name});
        // Also what is attached to the attachment counts.
        if (i == 0 && attached.result.state != State::Read && whole.state == State::Read) {
            whole.state = State::Partial;
            whole.reason = "an attachment was not read, or not whole";
        }
    }
    for (Notice &notice : from.notices)
        notice.page = from.pages.empty() ? 0 : notice.page + pages;
    into.parts.insert(into.parts.end(), std::make_move_iterator(from.parts.begin()),
                      std::make_move_iterator(from.parts.end()));
    into.pages.insert(into.pages.end(), std::make_move_iterator(from.pages.begin()),
                      std::make_move_iterator(from.pages.end()));
    into.notices.insert(into.notices.end(), std::make_move_iterator(from.notices.begin()),
                        std::make_move_iterator(from.notices.end()));
}

Extraction readAs(Bytes file, const Context &context)
{
    const Sniffed sniffed = sniffFormat(file, context.extension);
    if (sniffed.state != State::Read)
        return failed(sniffed.state, sniffed.reason, sniffed.format);
    const Reader reader = readerFor(sniffed.format);
    if (reader == nullptr)
        return failed(State::Unsupported, "a format without a reader", sniffed.format);
    Extraction result;
    try {
        result = reader(file, context);
    } catch (const std::bad_alloc &) {
        result = failed(State::TooLarge, "reading it takes more memory than the limit");
    } catch (const std::exception &) {
        result = failed(State::Malformed, "its reader stopped at something unforeseen");
    }
    result.format = sniffed.format;
    result.document.title = shownName(result.document.title);
    result.document.author = shownName(result.document.author);
    return result;
}

Extraction readWithin(Bytes file, std::string_view name, const Context &outer)
{
    std::vector<Attached> attachments;
    Context context = outer;
    context.extension = extensionOf(name);
    context.attach = [&attachments, &outer](const Attachment &attachment) {
        if (!outer.budget->takeEntry())
            return;
        Context inner = outer;
        ++inner.depth;
        // One attachment must not shorten the bar of the whole.
        inner.progress = [](std::uint32_t, std::uint32_t) {};
        std::string shown = shownName(attachment.name);
        Extraction result = readFile(attachment.bytes, attachment.name, inner);
        attachments.push_back({.name = std::move(shown), .result = std::move(result)});
    };
    context.skip = [&attachments, &outer](std::string_view skipped, State state, std::string reason) {
        if (!outer.budget->takeEntry())
            return;
        Extraction result = failed(state, std::move(reason));
        result.document.parts.push_back({.state = state, .reason = result.reason});
        attachments.push_back({.name = shownName(skipped), .result = std::move(result)});
    };

    Extraction result =
        outer.depth > outer.limits.nesting     ? failed(State::TooLarge, "attachments are nested deeper than the limit")
        : file.size() > outer.limits.fileBytes ? failed(State::TooLarge, "the file has more bytes than the limit")
                                               : readAs(file, context);
    result.document.parts = {{.format = result.format,
                              .state = result.state,
                              .reason = result.reason,
                              .pageCount = static_cast<std::uint32_t>(result.document.pages.size())}};
    for (Attached &attached : attachments)
        append(result, std::move(attached));
    return result;
}

} // namespace

Extraction readFile(Bytes file, std::string_view name, const Context &context)
{
    Budget budget(context.limits);
    Extraction result;
    try {
        Context own = context;
        if (own.budget == nullptr)
            own.budget = &budget;
        return readWithin(file, name, own);
    } catch (const std::exception &) {
        result = failed(State::TooLarge, "reading it takes more memory than the limit");
    }
    result.document.parts = {{.state = result.state, .reason = result.reason}};
    return result;
}

} // namespace app::extraction
