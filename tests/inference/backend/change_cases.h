// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What both backends are asked about graphs that adapters change.
#pragma once

#include "inference/backend/backend.h"
#include "tests/inference/backend/graph_fixture.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace inference::backend {

/// Which products of a small model are changed.
struct ChangeCase {
    std::string name;
    TinyLlama shape{};
    std::uint32_t rank = 4;
    /// By the product's number among all products: those of the first layer are query, key, value, output, then gate,
    /// up, down (with experts: router, gate, up, down).
    std::function<bool(std::size_t product)> changes = [](std::size_t) { return true; };
};
std::vector<ChangeCase> changeCases(TensorType type);

/// A model and the same with random changes of about the size of its weights.
struct ChangedModel {
    std::unique_ptr<GraphFixture> fixture; ///< owns the bytes of both
    graph::Graph plain;
    graph::Graph changed;
};
ChangedModel changedModel(const ChangeCase &which, std::uint32_t seed = 1);
/// The same of any graph, with changes of a rank for the products that are chosen.
ChangedModel changedModel(std::unique_ptr<GraphFixture> fixture, std::uint32_t rank,
                          const std::function<bool(std::size_t product)> &changes);

/// Convolution, delta rule and scan between two matrices, both of which are changed. Tokens are below `tokens`.
ChangedModel changedRecurrentModel(std::uint32_t tokens);

/// Options whose `release` overwrites what has been copied: a program that reads it again computes nonsense.
ProgramOptions spoiling(ProgramOptions options);

} // namespace inference::backend
