// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/families/decoder.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace inference::families {

using graph::kNoWeight;

namespace {

/// The factors of long contexts or of short ones. Ding et al. 2024, arXiv:2402.13753.
std::vector<float> longRopeFactors(graph::Builder &g, bool longContext, std::uint64_t pairs)
{
    std::vector<float> longOnes = g.numbers("rope_factors_long.weight", pairs);
    std::vector<float> shortOnes = g.numbers("rope_factors_short.weight", pairs);
    return longContext ? std::move(longOnes) : std::move(shortOnes);
}

graph::Yarn yarnOf(const RopeScalingSettings &settings)
{
    return {.factor = settings.factor,
            .trainedContext = settings.trainedContext,
            .betaFast = settings.yarnBetaFast,
            .betaSlow = settings.yarnBetaSlow,
            .attentionFactor = settings.attentionFactor,
            .logMultiplier = settings.yarnLogMultiplier,
            .wholePairs = settings.yarnWholePairs};
}

} // namespace

Decoder::Decoder(const GgufFile &file, const ModelConfig &config, const Sliding &sliding, std::uint32_t contextLength)
    : m_config(config)
    , m_sliding(sliding)
    , m_graph(file)
    , m_tokenEmbedding(m_graph.matrix("token_embd.weight", config.embeddingLength, config.vocabularySize))
{
    for (std::uint32_t block = config.layerCount; block < config.blockCount; ++block) {
        m_graph.ignoreAll("blk." + std::to_string(block) + ".");
    }
    m_oneCache = !config.causal && std::ranges::adjacent_find(config.headCountKv, std::ranges::not_equal_to{}) ==
                                       config.headCountKv.end();
    float base = config.ropeFrequencyBase;
    if (config.ropeScaling.alpha != 0.0F && config.keyLength > 2) {
        const auto dims = static_cast<float>(config.keyLength);
        base *= std::pow(config.ropeScaling.alpha, dims / (dims - 2.0F));
    }
    m_table = m_graph.ropeTable(ropeTable(config.ropeDimensions, base, true, contextLength));
    m_slidingTable = m_table;
    if (anySlides()) {
        m_slidingTable = m_graph.ropeTable(
            ropeTable(config.slidingRopeDimensions, sliding.ropeFrequencyBase, sliding.ropeScaled, contextLength));
    }
}

void Decoder::failMissing(std::string_view key)
{
    fail(ErrorCode::FileMalformed, m_config.architecture + "." + std::string(key) + " is missing");
}

graph::RopeTable Decoder::ropeTable(std::uint32_t dims, float base, bool scaled, std::uint32_t contextLength)
{
    const RopeScalingSettings &settings = m_config.ropeScaling;
    graph::RopeScaling scaling;
    if (!scaled) {
        return graph::ropeTable(dims, base, scaling);
    }
    std::vector<float> factors;
    switch (settings.type) {
    case RopeScalingType::None:
        factors = m_graph.optionalNumbers("rope_freqs.weight", dims / 2);
        break;
    case RopeScalingType::Linear:
        factors = m_graph.optionalNumbers("rope_freqs.weight", dims / 2);
        scaling.positionScale = 1.0F / settings.factor;
        break;
    case RopeScalingType::Yarn:
        factors = m_graph.optionalNumbers("rope_freqs.weight", dims / 2);
        scaling.yarn = yarnOf(settings);
        break;
    case RopeScalingType::LongRope:
        factors = longRopeFactors(m_graph, contextLength > settings.trainedContext, dims / 2);
        scaling.positionScale = 1.0F / settings.factor;
        scaling.magnitude = settings.attentionFactor;
        break;
    }
    scaling.factors = factors;
    return graph::ropeTable(dims, base, scaling);
}

ValueId Decoder::embed(float scale)
{
    return m_graph.getRows(m_tokenEmbedding, scale);
}

Result<graph::Graph> Decoder::finish(ValueId stream, NormKind kind, float logitScale, const std::string &normName)
{
    m_block.clear();
    return finishNormalised(norm(embeds() ? stream : select(stream), normName, kind), logitScale);
}

