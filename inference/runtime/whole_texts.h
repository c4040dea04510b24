// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/graph/graph.h"

#include <algorithm>
#include <variant>

namespace inference::runtime {

/// Whether a text must be one batch: rows are pooled, or see what is behind them.
inline bool readsWholeText(const graph::Graph &graph)
{
    return graph::pools(graph) || std::ranges::any_of(graph.ops, [](const graph::Op &op) {
               const auto *attention = std::get_if<graph::Attention>(&op);
               return attention != nullptr && attention->mask == graph::Mask::Full;
           });
}

} // namespace inference::runtime
