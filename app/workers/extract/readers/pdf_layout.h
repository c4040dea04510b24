// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// From placed words to a page of text: lines, running heads, blocks, headings, words broken at line ends. Pure
// functions over words and boxes; where the words come from (Poppler, recognition) does not matter.
#pragma once

#include "app/extraction/document.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace app::extraction {

/// A word as it was found, in reading order.
struct PlacedWord {
    std::uint32_t begin = 0; ///< bytes of PlacedPage::bytes
    std::uint32_t end = 0;
    Box box;
    float fontSize = 0;        ///< points
    std::uint8_t rotation = 0; ///< quarter turns of the shown page: 1 reads downwards, 3 upwards
    bool bold = false;
    bool spaceAfter = false;
    bool overlay = false; ///< in a font of programs that lay recognised text, unseen, over a scan
};

/// Words that stand behind each other.
struct PlacedLine {
    std::uint32_t firstWord = 0;
    std::uint32_t wordCount = 0;
    Box box;
    float fontSize = 0; ///< of most of its characters
    bool bold = false;  ///< all of it
    bool running = false;
    bool numbered = false; ///< starts with a number or a bullet that hangs in the margin
};

/// A page between the two passes over a document.
struct PlacedPage {
    std::string label;
    float width = 0;
    float height = 0;
    TextSource source = TextSource::None;
    std::uint8_t confidence = 100;
    std::string bytes; ///< the words' UTF-8, one behind the other
    std::vector<PlacedWord> words;
    std::vector<PlacedLine> lines;

    [[nodiscard]] std::string_view text(const PlacedWord &word) const
    {
        return std::string_view(bytes).substr(word.begin, word.end - word.begin);
    }
};

/// Fills `lines`: a word goes on the line of the one before while it stands beside it.
void makeLines(PlacedPage &page);

/// Brings columns of text one behind the other, left before right. Does not look into tables.
void orderColumns(PlacedPage &page);

/// Brings lines into the order in which they are read where words did not come in it: rows of tables, turned text,
/// numbers that hang beside their paragraphs.
void orderLines(PlacedPage &page);

/// Marks lines that are repeated at the same place over pages, and lone page numbers.
void markRunningLines(std::vector<PlacedPage> &pages);

/// A title of the document's outline, in its order.
struct OutlineEntry {
    std::string title;
    std::uint8_t level = 1;
};

/// What one page cannot say: counted over all of them.
class DocumentStyle {
public:
    DocumentStyle(const std::vector<PlacedPage> &pages, const std::vector<OutlineEntry> &outline);

    /// 1 to 6, or 0 for a block that is no heading.
    [[nodiscard]] std::uint8_t headingLevel(std::string_view text, float fontSize, bool bold, std::size_t lines) const;
    /// Whether a word that is broken after a hyphen keeps it: "well-" + "known".
    [[nodiscard]] bool keepsHyphen(std::string_view first, std::string_view second) const;
    [[nodiscard]] float bodySize() const { return m_bodySize; }

private:
    float m_bodySize = 0;
    std::vector<float> m_headingSizes;                             ///< descending
    std::unordered_set<std::uint64_t> m_words;                     ///< hashes of all words
    std::unordered_set<std::uint64_t> m_hyphenated;                ///< of those with a hyphen inside
    std::vector<std::pair<std::uint64_t, std::uint8_t>> m_outline; ///< hash of the title, level; sorted
};

/// The page as it goes out. `page` is used up.
Page makePage(PlacedPage page, const DocumentStyle &style);

} // namespace app::extraction
