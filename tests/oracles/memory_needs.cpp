// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/oracles/memory_needs.h"

#include "inference/families/families.h"
#include "inference/graph/graph_check.h"
#include "inference/graph/kv_extent.h"
#include "inference/runtime/whole_texts.h"
#include "tests/oracles/oracle_model.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

namespace tests {

using namespace inference;

namespace {

constexpr std::uint32_t kBlock = 64;

/// Within 5 %, and within a page of alignments for models that are smaller than one.
bool near(std::uint64_t computed, std::uint64_t held)
{
    constexpr std::uint64_t kAlignments = 4096;
    const std::uint64_t difference = computed > held ? computed - held : held - computed;
    return difference * 20 <= held || difference <= kAlignments;
}

/// A graphics card keeps a position's scales in whole words: a vector of an odd number of blocks takes two bytes more.
/// Vectors of real models are whole pairs of blocks, and nothing is said of it in what people are told.
std::uint64_t oddBlocks(const graph::Graph &graph, std::uint32_t context)
{
    constexpr std::uint32_t kKvBlock = 32;
    const graph::KvExtent extent(graph, {.contextLength = context, .maxBatch = context});
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < graph.kv.size(); ++i) {
        const std::uint32_t odd = graph.kv[i].keyWidth / kKvBlock % 2 + graph.kv[i].valueWidth / kKvBlock % 2;
        bytes += 2ULL * odd * extent.slots(i);
    }
    return bytes;
}

/// Whether there was something to check.
bool checkAt(backend::Backend &backend, const GgufFile &file, const MemoryNeeds &needs, std::uint32_t context,
             KvType kv)
{
    CAPTURE(context, name(kv));
    const auto pass = families::buildForwardPass(file, context);
    REQUIRE(pass);
    if (!graph::checkKvType(pass->graph, kv)) {
        return false;
    }
    const std::uint32_t usual = backend::ProgramOptions{}.maxBatch;
    const backend::ProgramOptions options{.contextLength = context,
                                          .maxBatch =
                                              runtime::readsWholeText(pass->graph) ? context : std::min(usual, context),
                                          .kv = kv};
    const auto program = backend.compile(pass->graph, options, {});
    REQUIRE(program);
    const MemoryUse held = (*program)->memoryUse();
    const MemoryParts parts = memoryAt(needs, context, kv);
    CAPTURE(held.weightBytes, parts.weightBytes, held.kvBytes, parts.cacheBytes(), held.scratchBytes,
            parts.scratchBytes);
    CHECK(near(parts.weightBytes, held.weightBytes));
    // The processor's caches are whole blocks of positions, which contexts that people choose are too.
    const std::uint32_t blocks =
        backend.device().kind == DeviceKind::Cpu ? (context + kBlock - 1) / kBlock * kBlock : context;
    const bool isPadded = backend.device().kind != DeviceKind::Cpu && kv != KvType::F16;
    const std::uint64_t cache =
        memoryAt(needs, blocks, kv).cacheBytes() + (isPadded ? oddBlocks(pass->graph, context) : 0);
    CHECK(near(cache, held.kvBytes));
    CHECK(near(parts.scratchBytes, held.scratchBytes));
    CHECK(near(parts.total() - parts.cacheBytes() + cache, held.total()));
    return true;
}

} // namespace

void checkMemoryNeeds(backend::Backend &backend, MemoryNeeds ModelNeeds::*device, const std::filesystem::path &folder)
{
    std::set<std::string> families;
    int checked = 0;
    for (const OracleModel &model : oracleModels(folder)) {
        CAPTURE(model.name);
        // The tables of a token's rows and the like do not depend on the variant: one model of a family is enough.
        if (!families.insert(model.architecture).second) {
            continue;
        }
        const TensorType type = model.fits(TensorType::Q8_0) ? TensorType::Q8_0 : TensorType::F32;
        const Bytes bytes = model.file(type);
        const auto file = GgufFile::parse(bytes, GgufScope::Whole);
        REQUIRE(file);
        const auto header = readModelHeader(bytes, model.name, bytes.size());
        REQUIRE(header);
        const MemoryNeeds &needs = header->needs.*device;
        REQUIRE(needs.known());
        const std::uint32_t longest = std::min(header->summary.contextLength, 1500U);
        for (const std::uint32_t context : std::set<std::uint32_t>{std::min(48U, longest), longest / 2, longest}) {
            checked += checkAt(backend, **file, needs, context, KvType::F16) ? 1 : 0;
        }
        checked += checkAt(backend, **file, needs, longest, KvType::Q8_0) ? 1 : 0;
    }
    CHECK(families.size() > 40);
    CHECK(checked > 160);
}

} // namespace tests
