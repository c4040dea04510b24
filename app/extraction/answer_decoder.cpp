// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/extraction/document_rules.h"
#include "app/extraction/extraction_protocol.h"
#include "app/extraction/wire.h"

#include <algorithm>
#include <utility>

namespace app::extraction {

namespace {

constexpr std::size_t kBlockBytes = 11;
constexpr std::string_view kTooShort = "a frame is shorter or longer than its fields";
constexpr std::string_view kOverLimit = "it is over a limit";
constexpr std::string_view kOrder = "a frame stands where it may not";

Block getBlock(FrameReader &frame)
{
    Block block;
    block.kind = frame.getEnum(BlockKind::RunningHead);
    block.level = frame.get<std::uint8_t>();
    block.header = frame.getBool();
    block.begin = frame.get<std::uint32_t>();
    block.end = frame.get<std::uint32_t>();
    return block;
}

} // namespace

AnswerDecoder::AnswerDecoder(const Request &request, bool withHello)
    : m_limits(request.limits)
    , m_task(request.task)
    , m_maxPixels(std::min(request.maxPixels, kMaxPixels))
    , m_wantsHello(withHello)
{
}

AnswerDecoder::Status AnswerDecoder::push(std::span<const std::byte> bytes)
{
    const auto breakUp = [this](std::string_view reason) {
        m_reason = reason;
        m_status = Status::Broken;
        m_buffer = {};
    };
    while (m_status == Status::Going) {
        const std::size_t missing = kFrameHeader - std::min(m_buffer.size(), kFrameHeader);
        const std::size_t taken = std::min(missing, bytes.size());
        m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
        bytes = bytes.subspan(taken);
        if (m_buffer.size() < kFrameHeader)
            return m_status;
        std::uint32_t length = 0;
        std::memcpy(&length, m_buffer.data(), sizeof length);
        if (length > kMaxFrame) {
            breakUp("a frame is longer than any");
            return m_status;
        }
        // Grows as bytes come, never by what a length says.
        const std::size_t rest = std::min(kFrameHeader + length - m_buffer.size(), bytes.size());
        m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(rest));
        bytes = bytes.subspan(rest);
        if (m_buffer.size() < kFrameHeader + length)
            return m_status;
        const auto kind = std::to_integer<std::uint8_t>(m_buffer[sizeof length]);
        if (const std::string_view broken = take(kind, std::span(m_buffer).subspan(kFrameHeader)); !broken.empty())
            breakUp(broken);
        m_buffer.clear();
    }
    if (m_status == Status::Done && !bytes.empty())
        breakUp("something follows the answer");
    return m_status;
}

std::string_view AnswerDecoder::take(std::uint8_t kind, std::span<const std::byte> body)
{
    const auto frameKind = static_cast<FrameKind>(kind);
    if (m_wantsHello != (frameKind == FrameKind::Hello))
        return kOrder;
    FrameReader frame(body);
    switch (frameKind) {
    case FrameKind::Hello: {
        Hello hello;
        hello.version = frame.get<std::uint16_t>();
        hello.landlock = frame.get<std::uint8_t>();
        hello.filtered = frame.getBool();
        if (!frame.atEnd() || hello.version != kProtocolVersion)
            return "the worker speaks another version";
        m_hello = hello;
        m_wantsHello = false;
        return {};
    }
    case FrameKind::Progress: {
        const Progress progress{.done = frame.get<std::uint32_t>(), .total = frame.get<std::uint32_t>()};
        if (!frame.atEnd() || m_hasHead)
            return frame.atEnd() ? kOrder : kTooShort;
        m_progress = progress;
        return {};
    }
    case FrameKind::Head:
        return m_hasHead || m_task != Task::Text ? kOrder : takeHead(body);
    case FrameKind::Page:
        return !m_hasHead || !m_extraction.document.parts.empty() ? kOrder : takePage(body);
    case FrameKind::Part:
        return !m_hasHead || !m_extraction.document.notices.empty() ? kOrder : takePart(body);
    case FrameKind::Notice:
        return m_hasHead ? takeNotice(body) : kOrder;
    case FrameKind::End:
        return m_hasHead ? takeEnd(body) : kOrder;
    case FrameKind::Picture:
        return m_task == Task::Picture ? takePicture(body) : kOrder;
    case FrameKind::Request:
        break;
    }
    return "a frame is of no kind";
}

std::string_view AnswerDecoder::takeHead(std::span<const std::byte> body)
{
    FrameReader frame(body);
    m_extraction.format = frame.getEnum(Format::Mailbox);
    m_extraction.state = frame.getEnum(State::TooLarge);
    m_extraction.reason = frame.getText(kMaxLabel);
    m_extraction.document.title = frame.getText(kMaxLabel);
    m_extraction.document.author = frame.getText(kMaxLabel);
    m_extraction.document.language = frame.getText(kMaxLabel);
    m_extraction.document.numbered = frame.getBool();
    m_hasHead = true;
    return frame.atEnd() ? brokenRuleOfHead(m_extraction) : kTooShort;
}

