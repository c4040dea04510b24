// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/graph/builder.h"
#include "inference/graph/rope_table.h"
#include "inference/model/model_config.h"

#include <optional>
#include <string>
#include <string_view>

namespace inference::families {

using graph::Activation;
using graph::NormKind;
using graph::RopeKind;
using graph::ValueId;
using graph::WeightId;

/// How the layers with a sliding window differ from the others, decided from the file and its family.
struct Sliding {
    std::uint32_t window = 0;               ///< positions that a token sees, itself included; 0: no layer slides
    std::vector<bool> layers;               ///< by layer, whether it slides
    float ropeFrequencyBase = 10000.0F;     ///< of the layers that slide
    bool ropeScaled = true;                 ///< whether the file's RoPE scaling applies to them
    graph::Mask mask = graph::Mask::Causal; ///< Causal or Chunked
};

/// What varies in mixtures of experts. Files may say otherwise of the first two.
struct Mixture {
    bool normalised = true; ///< the weights of the chosen experts are divided by their sum
    graph::Gating gating = graph::Gating::Softmax;
    Activation activation = Activation::Silu;
    bool gated = true;           ///< experts have gates
    bool weightsOnInput = false; ///< the weights act on what the experts see, not on what they make
    bool halvedIfShared = false; ///< the sum with the shared expert's is halved
};

/// What the families have in common: the parts of a transformer under their names in GGUF files. A family's file
/// strings them together as its paper does. `blk.N.` is put before the names of a layer's tensors, `.weight` and
/// `.bias` behind; biases are optional everywhere, as converters keep those that a model has.
class Decoder {
public:
    /// `contextLength`: positions that will be used; some scalings of RoPE depend on it. The arguments must outlive the
    /// decoder.
    Decoder(const GgufFile &file, const ModelConfig &config, const Sliding &sliding, std::uint32_t contextLength);

    [[nodiscard]] const ModelConfig &config() const { return m_config; }
    /// What finish() reports when nothing failed before.
    void fail(ErrorCode code, std::string detail) { m_graph.fail(code, std::move(detail)); }
    /// That the file must have a hyperparameter and has not.
    void failMissing(std::string_view key);

    // The ends.
    /// Rows of token_embd times `scale`.
    ValueId embed(float scale = 1.0F);
    /// The output norm, the output matrix (token_embd where the file has none), a factor and a cap on the logits.
    Result<graph::Graph> finish(ValueId stream, NormKind kind, float logitScale = 1.0F,
                                const std::string &normName = "output_norm");
    /// The same without a norm of its own: of a stream that is normalised already.
    Result<graph::Graph> finishNormalised(ValueId stream, float logitScale = 1.0F);
    /// Rows of token_embd, token_types and position_embd together, as far as the file has them.
    ValueId embedText();
    /// The file says, or the family, that the graph ends in embeddings.
    [[nodiscard]] bool embeds() const;
    /// The stream's rows pooled, through the classifier or the matrices that follow. Of a stream that is normalised
    /// already.
    Result<graph::Graph> finishEmbedding(ValueId stream);
    /// Only the rows whose logits are wanted.
    ValueId select(ValueId stream) { return m_graph.selectRows(stream); }

    // Layers.
    void beginLayer(std::uint32_t layer);
    void endLayer() { m_graph.endLayer(); }
    [[nodiscard]] std::uint32_t layer() const { return m_layer; }
    [[nodiscard]] std::uint32_t heads() const { return m_config.headCount[m_layer]; }
    /// Of a layer with attention.
    [[nodiscard]] std::uint32_t kvHeads();
    [[nodiscard]] bool anySlides() const { return m_sliding.window > 0; }
    [[nodiscard]] bool slides() const { return anySlides() && m_sliding.layers[m_layer]; }
    /// Of the layer's heads.
    [[nodiscard]] std::uint32_t keyLength() const { return slides() ? m_config.slidingKeyLength : m_config.keyLength; }
    [[nodiscard]] std::uint32_t valueLength() const
    {
        return slides() ? m_config.slidingValueLength : m_config.valueLength;
    }
    [[nodiscard]] bool has(const std::string &name) const { return m_graph.has(m_block + name + ".weight"); }

