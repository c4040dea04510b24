// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lowering of blocks of experts that stay in host memory: their ops leave no steps. Where the sum stands, a block's
// inputs are copied to where the host reads them, the segment ends, and the next one begins with what the host wrote.
// The copies keep everything else that reads these rows in the device's own memory.
#include "inference/backend/vulkan/lowering.h"
#include "shaders/include/kernel_params.h"

#include <algorithm>

namespace inference::backend::vulkan {

namespace {

constexpr std::uint64_t kRowsAlignment = 256;

std::uint64_t alignRows(std::uint64_t bytes)
{
    return (bytes + kRowsAlignment - 1) / kRowsAlignment * kRowsAlignment;
}

} // namespace

void Lowering::findHostBlocks()
{
    if (m_options.hostExpertLayers == 0) {
        return;
    }
    m_hostBlocks = graph::expertBlocks(m_graph);
    m_hostBlocks.resize(std::min<std::size_t>(m_hostBlocks.size(), m_options.hostExpertLayers));
    for (const graph::ExpertBlock &block : m_hostBlocks) {
        for (const std::size_t op : block.ops) {
            m_onHost[op] = true;
            m_done[op] = op != block.ops.back();
        }
    }
}

void Lowering::emitHostStep(const graph::CombineExperts &sum)
{
    const auto block =
        std::ranges::find(m_hostBlocks, m_op, [](const graph::ExpertBlock &one) { return one.ops.back(); });
    const bool isSelected = selected(sum.out);
    HostStep &host = m_plan.hostSteps.emplace_back();
    host.block = static_cast<std::size_t>(block - m_hostBlocks.begin());
    std::uint64_t offset = 0;
    for (const graph::ValueId input : block->inputs) {
        const std::uint64_t bytes = std::uint64_t{rowsOf(isSelected)} * width(input) * 4;
        const auto number = static_cast<std::uint32_t>(m_plan.toHost.size());
        m_plan.toHost.push_back({offset, bytes});
        offset += alignRows(bytes);
        host.inputs.push_back(number);
        addElement({.operation = kElementScale,
                    .a = view(input),
                    .out = {{Memory::ToHost, number}, 0, width(input)},
                    .columns = width(input),
                    .selected = isSelected});
    }
    m_plan.toHostBytes = std::max(m_plan.toHostBytes, offset);
    m_plan.fromHostBytes = std::max(m_plan.fromHostBytes, std::uint64_t{rowsOf(isSelected)} * width(sum.out) * 4);
    m_cuts.push_back(m_plan.steps.size());
    m_hostCuts.push_back(m_plan.steps.size());
    const View residual = sum.hasResidual ? view(sum.residual) : View{};
    addElement({.operation = sum.hasResidual ? kElementAdd : kElementScale,
                .a = {{Memory::FromHost, 0}, 0, width(sum.out)},
                .b = residual,
                .out = define(sum.out),
                .columns = width(sum.out),
                .selected = isSelected});
}

} // namespace inference::backend::vulkan
