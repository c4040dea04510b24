// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/thread_crew.h"

#include <catch2/catch_test_macros.hpp>

#include <vector>

namespace inference::backend::cpu {

namespace {

/// Stages of growing width in which every chunk adds what the stage before left: lost, doubled or early chunks show.
class Sums : public StagedWork {
public:
    explicit Sums(std::vector<std::uint32_t> stages)
        : m_stages(std::move(stages))
    {
    }

    std::uint32_t openStage() override
    {
        std::uint64_t sum = 0;
        for (const std::uint64_t part : m_parts) {
            sum += part;
        }
        m_total = m_next == 0 ? 1 : m_total + sum;
        m_parts.assign(m_next < m_stages.size() ? m_stages[m_next] : 0, 0);
        return m_next < m_stages.size() ? m_stages[m_next++] : 0;
    }
    void runChunk(std::uint32_t chunk, std::uint32_t thread) override
    {
        m_parts[chunk] += m_total % 1000 + chunk + (thread > 1000 ? 1 : 0);
    }

    [[nodiscard]] std::uint64_t total() const { return m_total; }

    [[nodiscard]] std::uint64_t expected() const
    {
        std::uint64_t total = 1;
        for (const std::uint64_t stage : m_stages) {
            total += stage * (total % 1000) + stage * (stage - 1) / 2;
        }
        return total;
    }

private:
    std::vector<std::uint32_t> m_stages;
    std::vector<std::uint64_t> m_parts;
    std::size_t m_next = 0;
    std::uint64_t m_total = 0;
};

} // namespace

TEST_CASE("every chunk runs once and stages follow each other")
{
    std::vector<std::uint32_t> stages;
    for (std::uint32_t i = 0; i < 3000; ++i) {
        stages.push_back(1 + i * 7 % 40);
    }
    for (const std::uint32_t threads : {0U, 1U, 2U, 3U, 8U}) {
        CAPTURE(threads);
        ThreadCrew crew(threads);
        CHECK(crew.threads() == std::max(threads, 1U));
        for (int round = 0; round < 3; ++round) {
            Sums work(stages);
            crew.run(work);
            CHECK(work.total() == work.expected());
        }
    }
}

TEST_CASE("the widest stage and no stage at all")
{
    ThreadCrew crew(4);
    Sums widest({StagedWork::kMaxChunks, 1, StagedWork::kMaxChunks});
    crew.run(widest);
    CHECK(widest.total() == widest.expected());
    Sums none({});
    crew.run(none);
    CHECK(none.total() == 1);
}

TEST_CASE("crews come and go without work")
{
    for (int i = 0; i < 50; ++i) {
        ThreadCrew crew(5);
        if (i % 2 == 0) {
            Sums work({3, 1, 4});
            crew.run(work);
            CHECK(work.total() == work.expected());
        }
    }
}

} // namespace inference::backend::cpu
