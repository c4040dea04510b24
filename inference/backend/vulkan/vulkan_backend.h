// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace inference::backend {

/// Which kernels a device gets. Tests run all of them on one device.
enum class VulkanKernels {
    Automatic, ///< by the device's kind and abilities
    Software,  ///< tuned for devices that run shaders on the processor
    Hardware,  ///< tuned for GPUs, integer dot products
    FloatOnly, ///< tuned for GPUs without fast integer dot products
};

/// Deliberate failures and small limits, for tests alone.
struct VulkanFaults {
    std::uint32_t lostSubmission = 0;   ///< the n-th submission (from 1) and all later ones report a lost device
    std::uint32_t failedAllocation = 0; ///< the n-th allocation (from 1) fails
    std::uint64_t storageRange = 0;     ///< pretends a smaller maxStorageBufferRange
    /// Hears the number of each submission (from 1) before it is made.
    std::function<void(std::uint32_t)> onSubmission{};
    bool stagedUploads = false; ///< uploads by staging and copies even where memory is host-visible
};

/// How Vulkan devices are opened.
struct VulkanOptions {
    std::filesystem::path pipelineCacheFolder; ///< empty: no cache on disk
    bool validation = false;                   ///< core and synchronization validation; any message is an error
    /// Longest time a submission should run on hardware, in ms; segments are merged up to it.
    float submissionBudgetMs = 50.0F;
    /// Hears each validation message, from any thread.
    std::function<void(std::string_view)> onValidationMessage;
    VulkanKernels kernels = VulkanKernels::Automatic;
    VulkanFaults faults;
};

/// Every Vulkan device, software ones too, in the loader's order. Never throws; an absent loader gives no devices and
/// the reason in `why`.
std::vector<DeviceInfo> listVulkanDevices(std::string *why = nullptr);

/// Opens the device with this id ("vulkan:N"). Programs may outlive the backend that made them.
Result<std::unique_ptr<Backend>> makeVulkanBackend(std::string_view deviceId, const VulkanOptions &options);

/// What compile() would allocate on an ordinary graphics card, without a device or a driver. Nothing where the graph
/// cannot be planned.
MemoryUse estimateForVulkan(const graph::Graph &graph, const ProgramOptions &options);

} // namespace inference::backend
