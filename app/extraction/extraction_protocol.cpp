// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/extraction/extraction_protocol.h"

#include "app/extraction/wire.h"

#include <cmath>
#include <utility>

namespace app::extraction {

namespace {

// As many bytes in a frame as in memory: they are copied as they stand.
static_assert(sizeof(Word) == 24 && std::is_trivially_copyable_v<Word>);
constexpr std::size_t kBlockBytes = 11;

Frame encodeHead(const Extraction &extraction)
{
    FrameWriter frame(FrameKind::Head);
    frame.add(extraction.format);
    frame.add(extraction.state);
    frame.addText(extraction.reason);
    frame.addText(extraction.document.title);
    frame.addText(extraction.document.author);
    frame.addText(extraction.document.language);
    frame.add(extraction.document.numbered);
    return frame.finish();
}

Frame encodePage(const Page &page)
{
    FrameWriter frame(FrameKind::Page);
    frame.reserve(64 + page.label.size() + page.text.size() + page.blocks.size() * kBlockBytes +
                  page.words.size() * sizeof(Word));
    frame.addText(page.label);
    frame.add(page.width);
    frame.add(page.height);
    frame.add(page.source);
    frame.add(page.confidence);
    frame.addText(page.text);
    frame.add(static_cast<std::uint32_t>(page.blocks.size()));
    for (const Block &block : page.blocks) {
        frame.add(block.kind);
        frame.add(block.level);
        frame.add(block.header);
        frame.add(block.begin);
        frame.add(block.end);
    }
    frame.add(static_cast<std::uint32_t>(page.words.size()));
    frame.addBytes(std::as_bytes(std::span(page.words)));
    return frame.finish();
}

Frame encodePart(const Part &part)
{
    FrameWriter frame(FrameKind::Part);
    frame.addText(part.name);
    frame.add(part.format);
    frame.add(part.state);
    frame.addText(part.reason);
    frame.add(part.parent);
    frame.add(part.firstPage);
    frame.add(part.pageCount);
    return frame.finish();
}

Frame encodeNotice(const Notice &notice)
{
    FrameWriter frame(FrameKind::Notice);
    frame.add(notice.kind);
    frame.add(notice.page);
    frame.addText(notice.text);
    return frame.finish();
}

} // namespace

Frame encode(const Request &request)
{
    FrameWriter frame(FrameKind::Request);
    frame.add(kProtocolVersion);
    frame.add(request.task);
    frame.addText(request.name);
    frame.add(request.password.has_value());
    frame.addText(request.password.value_or(std::string()));
    frame.add(request.limits.fileBytes);
    frame.add(request.limits.textBytes);
    frame.add(request.limits.pages);
    frame.add(request.limits.nesting);
    frame.add(request.limits.archiveEntries);
    frame.add(request.limits.archiveRatio);
    frame.add(request.limits.unpackedBytes);
    frame.add(request.limits.markupDepth);
    frame.addText(request.recognition);
    frame.add(request.page);
    frame.add(request.scale);
    frame.add(request.maxPixels);
    return frame.finish();
}

std::optional<Request> parseRequest(std::span<const std::byte> bytes)
{
    if (bytes.size() < kFrameHeader || bytes.size() > kMaxRequest)
        return {};
    FrameReader frame(bytes);
    if (frame.get<std::uint32_t>() != bytes.size() - kFrameHeader ||
        frame.get<std::uint8_t>() != static_cast<std::uint8_t>(FrameKind::Request) ||
        frame.get<std::uint16_t>() != kProtocolVersion)
        return {};
    Request request;
    request.task = frame.getEnum(Task::Picture);
    request.name = frame.getText(kMaxLabel);
    const bool hasPassword = frame.getBool();
    std::string password = frame.getText(kMaxLabel);
    request.limits.fileBytes = frame.get<std::uint64_t>();
    request.limits.textBytes = frame.get<std::uint64_t>();
    request.limits.pages = frame.get<std::uint32_t>();
    request.limits.nesting = frame.get<std::uint32_t>();
    request.limits.archiveEntries = frame.get<std::uint32_t>();
    request.limits.archiveRatio = frame.get<std::uint32_t>();
    request.limits.unpackedBytes = frame.get<std::uint64_t>();
    request.limits.markupDepth = frame.get<std::uint32_t>();
    request.recognition = frame.getText(kMaxLabel);
    request.page = frame.get<std::uint32_t>();
    request.scale = frame.get<float>();
    request.maxPixels = frame.get<std::uint32_t>();
    const bool valid = frame.atEnd() && request.task != Task{} && (hasPassword || password.empty()) &&
                       std::isfinite(request.scale) && request.scale > 0 && request.maxPixels > 0 &&
                       request.maxPixels <= kMaxPixels;
    if (!valid)
        return {};
    if (hasPassword)
        request.password = std::move(password);
    return request;
}

Frame encode(const Hello &hello)
{
    FrameWriter frame(FrameKind::Hello);
    frame.add(hello.version);
    frame.add(hello.landlock);
    frame.add(hello.filtered);
    return frame.finish();
}

Frame encode(const Progress &progress)
{
    FrameWriter frame(FrameKind::Progress);
    frame.add(progress.done);
    frame.add(progress.total);
    return frame.finish();
}

Frame encode(const Picture &picture)
{
    FrameWriter frame(FrameKind::Picture);
    frame.add(picture.state);
    frame.addText(picture.reason);
    frame.add(picture.width);
    frame.add(picture.height);
    frame.reserve(picture.pixels.size());
    frame.addBytes(picture.pixels);
    return frame.finish();
}

bool writeExtraction(Extraction extraction, const Sink &sink)
{
    if (!sink(encodeHead(extraction)))
        return false;
    for (Page &page : extraction.document.pages) {
        const Page written = std::exchange(page, {});
        if (!sink(encodePage(written)))
            return false;
    }
    for (const Part &part : extraction.document.parts) {
        if (!sink(encodePart(part)))
            return false;
    }
    for (const Notice &notice : extraction.document.notices) {
        if (!sink(encodeNotice(notice)))
            return false;
    }
    FrameWriter end(FrameKind::End);
    end.add(static_cast<std::uint32_t>(extraction.document.pages.size()));
    end.add(static_cast<std::uint32_t>(extraction.document.parts.size()));
    end.add(static_cast<std::uint32_t>(extraction.document.notices.size()));
    return sink(end.finish());
}

} // namespace app::extraction
