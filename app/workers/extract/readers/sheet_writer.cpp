// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/sheet_writer.h"

#include "app/workers/extract/readers/inline_text.h"

#include <algorithm>

namespace app::extraction {

namespace {

constexpr std::size_t kLookedAt = 32;        // rows
constexpr std::uint32_t kWidestGap = 64;     // columns without anything that are shown as such
constexpr std::size_t kLongestHeading = 200; // bytes of a cell

// The names of columns: all texts, different from each other, none missing between, over rows of the same width.
bool isHeader(const std::vector<std::vector<SheetCell>> &rows)
{
    if (rows.size() < 2 || rows[0].empty())
        return false;
    const auto &first = rows[0];
    std::vector<std::string_view> names;
    for (const SheetCell &cell : first) {
        if (cell.number || cell.text.size() > kLongestHeading)
            return false;
        names.push_back(cell.text);
    }
    std::ranges::sort(names);
    if (std::ranges::adjacent_find(names) != names.end())
        return false;
    if (first.size() + 1 < first.back().column - first.front().column + 1)
        return false;
    // A title above a table is one cell alone.
    const std::size_t next = rows[1].size();
    return first.size() >= 2 ? first.size() + 1 >= next : next == 1 && rows[1][0].number;
}

} // namespace

void SheetWriter::add(std::vector<SheetCell> row)
{
    std::erase_if(row, [](const SheetCell &cell) { return isBlankText(cell.text); });
    if (row.empty())
        return;
    if (m_writing) {
        write(row, false);
        return;
    }
    m_kept.push_back(std::move(row));
    if (m_kept.size() >= kLookedAt)
        writeKept();
}

void SheetWriter::writeKept()
{
    m_writing = true;
    if (m_kept.empty())
        return;
    m_left = UINT32_MAX;
    for (const auto &row : m_kept)
        m_left = std::min(m_left, row.front().column);
    // A title or two may stand above the names.
    std::size_t at = 0;
    while (at < 3 && at + 1 < m_kept.size() && m_kept[at].size() == 1 && m_kept[at + 1].size() > 1)
        ++at;
    const bool header = isHeader({m_kept.begin() + static_cast<std::ptrdiff_t>(at), m_kept.end()});
    for (std::size_t i = 0; i < m_kept.size(); ++i)
        write(m_kept[i], header && i == at);
    m_kept.clear();
}

void SheetWriter::write(const std::vector<SheetCell> &row, bool header)
{
    std::string text;
    std::uint32_t column = m_left;
    bool first = true;
    for (const SheetCell &cell : row) {
        const std::uint32_t gap = cell.column > column ? cell.column - column : (first ? 0U : 1U);
        text.append(std::min(gap, kWidestGap), '\t');
        text += cellText(cell.text);
        column = std::max(cell.column, column);
        first = false;
        if (text.size() > m_writer.textLeft())
            break;
    }
    m_writer.add(BlockKind::TableRow, text, 0, header);
}

void SheetWriter::finish()
{
    if (!m_writing)
        writeKept();
}

} // namespace app::extraction
