// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/odf_styles.h"

#include "app/workers/extract/readers/docx_styles.h"
#include "app/workers/extract/readers/ooxml_package.h"

#include <algorithm>

namespace app::extraction {

namespace {

constexpr int kLongestChain = 32; // styles that are based on each other in a circle

std::string_view wordFormat(std::string_view format)
{
    if (format == "a")
        return "lowerLetter";
    if (format == "A")
        return "upperLetter";
    if (format == "i")
        return "lowerRoman";
    if (format == "I")
        return "upperRoman";
    return "decimal";
}

} // namespace

bool OdfStyles::take(XmlReader &xml)
{
    if (xml.isStart(Ns::Style, "style")) {
        takeStyle(xml);
    } else if (xml.isStart(Ns::Style, "default-style")) {
        takeStyle(xml);
    } else if (xml.isStart(Ns::Text, "list-style")) {
        takeLevels(xml, m_lists[std::string(xml.attributeOr(Ns::Style, "name", ""))]);
    } else if (xml.isStart(Ns::Text, "outline-style")) {
        takeLevels(xml, m_outline);
    } else {
        return false;
    }
    return true;
}

void OdfStyles::read(XmlReader &xml)
{
    while (xml.next())
        if (xml.isStart())
            take(xml);
}

void OdfStyles::takeStyle(XmlReader &xml)
{
    const std::string name(xml.attributeOr(Ns::Style, "name", ""));
    Style style{.parent = std::string(xml.attributeOr(Ns::Style, "parent-style-name", ""))};
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (xml.isStart(Ns::Style, "text-properties")) {
            style.hidden = style.hidden || xml.attributeOr(Ns::Text, "display", "") == "none";
            const std::string_view language = xml.attributeOr(Ns::FormatObjects, "language", "none");
            if (name.empty() && m_language.empty() && language != "none") {
                m_language = language;
                const std::string_view country = xml.attributeOr(Ns::FormatObjects, "country", "none");
                if (country != "none")
                    m_language += '-' + std::string(country);
            }
        } else if (xml.isStart(Ns::Style, "table-properties")) {
            style.hidden = style.hidden || xml.attributeOr(Ns::Table, "display", "true") == "false";
        }
    }
    if (!name.empty())
        m_styles.insert_or_assign(name, std::move(style));
}

void OdfStyles::takeLevels(XmlReader &xml, Levels &levels)
{
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart(Ns::Text, "list-level-style-number") && !xml.isStart(Ns::Text, "outline-level-style"))
            continue;
        const int level = toInt(xml.attributeOr(Ns::Text, "level", "1"), 1);
        if (level < 1 || level > static_cast<int>(kLevels))
            continue;
        constexpr std::size_t kLongest = 40;
        levels[static_cast<std::size_t>(level - 1)] = {
            .format = std::string(xml.attributeOr(Ns::Style, "num-format", "").substr(0, kLongest)),
            .prefix = std::string(xml.attributeOr(Ns::Style, "num-prefix", "").substr(0, kLongest)),
            .suffix = std::string(xml.attributeOr(Ns::Style, "num-suffix", "").substr(0, kLongest)),
            .start = std::clamp(toInt(xml.attributeOr(Ns::Text, "start-value", "1"), 1), 0, 1'000'000),
            .shown =
                std::clamp(toInt(xml.attributeOr(Ns::Text, "display-levels", "1"), 1), 1, static_cast<int>(kLevels)),
        };
    }
}

bool OdfStyles::isHidden(std::string_view style) const
{
    std::string name(style);
    for (int i = 0; i < kLongestChain && !name.empty(); ++i) {
        const auto found = m_styles.find(name);
        if (found == m_styles.end())
            return false;
        if (found->second.hidden)
            return true;
        name = found->second.parent;
    }
    return false;
}

bool OdfStyles::isTitle(std::string_view style) const
{
    if (style == "Title")
        return true;
    const auto found = m_styles.find(std::string(style));
    return found != m_styles.end() && found->second.parent == "Title";
}

const OdfStyles::Levels *OdfStyles::list(std::string_view name) const
{
    const auto found = m_lists.find(std::string(name));
    return found == m_lists.end() ? nullptr : &found->second;
}

std::string OdfCounters::next(const OdfStyles::Levels &levels, std::size_t level)
{
    level = std::min(level, OdfStyles::kLevels - 1);
    m_value[level] = m_begun[level] ? m_value[level] + 1 : levels[level].start;
    m_begun[level] = true;
    for (std::size_t deeper = level + 1; deeper < OdfStyles::kLevels; ++deeper)
        m_begun[deeper] = false;
    if (levels[level].format.empty())
        return {};
    const std::size_t from = level + 1 - std::min(level + 1, static_cast<std::size_t>(levels[level].shown));
    std::string text = levels[level].prefix;
    bool first = true;
    for (std::size_t i = from; i <= level; ++i) {
        if (levels[i].format.empty())
            continue;
        if (!first)
            text += '.';
        first = false;
        text += formatNumber(m_begun[i] ? m_value[i] : levels[i].start, wordFormat(levels[i].format));
    }
    return text + levels[level].suffix + ' ';
}

} // namespace app::extraction
