// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/graph_fixture.h"

#include "inference/quant/dequantize.h"
#include "tests/support/random_blocks.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace inference::backend {

using namespace graph;

namespace {

/// Where the halves of a block stand, and the largest quant a scale is multiplied with.
struct BlockScales {
    std::ptrdiff_t scaleAt = 0; ///< -1: the format keeps its scale otherwise
    std::ptrdiff_t minAt = -1;
    float scaleDivisor = 1; ///< a scale of amplitude / divisor gives weights of about the amplitude
    float minDivisor = 1;
    bool negativeMin = false; ///< the min is subtracted by the format
};

BlockScales scalesOf(TensorType type)
{
    switch (type) {
    case TensorType::Q8_0:
        return {.scaleDivisor = 128};
    case TensorType::Q4_0:
        return {.scaleDivisor = 8};
    case TensorType::Q4_1:
        return {.minAt = 2, .scaleDivisor = 7.5F, .minDivisor = 1};
    case TensorType::Q5_0:
        return {.scaleDivisor = 16};
    case TensorType::Q5_1:
        return {.minAt = 2, .scaleDivisor = 15.5F, .minDivisor = 1};
    case TensorType::Q4_K:
        return {.minAt = 2, .scaleDivisor = 7.5F * 32, .minDivisor = 32, .negativeMin = true};
    case TensorType::Q5_K:
        return {.minAt = 2, .scaleDivisor = 15.5F * 32, .minDivisor = 32, .negativeMin = true};
    case TensorType::Q6_K:
        return {.scaleAt = 208, .scaleDivisor = 32 * 64};
    default:
        return {.scaleAt = -1};
    }
}

void storeHalf(std::byte *at, float value)
{
    const std::uint16_t half = floatToHalf(value);
    std::memcpy(at, &half, sizeof half);
}

} // namespace

GraphFixture::GraphFixture(std::uint32_t seed)
    : m_random(seed)
{
}

WeightId GraphFixture::weight(TensorType type, std::uint64_t width, std::uint64_t rows, std::vector<std::byte> bytes)
{
    m_bytes.push_back(std::make_unique<std::vector<std::byte>>(std::move(bytes)));
    Weight result;
    result.name = "w" + std::to_string(m_graph.weights.size());
    result.type = type;
    result.shape = {width, rows, 1, 1};
    result.data = *m_bytes.back();
    m_graph.weights.push_back(std::move(result));
    return WeightId{static_cast<std::uint32_t>(m_graph.weights.size() - 1)};
}

WeightId GraphFixture::weight(TensorType type, std::uint64_t width, std::uint64_t rows, float amplitude)
{
    const TypeTraits info = traits(type);
    const std::size_t blocks = width / info.blockWeights * rows;
    std::vector<std::byte> bytes(blocks * info.blockBytes);
    std::uniform_real_distribution<float> unit(-1.0F, 1.0F);
    if (info.blockWeights == 1) {
        for (std::size_t i = 0; i < blocks; ++i) {
            const float value = unit(m_random) * amplitude;
            const auto bits = std::bit_cast<std::uint32_t>(value);
            const auto upper = static_cast<std::uint16_t>(bits >> 16U);
            if (type == TensorType::F32) {
                std::memcpy(&bytes[i * 4], &bits, 4);
            } else if (type == TensorType::BF16) {
                std::memcpy(&bytes[i * 2], &upper, 2);
            } else {
                storeHalf(&bytes[i * 2], value);
            }
        }
        return weight(type, width, rows, std::move(bytes));
    }
    const BlockScales scales = scalesOf(type);
    if (scales.scaleAt < 0) {
        tests::Random random(m_random());
        // Uniform weights of that amplitude have this deviation.
        const tests::Bytes made = tests::randomBlocks(type, width * rows, amplitude / std::sqrt(3.0F), random);
        std::ranges::transform(made, bytes.begin(), [](auto b) { return static_cast<std::byte>(b); });
        return weight(type, width, rows, std::move(bytes));
    }
    for (std::byte &b : bytes) {
        b = static_cast<std::byte>(m_random() & 0xFFU);
    }
    for (std::size_t i = 0; i < blocks; ++i) {
        std::byte *block = &bytes[i * info.blockBytes];
        const float scale = amplitude / scales.scaleDivisor * (0.75F + 0.25F * unit(m_random));
        storeHalf(block + scales.scaleAt, scale);
        if (scales.minAt >= 0) {
            const float min = amplitude / scales.minDivisor * (0.75F + 0.25F * unit(m_random));
            storeHalf(block + scales.minAt, scales.negativeMin ? min : -min);
        }
    }
    return weight(type, width, rows, std::move(bytes));
}

