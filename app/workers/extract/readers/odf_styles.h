// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/xml_reader.h"

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>

namespace app::extraction {

/// What the styles of OpenDocument say about reading: what is hidden, what is a title, how lists are numbered.
class OdfStyles {
public:
    static constexpr std::size_t kLevels = 10;
    struct Level {
        std::string format; ///< "1", "a", "I"; empty: no number
        std::string prefix;
        std::string suffix;
        int start = 1;
        int shown = 1; ///< levels of which the number is shown
    };
    using Levels = std::array<Level, kLevels>;

    /// At the Start of any element: takes it, to its End, if it is a style. False: it is none.
    bool take(XmlReader &xml);
    /// All styles of a part.
    void read(XmlReader &xml);

    [[nodiscard]] bool isHidden(std::string_view style) const;
    [[nodiscard]] bool isTitle(std::string_view style) const;
    [[nodiscard]] const Levels *list(std::string_view name) const; ///< null: unknown
    [[nodiscard]] const Levels &outline() const { return m_outline; }
    [[nodiscard]] const std::string &language() const { return m_language; }

private:
    struct Style {
        std::string parent;
        bool hidden = false;
    };
    void takeStyle(XmlReader &xml);
    void takeLevels(XmlReader &xml, Levels &levels);

    std::unordered_map<std::string, Style> m_styles;
    std::unordered_map<std::string, Levels> m_lists;
    Levels m_outline;
    std::string m_language;
};

/// Counts the items of lists or the headings of an outline.
class OdfCounters {
public:
    void restart() { m_begun.fill(false); }
    /// The number of the next item at a level from 0, as it is shown: "2.1. ", or nothing.
    std::string next(const OdfStyles::Levels &levels, std::size_t level);

private:
    std::array<int, OdfStyles::kLevels> m_value{};
    std::array<bool, OdfStyles::kLevels> m_begun{};
};

} // namespace app::extraction
