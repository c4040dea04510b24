// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/families/model_summary.h"

#include "inference/model/sha256.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_vocabulary.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;
using namespace tests;

namespace {

ModelSummary summaryOf(const Bytes &bytes)
{
    const auto file = GgufFile::parse(bytes, GgufScope::HeaderOnly);
    REQUIRE(file.has_value());
    return families::summarize(**file, "file-stem");
}

} // namespace

TEST_CASE("a model's card is made from its header")
{
    GgufWriter writer =
        tinyModelWriter({.layers = 2, .embedding = 64, .heads = 4, .kvHeads = 2, .vocabulary = 320, .pre = "smollm"});
    writer.string("general.license", "apache-2.0").string("general.size_label", "100K").u32("general.file_type", 3);
    const Bytes bytes = writer.bytes();
    const ModelSummary summary = summaryOf(bytes);
    CHECK(summary.name == "Tiny");
    CHECK(summary.architecture == "llama");
    CHECK(summary.sizeLabel == "100K");
    CHECK(summary.quantization == "Q4_1");
    CHECK(summary.license == "apache-2.0");
    // Embedding; per layer Q, K, V, output, three of the feed-forward, two norms; the last norm.
    CHECK(summary.parameters == 320 * 64 + 2 * (64 * 64 + 2 * 64 * 32 + 64 * 64 + 3 * 64 * 96 + 2 * 64) + 64);
    CHECK(summary.activeParameters == summary.parameters);
    CHECK(summary.expertCount == 0);
    CHECK(summary.fileBytes == bytes.size());
    CHECK(summary.tensorCount == 2 + 2 * 9);
    CHECK(summary.contextLength == 256);
    CHECK(summary.layerCount == 2);
    CHECK(summary.embeddingLength == 64);
    CHECK(summary.vocabularySize == 320);
    CHECK(summary.kvBytesPerToken == 2 * 2 * (16 + 16) * 2); // layers, KV heads, key and value, half
    CHECK(summary.tokenizerModel == "gpt2");
    CHECK(summary.tokenizerPre == "smollm");
    CHECK(summary.hasChatTemplate);
    const std::string chatTemplate = tinyChatTemplate();
    CHECK(summary.chatTemplateSha256 == sha256Hex(std::as_bytes(std::span(chatTemplate))));
    CHECK(summary.complete);
    CHECK(summary.supported);
    CHECK(summary.reason.empty());
}

TEST_CASE("a model's card names its licence and what it was made from")
{
    GgufWriter writer = tinyModelWriter();
    writer.string("general.license", "other")
        .string("general.license.name", "qwen-research")
        .string("general.license.link", "LICENSE")
        .u32("general.base_model.count", 3)
        .string("general.base_model.0.repo_url", "https://huggingface.co/Qwen/Qwen2.5-3B")
        .string("general.base_model.1.name", "Llama 3.1 8B")
        .string("general.base_model.1.organization", "Meta Llama");
    const ModelSummary summary = summaryOf(writer.bytes());
    CHECK(summary.licenseName == "qwen-research");
    CHECK(summary.licenseLink == "LICENSE");
    CHECK(summary.baseModels ==
          std::vector<std::string>{"https://huggingface.co/Qwen/Qwen2.5-3B", "Meta Llama/Llama 3.1 8B"});
    // A count from outside never costs more than a few look-ups.
    GgufWriter endless = tinyModelWriter();
    endless.u32("general.base_model.count", 0xFFFFFFFFU);
    CHECK(summaryOf(endless.bytes()).baseModels.empty());
}

TEST_CASE("a file cut after its header gives the same card but for its completeness")
{
    const GgufWriter writer = tinyModelWriter();
    const ModelSummary whole = summaryOf(writer.bytes());
    ModelSummary cut = summaryOf(writer.header());
    CHECK_FALSE(cut.complete);
    CHECK(cut.supported);
    CHECK(cut.parameters == whole.parameters);
    CHECK(cut.tensorBytes == whole.tensorBytes);
    CHECK(cut.kvBytesPerToken == whole.kvBytesPerToken);
    CHECK(cut.chatTemplateSha256 == whole.chatTemplateSha256);
}

TEST_CASE("what the header does not say stays empty or is taken from the tensors")
{
    GgufWriter writer;
    writer.string("general.architecture", "mamba").u32("mamba.block_count", 48);
    writer.tensor({"small", {256}, 0, Bytes(1024), std::nullopt})
        .tensor({"large", {256, 64}, 21, Bytes(7040), std::nullopt});
    const ModelSummary summary = summaryOf(writer.bytes());
    CHECK(summary.name == "file-stem");
    CHECK(summary.quantization == "IQ3_S"); // most bytes
    CHECK(summary.layerCount == 48);
    CHECK(summary.contextLength == 0);
    CHECK_FALSE(summary.hasChatTemplate);
    CHECK(summary.chatTemplateSha256.empty());
    CHECK_FALSE(summary.supported);
    CHECK(summary.reason == "architecture \"mamba\" is not supported by this version of Carrel");
}

TEST_CASE("the quantization's name follows general.file_type, a guess included")
{
    struct Row {
        std::uint32_t type;
        std::string_view name;
    };
    for (const Row &row : {Row{0, "F32"}, Row{1, "F16"}, Row{15, "Q4_K_M"}, Row{1024 + 7, "Q8_0"}, Row{32, "BF16"},
                           Row{38, "MXFP4"}, Row{4711, ""}}) {
        GgufWriter writer;
        writer.u32("general.file_type", row.type);
        CHECK(summaryOf(writer.bytes()).quantization == row.name);
    }
}

TEST_CASE("of a mixture of experts all parameters are told, and those that a token meets")
{
    GgufWriter writer;
    writer.string("general.architecture", "mix").u32("mix.expert_count", 8).u32("mix.expert_used_count", 2);
    writer.tensor({"blk.0.ffn_up_exps.weight", {16, 4, 8}, 0, Bytes(2048), std::nullopt})
        .tensor({"blk.0.ffn_gate_inp.weight", {16, 8}, 0, Bytes(512), std::nullopt});
    const ModelSummary summary = summaryOf(writer.bytes());
    CHECK(summary.parameters == 512 + 128);
    CHECK(summary.activeParameters == 128 + 128);
    CHECK(summary.expertCount == 8);
    CHECK(summary.expertsUsed == 2);
    CHECK(summary.expertBytes == 2048);
}

TEST_CASE("of the table of all layers' inputs a token meets one row")
{
    GgufWriter writer;
    writer.string("general.architecture", "small");
    writer.tensor({"per_layer_token_embd.weight", {16, 8}, 0, Bytes(512), std::nullopt})
        .tensor({"token_embd.weight", {4, 8}, 0, Bytes(128), std::nullopt});
    const ModelSummary summary = summaryOf(writer.bytes());
    CHECK(summary.parameters == 128 + 32);
    CHECK(summary.activeParameters == 16 + 32);
}
