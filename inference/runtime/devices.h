// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/error.h"
#include "inference/types.h"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace inference::runtime {

/// The devices of this machine; tests put others in their place.
class DeviceProvider {
public:
    virtual ~DeviceProvider() = default;
    /// The CPU first. `why` tells why there is no GPU when there is none.
    virtual std::vector<DeviceInfo> list(std::string *why) = 0;
    virtual Result<std::unique_ptr<backend::Backend>> open(const std::string &id) = 0;
};

/// The real ones.
std::shared_ptr<DeviceProvider> systemDevices(std::filesystem::path cacheFolder, bool vulkanValidation);

/// A device to try, and why it is not what was asked for.
struct DeviceChoice {
    DeviceInfo device;
    std::string fallbackReason;
};

/// Resolves LoadOptions::device. "auto" takes the best usable real GPU among the probed ones, else the CPU, never a
/// software device. A device named exactly that does not exist or is not usable is DeviceUnavailable.
Result<DeviceChoice> chooseDevice(std::span<const DeviceInfo> devices, const std::string &requested,
                                  std::span<const std::string> probedUuids);

} // namespace inference::runtime