Result<graph::Graph> Decoder::finishNormalised(ValueId stream, float logitScale)
{
    if (embeds()) {
        return finishEmbedding(stream);
    }
    const WeightId output = m_graph.optionalMatrix("output.weight", m_config.embeddingLength, m_config.vocabularySize);
    const WeightId bias = m_graph.optionalVector("output.bias", m_config.vocabularySize);
    ValueId x = m_graph.matMul(output == kNoWeight ? m_tokenEmbedding : output, stream, bias);
    m_block.clear();
    if (const float factor = logitScale * factorOf("output").value_or(1.0F); factor != 1.0F) {
        x = m_graph.scale(x, factor);
    }
    if (const float cap = m_config.logitSoftcap.value_or(0.0F); cap != 0.0F) {
        x = m_graph.softcap(x, cap);
    }
    return m_graph.finish(x);
}

void Decoder::beginLayer(std::uint32_t layer)
{
    m_layer = layer;
    m_block = "blk." + std::to_string(layer) + ".";
}

std::uint32_t Decoder::kvHeads()
{
    const std::uint32_t count = m_config.headCountKv[m_layer];
    if (count == 0) {
        fail(ErrorCode::FileMalformed, m_config.architecture + ".attention.head_count_kv is 0 in layer " +
                                           std::to_string(m_layer) + ", which has attention");
    }
    return std::max(count, 1U);
}

