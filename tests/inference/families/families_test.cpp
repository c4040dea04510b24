// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which ops the families' forward passes have. What they compute is proven against references by the tests that their
// rows name.
#include "inference/families/families.h"

#include "tests/inference/families/family_graph.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <cmath>

using namespace inference;
using namespace inference::families;
using namespace tests;

namespace {

/// The angle of the slowest pair at position 1, by layer that rotates.
std::vector<double> slowest(const graph::Graph &graph)
{
    std::vector<double> byLayer;
    const auto ropes = opsOf<graph::Rope>(graph);
    for (std::size_t i = 0; i < ropes.size(); i += 2) {
        byLayer.push_back(graph.ropes[ropes[i].table].frequencies.back());
    }
    return byLayer;
}

double slowestOf(double base)
{
    return std::pow(base, -6.0 / 8.0); // heads of eight
}

std::vector<std::string> architectures()
{
    std::vector<std::string> names;
    for (const Family &family : allFamilies()) {
        names.emplace_back(family.architecture);
    }
    return names;
}

} // namespace

TEST_CASE("the table names each architecture once, in order")
{
    const auto names = architectures();
    CHECK(std::ranges::adjacent_find(names, std::ranges::greater_equal{}) == names.end());
}

TEST_CASE("each family takes the tensors that its converter writes, and no others")
{
    for (const std::string &architecture : architectures()) {
        CAPTURE(architecture);
        FamilyFile file(architecture);
        const ForwardPass pass = built(file);
        const bool embeds = pass.graph.ending == graph::Ending::Embedding;
        CHECK(embeds == !pass.config.causal);
        CHECK(pass.graph.vocabularySize == (embeds ? FamilyFile::kWidth : FamilyFile::kVocabulary));
        CHECK(pass.graph.layerEnds.size() == 2);
        CHECK(pass.graph.kv.size() == (embeds ? 1 : 2));
        const bool latent = pass.config.latent.rank != 0;
        CHECK(pass.graph.kv.back().keyWidth ==
              (latent ? FamilyFile::kLatentRank + FamilyFile::kRotated : FamilyFile::kKvHeads * FamilyFile::kHeadDim));
        file.tensor("blk.1.attn_other.weight", FamilyFile::kHeads);
        CHECK(refusal(file).contains("\"blk.1.attn_other.weight\""));
        file.without("blk.1.attn_other.weight").without("blk.1.attn_output.weight");
        CHECK(refusal(file) == "tensor blk.1.attn_output.weight is missing");
    }
}

TEST_CASE("an architecture that nobody wrote is refused by name, whatever else the file says")
{
    FamilyFile file("mamba");
    CHECK(refusal(file) == "architecture \"mamba\" is not supported by this version of Carrel");
    FamilyFile projector("clip");
    CHECK(
        refusal(projector).ends_with("is not supported by this version of Carrel: the file is the part of a model that "
                                     "sees or hears"));
}

TEST_CASE("a family without a test that proves it is loaded by tests alone")
{
    for (const Family &family : allFamilies()) {
        CAPTURE(family.architecture);
        FamilyFile file{std::string(family.architecture)};
        const auto pass = file.build(0, Admission::Proven);
        CHECK(pass.has_value() == !family.provenBy.empty());
        if (!pass) {
            CHECK(pass.error().code == ErrorCode::UnsupportedFile);
            CHECK(pass.error().detail.contains("\"" + std::string(family.architecture) + "\" is not supported"));
        }
    }
}

TEST_CASE("every optional tensor of llama is taken, in float formats of any width")
{
    GgufWriter writer =
        tinyModelWriter({.tied = false, .attentionBias = true, .feedForwardBias = true, .ropeFactors = true});
    for (GgufTensorSpec &spec : writer.tensors()) {
        if (spec.name == "output_norm.weight") {
            spec.ggmlType = static_cast<std::uint32_t>(TensorType::BF16);
            spec.data.resize(spec.data.size() / 2);
        }
    }
    const Bytes bytes = writer.bytes();
    const auto file = GgufFile::parse(bytes, GgufScope::Whole);
    const auto pass = buildForwardPass(**file, 0);
    INFO((pass ? "" : pass.error().detail));
    CHECK(pass.has_value());
}

