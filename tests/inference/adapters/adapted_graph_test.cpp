// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/adapters/adapted_graph.h"
#include "inference/families/families.h"
#include "inference/graph/graph_check.h"
#include "inference/graph/low_rank.h"
#include "inference/quant/dequantize.h"
#include "tests/inference/backend/op_reference.h"
#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstring>

using namespace inference;
using namespace inference::adapters;
using namespace tests;

namespace {

constexpr std::uint32_t kContext = 12;
const std::vector<TokenId> kTokens = {5, 17, 3, 240, 99, 5, 1, 64};

/// A model or an adapter with the bytes it stands in.
struct OpenFile {
    explicit OpenFile(Bytes given)
        : bytes(std::move(given))
        , file(*GgufFile::parse(bytes, GgufScope::Whole))
    {
    }
    Bytes bytes;
    std::shared_ptr<const GgufFile> file;
};

struct OpenAdapter : OpenFile {
    explicit OpenAdapter(const TinyAdapterOptions &options)
        : OpenFile(tinyAdapterWriter(options).bytes())
        , lora(*readLora(file))
    {
    }
    LoraFile lora;
};

graph::Graph graphOf(const OpenFile &model)
{
    auto pass = families::buildForwardPass(*model.file, kContext);
    INFO((pass ? std::string() : pass.error().detail));
    REQUIRE(pass.has_value());
    return std::move(pass->graph);
}

std::vector<float> numbersOf(const GgufFile &file, const GgufTensor &tensor)
{
    std::vector<float> numbers(tensor.shape[0] * tensor.shape[1]);
    dequantize(traitsOf(tensor.ggmlType)->type, file.data(tensor), numbers);
    return numbers;
}

/// The model's bytes with an adapter added to its F32 matrices, as tools merge it.
void merge(GgufWriter &model, const OpenAdapter &adapter, double scale)
{
    for (const LoraFactors &factors : adapter.lora.factors) {
        const bool flipped = factors.tensor == kEmbedding;
        const std::vector<float> down = numbersOf(*adapter.file, *factors.down);
        const std::vector<float> up = numbersOf(*adapter.file, *factors.up);
        GgufTensorSpec &spec = *std::ranges::find(model.tensors(), factors.tensor, &GgufTensorSpec::name);
        const std::uint64_t columns = spec.shape[0];
        for (std::uint64_t row = 0; row < spec.shape[1]; ++row) {
            for (std::uint64_t column = 0; column < columns; ++column) {
                double sum = 0;
                for (std::uint64_t i = 0; i < factors.rank; ++i) {
                    sum += flipped ? static_cast<double>(up[column * factors.rank + i]) *
                                         static_cast<double>(down[row * factors.rank + i])
                                   : static_cast<double>(up[row * factors.rank + i]) *
                                         static_cast<double>(down[i * columns + column]);
                }
                float weight = 0;
                std::byte *at = spec.data.data() + (row * columns + column) * sizeof weight;
                std::memcpy(&weight, at, sizeof weight);
                weight += static_cast<float>(sum * scale * adapter.lora.factorOf(factors));
                std::memcpy(at, &weight, sizeof weight);
            }
        }
    }
}

std::vector<float> asFloats(const std::vector<double> &numbers)
{
    return {numbers.begin(), numbers.end()};
}

std::vector<double> logitsOf(const graph::Graph &graph)
{
    return backend::OpReference(graph, kContext).run(kTokens, 0);
}

} // namespace

