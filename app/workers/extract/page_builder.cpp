// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/page_builder.h"

#include "inference/unicode/unicode.h"

#include <algorithm>

namespace app::extraction {

namespace {

namespace unicode = inference::unicode;

bool isPlainAscii(std::string_view text)
{
    return std::ranges::all_of(
        text, [](char letter) { return (letter >= ' ' && letter <= '~') || letter == '\n' || letter == '\t'; });
}

// Says nothing, or turns the text around it over.
bool isDropped(char32_t point)
{
    if (point < 0x20)
        return point != U'\n' && point != U'\t';
    return (point >= 0x7F && point <= 0x9F) || point == 0xAD || point == 0xFEFF || point == 0x61C ||
           (point >= 0x200E && point <= 0x200F) || (point >= 0x202A && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069) || (point >= 0xFFF9 && point <= 0xFFFB) ||
           (point & 0xFFFEU) == 0xFFFEU || (point >= 0xFDD0 && point <= 0xFDEF);
}

bool isBlank(char letter)
{
    return letter == ' ' || letter == '\n' || letter == '\t';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back()))
        text.remove_suffix(1);
    return text;
}

// A row without white space at its ends; tabs before its first text are empty cells.
std::string_view trimmedRow(std::string_view row)
{
    const std::string_view text = trimmed(row);
    if (text.empty())
        return text;
    const auto begin = static_cast<std::size_t>(text.data() - row.data());
    const std::size_t tabs = begin - std::min(begin, row.substr(0, begin).find_last_not_of('\t') + 1);
    return row.substr(begin - tabs, text.size() + tabs);
}

// The longest beginning of at most `bytes` that ends between two characters.
std::string_view upTo(std::string_view text, std::uint64_t bytes)
{
    if (text.size() <= bytes)
        return text;
    std::size_t end = bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

std::uint8_t levelOf(BlockKind kind, std::uint8_t level)
{
    if (kind == BlockKind::Heading)
        return std::clamp<std::uint8_t>(level, 1, 6);
    return kind == BlockKind::ListItem ? std::clamp<std::uint8_t>(level, 1, 64) : std::uint8_t{0};
}

} // namespace

std::string cleanText(std::string_view text)
{
    if (isPlainAscii(text))
        return std::string(text);
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const unicode::Decoded next = unicode::decodeAt(text, at);
        at += next.length;
        if (next.codePoint == U'\r') {
            if (at >= text.size() || text[at] != '\n')
                clean += '\n';
        } else if (next.codePoint == 0x85 || next.codePoint == 0x2028 || next.codePoint == 0x2029 ||
                   next.codePoint == U'\f' || next.codePoint == U'\v') {
            clean += '\n';
        } else if (!next.valid || !isDropped(next.codePoint)) {
            unicode::append(clean, next.codePoint);
        }
    }
    return unicode::composed(clean);
}

PageBuilder::PageBuilder(const Context &context)
    : m_budget(*context.budget)
    , m_full(!m_budget.takePage())
{
}

void PageBuilder::add(BlockKind kind, std::string_view text, std::uint8_t level, bool header)
{
    if (m_full || m_cut)
        return;
    const std::string clean = cleanText(text);
    std::string_view kept = kind == BlockKind::Code       ? std::string_view(clean)
                            : kind == BlockKind::TableRow ? trimmedRow(clean)
                                                          : trimmed(clean);
    // The first line of code may stand to the right.
    while (kind == BlockKind::Code && !kept.empty() && isBlank(kept.back()))
        kept.remove_suffix(1);
    while (kind == BlockKind::Code && !kept.empty() && kept.front() == '\n')
        kept.remove_prefix(1);
    if (trimmed(kept).empty())
        return;
    const std::uint64_t separator = m_page.text.empty() ? 0 : 1;
    constexpr std::uint64_t kMost = UINT32_MAX / 2; // offsets in a page have 32 bits
    const std::uint64_t left = std::min(m_budget.textLeft(), kMost - m_page.text.size());
    const std::string_view fitting = upTo(kept, left > separator ? left - separator : 0);
    m_cut = fitting.size() < kept.size();
    if (trimmed(fitting).empty() || !m_budget.takeText(fitting.size() + separator))
        return;
    if (separator != 0)
        m_page.text += '\n';
    const auto begin = static_cast<std::uint32_t>(m_page.text.size());
    m_page.text += fitting;
    m_page.blocks.push_back({.kind = kind,
                             .level = levelOf(kind, level),
                             .header = header && kind == BlockKind::TableRow,
                             .begin = begin,
                             .end = static_cast<std::uint32_t>(m_page.text.size())});
}

void PageBuilder::setLabel(std::string_view label)
{
    constexpr std::size_t kLongest = 1000;
    std::string clean = cleanText(label.substr(0, kLongest));
    std::ranges::replace_if(clean, [](char letter) { return letter == '\n' || letter == '\t'; }, ' ');
    m_page.label = std::string(trimmed(clean));
}

Page PageBuilder::take()
{
    m_page.source = m_page.text.empty() ? TextSource::None : TextSource::File;
    return std::move(m_page);
}

} // namespace app::extraction
