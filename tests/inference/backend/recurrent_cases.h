// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What both backends are asked about ops that carry a state.
#pragma once

#include "inference/backend/backend.h"
#include "tests/inference/backend/graph_fixture.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace inference::backend {

/// A graph whose logits are what a recurrent op makes of random rows, one for each token id below `tokens`.
struct RecurrentCase {
    std::string name;
    std::function<std::unique_ptr<GraphFixture>(std::uint32_t tokens)> graph;
};

/// Every op in every form, with shapes that fill vectors and shapes that do not.
std::vector<RecurrentCase> recurrentCases();

/// All three ops behind each other, as hybrids have them, with a gated value between.
RecurrentCase recurrentChain();

/// The chain alone: of a value of kChainIn numbers it makes one of kChainOut.
inline constexpr std::uint32_t kChainIn = 128;
inline constexpr std::uint32_t kChainOut = 32;
graph::ValueId recurrentChainOf(GraphFixture &fixture, graph::ValueId in, std::uint32_t tokens);

/// Lengths at which kernels could go wrong: around the taps of a convolution, and around powers of two.
inline constexpr std::uint32_t kRecurrentLengths[] = {1, 2, 3, 4, 5, 63, 64, 65, 130};

/// The ids 0, 1, 2, ...
std::vector<TokenId> firstTokens(std::uint32_t count);

/// What the program saves of a sequence; fails the test when it cannot.
std::vector<std::byte> savedOf(Program &program, std::uint32_t length);

/// The same without what stands in front, how far the caches were written: a batch that fails wrote them.
std::vector<std::byte> statesOf(Program &program, std::uint32_t length);

/// Whether a sequence can be cut back to a length.
bool resumable(const Program &program, std::uint32_t length);

} // namespace inference::backend
