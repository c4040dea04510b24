// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plain text and source code.
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/charset.h"
#include "app/workers/extract/readers/document_writer.h"
#include "app/workers/extract/readers/inline_text.h"
#include "app/workers/extract/readers/plain_text.h"

#include <optional>

namespace app::extraction {

namespace {

// Null where the bytes are no text.
std::optional<DecodedText> decoded(Bytes file, const Context &context, DocumentWriter &writer)
{
    const Bytes part = readablePart(file, context);
    if (looksBinary(part))
        return std::nullopt;
    DecodedText text = decodeText(part);
    if (text.guessed)
        writer.note(NoticeKind::GuessedEncoding, text.encoding);
    return text;
}

} // namespace

Extraction readPlainText(Bytes file, const Context &context)
{
    DocumentWriter writer(context, Format::PlainText);
    const auto text = decoded(file, context, writer);
    if (!text)
        return notRead(Format::PlainText, {State::Malformed, "the bytes are no text"});
    writer.beginPage();
    writePlainText(text->text, writer);
    return writer.finish();
}

Extraction readSourceCode(Bytes file, const Context &context)
{
    constexpr std::size_t kLongest = 4000; // bytes of a block that may still end at any empty line
    DocumentWriter writer(context, Format::SourceCode);
    const auto text = decoded(file, context, writer);
    if (!text)
        return notRead(Format::SourceCode, {State::Malformed, "the bytes are no text"});
    writer.beginPage();
    std::string block;
    bool blankBefore = false;
    TextLines lines(text->text);
    std::string_view line;
    while (!writer.isFull() && lines.next(line)) {
        const bool blank = isBlankText(line);
        // What begins at the left edge after an empty line is something new, unless it closes what was open.
        const bool begins = !blank && line.front() != ' ' && line.front() != '\t' && line.front() != '}' &&
                            line.front() != ')' && line.front() != ']';
        if (blankBefore && !blank && (begins || block.size() > kLongest)) {
            writer.add(BlockKind::Code, block);
            block.clear();
        }
        block.append(line).append("\n");
        blankBefore = blank;
    }
    writer.add(BlockKind::Code, block);
    return writer.finish();
}

} // namespace app::extraction
