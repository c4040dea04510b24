// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/stream_cases.h"

namespace inference::backend {

using namespace graph;

namespace {

struct Mix {
    std::uint32_t sources = 1;
    std::uint32_t targets = 1;
    std::uint32_t width = 1;
    float offset = 0.0F;
};

StreamCase mixed(const Mix &shape, std::uint32_t tokens)
{
    auto fixture = std::make_unique<GraphFixture>(shape.width + shape.targets);
    GraphFixture &f = *fixture;
    const MixStreams op{.in = f.input(shape.sources * shape.width, tokens),
                        .coefficients = f.input(shape.sources * shape.targets, tokens),
                        .base = f.input(shape.targets * shape.width, tokens),
                        .out = {},
                        .sources = shape.sources,
                        .targets = shape.targets,
                        .offset = shape.offset};
    f.finish(f.apply(op, shape.targets * shape.width));
    return {std::to_string(shape.sources) + " streams mixed to " + std::to_string(shape.targets) + " of " +
                std::to_string(shape.width),
            std::move(fixture)};
}

StreamCase matched(std::uint32_t width, float amplitude, float least, std::uint32_t tokens)
{
    auto fixture = std::make_unique<GraphFixture>(width);
    GraphFixture &f = *fixture;
    const ValueId in = f.input(width, tokens, amplitude);
    f.finish(f.apply(MatchMagnitude{.in = in, .like = f.input(width, tokens), .out = {}, .least = least}, width));
    return {"made as large, " + std::to_string(width) + " wide within " + std::to_string(amplitude),
            std::move(fixture)};
}

StreamCase sparse(std::uint32_t width, float deviations, std::uint32_t tokens)
{
    auto fixture = std::make_unique<GraphFixture>(width);
    GraphFixture &f = *fixture;
    const ValueId in = f.input(width, tokens);
    // Something of rows that hold one number alone, whose deviation is 0, must be left to compare.
    const ValueId shifted = f.apply(Add{.a = in, .b = f.apply(Sparsify{in, {}, deviations}, width), .out = {}}, width);
    f.finish(shifted);
    return {"what exceeds " + std::to_string(deviations) + " deviations of " + std::to_string(width),
            std::move(fixture)};
}

/// All of them of parts of a wide row, the last ones behind the selection of rows.
StreamCase chained(std::uint32_t tokens)
{
    auto fixture = std::make_unique<GraphFixture>(3);
    GraphFixture &f = *fixture;
    constexpr std::uint32_t kWidth = 37;
    const ValueId wide = f.input(4 * kWidth + 5, tokens);
    const auto take = [&](ValueId in, std::uint32_t first, std::uint32_t count) {
        return f.apply(JoinHeads{.a = {.in = in, .first = first, .stride = 0, .count = count}, .b = {}, .out = {}},
                       count);
    };
    const ValueId streams = take(wide, 5, 4 * kWidth);
    const ValueId sparsified = f.apply(Sparsify{take(wide, 3, kWidth), {}, 0.5F}, kWidth);
    const ValueId corrected = f.apply(MixStreams{.in = sparsified,
                                                 .coefficients = take(wide, 1, 4),
                                                 .base = streams,
                                                 .out = {},
                                                 .sources = 1,
                                                 .targets = 4,
                                                 .offset = 1.0F},
                                      4 * kWidth);
    const ValueId matched = f.apply(
        MatchMagnitude{.in = take(corrected, kWidth, kWidth), .like = take(corrected, 0, kWidth), .out = {}}, kWidth);
    f.finish(matched);
    const ValueId chosen = f.graph().logits;
    const ValueId twice = f.newValue(kWidth, true);
    f.add(MatchMagnitude{.in = chosen, .like = chosen, .out = twice, .least = 1e-3F});
    const ValueId rest = f.newValue(kWidth, true);
    f.add(Sparsify{twice, rest, -0.25F});
    f.graph().logits = f.newValue(kWidth, true);
    f.add(Add{.a = twice, .b = rest, .out = f.graph().logits});
    return {"chained, of parts and of selected rows", std::move(fixture)};
}

} // namespace

std::vector<StreamCase> streamCases(std::uint32_t tokens)
{
    std::vector<StreamCase> cases;
    for (const std::uint32_t width : {1U, 31U, 33U, 256U}) {
        cases.push_back(mixed({.sources = 4, .targets = 4, .width = width}, tokens));
        cases.push_back(mixed({.sources = 1, .targets = 4, .width = width, .offset = 1.0F}, tokens));
        cases.push_back(matched(width, 3.0F, 1e-5F, tokens));
        cases.push_back(sparse(width, 1.6448536F, tokens));
    }
    cases.push_back(mixed({.sources = 3, .targets = 2, .width = 65, .offset = -0.5F}, tokens));
    cases.push_back(mixed({.sources = kMaxStreams, .targets = 1, .width = 40}, tokens));
    cases.push_back(matched(100, 1e-4F, 1e-5F, tokens)); // smaller than what counts as nothing
    cases.push_back(sparse(4097, 0.0F, tokens));
    cases.push_back(sparse(300, -1.0F, tokens));
    cases.push_back(chained(tokens));
    return cases;
}

} // namespace inference::backend
