// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A turn that starts on a Vulkan device which then fails: it goes on on the CPU from the same token.
#include "inference/backend/cpu/cpu_backend.h"
#include "inference/backend/vulkan/vulkan_backend.h"
#include "inference/runtime/generation.h"
#include "inference/runtime/model_runtime.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace inference;
using namespace inference::runtime;

namespace {

/// The CPU and the software Vulkan device, the latter with planted faults.
class FaultyDevices final : public DeviceProvider {
public:
    explicit FaultyDevices(backend::VulkanFaults faults)
        : m_faults(std::move(faults))
    {
    }
    std::vector<DeviceInfo> list(std::string *why) override
    {
        std::vector<DeviceInfo> devices{backend::makeCpuBackend()->device()};
        for (const DeviceInfo &device : backend::listVulkanDevices(why)) {
            if (device.kind == DeviceKind::SoftwareGpu && device.usable) {
                devices.push_back(device);
            }
        }
        return devices;
    }
    Result<std::unique_ptr<backend::Backend>> open(const std::string &id) override
    {
        if (id == "cpu") {
            return backend::makeCpuBackend();
        }
        return backend::makeVulkanBackend(id, {.validation = true, .faults = m_faults});
    }

private:
    backend::VulkanFaults m_faults;
};

struct Outcome {
    std::vector<TokenId> tokens;
    std::size_t changes = 0;
    ErrorCode cause = ErrorCode::Internal;
    LoadedModel info;
};

Outcome answer(const std::filesystem::path &model, const std::string &device, backend::VulkanFaults faults)
{
    LoadOptions options;
    options.path = model;
    options.device = device;
    options.contextLength = 128;
    auto runtime = ModelRuntime::load(options, {}, std::make_shared<FaultyDevices>(std::move(faults)), {}, {});
    INFO((runtime ? std::string() : runtime.error().detail));
    REQUIRE(runtime.has_value());
    GenerateRequest request;
    request.prompt = TokenPrompt{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
    request.sampling.temperature = 0;
    request.maxTokens = 12;
    request.ignoreEndOfGeneration = true;
    Outcome outcome;
    const auto result = generate(**runtime, request,
                                 [&](const GenerateEvent &event) {
                                     if (const auto *change = std::get_if<DeviceChanged>(&event)) {
                                         ++outcome.changes;
                                         outcome.cause = change->cause.code;
                                     }
                                 },
                                 {});
    REQUIRE(result.has_value());
    outcome.tokens = result->generated;
    outcome.info = (*runtime)->info();
    return outcome;
}

} // namespace

TEST_CASE("a device lost at any moment leaves the turn to the CPU, with the same tokens")
{
    const tests::TemporaryFolder folder;
    // Float weights: both backends give the same tokens, so that the seam would show.
    const auto model = tests::writeTinyModel(folder.path() / "tiny.gguf", {.type = TensorType::F32, .seed = 3});
    const Outcome expected = answer(model, "cpu", {});
    const Outcome healthy = answer(model, "vulkan", {});
    CHECK(healthy.info.device.kind == DeviceKind::SoftwareGpu);
    CHECK(healthy.tokens == expected.tokens);
    std::size_t duringTurn = 0;
    for (const std::uint32_t lost : {1U, 2U, 4U, 6U, 8U, 10U, 12U, 14U}) {
        CAPTURE(lost);
        const Outcome outcome = answer(model, "vulkan", {.lostSubmission = lost});
        CHECK(outcome.tokens == expected.tokens);
        CHECK(outcome.info.device.kind == DeviceKind::Cpu);
        CHECK_FALSE(outcome.info.fallbackReason.empty());
        if (outcome.changes > 0) {
            ++duringTurn;
            CHECK(outcome.cause == ErrorCode::DeviceLost);
        }
    }
    CHECK(duringTurn >= 3);
}

TEST_CASE("a device without room leaves the model to the CPU")
{
    const tests::TemporaryFolder folder;
    const auto model = tests::writeTinyModel(folder.path() / "tiny.gguf");
    const Outcome outcome = answer(model, "vulkan", {.failedAllocation = 2});
    CHECK(outcome.info.device.kind == DeviceKind::Cpu);
    CHECK_FALSE(outcome.info.fallbackReason.empty());
    CHECK(outcome.tokens.size() == 12);
}