TEST_CASE("a model with adapters computes what the merged model does")
{
    // The output is untied, so that the embedding can be merged.
    const TinyModelOptions options{.type = TensorType::F32, .tied = false};
    const OpenAdapter first({.rank = 3, .alpha = 6.0F, .changesEmbedding = true, .seed = 2});
    const OpenAdapter second({.rank = 5, .alpha = {}, .type = TensorType::F16, .seed = 3});
    GgufWriter merged = tinyModelWriter(options);
    merge(merged, first, 0.5);
    merge(merged, second, -1.25);
    const OpenFile wanted(merged.bytes());
    const std::vector<double> expected = logitsOf(graphOf(wanted));

    const OpenFile model(makeTinyModel(options));
    const graph::Graph plain = graphOf(model);
    const std::vector<AppliedLora> applied = {{.lora = &first.lora, .scale = 0.5F},
                                              {.lora = &second.lora, .scale = -1.25F}};
    const auto adapted = adaptGraph(plain, applied);
    REQUIRE(adapted.has_value());
    CHECK(graph::checkGraph(adapted->graph).has_value());
    CHECK(graph::hasChanges(adapted->graph));
    CHECK(backend::normalisedError(expected, asFloats(logitsOf(plain))) > 0.01);
    CHECK(backend::normalisedError(expected, asFloats(logitsOf(adapted->graph))) < 1e-10);

    // The same without LowRank, for backends that know none.
    const graph::Graph unfolded = graph::withChangesAsOps(adapted->graph);
    CHECK(graph::checkGraph(unfolded).has_value());
    CHECK_FALSE(graph::hasChanges(unfolded));
    CHECK(backend::normalisedError(expected, asFloats(logitsOf(unfolded))) < 1e-10);
    CHECK(unfolded.layerEnds.size() == plain.layerEnds.size());

    // The model's weights keep their numbers.
    REQUIRE(adapted->graph.weights.size() > plain.weights.size());
    for (std::size_t i = 0; i < plain.weights.size(); ++i) {
        CHECK(adapted->graph.weights[i].name == plain.weights[i].name);
        CHECK(adapted->graph.weights[i].data.data() == plain.weights[i].data.data());
    }
}

TEST_CASE("an adapter of scale 0 leaves the graph as it is")
{
    const OpenFile model(makeTinyModel());
    const OpenAdapter adapter({});
    const graph::Graph plain = graphOf(model);
    const std::vector<AppliedLora> applied = {{.lora = &adapter.lora, .scale = 0.0F}};
    const auto adapted = adaptGraph(plain, applied);
    REQUIRE(adapted.has_value());
    CHECK_FALSE(graph::hasChanges(adapted->graph));
    CHECK(adapted->graph.weights.size() == plain.weights.size());
    CHECK(adapted->graph.ops.size() == plain.ops.size());
    CHECK(adapted->graph.layerEnds == plain.layerEnds);
}

TEST_CASE("a tied output stays as it is where the embedding changes")
{
    const OpenFile model(makeTinyModel({.type = TensorType::F32, .tied = true}));
    const OpenAdapter adapter({.layers = 0, .changesEmbedding = true});
    const graph::Graph plain = graphOf(model);
    const std::vector<AppliedLora> applied = {{.lora = &adapter.lora, .scale = 1.0F}};
    const auto adapted = adaptGraph(plain, applied);
    REQUIRE(adapted.has_value());
    CHECK_FALSE(graph::hasChanges(adapted->graph));
    CHECK(adapted->graph.ops.size() == plain.ops.size() + 2);
    const auto &output = std::get<graph::MatMul>(adapted->graph.ops.back());
    CHECK_FALSE(output.change.isThere());
}