WeightId GraphFixture::expertWeights(TensorType type, std::uint64_t width, std::uint64_t rows, std::uint64_t experts,
                                     float amplitude)
{
    const WeightId id = weight(type, width, rows * experts, amplitude);
    m_graph.weights[id.index].shape = {width, rows, experts, 1};
    return id;
}

WeightId GraphFixture::normWeight(std::uint64_t width)
{
    std::uniform_real_distribution<float> around(0.5F, 1.5F);
    std::vector<std::byte> bytes(width * 4);
    for (std::size_t i = 0; i < width; ++i) {
        const float value = around(m_random);
        std::memcpy(&bytes[i * 4], &value, 4);
    }
    return weight(TensorType::F32, width, 1, std::move(bytes));
}

std::uint32_t GraphFixture::rope(std::uint32_t rotatedDims, float base, const RopeScaling &scaling)
{
    m_graph.ropes.push_back(ropeTable(rotatedDims, base, scaling));
    return static_cast<std::uint32_t>(m_graph.ropes.size() - 1);
}

ValueId GraphFixture::newValue(std::uint32_t width, bool selectedRows)
{
    m_graph.values.push_back({.width = width, .selectedRows = selectedRows});
    return ValueId{static_cast<std::uint32_t>(m_graph.values.size() - 1)};
}

ValueId GraphFixture::input(std::uint32_t width, std::uint32_t tokens, float amplitude)
{
    return apply(GetRows{.table = weight(TensorType::F32, width, tokens, amplitude), .out = {}}, width);
}

void GraphFixture::finish(ValueId value)
{
    const std::uint32_t width = m_graph.values[value.index].width;
    m_graph.logits = newValue(width, true);
    m_graph.vocabularySize = width;
    m_graph.ops.emplace_back(SelectRows{.in = value, .out = m_graph.logits});
}

ValueId GraphFixture::mixture(ValueId in, const ExpertShape &shape)
{
    const std::uint32_t width = m_graph.values[in.index].width;
    const WeightId router = weight(TensorType::F32, width, shape.experts, 3.0F / std::sqrt(static_cast<float>(width)));
    RouteExperts route = shape.routing;
    route.logits = apply(MatMul{.weight = router, .in = in, .out = {}}, shape.experts);
    route.used = shape.used;
    return expertBlock(in, apply(route, 2 * shape.used), shape);
}

ValueId GraphFixture::expertBlock(ValueId in, ValueId routing, const ExpertShape &shape)
{
    const std::uint32_t width = m_graph.values[in.index].width;
    const auto product = [&](ValueId from, std::uint32_t columns, std::uint32_t rows, bool weighted) {
        const WeightId matrices =
            expertWeights(shape.type, columns, rows, shape.experts, 1.7F / std::sqrt(static_cast<float>(columns)));
        const WeightId bias = shape.biases ? weight(TensorType::F32, rows, shape.experts) : kNoWeight;
        const WeightId scale = shape.scales ? normWeight(shape.experts) : kNoWeight;
        return apply(ExpertMatMul{.weight = matrices,
                                  .bias = bias,
                                  .scale = scale,
                                  .in = from,
                                  .routing = routing,
                                  .out = {},
                                  .weighted = weighted},
                     shape.used * rows);
    };
    const ValueId gate = product(in, width, shape.hidden, shape.weightsOnInput);
    const ValueId up = product(in, width, shape.hidden, shape.weightsOnInput);
    const ValueId inner =
        apply(Glu{.gate = gate, .up = up, .out = {}, .activation = shape.activation}, shape.used * shape.hidden);
    const ValueId down = product(inner, shape.hidden, width, false);
    return apply(CombineExperts{.in = down,
                                .routing = routing,
                                .out = {},
                                .weighted = !shape.weightsOnInput,
                                .hasResidual = true,
                                .residual = in},
                 width);
}

