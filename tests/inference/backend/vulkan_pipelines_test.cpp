// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The pipeline cache on disk: used when whole, ignored when damaged or from another driver, replaced in one step.
#include "inference/backend/vulkan/pipelines.h"
#include "inference/backend/vulkan/shader_reflection.h"
#include "shaders/shader_table.h"
#include "tests/inference/backend/vulkan_fixture.h"
#include "tests/support/gguf_writer.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace inference::backend {

namespace {

using Path = std::filesystem::path;

std::vector<Path> filesIn(const Path &folder)
{
    std::vector<Path> files;
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
        files.push_back(entry.path());
    }
    return files;
}

std::string contents(const Path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void replace(const Path &file, const std::string &bytes)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// Compiles a small model with this cache folder and runs it.
void runWithCache(const Path &folder)
{
    CheckedVulkan vulkan({.pipelineCacheFolder = folder});
    const auto fixture = GraphFixture::llama({.layers = 1});
    const auto program = vulkan.compile(fixture->graph());
    evaluate(*program, 61, randomTokens(3, 61));
}

/// Whether the folder's cache file is accepted by the device under test.
bool accepted(const Path &folder)
{
    const auto instance = vulkan::Instance::create(false, {});
    REQUIRE(instance.has_value());
    const auto devices = (*instance)->physicalDevices();
    REQUIRE(devices.has_value());
    const std::size_t index = std::stoul(vulkanTestDevice().substr(7));
    const auto device = vulkan::Device::open(*instance, devices->at(index), index, {});
    REQUIRE(device.has_value());
    const auto pipelines = vulkan::Pipelines::open(*device, folder);
    REQUIRE(pipelines.has_value());
    return (*pipelines)->loadedFromFile();
}

} // namespace

TEST_CASE("a pipeline cache is written once, whole, and read again")
{
    const tests::TemporaryFolder folder;
    CHECK_FALSE(accepted(folder.path()));
    runWithCache(folder.path());
    const auto files = filesIn(folder.path());
    REQUIRE(files.size() == 1);                       // nothing half-written beside it
    CHECK(contents(files.front()).size() >= 24 + 32); // our header, and the one that Vulkan asks of drivers
    CHECK(accepted(folder.path()));
    runWithCache(folder.path());
    CHECK(filesIn(folder.path()) == files);
    CHECK(accepted(folder.path()));
}

TEST_CASE("a damaged cache is ignored and replaced")
{
    const tests::TemporaryFolder folder;
    runWithCache(folder.path());
    const Path file = filesIn(folder.path()).front();
    const std::string good = contents(file);
    const auto flipped = [&](std::size_t at) {
        std::string bytes = good;
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        return bytes;
    };
    for (const std::string &bad :
         {std::string(), good.substr(0, 10), good.substr(0, good.size() - 1), good + "x", flipped(0), flipped(8),
          flipped(15), flipped(16), flipped(24), flipped(good.size() - 1)}) {
        replace(file, bad);
        CAPTURE(bad.size());
        CHECK_FALSE(accepted(folder.path()));
    }
    runWithCache(folder.path());
    CHECK(accepted(folder.path()));
}

TEST_CASE("another driver's cache has another name")
{
    const tests::TemporaryFolder folder;
    runWithCache(folder.path());
    const Path file = filesIn(folder.path()).front();
    std::filesystem::rename(file, folder.path() / "pipelines-00000000000000000000000000000000-0000000000000000.bin");
    CHECK_FALSE(accepted(folder.path()));
}

TEST_CASE("a folder that cannot be written costs the cache alone")
{
    const tests::TemporaryFolder folder;
    const Path file = folder.path() / "a file, not a folder";
    replace(file, "text");
    runWithCache(file / "below");
    CHECK(contents(file) == "text");
}

TEST_CASE("every kernel declares its buffers, and no two share a name")
{
    std::set<std::string> names;
    for (const vulkan::ShaderCode &shader : vulkan::shaderTable()) {
        CAPTURE(shader.name);
        CHECK(names.insert(std::string(shader.name)).second);
        const auto bindings = vulkan::reflectBindings(shader.words);
        REQUIRE(bindings.size() >= 2);
        CHECK(std::ranges::is_sorted(bindings, {}, &vulkan::ShaderBinding::binding));
        CHECK(std::ranges::any_of(bindings, &vulkan::ShaderBinding::written));
        CHECK(std::ranges::any_of(bindings, &vulkan::ShaderBinding::read));
    }
}

TEST_CASE("words that are no kernel declare nothing")
{
    const std::vector<std::uint32_t> junk{0x07230203, 0x10000, 0, 100, 0, 0xFFFF0047, 1};
    CHECK(vulkan::reflectBindings(junk).empty());
    CHECK(vulkan::reflectBindings({}).empty());
}

} // namespace inference::backend
