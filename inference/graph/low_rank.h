// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/graph/graph.h"

namespace inference::graph {

/// Whether adapters change a product of the graph.
bool hasChanges(const Graph &graph);

/// The same graph for a backend that knows no LowRank: each change becomes products of their own, whose result is added
/// to that of the matrix. Weights keep their numbers.
Graph withChangesAsOps(const Graph &graph);

} // namespace inference::graph
