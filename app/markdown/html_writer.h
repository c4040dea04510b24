// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/markdown/block.h"

#include <functional>

namespace app::markdown {

/// What stands for a span of SpanStyle::Citation; empty: its text.
using CitationHtml = std::function<QString(int number)>;

/// How links are written.
enum class LinkHtml {
    Web,    ///< those of http and https as links, every other one as its text with the target beside it
    Beside, ///< no link: the target stands beside the text, where it says anything else
};

/// Blocks as HTML: text escaped, nothing that is loaded or run.
QString toHtml(const QList<Block> &blocks, const CitationHtml &citation = {}, LinkHtml links = LinkHtml::Web);

/// Text for HTML, in elements and in quoted attributes.
QString escapedHtml(const QString &text);

} // namespace app::markdown
