// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where paragraphs of two columns begin at the same height, Poppler gives them row by row. Here a page is cut at the
// white strip between its columns, as often as there is one. (After Nagy and Seth: Hierarchical representation of
// optically scanned documents, 1984.)
#include "app/workers/extract/readers/pdf_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace app::extraction {

namespace {

using Lines = std::vector<std::uint32_t>; // indices of PlacedPage::lines

constexpr std::size_t kLeastLines = 4; // of a column, over all of its width

float middleOf(const Box &box)
{
    return (box.top + box.bottom) / 2;
}

class ColumnOrder {
public:
    explicit ColumnOrder(PlacedPage &page)
        : m_page(page)
    {
    }

    void apply()
    {
        Lines all;
        for (std::uint32_t i = 0; i < m_page.lines.size(); ++i) {
            if (m_page.words[m_page.lines[i].firstWord].rotation != 0)
                return;
            all.push_back(i);
        }
        constexpr int kMostCuts = 3; // one inside the other
        const Lines order = ordered(all, kMostCuts);
        if (order == all)
            return;
        std::vector<PlacedLine> lines;
        for (const std::uint32_t index : order)
            lines.push_back(m_page.lines[index]);
        m_page.lines = std::move(lines);
    }

private:
    struct Side {
        Lines lines;
        float top = 0; ///< of the lines that fill it
        float bottom = 0;
    };

    [[nodiscard]] const Box &box(std::uint32_t line) const { return m_page.lines[line].box; }

    [[nodiscard]] Lines ordered(const Lines &lines, int cuts) const
    {
        const std::optional<float> gutter = cuts > 0 ? gutterOf(lines) : std::nullopt;
        if (!gutter)
            return lines;
        // What reaches over the strip divides the page into zones from top to bottom.
        Lines across;
        for (const std::uint32_t line : lines) {
            if (box(line).left < *gutter && box(line).right > *gutter)
                across.push_back(line);
        }
        std::ranges::stable_sort(across, {}, [this](std::uint32_t line) { return middleOf(box(line)); });
        std::vector<Lines> zones(across.size() + 1);
        for (const std::uint32_t line : lines) {
            if (box(line).left < *gutter && box(line).right > *gutter)
                continue;
            const auto below = std::ranges::upper_bound(across, middleOf(box(line)), {},
                                                        [this](std::uint32_t other) { return middleOf(box(other)); });
            zones[static_cast<std::size_t>(below - across.begin())].push_back(line);
        }
        Lines order;
        bool divided = false;
        for (std::size_t i = 0; i < zones.size(); ++i) {
            divided = appendZone(zones[i], *gutter, cuts, order) || divided;
            if (i < across.size())
                order.push_back(across[i]);
        }
        return divided ? order : lines;
    }

    // The middle of the widest strip that the fewest words reach over; lines so wide that no column has them do not
    // count.
    [[nodiscard]] std::optional<float> gutterOf(const Lines &lines) const
    {
        constexpr std::size_t kBins = 512;
        constexpr float kMargin = 0.15F; // of the width, where no second column begins
        constexpr float kAcross = 0.55F; // of the width
        if (lines.size() < 2 * kLeastLines)
            return std::nullopt;
        float left = box(lines.front()).left;
        float right = box(lines.front()).right;
        std::int64_t words = 0;
        for (const std::uint32_t line : lines) {
            left = std::min(left, box(line).left);
            right = std::max(right, box(line).right);
            words += m_page.lines[line].wordCount;
        }
        const float bin = (right - left) / kBins;
        if (!(bin > 0) || !std::isfinite(bin))
            return std::nullopt;
        std::array<std::int64_t, kBins + 1> change{};
        const auto binOf = [&](float x) {
            return static_cast<std::size_t>(std::clamp((x - left) / bin, 0.0F, static_cast<float>(kBins)));
        };
        for (const std::uint32_t line : lines) {
            if (box(line).right - box(line).left > kAcross * (right - left))
                continue;
            change[binOf(box(line).left)] += m_page.lines[line].wordCount;
            change[binOf(box(line).right)] -= m_page.lines[line].wordCount;
        }
        std::array<std::int64_t, kBins> over{};
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < kBins; ++i)
            over[i] = sum += change[i];
        const auto first = static_cast<std::size_t>(kMargin * kBins);
        const std::size_t end = kBins - first;
        const std::int64_t fewest = *std::min_element(over.begin() + first, over.begin() + end);
        if (fewest * 4 > words)
            return std::nullopt;
        std::size_t widest = 0;
        std::size_t middle = 0;
        for (std::size_t i = first; i < end;) {
            std::size_t run = i;
            while (run < end && over[run] == fewest)
                ++run;
            if (run - i > widest) {
                widest = run - i;
                middle = i + widest / 2;
            }
            i = std::max(run, i + 1);
        }
        constexpr float kNarrowest = 0.7F; // of a line's height
        const float height = box(lines.front()).bottom - box(lines.front()).top;
        if (static_cast<float>(widest) * bin < kNarrowest * std::min(height, 12.0F))
            return std::nullopt;
        return left + (static_cast<float>(middle) + 0.5F) * bin;
    }

