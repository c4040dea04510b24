// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace inference::backend::vulkan {

/// What a kernel does with one storage buffer.
struct ShaderBinding {
    std::uint32_t binding = 0;
    bool read = false;
    bool written = false;
};

/// The storage buffers that a kernel declares, by binding number: pipelines and barriers follow from them. Buffers
/// declared twice under one number are one binding.
std::vector<ShaderBinding> reflectBindings(std::span<const std::uint32_t> spirv);

} // namespace inference::backend::vulkan
