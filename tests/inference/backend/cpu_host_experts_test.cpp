// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Blocks of experts that the processor computes for another device: the bits that a whole program gives.
#include "inference/backend/cpu/cpu_backend.h"
#include "inference/graph/expert_blocks.h"
#include "tests/inference/backend/change_cases.h"
#include "tests/inference/backend/host_cases.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kRows = 40;

std::unique_ptr<HostExperts> made(const Graph &graph, const ProgramOptions &options)
{
    auto experts = makeCpuHostExperts()->make(graph, options, {});
    INFO((experts ? std::string() : experts.error().detail));
    REQUIRE(experts.has_value());
    return std::move(*experts);
}

ProgramOptions optionsFor(std::uint32_t layers, std::uint32_t threads = 2, bool repack = true)
{
    return {.contextLength = kRows,
            .maxBatch = kRows,
            .threads = threads,
            .repackWeights = repack,
            .hostExpertLayers = layers};
}

/// What a block sees in a run of the reference, as the device would hand it over.
struct Inputs {
    Inputs(const OpReference &reference, const ExpertBlock &block)
    {
        for (const ValueId input : block.inputs) {
            const std::vector<double> &numbers = reference.value(input);
            rows.emplace_back(numbers.begin(), numbers.end());
        }
    }
    /// Pointers to a row of each.
    [[nodiscard]] std::vector<const float *> from(std::size_t row) const
    {
        std::vector<const float *> pointers;
        for (const std::vector<float> &one : rows) {
            pointers.push_back(one.data() + row * (one.size() / kRows));
        }
        return pointers;
    }
    std::vector<std::vector<float>> rows;
};

/// The sum without its residual.
std::vector<double> expectedSum(const Graph &graph, const OpReference &reference, const ExpertBlock &block)
{
    std::vector<double> sum = reference.value(block.out);
    const auto &op = std::get<CombineExperts>(graph.ops[block.ops.back()]);
    if (op.hasResidual) {
        std::ranges::transform(sum, reference.value(op.residual), sum.begin(), std::minus());
    }
    return sum;
}

} // namespace

TEST_CASE("a block of experts gives what the reference says, the same bits in any division")
{
    struct Row {
        TensorType type;
        double bound;
    };
    for (const Row &row : {Row{TensorType::F32, 1e-6}, Row{TensorType::Q4_0, 1e-3}, Row{TensorType::MXFP4, 1e-3}}) {
        for (const HostCase &one : hostCases(row.type)) {
            CAPTURE(one.name, traits(row.type).name);
            const auto fixture = one.graph(kRows);
            const Graph &graph = fixture->graph();
            const auto blocks = expertBlocks(graph);
            REQUIRE(blocks.size() == 1);
            OpReference reference(graph, kRows);
            reference.run(randomTokens(kRows, kRows), 0);
            const Inputs inputs(reference, blocks[0]);
            const auto expected = expectedSum(graph, reference, blocks[0]);

            const auto experts = made(graph, optionsFor(1));
            std::vector<float> out(expected.size());
            REQUIRE(experts->run(0, kRows, inputs.from(0), out.data(), {}).has_value());
            CHECK(normalisedError(expected, out) < row.bound);

            for (const bool repack : {true, false}) {
                const auto other = made(graph, optionsFor(1, 3, repack));
                std::vector<float> again(out.size());
                const std::size_t width = out.size() / kRows;
                for (std::uint32_t at = 0, count = 1; at < kRows; at += count, count = std::min(7U, kRows - at)) {
                    REQUIRE(other->run(0, count, inputs.from(at), again.data() + at * width, {}).has_value());
                }
                CHECK(again == out);
            }
        }
    }
}

