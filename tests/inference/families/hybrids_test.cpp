// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which ops the forward passes of families have whose layers carry a state. What they compute is proven by the tests
// that their rows name.
#include "inference/families/model_summary.h"
#include "tests/inference/families/family_graph.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace inference;
using namespace inference::families;
using namespace tests;

TEST_CASE("layers that carry a state have no attention, and the others no state")
{
    const auto *const architecture =
        GENERATE("qwen35", "qwen35moe", "qwen3next", "lfm2", "lfm2moe", "granitehybrid", "nemotron_h");
    CAPTURE(architecture);
    FamilyFile file(architecture, 4);
    const auto pass = built(file);
    CHECK(opsOf<graph::CausalConv>(pass.graph).size() == 2);
    const auto attentions = opsOf<graph::Attention>(pass.graph);
    REQUIRE(attentions.size() == 2);
    CHECK(attentions[0].layer == 1);
    CHECK(attentions[1].layer == 3);
    CHECK(pass.graph.kv[0].keyWidth == 0);
    const auto *const listed = "attention.recurrent_layers";
    if (std::string_view(architecture).starts_with("qwen")) {
        file.writer().booleans(file.key(listed), {true, true, true, false});
        file.writer().remove(file.key("full_attention_interval"));
        CHECK(refusal(file).contains("blk.1.attn_qkv.weight is missing"));
    }
}

TEST_CASE("value heads find their key heads as the family's converter left them")
{
    for (const char *architecture : {"qwen35", "qwen35moe", "qwen3next"}) {
        CAPTURE(architecture);
        const bool alternate = std::string_view(architecture) != "qwen3next";
        FamilyFile file(architecture);
        const auto deltas = opsOf<graph::GatedDelta>(built(file).graph);
        REQUIRE(deltas.size() == 1);
        CHECK(deltas[0].keysAlternate == alternate);
        CHECK(deltas[0].logitsByKeyHead == !alternate);
    }
}

TEST_CASE("experts without gates are two products with a squared ReLU between")
{
    FamilyFile file("nemotron_h_moe", 3); // experts, attention, Mamba-2
    const graph::Graph graph = built(file).graph;
    CHECK(opsOf<graph::ExpertMatMul>(graph).size() == 2);
    const auto activations = opsOf<graph::Activate>(graph);
    REQUIRE(activations.size() == 2);
    CHECK(activations[0].activation == graph::Activation::ReluSquared); // of the experts and of the shared one
    CHECK(activations[1].activation == graph::Activation::ReluSquared);
    const auto routes = opsOf<graph::RouteExperts>(graph);
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].gating == graph::Gating::Sigmoid);
    file.without("blk.0.ffn_up_exps.weight");
    CHECK(refusal(file) == "tensor blk.0.ffn_up_exps.weight is missing");

    FamilyFile gated("lfm2moe");
    CHECK(opsOf<graph::RouteExperts>(built(gated).graph)[0].gating == graph::Gating::Sigmoid);
    gated.without("blk.1.ffn_gate_exps.weight");
    CHECK(refusal(gated) == "tensor blk.1.ffn_gate_exps.weight is missing");
}

TEST_CASE("hyperparameters of recurrent layers that contradict each other are refused")
{
    struct Row {
        const char *key;
        std::uint32_t value;
        const char *reason;
    };
    for (const Row &row :
         {Row{"ssm.inner_size", 33, "do not divide"}, Row{"ssm.group_count", 3, "do not divide"},
          Row{"ssm.group_count", 0, "group_count is 0"}, Row{"ssm.conv_kernel", 1, "conv_kernel is 1"},
          Row{"ssm.conv_kernel", 17, "conv_kernel is 17"}, Row{"ssm.state_size", 257, "state_size is 257"},
          Row{"ssm.time_step_rank", 0, "time_step_rank is 0"}}) {
        for (const char *architecture : {"qwen35", "granitehybrid"}) {
            CAPTURE(architecture, row.key, row.value);
            FamilyFile file(architecture);
            file.writer().remove(file.key(row.key)).u32(file.key(row.key), row.value);
            CHECK(refusal(file).contains(row.reason));
            FamilyFile without(architecture);
            without.writer().remove(without.key(row.key));
            CHECK(refusal(without).contains(std::string(row.key) + " is missing"));
        }
    }
    FamilyFile zero("llama");
    zero.writer().remove(zero.key("attention.head_count_kv")).u32(zero.key("attention.head_count_kv"), 0);
    CHECK(refusal(zero).contains("head_count_kv is 0"));
    FamilyFile older("qwen3next");
    older.tensor("blk.0.ssm_in.weight", FamilyFile::kWidth, 96);
    CHECK(refusal(older).contains("newer files"));
}

TEST_CASE("a model's card tells of the state that its layers carry")
{
    FamilyFile file("lfm2", 4);
    const Bytes bytes = file.writer().bytes();
    const auto parsed = GgufFile::parse(bytes, GgufScope::HeaderOnly);
    REQUIRE(parsed.has_value());
    const ModelSummary summary = summarize(**parsed, "stem");
    CHECK(summary.recurrentLayers == 2);
    CHECK(summary.stateBytes == 2 * 2 * FamilyFile::kWidth * sizeof(float));
    CHECK(summary.kvBytesPerToken == 2 * 2 * 2 * FamilyFile::kKvHeads * FamilyFile::kHeadDim);
}
