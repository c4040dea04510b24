// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which ops the forward passes of the later Gemmas have. What they compute is proven by the tests that their rows name.
#include "inference/families/model_summary.h"
#include "tests/inference/families/family_graph.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>

using namespace inference;
using namespace inference::families;
using namespace tests;

namespace {

constexpr std::uint64_t kWidth = FamilyFile::kWidth;
constexpr std::uint64_t kHeads = FamilyFile::kHeads;
constexpr std::uint64_t kKvHeads = FamilyFile::kKvHeads;
constexpr std::uint64_t kHeadDim = FamilyFile::kHeadDim;

std::string block(std::uint32_t layer, std::string_view name)
{
    return "blk." + std::to_string(layer) + "." + std::string(name);
}

void setSliding(FamilyFile &file, const std::vector<bool> &layers)
{
    file.writer().remove(file.key("attention.sliding_window")).u32(file.key("attention.sliding_window"), 32);
    file.writer()
        .remove(file.key("attention.sliding_window_pattern"))
        .booleans(file.key("attention.sliding_window_pattern"), layers);
}

std::vector<std::uint32_t> caches(const graph::Graph &graph)
{
    std::vector<std::uint32_t> byLayer;
    for (const graph::Attention &attention : opsOf<graph::Attention>(graph)) {
        byLayer.push_back(attention.layer);
    }
    return byLayer;
}

} // namespace

TEST_CASE("the last layers read the cache of the last one before them that slides like them")
{
    FamilyFile file("gemma4", 6);
    setSliding(file, {true, false, true, true, false, true});
    file.writer().u32(file.key("attention.shared_kv_layers"), 3);
    const ForwardPass pass = built(file);
    CHECK(caches(pass.graph) == std::vector<std::uint32_t>{0, 1, 2, 2, 1, 2});
    CHECK(windows(pass.graph) == std::vector<std::uint32_t>{32, 0, 32, 32, 0, 32});
    CHECK(opsOf<graph::KvWrite>(pass.graph).size() == 3);
    REQUIRE(pass.graph.kv.size() == 3);
    CHECK(pass.graph.kv[1].window == 0);
    CHECK(pass.graph.kv[2].window == 32);

    // The card counts the caches that there are.
    const Bytes bytes = file.writer().bytes();
    const auto parsed = GgufFile::parse(bytes, GgufScope::HeaderOnly);
    REQUIRE(parsed.has_value());
    const ModelSummary summary = summarize(**parsed, "stem");
    CHECK(summary.kvBytesPerToken == 3 * 2 * 2 * kKvHeads * kHeadDim);
    REQUIRE(summary.slidingKv.size() == 1);
    CHECK(summary.slidingKv[0].bytesPerToken == 2 * 2 * 2 * kKvHeads * kHeadDim);

    // What such layers have for keys and values is not needed.
    file.without(block(3, "attn_k.weight")).without(block(3, "attn_v.weight")).without(block(3, "attn_k_norm.weight"));
    CHECK(caches(built(file).graph).size() == 6);
    file.without(block(3, "attn_q.weight"));
    CHECK(refusal(file) == "tensor blk.3.attn_q.weight is missing");
}

TEST_CASE("caches that cannot be shared are refused")
{
    FamilyFile none("gemma4", 4);
    setSliding(none, {false, false, true, false});
    none.writer().u32(none.key("attention.shared_kv_layers"), 2);
    CHECK(refusal(none).contains("layer 2 shares the cache"));

    FamilyFile all("gemma4", 2);
    all.writer().u32(all.key("attention.shared_kv_layers"), 2);
    CHECK(refusal(all).contains("shared_kv_layers is 2"));

    FamilyFile heads("gemma4", 2);
    heads.writer().remove(heads.key("attention.head_count")).i32s(heads.key("attention.head_count"), std::vector{4, 3});
    heads.writer().remove(heads.key("attention.head_count_kv"));
    heads.writer().i32s(heads.key("attention.head_count_kv"), std::vector{2, 3});
    heads.writer().u32(heads.key("attention.shared_kv_layers"), 1);
    CHECK(refusal(heads).contains("the heads of layer 1 do not divide"));
}

