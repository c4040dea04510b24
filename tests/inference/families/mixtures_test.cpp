// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The forward passes of families with experts, and with what came with them: sinks, chunks, latent attention.
#include "tests/inference/families/family_graph.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>

using namespace inference;
using namespace inference::families;
using namespace tests;

TEST_CASE("gpt-oss has sinks in every layer and a window in every second")
{
    FamilyFile file("gpt-oss", 4);
    file.writer().string(file.key("rope.scaling.type"), "yarn").f32(file.key("rope.scaling.factor"), 32);
    file.writer().u32(file.key("rope.scaling.original_context_length"), 512);
    const graph::Graph graph = built(file).graph;
    CHECK(windows(graph) == std::vector<std::uint32_t>{128, 0, 128, 0});
    for (const graph::Attention &attention : opsOf<graph::Attention>(graph)) {
        CHECK_FALSE(attention.sinks == graph::kNoWeight);
    }
    CHECK(opsOf<graph::Glu>(graph)[0].activation == graph::Activation::ClampedSwiglu);
    const graph::RouteExperts route = opsOf<graph::RouteExperts>(graph)[0];
    CHECK(route.gating == graph::Gating::SoftmaxOfChosen);
    CHECK_FALSE(route.normalise);
    for (const graph::ExpertMatMul &product : opsOf<graph::ExpertMatMul>(graph)) {
        CHECK_FALSE(product.bias == graph::kNoWeight);
    }
    // YaRN's bounds are not rounded: the second of four pairs is between them.
    FamilyFile rounded("mistral3", 1);
    rounded.writer().string(rounded.key("rope.scaling.type"), "yarn").f32(rounded.key("rope.scaling.factor"), 32);
    rounded.writer().u32(rounded.key("rope.scaling.original_context_length"), 512);
    CHECK(graph.ropes[0].frequencies[1] != built(rounded).graph.ropes[0].frequencies[1]);
}

TEST_CASE("llama 4 sees chunks with positions, and everything without in every fourth layer")
{
    FamilyFile file("llama4", 5);
    const graph::Graph graph = built(file).graph;
    CHECK(rotations(graph) == std::vector{2, 2, 2, 0, 2});
    CHECK(windows(graph) == std::vector<std::uint32_t>{8192, 8192, 8192, 0, 8192});
    CHECK(opsOf<graph::Attention>(graph)[0].mask == graph::Mask::Chunked);
    CHECK(opsOf<graph::Attention>(graph)[3].mask == graph::Mask::Causal);
    const auto growths = opsOf<graph::ScaleByPosition>(graph);
    REQUIRE(growths.size() == 1);
    CHECK(growths[0].rate == 0.1F);
    CHECK(growths[0].offset == 1);
    CHECK(growths[0].length == 8192);
    const auto bareNorms = [](const graph::Graph &of) {
        const auto norms = opsOf<graph::Norm>(of);
        return std::ranges::count(norms, graph::kNoWeight, &graph::Norm::weight);
    };
    CHECK(bareNorms(graph) == 8);
    CHECK(opsOf<graph::ExpertMatMul>(graph)[0].weighted);
    CHECK_FALSE(opsOf<graph::ExpertMatMul>(graph)[2].weighted);
    CHECK_FALSE(opsOf<graph::CombineExperts>(graph)[0].weighted);
    CHECK(opsOf<graph::RouteExperts>(graph)[0].gating == graph::Gating::Sigmoid);
    // The larger models, which are told by their experts, have no norms of the heads.
    FamilyFile larger("llama4", 1);
    larger.writer().remove(larger.key("expert_count")).u32(larger.key("expert_count"), 128);
    for (const auto &[name, columns, rows] :
         {std::tuple{"ffn_gate_exps", 40U, 24U}, {"ffn_up_exps", 40U, 24U}, {"ffn_down_exps", 24U, 40U}}) {
        larger.tensor("blk.0." + std::string(name) + ".weight", columns, rows, 128);
    }
    larger.tensor("blk.0.ffn_gate_inp.weight", FamilyFile::kWidth, 128);
    CHECK(bareNorms(built(larger).graph) == 0);
}

