// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/source_units.h"

#include "app/grounding/normal_text.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace app::grounding {

namespace {

constexpr std::size_t kWrapped = 50; // bytes: a line that ends before is meant to end

/// First words of a sentence that says more about what the one before it named, without accents.
constexpr auto kLeaning = std::to_array<std::string_view>({
    "it",    "its",   "they",  "their", "them", "this",  "these", "that",   "those", "he",    "she",  "his",
    "her",   "both",  "er",    "sie",   "es",   "dies",  "diese", "dieser", "das",   "dabei", "ihre", "sein",
    "seine", "davon", "il",    "elle",  "ils",  "elles", "ce",    "cela",   "cette", "ces",   "ceci", "celui",
    "el",    "ella",  "ellos", "ellas", "esto", "este",  "esta",  "estos",  "estas", "su",    "sus",
});

bool isRow(std::string_view line)
{
    return line.find('\t') != std::string_view::npos;
}

bool isItem(std::string_view line)
{
    const std::size_t at = line.find_first_not_of(" \t\n");
    if (at == std::string_view::npos) {
        return false;
    }
    line.remove_prefix(at);
    if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("• ") || line.starts_with("– ")) {
        return true;
    }
    std::size_t digits = 0;
    while (digits < line.size() && line[digits] >= '0' && line[digits] <= '9') {
        ++digits;
    }
    return digits > 0 && digits < 3 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') &&
           line[digits + 1] == ' ';
}

/// Spaces for the line ends at which a line was only wrapped, so that offsets stay.
std::string unwrapped(std::string_view text)
{
    std::string out(text);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', begin)) {
        const std::string_view line = text.substr(begin, end - begin);
        const std::string_view next = text.substr(end + 1, text.find('\n', end + 1) - end - 1);
        if (line.size() >= kWrapped && !next.empty() && !isRow(line) && !isRow(next) && !isItem(next)) {
            out[end] = ' ';
        }
        begin = end + 1;
    }
    return out;
}

bool leans(const NormalText &unit)
{
    const std::size_t begin = unit.text.find_first_not_of(" \"(");
    if (begin == std::string::npos) {
        return false;
    }
    const std::size_t end = std::min(unit.text.find_first_of(" ,'", begin), unit.text.size());
    return std::ranges::find(kLeaning, std::string_view(unit.text).substr(begin, end - begin)) != kLeaning.end();
}

void addKeys(std::vector<std::string> &keys, const std::vector<std::string> &more)
{
    keys.insert(keys.end(), more.begin(), more.end());
    std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
}

} // namespace

std::vector<SourceUnit> unitsOf(std::string_view text)
{
    std::vector<SourceUnit> units;
    storage::TextDivider divider("");
    std::vector<std::string> before; ///< of the sentence before
    std::vector<std::string> leadIn; ///< of the last one that is no item
    std::vector<std::string> header; ///< of the first row of the table
    for (const storage::TextSpan &span : divider.sentences(unwrapped(text))) {
        const std::string_view written = text.substr(span.begin, span.end - span.begin);
        const NormalText normal = normalized(written);
        const std::vector<std::string> own = contentKeys(normal);
        SourceUnit unit{.span = span, .keys = own};
        if (isRow(written)) {
            if (header.empty()) {
                header = own;
            }
            addKeys(unit.keys, header);
        } else {
            header.clear();
            if (isItem(written)) {
                addKeys(unit.keys, leadIn);
            } else {
                if (leans(normal)) {
                    addKeys(unit.keys, before);
                }
                leadIn = own;
            }
        }
        before = own;
        units.push_back(std::move(unit));
    }
    return units;
}

} // namespace app::grounding
