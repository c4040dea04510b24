// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/cpu_backend.h"

#include "inference/backend/cpu/cpu_program.h"
#include "inference/backend/cpu/topology.h"

namespace inference::backend {

namespace {

class CpuBackend : public Backend {
public:
    CpuBackend()
    {
        const cpu::SystemMemory memory = cpu::systemMemory();
        m_device.id = "cpu";
        m_device.kind = DeviceKind::Cpu;
        m_device.name = cpu::processorName();
        m_device.driver = cpu::kernels().name;
        m_device.memoryBytes = memory.total;
        m_device.freeBytes = memory.available;
        m_device.usable = true;
    }

    [[nodiscard]] const DeviceInfo &device() const override { return m_device; }

    [[nodiscard]] MemoryUse estimate(const graph::Graph &graph, const ProgramOptions &options) const override
    {
        return cpu::CpuProgram::estimate(graph, options, cpu::kernels());
    }

    Result<std::unique_ptr<Program>> compile(const graph::Graph &graph, const ProgramOptions &options,
                                             std::stop_token stop) override
    {
        return cpu::CpuProgram::create(graph, options, cpu::kernels(), stop);
    }

private:
    DeviceInfo m_device;
};

} // namespace

std::unique_ptr<Backend> makeCpuBackend()
{
    return std::make_unique<CpuBackend>();
}

} // namespace inference::backend
