// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/pdf_layout.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace app::extraction {

namespace {

constexpr std::size_t kLongestHeading = 200; // bytes
constexpr std::size_t kMostLines = 3;
constexpr std::uint8_t kDeepest = 6;

float rounded(float size)
{
    return std::round(size * 2) / 2;
}

bool isLetter(char letter)
{
    const auto value = static_cast<unsigned char>(letter);
    return (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z') || value >= 0x80;
}

bool isDigit(char letter)
{
    return letter >= '0' && letter <= '9';
}

// FNV-1a over letters and digits, ASCII in lower case: what stands around a word does not count.
class Hash {
public:
    void add(std::string_view text)
    {
        for (const char letter : text) {
            if (!isLetter(letter) && !isDigit(letter) && letter != '-')
                continue;
            const auto lower = letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter;
            m_value = (m_value ^ static_cast<unsigned char>(lower)) * 0x100000001B3ULL;
        }
    }
    [[nodiscard]] std::uint64_t value() const { return m_value; }

private:
    std::uint64_t m_value = 0xCBF29CE484222325ULL;
};

std::uint64_t hashOf(std::string_view first, std::string_view second = {}, std::string_view third = {})
{
    Hash hash;
    hash.add(first);
    hash.add(second);
    hash.add(third);
    return hash.value();
}

bool isAllCapitalsOrDigits(std::string_view text)
{
    return std::ranges::none_of(text, [](char letter) { return letter >= 'a' && letter <= 'z'; });
}

// How deep "2.3.1 Results" says that it is; 0 without a number.
std::uint8_t numberedDepth(std::string_view text)
{
    std::uint8_t depth = 0;
    std::size_t at = 0;
    while (at < text.size() && isDigit(text[at])) {
        while (at < text.size() && isDigit(text[at]))
            ++at;
        ++depth;
        if (at >= text.size() || text[at] != '.')
            break;
        ++at;
    }
    const bool spaced = at < text.size() && text[at] == ' ';
    return spaced ? std::min(depth, kDeepest) : std::uint8_t{0};
}

bool endsSentence(std::string_view text)
{
    return text.ends_with('.') || text.ends_with(';') || text.ends_with(',');
}

// What only pictures, formulas and numbers of figures are made of is no heading however large it is.
bool hasWord(std::string_view text)
{
    std::size_t letters = 0;
    for (const char letter : text) {
        letters = isLetter(letter) ? letters + 1 : 0;
        if (letters >= 3)
            return true;
    }
    return false;
}

} // namespace

DocumentStyle::DocumentStyle(const std::vector<PlacedPage> &pages, const std::vector<OutlineEntry> &outline)
{
    std::map<float, std::uint64_t> letters;
    std::map<float, std::uint64_t> lines;
    for (const PlacedPage &page : pages) {
        for (const PlacedLine &line : page.lines) {
            if (line.running)
                continue;
            const PlacedWord &first = page.words[line.firstWord];
            const PlacedWord &last = page.words[line.firstWord + line.wordCount - 1];
            letters[line.fontSize] += last.end - first.begin;
            ++lines[line.fontSize];
        }
        for (const PlacedWord &word : page.words) {
            const std::string_view text = page.text(word);
            m_words.insert(hashOf(text));
            const std::size_t hyphen = text.find('-');
            if (hyphen != std::string_view::npos && hyphen > 0 && hyphen + 1 < text.size())
                m_hyphenated.insert(hashOf(text));
        }
    }
    const auto most = std::ranges::max_element(letters, {}, [](const auto &entry) { return entry.second; });
    m_bodySize = most == letters.end() ? 0 : most->first;
    for (const auto &[size, count] : letters) {
        if (size >= m_bodySize * 1.12F && size >= m_bodySize + 0.9F)
            m_headingSizes.push_back(size);
    }
    std::ranges::reverse(m_headingSizes);
    for (const OutlineEntry &entry : outline)
        m_outline.emplace_back(hashOf(entry.title), entry.level);
    std::ranges::sort(m_outline);
}

std::uint8_t DocumentStyle::headingLevel(std::string_view text, float fontSize, bool bold, std::size_t lines) const
{
    // A line of a table of contents leads to its page by dots.
    const bool leads = text.contains(". . .") || text.contains("....");
    if (lines > kMostLines || text.size() > kLongestHeading || leads || !hasWord(text))
        return 0;
    const auto named = std::ranges::lower_bound(m_outline, std::pair(hashOf(text), std::uint8_t{0}));
    if (named != m_outline.end() && named->first == hashOf(text))
        return std::clamp<std::uint8_t>(named->second, 1, kDeepest);
    if (endsSentence(text))
        return 0;
    const auto size = std::ranges::find(m_headingSizes, rounded(fontSize));
    if (size != m_headingSizes.end())
        return static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(size - m_headingSizes.begin() + 1, kDeepest));
    if (!bold || fontSize < m_bodySize * 0.95F)
        return 0;
    const auto under = static_cast<std::uint8_t>(std::min<std::size_t>(m_headingSizes.size() + 1, kDeepest));
    return std::max(under, numberedDepth(text));
}

bool DocumentStyle::keepsHyphen(std::string_view first, std::string_view second) const
{
    if (first.empty() || second.empty())
        return true;
    // "CD-" + "ROM", "1914-" + "1918".
    if (isAllCapitalsOrDigits(first) && isAllCapitalsOrDigits(second))
        return true;
    return m_hyphenated.contains(hashOf(first, "-", second)) && !m_words.contains(hashOf(first, second));
}

} // namespace app::extraction