TEST_CASE("fused matrices are changed in all their parts or not at all")
{
    // A matrix of 4 rows, cut into two products of 2.
    graph::Graph graph;
    std::vector<float> numbers(4 * 3);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = static_cast<float>(i) / 4;
    }
    const auto bytes = std::as_bytes(std::span(numbers));
    graph.weights = {{.name = "table", .shape = {3, 2, 1, 1}, .data = bytes.first(24)},
                     {.name = "fused", .shape = {3, 4, 1, 1}, .data = bytes},
                     {.name = "fused[0]", .shape = {3, 2, 1, 1}, .data = bytes.first(24), .whole = {1}, .first = 0},
                     {.name = "fused[2]", .shape = {3, 2, 1, 1}, .data = bytes.last(24), .whole = {1}, .first = 2}};
    graph.values = {{.width = 3}, {.width = 2}, {.width = 2}, {.width = 2}, {.width = 2, .selectedRows = true}};
    graph.ops = {graph::GetRows{.table = {0}, .out = {0}}, graph::MatMul{.weight = {2}, .in = {0}, .out = {1}},
                 graph::MatMul{.weight = {3}, .in = {0}, .out = {2}}, graph::Add{.a = {1}, .b = {2}, .out = {3}},
                 graph::SelectRows{.in = {3}, .out = {4}}};
    graph.logits = {4};
    graph.vocabularySize = 2;
    REQUIRE(graph::checkGraph(graph).has_value());

    GgufWriter writer = tinyAdapterWriter({.layers = 0});
    std::vector<float> down = {1, 0, -1, 2, 1, 0};
    std::vector<float> up = {1, 0, 0, 1, 2, -1, 1, 1};
    const auto bytesOf = [](const std::vector<float> &of) {
        const auto span = std::as_bytes(std::span(of));
        return Bytes(span.begin(), span.end());
    };
    writer.tensor("fused.lora_a", {3, 2}, TensorType::F32, bytesOf(down));
    writer.tensor("fused.lora_b", {2, 4}, TensorType::F32, bytesOf(up));
    const OpenFile file(writer.bytes());
    const LoraFile lora = *readLora(file.file);
    const std::vector<AppliedLora> applied = {{.lora = &lora, .scale = 1.0F}};
    const auto adapted = adaptGraph(graph, applied);
    REQUIRE(adapted.has_value());
    CHECK(graph::checkGraph(adapted->graph).has_value());
    // Both parts share what makes the rows narrow.
    const auto &first = std::get<graph::MatMul>(adapted->graph.ops[1]);
    const auto &second = std::get<graph::MatMul>(adapted->graph.ops[2]);
    CHECK(first.change.down == second.change.down);
    CHECK_FALSE(first.change.up == second.change.up);
    CHECK(adapted->graph.weights.size() == graph.weights.size() + 3);

    // alpha / rank is 8 / 2.
    std::vector<float> merged = numbers;
    for (std::size_t row = 0; row < 4; ++row) {
        for (std::size_t column = 0; column < 3; ++column) {
            merged[row * 3 + column] += 4 * (up[row * 2] * down[column] + up[row * 2 + 1] * down[3 + column]);
        }
    }
    graph::Graph other = graph;
    const auto mergedBytes = std::as_bytes(std::span(merged));
    other.weights[2].data = mergedBytes.first(24);
    other.weights[3].data = mergedBytes.last(24);
    const std::vector<TokenId> tokens = {0, 1};
    const auto expected = backend::OpReference(other, 2).run(tokens, 0);
    CHECK(backend::normalisedError(expected, asFloats(backend::OpReference(adapted->graph, 2).run(tokens, 0))) < 1e-12);

    // Without the second product half of the matrix would be another one.
    graph.ops[2] = graph::MatMul{.weight = {0}, .in = {0}, .out = {2}};
    const auto refused = adaptGraph(graph, applied);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::AdapterUnfit);
}

TEST_CASE("a tensor that is no product is not changed")
{
    const OpenFile model(makeTinyModel({.attentionBias = true}));
    GgufWriter writer = tinyAdapterWriter({.layers = 0});
    writer.tensor("blk.0.attn_norm.weight.lora_a", {64, 1}, TensorType::F32, Bytes(256));
    writer.tensor("blk.0.attn_norm.weight.lora_b", {1, 1}, TensorType::F32, Bytes(4));
    const OpenFile file(writer.bytes());
    const LoraFile lora = *readLora(file.file);
    const std::vector<AppliedLora> applied = {{.lora = &lora, .scale = 1.0F}};
    const auto refused = adaptGraph(graphOf(model), applied);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::AdapterUnfit);
    CHECK(refused.error().detail.contains("blk.0.attn_norm.weight"));
}
