// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Models of every family on Vulkan against the logits that transformers computes.
#include "inference/backend/cpu/cpu_backend.h"
#include "tests/inference/backend/vulkan_fixture.h"
#include "tests/oracles/adapter_cases.h"
#include "tests/oracles/fidelity.h"
#include "tests/oracles/memory_needs.h"
#include "tests/oracles/resumption.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;
using namespace tests;

TEST_CASE("every family's logits are the reference implementation's on Vulkan")
{
    constexpr FidelityCase kCases[] = {{TensorType::F32, 1e-6, "f32"}, {TensorType::Q8_0, 1e-3, "q8_0"}};
    backend::CheckedVulkan vulkan;
    checkFidelity(*vulkan, "vulkan", CARREL_FIXTURES, kCases);
}

TEST_CASE("every mixture's logits are the reference implementation's with experts in host memory")
{
    constexpr FidelityCase kCases[] = {{TensorType::F32, 1e-6, "f32"}, {TensorType::Q4_0, 1e-3, "q4_0"}};
    backend::CheckedVulkan vulkan;
    checkHostExperts(*vulkan, backend::makeCpuHostExperts(), CARREL_FIXTURES, kCases);
}

TEST_CASE("a model with adapters computes on Vulkan what the reference does with merged weights")
{
    constexpr FidelityCase kCases[] = {{TensorType::F32, 1e-6, "f32"}, {TensorType::Q8_0, 1e-3, "q8_0"}};
    backend::CheckedVulkan vulkan;
    checkAdapters(*vulkan, "vulkan", CARREL_FIXTURES, kCases);
}

TEST_CASE("models whose layers carry a state go on from anywhere on Vulkan as if they had never stopped")
{
    backend::CheckedVulkan vulkan;
    checkResumption(*vulkan, CARREL_FIXTURES, Pieces::Near);
}

TEST_CASE("every family takes on Vulkan what its header says")
{
    backend::CheckedVulkan vulkan;
    checkMemoryNeeds(*vulkan, &ModelNeeds::graphics, CARREL_FIXTURES);
}
