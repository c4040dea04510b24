// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/vulkan_fixture.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <mutex>

namespace inference::backend {

struct CheckedVulkan::Messages {
    std::mutex mutex;
    std::vector<std::string> texts;
};

std::string vulkanTestDevice()
{
    if (const char *named = std::getenv("CARREL_TEST_VULKAN")) {
        return named;
    }
    std::string why;
    for (const DeviceInfo &device : listVulkanDevices(&why)) {
        if (device.kind == DeviceKind::SoftwareGpu && device.usable) {
            return device.id;
        }
    }
    FAIL("no software Vulkan device: install Mesa's Vulkan drivers. " << why);
    return {};
}

CheckedVulkan::CheckedVulkan(VulkanOptions options)
    : m_messages(std::make_shared<Messages>())
{
    options.validation = true;
    options.onValidationMessage = [messages = m_messages](std::string_view text) {
        const std::lock_guard lock(messages->mutex);
        messages->texts.emplace_back(text);
    };
    auto backend = makeVulkanBackend(vulkanTestDevice(), options);
    if (!backend) {
        FAIL(backend.error().detail);
    }
    m_backend = std::move(*backend);
}

CheckedVulkan::~CheckedVulkan()
{
    m_backend.reset();
    for (const std::string &text : m_messages->texts) {
        UNSCOPED_INFO(text);
    }
    CHECK(m_messages->texts.empty());
}

std::unique_ptr<Program> CheckedVulkan::compile(const graph::Graph &graph, const ProgramOptions &options)
{
    auto program = m_backend->compile(graph, options, {});
    if (!program) {
        for (const std::string &text : m_messages->texts) {
            UNSCOPED_INFO(text);
        }
        FAIL(program.error().detail);
    }
    return std::move(*program);
}

std::vector<float> evaluate(Program &program, std::uint32_t vocabulary, std::span<const TokenId> tokens,
                            std::uint32_t position, LogitsWanted wanted)
{
    std::size_t rows = 0;
    if (wanted != LogitsWanted::None) {
        rows = wanted == LogitsWanted::LastRow ? 1 : tokens.size();
    }
    std::vector<float> logits(rows * vocabulary);
    const auto done = program.evaluate({.tokens = tokens, .position = position, .logits = wanted}, logits, {});
    if (!done) {
        FAIL(done.error().detail);
    }
    return logits;
}

double errorAgainstReference(CheckedVulkan &vulkan, const graph::Graph &graph, std::span<const TokenId> tokens,
                             const ProgramOptions &options)
{
    const auto program = vulkan.compile(graph, options);
    OpReference reference(graph, options.contextLength);
    const std::vector<double> expected = reference.run(tokens, 0);
    return normalisedError(expected, evaluate(*program, graph.vocabularySize, tokens));
}

} // namespace inference::backend