std::unique_ptr<GraphFixture> GraphFixture::llama(const TinyLlama &shape, std::uint32_t seed)
{
    auto fixture = std::make_unique<GraphFixture>(seed);
    GraphFixture &f = *fixture;
    const std::uint32_t keyWidth = shape.kvHeads * shape.headDim;
    const std::uint32_t queryWidth = shape.heads * shape.headDim;
    const auto matrix = [&](std::uint32_t columns, std::uint32_t rows) {
        // Keeps the variance of activations near 1 through the layers.
        return f.weight(shape.type, columns, rows, 1.7F / std::sqrt(static_cast<float>(columns)));
    };
    const auto matMul = [&](WeightId w, ValueId in, std::uint32_t width) {
        return f.apply(MatMul{.weight = w, .in = in, .out = {}}, width);
    };
    const auto norm = [&](ValueId in) {
        return f.apply(Norm{.in = in, .weight = f.normWeight(shape.width), .out = {}}, shape.width);
    };
    const auto addTo = [&](WeightId w, ValueId in, ValueId residual) {
        return f.apply(MatMul{.weight = w, .in = in, .out = {}, .hasResidual = true, .residual = residual},
                       shape.width);
    };

    const WeightId table = f.weight(shape.embedding, shape.width, shape.vocabulary);
    const std::uint32_t angles = f.rope(shape.headDim, shape.ropeBase);
    ValueId x = f.apply(GetRows{.table = table, .out = {}}, shape.width);
    for (std::uint32_t layer = 0; layer < shape.layers; ++layer) {
        const ValueId h = norm(x);
        ValueId q = matMul(matrix(shape.width, queryWidth), h, queryWidth);
        ValueId k = matMul(matrix(shape.width, keyWidth), h, keyWidth);
        const ValueId v = matMul(matrix(shape.width, keyWidth), h, keyWidth);
        Rope rope{.in = q,
                  .out = {},
                  .heads = shape.heads,
                  .headDim = shape.headDim,
                  .rotatedDims = shape.headDim,
                  .kind = shape.rope,
                  .table = angles};
        q = f.apply(rope, queryWidth);
        rope.in = k;
        rope.heads = shape.kvHeads;
        k = f.apply(rope, keyWidth);
        f.graph().kv.push_back({.keyWidth = keyWidth, .valueWidth = keyWidth});
        f.add(KvWrite{.layer = layer, .key = k, .value = v});
        const std::uint32_t window = layer % 3 == 2 ? 0 : shape.window;
        f.graph().kv.back().window = window;
        const ValueId a = f.apply(Attention{.layer = layer,
                                            .query = q,
                                            .out = {},
                                            .heads = shape.heads,
                                            .kvHeads = shape.kvHeads,
                                            .headDim = shape.headDim,
                                            .valueDim = shape.headDim,
                                            .scale = 1.0F / std::sqrt(static_cast<float>(shape.headDim)),
                                            .window = window},
                                  queryWidth);
        x = addTo(matrix(queryWidth, shape.width), a, x);
        const ValueId n = norm(x);
        if (shape.experts > 0) {
            x = f.apply(Add{.a = x,
                            .b = f.mixture(n, {.type = shape.type,
                                               .experts = shape.experts,
                                               .used = shape.usedExperts,
                                               .hidden = shape.feedForward,
                                               .routing = {.normalise = true}}),
                            .out = {}},
                        shape.width);
            f.graph().layerEnds.push_back(static_cast<std::uint32_t>(f.graph().ops.size()));
            continue;
        }
        const ValueId gate = matMul(matrix(shape.width, shape.feedForward), n, shape.feedForward);
        const ValueId up = matMul(matrix(shape.width, shape.feedForward), n, shape.feedForward);
        const ValueId inner = f.apply(Glu{.gate = gate, .up = up, .out = {}}, shape.feedForward);
        x = addTo(matrix(shape.feedForward, shape.width), inner, x);
        f.graph().layerEnds.push_back(static_cast<std::uint32_t>(f.graph().ops.size()));
    }
    const ValueId last = f.newValue(shape.width, true);
    f.add(SelectRows{.in = x, .out = last});
    const ValueId normed = f.newValue(shape.width, true);
    f.add(Norm{.in = last, .weight = f.normWeight(shape.width), .out = normed});
    const ValueId logits = f.newValue(shape.vocabulary, true);
    f.add(MatMul{.weight = table, .in = normed, .out = logits});
    f.graph().logits = logits;
    f.graph().vocabularySize = shape.vocabulary;
    return fixture;
}

std::vector<TokenId> randomTokens(std::uint32_t count, std::uint32_t vocabulary, std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::vector<TokenId> tokens(count);
    for (TokenId &token : tokens) {
        token = static_cast<TokenId>(random() % vocabulary);
    }
    return tokens;
}

} // namespace inference::backend
