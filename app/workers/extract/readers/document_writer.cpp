// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/document_writer.h"

#include "app/workers/extract/readers/inline_text.h"

#include <algorithm>

namespace app::extraction {

namespace {

constexpr std::uint32_t kMostBlocks = 10'000'000;

// A property on one line, clean, and not longer than a line can be.
std::string property(std::string_view text)
{
    constexpr std::size_t kLongest = 1000;
    std::string clean = cellText(cleanText(text.substr(0, 2 * kLongest)));
    std::size_t end = std::min(clean.size(), kLongest);
    while (end < clean.size() && end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0U) == 0x80U)
        --end;
    clean.resize(end);
    return clean;
}

} // namespace

DocumentWriter::DocumentWriter(const Context &context, Format format)
    : m_context(context)
{
    m_extraction.format = format;
}

void DocumentWriter::endPage()
{
    if (!m_page)
        return;
    if (m_page->cut()) {
        note(NoticeKind::CutText);
        missed({State::TooLarge, "the text is longer than the limit"});
        m_full = true;
    }
    m_extraction.document.pages.push_back(m_page->take());
    m_page.reset();
}

void DocumentWriter::beginPage(std::string_view label)
{
    endPage();
    if (m_full)
        return;
    m_page.emplace(m_context);
    if (m_page->full()) {
        m_page.reset();
        missed({State::TooLarge, "the document has more pages than the limit"});
        m_full = true;
        return;
    }
    m_page->setLabel(label);
    const auto pages = static_cast<std::uint32_t>(m_extraction.document.pages.size());
    m_context.progress(pages, std::max(pages + 1, std::uint32_t{1}));
}

void DocumentWriter::setLabel(std::string_view label)
{
    if (m_page)
        m_page->setLabel(label);
}

void DocumentWriter::add(BlockKind kind, std::string_view text, std::uint8_t level, bool header)
{
    if (m_full || isBlankText(text))
        return;
    if (!m_page)
        beginPage();
    if (!m_page)
        return;
    m_page->add(kind, text, level, header);
    m_full = m_page->cut();
    if (++m_blocks >= kMostBlocks) {
        missed({State::TooLarge, "the document has more paragraphs and rows than the limit"});
        note(NoticeKind::CutText);
        m_full = true;
    }
}

void DocumentWriter::note(NoticeKind kind, std::string_view text)
{
    constexpr std::size_t kLongest = 300;
    constexpr std::size_t kMost = 10'000;
    auto &notices = m_extraction.document.notices;
    const Notice notice{.kind = kind,
                        .page = static_cast<std::uint32_t>(m_extraction.document.pages.size()),
                        .text = cellText(cleanText(text.substr(0, kLongest)))};
    const auto samePage = std::ranges::find(notices, notice.page, &Notice::page);
    if (notices.size() < kMost && std::find(samePage, notices.end(), notice) == notices.end())
        notices.push_back(notice);
}

void DocumentWriter::missed(const Fault &fault)
{
    if (!m_missed)
        m_missed = fault;
}

Extraction DocumentWriter::finish(const std::optional<Fault> &fault)
{
    endPage();
    if (fault)
        missed(*fault);
    auto &pages = m_extraction.document.pages;
    const bool hasText = std::ranges::any_of(pages, [](const Page &page) { return !page.text.empty(); });
    if (m_missed && (m_missed->state == State::TooLarge || !hasText)) {
        m_extraction.state = m_missed->state;
        m_extraction.reason = m_missed->reason;
    } else if (m_missed) {
        m_extraction.state = State::Partial;
        m_extraction.reason = m_missed->reason;
    } else if (!hasText && m_pictures) {
        m_extraction.state = State::NoText;
        m_extraction.reason = "the document holds pictures and no text";
    } else {
        m_extraction.state = State::Read;
    }
    if (!hasText && (m_extraction.state == State::Malformed || m_extraction.state == State::TooLarge)) {
        pages.clear(); // begun, and nothing came
        m_extraction.document.notices.clear();
    }
    if (pages.empty() && m_extraction.state == State::Read)
        pages.emplace_back();
    // A notice about a page that was never made speaks of the last one that was.
    for (Notice &notice : m_extraction.document.notices)
        notice.page = std::min(notice.page, static_cast<std::uint32_t>(std::max(pages.size(), std::size_t{1}) - 1));
    m_extraction.document.title = property(m_extraction.document.title);
    m_extraction.document.author = property(m_extraction.document.author);
    m_extraction.document.language = property(m_extraction.document.language);
    return std::move(m_extraction);
}

Extraction notRead(Format format, const Fault &fault)
{
    return {.format = format, .state = fault.state, .reason = fault.reason, .document = {}};
}

Bytes readablePart(Bytes file, const Context &context)
{
    constexpr std::uint64_t kWidest = 4; // bytes of a character
    const std::uint64_t most = (context.budget->textLeft() + 1) * kWidest;
    return file.first(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), most)));
}

} // namespace app::extraction
