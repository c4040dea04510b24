// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/extraction/document_rules.h"

#include <algorithm>
#include <cmath>

namespace app::extraction {

namespace {

constexpr std::uint8_t kDeepest = 6; // of headings
constexpr std::uint8_t kDeepestList = 64;

bool isLabel(std::string_view text)
{
    return text.size() <= kMaxLabel && isCleanText(text);
}

bool isExtent(float value)
{
    return std::isfinite(value) && std::fabs(value) <= kMaxExtent;
}

bool isBox(const Box &box)
{
    return isExtent(box.left) && isExtent(box.top) && isExtent(box.right) && isExtent(box.bottom) &&
           box.left <= box.right && box.top <= box.bottom;
}

bool isBetweenCharacters(std::string_view text, std::uint32_t at)
{
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

bool isRun(std::string_view text, std::uint32_t after, std::uint32_t begin, std::uint32_t end)
{
    return begin >= after && begin < end && end <= text.size() && isBetweenCharacters(text, begin) &&
           isBetweenCharacters(text, end);
}

bool isLevel(const Block &block)
{
    switch (block.kind) {
    case BlockKind::Heading:
        return block.level >= 1 && block.level <= kDeepest;
    case BlockKind::ListItem:
        return block.level >= 1 && block.level <= kDeepestList;
    case BlockKind::Paragraph:
    case BlockKind::TableRow:
    case BlockKind::Code:
    case BlockKind::RunningHead:
        break;
    }
    return block.level == 0;
}

std::string_view brokenRuleOfBlocks(const Page &page)
{
    const std::string_view text = page.text;
    std::uint32_t after = 0;
    for (const Block &block : page.blocks) {
        if (!isRun(text, after, block.begin, block.end))
            return "blocks do not ascend inside the text";
        const std::string_view between = text.substr(after, block.begin - after);
        if ((after != 0 && between.empty()) || between.find_first_not_of(" \n\t") != std::string_view::npos)
            return "between two blocks there is something else than white space";
        if (!isLevel(block) || (block.header && block.kind != BlockKind::TableRow))
            return "a block has a level that its kind has not";
        after = block.end;
    }
    return text.substr(after).find_first_not_of(" \n\t") != std::string_view::npos ? "text stands outside the blocks"
                                                                                   : std::string_view();
}

std::string_view brokenRuleOfWords(const Page &page)
{
    std::uint32_t after = 0;
    for (const Word &word : page.words) {
        if (!isRun(page.text, after, word.begin, word.end))
            return "words do not ascend inside the text";
        if (!isBox(word.box))
            return "a word's box is no box";
        after = word.end;
    }
    return {};
}

std::size_t sequenceLength(unsigned char first)
{
    return first < 0x80                     ? 1
           : first >= 0xC2 && first <= 0xDF ? 2
           : first >= 0xE0 && first <= 0xEF ? 3
           : first >= 0xF0 && first <= 0xF4 ? 4
                                            : 0;
}

// Of a sequence of two bytes and more: shortest form, no surrogate, nothing beyond U+10FFFF (Unicode 3.9, table 3-7).
bool isSequence(std::string_view bytes)
{
    const auto at = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    for (std::size_t i = 1; i < bytes.size(); ++i) {
        if ((at(i) & 0xC0U) != 0x80U)
            return false;
    }
    switch (at(0)) {
    case 0xC2:
        return at(1) >= 0xA0; // C1 controls
    case 0xE0:
        return at(1) >= 0xA0;
    case 0xED:
        return at(1) <= 0x9F;
    case 0xF0:
        return at(1) >= 0x90;
    case 0xF4:
        return at(1) <= 0x8F;
    default:
        return true;
    }
}

} // namespace

bool isCleanText(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const std::size_t length = sequenceLength(first);
        if (length == 1) {
            if ((first < 0x20 && first != '\n' && first != '\t') || first == 0x7F)
                return false;
        } else if (length == 0 || length > text.size() - at || !isSequence(text.substr(at, length))) {
            return false;
        }
        at += length;
    }
    return true;
}

std::string_view brokenRuleOfHead(const Extraction &extraction)
{
    const Document &document = extraction.document;
    const bool clean =
        isLabel(extraction.reason) && isLabel(document.title) && isLabel(document.author) && isLabel(document.language);
    return clean ? std::string_view() : "a property is too long or no clean text";
}

std::string_view brokenRuleOfPage(const Page &page)
{
    constexpr std::uint8_t kPercent = 100;
    if (!isLabel(page.label))
        return "a page's label is too long or no clean text";
    if (!isExtent(page.width) || !isExtent(page.height) || page.width < 0 || page.height < 0)
        return "a page's size is none";
    if (page.confidence > kPercent || (page.source == TextSource::None) != page.text.empty())
        return "a page's source does not fit its text";
    if (!isCleanText(page.text))
        return "a page's text is not clean";
    if (const std::string_view broken = brokenRuleOfBlocks(page); !broken.empty())
        return broken;
    return brokenRuleOfWords(page);
}

std::string_view brokenRuleOfParts(const Document &document)
{
    if (document.parts.empty())
        return "the document itself is no part";
    std::uint64_t page = 0;
    for (std::size_t i = 0; i < document.parts.size(); ++i) {
        const Part &part = document.parts[i];
        if (!isLabel(part.name) || !isLabel(part.reason))
            return "a part's name is too long or no clean text";
        if (i == 0 ? part.parent != 0 : part.parent >= i)
            return "a part is attached to one that comes after it";
        if (part.firstPage != page || part.pageCount > document.pages.size() - page)
            return "parts do not share out the pages";
        page += part.pageCount;
    }
    if (page != document.pages.size())
        return "a page belongs to no part";
    const auto pages = std::max<std::size_t>(document.pages.size(), 1);
    const bool placed = std::ranges::all_of(
        document.notices, [pages](const Notice &notice) { return notice.page < pages && isLabel(notice.text); });
    return placed ? std::string_view() : "a notice is about no page, or no clean text";
}

std::string_view brokenRule(const Extraction &extraction, const Limits &limits)
{
    const Document &document = extraction.document;
    std::string_view broken = brokenRuleOfHead(extraction);
    std::uint64_t text = 0;
    std::uint64_t words = 0;
    std::uint64_t blocks = 0;
    for (const Page &page : document.pages) {
        if (broken.empty())
            broken = brokenRuleOfPage(page);
        text += page.text.size();
        words += page.words.size();
        blocks += page.blocks.size();
    }
    if (broken.empty())
        broken = brokenRuleOfParts(document);
    if (broken.empty() && (document.pages.size() > limits.pages || text > limits.textBytes || words > kMaxWords ||
                           blocks > kMaxBlocks || document.notices.size() > kMaxNotices))
        broken = "it is over a limit";
    return broken;
}

} // namespace app::extraction
