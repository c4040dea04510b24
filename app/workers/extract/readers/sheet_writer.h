// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/document_writer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace app::extraction {

/// A cell with something in it.
struct SheetCell {
    std::uint32_t column = 0; ///< from 0
    std::string text = {};
    bool number = false; ///< a number, a date: nothing that a heading would be
};

/// Writes the rows of a sheet to the page that is open: cells under each other whatever stands before them, empty
/// columns at the left left out, the header found.
class SheetWriter {
public:
    explicit SheetWriter(DocumentWriter &writer)
        : m_writer(writer)
    {
    }

    /// Rows in their order, their cells in the order of columns; empty rows may be left out.
    void add(std::vector<SheetCell> row);
    /// Before the page ends.
    void finish();

private:
    void writeKept();
    void write(const std::vector<SheetCell> &row, bool header);

    DocumentWriter &m_writer;
    std::vector<std::vector<SheetCell>> m_kept; ///< the first rows, until the left edge and the header are known
    std::uint32_t m_left = 0;
    bool m_writing = false;
};

} // namespace app::extraction
