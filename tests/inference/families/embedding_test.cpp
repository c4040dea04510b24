// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which ops models have that end in embeddings or scores, and what the header tells of them. What they compute is
// proven by tests/oracles/fidelity_test.cpp.
#include "inference/families/families.h"
#include "inference/families/model_summary.h"
#include "inference/families/text_prefixes.h"

#include "tests/inference/families/family_file.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace inference;
using namespace inference::families;
using namespace tests;

namespace {

graph::Graph built(FamilyFile &file, std::optional<Pooling> pooling = {})
{
    auto pass = file.build(0, Admission::Any, pooling);
    INFO((pass ? "" : pass.error().detail));
    REQUIRE(pass.has_value());
    return std::move(pass->graph);
}

template <class Op>
std::vector<Op> opsOf(const graph::Graph &graph)
{
    std::vector<Op> found;
    for (const graph::Op &op : graph.ops) {
        if (const auto *wanted = std::get_if<Op>(&op)) {
            found.push_back(*wanted);
        }
    }
    return found;
}

FamilyFile pooledFile(const char *architecture, Pooling pooling)
{
    FamilyFile file(architecture);
    file.writer().u32(file.key("pooling_type"), static_cast<std::uint32_t>(pooling));
    return file;
}

ModelSummary summaryOf(FamilyFile &file)
{
    const Bytes bytes = file.writer().bytes();
    return summarize(**GgufFile::parse(bytes, GgufScope::Whole), "stem");
}

} // namespace

TEST_CASE("the file says how rows become an embedding, and the caller may say it instead")
{
    FamilyFile mean = pooledFile("bert", Pooling::Mean);
    REQUIRE(opsOf<graph::Pool>(built(mean)).size() == 1);
    CHECK(opsOf<graph::Pool>(built(mean))[0].kind == graph::PoolKind::Mean);
    FamilyFile first = pooledFile("bert", Pooling::First);
    CHECK(opsOf<graph::Pool>(built(first))[0].kind == graph::PoolKind::First);
    CHECK(opsOf<graph::Pool>(built(first, Pooling::Mean))[0].kind == graph::PoolKind::Mean);
    for (const Pooling pooling : {Pooling::None, Pooling::Last}) {
        FamilyFile file = pooledFile("bert", pooling);
        CHECK(opsOf<graph::Pool>(built(file)).empty());
        CHECK(opsOf<graph::SelectRows>(built(file)).size() == 1);
        CHECK(built(file).ending == graph::Ending::Embedding);
    }
}

TEST_CASE("an encoder's tokens see the whole text, and its layers share one cache")
{
    for (const char *architecture :
         {"bert", "eurobert", "gemma-embedding", "jina-bert-v3", "modern-bert", "nomic-bert", "nomic-bert-moe"}) {
        CAPTURE(architecture);
        FamilyFile file = pooledFile(architecture, Pooling::Mean);
        const graph::Graph graph = built(file);
        CHECK(graph.kv.size() == 1);
        for (const graph::Attention &attention : opsOf<graph::Attention>(graph)) {
            CHECK(attention.mask == graph::Mask::Full);
            CHECK(attention.layer == 0);
        }
    }
    FamilyFile decoder("llama");
    decoder.writer().boolean(decoder.key("attention.causal"), false);
    const auto refused = decoder.build();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.contains("both directions"));
}

TEST_CASE("modern-bert slides in two of three layers, the first sees everything")
{
    FamilyFile file("modern-bert", 4);
    file.writer().u32(file.key("attention.sliding_window"), 32);
    std::vector<std::uint32_t> windows;
    for (const graph::Attention &attention : opsOf<graph::Attention>(built(file))) {
        windows.push_back(attention.window);
    }
    CHECK(windows == std::vector<std::uint32_t>{0, 32, 32, 0});
    file.writer().string(file.key("hidden_activation"), "relu");
    CHECK_FALSE(file.build().has_value());
}

TEST_CASE("a decoder is an embedder where its file says how to pool, and then needs no output matrix")
{
    FamilyFile file = pooledFile("qwen3", Pooling::Last);
    file.tensor("output.weight", FamilyFile::kWidth, FamilyFile::kVocabulary);
    const graph::Graph graph = built(file);
    CHECK(graph.ending == graph::Ending::Embedding);
    CHECK(graph.vocabularySize == FamilyFile::kWidth);
    CHECK(opsOf<graph::Attention>(graph)[0].mask == graph::Mask::Causal);
    FamilyFile plain("qwen3");
    CHECK(built(plain).ending == graph::Ending::Logits);
    CHECK(built(plain, Pooling::Mean).ending == graph::Ending::Embedding);
}

