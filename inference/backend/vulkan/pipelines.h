// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/vulkan/device.h"
#include "inference/backend/vulkan/shader_reflection.h"

#include <array>
#include <compare>
#include <map>
#include <stop_token>
#include <string>

namespace inference::backend::vulkan {

/// A kernel variant and the values of its specialization constants, by constant id.
struct PipelineKey {
    std::string shader;
    std::array<std::uint32_t, 10> constants{};
    auto operator<=>(const PipelineKey &) const = default;
};

/// What recording needs to know of a kernel.
struct Pipeline {
    VkPipeline handle = VK_NULL_HANDLE;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    VkDescriptorSetLayout setLayout = VK_NULL_HANDLE;
    std::vector<ShaderBinding> bindings;
};

/// Creates pipelines and keeps the driver's compiled form of them in a file named by device, driver and shaders.
class Pipelines {
public:
    /// Reads the cache file; an absent or damaged one is ignored.
    static Result<std::unique_ptr<Pipelines>> open(std::shared_ptr<Device> device, const std::filesystem::path &folder);
    ~Pipelines();
    Pipelines(const Pipelines &) = delete;
    Pipelines &operator=(const Pipelines &) = delete;

    /// Creates those of the pipelines that do not exist yet, on several threads. Cancelled between pipelines.
    Result<void> create(std::span<const PipelineKey> keys, const std::stop_token &stop);
    /// A pipeline that create() made.
    [[nodiscard]] const Pipeline &get(const PipelineKey &key) const { return m_pipelines.at(key); }

    /// Whether the cache file was there and whole.
    [[nodiscard]] bool loadedFromFile() const { return m_loaded; }
    /// Writes the cache file, replacing it in one step. Failures are of no consequence and ignored.
    void save();

private:
    struct Kernel {
        std::span<const std::uint32_t> code;
        VkShaderModule module = VK_NULL_HANDLE;
        VkDescriptorSetLayout setLayout = VK_NULL_HANDLE;
        VkPipelineLayout layout = VK_NULL_HANDLE;
        std::vector<ShaderBinding> bindings;
    };
    Pipelines() = default;
    Result<void> prepareKernel(const std::string &name);
    VkResult createPipeline(const PipelineKey &key, VkPipeline &pipeline) const;

    std::shared_ptr<Device> m_device;
    std::filesystem::path m_file;
    VkPipelineCache m_cache = VK_NULL_HANDLE;
    bool m_loaded = false;
    bool m_dirty = false;
    std::map<std::string, Kernel> m_kernels;
    std::map<PipelineKey, Pipeline> m_pipelines;
};

} // namespace inference::backend::vulkan
