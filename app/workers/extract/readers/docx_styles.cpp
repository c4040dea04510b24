// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/docx_styles.h"

#include "app/workers/extract/readers/ooxml_package.h"

#include <algorithm>
#include <utility>

namespace app::extraction {

namespace {

constexpr int kLargest = 3276;    // half points, as Word has it
constexpr int kLongestChain = 32; // styles that are based on each other in a circle

std::string_view value(const XmlReader &xml)
{
    return xml.attributeOr(Ns::Word, "val", "");
}

std::string roman(int value)
{
    constexpr auto kSigns = std::to_array<std::pair<int, std::string_view>>({{1000, "m"},
                                                                             {900, "cm"},
                                                                             {500, "d"},
                                                                             {400, "cd"},
                                                                             {100, "c"},
                                                                             {90, "xc"},
                                                                             {50, "l"},
                                                                             {40, "xl"},
                                                                             {10, "x"},
                                                                             {9, "ix"},
                                                                             {5, "v"},
                                                                             {4, "iv"},
                                                                             {1, "i"}});
    std::string text;
    for (const auto &[worth, sign] : kSigns)
        for (; value >= worth; value -= worth)
            text += sign;
    return text;
}

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    return text;
}

} // namespace

std::string formatNumber(int value, std::string_view format)
{
    if (format == "none" || format == "bullet")
        return {};
    if (format == "lowerLetter" || format == "upperLetter") {
        if (value < 1 || value > 26 * 30)
            return std::to_string(value);
        // Word goes on with aa, bb, cc.
        const std::string letters(static_cast<std::size_t>((value - 1) / 26 + 1),
                                  static_cast<char>('a' + (value - 1) % 26));
        return format == "lowerLetter" ? letters : upper(letters);
    }
    if ((format == "lowerRoman" || format == "upperRoman") && value >= 1 && value < 4000)
        return format == "lowerRoman" ? roman(value) : upper(roman(value));
    if (format == "decimalZero" && value >= 0 && value < 10)
        return "0" + std::to_string(value);
    return std::to_string(value);
}

void WordStyles::read(XmlReader &xml)
{
    while (xml.next()) {
        if (xml.isStart(Ns::Word, "style")) {
            readStyle(xml);
        } else if (xml.isStart(Ns::Word, "lang")) {
            m_language = value(xml);
        } else if (xml.isStart(Ns::Word, "sz")) {
            m_halfPoints = std::clamp(toInt(value(xml), m_halfPoints), 0, kLargest);
        }
    }
}

void WordStyles::readStyle(XmlReader &xml)
{
    WordStyle style;
    std::string id(xml.attributeOr(Ns::Word, "styleId", ""));
    if (xml.attributeOr(Ns::Word, "type", "") == "paragraph" && isOn(xml.attribute(Ns::Word, "default"), false))
        m_default = id;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart() || xml.ns() != Ns::Word)
            continue;
        if (xml.name() == "name") {
            style.name = value(xml);
            std::ranges::transform(style.name, style.name.begin(), [](char letter) {
                return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
            });
        } else if (xml.name() == "basedOn") {
            style.basedOn = value(xml);
        } else if (xml.name() == "outlineLvl") {
            style.outline = toInt(value(xml), -1);
        } else if (xml.name() == "numId") {
            style.listId = toInt(value(xml), -1);
        } else if (xml.name() == "ilvl") {
            style.listLevel = toInt(value(xml), 0);
        } else if (xml.name() == "vanish") {
            style.hidden = isOn(xml.attribute(Ns::Word, "val"));
        } else if (xml.name() == "sz") {
            style.halfPoints = std::clamp(toInt(value(xml), -1), -1, kLargest);
        } else if (xml.name() == "b") {
            style.bold = isOn(xml.attribute(Ns::Word, "val")) ? 1 : 0;
        }
    }
    m_styles.insert_or_assign(std::move(id), std::move(style));
}

template <class Pick>
const WordStyle *WordStyles::nearest(std::string_view id, Pick pick) const
{
    std::string name(id);
    for (int i = 0; i < kLongestChain && !name.empty(); ++i) {
        const auto found = m_styles.find(name);
        if (found == m_styles.end())
            return nullptr;
        if (pick(found->second))
            return &found->second;
        name = found->second.basedOn;
    }
    return nullptr;
}

int WordStyles::headingLevel(std::string_view id) const
{
    const auto level = [](const WordStyle &style) {
        if (style.outline >= 0)
            return style.outline < 9 ? style.outline + 1 : 0;
        if (style.name == "title")
            return 1;
        if (style.name.starts_with("heading "))
            return std::max(toInt(std::string_view(style.name).substr(8), 0), 0);
        return -1;
    };
    const WordStyle *style = nearest(id, [&](const WordStyle &one) { return level(one) >= 0; });
    return style == nullptr ? 0 : std::min(level(*style), 6);
}

bool WordStyles::isHidden(std::string_view id) const
{
    return nearest(id, [](const WordStyle &style) { return style.hidden; }) != nullptr;
}

