// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/query_terms.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace storage {

namespace {

constexpr std::size_t kMostTerms = 64;

/// Words of questions that stand in every text, of the languages that are asked in most; sorted.
/// Without them a question is answered faster and, on Cranfield, better.
constexpr auto kStopWords = std::to_array<std::string_view>({
    "a",     "aber",  "about", "all",  "als",   "also",  "am",    "an",     "and",   "any",  "are",   "as",    "at",
    "au",    "auf",   "aux",   "avec", "be",    "been",  "bei",   "but",    "by",    "can",  "ce",    "cette", "como",
    "con",   "could", "da",    "dans", "das",   "de",    "del",   "dem",    "den",   "der",  "des",   "did",   "die",
    "do",    "does",  "du",    "ein",  "eine",  "einem", "einen", "einer",  "el",    "en",   "es",    "est",   "et",
    "for",   "from",  "für",   "had",  "has",   "hat",   "have",  "how",    "i",     "if",   "il",    "im",    "in",
    "into",  "is",    "ist",   "it",   "its",   "la",    "las",   "le",     "les",   "lo",   "los",   "may",   "me",
    "mit",   "more",  "my",    "nach", "nicht", "no",    "not",   "of",     "on",    "or",   "other", "ou",    "para",
    "per",   "por",   "pour",  "que",  "qui",   "quoi",  "se",    "should", "sich",  "sind", "so",    "some",  "such",
    "sur",   "than",  "that",  "the",  "their", "them",  "then",  "there",  "these", "they", "this",  "those", "to",
    "um",    "un",    "una",   "und",  "une",   "up",    "von",   "was",    "we",    "wer",  "were",  "what",  "when",
    "where", "which", "who",   "why",  "wie",   "will",  "with",  "would",  "you",   "your", "zu",    "zum",   "zur",
});

bool isSeparator(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 && !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
}

/// Length of the UTF-8 sequence at `at`; 1 where there is none.
std::size_t sequenceLength(std::string_view text, std::size_t at)
{
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t length = byte < 0xc0 ? 1U : byte < 0xe0 ? 2U : byte < 0xf0 ? 3U : 4U;
    return std::min(length, text.size() - at);
}

bool isUnspacedAt(std::string_view text, std::size_t i)
{
    if (i + 2 >= text.size()) {
        return false;
    }
    const auto a = static_cast<unsigned char>(text[i]);
    const auto b = static_cast<unsigned char>(text[i + 1]);
    const bool thaiOrLao = a == 0xe0 && b >= 0xb8 && b <= 0xbb; // U+0E00 … U+0EFF
    const bool burmeseOrKhmer = a == 0xe1 && (b == 0x80 || b == 0x81 || b == 0x9e || b == 0x9f);
    const bool cjk = (a == 0xe2 && b >= 0xba) || (a >= 0xe3 && a <= 0xe9) || // U+2E80 … U+9FFF
                     (a == 0xef && (b == 0xa4 || b == 0xa5 || b == 0xa6 || b == 0xa7 || b == 0xa8 || b == 0xa9));
    const bool cjkBeyond = a == 0xf0 && b >= 0xa0 && b <= 0xb2; // U+20000 …
    return thaiOrLao || burmeseOrKhmer || cjk || cjkBeyond;
}

void addOnce(std::vector<std::string> &list, std::string_view word)
{
    if (!word.empty() && std::ranges::find(list, word) == list.end() && list.size() < kMostTerms) {
        list.emplace_back(word);
    }
}

} // namespace

std::string lowerAscii(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

bool isStopWord(std::string_view word)
{
    return std::ranges::find(kStopWords, lowerAscii(word)) != kStopWords.end();
}

bool isUnspaced(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (isUnspacedAt(text, i)) {
            return true;
        }
    }
    return false;
}

QueryTerms queryTerms(std::string_view question)
{
    QueryTerms terms;
    std::vector<std::string> stopped;
    std::size_t begin = 0;
    bool unspaced = false;
    const auto flush = [&](std::size_t end) {
        const std::string_view word = question.substr(begin, end - begin);
        if (unspaced) {
            addOnce(terms.pieces, word);
        } else if (isStopWord(word)) {
            addOnce(stopped, word);
        } else {
            addOnce(terms.words, word);
        }
    };
    for (std::size_t at = 0; at < question.size();) {
        const std::size_t length = sequenceLength(question, at);
        const bool separates = isSeparator(question[at]);
        const bool unspacedHere = !separates && isUnspacedAt(question, at);
        if (separates || unspacedHere != unspaced) {
            flush(at);
            begin = separates ? at + length : at;
            unspaced = unspacedHere;
        }
        at += length;
    }
    flush(question.size());
    if (terms.words.empty() && terms.pieces.empty()) {
        terms.words = std::move(stopped);
    }
    const std::size_t room = kMostTerms - std::min(terms.words.size(), kMostTerms);
    terms.pieces.resize(std::min(terms.pieces.size(), room));
    return terms;
}

std::string anyOf(const std::vector<std::string> &words)
{
    std::string expression;
    for (const std::string &word : words) {
        expression += expression.empty() ? "\"" : " OR \"";
        for (const char c : word) {
            expression += c;
            if (c == '"') {
                expression += c;
            }
        }
        expression += '"';
    }
    return expression;
}

std::vector<std::string> trigrams(const std::vector<std::string> &pieces)
{
    std::vector<std::string> all;
    for (const std::string &piece : pieces) {
        std::vector<std::size_t> starts;
        for (std::size_t at = 0; at < piece.size(); at += sequenceLength(piece, at)) {
            starts.push_back(at);
        }
        starts.push_back(piece.size());
        for (std::size_t i = 0; i + 3 < starts.size(); ++i) {
            addOnce(all, std::string_view(piece).substr(starts[i], starts[i + 3] - starts[i]));
        }
    }
    return all;
}

} // namespace storage
