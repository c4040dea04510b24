// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/plan.h"

#include "inference/graph/expert_blocks.h"
#include "shaders/include/kernel_params.h"
#include "tests/inference/backend/graph_fixture.h"
#include "tests/inference/backend/vulkan/device_kinds.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <functional>
#include <limits>

namespace inference::backend::vulkan {

namespace {

constexpr std::uint32_t kContext = 64;
constexpr std::uint32_t kBatch = 16;

Plan planOf(const graph::Graph &graph, const DeviceTraits &traits, std::uint32_t context = kContext)
{
    auto plan = makePlan(graph, {.contextLength = context, .maxBatch = kBatch}, traits);
    REQUIRE(plan.has_value());
    return std::move(*plan);
}

std::vector<const Step *> stepsOf(const Plan &plan, StepKind kind)
{
    std::vector<const Step *> found;
    for (const Step &step : plan.steps) {
        if (step.kind == kind) {
            found.push_back(&step);
        }
    }
    return found;
}

/// First and last step (from 0) that touch a scratch tensor.
std::pair<std::size_t, std::size_t> lifetime(const Plan &plan, std::uint32_t tensor)
{
    std::pair<std::size_t, std::size_t> range{plan.steps.size(), 0};
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        for (const BoundTo &bound : plan.steps[s].bindings) {
            if (bound.memory == Memory::Scratch && bound.index == tensor) {
                range = {std::min(range.first, s), std::max(range.second, s)};
            }
        }
    }
    return range;
}

/// That the slices of a matrix follow each other, stay within a binding and leave no row out.
void checkSlices(const Plan &plan, const Matrix &matrix, std::uint64_t storageRange)
{
    std::uint64_t next = 0;
    for (std::uint32_t s = matrix.firstSlice; s < matrix.firstSlice + matrix.sliceCount; ++s) {
        CHECK(plan.slices[s].rowFirst == next);
        CHECK(plan.slices[s].layout.bytes <= storageRange);
        next += plan.slices[s].layout.rows;
    }
    CHECK(next == matrix.rows);
}

} // namespace

TEST_CASE("a layer becomes seven calls: norms, four mat-muls, rope with the cache write, attention")
{
    const auto fixture = GraphFixture::llama({.layers = 3});
    for (const DeviceKindRow &device : deviceKinds()) {
        CAPTURE(device.name);
        const Plan plan = planOf(fixture->graph(), device.traits);
        CHECK(stepsOf(plan, StepKind::GetRows).size() == 1);
        CHECK(stepsOf(plan, StepKind::RopeKv).size() == 3);
        CHECK(stepsOf(plan, StepKind::AttentionWhole).size() == 3);
        CHECK(stepsOf(plan, StepKind::AttentionSplit).size() == 3);
        CHECK(stepsOf(plan, StepKind::AttentionCombine).size() == 3);
        CHECK(stepsOf(plan, StepKind::Norm).size() == 2 * 3 + 1);
        CHECK(stepsOf(plan, StepKind::MatMul).size() == 4 * 3 + 1);
        // Adds and gated activations are epilogues of mat-muls.
        CHECK(stepsOf(plan, StepKind::Element).size() == 1);
    }
}

TEST_CASE("matrices of one activation are resident together, gate and up by turns")
{
    const TinyLlama shape{.layers = 1};
    const auto fixture = GraphFixture::llama(shape);
    const Plan plan = planOf(fixture->graph(), deviceKinds()[2].traits);
    std::vector<std::size_t> parts;
    for (const Matrix &matrix : plan.matrices) {
        parts.push_back(matrix.parts.size());
        CHECK(matrix.alternating == (matrix.parts.size() == 2));
    }
    std::ranges::sort(parts);
    // Table and output matrix in one, attention output, down; gate and up; query, key and value.
    CHECK(parts == std::vector<std::size_t>{1, 1, 1, 2, 3});

    std::size_t glu = 0;
    std::size_t residual = 0;
    for (const Step *step : stepsOf(plan, StepKind::MatMul)) {
        glu += (step->epilogue & kEpilogueGlu) != 0 ? 1 : 0;
        residual += (step->epilogue & kEpilogueResidual) != 0 ? 1 : 0;
    }
    CHECK(glu == 1);
    CHECK(residual == 2);
}

TEST_CASE("int8 activations where the device multiplies them fast and the weights are quantized")
{
    for (const DeviceKindRow &device : deviceKinds()) {
        for (const TensorType type : kAllTypes) {
            const bool wide = traits(type).blockWeights > 32;
            const auto fixture = GraphFixture::llama({.width = wide ? 256U : 64U,
                                                      .headDim = wide ? 64U : 16U,
                                                      .feedForward = wide ? 512U : 96U,
                                                      .type = type});
            const Plan plan = planOf(fixture->graph(), device.traits);
            CAPTURE(device.name, traits(type).name);
            for (const Step *step : stepsOf(plan, StepKind::MatMul)) {
                CHECK(step->int8 == (device.traits.fastDot && isQuantized(step->type)));
            }
        }
    }
}