    /// A norm over the whole row; a LayerNorm takes a bias where the file has one.
    ValueId norm(ValueId in, const std::string &name, NormKind kind = NormKind::Rms);
    /// A norm over the whole row without weights.
    ValueId bareNorm(ValueId in, NormKind kind);
    /// A norm of each of `heads` heads with one weight for all.
    ValueId headNorm(ValueId in, const std::string &name, std::uint32_t heads);
    /// A LayerNorm of each head with weights of its own, (head width, heads).
    ValueId headLayerNorms(ValueId in, const std::string &name, std::uint32_t heads);
    /// W in + bias, `rows` wide.
    ValueId linear(ValueId in, const std::string &name, std::uint64_t rows);
    /// W in + bias + residual
    ValueId linearAdd(ValueId in, const std::string &name, ValueId residual);

    struct Heads {
        ValueId query;
        ValueId key;
        ValueId value;
    };
    /// Query, key and value of the layer, from attn_q, attn_k and attn_v or from a fused attn_qkv.
    Heads project(ValueId in);
    /// Query and key by headNorm() under attn_q_norm and attn_k_norm.
    void normHeads(Heads &heads);
    /// The same without weights.
    void bareNormHeads(Heads &heads);
    /// Query and key by norm() over all heads together.
    void normWhole(Heads &heads);
    /// RoPE of query and key by the layer's angles.
    void rotate(Heads &heads, RopeKind kind);
    /// Queries that grow with their position.
    void growQuery(Heads &heads, const graph::ScaleByPosition &growth);
    /// Stores key and value and attends, within the window where the layer slides. `scale` 0: 1 / sqrt(head width).
    ValueId attend(const Heads &heads, float scale = 0.0F);
    /// The same with a logit for each head, attn_sinks, that takes a share of the attention.
    ValueId attendWithSinks(const Heads &heads, float scale = 0.0F);
    /// Stores the one key that all heads share, of which the first `valueLength` numbers are the value, and attends.
    ValueId attendToLatent(ValueId query, ValueId key, std::uint32_t valueLength, float scale);
    /// The product with attn_output, without a residual.
    ValueId attentionOutput(ValueId attended) { return linear(attended, "attn_output", m_config.embeddingLength); }

    /// activation(gate) * up, then down; from ffn_gate and ffn_up or from an ffn_up that holds both, the gate first.
    ValueId gatedFeedForward(ValueId in, Activation activation);
    ValueId gatedFeedForwardAdd(ValueId in, Activation activation, ValueId residual);
    /// activation(up), then down.
    ValueId plainFeedForward(ValueId in, Activation activation);
    ValueId plainFeedForwardAdd(ValueId in, Activation activation, ValueId residual);

    /// Whether the layer carries a state where others have attention.
    [[nodiscard]] bool isRecurrent() const;
    /// activation(gate) * up
    ValueId gated(ValueId gate, ValueId up, Activation activation);
    /// Which key head a value head of the gated delta rule has, as graph::GatedDelta says.
    enum class KeyHeads { Grouped, Alternate };
    /// The gated delta rule behind a convolution, its output normalised and gated; without the product with ssm_out.
    ValueId deltaNet(ValueId in, KeyHeads keyHeads);
    /// Mamba-2, its output gated and, where the file has ssm_norm, normalised; without the product with ssm_out.
    ValueId mamba(ValueId in);
    /// A convolution between two gates; without the product with shortconv.out_proj.
    ValueId shortConvolution(ValueId in);

    /// Whether the layer's feed-forward part is a mixture of experts.
    [[nodiscard]] bool hasExperts() const { return has("ffn_gate_inp"); }
    /// The experts that ffn_gate_inp chooses, and a shared one where the layer has it. `logits`: of a router that looks
    /// at something else than the experts.
    ValueId mixture(ValueId in, const Mixture &kind, std::optional<ValueId> logits = {});
    ValueId mixtureAdd(ValueId in, const Mixture &kind, ValueId residual);

    // Gemma 3n and 4.
    /// Attention with norms of the heads, of the values' too, on scores that are not scaled. Layers that share a cache
    /// read that of the last layer before them that slides like them and has one.
    ValueId normedAttention(ValueId in);
    /// What all layers are given of the token, side by side: a part of its row in a table of its own, with a product of
    /// its embedding. Nothing where the model has none.
    std::optional<ValueId> layerInputs(ValueId embedded);
    /// What the layer makes of its part of layerInputs(), through a gate that `in` opens.
    ValueId layerInputBranch(ValueId in, ValueId inputs);
    /// The logits of a router behind a norm without a bias, whose weights it has under another name.
    ValueId normedRouter(ValueId in);
    /// The whole stream times the layer's factor, if it has one.
    ValueId scaleLayer(ValueId stream);
    /// Streams side by side: the embedding, and products of it that are made as large.
    ValueId openStreams(ValueId embedded);
    /// The streams as the layer expects them, by coefficients that the first one gives.
    ValueId predictStreams(ValueId streams);
    /// The predictions corrected by what the layer made of `active`, the first of them.
    ValueId correctStreams(ValueId predicted, ValueId active, ValueId made);
    /// The same numbers added to all streams but the first.
    ValueId addToOtherStreams(ValueId streams, ValueId added);
    /// The mean of the first stream and of products of the others that are made as large.
    ValueId closeStreams(ValueId streams);
    /// gatedFeedForward() whose gates, where the layer is sparse, keep what exceeds most of their row.
    ValueId sparseFeedForward(ValueId in, Activation activation);
    /// A low-rank product of `in` added to it, behind a norm.
    ValueId lowRankBranch(ValueId in);
    /// in times a vector of the layer, number by number.
    ValueId timesVector(ValueId in, const std::string &name);