TextLook WordStyles::look(std::string_view id) const
{
    const std::string_view named = id.empty() ? std::string_view(m_default) : id;
    const WordStyle *sized = nearest(named, [](const WordStyle &style) { return style.halfPoints >= 0; });
    const WordStyle *weighted = nearest(named, [](const WordStyle &style) { return style.bold >= 0; });
    return {.halfPoints = sized != nullptr ? sized->halfPoints : m_halfPoints,
            .bold = weighted != nullptr && weighted->bold == 1};
}

bool WordStyles::isBold(std::string_view id) const
{
    const WordStyle *weighted = nearest(id, [](const WordStyle &style) { return style.bold >= 0; });
    return weighted != nullptr && weighted->bold == 1;
}

bool WordStyles::isContents(std::string_view id) const
{
    return nearest(id, [](const WordStyle &style) {
               return style.name.starts_with("toc ") && style.name != "toc heading";
           }) != nullptr;
}

const WordStyle *WordStyles::listStyle(std::string_view id) const
{
    return nearest(id, [](const WordStyle &style) { return style.listId >= 0; });
}

void WordNumbering::read(XmlReader &xml)
{
    while (xml.next()) {
        if (xml.isStart(Ns::Word, "abstractNum")) {
            readAbstract(xml);
        } else if (xml.isStart(Ns::Word, "num")) {
            readList(xml);
        }
    }
}

void WordNumbering::readAbstract(XmlReader &xml)
{
    const int id = toInt(xml.attributeOr(Ns::Word, "abstractNumId", ""), -1);
    std::array<Level, kLevels> levels;
    std::size_t at = kLevels;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart() || xml.ns() != Ns::Word)
            continue;
        if (xml.name() == "lvl") {
            const int level = toInt(xml.attributeOr(Ns::Word, "ilvl", "0"), 0);
            at = level >= 0 && level < kLevels ? static_cast<std::size_t>(level) : kLevels;
        } else if (at < kLevels && xml.name() == "start") {
            levels[at].start = std::clamp(toInt(value(xml), 1), 0, 1'000'000);
        } else if (at < kLevels && xml.name() == "numFmt") {
            levels[at].format = value(xml);
        } else if (at < kLevels && xml.name() == "lvlText") {
            levels[at].text = value(xml).substr(0, 200);
        }
    }
    m_abstract.insert_or_assign(id, std::move(levels));
}

void WordNumbering::readList(XmlReader &xml)
{
    const int id = toInt(xml.attributeOr(Ns::Word, "numId", ""), -1);
    List list;
    std::size_t at = kLevels;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (xml.isStart(Ns::Word, "abstractNumId")) {
            list.abstractId = toInt(value(xml), -1);
        } else if (xml.isStart(Ns::Word, "lvlOverride")) {
            const int level = toInt(xml.attributeOr(Ns::Word, "ilvl", "0"), 0);
            at = level >= 0 && level < kLevels ? static_cast<std::size_t>(level) : kLevels;
        } else if (at < kLevels && xml.isStart(Ns::Word, "startOverride")) {
            list.starts[at] = std::clamp(toInt(value(xml), 1), 0, 1'000'000);
            list.overrides[at] = true;
        }
    }
    m_lists.insert_or_assign(id, list);
}

std::string WordNumbering::next(int listId, int level)
{
    const auto list = m_lists.find(listId);
    if (list == m_lists.end() || level < 0 || level >= kLevels)
        return {};
    const auto abstract = m_abstract.find(list->second.abstractId);
    if (abstract == m_abstract.end())
        return {};
    const auto &levels = abstract->second;
    Counters &counters = m_counters[list->second.abstractId];
    const auto at = static_cast<std::size_t>(level);
    auto &restarted = m_restarted[listId];
    if (list->second.overrides[at] && !restarted[at]) {
        counters.value[at] = list->second.starts[at];
        restarted[at] = true;
    } else {
        counters.value[at] = counters.begun[at] ? counters.value[at] + 1 : levels[at].start;
    }
    counters.begun[at] = true;
    for (std::size_t deeper = at + 1; deeper < kLevels; ++deeper)
        counters.begun[deeper] = false;

    if (levels[at].format == "bullet" || levels[at].format == "none")
        return {};
    std::string text;
    for (std::size_t i = 0; i < levels[at].text.size(); ++i) {
        const char letter = levels[at].text[i];
        const char digit = i + 1 < levels[at].text.size() ? levels[at].text[i + 1] : '\0';
        if (letter == '%' && digit >= '1' && digit <= '9') {
            const auto other = static_cast<std::size_t>(digit - '1');
            const int shown = counters.begun[other] || other == at ? counters.value[other] : levels[other].start;
            text += formatNumber(shown, levels[other].format);
            ++i;
        } else {
            text += letter;
        }
    }
    return text.empty() ? text : text + ' ';
}

} // namespace app::extraction