TEST_CASE("tensors that live at the same time do not share memory")
{
    for (const DeviceKindRow &device : deviceKinds()) {
        for (const TensorType type : {TensorType::F32, TensorType::Q8_0}) {
            const auto fixture = GraphFixture::llama({.layers = 4, .type = type});
            const Plan plan = planOf(fixture->graph(), device.traits);
            CAPTURE(device.name, traits(type).name);
            std::uint64_t sum = 0;
            for (std::uint32_t a = 0; a < plan.scratch.size(); ++a) {
                const ScratchTensor &first = plan.scratch[a];
                sum += first.bytes;
                CHECK(first.offset % 256 == 0);
                CHECK(first.offset + first.bytes <= plan.scratchBytes);
                for (std::uint32_t b = a + 1; b < plan.scratch.size(); ++b) {
                    const ScratchTensor &second = plan.scratch[b];
                    const auto [firstBegin, firstEnd] = lifetime(plan, a);
                    const auto [secondBegin, secondEnd] = lifetime(plan, b);
                    if (firstBegin <= secondEnd && secondBegin <= firstEnd) {
                        CHECK((first.offset + first.bytes <= second.offset ||
                               second.offset + second.bytes <= first.offset));
                    }
                }
            }
            // Four layers use the same memory again and again.
            CHECK(plan.scratchBytes * 2 < sum);
        }
    }
}

TEST_CASE("segments follow each other, end with layers, and selected rows come last")
{
    const auto fixture = GraphFixture::llama({.layers = 5});
    const Plan plan = planOf(fixture->graph(), deviceKinds()[0].traits);
    REQUIRE(plan.segments.size() >= 6);
    std::size_t at = 0;
    bool selected = false;
    for (const Segment &segment : plan.segments) {
        CHECK(segment.first == at);
        CHECK(segment.end > segment.first);
        CHECK((segment.selected || !selected));
        selected = segment.selected;
        for (std::size_t s = segment.first; s < segment.end; ++s) {
            CHECK(plan.steps[s].selected == segment.selected);
        }
        at = segment.end;
    }
    CHECK(at == plan.steps.size());
    CHECK(selected);
}

TEST_CASE("slices of a matrix stay within a binding and leave no row out")
{
    const auto fixture = GraphFixture::llama({.width = 128, .headDim = 32, .vocabulary = 3000});
    DeviceTraits traits = deviceKinds()[2].traits;
    traits.storageRange = 256 * 1024;
    const Plan plan = planOf(fixture->graph(), traits);
    bool cut = false;
    for (const Matrix &matrix : plan.matrices) {
        checkSlices(plan, matrix, traits.storageRange);
        cut = cut || matrix.sliceCount > 1;
    }
    CHECK(cut);
}

TEST_CASE("memory is told beforehand: halves for every position, weights once")
{
    const TinyLlama shape{.layers = 2, .kvHeads = 2, .headDim = 16, .type = TensorType::Q8_0};
    const auto fixture = GraphFixture::llama(shape);
    const Plan plan = planOf(fixture->graph(), deviceKinds()[2].traits, 100);
    CHECK(plan.kvBytes == 2ULL * 100 * (2 + 2) * 16 * 2);
    std::uint64_t file = 0;
    for (const graph::Weight &weight : fixture->graph().weights) {
        file += weight.data.size();
    }
    CHECK(plan.weightBytes >= file);
    CHECK(static_cast<double>(plan.weightBytes) < 1.02 * static_cast<double>(file));
}

TEST_CASE("a table that stays in the file takes no memory but that of a batch's rows")
{
    GraphFixture f;
    const graph::WeightId table = f.weight(TensorType::Q8_0, 96, 50);
    const graph::ValueId rows = f.apply(graph::GetRows{.table = table, .out = {}, .scale = 2, .fromFile = true}, 96);
    f.finish(f.apply(graph::Scale{.in = rows, .out = {}, .factor = 3}, 96));
    DeviceTraits traits = deviceKinds()[2].traits;
    const Plan plan = planOf(f.graph(), traits);
    CHECK(plan.slices.empty());
    CHECK(plan.weightBytes == 0);
    REQUIRE(plan.fileTables.size() == 1);
    CHECK(plan.fileTables[0].data.data() == f.graph().weights[table.index].data.data());
    CHECK(plan.fileTables[0].scale == 2.0F);
    CHECK(plan.fileRowBytes >= kBatch * 96 * 4);
    CHECK(plan.tokenLimit == 50);
    CHECK(plan.steps.front().bindings.front().memory == Memory::FileRows);
    traits.storageRange = kBatch * 96 * 4 - 1;
    const auto refused = makePlan(f.graph(), {.contextLength = kContext, .maxBatch = kBatch}, traits);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::OutOfMemory);
}

