// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/docx_headings.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace app::extraction {

namespace {

constexpr std::uint32_t kLongest = 160; // bytes of a heading
constexpr int kLarger = 110;            // percent of the size of most letters
constexpr std::uint8_t kDeepest = 6;

std::uint32_t lengthOf(const Block &block)
{
    return block.end - block.begin;
}

// A sentence or the beginning of a list, however it is set.
bool endsLikeText(std::string_view text)
{
    return text.ends_with('.') || text.ends_with(':') || text.ends_with(',') || text.ends_with(';');
}

} // namespace

int LookedHeadings::bodySize(const Page &page) const
{
    std::map<int, std::uint64_t> letters;
    for (const Paragraph &paragraph : m_paragraphs)
        letters[paragraph.look.halfPoints] += lengthOf(page.blocks[paragraph.block]);
    const auto most = std::ranges::max_element(letters, {}, [](const auto &size) { return size.second; });
    return most == letters.end() ? 0 : most->first;
}

void LookedHeadings::apply(Page &page) const
{
    // A title has a style more often than what stands under it.
    const auto marked = std::ranges::count(page.blocks, BlockKind::Heading, &Block::kind);
    if (marked > 1)
        return;
    const int body = bodySize(page);
    std::vector<Paragraph> found;
    std::uint64_t inFound = 0;
    std::uint64_t all = 0;
    for (const Paragraph &paragraph : m_paragraphs) {
        const Block &block = page.blocks[paragraph.block];
        const std::string_view text = std::string_view(page.text).substr(block.begin, lengthOf(block));
        all += text.size();
        const bool larger = paragraph.look.halfPoints * 100 >= body * kLarger && body > 0;
        if (block.kind != BlockKind::Paragraph || text.size() > kLongest || endsLikeText(text) || text.contains('\n') ||
            (!larger && !(paragraph.look.bold && paragraph.look.halfPoints >= body)))
            continue;
        found.push_back(paragraph);
        inFound += text.size();
    }
    // Where much of the text stands out, nothing does.
    if (inFound * 3 > all)
        return;
    // By size, then by weight, from the highest.
    const auto rank = [](const Paragraph &one) { return -(2 * one.look.halfPoints + (one.look.bold ? 1 : 0)); };
    std::map<int, std::uint8_t> levels;
    for (const Paragraph &one : found)
        levels.emplace(rank(one), 0);
    auto next = static_cast<std::uint8_t>(1 + marked);
    for (auto &[key, level] : levels)
        level = std::min(next++, kDeepest);
    for (const Paragraph &one : found) {
        page.blocks[one.block].kind = BlockKind::Heading;
        page.blocks[one.block].level = levels[rank(one)];
    }
}

} // namespace app::extraction
