// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Opens the software device with validation on for the tests of the Vulkan backend; real devices are tested as well
// when CARREL_TEST_VULKAN names one ("vulkan:0").
#pragma once

#include "inference/backend/vulkan/vulkan_backend.h"
#include "tests/inference/backend/graph_fixture.h"
#include "tests/inference/backend/op_reference.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace inference::backend {

/// Id of the device under test. Fails the test when there is none.
std::string vulkanTestDevice();

/// A backend with validation whose messages are collected; the destructor fails the test when there were any.
class CheckedVulkan {
public:
    explicit CheckedVulkan(VulkanOptions options = {});
    ~CheckedVulkan();
    CheckedVulkan(const CheckedVulkan &) = delete;
    CheckedVulkan &operator=(const CheckedVulkan &) = delete;

    Backend &operator*() { return *m_backend; }
    Backend *operator->() { return m_backend.get(); }

    /// Compiles; fails the test when that fails.
    std::unique_ptr<Program> compile(const graph::Graph &graph,
                                     const ProgramOptions &options = {.contextLength = 64, .maxBatch = 80});

private:
    struct Messages;
    std::shared_ptr<Messages> m_messages;
    std::unique_ptr<Backend> m_backend;
};

/// Logits of a batch; fails the test when the evaluation fails.
std::vector<float> evaluate(Program &program, std::uint32_t vocabulary, std::span<const TokenId> tokens,
                            std::uint32_t position = 0, LogitsWanted wanted = LogitsWanted::AllRows);

/// NMSE of every row of the batch against the reference.
double errorAgainstReference(CheckedVulkan &vulkan, const graph::Graph &graph, std::span<const TokenId> tokens,
                             const ProgramOptions &options = {.contextLength = 64, .maxBatch = 80});

/// The kernel sets that every op is tested with.
inline constexpr VulkanKernels kKernelSets[] = {VulkanKernels::Software, VulkanKernels::Hardware,
                                                VulkanKernels::FloatOnly};

} // namespace inference::backend
