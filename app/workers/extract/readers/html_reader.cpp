// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/charset.h"
#include "app/workers/extract/readers/document_writer.h"
#include "app/workers/extract/readers/html_flow.h"

namespace app::extraction {

Extraction readHtml(Bytes file, const Context &context)
{
    DocumentWriter writer(context, Format::Html);
    const Bytes part = readablePart(file, context);
    if (looksBinary(part))
        return notRead(Format::Html, {State::Malformed, "the bytes are no text"});
    const DecodedText decoded = decodeText(part, declaredCharset(part));
    if (decoded.guessed)
        writer.note(NoticeKind::GuessedEncoding, decoded.encoding);
    HtmlHead head;
    writer.beginPage();
    const auto fault = writeHtml(decoded.text, writer, &head);
    writer.document().title = head.title;
    writer.document().author = head.author;
    writer.document().language = head.language;
    return writer.finish(fault);
}

} // namespace app::extraction
