// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/unicode/unicode.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

namespace inference::unicode {

namespace {

/// Code points first, first + step, … last move by delta.
struct CaseRange {
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t step;
    std::int32_t delta;
};

/// A mapping to more than one code point; 0 ends it early.
struct CaseSpecial {
    std::uint32_t codePoint;
    std::array<std::uint32_t, 3> to;
};

/// One step of a canonical decomposition.
struct Decomposition {
    std::uint32_t codePoint;
    std::uint32_t first;
    std::uint32_t second; ///< 0: none
};

/// Two code points that compose to a third.
struct Composition {
    std::uint32_t first;
    std::uint32_t second;
    std::uint32_t composite;
};

/// Code points first … last have the value.
struct ClassRange {
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t value;
};

#include "inference/unicode/unicode_tables.inc"

constexpr std::size_t pageBits = 8;
constexpr std::size_t pageCount = 0x110000U >> pageBits;

// For every page of 256 code points the last range that starts at or before it: look-ups then walk a few ranges only.
constexpr auto makePages()
{
    std::array<std::uint16_t, pageCount + 1> pages{};
    std::size_t range = 0;
    for (std::size_t page = 0; page < pageCount; ++page) {
        while (range + 1 < std::size(categoryStarts) && (categoryStarts[range + 1] >> 4U) <= (page << pageBits))
            ++range;
        pages[page] = static_cast<std::uint16_t>(range);
    }
    pages[pageCount] = static_cast<std::uint16_t>(std::size(categoryStarts) - 1);
    return pages;
}

constexpr auto makeAscii()
{
    std::array<Category, 128> ascii{};
    std::size_t range = 0;
    for (std::size_t c = 0; c < ascii.size(); ++c) {
        while (range + 1 < std::size(categoryStarts) && (categoryStarts[range + 1] >> 4U) <= c)
            ++range;
        ascii[c] = static_cast<Category>(categoryStarts[range] & 15U);
    }
    return ascii;
}

constexpr auto pages = makePages();
constexpr auto ascii = makeAscii();

const CaseRange *findRange(std::span<const CaseRange> ranges, std::uint32_t codePoint)
{
    const auto after = std::ranges::upper_bound(ranges, codePoint, {}, &CaseRange::first);
    if (after == ranges.begin())
        return nullptr;
    const CaseRange &range = *std::prev(after);
    if (codePoint > range.last || (codePoint - range.first) % range.step != 0)
        return nullptr;
    return &range;
}

bool appendMapped(std::string &out, std::span<const CaseRange> ranges, std::span<const CaseSpecial> specials,
                  std::uint32_t codePoint)
{
    const auto special = std::ranges::lower_bound(specials, codePoint, {}, &CaseSpecial::codePoint);
    if (special != specials.end() && special->codePoint == codePoint) {
        for (const std::uint32_t to : special->to) {
            if (to != 0)
                append(out, static_cast<char32_t>(to));
        }
        return true;
    }
    if (const CaseRange *range = findRange(ranges, codePoint)) {
        append(out, static_cast<char32_t>(static_cast<std::int64_t>(codePoint) + range->delta));
        return true;
    }
    return false;
}

std::uint32_t rangeValue(std::span<const ClassRange> ranges, std::uint32_t codePoint)
{
    const auto after = std::ranges::upper_bound(ranges, codePoint, {}, &ClassRange::first);
    if (after == ranges.begin() || codePoint > std::prev(after)->last)
        return 0;
    return std::prev(after)->value;
}

std::uint32_t combiningClass(char32_t codePoint)
{
    return rangeValue(combiningClasses, static_cast<std::uint32_t>(codePoint));
}

constexpr char32_t hangulSyllables = 0xAC00;
constexpr char32_t hangulLeading = 0x1100;
constexpr char32_t hangulVowels = 0x1161;
constexpr char32_t hangulTrailing = 0x11A7; // one before the first, which stands for none
constexpr char32_t leadingCount = 19;
constexpr char32_t vowelCount = 21;
constexpr char32_t trailingCount = 28;

/// The composite of two neighbours, or 0.
char32_t compositeOf(char32_t first, char32_t second)
{
    if (first >= hangulLeading && first < hangulLeading + leadingCount && second >= hangulVowels &&
        second < hangulVowels + vowelCount)
        return hangulSyllables + ((first - hangulLeading) * vowelCount + (second - hangulVowels)) * trailingCount;
    if (first >= hangulSyllables && first < hangulSyllables + leadingCount * vowelCount * trailingCount &&
        (first - hangulSyllables) % trailingCount == 0 && second > hangulTrailing &&
        second < hangulTrailing + trailingCount)
        return first + (second - hangulTrailing);
    const auto key = [](std::uint32_t a, std::uint32_t b) { return (std::uint64_t{a} << 32U) | b; };
    const std::uint64_t wanted = key(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second));
    const auto found = std::ranges::lower_bound(compositions, wanted, {},
                                                [&](const Composition &c) { return key(c.first, c.second); });
    if (found == std::end(compositions) || key(found->first, found->second) != wanted)
        return 0;
    return static_cast<char32_t>(found->composite);
}

/// Composes decomposed text in its place (Unicode standard, section 3.11).
void compose(std::u32string &text)
{
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t starter = none; // in what has been written
    std::size_t written = 0;
    std::uint32_t lastClass = 0;
    for (const char32_t c : text) {
        const std::uint32_t classOf = combiningClass(c);
        const bool blocked = written > starter + 1 && (lastClass == 0 || lastClass >= classOf);
        if (starter != none && !blocked) {
            if (const char32_t composite = compositeOf(text[starter], c); composite != 0) {
                text[starter] = composite;
                continue;
            }
        }
        if (classOf == 0)
            starter = written;
        lastClass = classOf;
        text[written] = c;
        ++written;
    }
    text.resize(written);
}

void appendDecomposed(std::u32string &out, char32_t codePoint)
{
    // Hangul syllables (Unicode standard, section 3.12): L, V and T parts are numbered through.
    if (codePoint >= hangulSyllables && codePoint < hangulSyllables + leadingCount * vowelCount * trailingCount) {
        const char32_t index = codePoint - hangulSyllables;
        out.push_back(hangulLeading + index / (vowelCount * trailingCount));
        out.push_back(hangulVowels + index % (vowelCount * trailingCount) / trailingCount);
        if (index % trailingCount != 0)
            out.push_back(hangulTrailing + index % trailingCount);
        return;
    }
    // Only the first part of a decomposition decomposes again.
    std::array<char32_t, 4> tail{};
    std::size_t tailSize = 0;
    while (codePoint >= 0xC0 && tailSize < tail.size()) {
        const auto found = std::ranges::lower_bound(decompositions, static_cast<std::uint32_t>(codePoint), {},
                                                    &Decomposition::codePoint);
        if (found == std::end(decompositions) || found->codePoint != codePoint)
            break;
        codePoint = static_cast<char32_t>(found->first);
        if (found->second != 0)
            tail[tailSize++] = static_cast<char32_t>(found->second);
    }
    out.push_back(codePoint);
    while (tailSize > 0)
        out.push_back(tail[--tailSize]);
}

/// Allowed second bytes after a lead byte (Unicode standard, table 3-7) and the sequence's length; length 0 = no lead.
struct Lead {
    std::uint32_t length = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
};

constexpr Lead leadOf(unsigned char byte)
{
    if (byte >= 0xC2 && byte <= 0xDF)
        return {2};
    if (byte == 0xE0)
        return {3, 0xA0, 0xBF};
    if (byte == 0xED)
        return {3, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF)
        return {3};
    if (byte == 0xF0)
        return {4, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3)
        return {4};
    if (byte == 0xF4)
        return {4, 0x80, 0x8F};
    return {};
}

} // namespace