TEST_CASE("latent attention keeps one short vector for all heads, or the keys and values of each")
{
    FamilyFile file("deepseek2", 2);
    const graph::Graph folded = built(file).graph;
    const auto attention = opsOf<graph::Attention>(folded)[0];
    CHECK(attention.kvHeads == 1);
    CHECK(attention.headDim == FamilyFile::kLatentRank + FamilyFile::kRotated);
    CHECK(attention.valueDim == FamilyFile::kLatentRank);
    CHECK(attention.scale == Catch::Approx(1.0 / std::sqrt(8.0)));
    CHECK(folded.kv[0].valueWidth == 0);
    CHECK(opsOf<graph::RouteToEach>(folded).size() == 1); // for all layers

    file.writer().remove(file.key("attention.head_count_kv")).u32(file.key("attention.head_count_kv"), 4);
    file.writer().remove(file.key("attention.key_length")).u32(file.key("attention.key_length"), 8);
    file.writer().remove(file.key("attention.value_length")).u32(file.key("attention.value_length"), 6);
    for (const std::string block : {"blk.0.", "blk.1."}) {
        file.without(block + "attn_k_b.weight").without(block + "attn_v_b.weight");
        file.tensor(block + "attn_kv_b.weight", FamilyFile::kLatentRank, std::uint64_t{4} * (6 + 6));
    }
    const graph::Graph made = built(file).graph;
    CHECK(made.kv[0].keyWidth == 4 * 8);
    CHECK(made.kv[0].valueWidth == 4 * 6);
    CHECK(opsOf<graph::Attention>(made)[0].kvHeads == 4);

    file.writer().remove(file.key("attention.q_lora_rank"));
    CHECK(refusal(file).contains("attn_q.weight is missing"));
    file.writer().remove(file.key("rope.dimension_count"));
    CHECK(refusal(file).contains("rope.dimension_count"));
    file.writer().remove(file.key("attention.kv_lora_rank"));
    CHECK(refusal(file) == "deepseek2.attention.kv_lora_rank is missing");
}

TEST_CASE("YaRN acts on the scale of latent attention and leaves cosine and sine")
{
    FamilyFile file("deepseek2", 1);
    file.writer().string(file.key("rope.scaling.type"), "yarn").f32(file.key("rope.scaling.factor"), 40);
    file.writer().u32(file.key("rope.scaling.original_context_length"), 32);
    CHECK(built(file).graph.ropes[0].magnitude == Catch::Approx(1.0 + 0.1 * std::log(40.0)));
    file.writer().f32(file.key("rope.scaling.yarn_log_multiplier"), 0.0707F);
    const graph::Graph graph = built(file).graph;
    CHECK(graph.ropes[0].magnitude == Catch::Approx(1.0));
    const double factor = 1.0 + 0.0707 * std::log(40.0);
    CHECK(opsOf<graph::Attention>(graph)[0].scale == Catch::Approx(factor * factor / std::sqrt(8.0)));
}

TEST_CASE("routers weight and choose as the file says, else as the family does")
{
    const auto routeOf = [](FamilyFile &file) { return opsOf<graph::RouteExperts>(built(file).graph)[0]; };
    FamilyFile deepseek("deepseek2", 1);
    CHECK(routeOf(deepseek).gating == graph::Gating::Softmax);
    CHECK_FALSE(routeOf(deepseek).normalise);
    CHECK(routeOf(deepseek).groupScore == graph::GroupScore::Best);
    CHECK_FALSE(routeOf(deepseek).selectionBias == graph::kNoWeight);
    deepseek.writer().u32(deepseek.key("expert_gating_func"), 2).boolean(deepseek.key("expert_weights_norm"), true);
    deepseek.writer().u32(deepseek.key("expert_group_count"), 3).u32(deepseek.key("expert_group_used_count"), 2);
    CHECK(routeOf(deepseek).gating == graph::Gating::Sigmoid);
    CHECK(routeOf(deepseek).normalise);
    CHECK(routeOf(deepseek).groups == 3);
    CHECK(routeOf(deepseek).groupsUsed == 2);
    CHECK(routeOf(deepseek).groupScore == graph::GroupScore::BestTwo);
    FamilyFile glm("glm4moe", 1);
    CHECK(routeOf(glm).gating == graph::Gating::Sigmoid);
    CHECK(routeOf(glm).normalise);
    CHECK(opsOf<graph::Norm>(built(glm).graph).size() == 3);
    glm.tensor("blk.0.attn_q_norm.weight", FamilyFile::kHeadDim).tensor("blk.0.attn_k_norm.weight", 8);
    CHECK(opsOf<graph::Norm>(built(glm).graph).size() == 5);
}

