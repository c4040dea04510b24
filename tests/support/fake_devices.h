// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/runtime/devices.h"
#include "tests/support/fake_program.h"

namespace tests {

/// A CPU and a GPU ("vulkan:0", uuid "gpu") without hardware; what they do stands in `cpu` and `gpu`.
class FakeDevices final : public inference::runtime::DeviceProvider {
public:
    std::vector<inference::DeviceInfo> list(std::string *) override { return {cpuInfo(), gpuInfo()}; }

    inference::Result<std::unique_ptr<inference::backend::Backend>> open(const std::string &id) override
    {
        if (id == "cpu") {
            return std::make_unique<FakeBackend>(cpuInfo(), cpu);
        }
        inference::DeviceInfo info = gpuInfo();
        info.freeBytes = gpu.freeBytes;
        return std::make_unique<FakeBackend>(info, gpu);
    }

    FakeDevice cpu;
    FakeDevice gpu;

private:
    static inference::DeviceInfo cpuInfo()
    {
        inference::DeviceInfo info;
        info.id = "cpu";
        info.name = "fake processor";
        info.driver = "FAKE";
        info.usable = true;
        return info;
    }
    static inference::DeviceInfo gpuInfo()
    {
        inference::DeviceInfo info;
        info.id = "vulkan:0";
        info.kind = inference::DeviceKind::DiscreteGpu;
        info.name = "fake GPU";
        info.uuid = "gpu";
        info.usable = true;
        return info;
    }
};

} // namespace tests