std::string_view databaseVersion()
{
    return tableVersion;
}

Category categoryOf(char32_t codePoint)
{
    const auto value = static_cast<std::uint32_t>(codePoint);
    if (value < ascii.size())
        return ascii[value];
    if (value >= 0x110000U)
        return Category::Other;
    const std::size_t page = value >> pageBits;
    const auto *first = std::begin(categoryStarts) + pages[page];
    const auto *last = std::begin(categoryStarts) + pages[page + 1] + 1;
    const auto *after = std::upper_bound(first, last, (value << 4U) | 15U);
    return static_cast<Category>(*std::prev(after) & 15U);
}

Decoded decodeAt(std::string_view text, std::size_t position)
{
    if (position >= text.size())
        return {};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(position);
    if (first < 0x80)
        return {first, 1, true};
    const Lead lead = leadOf(first);
    if (lead.length == 0)
        return {Decoded::replacement, 1, false};
    std::uint32_t value = first & (0x7FU >> lead.length);
    for (std::uint32_t i = 1; i < lead.length; ++i) {
        if (position + i >= text.size())
            return {Decoded::replacement, i, false};
        const unsigned char next = byte(position + i);
        const bool fits = i == 1 ? next >= lead.low && next <= lead.high : (next & 0xC0U) == 0x80U;
        if (!fits)
            return {Decoded::replacement, i, false};
        value = (value << 6U) | (next & 0x3FU);
    }
    return {static_cast<char32_t>(value), lead.length, true};
}