float Decoder::epsilon(NormKind kind)
{
    const bool rms = kind == NormKind::Rms;
    const float value = rms ? m_config.rmsNormEpsilon : m_config.layerNormEpsilon;
    if (value == 0.0F) {
        failMissing(rms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon");
    }
    return value;
}

ValueId Decoder::norm(ValueId in, const std::string &name, NormKind kind)
{
    const std::uint64_t width = m_graph.width(in);
    // Some files have a norm under its bare name.
    const WeightId weight = m_graph.vector(m_graph.has(named(name)) ? named(name) : named(name) + ".weight", width);
    const WeightId bias = kind == NormKind::Layer ? m_graph.optionalVector(named(name) + ".bias", width) : kNoWeight;
    return m_graph.norm(in, {.weight = weight, .bias = bias, .kind = kind, .epsilon = epsilon(kind)});
}

ValueId Decoder::bareNorm(ValueId in, NormKind kind)
{
    return m_graph.norm(in, {.kind = kind, .epsilon = epsilon(kind)});
}

ValueId Decoder::headNorm(ValueId in, const std::string &name, std::uint32_t heads)
{
    const WeightId weight = m_graph.vector(named(name) + ".weight", m_graph.width(in) / heads);
    return m_graph.norm(in, {.weight = weight, .groups = heads, .epsilon = epsilon(NormKind::Rms)});
}

ValueId Decoder::headLayerNorms(ValueId in, const std::string &name, std::uint32_t heads)
{
    const WeightId weight = m_graph.vectors(named(name) + ".weight", m_graph.width(in) / heads, heads);
    return m_graph.norm(
        in, {.weight = weight, .kind = NormKind::Layer, .groups = heads, .epsilon = epsilon(NormKind::Layer)});
}

WeightId Decoder::biasOf(const std::string &name, std::uint64_t rows)
{
    return m_graph.optionalVector(named(name) + ".bias", rows);
}

std::optional<float> Decoder::factorOf(const std::string &name)
{
    const std::vector<float> factor = m_graph.optionalNumbers(named(name) + ".scale", 1);
    if (factor.empty()) {
        return std::nullopt;
    }
    if (m_graph.has(named(name) + ".bias")) {
        fail(ErrorCode::UnsupportedFile, named(name) + " has a factor and a bias, which is not supported");
    }
    return factor.front();
}

ValueId Decoder::linear(ValueId in, const std::string &name, std::uint64_t rows)
{
    const WeightId weight = m_graph.matrix(named(name) + ".weight", m_graph.width(in), rows);
    const ValueId product = m_graph.matMul(weight, in, biasOf(name, rows));
    const auto factor = factorOf(name);
    return factor ? m_graph.scale(product, *factor) : product;
}

ValueId Decoder::linearAdd(ValueId in, const std::string &name, ValueId residual)
{
    const std::uint64_t rows = m_graph.width(residual);
    if (m_graph.has(named(name) + ".scale")) {
        return m_graph.add(linear(in, name, rows), residual);
    }
    const WeightId weight = m_graph.matrix(named(name) + ".weight", m_graph.width(in), rows);
    return m_graph.matMulAdd(weight, in, residual, biasOf(name, rows));
}

Decoder::Heads Decoder::project(ValueId in)
{
    const std::uint64_t query = std::uint64_t{heads()} * keyLength();
    const std::uint64_t key = std::uint64_t{kvHeads()} * keyLength();
    const std::uint64_t value = std::uint64_t{kvHeads()} * valueLength();
    Heads projected;
    if (!has("attn_qkv")) {
        projected = {linear(in, "attn_q", query), linear(in, "attn_k", key), linear(in, "attn_v", value)};
    } else {
        const WeightId fused = m_graph.matrix(named("attn_qkv.weight"), m_graph.width(in), query + key + value);
        const WeightId bias = biasOf("attn_qkv", query + key + value);
        const auto factor = factorOf("attn_qkv");
        const auto product = [&](std::uint64_t first, std::uint64_t rows) {
            const ValueId out = m_graph.matMul(m_graph.part(fused, first, rows), in, m_graph.part(bias, first, rows));
            return factor ? m_graph.scale(out, *factor) : out;
        };
        projected = {product(0, query), product(query, key), product(query + key, value)};
    }
    if (const float limit = m_config.attentionClamp; limit != 0.0F) {
        for (ValueId *numbers : {&projected.query, &projected.key, &projected.value}) {
            *numbers = m_graph.clamp(*numbers, limit);
        }
    }
    return projected;
}

void Decoder::normHeads(Heads &normed)
{
    normed.query = headNorm(normed.query, "attn_q_norm", heads());
    normed.key = headNorm(normed.key, "attn_k_norm", kvHeads());
}

void Decoder::normWhole(Heads &normed)
{
    normed.query = norm(normed.query, "attn_q_norm");
    normed.key = norm(normed.key, "attn_k_norm");
}

void Decoder::bareNormHeads(Heads &normed)
{
    const float least = epsilon(NormKind::Rms);
    normed.query = m_graph.norm(normed.query, {.groups = heads(), .epsilon = least});
    normed.key = m_graph.norm(normed.key, {.groups = kvHeads(), .epsilon = least});
}

ValueId Decoder::rope(ValueId in, std::uint32_t headCount, std::uint32_t headDim, RopeKind kind)
{
    return m_graph.rope(in, {.heads = headCount,
                             .headDim = headDim,
                             .rotatedDims = slides() ? m_config.slidingRopeDimensions : m_config.ropeDimensions,
                             .kind = kind,
                             .table = slides() ? m_slidingTable : m_table});
}

void Decoder::rotate(Heads &rotated, RopeKind kind)
{
    rotated.query = rope(rotated.query, heads(), keyLength(), kind);
    rotated.key = rope(rotated.key, kvHeads(), keyLength(), kind);
}

ValueId Decoder::rotateWhole(ValueId in, std::uint32_t headCount, RopeKind kind)
{
    return rope(in, headCount, m_config.ropeDimensions, kind);
}

void Decoder::growQuery(Heads &grown, const graph::ScaleByPosition &growth)
{
    grown.query = m_graph.scaleByPosition(grown.query, growth);
}

ValueId Decoder::attendGrouped(const Heads &projected, float scale, WeightId sinks)
{
    const std::uint32_t cache = m_oneCache ? 0 : m_layer;
    m_graph.kvWrite(cache, projected.key, projected.value);
    const std::uint32_t headDim = m_graph.width(projected.key) / kvHeads();
    const float given = scale != 0.0F ? scale : 1.0F / std::sqrt(static_cast<float>(headDim));
    return attendTo(projected.query, {.layer = cache,
                                      .kvHeads = kvHeads(),
                                      .headDim = headDim,
                                      .valueDim = m_graph.width(projected.value) / kvHeads(),
                                      .scale = given,
                                      .sinks = sinks});
}

ValueId Decoder::attendTo(ValueId query, const graph::Attention &cache)
{
    graph::Attention op = cache;
    op.heads = heads();
    op.softcap = m_config.attentionSoftcap.value_or(0.0F);
    op.window = slides() ? m_sliding.window : 0;
    op.mask = slides() ? m_sliding.mask : graph::Mask::Causal;
    if (!m_config.causal) {
        op.mask = graph::Mask::Full;
    }
    return m_graph.attention(query, op);
}

ValueId Decoder::attend(const Heads &projected, float scale)
{
    return attendGrouped(projected, scale, kNoWeight);
}

ValueId Decoder::attendWithSinks(const Heads &projected, float scale)
{
    return attendGrouped(projected, scale, m_graph.vector(named("attn_sinks.weight"), heads()));
}

ValueId Decoder::attendToLatent(ValueId query, ValueId key, std::uint32_t valueLength, float scale)
{
    m_graph.kvWrite(m_layer, key);
    return m_graph.attention(query, {.layer = m_layer,
                                     .heads = heads(),
                                     .kvHeads = 1,
                                     .headDim = m_graph.width(key),
                                     .valueDim = valueLength,
                                     .scale = scale});
}

ValueId Decoder::gatedHidden(ValueId in, Activation activation)
{
    const std::uint64_t hidden = m_config.feedForwardLength[m_layer];
    if (has("ffn_gate")) {
        const ValueId gate = linear(in, "ffn_gate", hidden);
        return m_graph.glu(gate, linear(in, "ffn_up", hidden), activation);
    }
    const WeightId fused = m_graph.matrix(named("ffn_up.weight"), m_graph.width(in), 2 * hidden);
    const auto factor = factorOf("ffn_up");
    const auto product = [&](std::uint64_t first) {
        const ValueId out = m_graph.matMul(m_graph.part(fused, first, hidden), in);
        return factor ? m_graph.scale(out, *factor) : out;
    };
    const ValueId gate = product(0);
    return m_graph.glu(gate, product(hidden), activation);
}

ValueId Decoder::gatedFeedForward(ValueId in, Activation activation)
{
    return linear(gatedHidden(in, activation), "ffn_down", m_config.embeddingLength);
}

ValueId Decoder::gatedFeedForwardAdd(ValueId in, Activation activation, ValueId residual)
{
    return linearAdd(gatedHidden(in, activation), "ffn_down", residual);
}

ValueId Decoder::plainHidden(ValueId in, Activation activation)
{
    return m_graph.activate(linear(in, "ffn_up", m_config.feedForwardLength[m_layer]), activation);
}

ValueId Decoder::plainFeedForward(ValueId in, Activation activation)
{
    return linear(plainHidden(in, activation), "ffn_down", m_config.embeddingLength);
}

ValueId Decoder::plainFeedForwardAdd(ValueId in, Activation activation, ValueId residual)
{
    return linearAdd(plainHidden(in, activation), "ffn_down", residual);
}

graph::HeadPart Decoder::part(ValueId in, std::uint32_t headCount, std::uint32_t first, std::uint32_t count)
{
    return {.in = in, .first = first, .stride = m_graph.width(in) / headCount, .count = count};
}

graph::HeadPart Decoder::whole(ValueId in, std::uint32_t headCount)
{
    return part(in, headCount, 0, m_graph.width(in) / headCount);
}

ValueId Decoder::take(const graph::HeadPart &taken, std::uint32_t headCount)
{
    return m_graph.joinHeads({.a = taken, .b = {}, .heads = headCount});
}

ValueId Decoder::join(const graph::HeadPart &a, const graph::HeadPart &b, std::uint32_t headCount)
{
    return m_graph.joinHeads({.a = a, .b = b, .heads = headCount});
}

ValueId Decoder::headProducts(ValueId in, const std::string &name, std::uint32_t headCount, std::uint64_t rows)
{
    if (!m_eachHead || m_eachHeadCount != headCount) {
        m_eachHead = m_graph.routeToEach(headCount);
        m_eachHeadCount = headCount;
    }
    const WeightId weight = m_graph.experts(named(name) + ".weight", m_graph.width(in) / headCount, rows, headCount);
    return m_graph.expertMatMul(weight, in, *m_eachHead);
}

ValueId Decoder::addBranch(ValueId stream, ValueId branch)
{
    return m_graph.add(stream, m_config.residualScale == 1.0F ? branch : m_graph.scale(branch, m_config.residualScale));
}

} // namespace inference::families
