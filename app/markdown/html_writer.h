// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/markdown/block.h"

#include <functional>

namespace app::markdown {

/// What stands for a span of SpanStyle::Citation; empty: its text.
using CitationHtml = std::function<QString(int number)>;

/// Blocks as HTML: text escaped, nothing that is loaded or run, links of http and https alone, every other one as its
/// text with the target beside it.
QString toHtml(const QList<Block> &blocks, const CitationHtml &citation = {});

/// Text for HTML, in elements and in quoted attributes.
QString escapedHtml(const QString &text);

} // namespace app::markdown
