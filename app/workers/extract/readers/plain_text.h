// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/document_writer.h"

#include <string_view>

namespace app::extraction {

/// The lines of a text, whatever ends them.
class TextLines {
public:
    explicit TextLines(std::string_view text)
        : m_text(text)
    {
    }

    bool next(std::string_view &line);                         ///< without its end; false: there is none
    [[nodiscard]] bool endsPage() const { return m_endsPage; } ///< a form feed ended it

private:
    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_endsPage = false;
};

/// Appends the paragraphs of a text to the page that the writer has open: they are parted by empty lines and keep their
/// lines. One whose lines stand in columns is kept letter by letter. `quoted`: lines that begin with '>' are apart.
void writePlainText(std::string_view text, DocumentWriter &writer, bool quoted = false);

} // namespace app::extraction
