// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/graph.h"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace inference::graph;

TEST_CASE("every op names what it reads and writes")
{
    struct Row {
        Op op;
        std::size_t reads;
        bool writes;
    };
    const std::vector<Row> rows = {
        {GetRows{.out = {1}}, 0, true},
        {Norm{.in = {2}, .out = {1}}, 1, true},
        {MatMul{.in = {2}, .out = {1}}, 1, true},
        {MatMul{.in = {2}, .out = {1}, .hasResidual = true, .residual = {3}}, 2, true},
        {Rope{.in = {2}, .out = {1}}, 1, true},
        {KvWrite{.layer = 0, .key = {2}, .value = {3}}, 2, false},
        {Attention{.layer = 0, .query = {2}, .out = {1}}, 1, true},
        {Glu{.gate = {2}, .up = {3}, .out = {1}}, 2, true},
        {Add{.a = {2}, .b = {3}, .out = {1}}, 2, true},
        {Scale{.in = {2}, .out = {1}}, 1, true},
        {SelectRows{.in = {2}, .out = {1}}, 1, true},
        {Pool{.in = {2}, .out = {1}}, 1, true},
        {RouteToEach{.out = {1}}, 0, true},
        {JoinHeads{.a = {.in = {2}}, .b = {.in = {3}}, .out = {1}}, 1, true},
        {JoinHeads{.a = {.in = {2}}, .b = {.in = {3}, .count = 4}, .out = {1}}, 2, true},
        {ScaleByPosition{.in = {2}, .out = {1}}, 1, true},
        {Clamp{.in = {2}, .out = {1}}, 1, true},
        {CausalConv{.in = {2}, .out = {1}}, 1, true},
        {GatedDelta{.in = {2}, .decay = {3}, .write = {4}, .out = {1}}, 3, true},
        {StateScan{.in = {2}, .step = {3}, .out = {1}}, 2, true},
    };
    for (const Row &row : rows) {
        CAPTURE(row.op.index());
        const OpValues values = valuesOf(row.op);
        CHECK(values.readCount == row.reads);
        CHECK(values.writes == row.writes);
        if (row.writes) {
            CHECK(values.written == ValueId{1});
        }
        for (std::size_t i = 0; i < values.readCount; ++i) {
            CHECK(values.reads[i] == ValueId{static_cast<std::uint32_t>(2 + i)});
        }
    }
}
