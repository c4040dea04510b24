// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The processor's experts, with a listener and planted failures.
#pragma once

#include "inference/backend/cpu/cpu_backend.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace inference::backend {

/// What a test sees and does; shared by all experts that one maker makes.
struct ExpertWatch {
    std::uint32_t runs = 0;
    std::uint64_t rows = 0;
    std::uint32_t failAt = 0; ///< this run (from 1) fails with OutOfMemory; 0: none
    bool failMaking = false;
    std::function<void(std::uint32_t run)> onRun = {};
};

class WatchedExperts final : public HostExperts {
public:
    WatchedExperts(std::shared_ptr<ExpertWatch> watch, std::unique_ptr<HostExperts> real)
        : m_watch(std::move(watch))
        , m_real(std::move(real))
    {
    }
    Result<void> run(std::size_t block, std::uint32_t rows, std::span<const float *const> inputs, float *out,
                     std::stop_token stop) override
    {
        m_watch->rows += rows;
        if (++m_watch->runs == m_watch->failAt) {
            return failure(ErrorCode::OutOfMemory, "planted");
        }
        if (m_watch->onRun) {
            m_watch->onRun(m_watch->runs);
        }
        return m_real->run(block, rows, inputs, out, std::move(stop));
    }
    Result<std::unique_ptr<HostExperts>> derive(const graph::Graph &graph, std::stop_token stop) override
    {
        if (m_watch->failMaking) {
            return failure(ErrorCode::OutOfMemory, "planted");
        }
        auto derived = m_real->derive(graph, std::move(stop));
        if (!derived) {
            return std::unexpected(derived.error());
        }
        return std::make_unique<WatchedExperts>(m_watch, std::move(*derived));
    }
    [[nodiscard]] std::uint64_t bytes() const override { return m_real->bytes(); }
    [[nodiscard]] std::uint32_t threads() const override { return m_real->threads(); }

private:
    std::shared_ptr<ExpertWatch> m_watch;
    std::unique_ptr<HostExperts> m_real;
};

class WatchedExpertsMaker final : public HostExpertsMaker {
public:
    explicit WatchedExpertsMaker(std::shared_ptr<ExpertWatch> watch)
        : m_watch(std::move(watch))
    {
    }
    [[nodiscard]] std::uint64_t bytesNeeded(const graph::Graph &graph, const ProgramOptions &options) const override
    {
        return m_real->bytesNeeded(graph, options);
    }
    Result<std::unique_ptr<HostExperts>> make(const graph::Graph &graph, const ProgramOptions &options,
                                              std::stop_token stop) override
    {
        if (m_watch->failMaking) {
            return failure(ErrorCode::OutOfMemory, "planted");
        }
        auto made = m_real->make(graph, options, std::move(stop));
        if (!made) {
            return std::unexpected(made.error());
        }
        return std::make_unique<WatchedExperts>(m_watch, std::move(*made));
    }

private:
    std::shared_ptr<HostExpertsMaker> m_real = makeCpuHostExperts();
    std::shared_ptr<ExpertWatch> m_watch;
};

} // namespace inference::backend
