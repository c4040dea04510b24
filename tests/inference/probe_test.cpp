// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/probe.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

TEST_CASE("the CPU stands first in the list of devices")
{
    std::string why;
    const auto devices = listDevices(&why);
    REQUIRE_FALSE(devices.empty());
    CHECK(devices.front().id == "cpu");
    CHECK(devices.front().usable);
    CHECK_FALSE(devices.front().driver.empty()); // the kernels' instruction set
    CHECK((devices.size() > 1 || !why.empty()));
}

TEST_CASE("every usable device passes the smoke test")
{
    for (const DeviceInfo &device : listDevices()) {
        if (!device.usable) {
            continue;
        }
        CAPTURE(device.id, device.name);
        const ProbeResult result = probeDevice(device, {});
        INFO(result.reason);
        CHECK(result.ok);
    }
}

TEST_CASE("a device that does not exist fails its smoke test with a reason")
{
    DeviceInfo device;
    device.id = "vulkan:99";
    const ProbeResult result = probeDevice(device, {});
    CHECK_FALSE(result.ok);
    CHECK_FALSE(result.reason.empty());
}
