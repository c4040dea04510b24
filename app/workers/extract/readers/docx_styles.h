// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/docx_headings.h"
#include "app/workers/extract/readers/xml_reader.h"

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

namespace app::extraction {

/// What a style of a word-processing document says about reading.
struct WordStyle {
    std::string name; ///< in English, in lower case, whatever language the program spoke
    std::string basedOn;
    int outline = -1; ///< 0 is the highest level of heading, 9 is body; -1: not said
    int listId = -1;  ///< -1: not said; 0: no list
    int listLevel = 0;
    bool hidden = false;
    int halfPoints = -1; ///< size of letters; -1: not said
    int bold = -1;       ///< 0 or 1; -1: not said
};

class WordStyles {
public:
    void read(XmlReader &xml);

    [[nodiscard]] const std::string &language() const { return m_language; } ///< of the defaults
    /// 1 to 6 of a heading, else 0.
    [[nodiscard]] int headingLevel(std::string_view id) const;
    [[nodiscard]] bool isHidden(std::string_view id) const;
    /// Size and weight of a style's text; of what has no style where `id` is empty.
    [[nodiscard]] TextLook look(std::string_view id) const;
    /// Of a style of characters, which says only what differs.
    [[nodiscard]] bool isBold(std::string_view id) const;
    /// Of a table of contents: what it says stands elsewhere.
    [[nodiscard]] bool isContents(std::string_view id) const;
    /// The style, or the nearest that it is based on, which says a list; null: none does.
    [[nodiscard]] const WordStyle *listStyle(std::string_view id) const;

private:
    template <class Pick>
    const WordStyle *nearest(std::string_view id, Pick pick) const;
    void readStyle(XmlReader &xml);

    std::unordered_map<std::string, WordStyle> m_styles;
    std::string m_language;
    std::string m_default; ///< the style of paragraphs that name none
    int m_halfPoints = 20; ///< where no style says it
};

/// Numbers of lists, counted as the document is read.
class WordNumbering {
public:
    void read(XmlReader &xml);

    /// What stands before the next item of a list at a level from 0: "2.1 ", or nothing for a bullet.
    std::string next(int listId, int level);

private:
    static constexpr int kLevels = 9;
    struct Level {
        std::string format = "decimal";
        std::string text;
        int start = 1;
    };
    struct List {
        int abstractId = -1;
        std::array<int, kLevels> starts{}; ///< of levels that begin elsewhere than the abstract list says
        std::array<bool, kLevels> overrides{};
    };
    struct Counters {
        std::array<int, kLevels> value{};
        std::array<bool, kLevels> begun{};
    };

    void readAbstract(XmlReader &xml);
    void readList(XmlReader &xml);

    std::unordered_map<int, std::array<Level, kLevels>> m_abstract;
    std::unordered_map<int, List> m_lists;
    std::unordered_map<int, Counters> m_counters; ///< by abstract list: lists that share one go on counting
    std::unordered_map<int, std::array<bool, kLevels>> m_restarted;
};

/// A number in a list's format as Word names it ("lowerLetter", "upperRoman"); unknown ones are decimal.
std::string formatNumber(int value, std::string_view format);

} // namespace app::extraction
