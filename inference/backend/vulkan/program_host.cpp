// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Experts that stay in host memory: what computes them, and the rows that go back and forth.
#include "inference/backend/vulkan/program.h"

namespace inference::backend::vulkan {

Result<void> VulkanProgram::makeHostExperts(const graph::Graph &graph, const std::stop_token &stop,
                                            const VulkanProgram *from)
{
    if (m_plan.hostSteps.empty()) {
        return {};
    }
    if (m_options.hostExperts == nullptr) {
        return failure(ErrorCode::InvalidArgument, "nothing computes the experts in host memory");
    }
    ProgramOptions options = m_options;
    float share = 0.0F; // of all weights
    if (m_options.progress) {
        const auto bytes = static_cast<double>(m_options.hostExperts->bytesNeeded(graph, m_options));
        share = static_cast<float>(bytes / (bytes + static_cast<double>(m_plan.weightBytes) + 1.0));
        options.progress = [share, all = m_options.progress](float done) { all(share * done); };
        m_options.progress = [share, all = m_options.progress](float done) { all(share + (1.0F - share) * done); };
    }
    auto made = from != nullptr && from->m_hostExperts != nullptr ? from->m_hostExperts->derive(graph, stop)
                                                                  : m_options.hostExperts->make(graph, options, stop);
    if (!made) {
        return std::unexpected(made.error());
    }
    m_hostExperts = std::move(*made);
    m_options.threads = m_hostExperts->threads();
    return {};
}

Result<void> VulkanProgram::runHostStep(const HostStep &step, std::uint32_t rows, const std::stop_token &stop)
{
    const std::byte *const from = m_buffers[m_toHost.buffer]->mapped().data();
    std::vector<const float *> inputs;
    inputs.reserve(step.inputs.size());
    for (const std::uint32_t number : step.inputs) {
        inputs.push_back(reinterpret_cast<const float *>(from + m_plan.toHost[number].offset));
    }
    auto *const out = reinterpret_cast<float *>(m_buffers[m_fromHost.buffer]->mapped().data());
    return m_hostExperts->run(step.block, rows, inputs, out, stop);
}

} // namespace inference::backend::vulkan
