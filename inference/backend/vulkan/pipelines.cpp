// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/pipelines.h"

#include "shaders/include/kernel_params.h"
#include "shaders/shader_table.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <thread>

#include <unistd.h>

namespace inference::backend::vulkan {

namespace {

constexpr std::uint32_t kPushBytes = 128;
constexpr std::uint64_t kMaxCacheFile = 256ULL << 20U;

/// FNV-1a, 64 bits: names files and finds damage; nothing here defends against an attacker.
std::uint64_t hash(std::span<const std::byte> bytes, std::uint64_t state = 0xCBF29CE484222325ULL)
{
    for (const std::byte byte : bytes) {
        state = (state ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001B3ULL;
    }
    return state;
}

std::string hexOf(std::uint64_t value)
{
    std::string text(16, '0');
    for (std::size_t i = 0; i < 16; ++i) {
        text[15 - i] = "0123456789abcdef"[(value >> (4 * i)) & 15U];
    }
    return text;
}

/// What stands before the driver's data in a cache file.
struct CacheHeader {
    std::array<char, 8> magic{'C', 'A', 'R', 'R', 'E', 'L', 'P', '1'};
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;
};

std::filesystem::path cacheFile(const std::filesystem::path &folder, const DeviceInfo &device)
{
    if (folder.empty()) {
        return {};
    }
    std::uint64_t key = hash(std::as_bytes(std::span(device.driver)));
    for (const ShaderCode &shader : shaderTable()) {
        key = hash(std::as_bytes(shader.words), key);
    }
    return folder / ("pipelines-" + device.uuid + "-" + hexOf(key) + ".bin");
}

std::vector<std::byte> readCache(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    CacheHeader header;
    const CacheHeader expected;
    if (!in || !in.read(reinterpret_cast<char *>(&header), sizeof header) || header.magic != expected.magic ||
        header.bytes > kMaxCacheFile) {
        return {};
    }
    std::vector<std::byte> data(header.bytes);
    if (!in.read(reinterpret_cast<char *>(data.data()), static_cast<std::streamsize>(data.size())) ||
        in.peek() != std::ifstream::traits_type::eof() || hash(data) != header.checksum) {
        return {};
    }
    return data;
}

} // namespace

Result<std::unique_ptr<Pipelines>> Pipelines::open(std::shared_ptr<Device> device, const std::filesystem::path &folder)
{
    std::unique_ptr<Pipelines> pipelines(new Pipelines);
    pipelines->m_device = std::move(device);
    pipelines->m_file = cacheFile(folder, pipelines->m_device->info());
    const std::vector<std::byte> data = folder.empty() ? std::vector<std::byte>() : readCache(pipelines->m_file);
    VkPipelineCacheCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO;
    info.initialDataSize = data.size();
    info.pInitialData = data.data();
    VkDevice handle = pipelines->m_device->handle();
    VkResult result = vkCreatePipelineCache(handle, &info, nullptr, &pipelines->m_cache);
    pipelines->m_loaded = result == VK_SUCCESS && !data.empty();
    if (result != VK_SUCCESS) {
        info.initialDataSize = 0;
        result = vkCreatePipelineCache(handle, &info, nullptr, &pipelines->m_cache);
    }
    if (result != VK_SUCCESS) {
        pipelines->m_cache = VK_NULL_HANDLE;
        return vulkanFailure(result, "vkCreatePipelineCache");
    }
    return pipelines;
}

Pipelines::~Pipelines()
{
    const VkDevice handle = m_device->handle();
    for (const auto &[key, pipeline] : m_pipelines) {
        vkDestroyPipeline(handle, pipeline.handle, nullptr);
    }
    for (const auto &[name, kernel] : m_kernels) {
        vkDestroyPipelineLayout(handle, kernel.layout, nullptr);
        vkDestroyDescriptorSetLayout(handle, kernel.setLayout, nullptr);
        vkDestroyShaderModule(handle, kernel.module, nullptr);
    }
    vkDestroyPipelineCache(handle, m_cache, nullptr);
}

Result<void> Pipelines::prepareKernel(const std::string &name)
{
    if (m_kernels.contains(name)) {
        return {};
    }
    const auto shader = std::ranges::find(shaderTable(), name, &ShaderCode::name);
    if (shader == shaderTable().end()) {
        return failure(ErrorCode::Internal, "no kernel is named " + name);
    }
    const VkDevice handle = m_device->handle();
    Kernel &kernel = m_kernels[name];
    kernel.code = shader->words;
    kernel.bindings = reflectBindings(kernel.code);

    VkShaderModuleCreateInfo module{};
    module.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
    module.codeSize = kernel.code.size_bytes();
    module.pCode = kernel.code.data();
    VkResult result = vkCreateShaderModule(handle, &module, nullptr, &kernel.module);
    std::vector<VkDescriptorSetLayoutBinding> bindings;
    bindings.reserve(kernel.bindings.size());
    for (const ShaderBinding &binding : kernel.bindings) {
        bindings.push_back(
            {binding.binding, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
    }
    VkDescriptorSetLayoutCreateInfo set{};
    set.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
    set.bindingCount = static_cast<std::uint32_t>(bindings.size());
    set.pBindings = bindings.data();
    if (result == VK_SUCCESS) {
        result = vkCreateDescriptorSetLayout(handle, &set, nullptr, &kernel.setLayout);
    }
    const VkPushConstantRange range{VK_SHADER_STAGE_COMPUTE_BIT, 0, kPushBytes};
    VkPipelineLayoutCreateInfo layout{};
    layout.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
    layout.setLayoutCount = 1;
    layout.pSetLayouts = &kernel.setLayout;
    layout.pushConstantRangeCount = 1;
    layout.pPushConstantRanges = &range;
    if (result == VK_SUCCESS) {
        result = vkCreatePipelineLayout(handle, &layout, nullptr, &kernel.layout);
    }
    if (result != VK_SUCCESS) {
        return vulkanFailure(result, "preparing kernel " + name);
    }
    return {};
}

VkResult Pipelines::createPipeline(const PipelineKey &key, VkPipeline &pipeline) const
{
    const Kernel &kernel = m_kernels.at(key.shader);
    std::array<VkSpecializationMapEntry, std::tuple_size_v<decltype(key.constants)>> entries{};
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
        entries[i] = {i, i * 4, 4};
    }
    const VkSpecializationInfo constants{static_cast<std::uint32_t>(entries.size()), entries.data(),
                                         sizeof key.constants, key.constants.data()};
    const DeviceTraits &traits = m_device->traits();
    VkPipelineShaderStageRequiredSubgroupSizeCreateInfo subgroup{};
    subgroup.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO;
    subgroup.requiredSubgroupSize = traits.subgroup;
    VkComputePipelineCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
    info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    // Kernels with subgroup operations have whole subgroups; the others may be smaller than one.
    const bool wholeSubgroups = key.constants[kSpecWorkgroup] % traits.subgroup == 0;
    info.stage.pNext = wholeSubgroups && traits.setsSubgroupSize ? &subgroup : nullptr;
    info.stage.flags = wholeSubgroups ? VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT : 0;
    info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    info.stage.module = kernel.module;
    info.stage.pName = "main";
    info.stage.pSpecializationInfo = &constants;
    info.layout = kernel.layout;
    return vkCreateComputePipelines(m_device->handle(), m_cache, 1, &info, nullptr, &pipeline);
}

Result<void> Pipelines::create(std::span<const PipelineKey> keys, const std::stop_token &stop)
{
    std::vector<PipelineKey> missing;
    for (const PipelineKey &key : keys) {
        if (!m_pipelines.contains(key) && std::ranges::find(missing, key) == missing.end()) {
            if (auto prepared = prepareKernel(key.shader); !prepared) {
                return prepared;
            }
            missing.push_back(key);
        }
    }
    std::vector<VkPipeline> handles(missing.size(), VK_NULL_HANDLE);
    std::vector<VkResult> results(missing.size(), VK_NOT_READY);
    std::atomic<std::size_t> next{0};
    {
        const std::size_t threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
        std::vector<std::jthread> workers;
        for (std::size_t t = 0; t < std::min(threads, missing.size()); ++t) {
            workers.emplace_back([&] {
                for (std::size_t i = next++; i < missing.size() && !stop.stop_requested(); i = next++) {
                    results[i] = createPipeline(missing[i], handles[i]);
                }
            });
        }
    }
    Result<void> outcome;
    for (std::size_t i = 0; i < missing.size(); ++i) {
        if (results[i] == VK_SUCCESS) {
            const Kernel &kernel = m_kernels.at(missing[i].shader);
            m_pipelines[missing[i]] = {handles[i], kernel.layout, kernel.setLayout, kernel.bindings};
            m_dirty = true;
        } else if (results[i] == VK_NOT_READY) {
            outcome = failure(ErrorCode::Cancelled, "cancelled while preparing the kernels");
        } else {
            outcome = vulkanFailure(results[i], "creating pipeline " + missing[i].shader);
        }
    }
    return outcome;
}

void Pipelines::save()
{
    if (m_file.empty() || !m_dirty) {
        return;
    }
    m_dirty = false;
    std::size_t size = 0;
    if (vkGetPipelineCacheData(m_device->handle(), m_cache, &size, nullptr) != VK_SUCCESS || size == 0) {
        return;
    }
    std::vector<std::byte> data(size);
    if (vkGetPipelineCacheData(m_device->handle(), m_cache, &size, data.data()) != VK_SUCCESS) {
        return;
    }
    data.resize(size);
    CacheHeader header;
    header.bytes = data.size();
    header.checksum = hash(data);
    std::error_code ignored;
    std::filesystem::create_directories(m_file.parent_path(), ignored);
    const std::filesystem::path part = m_file.string() + ".part" + std::to_string(::getpid());
    {
        std::ofstream out(part, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char *>(&header), sizeof header);
        out.write(reinterpret_cast<const char *>(data.data()), static_cast<std::streamsize>(data.size()));
        if (!out.flush()) {
            out.close();
            std::filesystem::remove(part, ignored);
            return;
        }
    }
    std::filesystem::rename(part, m_file, ignored);
}

} // namespace inference::backend::vulkan
