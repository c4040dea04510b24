// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a model writes at a step of a summary: its citations, and where it goes round in circles. Pure functions; all
// text is UTF-8.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace app {

/// A passage of one of the documents that are summarized.
struct PassageRef {
    std::size_t document = 0; ///< index
    std::size_t passage = 0;  ///< index
    auto operator<=>(const PassageRef &) const = default;
};

/// Numbers passages in the order in which they are first met, from 1.
class CitationTable {
public:
    std::size_t idOf(PassageRef passage);
    [[nodiscard]] const std::vector<PassageRef> &passages() const { return m_passages; }

private:
    std::vector<PassageRef> m_passages;
};

/// A text whose [n] stands for passages[n - 1].
struct CitedText {
    std::string text;
    std::vector<PassageRef> passages;
};

/// The text with its citations in one form, "[1][3]": lists and ranges are taken apart, numbers above `ids` and 0 are
/// left out, and so is one that its text broke off in. Square brackets with anything else in them stay.
std::string normalizedCitations(std::string_view text, std::size_t ids);

/// The text with the numbers that its passages have in `table`.
std::string renumbered(const CitedText &cited, CitationTable &table);

/// The ids that a normalized text cites, ascending, each once.
std::vector<std::size_t> citedIds(std::string_view text);

/// A document's text as it may stand in a prompt: what looks like a citation does so no more.
std::string withoutCitationLookalikes(std::string_view text);

/// Up to where a text goes forward: before a line or sentence that was there already, or behind the first of several
/// repetitions of the same words. Its size when it does so to the end. What follows the place where a loop is known
/// never changes the answer. `ended`: its last sentence is complete.
std::size_t sizeBeforeLoop(std::string_view text, bool ended);

/// The text up to its loop, if any, with normalized citations behind what they are for, and without white space around
/// it. Without `ended`, for text that still grows, a last sentence that so far repeats an earlier one is held back.
std::string cleanedText(std::string_view text, std::size_t ids, bool ended);

/// A text's lines and sentences, each with the white space behind it. Together they are the text; where one ends
/// depends on nothing behind it, but that the last may be open.
std::vector<std::string_view> partsOf(std::string_view text);

/// Hashes of the words of a text that may tell it from others, without case: longer ones, and numbers.
using TellingWords = std::unordered_set<std::uint64_t>;
TellingWords tellingWords(std::string_view text);

/// The source (from 1) that has all of a sentence's numbers and most of its words, rare ones counting more; 0 when none
/// has half of them, or when the sentence has too few to tell.
std::size_t likeliestSource(std::string_view sentence, std::span<const TellingWords> sources);

/// The lines of a list, without their bullets; of a text without a list its sentences.
std::vector<std::string> pointsOf(std::string_view text);

/// The points of a text, "- " in front of each, one a line. `cut`: the last one broke off, and is left out unless it is
/// the only one. Empty when the text says nothing ("none", only headings, only citations).
std::string listOfPoints(std::string_view text, bool cut);

} // namespace app
