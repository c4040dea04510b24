// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/builder.h"

#include "inference/graph/graph_check.h"

#include "tests/support/gguf_writer.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;
using namespace inference::graph;
using namespace tests;

namespace {

constexpr std::uint64_t kColumns = 64;
constexpr std::uint64_t kRows = 6;
constexpr std::uint64_t kRowBytes = 2 * 34; // Q8_0

/// A file of a token table, a matrix of quantized rows and a vector of halves.
Bytes smallFile(GgufScope scope)
{
    GgufWriter writer;
    writer.string("general.architecture", "any");
    Bytes table(kColumns * 4 * sizeof(float));
    writer.tensor("token_embd.weight", {kColumns, 4}, TensorType::F32, std::move(table));
    Bytes rows;
    for (std::uint64_t i = 0; i < kRows * kRowBytes; ++i) {
        append(rows, static_cast<std::uint8_t>(i / kRowBytes));
    }
    writer.tensor("rows.weight", {kColumns, kRows}, TensorType::Q8_0, std::move(rows));
    Bytes halves;
    for (const unsigned half : {0x3C00U, 0x4000U, 0x4200U}) { // 1, 2, 3
        append(halves, static_cast<std::uint16_t>(half));
    }
    writer.tensor("halves.weight", {3}, TensorType::F16, std::move(halves));
    return scope == GgufScope::Whole ? writer.bytes() : writer.header();
}

struct Source {
    explicit Source(GgufScope scope = GgufScope::Whole)
        : bytes(smallFile(scope))
        , file(*GgufFile::parse(bytes, scope))
        , builder(*file)
    {
    }
    Result<Graph> finish() { return builder.finish(builder.getRows(builder.matrix("token_embd.weight", kColumns, 4))); }
    std::string refusal()
    {
        const auto graph = finish();
        return graph ? std::string() : graph.error().detail;
    }

    Bytes bytes;
    std::shared_ptr<const GgufFile> file;
    Builder builder;
};

} // namespace

TEST_CASE("a part of a matrix is its rows, borrowed from the file")
{
    Source source;
    const WeightId whole = source.builder.matrix("rows.weight", kColumns, kRows);
    source.builder.part(whole, 2, 3);
    source.builder.ignoreAll("halves");
    const auto graph = source.finish();
    REQUIRE(graph.has_value());
    const Weight &all = graph->weights[0];
    const Weight &part = graph->weights[1];
    CHECK(part.type == TensorType::Q8_0);
    CHECK(part.shape == std::array<std::uint64_t, 4>{kColumns, 3, 1, 1});
    CHECK(part.data.data() == all.data.data() + 2 * kRowBytes);
    CHECK(part.data.size() == 3 * kRowBytes);
    CHECK(part.whole == whole);
    CHECK(part.first == 2);
    CHECK(source.builder.part(kNoWeight, 0, 1) == kNoWeight);
}

TEST_CASE("a part of a vector is its numbers")
{
    Source source;
    source.builder.part(source.builder.vector("halves.weight", 3), 1, 2);
    source.builder.ignoreAll("rows");
    const auto graph = source.finish();
    REQUIRE(graph.has_value());
    CHECK(graph->weights[1].shape == std::array<std::uint64_t, 4>{2, 1, 1, 1});
    CHECK(graph->weights[1].data.data() == graph->weights[0].data.data() + sizeof(std::uint16_t));
    CHECK(graph->weights[1].data.size() == 2 * sizeof(std::uint16_t));
}

TEST_CASE("a layer is a ring where nothing looks further back than a window")
{
    Source source;
    Builder &b = source.builder;
    const ValueId x = b.getRows(b.matrix("rows.weight", kColumns, kRows));
    const auto attend = [&](std::uint32_t layer, std::uint32_t window, Mask mask = Mask::Causal) {
        b.attention(x, {.layer = layer,
                        .heads = 1,
                        .kvHeads = 1,
                        .headDim = kColumns,
                        .valueDim = kColumns,
                        .window = window,
                        .mask = mask});
    };
    for (std::uint32_t layer = 0; layer < 6; ++layer) {
        b.kvWrite(layer, x, x);
    }
    b.kvWrite(6, x);
    attend(0, 0);
    attend(1, 8);
    attend(2, 16, Mask::Chunked);
    attend(3, 8, Mask::Full);
    // Layers that share a cache.
    attend(4, 8);
    attend(4, 12);
    attend(5, 8);
    attend(5, 0);
    attend(6, 4);
    b.ignoreAll("halves");
    b.ignoreAll("token_embd");
    const auto graph = b.finish(b.selectRows(x));
    REQUIRE(graph.has_value());
    std::vector<std::uint32_t> windows;
    for (const KvLayer &layer : graph->kv) {
        windows.push_back(layer.window);
    }
    CHECK(windows == std::vector<std::uint32_t>{0, 8, 16, 0, 12, 0, 4});
    CHECK(graph->kv[6].valueWidth == 0);
    CHECK(graph->kv[5].valueWidth == kColumns);
    CHECK(checkGraph(*graph).has_value());
}

TEST_CASE("numbers for the construction are read and leave no weight behind")
{
    Source source;
    CHECK(source.builder.numbers("halves.weight", 3) == std::vector{1.0F, 2.0F, 3.0F});
    CHECK(source.builder.optionalNumbers("none.weight", 3).empty());
    source.builder.ignoreAll("rows");
    const auto graph = source.finish();
    REQUIRE(graph.has_value());
    CHECK(graph->weights.size() == 1);

    Source header(GgufScope::HeaderOnly);
    CHECK(header.builder.numbers("halves.weight", 3) == std::vector(3, 1.0F));
    header.builder.part(header.builder.matrix("rows.weight", kColumns, kRows), 0, 2);
    CHECK(header.finish().has_value());
}

TEST_CASE("what does not fit is told by name, the first alone")
{
    CHECK(Source().refusal() == "the file has the tensor \"rows.weight\", which a model of this family has not");
    {
        Source source;
        source.builder.matrix("rows.weight", kColumns, kRows + 1);
        source.builder.vector("none.weight", 3);
        CHECK(source.refusal() == "tensor rows.weight is 64x6x1x1, not 64x7");
    }
    {
        Source source;
        source.builder.vector("none.weight", 3);
        CHECK(source.refusal() == "tensor none.weight is missing");
    }
    {
        Source source;
        source.builder.vectors("rows.weight", kColumns, kRows);
        CHECK(source.refusal() == "tensor rows.weight has the type Q8_0, which is not supported here");
    }
    {
        Source source;
        source.builder.fail(ErrorCode::UnsupportedFile, "this");
        source.builder.fail(ErrorCode::FileMalformed, "that");
        CHECK(source.refusal() == "this");
    }
}
