// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/instance.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <optional>

namespace inference::backend::vulkan {

namespace {

constexpr std::uint32_t kApiVersion = VK_API_VERSION_1_3;
constexpr const char *kValidationLayer = "VK_LAYER_KHRONOS_validation";
constexpr std::uint32_t kVendorIntel = 0x8086;

VKAPI_ATTR VkBool32 VKAPI_CALL onDebugMessage(VkDebugUtilsMessageSeverityFlagBitsEXT /*severity*/,
                                              VkDebugUtilsMessageTypeFlagsEXT /*types*/,
                                              const VkDebugUtilsMessengerCallbackDataEXT *data, void *user)
{
    const auto &handler = *static_cast<Instance::MessageHandler *>(user);
    if (handler) {
        handler(data->pMessage);
    }
    return VK_FALSE;
}

/// volk keeps the entry points in globals, which one thread at a time may fill.
std::mutex &entryPoints()
{
    static std::mutex mutex;
    return mutex;
}

Result<void> openLoader()
{
    if (volkGetInstanceVersion() == 0 && volkInitialize() != VK_SUCCESS) {
        return failure(ErrorCode::DeviceUnavailable, "the Vulkan loader (libvulkan.so.1) is not installed");
    }
    return {};
}

bool hasLayer(std::string_view wanted)
{
    std::uint32_t count = 0;
    vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    vkEnumerateInstanceLayerProperties(&count, layers.data());
    return std::ranges::any_of(layers, [&](const VkLayerProperties &layer) { return wanted == layer.layerName; });
}

bool hasExtension(VkPhysicalDevice device, std::string_view wanted)
{
    std::uint32_t count = 0;
    vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    vkEnumerateDeviceExtensionProperties(device, nullptr, &count, extensions.data());
    return std::ranges::any_of(extensions, [&](const auto &extension) { return wanted == extension.extensionName; });
}

std::string hex(std::span<const std::uint8_t> bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

DeviceKind kindOf(VkPhysicalDeviceType type)
{
    switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
        return DeviceKind::DiscreteGpu;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
        return DeviceKind::IntegratedGpu;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
        return DeviceKind::SoftwareGpu;
    default:
        return DeviceKind::VirtualGpu;
    }
}

/// A compute queue without graphics where there is one: it shares nothing with the desktop's compositor.
std::optional<std::uint32_t> computeFamily(VkPhysicalDevice device, std::uint32_t &timestampBits)
{
    std::uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
    std::optional<std::uint32_t> found;
    for (std::uint32_t i = 0; i < count; ++i) {
        const VkQueueFlags flags = families[i].queueFlags;
        if ((flags & VK_QUEUE_COMPUTE_BIT) == 0 || families[i].queueCount == 0) {
            continue;
        }
        const bool withGraphics = (flags & VK_QUEUE_GRAPHICS_BIT) != 0;
        if (!found || !withGraphics) {
            found = i;
            timestampBits = families[i].timestampValidBits;
            if (!withGraphics) {
                break;
            }
        }
    }
    return found;
}

VkMemoryHeap largestLocalHeap(const VkPhysicalDeviceMemoryProperties &memory, std::uint32_t *index = nullptr)
{
    VkMemoryHeap best{};
    for (std::uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
        const VkMemoryHeap &heap = memory.memoryHeaps[i];
        if ((heap.flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0 && heap.size > best.size) {
            best = heap;
            if (index != nullptr) {
                *index = i;
            }
        }
    }
    return best;
}

} // namespace

std::unexpected<Error> vulkanFailure(VkResult result, std::string_view call)
{
    const std::string detail = std::string(call) + " failed with VkResult " + std::to_string(result);
    switch (result) {
    case VK_ERROR_DEVICE_LOST:
        return failure(ErrorCode::DeviceLost, detail);
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
    case VK_ERROR_OUT_OF_POOL_MEMORY:
    case VK_ERROR_FRAGMENTED_POOL:
    case VK_ERROR_TOO_MANY_OBJECTS:
    case VK_ERROR_MEMORY_MAP_FAILED:
        return failure(ErrorCode::OutOfMemory, detail);
    default:
        return failure(ErrorCode::DeviceUnavailable, detail);
    }
}

Result<std::shared_ptr<Instance>> Instance::create(bool validation, MessageHandler onMessage)
{
    const std::lock_guard lock(entryPoints());
    if (auto opened = openLoader(); !opened) {
        return std::unexpected(opened.error());
    }
    if (validation && !hasLayer(kValidationLayer)) {
        return failure(ErrorCode::DeviceUnavailable, "the Vulkan validation layer is not installed");
    }
    std::shared_ptr<Instance> instance(new Instance);
    instance->m_onMessage = std::move(onMessage);

    const VkDebugUtilsMessengerCreateInfoEXT messenger{
        .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
        .pNext = nullptr,
        .flags = 0,
        .messageSeverity =
            VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
        .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
        .pfnUserCallback = onDebugMessage,
        .pUserData = &instance->m_onMessage,
    };
    const VkBool32 on = VK_TRUE;
    const std::array settings{
        VkLayerSettingEXT{kValidationLayer, "validate_sync", VK_LAYER_SETTING_TYPE_BOOL32_EXT, 1, &on},
        VkLayerSettingEXT{kValidationLayer, "syncval_submit_time_validation", VK_LAYER_SETTING_TYPE_BOOL32_EXT, 1, &on},
        VkLayerSettingEXT{kValidationLayer, "syncval_shader_accesses_heuristic", VK_LAYER_SETTING_TYPE_BOOL32_EXT, 1,
                          &on},
    };
    const VkLayerSettingsCreateInfoEXT layerSettings{
        .sType = VK_STRUCTURE_TYPE_LAYER_SETTINGS_CREATE_INFO_EXT,
        .pNext = &messenger,
        .settingCount = static_cast<std::uint32_t>(settings.size()),
        .pSettings = settings.data(),
    };
    const VkApplicationInfo application{
        .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
        .pNext = nullptr,
        .pApplicationName = "Carrel",
        .applicationVersion = 1,
        .pEngineName = "Carrel",
        .engineVersion = 1,
        .apiVersion = kApiVersion,
    };
    const std::array extensions{VK_EXT_DEBUG_UTILS_EXTENSION_NAME, VK_EXT_LAYER_SETTINGS_EXTENSION_NAME};
    const VkInstanceCreateInfo info{
        .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
        .pNext = validation ? &layerSettings : nullptr,
        .flags = 0,
        .pApplicationInfo = &application,
        .enabledLayerCount = validation ? 1U : 0U,
        .ppEnabledLayerNames = &kValidationLayer,
        .enabledExtensionCount = validation ? static_cast<std::uint32_t>(extensions.size()) : 0U,
        .ppEnabledExtensionNames = extensions.data(),
    };
    if (const VkResult result = vkCreateInstance(&info, nullptr, &instance->m_instance); result != VK_SUCCESS) {
        instance->m_instance = VK_NULL_HANDLE;
        return failure(ErrorCode::DeviceUnavailable,
                       "no Vulkan driver was found (vkCreateInstance: " + std::to_string(result) + ")");
    }
    // The loader's own entry points find the driver by the object they are given, so the first instance's do for all.
    if (volkGetLoadedInstance() == VK_NULL_HANDLE) {
        volkLoadInstance(instance->m_instance);
    }
    if (validation) {
        const auto create = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(instance->m_instance, "vkCreateDebugUtilsMessengerEXT"));
        if (create != nullptr) {
            create(instance->m_instance, &messenger, nullptr, &instance->m_messenger);
        }
    }
    return instance;
}

Instance::~Instance()
{
    if (m_instance == VK_NULL_HANDLE) {
        return;
    }
    if (m_messenger != VK_NULL_HANDLE) {
        const auto destroy = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(m_instance, "vkDestroyDebugUtilsMessengerEXT"));
        destroy(m_instance, m_messenger, nullptr);
    }
    vkDestroyInstance(m_instance, nullptr);
}

