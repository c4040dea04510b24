// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/weights_check.h"

#include "inference/quant/tensor_type.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/random_blocks.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

using namespace inference;
namespace fs = std::filesystem;

namespace {

bool always(std::uint64_t /*done*/, std::uint64_t /*total*/)
{
    return true;
}

/// A file with one tensor of four blocks.
tests::GgufTensorSpec blocksOf(TensorType type)
{
    tests::Random random(7);
    const std::uint64_t weights = 4ULL * traits(type).blockWeights;
    return {.name = "a.weight",
            .shape = {weights},
            .ggmlType = static_cast<std::uint32_t>(type),
            .data = tests::randomBlocks(type, weights, 1.0F, random)};
}

WeightsReport reportOf(const fs::path &path, tests::GgufTensorSpec tensor)
{
    tests::GgufWriter writer;
    writer.string("general.architecture", "llama").tensor(std::move(tensor));
    tests::writeFile(path, writer.bytes());
    const auto report = checkWeights(path, always);
    REQUIRE(report.has_value());
    return *report;
}

} // namespace

TEST_CASE("a number that is none is found wherever a block has one")
{
    const tests::TemporaryFolder folder;
    const fs::path path = folder.path() / "m.gguf";
    // Offsets of halves in a block, as the formats lay them out.
    struct Place {
        TensorType type;
        std::size_t offset;
    };
    const Place places[] = {
        {TensorType::F16, 0},     {TensorType::Q4_0, 0},   {TensorType::Q4_1, 0},   {TensorType::Q4_1, 2},
        {TensorType::Q5_0, 0},    {TensorType::Q5_1, 0},   {TensorType::Q5_1, 2},   {TensorType::Q8_0, 0},
        {TensorType::Q2_K, 80},   {TensorType::Q2_K, 82},  {TensorType::Q3_K, 108}, {TensorType::Q4_K, 0},
        {TensorType::Q4_K, 2},    {TensorType::Q5_K, 0},   {TensorType::Q5_K, 2},   {TensorType::Q6_K, 208},
        {TensorType::IQ2_XXS, 0}, {TensorType::IQ2_XS, 0}, {TensorType::IQ2_S, 0},  {TensorType::IQ3_XXS, 0},
        {TensorType::IQ3_S, 0},   {TensorType::IQ1_S, 0},  {TensorType::IQ4_NL, 0}, {TensorType::IQ4_XS, 0},
        {TensorType::TQ1_0, 52},  {TensorType::TQ2_0, 64}, {TensorType::BF16, 0},   {TensorType::F32, 2},
    };
    for (const auto &[type, offset] : places) {
        INFO(traits(type).name << " at " << offset);
        tests::GgufTensorSpec tensor = blocksOf(type);
        CHECK(reportOf(path, tensor).notFinite == 0);
        const std::size_t third = 2 * traits(type).blockBytes + offset;
        // 0x7F80: an infinity of BF16 and of F32's upper half, no number of F16.
        tensor.data.at(third) = std::byte{0x80};
        tensor.data.at(third + 1) = std::byte{0x7F};
        const WeightsReport report = reportOf(path, tensor);
        CHECK(report.notFinite == 1);
        CHECK(report.firstBad.contains("a.weight"));
    }
    tests::GgufTensorSpec tensor = blocksOf(TensorType::MXFP4);
    CHECK(reportOf(path, tensor).notFinite == 0);
    tensor.data.at(17) = std::byte{0xFF};
    CHECK(reportOf(path, tensor).notFinite == 1);
}

TEST_CASE("types without a scale by itself are counted, not judged")
{
    const tests::TemporaryFolder folder;
    for (const TensorType type : {TensorType::IQ1_M, TensorType::NVFP4}) {
        const tests::GgufTensorSpec tensor = blocksOf(type);
        const WeightsReport report = reportOf(folder.path() / "m.gguf", tensor);
        CHECK(report.tensors == 1);
        CHECK(report.bytes == tensor.data.size());
        CHECK(report.notFinite == 0);
    }
}

TEST_CASE("a check of weights tells how far it is and may be stopped")
{
    const tests::TemporaryFolder folder;
    const fs::path path = tests::writeTinyModel(folder.path() / "m.gguf");
    std::uint64_t last = 0;
    std::uint64_t most = 0;
    const auto whole = checkWeights(path, [&](std::uint64_t done, std::uint64_t total) {
        CHECK(done >= last);
        last = done;
        most = total;
        return true;
    });
    REQUIRE(whole.has_value());
    CHECK(last == most);
    CHECK(whole->bytes == most);
    const auto stopped = checkWeights(path, [](std::uint64_t, std::uint64_t) { return false; });
    REQUIRE_FALSE(stopped.has_value());
    CHECK(stopped.error().code == ErrorCode::Cancelled);
}

TEST_CASE("a file that ends before its tensors is no sound one")
{
    const tests::TemporaryFolder folder;
    const fs::path path = tests::writeTinyModel(folder.path() / "m.gguf");
    fs::resize_file(path, fs::file_size(path) - 10);
    const auto report = checkWeights(path, always);
    REQUIRE_FALSE(report.has_value());
    CHECK(report.error().code == ErrorCode::FileTruncated);
    CHECK(checkWeights(folder.path() / "gone.gguf", always).error().code == ErrorCode::FileUnreadable);
}