TEST_CASE("shared experts are one, as wide as all of them")
{
    FamilyFile file("glm4moe", 1);
    file.writer().remove(file.key("expert_shared_feed_forward_length")).u32(file.key("expert_shared_count"), 2);
    for (const std::string name : {"gate", "up"}) {
        file.tensor("blk.0.ffn_" + name + "_shexp.weight", FamilyFile::kWidth, 2 * FamilyFile::kExpertHidden);
    }
    file.tensor("blk.0.ffn_down_shexp.weight", 2 * FamilyFile::kExpertHidden, FamilyFile::kWidth);
    CHECK(file.build().has_value());
}

TEST_CASE("cohere2moe has positions where layers slide and where there are no experts, and means of shared ones")
{
    FamilyFile file("cohere2moe", 4);
    CHECK(rotations(built(file).graph) == std::vector{2, 2, 2, 0});
    CHECK(opsOf<graph::Scale>(built(file).graph).size() == 5); // a half in each layer, and the logits
    CHECK(opsOf<graph::Scale>(built(file).graph)[0].factor == 0.5F);
    CHECK(opsOf<graph::Norm>(built(file).graph)[0].kind == graph::NormKind::Layer);
    CHECK(opsOf<graph::RouteExperts>(built(file).graph)[0].gating == graph::Gating::Sigmoid);
    for (const std::string name :
         {"gate_inp", "gate_exps", "up_exps", "down_exps", "gate_shexp", "up_shexp", "down_shexp"}) {
        file.without("blk.3.ffn_" + name + ".weight");
    }
    for (const std::string name : {"gate", "up"}) {
        file.tensor("blk.3.ffn_" + name + ".weight", FamilyFile::kWidth, FamilyFile::kHidden);
    }
    file.tensor("blk.3.ffn_down.weight", FamilyFile::kHidden, FamilyFile::kWidth);
    CHECK(rotations(built(file).graph) == std::vector{2, 2, 2, 2});
    for (const std::string name : {"gate", "up", "down"}) {
        file.without("blk.0.ffn_" + name + "_shexp.weight");
    }
    CHECK(opsOf<graph::Scale>(built(file).graph).size() == 3);
    file.writer().f32(file.key("attention.layer_norm_rms_epsilon"), 1e-5F);
    CHECK(opsOf<graph::Norm>(built(file).graph)[0].kind == graph::NormKind::Rms);
}

TEST_CASE("experts of nomic-bert-moe have no gates")
{
    FamilyFile file("nomic-bert-moe", 2);
    const graph::Graph graph = built(file).graph;
    CHECK(opsOf<graph::ExpertMatMul>(graph).size() == 4);
    CHECK(opsOf<graph::Glu>(graph).empty());
    const auto activations = opsOf<graph::Activate>(graph);
    REQUIRE(activations.size() == 2);
    CHECK(activations[0].activation == graph::Activation::Gelu);
    CHECK_FALSE(opsOf<graph::RouteExperts>(graph)[0].normalise);
}

TEST_CASE("gate and up of experts may be one matrix, and each expert in a tensor of its own is refused")
{
    FamilyFile file("qwen3moe", 1);
    file.without("blk.0.ffn_gate_exps.weight").without("blk.0.ffn_up_exps.weight");
    file.tensor("blk.0.ffn_gate_up_exps.weight", FamilyFile::kWidth, 2 * FamilyFile::kExpertHidden,
                FamilyFile::kExperts);
    const graph::Graph graph = built(file).graph;
    CHECK(opsOf<graph::ExpertMatMul>(graph).size() == 2);
    const auto parts = opsOf<graph::JoinHeads>(graph);
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].a.first == 0);
    CHECK(parts[1].a.first == FamilyFile::kExpertHidden);
    CHECK(parts[1].heads == FamilyFile::kUsedExperts);

    FamilyFile old("llama", 1);
    old.experts(0).without("blk.0.ffn_up_exps.weight");
    old.tensor("blk.0.ffn_up.0.weight", FamilyFile::kWidth, FamilyFile::kHidden);
    CHECK(refusal(old).contains("every expert in a tensor of its own"));
}

