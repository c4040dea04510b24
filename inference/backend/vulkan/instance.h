// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/types.h"

#include <volk.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace inference::backend::vulkan {

/// Wording of a failed Vulkan call: DeviceLost, OutOfMemory or DeviceUnavailable, and the call's name.
std::unexpected<Error> vulkanFailure(VkResult result, std::string_view call);

/// The loader, opened at run time, and its drivers. Validation messages go to `onMessage` (any thread).
class Instance {
public:
    using MessageHandler = std::function<void(std::string_view)>;

    /// DeviceUnavailable where there is no loader, no driver, or no validation layer when one is asked for.
    static Result<std::shared_ptr<Instance>> create(bool validation, MessageHandler onMessage);
    ~Instance();
    Instance(const Instance &) = delete;
    Instance &operator=(const Instance &) = delete;

    [[nodiscard]] VkInstance handle() const { return m_instance; }
    [[nodiscard]] Result<std::vector<VkPhysicalDevice>> physicalDevices() const;

private:
    Instance() = default;

    VkInstance m_instance = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT m_messenger = VK_NULL_HANDLE;
    MessageHandler m_onMessage;
};

/// What decides which kernels a device gets and how they are sized.
struct DeviceTraits {
    std::uint32_t subgroup = 0;    ///< invocations, as pipelines will be made
    bool setsSubgroupSize = false; ///< the size must be asked for at pipeline creation
    bool software = false;         ///< shaders run on the processor
    bool fastDot = false;          ///< packed int8 dot products are worth using
    bool memoryBudget = false;     ///< VK_EXT_memory_budget
    std::uint32_t queueFamily = 0;
    std::uint32_t timestampBits = 0;
    float timestampNs = 1.0F;           ///< per tick
    std::uint64_t storageRange = 0;     ///< bytes in one binding
    std::uint64_t maxBuffer = 0;        ///< bytes in one buffer
    std::uint64_t offsetAlignment = 16; ///< of bindings
    std::uint32_t maxWorkgroup = 128;   ///< invocations
    std::uint32_t maxGroupsX = 65535;
    std::uint32_t maxGroupsY = 65535;
};

/// A device as the user sees it; `index` is its place in the loader's list. `usable` and `reason` tell whether it has
/// all that the kernels need.
DeviceInfo describeDevice(VkPhysicalDevice device, std::size_t index, DeviceTraits *traits = nullptr);

/// Bytes free in the largest device-local heap, 0 when unknown.
std::uint64_t freeDeviceBytes(VkPhysicalDevice device);

} // namespace inference::backend::vulkan