TEST_CASE("what a layer writes goes with the query of the first layer that reads it")
{
    const auto fixture = GraphFixture::llama({.layers = 3});
    graph::Graph &graph = fixture->graph();
    std::erase_if(graph.ops, [](const graph::Op &op) {
        const auto *write = std::get_if<graph::KvWrite>(&op);
        return write != nullptr && write->layer == 2;
    });
    for (graph::Op &op : graph.ops) {
        if (auto *attention = std::get_if<graph::Attention>(&op); attention != nullptr && attention->layer == 2) {
            attention->layer = 1;
        }
    }
    graph.kv.pop_back();
    graph.layerEnds.clear();
    const Plan plan = planOf(graph, deviceKinds()[2].traits);
    CHECK(plan.kv.size() == 2);
    std::vector<std::size_t> writes;
    std::vector<std::size_t> attentions;
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        const Step &step = plan.steps[s];
        if (step.kind == StepKind::RopeKv && step.bindings[5].memory == Memory::Keys) {
            writes.push_back(s);
            CHECK(step.bindings[0].memory == Memory::Scratch); // with its own layer's query
        } else if (step.kind == StepKind::AttentionWhole) {
            attentions.push_back(s);
        }
    }
    REQUIRE(writes.size() == 2);
    REQUIRE(attentions.size() == 3);
    CHECK(writes[1] < attentions[1]);
    CHECK(attentions[0] < writes[1]);
}

TEST_CASE("a graph that contradicts itself is refused, and what the device or the kernels cannot do")
{
    const auto llama = [](graph::Graph &) {};
    struct Row {
        const char *name;
        std::function<void(graph::Graph &)> change;
        ProgramOptions options;
        ErrorCode code;
    };
    const ProgramOptions usual{.contextLength = kContext, .maxBatch = kBatch};
    const std::vector<Row> rows = {
        {"a cache that no layer has", [](graph::Graph &g) { g.kv.clear(); }, usual, ErrorCode::InvalidArgument},
        {"no context", llama, {.contextLength = 0, .maxBatch = kBatch}, ErrorCode::InvalidArgument},
        {"no batch", llama, {.contextLength = kContext, .maxBatch = 0}, ErrorCode::InvalidArgument},
        {"a batch past the groups of a call", llama, {.maxBatch = 65536}, ErrorCode::InvalidArgument},
        {"a cache past a binding",
         llama,
         {.contextLength = std::numeric_limits<std::uint32_t>::max(), .maxBatch = kBatch},
         ErrorCode::OutOfMemory},
        {"heads of one number",
         [](graph::Graph &g) {
             for (graph::Op &op : g.ops) {
                 if (auto *rope = std::get_if<graph::Rope>(&op)) {
                     rope->heads *= rope->headDim;
                     rope->headDim = 1;
                     rope->rotatedDims = 0;
                 } else if (auto *attention = std::get_if<graph::Attention>(&op)) {
                     attention->heads *= attention->headDim;
                     attention->kvHeads *= attention->headDim;
                     attention->headDim = attention->valueDim = 1;
                 }
             }
             g.ropes[0].frequencies.clear();
         },
         usual, ErrorCode::UnsupportedFile},
        {"keys of an odd width", [](graph::Graph &g) { g.kv.push_back({.keyWidth = 7, .valueWidth = 8}); }, usual,
         ErrorCode::UnsupportedFile},
    };
    for (const Row &row : rows) {
        CAPTURE(row.name);
        const auto fixture = GraphFixture::llama({});
        row.change(fixture->graph());
        const auto plan = makePlan(fixture->graph(), row.options, deviceKinds()[5].traits);
        REQUIRE_FALSE(plan.has_value());
        CHECK(plan.error().code == row.code);
    }
}

TEST_CASE("experts are resident once, gate and up by turns, in slices that leave no row out")
{
    const auto fixture = GraphFixture::llama({.layers = 1, .experts = 12, .usedExperts = 2, .type = TensorType::Q8_0});
    DeviceTraits traits = deviceKinds()[2].traits;
    traits.storageRange = 64 * 1024;
    const Plan plan = planOf(fixture->graph(), traits);
    std::uint64_t rows = 0;
    bool cut = false;
    for (const Matrix &matrix : plan.matrices) {
        checkSlices(plan, matrix, traits.storageRange);
        if (matrix.alternating) {
            rows = matrix.rows;
            cut = matrix.sliceCount > 1;
        }
    }
    CHECK(rows == 12 * 2 * 96);
    CHECK(cut);
    std::uint64_t file = 0;
    for (const graph::Weight &weight : fixture->graph().weights) {
        file += weight.data.size();
    }
    CHECK(plan.weightBytes >= file);
    CHECK(static_cast<double>(plan.weightBytes) < 1.02 * static_cast<double>(file));
    for (const Step *step : stepsOf(plan, StepKind::ExpertMatVec)) {
        CHECK(step->int8);
        CHECK(step->used == 2);
    }
}

