// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/probe.h"

#include "inference/graph/graph.h"
#include "inference/graph/rope_table.h"
#include "inference/runtime/devices.h"

#include <chrono>
#include <cmath>
#include <cstring>
#include <stop_token>

namespace inference {

namespace {

constexpr std::uint32_t kWidth = 64;
constexpr std::uint32_t kHeads = 4;
constexpr std::uint32_t kKvHeads = 2;
constexpr std::uint32_t kVocabulary = 128;

/// Weights and graph of a one-layer model with fixed pseudo-random f32 weights.
struct SmokeModel {
    std::vector<std::vector<float>> storage;
    graph::Graph graph;

    graph::WeightId add(std::uint32_t in, std::uint32_t out)
    {
        std::vector<float> &values = storage.emplace_back(std::size_t{in} * out);
        for (float &value : values) {
            // A linear congruential generator is enough: the values only have to be the same on both sides.
            m_state = m_state * 1664525U + 1013904223U;
            value = (static_cast<float>(m_state >> 8U) / 16777216.0F - 0.5F) * 0.25F;
        }
        graph.weights.push_back({.name = "w" + std::to_string(storage.size()),
                                 .type = TensorType::F32,
                                 .shape = {in, out, 1, 1},
                                 .data = std::as_bytes(std::span(values))});
        return {static_cast<std::uint32_t>(graph.weights.size() - 1)};
    }
    graph::ValueId value(std::uint32_t width, bool selected = false)
    {
        graph.values.push_back({width, selected});
        return {static_cast<std::uint32_t>(graph.values.size() - 1)};
    }
    graph::ValueId matMul(graph::ValueId in, std::uint32_t inWidth, std::uint32_t outWidth, bool selected = false)
    {
        const graph::ValueId out = value(outWidth, selected);
        graph.ops.emplace_back(graph::MatMul{.weight = add(inWidth, outWidth), .in = in, .out = out});
        return out;
    }

private:
    std::uint32_t m_state = 1;
};

void build(SmokeModel &m)
{
    constexpr std::uint32_t kHeadDim = kWidth / kHeads;
    m.storage.reserve(16); // weights borrow from it
    m.graph.ropes = {graph::ropeTable(kHeadDim)};
    const graph::ValueId x = m.value(kWidth);
    m.graph.ops.emplace_back(graph::GetRows{.table = m.add(kWidth, kVocabulary), .out = x});
    const graph::ValueId h = m.value(kWidth);
    m.graph.ops.emplace_back(graph::Norm{.in = x, .weight = m.add(kWidth, 1), .out = h});
    const graph::ValueId q = m.matMul(h, kWidth, kWidth);
    const graph::ValueId k = m.matMul(h, kWidth, kKvHeads * kHeadDim);
    const graph::ValueId v = m.matMul(h, kWidth, kKvHeads * kHeadDim);
    const auto rope = [&](graph::ValueId in, std::uint32_t heads) {
        const graph::ValueId out = m.value(heads * kHeadDim);
        m.graph.ops.emplace_back(
            graph::Rope{.in = in, .out = out, .heads = heads, .headDim = kHeadDim, .rotatedDims = kHeadDim});
        return out;
    };
    const graph::ValueId rotatedQ = rope(q, kHeads);
    const graph::ValueId rotatedK = rope(k, kKvHeads);
    m.graph.ops.emplace_back(graph::KvWrite{.layer = 0, .key = rotatedK, .value = v});
    const graph::ValueId a = m.value(kWidth);
    m.graph.ops.emplace_back(graph::Attention{.layer = 0,
                                              .query = rotatedQ,
                                              .out = a,
                                              .heads = kHeads,
                                              .kvHeads = kKvHeads,
                                              .headDim = kHeadDim,
                                              .valueDim = kHeadDim,
                                              .scale = 0.25F});
    const graph::ValueId gate = m.matMul(a, kWidth, 2 * kWidth);
    const graph::ValueId up = m.matMul(a, kWidth, 2 * kWidth);
    const graph::ValueId gated = m.value(2 * kWidth);
    m.graph.ops.emplace_back(graph::Glu{.gate = gate, .up = up, .out = gated});
    const graph::ValueId y = m.value(kWidth);
    m.graph.ops.emplace_back(
        graph::MatMul{.weight = m.add(2 * kWidth, kWidth), .in = gated, .out = y, .hasResidual = true, .residual = x});
    m.graph.layerEnds.push_back(static_cast<std::uint32_t>(m.graph.ops.size()));
    const graph::ValueId last = m.value(kWidth, true);
    m.graph.ops.emplace_back(graph::SelectRows{.in = y, .out = last});
    m.graph.logits = m.matMul(last, kWidth, kVocabulary, true);
    m.graph.kv = {{kKvHeads * kHeadDim, kKvHeads * kHeadDim}};
    m.graph.vocabularySize = kVocabulary;
}

Result<std::vector<float>> logitsOn(runtime::DeviceProvider &devices, const std::string &id, const graph::Graph &graph)
{
    auto backend = devices.open(id);
    if (!backend) {
        return std::unexpected(backend.error());
    }
    auto program = (*backend)->compile(graph, {.contextLength = 64, .maxBatch = 16, .threads = 1}, {});
    if (!program) {
        return std::unexpected(program.error());
    }
    const std::vector<TokenId> prompt = {3, 17, 42, 99, 5};
    const std::vector<TokenId> next = {64};
    std::vector<float> logits(kVocabulary);
    if (auto done = (*program)->evaluate({.tokens = prompt, .logits = backend::LogitsWanted::None}, {}, {}); !done) {
        return std::unexpected(done.error());
    }
    if (auto done = (*program)->evaluate({.tokens = next, .position = 5}, logits, {}); !done) {
        return std::unexpected(done.error());
    }
    return logits;
}

} // namespace

std::vector<DeviceInfo> listDevices(std::string *why)
{
    return runtime::systemDevices({}, false)->list(why);
}

ProbeResult probeDevice(const DeviceInfo &device, const std::filesystem::path &cacheFolder)
{
    ProbeResult result{.device = device};
    const auto start = std::chrono::steady_clock::now();
    SmokeModel model;
    build(model);
    const auto devices = runtime::systemDevices(cacheFolder, false);
    const auto expected = logitsOn(*devices, "cpu", model.graph);
    const auto actual = logitsOn(*devices, device.id, model.graph);
    result.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    if (!expected || !actual) {
        result.reason = expected ? actual.error().detail : expected.error().detail;
        return result;
    }
    double error = 0;
    double scale = 0;
    for (std::size_t i = 0; i < expected->size(); ++i) {
        error += std::pow((*expected)[i] - (*actual)[i], 2);
        scale += std::pow((*expected)[i], 2);
    }
    // f16 KV alone costs about 1e-7; 1e-3 is the project's tolerance for logits.
    result.ok = std::isfinite(error) && error <= 1e-3 * scale;
    if (!result.ok) {
        result.reason = "its results differ from the CPU's";
    }
    return result;
}

} // namespace inference
