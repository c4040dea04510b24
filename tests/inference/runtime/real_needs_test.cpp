// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the header of every real model in CARREL_MODELS promises against what the loaded model holds.
#include "inference/memory_needs.h"
#include "inference/runtime/model_runtime.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace inference;
using namespace inference::runtime;

namespace {

/// In the folders of CARREL_MODELS, which are separated by colons, and their subfolders.
std::vector<std::filesystem::path> realModels()
{
    std::vector<std::filesystem::path> models;
    const char *folders = std::getenv("CARREL_MODELS");
    std::istringstream list(folders != nullptr ? folders : "");
    for (std::string folder; std::getline(list, folder, ':');) {
        std::error_code missing;
        for (const auto &entry : std::filesystem::recursive_directory_iterator(folder, missing)) {
            if (entry.path().extension() == ".gguf") {
                models.push_back(entry.path());
            }
        }
    }
    std::ranges::sort(models);
    return models;
}

bool near(std::uint64_t computed, std::uint64_t held)
{
    const std::uint64_t difference = computed > held ? computed - held : held - computed;
    return difference * 20 <= held;
}

void check(const std::filesystem::path &path, const std::string &device, MemoryNeeds ModelNeeds::*kind,
           std::uint32_t context, KvType kv)
{
    CAPTURE(path.filename().string(), device, context, name(kv));
    const auto header = readModelHeader(path);
    REQUIRE(header);
    LoadOptions options;
    options.path = path;
    options.device = device;
    options.contextLength = std::min(context, header->summary.contextLength);
    options.kv = kv;
    const auto loaded = ModelRuntime::load(options, {}, systemDevices({}, false), {}, {});
    if (!loaded && loaded.error().code == ErrorCode::InvalidArgument) {
        return; // heads are not whole blocks of that type
    }
    REQUIRE(loaded);
    REQUIRE((*loaded)->info().fallbackReason.empty());
    const MemoryUse held = (*loaded)->info().memory;
    const MemoryParts parts = memoryAt(header->needs.*kind, options.contextLength, kv);
    CAPTURE(held.weightBytes, parts.weightBytes, held.kvBytes, parts.cacheBytes(), held.scratchBytes,
            parts.scratchBytes);
    CHECK(near(parts.weightBytes, held.weightBytes));
    CHECK(near(parts.cacheBytes(), held.kvBytes));
    CHECK(near(parts.total(), held.total()));
}

} // namespace

TEST_CASE("real models take on the processor what their headers say")
{
    const auto models = realModels();
    if (models.empty()) {
        SKIP("CARREL_MODELS names no folder with models");
    }
    for (const auto &path : models) {
        for (const std::uint32_t context : {256U, 2048U, 8192U}) {
            check(path, "cpu", &ModelNeeds::processor, context, KvType::F16);
        }
        check(path, "cpu", &ModelNeeds::processor, 2048, KvType::Q8_0);
    }
}

TEST_CASE("the first megabytes of a real model say what all of it says")
{
    for (const auto &path : realModels()) {
        CAPTURE(path.filename().string());
        const auto whole = readModelHeader(path);
        REQUIRE(whole);
        std::ifstream file(path, std::ios::binary);
        std::vector<char> bytes(16U << 20U);
        file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        bytes.resize(static_cast<std::size_t>(file.gcount()));
        const auto start =
            readModelHeader(std::as_bytes(std::span(bytes)), path.stem().string(), std::filesystem::file_size(path));
        REQUIRE(start);
        CHECK(start->needs == whole->needs);
        CHECK(start->summary.parameters == whole->summary.parameters);
        CHECK(start->summary.fileBytes == whole->summary.fileBytes);
    }
}
