// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/types.h"

#include <filesystem>
#include <string>
#include <vector>

namespace inference {

/// The CPU first, then every Vulkan device of the loader, software ones too, usable or not. Creates no device.
/// `why` tells why there are no Vulkan devices when there are none.
std::vector<DeviceInfo> listDevices(std::string *why = nullptr);

/// What a device did with a small known computation.
struct ProbeResult {
    DeviceInfo device;
    bool ok = false;
    std::string reason; ///< what failed, one sentence in English
    double milliseconds = 0;
};

/// Opens the device ("vulkan:N") and compares a small random model's logits with the CPU's. May crash inside a broken
/// driver: run it in a process of its own (carrel-probe), and write a mark first.
ProbeResult probeDevice(const DeviceInfo &device, const std::filesystem::path &cacheFolder);

} // namespace inference
