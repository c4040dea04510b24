// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How readers of formats without a layout make pages: text is cleaned here, so that no reader has to.
#pragma once

#include "app/workers/extract/reader.h"

namespace app::extraction {

/// Text as Page::text has it: valid UTF-8 (bytes that are not become U+FFFD), NFC, CR LF and CR as line feeds, no
/// control characters but line feed and tab, no byte order mark, no soft hyphens, no bidirectional overrides.
std::string cleanText(std::string_view text);

/// Makes one page out of blocks.
class PageBuilder {
public:
    /// Takes a page of the budget: see full().
    explicit PageBuilder(const Context &context);

    /// Appends a block: its text cleaned, without white space at its ends (tabs before a row's text are empty cells and
    /// stay); nothing when that leaves nothing. Takes it off the budget; what does not fit is cut at a character and
    /// cut() is true from then on. `level` and `header` are brought to what the kind can have.
    void add(BlockKind kind, std::string_view text, std::uint8_t level = 0, bool header = false);

    void setLabel(std::string_view label); ///< cleaned, on one line
    [[nodiscard]] std::size_t blockCount() const { return m_page.blocks.size(); }
    [[nodiscard]] bool isEmpty() const { return m_page.blocks.empty(); }
    [[nodiscard]] bool full() const { return m_full; } ///< no page was left in the budget: nothing is added
    [[nodiscard]] bool cut() const { return m_cut; }   ///< text was left out: the page wants a CutText notice

    /// The page; its source is File when it has text. The builder is empty afterwards and must not be used again.
    Page take();

private:
    Budget &m_budget;
    Page m_page;
    bool m_full = false;
    bool m_cut = false;
};

} // namespace app::extraction
