// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/quotes.h"

#include "inference/unicode/unicode.h"

#include <algorithm>
#include <map>

namespace app::grounding {

namespace {

namespace uni = inference::unicode;

constexpr double kLeastShare = 0.5;

/// Marks that open a quotation and what closes it; languages share marks in different roles.
std::u32string_view closersOf(char32_t mark)
{
    switch (mark) {
    case U'"':
        return U"\"";
    case U'“':
        return U"”";
    case U'„':
        return U"“”";
    case U'”':
        return U"”";
    case U'«':
        return U"»";
    case U'»':
        return U"«»";
    case U'「':
        return U"」";
    case U'『':
        return U"』";
    case U'＂':
        return U"＂";
    default:
        return {};
    }
}

bool isWordAt(std::string_view text, std::size_t at)
{
    if (at >= text.size()) {
        return false;
    }
    const uni::Category category = uni::categoryOf(uni::decodeAt(text, at).codePoint);
    return uni::isLetter(category) || category == uni::Category::Number;
}

/// The parts of a quotation in normal form: between ellipses, without what belongs to the sentence around it.
std::vector<std::string> partsOf(std::string_view quote)
{
    std::string text = normalized(quote).text;
    for (std::size_t at = text.find("(...)"); at != std::string::npos; at = text.find("(...)")) {
        text.replace(at, 5, "...");
    }
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find("...", begin), text.size());
        std::string_view part = std::string_view(text).substr(begin, end - begin);
        constexpr std::string_view kAround = " .,;:!?\"'()";
        part.remove_prefix(std::min(part.find_first_not_of(kAround), part.size()));
        part = part.substr(0, part.find_last_not_of(kAround) + 1);
        if (!part.empty()) {
            parts.emplace_back(part);
        }
        begin = end + 3;
    }
    return parts;
}

/// Where `part` stands in `text` from `from` on as whole words.
std::size_t findWords(std::string_view text, std::string_view part, std::size_t from)
{
    const bool beginsInWord = isWordAt(part, 0) && static_cast<unsigned char>(part.front()) < 0x80;
    for (std::size_t at = text.find(part, from); at != std::string_view::npos; at = text.find(part, at + 1)) {
        const auto isAscii = [&](std::size_t i) {
            const auto byte = static_cast<unsigned char>(text[i]);
            return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        };
        const std::size_t end = at + part.size();
        const bool before = beginsInWord && at > 0 && isAscii(at - 1);
        const bool after = end < text.size() && isAscii(end - 1) && isAscii(end);
        if (!before && !after) {
            return at;
        }
    }
    return std::string_view::npos;
}

} // namespace

std::vector<storage::TextSpan> quotesIn(std::string_view text)
{
    std::vector<storage::TextSpan> quotes;
    std::size_t at = 0;
    while (at < text.size()) {
        const uni::Decoded open = uni::decodeAt(text, at);
        const std::size_t begin = at + std::max<std::uint32_t>(open.length, 1);
        at = begin;
        const std::u32string_view closers = closersOf(open.codePoint);
        if (closers.empty()) {
            continue;
        }
        for (std::size_t end = begin; end < text.size();) {
            const uni::Decoded close = uni::decodeAt(text, end);
            if (closers.contains(close.codePoint)) {
                if (end > begin) {
                    quotes.push_back({begin, end});
                }
                at = end + close.length;
                break;
            }
            end += std::max<std::uint32_t>(close.length, 1);
        }
    }
    return quotes;
}

bool isVerbatim(std::string_view quote, const NormalText &text)
{
    std::size_t from = 0;
    for (const std::string &part : partsOf(quote)) {
        const std::size_t at = findWords(text.text, part, from);
        if (at == std::string::npos) {
            return false;
        }
        from = at + part.size();
    }
    return true;
}

std::optional<NearestSpan> nearestSpan(std::string_view quote, std::span<const NormalText> texts)
{
    std::map<std::string, int> wanted;
    std::size_t length = 0;
    for (const Word &word : wordsOf(normalized(quote))) {
        ++wanted[word.key];
        ++length;
    }
    if (length == 0) {
        return std::nullopt;
    }
    NearestSpan best;
    for (std::size_t index = 0; index < texts.size(); ++index) {
        const std::vector<Word> words = wordsOf(texts[index]);
        const auto isWanted = [&wanted](const Word &word) { return wanted.contains(word.key); };
        std::map<std::string, int> left = wanted;
        std::size_t hits = 0;
        for (std::size_t end = 0; end < words.size(); ++end) {
            if (const auto found = left.find(words[end].key); found != left.end()) {
                hits += found->second > 0 ? 1 : 0;
                --found->second;
            }
            if (end >= length) {
                if (const auto gone = left.find(words[end - length].key); gone != left.end()) {
                    ++gone->second;
                    hits -= gone->second > 0 ? 1 : 0;
                }
            }
            const double share = static_cast<double>(hits) / static_cast<double>(length);
            if (share <= best.share) {
                continue;
            }
            std::size_t first = end + 1 >= length ? end + 1 - length : 0;
            std::size_t last = end;
            while (first < last && !isWanted(words[first])) {
                ++first;
            }
            while (last > first && !isWanted(words[last])) {
                --last;
            }
            best = {index, texts[index].source(words[first].begin, words[last].end), share};
        }
    }
    return best.share >= kLeastShare ? std::optional(best) : std::nullopt;
}

} // namespace app::grounding
