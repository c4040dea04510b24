// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Experts that stay in host memory: a CpuProgram of nothing but the blocks of experts, each run alone.
#include "inference/backend/cpu/cpu_backend.h"
#include "inference/backend/cpu/cpu_program.h"
#include "inference/graph/graph_check.h"
#include "inference/graph/low_rank.h"
#include "inference/guarded.h"

#include <algorithm>

namespace inference::backend {

namespace cpu {

using namespace graph;

namespace {

struct BlockProgram {
    std::vector<ExpertBlock> blocks;
    Graph graph; ///< of these blocks
    Plan plan;
};

Result<BlockProgram> planBlocks(const Graph &given, std::uint32_t most)
{
    if (auto checked = checkGraph(given); !checked) {
        return std::unexpected(checked.error());
    }
    const Graph whole = hasChanges(given) ? withChangesAsOps(given) : given;
    BlockProgram program{.blocks = expertBlocks(whole), .graph = {}, .plan = {}};
    program.blocks.resize(std::min<std::size_t>(program.blocks.size(), most));
    program.graph = expertGraph(whole, program.blocks);
    auto plan = makePlan(program.graph, program.blocks);
    if (!plan) {
        return std::unexpected(plan.error());
    }
    program.plan = std::move(*plan);
    return program;
}

} // namespace

std::uint64_t CpuProgram::bytesOfBlocks(const Graph &graph, const ProgramOptions &options, const Kernels &kernels)
{
    const auto planned = guarded([&] { return planBlocks(graph, options.hostExpertLayers); });
    return planned ? estimate(planned->graph, planned->plan, options, kernels).total() : 0;
}

Result<std::unique_ptr<CpuProgram>> CpuProgram::createBlocks(const Graph &graph, const ProgramOptions &options,
                                                             const Kernels &kernels, const std::stop_token &stop,
                                                             const CpuProgram *from)
{
    return guarded([&]() -> Result<std::unique_ptr<CpuProgram>> {
        auto planned = planBlocks(graph, options.hostExpertLayers);
        if (!planned) {
            return std::unexpected(planned.error());
        }
        auto program = make(planned->graph, std::move(planned->plan), options, kernels, stop, from);
        if (program) {
            (*program)->m_expertBlocks = std::move(planned->blocks);
        }
        return program;
    });
}

Result<void> CpuProgram::runBlock(std::size_t index, std::uint32_t rows, std::span<const float *const> inputs,
                                  float *out, std::stop_token stop)
{
    if (index >= m_expertBlocks.size() || rows == 0 || rows > m_options.maxBatch ||
        inputs.size() != m_expertBlocks[index].inputs.size()) {
        return failure(ErrorCode::InvalidArgument, "no such rows for a block of experts");
    }
    const ExpertBlock &block = m_expertBlocks[index];
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        std::copy_n(inputs[i], std::size_t{rows} * width(block.inputs[i]), row(block.inputs[i], 0));
    }
    // Another device wrote these; they become indices.
    const std::uint32_t used = width(block.routing) / 2;
    for (std::uint32_t r = 0; r < rows; ++r) {
        const std::span<const float> chosen(row(block.routing, r), used);
        if (!std::ranges::all_of(chosen, [&](float id) { return id >= 0 && id < static_cast<float>(block.experts); })) {
            return failure(ErrorCode::NotFinite, "the device chose an expert that is none");
        }
    }
    m_rows = rows;
    m_stop = std::move(stop);
    m_nextStage = m_plan.blocks[index].first;
    m_endStage = m_plan.blocks[index].end;
    m_cancelled = false;
    m_crew.run(*this);
    m_stop = {};
    if (m_cancelled) {
        return failure(ErrorCode::Cancelled, "the batch was cancelled");
    }
    std::copy_n(row(block.out, 0), std::size_t{rows} * width(block.out), out);
    return {};
}

} // namespace cpu

namespace {

class CpuHostExperts final : public HostExperts {
public:
    explicit CpuHostExperts(std::unique_ptr<cpu::CpuProgram> program)
        : m_program(std::move(program))
    {
    }

    Result<void> run(std::size_t block, std::uint32_t rows, std::span<const float *const> inputs, float *out,
                     std::stop_token stop) override
    {
        return m_program->runBlock(block, rows, inputs, out, std::move(stop));
    }

    Result<std::unique_ptr<HostExperts>> derive(const graph::Graph &graph, std::stop_token stop) override
    {
        return create(graph, m_program->options(), stop, m_program.get());
    }

    [[nodiscard]] std::uint64_t bytes() const override { return m_program->memoryUse().total(); }
    [[nodiscard]] std::uint32_t threads() const override { return m_program->options().threads; }

    static Result<std::unique_ptr<HostExperts>> create(const graph::Graph &graph, const ProgramOptions &options,
                                                       const std::stop_token &stop, const cpu::CpuProgram *from)
    {
        auto program = cpu::CpuProgram::createBlocks(graph, options, cpu::kernels(), stop, from);
        if (!program) {
            return std::unexpected(program.error());
        }
        return std::make_unique<CpuHostExperts>(std::move(*program));
    }

private:
    std::unique_ptr<cpu::CpuProgram> m_program;
};

class CpuHostExpertsMaker final : public HostExpertsMaker {
public:
    [[nodiscard]] std::uint64_t bytesNeeded(const graph::Graph &graph, const ProgramOptions &options) const override
    {
        return cpu::CpuProgram::bytesOfBlocks(graph, options, cpu::kernels());
    }

    Result<std::unique_ptr<HostExperts>> make(const graph::Graph &graph, const ProgramOptions &options,
                                              std::stop_token stop) override
    {
        return CpuHostExperts::create(graph, options, stop, nullptr);
    }
};

} // namespace

std::shared_ptr<HostExpertsMaker> makeCpuHostExperts()
{
    return std::make_shared<CpuHostExpertsMaker>();
}

} // namespace inference::backend
