// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers.h"

#include <utility>

namespace app::extraction {

Reader readerFor(Format format)
{
    constexpr std::pair<Format, Reader> kReaders[] = {
        {Format::Csv, readCsv},           {Format::Docx, readDocx}, {Format::Epub, readEpub},
        {Format::Html, readHtml},         {Format::Mail, readMail}, {Format::Mailbox, readMailbox},
        {Format::Markdown, readMarkdown}, {Format::Odp, readOdp},   {Format::Ods, readOds},
        {Format::Odt, readOdt},           {Format::Pdf, readPdf},   {Format::PlainText, readPlainText},
        {Format::Pptx, readPptx},         {Format::Rtf, readRtf},   {Format::SourceCode, readSourceCode},
        {Format::Xlsx, readXlsx},
    };
    for (const auto &[read, reader] : kReaders) {
        if (read == format)
            return reader;
    }
    return nullptr;
}

} // namespace app::extraction