    // Rows of heads.
    /// `count` numbers of each of `heads` heads, from `first` on.
    graph::HeadPart part(ValueId in, std::uint32_t heads, std::uint32_t first, std::uint32_t count);
    /// All of each head.
    graph::HeadPart whole(ValueId in, std::uint32_t heads);
    ValueId take(const graph::HeadPart &part, std::uint32_t heads);
    /// Both parts of each head, side by side.
    ValueId join(const graph::HeadPart &a, const graph::HeadPart &b, std::uint32_t heads);
    /// RoPE by the layer's angles of `heads` heads that are as wide as the configuration's ropeDimensions.
    ValueId rotateWhole(ValueId in, std::uint32_t heads, RopeKind kind);
    /// The product of each head with its own matrix, which makes `rows` numbers of it.
    ValueId headProducts(ValueId in, const std::string &name, std::uint32_t heads, std::uint64_t rows);

    ValueId add(ValueId a, ValueId b) { return m_graph.add(a, b); }
    ValueId scaled(ValueId in, float factor) { return m_graph.scale(in, factor); }
    /// stream + branch * residual scale of the configuration.
    ValueId addBranch(ValueId stream, ValueId branch);

private:
    [[nodiscard]] std::string named(const std::string &name) const { return m_block + name; }
    ValueId pooled(ValueId stream, Pooling pooling);
    ValueId classified(ValueId row);
    float epsilon(NormKind kind);
    WeightId biasOf(const std::string &name, std::uint64_t rows);
    /// The factor of an NVFP4 matrix, `name`.scale.
    std::optional<float> factorOf(const std::string &name);
    ValueId rope(ValueId in, std::uint32_t heads, std::uint32_t headDim, RopeKind kind);
    ValueId attendGrouped(const Heads &heads, float scale, WeightId sinks);
    /// Of a cache that is written: the layer whose it is, the widths of its heads.
    ValueId attendTo(ValueId query, const graph::Attention &cache);
    /// What a stream says about how streams mix.
    ValueId streamState(ValueId stream);
    /// The layer whose cache the layer at hand reads.
    std::uint32_t cacheOwner();
    /// The recurrent settings, all of which the file must have.
    const RecurrentSettings &recurrent();
    ValueId convolve(ValueId in, const std::string &name, graph::CausalConv op);
    ValueId gatedHidden(ValueId in, Activation activation);
    ValueId expertSum(ValueId in, const Mixture &kind, std::optional<ValueId> residual, std::optional<ValueId> logits);
    ValueId sharedExpert(ValueId in, const Mixture &kind, std::optional<ValueId> residual);
    ValueId route(ValueId logits, const Mixture &kind);
    ValueId expertHidden(ValueId in, ValueId routing, const Mixture &kind, std::uint32_t rows);
    ValueId expertProduct(ValueId in, ValueId routing, const std::string &name, std::uint64_t columns,
                          std::uint64_t rows, bool weighted = false);
    ValueId plainHidden(ValueId in, Activation activation);
    graph::RopeTable ropeTable(std::uint32_t dims, float base, bool scaled, std::uint32_t contextLength);

    const ModelConfig &m_config;
    const Sliding &m_sliding;
    graph::Builder m_graph;
    std::string m_block;
    std::uint32_t m_layer = 0;
    WeightId m_tokenEmbedding;
    std::optional<ValueId> m_eachHead; ///< what sends rows to each head's matrix
    std::uint32_t m_eachHeadCount = 0;
    std::uint32_t m_table = 0;        ///< angles of layers that see everything
    std::uint32_t m_slidingTable = 0; ///< angles of layers that slide
    bool m_oneCache = false;          ///< an encoder reads a layer's keys and values before the next layer has any
};

} // namespace inference::families