TEST_CASE("heads of layers that slide have widths of their own, and scores are not scaled")
{
    FamilyFile file("gemma4", 2);
    setSliding(file, {true, false});
    for (const char *name : {"attention.key_length_swa", "attention.value_length_swa", "rope.dimension_count_swa"}) {
        file.writer().u32(file.key(name), 4);
    }
    file.writer().f32(file.key("rope.freq_base"), 1e6F);
    file.tensor(block(0, "attn_q.weight"), kWidth, kHeads * 4)
        .tensor(block(0, "attn_k.weight"), kWidth, kKvHeads * 4)
        .tensor(block(0, "attn_v.weight"), kWidth, kKvHeads * 4)
        .tensor(block(0, "attn_output.weight"), kHeads * 4, kWidth)
        .tensor(block(0, "attn_q_norm.weight"), 4)
        .tensor(block(0, "attn_k_norm.weight"), 4);
    Bytes factors;
    for (const float factor : {1.0F, 1e30F, 1e30F, 1e30F}) {
        append(factors, factor);
    }
    file.writer().tensor("rope_freqs.weight", {4}, TensorType::F32, factors);
    const graph::Graph graph = built(file).graph;
    const auto attentions = opsOf<graph::Attention>(graph);
    REQUIRE(attentions.size() == 2);
    CHECK(attentions[0].headDim == 4);
    CHECK(attentions[0].valueDim == 4);
    CHECK(attentions[1].headDim == kHeadDim);
    CHECK(attentions[0].scale == 1.0F);
    CHECK(attentions[1].scale == 1.0F);
    const auto ropes = opsOf<graph::Rope>(graph);
    REQUIRE(ropes.size() == 4);
    CHECK(graph.ropes[ropes[0].table].frequencies == std::vector<double>{1.0, std::pow(10000.0, -0.5)});
    const std::vector<double> &full = graph.ropes[ropes[2].table].frequencies;
    REQUIRE(full.size() == 4);
    CHECK(full[0] == 1.0);
    CHECK(full[1] * 1e6 < 1e-20); // stands still at any position

    file.writer().remove(file.key("rope.dimension_count_swa")).u32(file.key("rope.dimension_count_swa"), 3);
    CHECK(refusal(file).contains("rope.dimension_count_swa is odd"));
    file.writer().remove(file.key("rope.dimension_count_swa")).u32(file.key("rope.dimension_count_swa"), 6);
    CHECK(refusal(file).contains("rope.dimension_count_swa is 6"));
}

TEST_CASE("values may be made of what keys are made of, and are normalised without weights")
{
    FamilyFile file("gemma4", 1);
    file.without("blk.0.attn_v.weight");
    const graph::Graph graph = built(file).graph;
    const auto writes = opsOf<graph::KvWrite>(graph);
    REQUIRE(writes.size() == 1);
    const auto norms = opsOf<graph::Norm>(graph);
    const auto ofValue = std::ranges::find(norms, writes[0].value, &graph::Norm::out);
    REQUIRE(ofValue != norms.end());
    CHECK(ofValue->weight == graph::kNoWeight);
    CHECK(ofValue->groups == kKvHeads);
    const auto ofKey = std::ranges::find_if(
        norms, [&](const graph::Norm &norm) { return norm.in == ofValue->in && !(norm.weight == graph::kNoWeight); });
    CHECK(ofKey != norms.end());
}

TEST_CASE("each layer is given its part of the token from a table that stays in the file")
{
    FamilyFile file("gemma4", 3);
    constexpr std::uint32_t kLength = FamilyFile::kLayerInputs;
    file.writer().u32(file.key("embedding_length_per_layer_input"), kLength);
    CHECK(refusal(file) == "tensor per_layer_token_embd.weight is missing");
    file.tensor("per_layer_token_embd.weight", kLength * 3, FamilyFile::kVocabulary)
        .tensor("per_layer_model_proj.weight", kWidth, kLength * 3)
        .tensor("per_layer_proj_norm.weight", kLength);
    for (std::uint32_t layer = 0; layer < 3; ++layer) {
        file.tensor(block(layer, "inp_gate.weight"), kWidth, kLength)
            .tensor(block(layer, "proj.weight"), kLength, kWidth)
            .tensor(block(layer, "post_norm.weight"), kWidth);
    }
    const graph::Graph graph = built(file).graph;
    const auto tables = opsOf<graph::GetRows>(graph);
    REQUIRE(tables.size() == 2);
    CHECK_FALSE(tables[0].fromFile);
    CHECK(tables[1].fromFile);
    CHECK(tables[1].scale == Catch::Approx(std::sqrt(5.0)));
    std::vector<std::uint32_t> firsts;
    for (const graph::JoinHeads &part : opsOf<graph::JoinHeads>(graph)) {
        CHECK(part.a.count == kLength);
        firsts.push_back(part.a.first);
    }
    CHECK(firsts == std::vector<std::uint32_t>{0, 5, 10});
}

TEST_CASE("a layer may have a factor on the whole stream")
{
    FamilyFile file("gemma4", 2);
    Bytes factor;
    append(factor, 0.25F);
    file.writer().tensor("blk.1.layer_output_scale.weight", {1}, TensorType::F32, factor);
    const auto scales = opsOf<graph::Scale>(built(file).graph);
    REQUIRE(scales.size() == 1);
    CHECK(scales[0].factor == 0.25F);
}