TEST_CASE("query, key and value may lie in one matrix, gate and up in another")
{
    FamilyFile file("phi3", 1);
    const graph::Graph graph = built(file).graph;
    std::vector<std::pair<const std::byte *, std::uint64_t>> parts; // from where, how many rows
    for (const graph::MatMul &product : opsOf<graph::MatMul>(graph)) {
        const graph::Weight &weight = graph.weights[product.weight.index];
        parts.emplace_back(weight.data.data(), weight.rows());
        CHECK(weight.data.size() == weight.rows() * weight.shape[0] * sizeof(float));
    }
    REQUIRE(parts.size() == 8);
    constexpr std::size_t kRow = FamilyFile::kWidth * sizeof(float);
    CHECK(parts[0].second == 32);
    CHECK(parts[1] == std::pair{parts[0].first + 32 * kRow, std::uint64_t{16}});
    CHECK(parts[2] == std::pair{parts[1].first + 16 * kRow, std::uint64_t{16}});
    CHECK(parts[4].second == 48);
    CHECK(parts[5] == std::pair{parts[4].first + 48 * kRow, std::uint64_t{48}});
}

TEST_CASE("layers slide as the family does, as the file's period says, or as the file lists them")
{
    FamilyFile file("gemma3", 7);
    CHECK(windows(built(file).graph) == std::vector<std::uint32_t>(7, 0));
    file.writer().u32(file.key("attention.sliding_window"), 32);
    CHECK(windows(built(file).graph) == std::vector<std::uint32_t>{32, 32, 32, 32, 32, 0, 32});
    file.writer().u32(file.key("attention.sliding_window_pattern"), 3);
    CHECK(windows(built(file).graph) == std::vector<std::uint32_t>{32, 32, 0, 32, 32, 0, 32});
    file.writer()
        .remove(file.key("attention.sliding_window_pattern"))
        .i32s(file.key("attention.sliding_window_pattern"), std::vector{0, 0, 1, 1, 0, 0, 1});
    CHECK(windows(built(file).graph) == std::vector<std::uint32_t>{0, 0, 32, 32, 0, 0, 32});
}

TEST_CASE("families whose models were trained without a window ignore that of the file")
{
    FamilyFile file("phi3");
    file.writer().u32(file.key("attention.sliding_window"), 32);
    CHECK(windows(built(file).graph) == std::vector<std::uint32_t>{0, 0});
}

TEST_CASE("gemma 2 has its window and its caps where the file is silent")
{
    FamilyFile file("gemma2");
    const graph::Graph graph = built(file).graph;
    CHECK(windows(graph) == std::vector<std::uint32_t>{4096, 0});
    CHECK(opsOf<graph::Attention>(graph)[0].softcap == 50.0F);
    REQUIRE(opsOf<graph::Softcap>(graph).size() == 1);
    CHECK(opsOf<graph::Softcap>(graph)[0].cap == 30.0F);
}

TEST_CASE("gemma 3 stretches the angles of the layers that see everything alone")
{
    FamilyFile file("gemma3", 6);
    file.writer().u32(file.key("attention.sliding_window"), 32).f32(file.key("rope.freq_base"), 1e6F);
    file.writer().string(file.key("rope.scaling.type"), "linear").f32(file.key("rope.scaling.factor"), 8);
    const auto angles = slowest(built(file).graph);
    REQUIRE(angles.size() == 6);
    CHECK(angles[0] == Catch::Approx(slowestOf(10000)));
    CHECK(angles[5] == Catch::Approx(slowestOf(1e6) / 8));
}

TEST_CASE("olmo 3 slides without yarn, by the same base")
{
    FamilyFile file("olmo2", 4);
    file.writer().u32(file.key("attention.sliding_window"), 32).f32(file.key("rope.freq_base"), 5e5F);
    file.writer().string(file.key("rope.scaling.type"), "yarn").f32(file.key("rope.scaling.factor"), 8);
    file.writer().u32(file.key("rope.scaling.original_context_length"), 32);
    const graph::Graph graph = built(file).graph;
    CHECK(windows(graph) == std::vector<std::uint32_t>{32, 32, 32, 0});
    const auto angles = slowest(graph);
    CHECK(angles[0] == Catch::Approx(slowestOf(5e5)));
    CHECK(angles[3] == Catch::Approx(slowestOf(5e5) / 8));
    CHECK(graph.ropes[0].magnitude == Catch::Approx(1.0 + 0.1 * std::log(8.0)));
    CHECK(graph.ropes[1].magnitude == 1.0F);
}

