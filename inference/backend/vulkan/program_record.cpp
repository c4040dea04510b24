// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recording: every segment once per bucket, with the barriers that the kernels' own declarations ask for.
#include "inference/backend/vulkan/program.h"

#include <algorithm>

namespace inference::backend::vulkan {

namespace {

/// Bytes that a call touches, for finding where a barrier is needed.
struct Touch {
    std::uint32_t buffer = 0;
    std::uint64_t first = 0;
    std::uint64_t end = 0;
    bool written = false;
};

bool conflicts(const std::vector<Touch> &before, const std::vector<Touch> &now)
{
    return std::ranges::any_of(before, [&](const Touch &a) {
        return std::ranges::any_of(now, [&](const Touch &b) {
            return a.buffer == b.buffer && a.first < b.end && b.first < a.end && (a.written || b.written);
        });
    });
}

void barrier(VkCommandBuffer commands, VkPipelineStageFlags to, VkAccessFlags access)
{
    const VkMemoryBarrier memory{VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr, VK_ACCESS_SHADER_WRITE_BIT, access};
    vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, to, 0, 1, &memory, 0, nullptr, 0, nullptr);
}

constexpr VkAccessFlags kShaderAccess = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT;

} // namespace

std::vector<Bucket> VulkanProgram::buckets() const
{
    std::vector<Bucket> all;
    for (const std::uint32_t rows : {1U, 2U, kSmallRows + 1}) {
        if (rows <= m_plan.maxBatch) {
            all.push_back({rowBucket(rows), false});
            if (rows <= kSmallRows && m_plan.contextLength > 2 * m_plan.splitLength) {
                all.push_back({rowBucket(rows), true});
            }
        }
    }
    return all;
}

VulkanProgram::RecordedBucket &VulkanProgram::recorded(const Bucket &bucket)
{
    return m_recorded[static_cast<std::size_t>(bucket.rows)][bucket.split ? 1 : 0];
}

std::vector<PipelineKey> VulkanProgram::neededPipelines() const
{
    std::vector<PipelineKey> keys;
    for (const Bucket &bucket : buckets()) {
        for (const Step &step : m_plan.steps) {
            if (const auto call = sizeCall(step, bucket, m_context->device->traits())) {
                keys.push_back(call->key);
            }
        }
    }
    std::ranges::sort(keys);
    const auto repeated = std::ranges::unique(keys);
    keys.erase(repeated.begin(), repeated.end());
    return keys;
}

void VulkanProgram::needIndirect(const IndirectSize &size)
{
    m_indirectSizes.try_emplace(size, static_cast<std::uint32_t>(m_indirectSizes.size()));
}

Result<void> VulkanProgram::makeDescriptors()
{
    const VkDevice device = m_context->device->handle();
    std::uint32_t buffers = 0;
    for (const Step &step : m_plan.steps) {
        buffers += static_cast<std::uint32_t>(step.bindings.size());
    }
    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, std::max(buffers, 1U)};
    VkDescriptorPoolCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
    info.maxSets = static_cast<std::uint32_t>(std::max<std::size_t>(m_plan.steps.size(), 1));
    info.poolSizeCount = 1;
    info.pPoolSizes = &size;
    VkResult result = vkCreateDescriptorPool(device, &info, nullptr, &m_descriptorPool);
    if (result != VK_SUCCESS) {
        return vulkanFailure(result, "vkCreateDescriptorPool");
    }
    m_descriptors.assign(m_plan.steps.size(), VK_NULL_HANDLE);
    for (std::size_t s = 0; s < m_plan.steps.size(); ++s) {
        const Step &step = m_plan.steps[s];
        // Every bucket uses the same kernel for a step, so any bucket in which the step runs gives the layout.
        std::optional<Call> call;
        for (const Bucket &bucket : buckets()) {
            call = call ? call : sizeCall(step, bucket, m_context->device->traits());
        }
        if (!call) {
            continue;
        }
        const Pipeline &pipeline = m_context->pipelines->get(call->key);
        VkDescriptorSetAllocateInfo allocate{};
        allocate.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
        allocate.descriptorPool = m_descriptorPool;
        allocate.descriptorSetCount = 1;
        allocate.pSetLayouts = &pipeline.setLayout;
        result = vkAllocateDescriptorSets(device, &allocate, &m_descriptors[s]);
        if (result != VK_SUCCESS) {
            return vulkanFailure(result, "vkAllocateDescriptorSets");
        }
        std::vector<VkDescriptorBufferInfo> infos(pipeline.bindings.size());
        std::vector<VkWriteDescriptorSet> writes;
        for (std::size_t b = 0; b < pipeline.bindings.size(); ++b) {
            const Place place = placeOf(step.bindings.at(pipeline.bindings[b].binding));
            infos[b] = {m_buffers[place.buffer]->handle(), place.offset, place.bytes};
            VkWriteDescriptorSet &write = writes.emplace_back();
            write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
            write.dstSet = m_descriptors[s];
            write.dstBinding = pipeline.bindings[b].binding;
            write.descriptorCount = 1;
            write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
            write.pBufferInfo = &infos[b];
        }
        vkUpdateDescriptorSets(device, static_cast<std::uint32_t>(writes.size()), writes.data(), 0, nullptr);
    }
    return {};
}