TEST_CASE("a batch with more chosen experts than a call has workgroups goes through in passes")
{
    const auto fixture = GraphFixture::llama({.experts = 8, .usedExperts = 8});
    DeviceTraits pairByPair = deviceKinds()[0].traits;
    CHECK(planOf(fixture->graph(), pairByPair).passRows == kBatch);
    pairByPair.maxGroupsY = kBatch * 8 - 1;
    CHECK(planOf(fixture->graph(), pairByPair).passRows == kBatch - 1);
    pairByPair.maxGroupsY = kBatch;
    CHECK(planOf(fixture->graph(), pairByPair).passRows == 2);
    DeviceTraits inTiles = deviceKinds()[2].traits;
    inTiles.maxGroupsY = kBatch * 8 - 1;
    CHECK(planOf(fixture->graph(), inTiles).passRows == kBatch);
}

TEST_CASE("experts on the host leave no weights and no kernels, only rows that go back and forth at a segment's end")
{
    const auto fixture = GraphFixture::llama({.layers = 3, .experts = 8, .usedExperts = 2, .type = TensorType::Q8_0});
    const auto blocks = graph::expertBlocks(fixture->graph());
    for (const DeviceKindRow &kind : deviceKinds()) {
        for (const std::uint32_t host : {0U, 1U, 2U, 3U, 9U}) {
            CAPTURE(host);
            const auto made =
                makePlan(fixture->graph(), {.contextLength = kContext, .maxBatch = kBatch, .hostExpertLayers = host},
                         kind.traits);
            REQUIRE(made.has_value());
            const Plan &plan = *made;
            const std::size_t layers = std::min(host, 3U);
            REQUIRE(plan.hostSteps.size() == layers);
            CHECK(stepsOf(plan, StepKind::ExpertRoute).size() == 3);
            CHECK(stepsOf(plan, StepKind::ExpertCombine).size() == 3 - layers);
            std::size_t next = 0;
            for (const Segment &segment : plan.segments) {
                if (!segment.host) {
                    continue;
                }
                REQUIRE(*segment.host == next);
                CHECK(plan.hostSteps[next].block == next);
                CHECK(plan.steps[segment.end - 1].bindings[2].memory == Memory::ToHost);
                CHECK(plan.steps[segment.end].bindings[0].memory == Memory::FromHost);
                ++next;
            }
            CHECK(next == layers);
            for (std::size_t i = 0; i < layers; ++i) {
                std::uint64_t at = 0;
                REQUIRE(plan.hostSteps[i].inputs.size() == blocks[i].inputs.size());
                for (std::size_t n = 0; n < blocks[i].inputs.size(); ++n) {
                    const HostRows &rows = plan.toHost[plan.hostSteps[i].inputs[n]];
                    CHECK(rows.offset >= at);
                    CHECK(rows.offset % 256 == 0);
                    CHECK(rows.bytes == kBatch * 4 * fixture->graph().values[blocks[i].inputs[n].index].width);
                    at = rows.offset + rows.bytes;
                }
                CHECK(at <= plan.toHostBytes);
                CHECK(plan.fromHostBytes == kBatch * 4 * 64);
                for (const std::size_t op : blocks[i].ops) {
                    const auto *product = std::get_if<graph::ExpertMatMul>(&fixture->graph().ops[op]);
                    CHECK((product == nullptr || std::ranges::none_of(plan.matrices, [&](const Matrix &matrix) {
                               return std::ranges::contains(matrix.parts, product->weight);
                           })));
                }
            }
        }
    }
}

TEST_CASE("tokens that see later ones cannot go through in passes")
{
    const auto fixture = GraphFixture::llama({.experts = 8, .usedExperts = 8});
    for (graph::Op &op : fixture->graph().ops) {
        if (auto *attention = std::get_if<graph::Attention>(&op)) {
            attention->mask = graph::Mask::Full;
        }
    }
    DeviceTraits traits = deviceKinds()[0].traits;
    CHECK(planOf(fixture->graph(), traits).wholeSequence);
    traits.maxGroupsY = kBatch * 8 - 1;
    const auto plan = makePlan(fixture->graph(), {.contextLength = kContext, .maxBatch = kBatch}, traits);
    REQUIRE_FALSE(plan.has_value());
    CHECK(plan.error().code == ErrorCode::InvalidArgument);
}

} // namespace inference::backend::vulkan