TEST_CASE("blocks run one by one, in any order, and others than those asked for are not there")
{
    const auto fixture = GraphFixture::llama({.layers = 3, .experts = 5, .type = TensorType::Q8_0});
    const Graph &graph = fixture->graph();
    const auto blocks = expertBlocks(graph);
    OpReference reference(graph, kRows);
    reference.run(randomTokens(kRows, 61), 0);
    const auto experts = made(graph, optionsFor(2));
    for (const std::size_t block : {1U, 0U, 1U}) {
        const Inputs inputs(reference, blocks[block]);
        const auto expected = expectedSum(graph, reference, blocks[block]);
        std::vector<float> out(expected.size());
        REQUIRE(experts->run(block, kRows, inputs.from(0), out.data(), {}).has_value());
        CHECK(normalisedError(expected, out) < 1e-3);
    }
    const Inputs inputs(reference, blocks[0]);
    std::vector<float> out(std::size_t{kRows} * 64);
    const auto codeOf = [&](std::size_t block, std::uint32_t rows, std::size_t count) {
        const auto pointers = inputs.from(0);
        const auto done = experts->run(block, rows, std::span(pointers).first(count), out.data(), {});
        return done ? ErrorCode::Internal : done.error().code;
    };
    CHECK(codeOf(2, kRows, 2) == ErrorCode::InvalidArgument);
    CHECK(codeOf(0, kRows + 1, 2) == ErrorCode::InvalidArgument);
    CHECK(codeOf(0, 0, 2) == ErrorCode::InvalidArgument);
    CHECK(codeOf(0, kRows, 1) == ErrorCode::InvalidArgument);
}

TEST_CASE("a choice that is none is an error, a stop is heard, and both leave the experts usable")
{
    const auto fixture = GraphFixture::llama({.layers = 1, .experts = 5});
    const Graph &graph = fixture->graph();
    const auto blocks = expertBlocks(graph);
    OpReference reference(graph, kRows);
    reference.run(randomTokens(kRows, 61), 0);
    const auto experts = made(graph, optionsFor(1));
    const Inputs good(reference, blocks[0]);
    std::vector<float> expected(std::size_t{kRows} * 64);
    REQUIRE(experts->run(0, kRows, good.from(0), expected.data(), {}).has_value());

    const std::size_t routing = blocks[0].inputs[0] == blocks[0].routing ? 0 : 1;
    for (const float id :
         {5.0F, -1.0F, 4e9F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        CAPTURE(id);
        Inputs bad = good;
        bad.rows[routing][4 * 17 + 1] = id; // the second choice of row 17
        std::vector<float> out(expected.size());
        const auto done = experts->run(0, kRows, bad.from(0), out.data(), {});
        REQUIRE_FALSE(done.has_value());
        CHECK(done.error().code == ErrorCode::NotFinite);
    }
    std::stop_source stop;
    stop.request_stop();
    std::vector<float> out(expected.size());
    const auto stopped = experts->run(0, kRows, good.from(0), out.data(), stop.get_token());
    REQUIRE_FALSE(stopped.has_value());
    CHECK(stopped.error().code == ErrorCode::Cancelled);
    REQUIRE(experts->run(0, kRows, good.from(0), out.data(), {}).has_value());
    CHECK(out == expected);
}

TEST_CASE("memory for experts is what was announced, and hardly any where they stay in the file")
{
    const auto fixture = GraphFixture::llama({.layers = 3, .experts = 5, .type = TensorType::Q8_0});
    const Graph &graph = fixture->graph();
    std::uint64_t stack = 0; // of one layer
    for (const Weight &weight : graph.weights) {
        stack += weight.shape[2] > 1 ? weight.data.size() / 3 : 0;
    }
    std::uint64_t before = 0;
    for (std::uint32_t layers = 1; layers <= 3; ++layers) {
        const std::uint64_t bytes = made(graph, optionsFor(layers))->bytes();
        CHECK(bytes == makeCpuHostExperts()->bytesNeeded(graph, optionsFor(layers)));
        CHECK(bytes >= before + stack);
        before = bytes;
        const std::uint64_t mapped = made(graph, optionsFor(layers, 2, false))->bytes();
        CHECK(mapped == makeCpuHostExperts()->bytesNeeded(graph, optionsFor(layers, 2, false)));
        CHECK(mapped + layers * stack <= bytes + 64 * 1024);
    }
}

} // namespace inference::backend
