// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace app::extraction {

/// A table of HTML while it is read: cells that span rows and columns keep those after them under their headings.
class HtmlTable {
public:
    struct Row {
        std::string text; ///< cells with a tab between
        bool header = false;
    };

    /// `layout`: the table arranges the page; its cells are read like any other blocks.
    explicit HtmlTable(bool layout)
        : m_layout(layout)
    {
    }

    [[nodiscard]] bool layout() const { return m_layout; }
    [[nodiscard]] bool inCell() const { return m_inCell; }
    void standsInCell(bool inside) { m_inCell = inside; }

    void beginRow();
    void beginCell(bool heading, int columns, int rows);
    void endCell(const std::string &text);
    Row endRow(); ///< of a header: all cells are headings, and no row before was without one

private:
    static constexpr int kWidest = 64;
    static constexpr std::size_t kAligned = 256; ///< columns; those beyond are not kept under their headings

    void skipSpanned();

    std::vector<std::string> m_cells;
    std::vector<int> m_rowsLeft; ///< by column: rows that a cell above still covers
    int m_columns = 1;
    int m_rows = 1;
    bool m_layout;
    bool m_inCell = false;
    bool m_allHeadings = true;
    bool m_anyCell = false;
    bool m_sawData = false;
};

} // namespace app::extraction
