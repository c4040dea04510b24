// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Adapters on Vulkan: right beside merged, gated and expert matrices with each set of kernels, switched without the
// weights' bytes.
#include "tests/inference/backend/change_cases.h"
#include "tests/inference/backend/vulkan_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kTokens = 20;
ProgramOptions smallOptions()
{
    return {.contextLength = kTokens, .maxBatch = kTokens};
}

std::unique_ptr<Program> derived(Program &program, const Graph &graph)
{
    auto made = program.derive(graph, {});
    INFO((made ? std::string() : made.error().detail));
    REQUIRE(made.has_value());
    return std::move(*made);
}

} // namespace

TEST_CASE("the device adds what adapters add")
{
    const VulkanKernels kernels = GENERATE(from_range(kKernelSets));
    struct Row {
        TensorType type;
        double bound;
    };
    CheckedVulkan vulkan({.kernels = kernels});
    for (const Row &row : {Row{TensorType::F32, 1e-6}, Row{TensorType::Q8_0, 1e-3}}) {
        for (const ChangeCase &which : changeCases(row.type)) {
            CAPTURE(which.name, traits(row.type).name);
            const ChangedModel model = changedModel(which);
            const auto tokens = randomTokens(kTokens, which.shape.vocabulary);
            const auto expected = OpReference(model.changed, kTokens).run(tokens, 0);
            const auto firstRow = OpReference(model.changed, kTokens).run(std::span(tokens).first(1), 0);
            const auto plain = vulkan.compile(model.plain, spoiling(smallOptions()));
            const auto with = derived(*plain, model.changed);
            CHECK(normalisedError(expected, evaluate(*with, which.shape.vocabulary, tokens)) <= row.bound);
            CHECK(normalisedError(firstRow, evaluate(*with, which.shape.vocabulary, std::span(tokens).first(1))) <=
                  row.bound);
        }
    }
}

TEST_CASE("a device's model is the same before and after its adapters")
{
    const ChangeCase which = changeCases(TensorType::Q4_0).front();
    const ChangedModel model = changedModel(which);
    CheckedVulkan vulkan({.kernels = VulkanKernels::Hardware, .faults = {.stagedUploads = true}});
    const auto tokens = randomTokens(kTokens, which.shape.vocabulary);
    auto program = vulkan.compile(model.plain, spoiling(smallOptions()));
    const auto before = evaluate(*program, which.shape.vocabulary, tokens);
    const std::uint64_t bytes = program->memoryUse().weightBytes;
    std::vector<std::byte> cache(program->savedBytes(kTokens));
    REQUIRE(program->save(kTokens, cache).has_value());

    auto with = derived(*program, model.changed);
    program.reset();
    std::vector<std::byte> kept(cache.size());
    REQUIRE(with->save(kTokens, kept).has_value());
    CHECK(cache == kept);
    CHECK(with->memoryUse().weightBytes > bytes);
    CHECK(evaluate(*with, which.shape.vocabulary, tokens) != before);

    auto without = derived(*with, model.plain);
    with.reset();
    CHECK(evaluate(*without, which.shape.vocabulary, tokens) == before);
    CHECK(without->memoryUse().weightBytes == bytes);
}

TEST_CASE("a program with adapters takes little more memory than they do")
{
    const ChangeCase which = changeCases(TensorType::F32).front();
    const ChangedModel model = changedModel(which);
    CheckedVulkan vulkan;
    const auto plain = vulkan.compile(model.plain, smallOptions());
    const auto with = derived(*plain, model.changed);
    const std::uint64_t more = with->memoryUse().weightBytes - plain->memoryUse().weightBytes;
    std::uint64_t added = 0;
    for (std::size_t i = model.plain.weights.size(); i < model.changed.weights.size(); ++i) {
        added += model.changed.weights[i].data.size();
    }
    // Matrices that are merged have zeros between their parts, and rows are padded.
    CHECK(more >= added);
    CHECK(more <= 4 * added);
}

} // namespace inference::backend