Result<void> VulkanProgram::recordAll()
{
    const VkDevice device = m_context->device->handle();
    const auto segments = static_cast<std::uint32_t>(m_plan.segments.size());
    const auto count = static_cast<std::uint32_t>(buckets().size()) * segments;
    VkQueryPoolCreateInfo queries{};
    queries.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
    queries.queryType = VK_QUERY_TYPE_TIMESTAMP;
    queries.queryCount = std::max(2 * count, 2U);
    VkResult result = vkCreateQueryPool(device, &queries, nullptr, &m_queries);
    if (result != VK_SUCCESS) {
        return vulkanFailure(result, "vkCreateQueryPool");
    }
    m_commandBuffers.resize(count);
    VkCommandBufferAllocateInfo allocate{};
    allocate.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
    allocate.commandPool = m_context->device->commandPool();
    allocate.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
    allocate.commandBufferCount = count;
    result = count > 0 ? vkAllocateCommandBuffers(device, &allocate, m_commandBuffers.data()) : VK_SUCCESS;
    if (result != VK_SUCCESS) {
        m_commandBuffers.clear();
        return vulkanFailure(result, "vkAllocateCommandBuffers");
    }
    std::uint32_t next = 0;
    for (const Bucket &bucket : buckets()) {
        RecordedBucket &list = recorded(bucket);
        list.segments.resize(segments);
        for (std::size_t s = 0; s < segments; ++s, ++next) {
            list.segments[s] = {.commands = m_commandBuffers[next], .query = 2 * next};
            if (auto done = recordSegment(bucket, s, list.segments[s]); !done) {
                return done;
            }
        }
    }
    return {};
}

Result<void> VulkanProgram::recordSegment(const Bucket &bucket, std::size_t segment, Recording &recording)
{
    const DeviceTraits &traits = m_context->device->traits();
    const VkCommandBuffer commands = recording.commands;
    VkCommandBufferBeginInfo begin{};
    begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
    VkResult result = vkBeginCommandBuffer(commands, &begin);
    if (result != VK_SUCCESS) {
        return vulkanFailure(result, "vkBeginCommandBuffer");
    }
    if (traits.timestampBits > 0) {
        vkCmdResetQueryPool(commands, m_queries, recording.query, 2);
        vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, m_queries, recording.query);
    }
    std::vector<Touch> sinceBarrier;
    for (std::size_t s = m_plan.segments[segment].first; s < m_plan.segments[segment].end; ++s) {
        const Step &step = m_plan.steps[s];
        const auto call = sizeCall(step, bucket, traits);
        if (!call) {
            continue;
        }
        const Pipeline &pipeline = m_context->pipelines->get(call->key);
        std::vector<Touch> touches;
        for (const ShaderBinding &binding : pipeline.bindings) {
            const Place place = placeOf(step.bindings.at(binding.binding));
            touches.push_back({place.buffer, place.offset, place.offset + place.bytes, binding.written});
        }
        if (conflicts(sinceBarrier, touches)) {
            barrier(commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, kShaderAccess);
            sinceBarrier.clear();
        }
        sinceBarrier.insert(sinceBarrier.end(), touches.begin(), touches.end());
        vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle);
        vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.layout, 0, 1, &m_descriptors[s], 0,
                                nullptr);
        vkCmdPushConstants(commands, pipeline.layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, step.pushBytes, step.push.data());
        if (bucket.rows == RowBucket::One && !call->size.zSplits) {
            vkCmdDispatch(commands, call->size.x, groupsY(call->size, 1), 1);
        } else {
            const IndirectSize size{call->size, step.selected};
            vkCmdDispatchIndirect(commands, m_buffers[m_indirect.buffer]->handle(),
                                  m_indirect.offset + 12ULL * m_indirectSizes.at(size));
        }
    }
    // Whatever comes next, another segment or the host, sees all that this one wrote.
    barrier(commands,
            VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT | VK_PIPELINE_STAGE_HOST_BIT,
            kShaderAccess | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT | VK_ACCESS_HOST_READ_BIT |
                VK_ACCESS_HOST_WRITE_BIT);
    if (traits.timestampBits > 0) {
        vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, m_queries, recording.query + 1);
    }
    result = vkEndCommandBuffer(commands);
    if (result != VK_SUCCESS) {
        return vulkanFailure(result, "vkEndCommandBuffer");
    }
    return {};
}

} // namespace inference::backend::vulkan