std::string_view AnswerDecoder::takePage(std::span<const std::byte> body)
{
    FrameReader frame(body);
    Page page;
    page.label = frame.getText(kMaxLabel);
    page.width = frame.get<float>();
    page.height = frame.get<float>();
    page.source = frame.getEnum(TextSource::Recognition);
    page.confidence = frame.get<std::uint8_t>();
    page.text = frame.getText(std::min<std::uint64_t>(m_limits.textBytes - m_textBytes, kMaxFrame));
    const auto blocks = frame.get<std::uint32_t>();
    if (!frame.good() || blocks > frame.left() / kBlockBytes)
        return kTooShort;
    page.blocks.reserve(blocks);
    for (std::uint32_t i = 0; i < blocks; ++i)
        page.blocks.push_back(getBlock(frame));
    const auto words = frame.get<std::uint32_t>();
    if (!frame.good() || words != frame.left() / sizeof(Word))
        return kTooShort;
    page.words.resize(words);
    const auto bytes = frame.getBytes(words * sizeof(Word));
    if (!frame.atEnd())
        return kTooShort;
    if (words != 0)
        std::memcpy(page.words.data(), bytes.data(), bytes.size());

    m_textBytes += page.text.size();
    m_words += words;
    m_blocks += blocks;
    if (m_extraction.document.pages.size() >= m_limits.pages || m_words > kMaxWords || m_blocks > kMaxBlocks)
        return kOverLimit;
    const std::string_view broken = brokenRuleOfPage(page);
    m_extraction.document.pages.push_back(std::move(page));
    return broken;
}

std::string_view AnswerDecoder::takePart(std::span<const std::byte> body)
{
    FrameReader frame(body);
    Part part;
    part.name = frame.getText(kMaxLabel);
    part.format = frame.getEnum(Format::Mailbox);
    part.state = frame.getEnum(State::TooLarge);
    part.reason = frame.getText(kMaxLabel);
    part.parent = frame.get<std::uint32_t>();
    part.firstPage = frame.get<std::uint32_t>();
    part.pageCount = frame.get<std::uint32_t>();
    if (!frame.atEnd())
        return kTooShort;
    // The document itself is one more than what is attached.
    if (m_extraction.document.parts.size() > m_limits.archiveEntries)
        return kOverLimit;
    m_extraction.document.parts.push_back(std::move(part));
    return {};
}

std::string_view AnswerDecoder::takeNotice(std::span<const std::byte> body)
{
    FrameReader frame(body);
    Notice notice;
    notice.kind = frame.getEnum(NoticeKind::UnreadablePage);
    notice.page = frame.get<std::uint32_t>();
    notice.text = frame.getText(kMaxLabel);
    if (!frame.atEnd())
        return kTooShort;
    if (m_extraction.document.notices.size() >= kMaxNotices)
        return kOverLimit;
    m_extraction.document.notices.push_back(std::move(notice));
    return {};
}

std::string_view AnswerDecoder::takeEnd(std::span<const std::byte> body)
{
    const Document &document = m_extraction.document;
    FrameReader frame(body);
    const auto pages = frame.get<std::uint32_t>();
    const auto parts = frame.get<std::uint32_t>();
    const auto notices = frame.get<std::uint32_t>();
    if (!frame.atEnd())
        return kTooShort;
    if (pages != document.pages.size() || parts != document.parts.size() || notices != document.notices.size())
        return "the end counts something else than what came";
    m_status = Status::Done;
    return brokenRuleOfParts(document);
}

std::string_view AnswerDecoder::takePicture(std::span<const std::byte> body)
{
    constexpr std::uint64_t kPixelBytes = 4;
    FrameReader frame(body);
    m_picture.state = frame.getEnum(State::TooLarge);
    m_picture.reason = frame.getText(kMaxLabel);
    m_picture.width = frame.get<std::uint32_t>();
    m_picture.height = frame.get<std::uint32_t>();
    const std::uint64_t pixels = std::uint64_t{m_picture.width} * m_picture.height;
    if (!frame.good() || !isCleanText(m_picture.reason) || pixels > m_maxPixels ||
        frame.left() != pixels * kPixelBytes || (m_picture.state == State::Read) != (pixels != 0))
        return "a picture's size is not that of its pixels";
    const auto bytes = frame.getBytes(frame.left());
    m_picture.pixels.assign(bytes.begin(), bytes.end());
    m_status = Status::Done;
    return {};
}

Extraction AnswerDecoder::takeExtraction()
{
    return std::move(m_extraction);
}

Picture AnswerDecoder::takePicture()
{
    return std::move(m_picture);
}

} // namespace app::extraction
