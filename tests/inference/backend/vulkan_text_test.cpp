// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows by position and by text, and pooling, on Vulkan against the reference.
#include "tests/inference/backend/text_cases.h"
#include "tests/inference/backend/vulkan_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace inference::backend {

TEST_CASE("rows by token, position and text become one row on Vulkan")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CheckedVulkan vulkan({.kernels = kernels});
    for (const TextCase &shape : textCases()) {
        CAPTURE(kernels, static_cast<int>(shape.kind), shape.width, shape.tokens, shape.texts, shape.secondText);
        CHECK(textError(*vulkan, shape) < 1e-7);
    }
}

TEST_CASE("a sequence that becomes one row is one batch on Vulkan")
{
    CheckedVulkan vulkan;
    checkTextRefusals(*vulkan);
}

} // namespace inference::backend