TEST_CASE("some layers have no positions")
{
    FamilyFile smollm3("smollm3", 5);
    CHECK(rotations(built(smollm3).graph) == std::vector{2, 2, 2, 0, 2});
    FamilyFile cohere2("cohere2", 4);
    CHECK(rotations(built(cohere2).graph) == std::vector{2, 2, 2, 0});
    FamilyFile exaone4("exaone4", 4);
    CHECK(rotations(built(exaone4).graph) == std::vector{2, 2, 2, 2});
    exaone4.writer().u32(exaone4.key("attention.sliding_window"), 32);
    CHECK(rotations(built(exaone4).graph) == std::vector{2, 2, 2, 0});
    FamilyFile granite("granite");
    CHECK(rotations(built(granite).graph) == std::vector{2, 2});
    granite.writer().boolean(granite.key("rope.scaling.finetuned"), false);
    CHECK(rotations(built(granite).graph) == std::vector{0, 0});
}

TEST_CASE("which pairs of a head turn is the family's")
{
    const auto kindOf = [](const char *architecture) {
        FamilyFile file(architecture);
        return opsOf<graph::Rope>(built(file).graph).front().kind;
    };
    for (const char *architecture : {"llama", "mistral3", "smollm3", "granite", "olmo", "ernie4_5", "command-r",
                                     "cohere2", "glm4", "llama4", "deepseek2"}) {
        CAPTURE(architecture);
        CHECK(kindOf(architecture) == graph::RopeKind::Norm);
    }
    for (const char *architecture :
         {"qwen2", "qwen3", "gemma", "gemma2", "gemma3", "phi3", "nemotron", "starcoder2", "stablelm", "gptneox",
          "olmo2", "exaone4", "hunyuan-dense", "seed_oss", "gpt-oss", "glm4moe"}) {
        CAPTURE(architecture);
        CHECK(kindOf(architecture) == graph::RopeKind::Neox);
    }
}

TEST_CASE("granite's factors stand where its paper puts them")
{
    FamilyFile file("granite", 1);
    file.writer().f32(file.key("embedding_scale"), 12).f32(file.key("residual_scale"), 0.25F);
    file.writer().f32(file.key("attention.scale"), 0.5F);
    const graph::Graph graph = built(file).graph;
    CHECK(opsOf<graph::GetRows>(graph)[0].scale == 12.0F);
    CHECK(opsOf<graph::Attention>(graph)[0].scale == 0.5F);
    const auto scales = opsOf<graph::Scale>(graph);
    REQUIRE(scales.size() == 3);
    CHECK(scales[0].factor == 0.25F);
    CHECK(scales[1].factor == 0.25F);
    CHECK(scales[2].factor == 0.125F); // logits, divided by 8
}

TEST_CASE("what a family cannot do without is asked for by name")
{
    const auto without = [](const char *architecture, std::string_view name) {
        FamilyFile file(architecture);
        const std::string key = file.key(name);
        file.writer().remove(key);
        CHECK(refusal(file) == key + " is missing");
    };
    without("granite", "logit_scale");
    without("gptneox", "use_parallel_residual");
    without("cohere2", "attention.sliding_window");
    without("cohere2moe", "attention.sliding_window");
    without("starcoder2", "attention.layer_norm_epsilon");
    without("qwen3", "attention.layer_norm_rms_epsilon");
}

TEST_CASE("longrope has the factors of long contexts only past the trained one")
{
    FamilyFile file("phi3", 1);
    file.writer().u32(file.key("rope.scaling.original_context_length"), 64);
    file.writer().f32(file.key("rope.scaling.attn_factor"), 1.25F);
    const auto factors = [](float value) {
        Bytes data;
        for (int pair = 0; pair < 4; ++pair) {
            append(data, value);
        }
        return data;
    };
    file.writer().tensor("rope_factors_long.weight", {4}, TensorType::F32, factors(4.0F));
    file.writer().tensor("rope_factors_short.weight", {4}, TensorType::F32, factors(2.0F));
    CHECK(slowest(built(file, 64).graph)[0] == Catch::Approx(slowestOf(10000) / 2));
    CHECK(slowest(built(file, 65).graph)[0] == Catch::Approx(slowestOf(10000) / 4));
    CHECK(slowest(built(file).graph)[0] == Catch::Approx(slowestOf(10000) / 4));
    CHECK(built(file).graph.ropes[0].magnitude == 1.25F);
}

