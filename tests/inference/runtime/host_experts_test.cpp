// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A mixture on a graphics device without room for all of its experts: which of them stay in host memory, and that
// nothing but the memory shows it.
#include "inference/backend/cpu/cpu_backend.h"
#include "inference/backend/vulkan/vulkan_backend.h"
#include "inference/runtime/generation.h"
#include "inference/runtime/model_runtime.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <limits>
#include <optional>

using namespace inference;
using namespace inference::runtime;

namespace {

constexpr std::uint32_t kLayers = 4;

/// The software device with as much memory as a test says.
class LimitedBackend final : public backend::Backend {
public:
    LimitedBackend(std::unique_ptr<Backend> real, std::uint64_t freeBytes)
        : m_real(std::move(real))
        , m_info(m_real->device())
    {
        m_info.freeBytes = freeBytes;
        m_info.kind = DeviceKind::DiscreteGpu;
    }
    [[nodiscard]] const DeviceInfo &device() const override { return m_info; }
    [[nodiscard]] MemoryUse estimate(const graph::Graph &graph, const backend::ProgramOptions &options) const override
    {
        return m_real->estimate(graph, options);
    }
    Result<std::unique_ptr<backend::Program>> compile(const graph::Graph &graph, const backend::ProgramOptions &options,
                                                      std::stop_token stop) override
    {
        return m_real->compile(graph, options, std::move(stop));
    }

private:
    std::unique_ptr<Backend> m_real;
    DeviceInfo m_info;
};

class LimitedDevices final : public DeviceProvider {
public:
    LimitedDevices(std::uint64_t freeBytes, backend::VulkanFaults faults)
        : m_freeBytes(freeBytes)
        , m_faults(std::move(faults))
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
        auto real = backend::makeVulkanBackend(id, {.validation = true, .faults = m_faults});
        if (!real) {
            return std::unexpected(real.error());
        }
        return std::make_unique<LimitedBackend>(std::move(*real), m_freeBytes);
    }

private:
    std::uint64_t m_freeBytes;
    backend::VulkanFaults m_faults;
};

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 40U;

struct Mixture {
    // Float weights: both sides give the same tokens, so that a seam would show.
    Mixture()
        : path(tests::writeTinyModel(folder.path() / "mixture.gguf",
                                     {.layers = kLayers, .experts = 8, .type = TensorType::F32, .seed = 3}))
    {
    }

    [[nodiscard]] std::unique_ptr<ModelRuntime> load(const std::string &device, std::uint64_t freeBytes = kPlenty,
                                                     std::optional<std::uint32_t> hostLayers = {},
                                                     backend::VulkanFaults faults = {}) const
    {
        const LoadOptions options{
            .path = path, .device = device, .contextLength = 128, .threads = 2, .hostExpertLayers = hostLayers};
        auto runtime =
            ModelRuntime::load(options, {}, std::make_shared<LimitedDevices>(freeBytes, std::move(faults)), {}, {});
        INFO((runtime ? std::string() : runtime.error().detail));
        REQUIRE(runtime.has_value());
        return std::move(*runtime);
    }

    tests::TemporaryFolder folder;
    std::filesystem::path path;
};

struct Answer {
    std::vector<TokenId> tokens;
    std::size_t deviceChanges = 0;
};

Answer ask(ModelRuntime &runtime)
{
    GenerateRequest request;
    request.prompt = TokenPrompt{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};
    request.sampling.temperature = 0;
    request.maxTokens = 12;
    request.ignoreEndOfGeneration = true;
    Answer answer;
    const auto result = generate(runtime, request,
                                 [&](const GenerateEvent &event) {
                                     answer.deviceChanges += std::holds_alternative<DeviceChanged>(event) ? 1 : 0;
                                 },
                                 {});
    INFO((result ? std::string() : result.error().detail));
    REQUIRE(result.has_value());
    answer.tokens = result->generated;
    return answer;
}

} // namespace

TEST_CASE("as few layers as memory demands leave their experts on the host, and answers stay the same")
{
    const Mixture mixture;
    const auto processor = mixture.load("cpu");
    CHECK(processor->info().expertLayers == kLayers);
    CHECK(processor->info().hostExpertLayers == 0);
    CHECK(processor->info().memory.hostBytes == 0);
    const auto expected = ask(*processor).tokens;

    // What is asked for is done, whatever there is room for.
    std::vector<std::uint64_t> bytes;
    for (const std::uint32_t host : {0U, 1U, 2U, 3U, 4U, std::numeric_limits<std::uint32_t>::max()}) {
        CAPTURE(host);
        const auto runtime = mixture.load("vulkan", kPlenty, host);
        const LoadedModel &info = runtime->info();
        CHECK(info.device.kind == DeviceKind::DiscreteGpu);
        CHECK(info.hostExpertLayers == std::min(host, kLayers));
        CHECK((info.memory.hostBytes > 0) == (host > 0));
        CHECK(info.threads == (host > 0 ? 2 : 0));
        CHECK_FALSE(info.mapped);
        CHECK(ask(*runtime).tokens == expected);
        bytes.push_back(info.memory.total());
    }
    CHECK(std::ranges::is_sorted(bytes, std::greater()));

    // Below 512 MiB half of what is free is left to others.
    for (std::uint32_t host = 0; host <= kLayers; ++host) {
        CAPTURE(host);
        const auto runtime = mixture.load("vulkan", 2 * bytes[host]);
        CHECK(runtime->info().hostExpertLayers == host);
        CHECK(runtime->info().device.kind == DeviceKind::DiscreteGpu);
        CHECK(runtime->info().fallbackReason.empty());
        CHECK(runtime->info().contextLength == 128);
        CHECK(ask(*runtime).tokens == expected);
    }

    const std::uint64_t experts = bytes[0] - bytes[kLayers];
    const auto without = mixture.load("vulkan", bytes[kLayers] - experts / kLayers);
    CHECK(without->info().device.kind == DeviceKind::Cpu);
    CHECK(without->info().hostExpertLayers == 0);
    CHECK(without->info().fallbackReason.contains("not even without its experts"));
    const auto refused = mixture.load("vulkan", 2 * bytes[2], 1);
    CHECK(refused->info().device.kind == DeviceKind::Cpu);
    CHECK(ask(*refused).tokens == expected);
}

TEST_CASE("a device lost beside host experts leaves the turn to the processor, with the same tokens")
{
    const Mixture mixture;
    const auto expected = ask(*mixture.load("cpu")).tokens;
    std::size_t duringTurn = 0;
    for (const std::uint32_t lost : {1U, 4U, 8U, 13U, 20U, 29U, 41U}) {
        CAPTURE(lost);
        const auto runtime = mixture.load("vulkan", kPlenty, 3, {.lostSubmission = lost});
        const Answer answer = ask(*runtime);
        CHECK(answer.tokens == expected);
        CHECK(runtime->info().device.kind == DeviceKind::Cpu);
        CHECK(runtime->info().hostExpertLayers == 0);
        CHECK(runtime->info().memory.hostBytes == 0);
        duringTurn += answer.deviceChanges;
    }
    CHECK(duringTurn >= 3);
}