Result<std::vector<VkPhysicalDevice>> Instance::physicalDevices() const
{
    std::uint32_t count = 0;
    VkResult result = vkEnumeratePhysicalDevices(m_instance, &count, nullptr);
    std::vector<VkPhysicalDevice> devices(count);
    if (result == VK_SUCCESS && count > 0) {
        result = vkEnumeratePhysicalDevices(m_instance, &count, devices.data());
    }
    if (result != VK_SUCCESS) {
        return vulkanFailure(result, "vkEnumeratePhysicalDevices");
    }
    devices.resize(count);
    return devices;
}

std::uint64_t freeDeviceBytes(VkPhysicalDevice device)
{
    if (!hasExtension(device, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME)) {
        return 0;
    }
    VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{};
    budget.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT;
    VkPhysicalDeviceMemoryProperties2 memory{};
    memory.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2;
    memory.pNext = &budget;
    vkGetPhysicalDeviceMemoryProperties2(device, &memory);
    std::uint32_t heap = 0;
    largestLocalHeap(memory.memoryProperties, &heap);
    return budget.heapBudget[heap] > budget.heapUsage[heap] ? budget.heapBudget[heap] - budget.heapUsage[heap] : 0;
}

DeviceInfo describeDevice(VkPhysicalDevice device, std::size_t index, DeviceTraits *traits)
{
    DeviceInfo info;
    info.id = "vulkan:" + std::to_string(index);
    VkPhysicalDeviceProperties base{};
    vkGetPhysicalDeviceProperties(device, &base);
    info.kind = kindOf(base.deviceType);
    info.name = base.deviceName;
    VkPhysicalDeviceMemoryProperties memory{};
    vkGetPhysicalDeviceMemoryProperties(device, &memory);
    info.memoryBytes = largestLocalHeap(memory).size;
    if (base.apiVersion < kApiVersion) {
        info.reason = "the driver offers Vulkan " + std::to_string(VK_API_VERSION_MAJOR(base.apiVersion)) + "." +
                      std::to_string(VK_API_VERSION_MINOR(base.apiVersion)) + ", and 1.3 is needed";
        return info;
    }

    VkPhysicalDeviceVulkan13Properties v13{};
    v13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_PROPERTIES;
    VkPhysicalDeviceVulkan12Properties v12{};
    v12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES;
    v12.pNext = &v13;
    VkPhysicalDeviceVulkan11Properties v11{};
    v11.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_PROPERTIES;
    v11.pNext = &v12;
    VkPhysicalDeviceProperties2 properties{};
    properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
    properties.pNext = &v11;
    vkGetPhysicalDeviceProperties2(device, &properties);
    VkPhysicalDeviceVulkan13Features f13{};
    f13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES;
    VkPhysicalDeviceVulkan12Features f12{};
    f12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    f12.pNext = &f13;
    VkPhysicalDeviceFeatures2 features{};
    features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    features.pNext = &f12;
    vkGetPhysicalDeviceFeatures2(device, &features);

    info.driver = std::string(v12.driverName) + " " + v12.driverInfo;
    info.uuid = hex(v11.deviceUUID);
    info.freeBytes = freeDeviceBytes(device);

    DeviceTraits found;
    const auto family = computeFamily(device, found.timestampBits);
    constexpr VkSubgroupFeatureFlags subgroupNeeds = VK_SUBGROUP_FEATURE_BASIC_BIT | VK_SUBGROUP_FEATURE_SHUFFLE_BIT;
    const struct {
        bool met;
        const char *reason;
    } needs[] = {
        {family.has_value(), "the device has no compute queue"},
        {f13.shaderIntegerDotProduct == VK_TRUE, "the driver lacks integer dot products in shaders"},
        {f13.subgroupSizeControl == VK_TRUE && f13.computeFullSubgroups == VK_TRUE,
         "the driver cannot control the subgroup size"},
        {f12.timelineSemaphore == VK_TRUE, "the driver lacks timeline semaphores"},
        {f13.maintenance4 == VK_TRUE && f13.synchronization2 == VK_TRUE, "the driver lacks parts of Vulkan 1.3"},
        {(v11.subgroupSupportedOperations & subgroupNeeds) == subgroupNeeds &&
             (v11.subgroupSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0 && v11.subgroupSize >= 4 &&
             v11.subgroupSize <= 128,
         "the driver lacks subgroup shuffles in compute shaders"},
    };
    for (const auto &need : needs) {
        if (!need.met) {
            info.reason = need.reason;
            return info;
        }
    }
    info.usable = true;
    if (traits == nullptr) {
        return info;
    }

    const VkPhysicalDeviceLimits &limits = properties.properties.limits;
    found.software = info.kind == DeviceKind::SoftwareGpu;
    found.subgroup = v11.subgroupSize;
    const bool varies = v13.minSubgroupSize != v13.maxSubgroupSize &&
                        (v13.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
    if (varies) {
        // Intel reports 32 and spills there: 16 lanes keep the unrolled rows in registers.
        const std::uint32_t wanted = base.vendorID == kVendorIntel ? 16 : v11.subgroupSize;
        found.subgroup = std::clamp(wanted, v13.minSubgroupSize, v13.maxSubgroupSize);
        found.setsSubgroupSize = true;
    }
    found.fastDot = found.software || v13.integerDotProduct4x8BitPackedSignedAccelerated == VK_TRUE;
    found.memoryBudget = hasExtension(device, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    found.queueFamily = *family;
    found.timestampNs = limits.timestampPeriod;
    found.storageRange = limits.maxStorageBufferRange;
    found.maxBuffer = std::min(v13.maxBufferSize, v11.maxMemoryAllocationSize);
    found.offsetAlignment = std::max<std::uint64_t>(limits.minStorageBufferOffsetAlignment, 16);
    found.maxWorkgroup = limits.maxComputeWorkGroupInvocations;
    found.maxGroupsX = limits.maxComputeWorkGroupCount[0];
    found.maxGroupsY = limits.maxComputeWorkGroupCount[1];
    *traits = found;
    return info;
}

} // namespace inference::backend::vulkan
