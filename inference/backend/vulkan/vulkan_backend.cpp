// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/vulkan_backend.h"

#include "inference/backend/vulkan/program.h"
#include "inference/guarded.h"

#include <charconv>

namespace inference::backend {

namespace {

using inference::guarded;
using vulkan::Context;
using vulkan::Device;
using vulkan::Instance;

/// The same pieces as VulkanProgram::memoryUse() adds up, but for a few bytes between them.
MemoryUse estimateWith(const graph::Graph &graph, const ProgramOptions &options, const vulkan::DeviceTraits &traits)
{
    const auto plan = guarded([&] { return vulkan::makePlan(graph, options, traits); });
    if (!plan) {
        return {};
    }
    return {.weightBytes = plan->weightBytes,
            .kvBytes = plan->kvBytes,
            .scratchBytes = plan->scratchBytes + std::uint64_t{plan->maxSelected} * plan->vocabulary * 4 +
                            std::uint64_t{plan->ropeEntries} * 8 + plan->fileRowBytes +
                            std::uint64_t{plan->maxBatch} * 4 + plan->toHostBytes + plan->fromHostBytes,
            .hostBytes = plan->hostSteps.empty() || options.hostExperts == nullptr
                             ? 0
                             : options.hostExperts->bytesNeeded(graph, options)};
}

class VulkanBackend final : public Backend {
public:
    explicit VulkanBackend(std::shared_ptr<Context> context)
        : m_context(std::move(context))
    {
    }

    const DeviceInfo &device() const override { return m_context->device->info(); }

    MemoryUse estimate(const graph::Graph &graph, const ProgramOptions &options) const override
    {
        return estimateWith(graph, options, m_context->device->traits());
    }

    Result<std::unique_ptr<Program>> compile(const graph::Graph &graph, const ProgramOptions &options,
                                             std::stop_token stop) override
    {
        return vulkan::VulkanProgram::compile(m_context, graph, options, stop);
    }

private:
    std::shared_ptr<Context> m_context;
};

} // namespace

std::vector<DeviceInfo> listVulkanDevices(std::string *why)
{
    std::vector<DeviceInfo> list;
    const auto listed = guarded([&]() -> Result<void> {
        const auto instance = Instance::create(false, {});
        if (!instance) {
            return std::unexpected(instance.error());
        }
        const auto devices = (*instance)->physicalDevices();
        if (!devices) {
            return std::unexpected(devices.error());
        }
        for (std::size_t i = 0; i < devices->size(); ++i) {
            list.push_back(vulkan::describeDevice((*devices)[i], i));
        }
        if (list.empty()) {
            return failure(ErrorCode::DeviceUnavailable, "no Vulkan device was found");
        }
        return {};
    });
    if (!listed && why != nullptr) {
        *why = listed.error().detail;
    }
    return list;
}

Result<std::unique_ptr<Backend>> makeVulkanBackend(std::string_view deviceId, const VulkanOptions &options)
{
    return guarded([&]() -> Result<std::unique_ptr<Backend>> {
        constexpr std::string_view prefix = "vulkan:";
        std::size_t index = 0;
        const char *const end = deviceId.data() + deviceId.size();
        if (!deviceId.starts_with(prefix) || std::from_chars(deviceId.data() + prefix.size(), end, index).ptr != end ||
            deviceId.size() == prefix.size()) {
            return failure(ErrorCode::InvalidArgument, "not the id of a Vulkan device: " + std::string(deviceId));
        }
        auto context = std::make_shared<Context>();
        context->messages = std::make_shared<std::atomic<std::uint32_t>>(0);
        context->submissionBudgetMs = options.submissionBudgetMs;
        auto instance =
            Instance::create(options.validation,
                             [count = context->messages, heard = options.onValidationMessage](std::string_view text) {
                                 ++*count;
                                 if (heard) {
                                     heard(text);
                                 }
                             });
        if (!instance) {
            return std::unexpected(instance.error());
        }
        const auto devices = (*instance)->physicalDevices();
        if (!devices) {
            return std::unexpected(devices.error());
        }
        if (index >= devices->size()) {
            return failure(ErrorCode::DeviceUnavailable, "there is no device " + std::string(deviceId));
        }
        auto device = Device::open(*instance, (*devices)[index], index, options);
        if (!device) {
            return std::unexpected(device.error());
        }
        context->device = std::move(*device);
        auto pipelines = vulkan::Pipelines::open(context->device, options.pipelineCacheFolder);
        if (!pipelines) {
            return std::unexpected(pipelines.error());
        }
        context->pipelines = std::move(*pipelines);
        return std::make_unique<VulkanBackend>(std::move(context));
    });
}

MemoryUse estimateForVulkan(const graph::Graph &graph, const ProgramOptions &options)
{
    constexpr std::uint64_t kBinding = (4ULL << 30U) - 1;
    return estimateWith(
        graph, options,
        {.subgroup = 32, .fastDot = true, .storageRange = kBinding, .maxBuffer = kBinding, .maxWorkgroup = 1024});
}

} // namespace inference::backend
