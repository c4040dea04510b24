// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/extraction/extraction_protocol.h"

namespace tests {

/// An answer that has everything: pages with and without a layout, an attachment, notices.
inline app::extraction::Extraction sampleExtraction()
{
    using namespace app::extraction;
    const auto box = [](float left, float top) {
        return Box{.left = left, .top = top, .right = left + 30, .bottom = top + 11};
    };
    Page first{.label = "iv",
               .width = 595,
               .height = 842,
               .source = TextSource::File,
               .text = "Ti\xC3\xA4tle\nOne two\nhead",
               .blocks = {{.kind = BlockKind::Heading, .level = 1, .begin = 0, .end = 7},
                          {.kind = BlockKind::Paragraph, .begin = 8, .end = 15},
                          {.kind = BlockKind::RunningHead, .begin = 16, .end = 20}},
               .words = {{.begin = 0, .end = 7, .box = box(72, 40)},
                         {.begin = 8, .end = 11, .box = box(72, 60)},
                         {.begin = 12, .end = 15, .box = box(110, 60)},
                         {.begin = 16, .end = 20, .box = box(72, 800)}}};
    Page second{.width = 842, .height = 595};
    Page third{.source = TextSource::Recognition,
               .confidence = 81,
               .text = "a\tb\n\xE2\x80\xA2 item",
               .blocks = {{.kind = BlockKind::TableRow, .header = true, .begin = 0, .end = 3},
                          {.kind = BlockKind::ListItem, .level = 2, .begin = 4, .end = 12}}};
    Extraction extraction{.format = Format::Pdf, .state = State::Partial, .reason = "one page has no text"};
    extraction.document = {
        .title = "A title",
        .author = "Somebody",
        .language = "de",
        .numbered = true,
        .pages = {first, second, third},
        .parts = {{.format = Format::Pdf, .state = State::Partial, .pageCount = 2},
                  {.name = "table.csv", .format = Format::Csv, .parent = 0, .firstPage = 2, .pageCount = 1},
                  {.name = "x.bin", .state = State::Unsupported, .reason = "a program", .parent = 0, .firstPage = 3}},
        .notices = {{.kind = NoticeKind::SkippedPart, .page = 0, .text = "x.bin"},
                    {.kind = NoticeKind::HiddenText, .page = 2, .text = "white"}}};
    return extraction;
}

/// The frames of an answer, one behind the other.
inline std::vector<std::byte> answerBytes(app::extraction::Extraction extraction, bool withHello = true)
{
    using namespace app::extraction;
    std::vector<std::byte> bytes;
    const auto append = [&bytes](std::span<const std::byte> frame) {
        bytes.insert(bytes.end(), frame.begin(), frame.end());
        return true;
    };
    if (withHello)
        append(encode(Hello{.landlock = 6, .filtered = true}));
    append(encode(Progress{.done = 1, .total = 3}));
    writeExtraction(std::move(extraction), append);
    return bytes;
}

} // namespace tests
