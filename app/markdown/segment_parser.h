// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/markdown/block.h"

#include <QStringView>

namespace app::markdown {

/// Containers nested deeper than this are flattened; the text stays.
inline constexpr int kMaxDepth = 12;
/// A table with more cells than this is shown as its source: a few bytes can ask for millions of empty cells.
inline constexpr int kMaxTableCells = 4000;

/// Parses one segment of Markdown (CommonMark with tables, strike-through, task lists and bare URLs) into leaf blocks.
/// Raw HTML stays text; an image becomes its description, linked; soft breaks are kept as line breaks, because a model
/// writes them on purpose. `firstNumber` >= 0 replaces the number of the first item of an ordered list at the top, for
/// a list that goes on from the segment before. Never loses text: what cannot be parsed comes back as plain text.
QList<Block> parseSegment(QStringView source, int firstNumber = -1);

} // namespace app::markdown
