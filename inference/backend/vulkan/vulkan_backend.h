// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"

#include <filesystem>
#include <vector>

namespace inference::backend {

/// How Vulkan devices are opened.
struct VulkanOptions {
    std::filesystem::path pipelineCacheFolder; ///< empty: no cache on disk
    bool validation = false;                   ///< core and synchronization validation; any message is an error
    /// Longest time a submission should run on hardware, in ms; segments are merged up to it.
    float submissionBudgetMs = 50.0F;
};

/// Every Vulkan device, software ones too, in the loader's order. Never throws; an absent loader gives no devices and
/// the reason in `why`.
std::vector<DeviceInfo> listVulkanDevices(std::string *why = nullptr);

/// Opens the device with this id ("vulkan:N").
Result<std::unique_ptr<Backend>> makeVulkanBackend(std::string_view deviceId, const VulkanOptions &options);

} // namespace inference::backend
