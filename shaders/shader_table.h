// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace inference::backend::vulkan {

/// One kernel variant in SPIR-V.
struct ShaderCode {
    std::string_view name; ///< "matvec_int8_Q4_0"
    std::span<const std::uint32_t> words;
};

/// Every kernel variant of the build.
std::span<const ShaderCode> shaderTable();

} // namespace inference::backend::vulkan