TEST_CASE("a matrix may have a factor, and what quantized its input in training does not count")
{
    FamilyFile file("qwen3", 1);
    const auto factor = [&](const std::string &name) {
        Bytes half;
        append(half, 0.5F);
        file.writer().tensor("blk.0." + name, {1}, TensorType::F32, half);
    };
    factor("attn_q.scale");
    factor("attn_output.scale");
    factor("attn_q.input_scale");
    const graph::Graph graph = built(file).graph;
    const auto scales = opsOf<graph::Scale>(graph);
    REQUIRE(scales.size() == 2);
    CHECK(scales[0].factor == 0.5F);
    CHECK(opsOf<graph::Add>(graph).size() == 1); // the residual, behind the factor
    file.tensor("blk.0.attn_q.bias", FamilyFile::kHeads * FamilyFile::kHeadDim);
    CHECK(refusal(file).contains("a factor and a bias"));

    FamilyFile experts("qwen3moe", 1);
    experts.tensor("blk.0.ffn_up_exps.scale", FamilyFile::kExperts);
    CHECK_FALSE(opsOf<graph::ExpertMatMul>(built(experts).graph)[1].scale == graph::kNoWeight);
}

TEST_CASE("layers of llama may have experts")
{
    FamilyFile file("llama", 3);
    file.experts(1);
    const graph::Graph graph = built(file).graph;
    const auto routes = opsOf<graph::RouteExperts>(graph);
    REQUIRE(routes.size() == 1);
    CHECK(routes[0].used == FamilyFile::kUsedExperts);
    CHECK(routes[0].gating == graph::Gating::Softmax);
    CHECK(routes[0].normalise);
    CHECK(routes[0].scale == 1.0F);
    CHECK(opsOf<graph::ExpertMatMul>(graph).size() == 3);
    const auto sums = opsOf<graph::CombineExperts>(graph);
    REQUIRE(sums.size() == 1);
    CHECK(sums[0].hasResidual);
    file.tensor("blk.1.ffn_up_exps.weight", FamilyFile::kWidth, FamilyFile::kHidden, FamilyFile::kExperts - 1);
    CHECK(refusal(file) == "tensor blk.1.ffn_up_exps.weight is 40x48x5x1, not 40x48x6");
    file.without("blk.1.ffn_up_exps.weight");
    CHECK(refusal(file) == "tensor blk.1.ffn_up_exps.weight is missing");
    file.writer().u32(file.key("expert_group_count"), 4);
    CHECK(refusal(file) == "2 of 6 experts cannot be chosen from 4 of 4 groups");
}

TEST_CASE("a router without experts' keys is told so")
{
    FamilyFile file("llama", 1);
    file.tensor("blk.0.ffn_gate_inp.weight", FamilyFile::kWidth, FamilyFile::kExperts);
    CHECK(refusal(file) == "llama.expert_count is missing");
}

TEST_CASE("weights of experts as each family has them, and the shared expert behind its own gate")
{
    const auto routesOf = [](const char *architecture) {
        FamilyFile file(architecture, 1);
        file.writer().f32(file.key("expert_weights_scale"), 2.5F);
        return opsOf<graph::RouteExperts>(built(file).graph);
    };
    CHECK(routesOf("qwen3moe")[0].normalise);
    CHECK(routesOf("qwen3moe")[0].scale == 2.5F);
    CHECK(routesOf("granitemoe").size() == 1);
    const auto routes = routesOf("qwen2moe");
    REQUIRE(routes.size() == 2);
    CHECK_FALSE(routes[0].normalise);
    CHECK(routes[1].used == 1);
    CHECK(routes[1].gating == graph::Gating::Sigmoid);

    FamilyFile granite("granitemoe", 1);
    granite.writer().f32(granite.key("residual_scale"), 0.25F);
    const graph::Graph graph = built(granite).graph;
    const auto sums = opsOf<graph::CombineExperts>(graph);
    REQUIRE(sums.size() == 1);
    CHECK(sums[0].hasResidual); // the shared expert's
    CHECK(opsOf<graph::Add>(graph).size() == 2);
}
