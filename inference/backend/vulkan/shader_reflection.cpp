// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/shader_reflection.h"

#include <algorithm>
#include <map>
#include <set>

namespace inference::backend::vulkan {

namespace {

// Numbers of the SPIR-V specification, 1.6.
constexpr std::uint32_t kOpTypePointer = 32;
constexpr std::uint32_t kOpVariable = 59;
constexpr std::uint32_t kOpDecorate = 71;
constexpr std::uint32_t kOpMemberDecorate = 72;
constexpr std::uint32_t kDecorationNonWritable = 24;
constexpr std::uint32_t kDecorationNonReadable = 25;
constexpr std::uint32_t kDecorationBinding = 33;
constexpr std::uint32_t kStorageBuffer = 12;
constexpr std::size_t kHeaderWords = 5;

} // namespace

std::vector<ShaderBinding> reflectBindings(std::span<const std::uint32_t> spirv)
{
    std::map<std::uint32_t, std::uint32_t> bindingOf; // by variable
    std::map<std::uint32_t, std::uint32_t> structOf;  // by pointer type
    std::map<std::uint32_t, std::uint32_t> pointerOf; // by variable
    std::set<std::uint32_t> nonWritable;              // variables and structs
    std::set<std::uint32_t> nonReadable;
    for (std::size_t at = kHeaderWords; at < spirv.size();) {
        const std::uint32_t opcode = spirv[at] & 0xFFFFU;
        const std::size_t words = spirv[at] >> 16U;
        if (words == 0 || at + words > spirv.size()) {
            break;
        }
        const auto word = [&](std::size_t i) { return spirv[at + i]; };
        const auto decorate = [&](std::uint32_t target, std::uint32_t decoration) {
            if (decoration == kDecorationNonWritable) {
                nonWritable.insert(target);
            } else if (decoration == kDecorationNonReadable) {
                nonReadable.insert(target);
            }
        };
        if (opcode == kOpDecorate && words >= 3) {
            decorate(word(1), word(2));
            if (word(2) == kDecorationBinding && words >= 4) {
                bindingOf[word(1)] = word(3);
            }
        } else if (opcode == kOpMemberDecorate && words >= 4) {
            decorate(word(1), word(3));
        } else if (opcode == kOpTypePointer && words >= 4) {
            structOf[word(1)] = word(3);
        } else if (opcode == kOpVariable && words >= 4 && word(3) == kStorageBuffer) {
            pointerOf[word(2)] = word(1);
        }
        at += words;
    }

    std::map<std::uint32_t, ShaderBinding> bindings;
    for (const auto &[variable, pointer] : pointerOf) {
        const std::uint32_t number = bindingOf[variable];
        const std::uint32_t type = structOf[pointer];
        ShaderBinding &binding = bindings[number];
        binding.binding = number;
        binding.written |= !nonWritable.contains(variable) && !nonWritable.contains(type);
        binding.read |= !nonReadable.contains(variable) && !nonReadable.contains(type);
    }
    std::vector<ShaderBinding> result;
    result.reserve(bindings.size());
    for (const auto &[number, binding] : bindings) {
        result.push_back(binding);
    }
    return result;
}

} // namespace inference::backend::vulkan
