// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Small graphs with random weights for the tests and benchmarks of both backends. Everything follows from the seed.
#pragma once

#include "inference/graph/graph.h"
#include "inference/graph/rope_table.h"
#include "inference/types.h"

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

namespace inference::backend {

/// A llama-like model of any size.
struct TinyLlama {
    std::uint32_t layers = 2;
    std::uint32_t width = 64;
    std::uint32_t heads = 4;
    std::uint32_t kvHeads = 2;
    std::uint32_t headDim = 16;
    std::uint32_t feedForward = 96;
    std::uint32_t experts = 0; ///< not 0: of `feedForward` each, chosen by an F32 router
    std::uint32_t usedExperts = 2;
    std::uint32_t vocabulary = 61;
    TensorType type = TensorType::F32;      ///< of the layers' matrices
    TensorType embedding = TensorType::F32; ///< of the table, which is also the output matrix
    graph::RopeKind rope = graph::RopeKind::Norm;
    float ropeBase = 10000.0F;
    std::uint32_t window = 0; ///< not 0: of every layer but each third
};

/// Experts as a feed-forward part has them: gate and up, an activation, down, the sum.
struct ExpertShape {
    TensorType type = TensorType::F32;
    std::uint32_t experts = 8;
    std::uint32_t used = 2;
    std::uint32_t hidden = 96; ///< rows of gate and up
    graph::Activation activation = graph::Activation::Silu;
    bool biases = false;
    bool scales = false;         ///< a factor for each expert
    bool weightsOnInput = false; ///< the router's weights act on gate and up instead of on the sum
    graph::RouteExperts routing{};
};

/// Builds a graph op by op and owns the bytes of its weights. A graph starts from tokens, so a random input of an op is
/// a table of random rows (input()), and its output becomes the logits (finish()).
class GraphFixture {
public:
    explicit GraphFixture(std::uint32_t seed = 1);

    /// Random weights of `width` columns: valid blocks with dequantized values of about [-1, 1] * amplitude.
    graph::WeightId weight(TensorType type, std::uint64_t width, std::uint64_t rows, float amplitude = 1.0F);
    /// The same for `experts` matrices.
    graph::WeightId expertWeights(TensorType type, std::uint64_t width, std::uint64_t rows, std::uint64_t experts,
                                  float amplitude = 1.0F);
    /// F32 weights around 1, as norms have them.
    graph::WeightId normWeight(std::uint64_t width);
    /// A weight of given bytes.
    graph::WeightId weight(TensorType type, std::uint64_t width, std::uint64_t rows, std::vector<std::byte> bytes);

    /// Adds a table of angles and returns its index.
    std::uint32_t rope(std::uint32_t rotatedDims, float base = 10000.0F, const graph::RopeScaling &scaling = {});

    graph::ValueId newValue(std::uint32_t width, bool selectedRows = false);
    /// An f32 table with `tokens` rows, uniform in [-amplitude, amplitude], and the value that GetRows takes from it.
    graph::ValueId input(std::uint32_t width, std::uint32_t tokens, float amplitude = 1.0F);
    void add(graph::Op op) { m_graph.ops.push_back(op); }
    /// Appends an op whose `out` is a new value of the given width, and returns that value.
    template <class OpType>
    graph::ValueId apply(OpType op, std::uint32_t width)
    {
        op.out = newValue(width);
        m_graph.ops.push_back(op);
        return op.out;
    }
    /// Appends SelectRows of `value` and makes it the logits.
    void finish(graph::ValueId value);

    /// The whole forward pass of a llama with random weights.
    static std::unique_ptr<GraphFixture> llama(const TinyLlama &shape, std::uint32_t seed = 1);

    /// in + what experts with random weights make of `in`, and the router that chooses them.
    graph::ValueId mixture(graph::ValueId in, const ExpertShape &shape);
    /// The same with the routing given.
    graph::ValueId expertBlock(graph::ValueId in, graph::ValueId routing, const ExpertShape &shape);

    [[nodiscard]] const graph::Graph &graph() const { return m_graph; }
    [[nodiscard]] graph::Graph &graph() { return m_graph; }

private:
    std::mt19937 m_random;
    graph::Graph m_graph;
    std::vector<std::unique_ptr<std::vector<std::byte>>> m_bytes;
};

/// `count` token ids below `vocabulary`.
std::vector<TokenId> randomTokens(std::uint32_t count, std::uint32_t vocabulary, std::uint32_t seed = 1);

/// Every nonlinearity of one number.
inline constexpr graph::Activation kAllActivations[] = {graph::Activation::Silu,    graph::Activation::GeluTanh,
                                                        graph::Activation::Gelu,    graph::Activation::ReluSquared,
                                                        graph::Activation::Sigmoid, graph::Activation::Identity};

/// Every nonlinearity that Glu has.
inline constexpr graph::Activation kGatedActivations[] = {
    graph::Activation::Silu,        graph::Activation::GeluTanh,      graph::Activation::Gelu,
    graph::Activation::ReluSquared, graph::Activation::ClampedSwiglu, graph::Activation::Sigmoid,
    graph::Activation::Identity};

/// Every type that a weight can have.
inline constexpr TensorType kAllTypes[] = {
    TensorType::F32,    TensorType::F16,   TensorType::BF16,    TensorType::Q8_0,   TensorType::Q4_0,
    TensorType::Q4_1,   TensorType::Q5_0,  TensorType::Q5_1,    TensorType::Q4_K,   TensorType::Q5_K,
    TensorType::Q6_K,   TensorType::Q2_K,  TensorType::Q3_K,    TensorType::IQ4_NL, TensorType::IQ4_XS,
    TensorType::MXFP4,  TensorType::NVFP4, TensorType::TQ1_0,   TensorType::TQ2_0,  TensorType::IQ2_XXS,
    TensorType::IQ2_XS, TensorType::IQ2_S, TensorType::IQ3_XXS, TensorType::IQ3_S,  TensorType::IQ1_S,
    TensorType::IQ1_M,
};

} // namespace inference::backend
