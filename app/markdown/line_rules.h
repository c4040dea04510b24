// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// CommonMark's rules about a single line, as far as the splitter needs them to know where a block may end.
#pragma once

#include <QStringView>
#include <optional>

namespace app::markdown {

/// The opening line of a fenced code block.
struct FenceStart {
    QChar mark;       ///< '`' or '~'
    int length = 0;   ///< >= 3
    int indent = 0;   ///< columns, 0 to 3
    QStringView info; ///< what follows the fence, trimmed
};

/// The marker that opens a list item.
struct ItemStart {
    bool ordered = false;
    QChar mark; ///< the bullet, or the delimiter after the number
    int number = 0;
    int contentIndent = 0; ///< columns from which a line belongs to the item
    bool empty = false;    ///< nothing follows the marker on this line
    /// Whether such a line ends a paragraph that it follows without a blank line.
    [[nodiscard]] bool interruptsParagraph() const { return !empty && (!ordered || number == 1); }
};

/// Width of the leading white space in columns; tabs go to multiples of four.
int indentOf(QStringView line);
bool isBlank(QStringView line);
std::optional<FenceStart> fenceStart(QStringView line);
/// Whether the line closes that fence; an unfinished line may look so and then go on.
bool closesFence(QStringView line, const FenceStart &fence);
std::optional<ItemStart> itemStart(QStringView line);
bool isThematicBreak(QStringView line);
bool isAtxHeading(QStringView line);
bool isQuote(QStringView line);
/// The second line of a table: pipes, dashes, colons, with at least one pipe.
bool isTableDelimiter(QStringView line);
/// A line that a Markdown parser would take away as a link reference definition, `[name]: target`.
bool isDefinition(QStringView line);

} // namespace app::markdown
