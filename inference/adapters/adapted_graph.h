// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/adapters/lora_file.h"
#include "inference/graph/graph.h"

#include <span>
#include <vector>

namespace inference::adapters {

/// An adapter and how much of it counts.
struct AppliedLora {
    const LoraFile *lora = nullptr; ///< whole, and found to fit the graph's model by checkFit()
    float scale = 1.0F;             ///< 0: not at all
};

/// A model's graph with adapters worked in.
struct AdaptedGraph {
    graph::Graph graph; ///< the model's weights under their numbers, behind them the adapters'
    /// What the adapters' weights borrow; tables that tokens choose rows from borrow from the adapters' files.
    std::vector<std::vector<float>> numbers;
};

/// y = W x becomes y = W x + sum_i scale_i alpha_i / rank_i up_i (down_i x) for each product with a tensor that an
/// adapter changes, and so for the experts of mixtures and the rows of the embedding. The factors of all adapters of a
/// tensor stand side by side in one pair, so that their number costs no further steps. Where the embedding serves as
/// output too, that stays as it is: adapters are trained so. AdapterUnfit names a tensor that the model does not use in
/// such a product.
Result<AdaptedGraph> adaptGraph(const graph::Graph &model, std::span<const AppliedLora> adapters);

} // namespace inference::adapters
