// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace app::extraction {

/// The text of a paragraph while it is read: runs of white space become one space, whatever kinds of it they are made
/// of.
class InlineText {
public:
    /// `fits`: bytes that the page can still take. More than that is kept, so that PageBuilder sees what it cuts, but
    /// not without end.
    explicit InlineText(std::uint64_t fits)
        : m_most(2 * fits + 64)
    {
    }

    void add(std::string_view text); ///< line ends count as spaces
    void addTab() { addBreak('\t'); }
    void addLineBreak() { addBreak('\n'); }
    void addVerbatim(std::string_view text); ///< as it is: preformatted text

    [[nodiscard]] bool isEmpty() const { return m_text.empty(); }
    /// The text, without a space at its end; the object is empty afterwards.
    std::string take();

private:
    void addBreak(char letter);

    std::string m_text;
    std::uint64_t m_most;
};

/// Text as a table's cell: on one line, without tabs.
std::string cellText(std::string_view text);

/// Whether there is anything to read in a text.
bool isBlankText(std::string_view text);

} // namespace app::extraction
