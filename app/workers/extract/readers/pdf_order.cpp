// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Poppler takes the columns of a table for columns of text and gives them one after the other, and text that stands
// upright on a turned page it gives from the wrong side.
#include "app/workers/extract/readers/pdf_layout.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace app::extraction {

namespace {

constexpr std::uint32_t kMostWords = 7; // of a cell
constexpr float kWidest = 0.45F;        // of a cell, in page widths
constexpr float kSameRow = 0.6F;        // of a line's height that two cells share
constexpr float kFarthestRow = 2.6F;    // from row to row, in heights
constexpr float kAligned = 0.6F;        // in heights

float heightOf(const Box &box)
{
    return std::max(box.bottom - box.top, 1.0F);
}

bool sharesRow(const Box &one, const Box &other)
{
    const float shared = std::min(one.bottom, other.bottom) - std::max(one.top, other.top);
    return shared >= kSameRow * std::min(heightOf(one), heightOf(other)) &&
           (one.right <= other.left || other.right <= one.left);
}

bool standsUnder(const Box &one, const Box &other)
{
    const float tolerance = kAligned * heightOf(one);
    return std::fabs(one.left - other.left) < tolerance || std::fabs(one.right - other.right) < tolerance ||
           std::fabs(one.left + one.right - other.left - other.right) < 2 * tolerance;
}

struct Band {
    std::vector<std::uint32_t> lines; ///< from the left
    Box box;
};

class RowOrder {
public:
    explicit RowOrder(PlacedPage &page)
        : m_page(page)
    {
    }

    void apply()
    {
        findBands();
        for (std::size_t first = 0; first < m_bands.size();) {
            std::size_t end = first + 1;
            while (end < m_bands.size() && follows(m_bands[end - 1], m_bands[end]))
                ++end;
            if (end - first >= 2 && standsAlone(first, end))
                reorder(first, end);
            first = end;
        }
    }

private:
    [[nodiscard]] const Box &box(std::uint32_t line) const { return m_page.lines[line].box; }

    [[nodiscard]] bool isCell(const PlacedLine &line) const
    {
        return line.wordCount <= kMostWords && m_page.words[line.firstWord].rotation == 0 &&
               line.box.right - line.box.left <= kWidest * m_page.width;
    }

    // Cells side by side, two and more; from the top of the page.
    void findBands()
    {
        std::vector<std::uint32_t> cells;
        for (std::uint32_t i = 0; i < m_page.lines.size(); ++i) {
            if (isCell(m_page.lines[i]))
                cells.push_back(i);
        }
        std::ranges::stable_sort(cells, {}, [this](std::uint32_t i) { return box(i).top; });
        std::vector<bool> used(m_page.lines.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (used[cells[i]])
                continue;
            Band band{.lines = {cells[i]}, .box = box(cells[i])};
            for (std::size_t j = i + 1; j < cells.size() && box(cells[j]).top < box(cells[i]).bottom; ++j) {
                const bool beside = std::ranges::all_of(
                    band.lines, [this, &cells, j](std::uint32_t line) { return sharesRow(box(line), box(cells[j])); });
                if (used[cells[j]] || !beside)
                    continue;
                band.lines.push_back(cells[j]);
                band.box.left = std::min(band.box.left, box(cells[j]).left);
                band.box.right = std::max(band.box.right, box(cells[j]).right);
                band.box.bottom = std::max(band.box.bottom, box(cells[j]).bottom);
            }
            if (band.lines.size() < 2)
                continue;
            for (const std::uint32_t line : band.lines)
                used[line] = true;
            std::ranges::sort(band.lines, {}, [this](std::uint32_t line) { return box(line).left; });
            m_bands.push_back(std::move(band));
        }
    }

    [[nodiscard]] bool follows(const Band &above, const Band &below) const
    {
        if (below.box.top - above.box.top > kFarthestRow * heightOf(box(above.lines.front())))
            return false;
        std::size_t pairs = 0;
        for (const std::uint32_t line : below.lines) {
            pairs += std::ranges::any_of(above.lines,
                                         [this, line](std::uint32_t cell) { return standsUnder(box(cell), box(line)); })
                         ? 1
                         : 0;
        }
        return pairs >= 2;
    }

    // Two columns of text have lines that are no cells between those that are: the last ones of paragraphs.
    [[nodiscard]] bool standsAlone(std::size_t first, std::size_t end) const
    {
        const float top = m_bands[first].box.top;
        const float bottom = m_bands[end - 1].box.bottom;
        float words = 0;
        float cells = 0;
        for (std::uint32_t i = 0; i < m_page.lines.size(); ++i) {
            const Box &place = box(i);
            const float middle = (place.top + place.bottom) / 2;
            if (middle <= top || middle >= bottom)
                continue;
            if (!isCell(m_page.lines[i]))
                return false;
            words += static_cast<float>(m_page.lines[i].wordCount);
            ++cells;
        }
        // Lines of narrow columns are short as well, but full: of a table some cells hold one word or a number.
        constexpr float kUsualWords = 3.2F;
        return cells > 0 && words / cells <= kUsualWords;
    }

    void reorder(std::size_t first, std::size_t end)
    {
        std::vector<std::uint32_t> moved;
        for (std::size_t i = first; i < end; ++i)
            moved.insert(moved.end(), m_bands[i].lines.begin(), m_bands[i].lines.end());
        std::vector<bool> isMoved(m_page.lines.size());
        for (const std::uint32_t line : moved)
            isMoved[line] = true;
        const std::uint32_t place = *std::ranges::min_element(moved);
        std::vector<std::uint32_t> order;
        for (std::uint32_t i = 0; i < m_page.lines.size(); ++i) {
            if (i == place)
                order.insert(order.end(), moved.begin(), moved.end());
            if (!isMoved[i])
                order.push_back(i);
        }
        std::vector<PlacedLine> lines;
        std::vector<std::uint32_t> newPlaces(order.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            lines.push_back(m_page.lines[order[i]]);
            newPlaces[order[i]] = i;
        }
        m_page.lines = std::move(lines);
        for (Band &band : m_bands) {
            for (std::uint32_t &line : band.lines)
                line = newPlaces[line];
        }
    }

