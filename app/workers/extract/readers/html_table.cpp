// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/html_table.h"

#include "app/workers/extract/readers/inline_text.h"

#include <algorithm>

namespace app::extraction {

void HtmlTable::beginRow()
{
    m_cells.clear();
    m_allHeadings = true;
    m_anyCell = false;
}

void HtmlTable::skipSpanned()
{
    while (m_cells.size() < m_rowsLeft.size() && m_rowsLeft[m_cells.size()] > 0) {
        --m_rowsLeft[m_cells.size()];
        m_cells.emplace_back();
    }
}

void HtmlTable::beginCell(bool heading, int columns, int rows)
{
    skipSpanned();
    m_columns = std::clamp(columns, 1, kWidest);
    m_rows = std::clamp(rows, 1, 65'534);
    m_allHeadings = m_allHeadings && heading;
    m_anyCell = true;
    m_inCell = true;
}

void HtmlTable::endCell(const std::string &text)
{
    if (!m_inCell)
        return;
    m_inCell = false;
    for (int i = 0; i < m_columns; ++i) {
        const std::size_t column = m_cells.size();
        if (column < kAligned) {
            if (column >= m_rowsLeft.size())
                m_rowsLeft.resize(column + 1);
            m_rowsLeft[column] = m_rows - 1;
        } else if (i > 0) {
            break;
        }
        m_cells.push_back(i == 0 ? cellText(text) : std::string());
    }
}

HtmlTable::Row HtmlTable::endRow()
{
    skipSpanned();
    Row row;
    row.header = m_anyCell && m_allHeadings && !m_sawData;
    m_sawData = m_sawData || !row.header;
    while (!m_cells.empty() && m_cells.back().empty())
        m_cells.pop_back();
    for (std::size_t i = 0; i < m_cells.size(); ++i) {
        if (i > 0)
            row.text += '\t';
        row.text += m_cells[i];
    }
    m_cells.clear();
    return row;
}

} // namespace app::extraction
