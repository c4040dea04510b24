// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/graph/graph.h"

namespace inference::backend::cpu {

/// Checks all that the kernels rely on: indices, widths, shapes, byte counts, single assignment in order. Fails with
/// InvalidArgument and the number of the op.
Result<void> checkGraph(const graph::Graph &graph);

} // namespace inference::backend::cpu