TEST_CASE("a classifier takes the row of its family, through one matrix or two")
{
    FamilyFile bert = pooledFile("bert", Pooling::Rank);
    const auto none = bert.build();
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().detail == "tensor cls.output.weight is missing");
    bert.tensor("cls.output.weight", FamilyFile::kWidth, 3).tensor("cls.output.bias", 3);
    CHECK(built(bert).vocabularySize == 3);
    CHECK(opsOf<graph::Softcap>(built(bert)).empty());
    bert.tensor("cls.weight", FamilyFile::kWidth, FamilyFile::kWidth).tensor("cls.bias", FamilyFile::kWidth);
    CHECK(opsOf<graph::Softcap>(built(bert)).size() == 1);
    CHECK(opsOf<graph::Pool>(built(bert))[0].kind == graph::PoolKind::First);
    CHECK(built(bert, Pooling::Mean).vocabularySize == FamilyFile::kWidth);

    FamilyFile modern = pooledFile("modern-bert", Pooling::Rank);
    modern.tensor("cls.weight", FamilyFile::kWidth, FamilyFile::kWidth).tensor("cls.norm.weight", FamilyFile::kWidth);
    modern.tensor("cls.output.weight", FamilyFile::kWidth, 1);
    CHECK(opsOf<graph::Pool>(built(modern))[0].kind == graph::PoolKind::Mean);
    CHECK(opsOf<graph::Activate>(built(modern)).size() == 1);

    FamilyFile qwen3 = pooledFile("qwen3", Pooling::Rank);
    CHECK(built(qwen3).ending == graph::Ending::Logits); // judged by the logits of two words
    qwen3.tensor("cls.output.weight", FamilyFile::kWidth, 2);
    CHECK(built(qwen3).vocabularySize == 2);
    CHECK(opsOf<graph::Pool>(built(qwen3)).empty());
}

TEST_CASE("EmbeddingGemma's matrices stand behind the mean")
{
    FamilyFile file = pooledFile("gemma-embedding", Pooling::Mean);
    file.tensor("dense_2.weight", FamilyFile::kWidth, 70).tensor("dense_3.weight", 70, 24);
    CHECK(built(file).vocabularySize == 24);
}

TEST_CASE("the context is no longer than the table of positions")
{
    FamilyFile file("bert");
    file.tensor("position_embd.weight", FamilyFile::kWidth, 48);
    const auto pass = file.build();
    REQUIRE(pass.has_value());
    CHECK(pass->config.contextLength == 48);
}

TEST_CASE("the header tells what a model is for")
{
    FamilyFile text("qwen3");
    CHECK(summaryOf(text).purpose == ModelPurpose::Text);
    CHECK(summaryOf(text).embeddingWidth == 0);
    FamilyFile embedder = pooledFile("qwen3", Pooling::Last);
    embedder.writer().string("general.name", "Qwen3 Embedding 0.6B");
    const ModelSummary summary = summaryOf(embedder);
    CHECK(summary.purpose == ModelPurpose::Embedding);
    CHECK(summary.pooling == Pooling::Last);
    CHECK(summary.embeddingWidth == FamilyFile::kWidth);
    CHECK(summary.queryPrefix.starts_with("Instruct: "));
    FamilyFile judge = pooledFile("qwen3", Pooling::Rank);
    CHECK(summaryOf(judge).purpose == ModelPurpose::Ranking);
    FamilyFile bert("bert");
    CHECK(summaryOf(bert).purpose == ModelPurpose::Embedding);
}

TEST_CASE("prefixes are those of the models' pages")
{
    CHECK(prefixesFor("bert", "multilingual-e5-small").query == "query: ");
    CHECK(prefixesFor("bert", "multilingual-e5-small").passage == "passage: ");
    CHECK(prefixesFor("bert", "Bge Small En v1.5").query.starts_with("Represent this sentence"));
    CHECK(prefixesFor("bert", "Bge Small En v1.5").passage.empty());
    CHECK(prefixesFor("bert", "bge-m3").query.empty());
    CHECK(prefixesFor("bert", "snowflake-arctic-embed-l-v2.0").query == "query: ");
    CHECK(prefixesFor("nomic-bert", "whatever").passage == "search_document: ");
    CHECK(prefixesFor("gemma-embedding", "").query == "task: search result | query: ");
    CHECK(prefixesFor("bert", "All MiniLM L6 v2").query.empty());
    CHECK(prefixesFor("qwen3", "Qwen3 8B").query.empty());
}
