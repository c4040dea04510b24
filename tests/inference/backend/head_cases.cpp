// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/head_cases.h"

namespace inference::backend {

using namespace graph;

namespace {

HeadCase joined(std::uint32_t heads, std::uint32_t tokens)
{
    auto fixture = std::make_unique<GraphFixture>(heads);
    GraphFixture &f = *fixture;
    const ValueId a = f.input(10 * heads, tokens);
    const ValueId b = f.input(7, tokens);
    const JoinHeads op{.a = {.in = a, .first = 2, .stride = 10, .count = 6},
                       .b = {.in = b, .first = 1, .stride = 0, .count = 5},
                       .out = {},
                       .heads = heads};
    f.finish(f.apply(op, heads * 11));
    return {"joined with what all heads share", std::move(fixture)};
}

/// Parts of heads and of whole rows, read by every kind of op that follows them in a model.
HeadCase taken(TensorType type, std::uint32_t tokens)
{
    auto fixture = std::make_unique<GraphFixture>(5);
    GraphFixture &f = *fixture;
    const ValueId x = f.input(4 * 96, tokens);
    const auto take = [&](std::uint32_t heads, std::uint32_t first, std::uint32_t count) {
        const HeadPart part{.in = x, .first = first, .stride = 4 * 96 / heads, .count = count};
        return f.apply(JoinHeads{.a = part, .b = {}, .out = {}, .heads = heads}, heads * count);
    };
    const ValueId ofHeads = take(4, 31, 64);
    const ValueId ofRow = take(1, 37, 256);
    const ValueId normed = f.apply(Norm{.in = ofRow, .weight = f.normWeight(256), .out = {}}, 256);
    const ValueId turned =
        f.apply(Rope{.in = ofRow, .out = {}, .heads = 4, .headDim = 64, .rotatedDims = 64, .table = f.rope(64)}, 256);
    const ValueId product = f.apply(MatMul{.weight = f.weight(type, 256, 256), .in = ofRow, .out = {}}, 256);
    ValueId sum = f.apply(Add{.a = ofHeads, .b = normed, .out = {}}, 256);
    sum = f.apply(Add{.a = sum, .b = turned, .out = {}}, 256);
    f.finish(f.apply(Add{.a = sum, .b = product, .out = {}}, 256));
    return {"taken, then read by other ops", std::move(fixture), type == TensorType::F32 ? 1e-7 : 5e-4};
}

HeadCase multiplied(TensorType type, std::uint32_t heads, std::uint32_t columns, std::uint32_t rows,
                    std::uint32_t tokens)
{
    auto fixture = std::make_unique<GraphFixture>(heads + columns);
    GraphFixture &f = *fixture;
    const ValueId x = f.input(heads * columns, tokens);
    const ValueId routing = f.apply(RouteToEach{}, 2 * heads);
    const WeightId weight = f.expertWeights(type, columns, rows, heads);
    f.finish(f.apply(ExpertMatMul{.weight = weight, .in = x, .routing = routing, .out = {}}, heads * rows));
    return {"a matrix for each of " + std::to_string(heads) + " heads", std::move(fixture),
            type == TensorType::F32 ? 1e-7 : 5e-4};
}

HeadCase scaledAndBounded(std::uint32_t offset, std::uint32_t length, std::uint32_t tokens)
{
    auto fixture = std::make_unique<GraphFixture>(length);
    GraphFixture &f = *fixture;
    const ValueId x = f.input(33, tokens);
    const ValueId scaled =
        f.apply(ScaleByPosition{.in = x, .out = {}, .rate = 0.3F, .offset = offset, .length = length}, 33);
    f.finish(f.apply(Clamp{.in = scaled, .out = {}, .limit = 0.75F}, 33));
    return {"scaled by steps of " + std::to_string(length), std::move(fixture)};
}

} // namespace

std::vector<HeadCase> headCases(std::uint32_t tokens)
{
    std::vector<HeadCase> cases;
    cases.push_back(joined(1, tokens));
    cases.push_back(joined(5, tokens));
    for (const TensorType type : {TensorType::F32, TensorType::Q8_0, TensorType::Q4_K}) {
        cases.push_back(taken(type, tokens));
        cases.push_back(multiplied(type, 3, 256, 40, tokens));
    }
    cases.push_back(multiplied(TensorType::F32, 7, 24, 33, tokens));
    cases.push_back(multiplied(TensorType::Q4_0, 16, 64, 96, tokens));
    cases.push_back(scaledAndBounded(0, 16, tokens));
    cases.push_back(scaledAndBounded(1, 3, tokens));
    return cases;
}

} // namespace inference::backend
