// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/graph/graph.h"
#include "inference/kv_type.h"

namespace inference::graph {

/// Checks that a graph agrees with itself, so that a backend may rely on it: indices, widths, shapes and byte counts,
/// values written once and read later, logits of selected rows at the end, ends of layers in order. What only one
/// backend or device demands is that backend's to check. Fails with InvalidArgument; the detail names the weight or the
/// number and kind of the op.
Result<void> checkGraph(const Graph &graph);

/// Whether the heads of a graph that checks out are whole blocks of the type. InvalidArgument names the width.
Result<void> checkKvType(const Graph &graph, KvType type);

} // namespace inference::graph
