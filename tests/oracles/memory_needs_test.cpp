// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a model is said to take, from its header alone, against what programs hold.
#include "inference/backend/cpu/cpu_backend.h"
#include "tests/oracles/memory_needs.h"
#include "tests/oracles/oracle_model.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;
using namespace tests;

TEST_CASE("every family takes on the processor what its header says")
{
    checkMemoryNeeds(*backend::makeCpuBackend(), &ModelNeeds::processor, CARREL_FIXTURES);
}

TEST_CASE("the first bytes of a file say as much as the whole")
{
    for (const OracleModel &model : oracleModels(CARREL_FIXTURES)) {
        CAPTURE(model.name);
        const Bytes bytes = model.file(TensorType::F32);
        const auto whole = readModelHeader(bytes, model.name, bytes.size());
        REQUIRE(whole);
        bool found = false;
        for (std::size_t length = 512; length < bytes.size() && !found; length += 512) {
            const auto start = readModelHeader(std::span(bytes).first(length), model.name, bytes.size());
            if (!start) {
                REQUIRE(start.error().code == ErrorCode::FileTruncated);
                continue;
            }
            found = true;
            CHECK(start->needs == whole->needs);
            CHECK(start->summary.fileBytes == bytes.size());
            CHECK(start->summary.supported == whole->summary.supported);
            CHECK_FALSE(start->summary.complete);
        }
        CHECK(found);
    }
}

TEST_CASE("experts that leave a card take what they take")
{
    for (const OracleModel &model : oracleModels(CARREL_FIXTURES)) {
        const Bytes bytes = model.file(TensorType::F32);
        const auto header = readModelHeader(bytes, model.name, bytes.size());
        REQUIRE(header);
        CAPTURE(model.name);
        REQUIRE(header->needs.processor.known());
        const MemoryNeeds &graphics = header->needs.graphics;
        if (!graphics.known()) {
            continue; // a build without Vulkan
        }
        const bool mixture = header->summary.expertCount > 0 && header->summary.expertBytes > 0;
        CHECK((graphics.expertBytes > 0) == mixture);
        CHECK((graphics.hostExpertBytes > 0) == mixture);
        CHECK(graphics.expertBytes <= graphics.weightBytes);
        CHECK(header->needs.processor.mappedBytes < header->needs.processor.weightBytes);
    }
}

TEST_CASE("a table of which tokens meet one row stays out of memory")
{
    for (const OracleModel &model : oracleModels(CARREL_FIXTURES)) {
        if (model.architecture != "gemma3n" && model.name != "gemma4-e2b") {
            continue;
        }
        CAPTURE(model.name);
        const Bytes bytes = model.file(TensorType::F32);
        const auto header = readModelHeader(bytes, model.name, bytes.size());
        REQUIRE(header);
        std::uint64_t table = 0;
        for (const OracleModel::Tensor &tensor : model.tensors) {
            if (tensor.name == "per_layer_token_embd.weight") {
                table = 4 * tensor.shape[0] * tensor.shape[1];
            }
        }
        REQUIRE(table > 0);
        for (const MemoryNeeds &needs : {header->needs.processor, header->needs.graphics}) {
            CHECK((!needs.known() || needs.weightBytes + table <= header->summary.tensorBytes * 21 / 20));
        }
    }
}