TEST_CASE("gemma 4's experts stand beside a dense part, behind a router with a norm of its own")
{
    FamilyFile file("gemma4", 1);
    file.writer()
        .u32(file.key("expert_count"), FamilyFile::kExperts)
        .u32(file.key("expert_used_count"), FamilyFile::kUsedExperts)
        .u32(file.key("expert_feed_forward_length"), FamilyFile::kExpertHidden);
    for (const char *name : {"pre_ffw_norm_2.weight", "post_ffw_norm_1.weight", "post_ffw_norm_2.weight"}) {
        file.tensor(block(0, name), kWidth);
    }
    file.tensor("blk.0.ffn_gate_inp.weight", kWidth, FamilyFile::kExperts)
        .tensor("blk.0.ffn_gate_inp.scale", kWidth)
        .tensor("blk.0.ffn_gate_up_exps.weight", kWidth, 2 * FamilyFile::kExpertHidden, FamilyFile::kExperts)
        .tensor("blk.0.ffn_down_exps.weight", FamilyFile::kExpertHidden, kWidth, FamilyFile::kExperts)
        .tensor("blk.0.ffn_down_exps.scale", FamilyFile::kExperts);
    const graph::Graph graph = built(file).graph;
    const auto routes = opsOf<graph::RouteExperts>(graph);
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].gating == graph::Gating::Softmax);
    CHECK(routes[0].normalise);
    const auto experts = opsOf<graph::ExpertMatMul>(graph);
    REQUIRE(experts.size() == 2);
    CHECK_FALSE(experts[1].scale == graph::kNoWeight);
    CHECK(opsOf<graph::Glu>(graph).size() == 2);
    for (const graph::Glu &glu : opsOf<graph::Glu>(graph)) {
        CHECK(glu.activation == graph::Activation::GeluTanh);
    }
    file.without("blk.0.ffn_gate_inp.scale");
    CHECK(refusal(file) == "tensor blk.0.ffn_gate_inp.scale is missing");
}

TEST_CASE("gemma 3n's streams are opened, predicted, corrected and closed")
{
    FamilyFile file("gemma3n", 2);
    const graph::Graph graph = built(file).graph;
    const auto mixes = opsOf<graph::MixStreams>(graph);
    REQUIRE(mixes.size() == 4);
    for (const std::size_t predicts : {0, 2}) {
        CHECK(mixes[predicts].sources == FamilyFile::kStreams);
        CHECK(mixes[predicts].targets == FamilyFile::kStreams);
        CHECK(mixes[predicts].base == mixes[predicts].in);
        CHECK(mixes[predicts].offset == 0.0F);
        const graph::MixStreams &correction = mixes[predicts + 1];
        CHECK(correction.sources == 1);
        CHECK(correction.base == mixes[predicts].out);
        CHECK(correction.offset == 1.0F);
    }
    // Opened on all rows, closed on those that are wanted.
    const auto matches = opsOf<graph::MatchMagnitude>(graph);
    REQUIRE(matches.size() == 2 * std::size_t{FamilyFile::kStreams - 1});
    for (std::size_t i = 0; i < matches.size(); ++i) {
        CHECK(graph.values[matches[i].out.index].selectedRows == (i >= FamilyFile::kStreams - 1));
    }
    REQUIRE(opsOf<graph::Softcap>(graph).size() == 5); // two for each layer, and that of the logits
    CHECK(opsOf<graph::Softcap>(graph).back().cap == 30.0F);
    file.writer().remove(file.key("altup.num_inputs"));
    CHECK(refusal(file) == "gemma3n.altup.num_inputs is missing");
    file.writer().u32(file.key("altup.num_inputs"), 17);
    CHECK(refusal(file).contains("num_inputs is 17"));
    file.writer().remove(file.key("altup.num_inputs")).u32(file.key("altup.num_inputs"), 3);
    CHECK(refusal(file).contains("altup_proj.weight is"));
    file.writer().remove(file.key("altup.num_inputs")).u32(file.key("altup.num_inputs"), 4);
    file.writer().u32(file.key("altup.active_idx"), 1);
    CHECK(refusal(file).contains("altup.active_idx other than 0"));
}

TEST_CASE("gemma 3n's gates are sparse in the layers that the file says, else in the first ten")
{
    FamilyFile silent("gemma3n", 12);
    const auto published = opsOf<graph::Sparsify>(built(silent).graph);
    REQUIRE(published.size() == 10);
    CHECK(published[0].deviations == Catch::Approx(1.6448536));

    FamilyFile file("gemma3n", 3);
    const auto key = file.key("activation_sparsity_scale");
    file.writer().f32s(key, std::vector{-INFINITY, 0.0F, 1.5F});
    const auto sparse = opsOf<graph::Sparsify>(built(file).graph);
    REQUIRE(sparse.size() == 2);
    CHECK(sparse[0].deviations == 0.0F);
    CHECK(sparse[1].deviations == 1.5F);
    for (const std::vector<float> &bad : {std::vector{1.0F, 1.0F}, {1.0F, 1.0F, INFINITY}, {NAN, 1.0F, 1.0F}}) {
        file.writer().remove(key).f32s(key, bad);
        CHECK(refusal(file).contains("does not hold one sensible number for each layer"));
    }
    file.writer().remove(key).i32s(key, std::vector{1, 1, 1});
    CHECK(refusal(file).contains("does not hold one sensible number for each layer"));
}