    PlacedPage &m_page;
    std::vector<Band> m_bands;
};

// "2.1", "(a)", "iv.", a bullet.
bool isMark(std::string_view text)
{
    constexpr std::size_t kLongest = 8;
    if (text.empty() || text.size() > kLongest)
        return false;
    const bool digits = text.find_first_not_of("0123456789.()") == std::string_view::npos &&
                        text.find_first_of("0123456789") != std::string_view::npos;
    const bool enclosed = text.ends_with(')') || text.ends_with('.');
    const std::size_t letters = text.find_first_not_of("ivxabcdefgh().");
    const bool bullet = text.find_first_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
                            std::string_view::npos &&
                        static_cast<unsigned char>(text.front()) >= 0x80 && text.size() <= 4;
    return digits || bullet || (enclosed && letters == std::string_view::npos && text.size() <= 5);
}

// Poppler gives numbers in the margin as a column of their own. Each goes in front of the line that it numbers, and
// both become one.
class HangingMarks {
public:
    explicit HangingMarks(PlacedPage &page)
        : m_page(page)
    {
    }

    void apply()
    {
        std::vector<std::int64_t> markOf(m_page.lines.size(), -1);
        std::vector<bool> taken(m_page.lines.size());
        for (std::uint32_t i = 0; i < m_page.lines.size(); ++i) {
            const std::int64_t line = isMarkLine(i) ? lineBeside(i) : -1;
            if (line >= 0 && markOf[static_cast<std::size_t>(line)] < 0) {
                markOf[static_cast<std::size_t>(line)] = i;
                taken[i] = true;
            }
        }
        if (std::ranges::none_of(taken, std::identity()))
            return;
        std::vector<PlacedLine> lines;
        std::vector<PlacedWord> words;
        for (std::uint32_t i = 0; i < m_page.lines.size(); ++i) {
            if (taken[i])
                continue;
            PlacedLine line = m_page.lines[i];
            const auto first = static_cast<std::uint32_t>(words.size());
            if (markOf[i] >= 0) {
                const PlacedLine &mark = m_page.lines[static_cast<std::size_t>(markOf[i])];
                addWords(mark, words);
                words.back().spaceAfter = true;
                line.numbered = true;
                line.box = {.left = mark.box.left,
                            .top = std::min(mark.box.top, line.box.top),
                            .right = line.box.right,
                            .bottom = std::max(mark.box.bottom, line.box.bottom)};
            }
            addWords(m_page.lines[i], words);
            line.firstWord = first;
            line.wordCount = static_cast<std::uint32_t>(words.size()) - first;
            lines.push_back(line);
        }
        m_page.lines = std::move(lines);
        m_page.words = std::move(words);
    }

private:
    [[nodiscard]] bool isMarkLine(std::uint32_t index) const
    {
        const PlacedLine &line = m_page.lines[index];
        const PlacedWord &word = m_page.words[line.firstWord];
        return line.wordCount == 1 && word.rotation == 0 && isMark(m_page.text(word));
    }

    // The next line to the right in the same row, which is longer than a cell of a table; -1 without one.
    [[nodiscard]] std::int64_t lineBeside(std::uint32_t index) const
    {
        constexpr float kFarthest = 6;
        const Box &mark = m_page.lines[index].box;
        std::int64_t nearest = -1;
        for (std::uint32_t i = 0; i < m_page.lines.size(); ++i) {
            const PlacedLine &line = m_page.lines[i];
            const float gap = line.box.left - mark.right;
            if (i == index || gap < 0 || gap > kFarthest * heightOf(mark) || !sharesRow(mark, line.box) ||
                line.wordCount < 3 || line.box.right - line.box.left < 8 * heightOf(mark))
                continue;
            if (nearest < 0 || line.box.left < m_page.lines[static_cast<std::size_t>(nearest)].box.left)
                nearest = i;
        }
        return nearest;
    }

    void addWords(const PlacedLine &line, std::vector<PlacedWord> &words) const
    {
        const auto first = m_page.words.begin() + line.firstWord;
        words.insert(words.end(), first, first + line.wordCount);
    }

    PlacedPage &m_page;
};

// Where a line stands when the page is turned so that it reads from left to right, downwards.
float depthOf(const PlacedPage &page, const PlacedLine &line)
{
    switch (page.words[line.firstWord].rotation) {
    case 1:
        return -line.box.right;
    case 2:
        return -line.box.bottom;
    case 3:
        return line.box.left;
    default:
        return line.box.top;
    }
}

} // namespace

void orderLines(PlacedPage &page)
{
    orderColumns(page);
    RowOrder(page).apply();
    HangingMarks(page).apply();
    const auto turned = [&page](const PlacedLine &line) { return page.words[line.firstWord].rotation; };
    for (auto first = page.lines.begin(); first != page.lines.end();) {
        const auto end = std::find_if(first, page.lines.end(),
                                      [&](const PlacedLine &line) { return turned(line) != turned(*first); });
        if (turned(*first) != 0)
            std::stable_sort(first, end, [&page](const PlacedLine &one, const PlacedLine &other) {
                // Half a point apart is one line.
                return std::round(2 * depthOf(page, one)) < std::round(2 * depthOf(page, other));
            });
        first = end;
    }
}

} // namespace app::extraction
