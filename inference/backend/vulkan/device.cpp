// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/device.h"

#include <array>
#include <utility>

namespace inference::backend::vulkan {

namespace {

constexpr VkMemoryPropertyFlags kVisible = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
constexpr VkMemoryPropertyFlags kLocal = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;

} // namespace

Buffer::Buffer(Buffer &&other) noexcept
    : m_device(std::move(other.m_device))
    , m_buffer(std::exchange(other.m_buffer, VK_NULL_HANDLE))
    , m_memory(std::exchange(other.m_memory, VK_NULL_HANDLE))
    , m_mapped(std::exchange(other.m_mapped, nullptr))
    , m_bytes(std::exchange(other.m_bytes, 0))
{
}

Buffer &Buffer::operator=(Buffer &&other) noexcept
{
    if (this != &other) {
        reset();
        m_device = std::move(other.m_device);
        m_buffer = std::exchange(other.m_buffer, VK_NULL_HANDLE);
        m_memory = std::exchange(other.m_memory, VK_NULL_HANDLE);
        m_mapped = std::exchange(other.m_mapped, nullptr);
        m_bytes = std::exchange(other.m_bytes, 0);
    }
    return *this;
}

Buffer::~Buffer()
{
    reset();
}

void Buffer::reset()
{
    if (m_device == nullptr) {
        return;
    }
    vkDestroyBuffer(m_device->handle(), m_buffer, nullptr);
    vkFreeMemory(m_device->handle(), m_memory, nullptr);
    m_device.reset();
}

Result<std::shared_ptr<Device>> Device::open(std::shared_ptr<Instance> instance, VkPhysicalDevice physical,
                                             std::size_t index, const VulkanOptions &options)
{
    std::shared_ptr<Device> device(new Device);
    device->m_instance = std::move(instance);
    device->m_physical = physical;
    device->m_faults = options.faults;
    device->m_info = describeDevice(physical, index, &device->m_traits);
    if (!device->m_info.usable) {
        return failure(ErrorCode::DeviceUnavailable, device->m_info.name + ": " + device->m_info.reason);
    }
    DeviceTraits &traits = device->m_traits;
    if (options.faults.storageRange != 0) {
        traits.storageRange = std::min(traits.storageRange, options.faults.storageRange);
    }
    switch (options.kernels) {
    case VulkanKernels::Automatic:
        break;
    case VulkanKernels::Software:
        traits.software = true;
        traits.fastDot = true;
        break;
    case VulkanKernels::Hardware:
        traits.software = false;
        traits.fastDot = true;
        break;
    case VulkanKernels::FloatOnly:
        traits.software = false;
        traits.fastDot = false;
        break;
    }
    vkGetPhysicalDeviceMemoryProperties(physical, &device->m_memory);
    if (auto made = device->makeObjects(); !made) {
        return std::unexpected(made.error());
    }
    return device;
}

Result<void> Device::makeObjects()
{
    VkPhysicalDeviceVulkan13Features f13{};
    f13.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES;
    f13.shaderIntegerDotProduct = VK_TRUE;
    f13.subgroupSizeControl = VK_TRUE;
    f13.computeFullSubgroups = VK_TRUE;
    f13.maintenance4 = VK_TRUE;
    f13.synchronization2 = VK_TRUE;
    VkPhysicalDeviceVulkan12Features f12{};
    f12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    f12.pNext = &f13;
    f12.timelineSemaphore = VK_TRUE;

    const float priority = 1.0F;
    VkDeviceQueueCreateInfo queue{};
    queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
    queue.queueFamilyIndex = m_traits.queueFamily;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    const char *const budget = VK_EXT_MEMORY_BUDGET_EXTENSION_NAME;
    VkDeviceCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
    info.pNext = &f12;
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queue;
    info.enabledExtensionCount = m_traits.memoryBudget ? 1 : 0;
    info.ppEnabledExtensionNames = &budget;
    if (const VkResult result = vkCreateDevice(m_physical, &info, nullptr, &m_device); result != VK_SUCCESS) {
        m_device = VK_NULL_HANDLE;
        return vulkanFailure(result, "vkCreateDevice");
    }
    vkGetDeviceQueue(m_device, m_traits.queueFamily, 0, &m_queue);

    VkCommandPoolCreateInfo pool{};
    pool.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
    pool.queueFamilyIndex = m_traits.queueFamily;
    if (const VkResult result = vkCreateCommandPool(m_device, &pool, nullptr, &m_pool); result != VK_SUCCESS) {
        return vulkanFailure(result, "vkCreateCommandPool");
    }
    VkSemaphoreTypeCreateInfo type{};
    type.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO;
    type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
    VkSemaphoreCreateInfo semaphore{};
    semaphore.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO;
    semaphore.pNext = &type;
    if (const VkResult result = vkCreateSemaphore(m_device, &semaphore, nullptr, &m_timeline); result != VK_SUCCESS) {
        return vulkanFailure(result, "vkCreateSemaphore");
    }
    return {};
}

Device::~Device()
{
    if (m_device == VK_NULL_HANDLE) {
        return;
    }
    vkDeviceWaitIdle(m_device);
    vkDestroySemaphore(m_device, m_timeline, nullptr);
    vkDestroyCommandPool(m_device, m_pool, nullptr);
    vkDestroyDevice(m_device, nullptr);
}

Result<std::uint32_t> Device::memoryType(std::uint32_t allowed, BufferDomain domain) const
{
    // Device memory is taken mapped only where the device shares the host's memory or all of it is reachable (ReBAR):
    // the small window that other discrete devices offer would run out.
    VkMemoryPropertyFlags wishes[4] = {};
    switch (domain) {
    case BufferDomain::Device:
        wishes[0] = kLocal | kVisible;
        wishes[1] = kLocal;
        break;
    case BufferDomain::Upload:
        wishes[0] = kLocal | kVisible;
        wishes[1] = kVisible;
        break;
    case BufferDomain::Readback:
        wishes[0] = kVisible | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
        wishes[1] = kVisible;
        break;
    }
    std::uint64_t largestLocal = 0;
    for (std::uint32_t i = 0; i < m_memory.memoryHeapCount; ++i) {
        if ((m_memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0) {
            largestLocal = std::max<std::uint64_t>(largestLocal, m_memory.memoryHeaps[i].size);
        }
    }
    for (const VkMemoryPropertyFlags wish : wishes) {
        for (std::uint32_t i = 0; i < m_memory.memoryTypeCount; ++i) {
            const VkMemoryType &type = m_memory.memoryTypes[i];
            if ((allowed & (1U << i)) == 0 || (type.propertyFlags & wish) != wish) {
                continue;
            }
            const bool window = domain == BufferDomain::Device && wish == (kLocal | kVisible) &&
                                m_memory.memoryHeaps[type.heapIndex].size < largestLocal;
            if (!window) {
                return i;
            }
        }
    }
    return failure(ErrorCode::DeviceUnavailable, "the device has no suitable memory type");
}

Result<Buffer> Device::allocate(std::uint64_t bytes, BufferDomain domain)
{
    {
        const std::lock_guard lock(m_allocationMutex);
        if (++m_allocations == m_faults.failedAllocation) {
            return vulkanFailure(VK_ERROR_OUT_OF_DEVICE_MEMORY, "vkAllocateMemory (injected)");
        }
    }
    VkBufferCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
    info.size = bytes;
    info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                 VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_INDIRECT_BUFFER_BIT;
    Buffer buffer;
    buffer.m_device = shared_from_this();
    buffer.m_bytes = bytes;
    VkResult result = vkCreateBuffer(m_device, &info, nullptr, &buffer.m_buffer);
    if (result != VK_SUCCESS) {
        return vulkanFailure(result, "vkCreateBuffer");
    }
    VkMemoryRequirements needs{};
    vkGetBufferMemoryRequirements(m_device, buffer.m_buffer, &needs);
    const auto type = memoryType(needs.memoryTypeBits, domain);
    if (!type) {
        return std::unexpected(type.error());
    }
    VkMemoryAllocateInfo allocation{};
    allocation.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
    allocation.allocationSize = needs.size;
    allocation.memoryTypeIndex = *type;
    result = vkAllocateMemory(m_device, &allocation, nullptr, &buffer.m_memory);
    if (result != VK_SUCCESS) {
        return vulkanFailure(result, "vkAllocateMemory of " + std::to_string(needs.size) + " bytes");
    }
    result = vkBindBufferMemory(m_device, buffer.m_buffer, buffer.m_memory, 0);
    if (result != VK_SUCCESS) {
        return vulkanFailure(result, "vkBindBufferMemory");
    }
    const bool visible = (m_memory.memoryTypes[*type].propertyFlags & kVisible) == kVisible;
    if (visible && !(domain == BufferDomain::Device && m_faults.stagedUploads)) {
        void *mapped = nullptr;
        result = vkMapMemory(m_device, buffer.m_memory, 0, VK_WHOLE_SIZE, 0, &mapped);
        if (result != VK_SUCCESS) {
            return vulkanFailure(result, "vkMapMemory");
        }
        buffer.m_mapped = static_cast<std::byte *>(mapped);
    }
    return buffer;
}

Result<std::uint64_t> Device::submit(std::span<const VkCommandBuffer> commands)
{
    ++m_submissions;
    if (m_faults.onSubmission) {
        m_faults.onSubmission(m_submissions);
    }
    if (m_faults.lostSubmission != 0 && m_submissions >= m_faults.lostSubmission) {
        return vulkanFailure(VK_ERROR_DEVICE_LOST, "vkQueueSubmit (injected)");
    }
    const std::uint64_t ticket = m_ticket + 1;
    VkTimelineSemaphoreSubmitInfo timeline{};
    timeline.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO;
    timeline.signalSemaphoreValueCount = 1;
    timeline.pSignalSemaphoreValues = &ticket;
    VkSubmitInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
    info.pNext = &timeline;
    info.commandBufferCount = static_cast<std::uint32_t>(commands.size());
    info.pCommandBuffers = commands.data();
    info.signalSemaphoreCount = 1;
    info.pSignalSemaphores = &m_timeline;
    if (const VkResult result = vkQueueSubmit(m_queue, 1, &info, VK_NULL_HANDLE); result != VK_SUCCESS) {
        return vulkanFailure(result, "vkQueueSubmit");
    }
    m_ticket = ticket;
    return ticket;
}

Result<void> Device::wait(std::uint64_t ticket)
{
    VkSemaphoreWaitInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO;
    info.semaphoreCount = 1;
    info.pSemaphores = &m_timeline;
    info.pValues = &ticket;
    if (const VkResult result = vkWaitSemaphores(m_device, &info, UINT64_MAX); result != VK_SUCCESS) {
        return vulkanFailure(result, "vkWaitSemaphores");
    }
    return {};
}

Result<void> Device::runOnce(const std::function<void(VkCommandBuffer)> &record)
{
    VkCommandBufferAllocateInfo allocate{};
    allocate.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
    allocate.commandPool = m_pool;
    allocate.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
    allocate.commandBufferCount = 1;
    VkCommandBuffer commands = VK_NULL_HANDLE;
    if (const VkResult result = vkAllocateCommandBuffers(m_device, &allocate, &commands); result != VK_SUCCESS) {
        return vulkanFailure(result, "vkAllocateCommandBuffers");
    }
    VkCommandBufferBeginInfo begin{};
    begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
    begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    VkResult result = vkBeginCommandBuffer(commands, &begin);
    if (result == VK_SUCCESS) {
        record(commands);
        result = vkEndCommandBuffer(commands);
    }
    Result<void> done;
    if (result != VK_SUCCESS) {
        done = vulkanFailure(result, "recording a command buffer");
    } else if (const auto ticket = submit(std::span(&commands, 1)); !ticket) {
        done = std::unexpected(ticket.error());
    } else {
        done = wait(*ticket);
    }
    vkFreeCommandBuffers(m_device, m_pool, 1, &commands);
    return done;
}

} // namespace inference::backend::vulkan
