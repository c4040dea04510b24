// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A program without a model whose every answer depends on the whole content of its KV cache, so that a wrong reuse of
// state changes the logits. Failures can be planted.
#pragma once

#include "inference/backend/backend.h"
#include "inference/graph/state_snapshots.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace tests {

/// What a fake device does; shared with the test.
struct FakeDevice {
    std::uint32_t vocabulary = 32;
    std::vector<std::vector<inference::TokenId>> batches; ///< every batch evaluated
    std::vector<std::uint32_t> positions;                 ///< its first position
    std::size_t failAtBatch = SIZE_MAX;                   ///< this batch fails …
    inference::Error failure;                             ///< … like this
    std::uint64_t freeBytes = 0;                          ///< 0: not known
    std::uint64_t expertBytes = 0;                        ///< of all layers, which are `expertLayers`
    std::uint32_t expertLayers = 1;
    bool recurrent = false;      ///< sequences are cut back to kept states alone
    std::size_t failCompile = 0; ///< so many compile() calls fail with `failure`
    std::size_t derived = 0;     ///< calls of derive()
    std::size_t failDerive = 0;  ///< so many of them fail with `failure`
    std::function<void()> onEvaluate;
    /// A sequence can be cut back by so many positions, as counted from the furthest one that was written.
    std::uint32_t rewind = UINT32_MAX;
};

class FakeProgram final : public inference::backend::Program {
public:
    FakeProgram(FakeDevice &device, inference::backend::ProgramOptions options)
        : m_device(device)
        , m_options(std::move(options))
        , m_cache(m_options.contextLength, -1)
    {
        m_options.threads = std::max(1U, m_options.threads);
        m_snapshots = inference::graph::StateSnapshots(stateBytes(), m_options.stateBudget);
    }

    inference::Result<void> evaluate(const inference::backend::Batch &batch, std::span<float> logits,
                                     std::stop_token stop) override
    {
        if (m_device.onEvaluate) {
            m_device.onEvaluate();
        }
        if (stop.stop_requested()) {
            return inference::failure(inference::ErrorCode::Cancelled, "stopped");
        }
        if (m_device.batches.size() == m_device.failAtBatch) {
            m_device.failAtBatch = SIZE_MAX;
            return std::unexpected(m_device.failure);
        }
        if (batch.position != inference::backend::resumePoint(resumeRanges(), batch.position)) {
            return inference::failure(inference::ErrorCode::Internal, "nothing to go on from");
        }
        m_snapshots.truncate(batch.position);
        const auto end = batch.position + static_cast<std::uint32_t>(batch.tokens.size());
        m_written = batch.position == 0 ? end : std::max(m_written, end);
        m_snapshots.setLive(end);
        m_device.batches.emplace_back(batch.tokens.begin(), batch.tokens.end());
        m_device.positions.push_back(batch.position);
        std::size_t row = 0;
        for (std::size_t i = 0; i < batch.tokens.size(); ++i) {
            m_cache[batch.position + i] = batch.tokens[i];
            const bool last = i + 1 == batch.tokens.size();
            if (batch.logits == inference::backend::LogitsWanted::AllRows ||
                (batch.logits == inference::backend::LogitsWanted::LastRow && last)) {
                fill(logits.subspan(row++ * m_device.vocabulary, m_device.vocabulary), batch.position + i + 1);
            }
        }
        return {};
    }

    std::vector<inference::backend::ResumeRange> resumeRanges() const override
    {
        return m_snapshots.resumable({{m_written - std::min(m_written, m_device.rewind), m_options.contextLength}});
    }
    /// The tokens, and behind them what tells where they can be taken up.
    std::uint64_t savedBytes(std::uint32_t length) const override
    {
        return (std::uint64_t{length} + 1) * sizeof(inference::TokenId) + m_snapshots.savedBytes(length);
    }
    inference::Result<void> save(std::uint32_t length, std::span<std::byte> out) override
    {
        std::memcpy(out.data(), m_cache.data(), length * sizeof(inference::TokenId));
        std::memcpy(out.data() + length * sizeof(inference::TokenId), &m_written, sizeof m_written);
        return m_snapshots.save(length, out.subspan((length + 1) * sizeof(inference::TokenId)),
                                [](std::span<std::byte>) { return inference::Result<void>{}; });
    }
    inference::Result<void> restore(std::uint32_t length, std::span<const std::byte> in) override
    {
        std::ranges::fill(m_cache, -1);
        std::memcpy(m_cache.data(), in.data(), length * sizeof(inference::TokenId));
        std::memcpy(&m_written, in.data() + length * sizeof(inference::TokenId), sizeof m_written);
        return m_snapshots.restore(length, in.subspan((length + 1) * sizeof(inference::TokenId)));
    }
    std::uint64_t stateBytes() const override { return m_device.recurrent ? 8 : 0; }
    inference::Result<void> keepState() override
    {
        m_snapshots.keep(std::vector<std::byte>(stateBytes()));
        return {};
    }
    inference::Result<std::unique_ptr<Program>> derive(const inference::graph::Graph &, std::stop_token) override
    {
        ++m_device.derived;
        if (m_device.failDerive > 0) {
            --m_device.failDerive;
            return std::unexpected(m_device.failure);
        }
        auto program = std::make_unique<FakeProgram>(m_device, m_options);
        program->m_cache = m_cache;
        program->m_written = m_written;
        program->m_snapshots = m_snapshots;
        return program;
    }
    inference::MemoryUse memoryUse() const override { return {}; }
    const inference::backend::ProgramOptions &options() const override { return m_options; }

    const std::vector<inference::TokenId> &cache() const { return m_cache; }

private:
    void fill(std::span<float> logits, std::size_t length) const
    {
        std::uint64_t hash = 1469598103934665603U;
        for (std::size_t i = 0; i < length; ++i) {
            hash = (hash ^ static_cast<std::uint64_t>(m_cache[i])) * 1099511628211U;
        }
        for (float &logit : logits) {
            hash = (hash ^ (hash >> 29U)) * 0xbf58476d1ce4e5b9U;
            logit = static_cast<float>(hash >> 40U) / 1048576.0F;
        }
    }

    FakeDevice &m_device;
    inference::backend::ProgramOptions m_options;
    std::vector<inference::TokenId> m_cache;
    std::uint32_t m_written = 0;
    inference::graph::StateSnapshots m_snapshots;
};

class FakeBackend final : public inference::backend::Backend {
public:
    FakeBackend(inference::DeviceInfo info, FakeDevice &device)
        : m_info(std::move(info))
        , m_device(device)
    {
    }
    const inference::DeviceInfo &device() const override { return m_info; }
    inference::MemoryUse estimate(const inference::graph::Graph &,
                                  const inference::backend::ProgramOptions &options) const override
    {
        const std::uint32_t away = std::min(options.hostExpertLayers, m_device.expertLayers);
        return {.weightBytes = m_device.expertBytes / m_device.expertLayers * (m_device.expertLayers - away),
                .kvBytes = options.contextLength};
    }
    inference::Result<std::unique_ptr<inference::backend::Program>>
    compile(const inference::graph::Graph &graph, const inference::backend::ProgramOptions &options,
            std::stop_token) override
    {
        if (m_device.failCompile > 0) {
            --m_device.failCompile;
            return std::unexpected(m_device.failure);
        }
        m_device.vocabulary = graph.vocabularySize;
        return std::make_unique<FakeProgram>(m_device, options);
    }

private:
    inference::DeviceInfo m_info;
    FakeDevice &m_device;
};

} // namespace tests
