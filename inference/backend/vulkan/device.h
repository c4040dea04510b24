// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/vulkan/instance.h"
#include "inference/backend/vulkan/vulkan_backend.h"

#include <cstddef>
#include <mutex>
#include <span>

namespace inference::backend::vulkan {

/// What a buffer is for; decides where its memory comes from.
enum class BufferDomain {
    Device,   ///< weights, cache and scratch: the device's own memory, mapped where the host reaches it at no cost
    Upload,   ///< written by the host, read by the device
    Readback, ///< written by the device, read by the host
};

class Device;

/// A buffer with memory of its own. Move-only.
class Buffer {
public:
    Buffer() = default;
    Buffer(Buffer &&other) noexcept;
    Buffer &operator=(Buffer &&other) noexcept;
    ~Buffer();

    [[nodiscard]] VkBuffer handle() const { return m_buffer; }
    [[nodiscard]] std::uint64_t bytes() const { return m_bytes; }
    /// The whole buffer, or nothing when the host cannot reach it. Coherent.
    [[nodiscard]] std::span<std::byte> mapped() const { return {m_mapped, m_mapped == nullptr ? 0 : m_bytes}; }

private:
    friend class Device;
    void reset();

    std::shared_ptr<Device> m_device;
    VkBuffer m_buffer = VK_NULL_HANDLE;
    VkDeviceMemory m_memory = VK_NULL_HANDLE;
    std::byte *m_mapped = nullptr;
    std::uint64_t m_bytes = 0;
};

/// The logical device: one compute queue, memory, submissions. One thread at a time, but for allocations.
class Device : public std::enable_shared_from_this<Device> {
public:
    static Result<std::shared_ptr<Device>> open(std::shared_ptr<Instance> instance, VkPhysicalDevice physical,
                                                std::size_t index, const VulkanOptions &options);
    ~Device();
    Device(const Device &) = delete;
    Device &operator=(const Device &) = delete;

    [[nodiscard]] VkDevice handle() const { return m_device; }
    [[nodiscard]] VkPhysicalDevice physical() const { return m_physical; }
    [[nodiscard]] const DeviceInfo &info() const { return m_info; }
    [[nodiscard]] const DeviceTraits &traits() const { return m_traits; }

    /// OutOfMemory when the device has no room.
    Result<Buffer> allocate(std::uint64_t bytes, BufferDomain domain);

    /// Hands command buffers to the queue, to run one after the other. Returns the ticket to wait for.
    Result<std::uint64_t> submit(std::span<const VkCommandBuffer> commands);
    /// Waits until the submission with this ticket, and all before it, are done.
    Result<void> wait(std::uint64_t ticket);
    /// Records `record` into a command buffer of its own, runs it and waits.
    Result<void> runOnce(const std::function<void(VkCommandBuffer)> &record);

    /// A pool whose command buffers are recorded once.
    [[nodiscard]] VkCommandPool commandPool() const { return m_pool; }

private:
    Device() = default;
    Result<std::uint32_t> memoryType(std::uint32_t allowed, BufferDomain domain) const;
    Result<void> makeObjects();

    std::shared_ptr<Instance> m_instance;
    VkPhysicalDevice m_physical = VK_NULL_HANDLE;
    VkDevice m_device = VK_NULL_HANDLE;
    VkQueue m_queue = VK_NULL_HANDLE;
    VkCommandPool m_pool = VK_NULL_HANDLE;
    VkSemaphore m_timeline = VK_NULL_HANDLE;
    std::uint64_t m_ticket = 0;
    DeviceInfo m_info;
    DeviceTraits m_traits;
    VulkanFaults m_faults;
    VkPhysicalDeviceMemoryProperties m_memory{};
    std::uint32_t m_submissions = 0;
    std::mutex m_allocationMutex;
    std::uint32_t m_allocations = 0;
};

} // namespace inference::backend::vulkan