bool isIncompletePrefix(std::string_view text)
{
    if (text.empty())
        return false;
    const Lead lead = leadOf(static_cast<unsigned char>(text[0]));
    if (text.size() >= lead.length)
        return false;
    // Invalid only because it ends here: the maximal subpart then covers everything.
    const Decoded decoded = decodeAt(text, 0);
    return !decoded.valid && decoded.length == text.size();
}

void append(std::string &out, char32_t codePoint)
{
    auto value = static_cast<std::uint32_t>(codePoint);
    if (value > 0x10FFFFU || (value >= 0xD800U && value <= 0xDFFFU))
        value = Decoded::replacement;
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (value < 0x80U) {
        put(value);
    } else if (value < 0x800U) {
        put(0xC0U | (value >> 6U));
        put(0x80U | (value & 0x3FU));
    } else if (value < 0x10000U) {
        put(0xE0U | (value >> 12U));
        put(0x80U | ((value >> 6U) & 0x3FU));
        put(0x80U | (value & 0x3FU));
    } else {
        put(0xF0U | (value >> 18U));
        put(0x80U | ((value >> 12U) & 0x3FU));
        put(0x80U | ((value >> 6U) & 0x3FU));
        put(0x80U | (value & 0x3FU));
    }
}

std::string sanitized(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const Decoded decoded = decodeAt(text, i);
        append(out, decoded.codePoint);
        i += decoded.length;
    }
    return out;
}

std::size_t length(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++count)
        i += decodeAt(text, i).length;
    return count;
}

bool isControlOrFormat(char32_t codePoint)
{
    return rangeValue(assignedOthers, static_cast<std::uint32_t>(codePoint)) != 0;
}

bool isDecimalDigit(char32_t codePoint)
{
    if (codePoint < 0x80)
        return codePoint >= U'0' && codePoint <= U'9';
    return rangeValue(decimalDigits, static_cast<std::uint32_t>(codePoint)) != 0;
}

bool isNonSpacingMark(char32_t codePoint)
{
    return rangeValue(nonSpacingMarks, static_cast<std::uint32_t>(codePoint)) != 0;
}

std::u32string decomposed(std::u32string_view text)
{
    std::u32string out;
    out.reserve(text.size());
    for (const char32_t codePoint : text)
        appendDecomposed(out, codePoint);
    // Marks between two starters stand in the order of their classes, equal ones as they came.
    const auto isStarter = [](char32_t c) { return c < 0x300 || combiningClass(c) == 0; };
    for (auto begin = out.begin(); begin != out.end();) {
        begin = std::find_if_not(begin, out.end(), isStarter);
        const auto end = std::find_if(begin, out.end(), isStarter);
        if (end - begin > 1)
            std::stable_sort(begin, end, [](char32_t a, char32_t b) { return combiningClass(a) < combiningClass(b); });
        begin = end;
    }
    return out;
}

std::string composed(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    std::u32string part;
    const auto flush = [&] {
        part = decomposed(part);
        compose(part);
        for (const char32_t c : part)
            append(out, c);
        part.clear();
    };
    for (std::size_t i = 0; i < text.size();) {
        const Decoded decoded = decodeAt(text, i);
        if (decoded.valid) {
            part.push_back(decoded.codePoint);
        } else {
            flush();
            out.append(text.substr(i, decoded.length));
        }
        i += decoded.length;
    }
    flush();
    return out;
}

void appendUpper(std::string &out, char32_t codePoint)
{
    if (!appendMapped(out, upperRanges, upperSpecials, static_cast<std::uint32_t>(codePoint)))
        append(out, codePoint);
}

void appendLower(std::string &out, char32_t codePoint)
{
    if (!appendMapped(out, lowerRanges, lowerSpecials, static_cast<std::uint32_t>(codePoint)))
        append(out, codePoint);
}

void appendTitle(std::string &out, char32_t codePoint)
{
    if (!appendMapped(out, titleRanges, titleSpecials, static_cast<std::uint32_t>(codePoint)))
        appendUpper(out, codePoint);
}

bool isCased(char32_t codePoint)
{
    const Category category = categoryOf(codePoint);
    if (category >= Category::UpperLetter && category <= Category::TitleLetter)
        return true;
    const auto value = static_cast<std::uint32_t>(codePoint);
    return findRange(upperRanges, value) != nullptr || findRange(lowerRanges, value) != nullptr;
}

} // namespace inference::unicode