    // Whether lines are running text: most words stand in lines as wide as the column.
    [[nodiscard]] bool isText(Side &side) const
    {
        constexpr float kFull = 0.75F;
        constexpr std::int64_t kLeastWords = 3;
        if (side.lines.size() < kLeastLines)
            return false;
        float left = box(side.lines.front()).left;
        float right = box(side.lines.front()).right;
        for (const std::uint32_t line : side.lines) {
            left = std::min(left, box(line).left);
            right = std::max(right, box(line).right);
        }
        std::int64_t words = 0;
        std::int64_t inFull = 0;
        std::size_t full = 0;
        for (const std::uint32_t line : side.lines) {
            const std::int64_t count = m_page.lines[line].wordCount;
            words += count;
            if (count < kLeastWords || box(line).right - box(line).left < kFull * (right - left))
                continue;
            side.top = full == 0 ? box(line).top : std::min(side.top, box(line).top);
            side.bottom = full == 0 ? box(line).bottom : std::max(side.bottom, box(line).bottom);
            inFull += count;
            ++full;
        }
        return full >= kLeastLines && inFull * 2 > words;
    }

    // The left column, then the right one; as it was where these are no columns.
    bool appendZone(const Lines &zone, float gutter, int cuts, Lines &order) const
    {
        Side left;
        Side right;
        for (const std::uint32_t line : zone)
            (box(line).right <= gutter ? left : right).lines.push_back(line);
        // A side may itself be cut again, so that its lines are narrower than it.
        const auto isColumn = [&](Side &side) {
            if (isText(side))
                return true;
            const Lines inside = ordered(side.lines, cuts - 1);
            if (inside == side.lines || side.lines.empty())
                return false;
            const auto [top, bottom] =
                std::ranges::minmax(side.lines, {}, [this](std::uint32_t line) { return box(line).top; });
            side.top = box(top).top;
            side.bottom = box(bottom).bottom;
            return true;
        };
        if (!isColumn(left) || !isColumn(right) ||
            std::min(left.bottom, right.bottom) <= std::max(left.top, right.top)) {
            order.insert(order.end(), zone.begin(), zone.end());
            return false;
        }
        // Heads and feet of the page that stand on one side belong to no column.
        const float top = std::min(left.top, right.top);
        const float bottom = std::max(left.bottom, right.bottom);
        const auto appendOutside = [&](bool above) {
            for (const std::uint32_t line : zone) {
                if (above ? isAbove(line, top) : isBelow(line, bottom))
                    order.push_back(line);
            }
        };
        appendOutside(true);
        for (Side *side : {&left, &right}) {
            std::erase_if(side->lines, [&](std::uint32_t line) { return isAbove(line, top) || isBelow(line, bottom); });
            const Lines inside = ordered(side->lines, cuts - 1);
            order.insert(order.end(), inside.begin(), inside.end());
        }
        appendOutside(false);
        return true;
    }

    // A heading above a column is part of it, unless it stands far off.
    static constexpr float kFar = 2.5F; // in heights of the line

    [[nodiscard]] bool isAbove(std::uint32_t line, float top) const
    {
        return top - box(line).bottom > kFar * (box(line).bottom - box(line).top);
    }

    [[nodiscard]] bool isBelow(std::uint32_t line, float bottom) const
    {
        return box(line).top - bottom > kFar * (box(line).bottom - box(line).top);
    }

    PlacedPage &m_page;
};

} // namespace

void orderColumns(PlacedPage &page)
{
    ColumnOrder(page).apply();
}

} // namespace app::extraction