TEST_CASE("mistral 3 keeps cosine and sine as they are, and its queries grow by steps of the trained context")
{
    FamilyFile file("mistral3", 1);
    file.writer().string(file.key("rope.scaling.type"), "yarn").f32(file.key("rope.scaling.factor"), 16);
    file.writer().u32(file.key("rope.scaling.original_context_length"), 32);
    file.writer().f32(file.key("rope.scaling.yarn_log_multiplier"), 1.0F);
    CHECK(built(file).graph.ropes[0].magnitude == Catch::Approx(1.0));
    CHECK(built(file).config.contextLength == FamilyFile::kContext);
    CHECK(opsOf<graph::ScaleByPosition>(built(file).graph).empty());
    file.writer().f32(file.key("attention.temperature_scale"), 0.25F);
    const auto growths = opsOf<graph::ScaleByPosition>(built(file).graph);
    REQUIRE(growths.size() == 1);
    CHECK(growths[0].rate == 0.25F);
    CHECK(growths[0].offset == 0);
    CHECK(growths[0].length == 32);
}

TEST_CASE("what a file asks for and its family does not do is refused by name")
{
    FamilyFile growing("llama");
    growing.writer().f32(growing.key("attention.temperature_scale"), 0.1F);
    CHECK(refusal(growing) == "llama.attention.temperature_scale is not supported for this architecture");
    FamilyFile sections("llama");
    sections.writer().i32s(sections.key("rope.dimension_sections"), std::vector{2, 1, 1, 0});
    CHECK(refusal(sections) == "llama.rope.dimension_sections is not supported for this architecture");
}

TEST_CASE("query, key and value stay within the file's bound")
{
    FamilyFile file("olmo", 1);
    CHECK(opsOf<graph::Clamp>(built(file).graph).empty());
    file.writer().f32(file.key("attention.clamp_kqv"), 8.0F);
    const auto clamps = opsOf<graph::Clamp>(built(file).graph);
    REQUIRE(clamps.size() == 3);
    CHECK(clamps[2].limit == 8.0F);
}

TEST_CASE("hunyuan's alpha raises the base")
{
    FamilyFile file("hunyuan-dense", 1);
    file.writer().f32(file.key("rope.scaling.alpha"), 1000.0F);
    CHECK(slowest(built(file).graph)[0] == Catch::Approx(slowestOf(10000 * std::pow(1000.0, 8.0 / 6.0))));
}

TEST_CASE("blocks that predict tokens ahead are left out with their tensors")
{
    FamilyFile file("glm4", 3);
    file.writer().u32(file.key("nextn_predict_layers"), 1);
    file.tensor("blk.2.nextn.eh_proj.weight", 2 * FamilyFile::kWidth, FamilyFile::kWidth);
    CHECK(built(file).graph.layerEnds.size() == 2);
}

TEST_CASE("heads of the larger stablelm and command-r have norms of their own")
{
    const auto *const architecture = GENERATE("stablelm", "command-r");
    CAPTURE(architecture);
    FamilyFile file(architecture, 1);
    file.tensor("blk.0.attn_q_norm.weight", FamilyFile::kHeadDim, FamilyFile::kHeads);
    file.tensor("blk.0.attn_k_norm.weight", FamilyFile::kHeadDim, FamilyFile::kKvHeads);
    const auto norms = opsOf<graph::Norm>(built(file).graph);
    REQUIRE(norms.size() >= 3);
    CHECK(norms[1].groups == FamilyFile::kHeads);
    CHECK(norms[1].kind == graph::NormKind::Layer);
    CHECK(norms[2].groups == FamilyFile::kKvHeads);
}

TEST_CASE("the 27B models of gemma divide scores by the root of the embedding's width per head")
{
    FamilyFile small("gemma2", 1);
    CHECK(opsOf<graph::Attention>(built(small).graph)[0].scale == Catch::Approx(1.0 / std::sqrt(8.0)));
    FamilyFile large("gemma2", 46);
    CHECK(opsOf<graph::Attention>(built(large).graph)[0].scale == Catch::Approx(1.0 / std::sqrt(10.0)));
}
