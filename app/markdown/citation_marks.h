// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What stands in an answer besides its Markdown: numbers of sources, and sentences that no source says.
#pragma once

#include "app/markdown/block.h"

#include <functional>

namespace app::markdown {

/// Whether an answer was given a source of that number.
using KnownSource = std::function<bool(int number)>;

/// A run of the text of a block.
struct BlockRange {
    qsizetype block = 0;
    qsizetype start = 0; ///< UTF-16 units
    qsizetype length = 0;
    bool operator==(const BlockRange &) const = default;
};

/// Adds styles to a run of text. Spans that it cuts are divided; everything else about them stays.
void addStyle(StyledText &text, qsizetype start, qsizetype length, quint8 styles);

/// Inserts `words` in styles of their own. Spans behind it move; one around it is divided. `at` is cut to the text.
void insertText(StyledText &text, qsizetype at, const QString &words, quint8 styles);

/// Marks each `[n]` of a known source with SpanStyle::Citation, outside of code and links. Linear in the text.
void markCitations(StyledText &text, const KnownSource &known);
/// The same for everything that a block says; code stays as it is.
void markCitations(Block &block, const KnownSource &known);
/// The number of a citation's span.
int citationNumber(const StyledText &text, const Span &span);

/// Where pieces of an answer's Markdown, in their order, stand in its blocks. White space and marks do not count; a
/// piece that runs over several blocks has several ranges, one that is not found has none. Code and tables are left
/// out.
QList<BlockRange> placesOf(const QList<Block> &blocks, const QStringList &pieces);
/// The same, for each piece its own.
QList<QList<BlockRange>> placesOfEach(const QList<Block> &blocks, const QStringList &pieces);
/// Where a citation of the sentence in `range` stands: behind its last word, before its full stop.
qsizetype citationPlace(const StyledText &text, const BlockRange &range);

} // namespace app::markdown
