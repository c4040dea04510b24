// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/devices.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;
using runtime::chooseDevice;

namespace {

DeviceInfo device(const char *id, DeviceKind kind, std::uint64_t memory = 0, bool usable = true)
{
    DeviceInfo info;
    info.id = id;
    info.kind = kind;
    info.name = std::string("device ") + id;
    info.uuid = std::string("uuid-") + id;
    info.memoryBytes = memory;
    info.usable = usable;
    info.reason = usable ? "" : "it lacks 16-bit storage";
    return info;
}

const DeviceInfo kCpu = device("cpu", DeviceKind::Cpu);
const DeviceInfo kSoftware = device("vulkan:0", DeviceKind::SoftwareGpu, 64);
const DeviceInfo kIntegrated = device("vulkan:1", DeviceKind::IntegratedGpu, 32);
const DeviceInfo kDiscrete = device("vulkan:2", DeviceKind::DiscreteGpu, 8);
const DeviceInfo kBigDiscrete = device("vulkan:3", DeviceKind::DiscreteGpu, 24);
const DeviceInfo kOldDiscrete = device("vulkan:4", DeviceKind::DiscreteGpu, 99, false);

} // namespace

TEST_CASE("the device that runs a model")
{
    struct Row {
        const char *what;
        std::vector<DeviceInfo> devices;
        std::string requested;
        std::vector<std::string> probed;
        std::string chosen; ///< empty: refused
        bool hasReason = false;
    };
    const std::vector<Row> rows = {
        {"no GPU", {kCpu}, "auto", {}, "cpu"},
        {"software is never chosen by itself", {kCpu, kSoftware}, "auto", {kSoftware.uuid}, "cpu"},
        {"a probed GPU", {kCpu, kSoftware, kIntegrated}, "auto", {kIntegrated.uuid}, "vulkan:1"},
        {"a GPU that was not probed", {kCpu, kIntegrated}, "auto", {}, "cpu", true},
        {"discrete before integrated",
         {kCpu, kIntegrated, kDiscrete},
         "auto",
         {kIntegrated.uuid, kDiscrete.uuid},
         "vulkan:2"},
        {"more memory first", {kCpu, kDiscrete, kBigDiscrete}, "auto", {kDiscrete.uuid, kBigDiscrete.uuid}, "vulkan:3"},
        {"only the probed one of two", {kCpu, kDiscrete, kBigDiscrete}, "auto", {kDiscrete.uuid}, "vulkan:2"},
        {"an unusable GPU is named", {kCpu, kOldDiscrete}, "auto", {kOldDiscrete.uuid}, "cpu", true},
        {"an empty request is auto", {kCpu}, "", {}, "cpu"},
        {"the CPU by name", {kCpu, kDiscrete}, "cpu", {kDiscrete.uuid}, "cpu"},
        {"vulkan takes a real GPU", {kCpu, kSoftware, kIntegrated}, "vulkan", {}, "vulkan:1"},
        {"vulkan takes software where there is no other", {kCpu, kSoftware, kOldDiscrete}, "vulkan", {}, "vulkan:0"},
        {"vulkan without a device", {kCpu}, "vulkan", {}, ""},
        {"exactly this one", {kCpu, kSoftware, kIntegrated}, "vulkan:0", {}, "vulkan:0"},
        {"a device that is not there", {kCpu}, "vulkan:7", {}, ""},
        {"an unusable device by name", {kCpu, kOldDiscrete}, "vulkan:4", {}, ""},
    };
    for (const Row &row : rows) {
        CAPTURE(row.what);
        const auto choice = chooseDevice(row.devices, row.requested, row.probed);
        if (row.chosen.empty()) {
            REQUIRE_FALSE(choice.has_value());
            CHECK(choice.error().code == ErrorCode::DeviceUnavailable);
            continue;
        }
        REQUIRE(choice.has_value());
        CHECK(choice->device.id == row.chosen);
        CHECK(choice->fallbackReason.empty() != row.hasReason);
    }
}
