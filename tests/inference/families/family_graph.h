// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the tests of families ask of a forward pass.
#pragma once

#include "tests/inference/families/family_file.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <variant>
#include <vector>

namespace tests {

inline inference::families::ForwardPass built(FamilyFile &file, std::uint32_t context = 0)
{
    auto pass = file.build(context);
    INFO((pass ? "" : pass.error().detail));
    REQUIRE(pass.has_value());
    return std::move(*pass);
}

inline std::string refusal(FamilyFile &file)
{
    const auto pass = file.build();
    REQUIRE_FALSE(pass.has_value());
    return pass.error().detail;
}

template <class Op>
std::vector<Op> opsOf(const inference::graph::Graph &graph)
{
    std::vector<Op> found;
    for (const inference::graph::Op &op : graph.ops) {
        if (const auto *wanted = std::get_if<Op>(&op)) {
            found.push_back(*wanted);
        }
    }
    return found;
}

/// By layer, how many of its values RoPE rotates.
inline std::vector<int> rotations(const inference::graph::Graph &graph)
{
    std::vector<int> byLayer;
    std::uint32_t at = 0;
    for (const std::uint32_t end : graph.layerEnds) {
        byLayer.push_back(0);
        for (; at < end; ++at) {
            byLayer.back() += std::holds_alternative<inference::graph::Rope>(graph.ops[at]) ? 1 : 0;
        }
    }
    return byLayer;
}

inline std::vector<std::uint32_t> windows(const inference::graph::Graph &graph)
{
    std::vector<std::uint32_t> byLayer;
    for (const inference::graph::Attention &attention : opsOf<inference::graph::Attention>(graph)) {
        byLayer.push_back(attention.window);
    }
    return byLayer;
}

} // namespace tests
