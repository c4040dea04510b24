// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Blocks of experts of every kind that families have, for the tests of experts in host memory.
#pragma once

#include "tests/inference/backend/graph_fixture.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace inference::backend {

/// A graph of one block over random rows: tokens below `tokens`, logits of `width` numbers.
struct HostCase {
    std::string name;
    std::uint32_t width = 64;
    std::function<std::unique_ptr<GraphFixture>(std::uint32_t tokens)> graph;
};

/// With matrices of a type whose blocks are 32 numbers or one.
std::vector<HostCase> hostCases(TensorType type);

} // namespace inference::backend
