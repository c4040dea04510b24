// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace inference {

/// In what a KV cache keeps its numbers.
enum class KvType : std::uint8_t {
    F16,
    Q8_0, ///< 32 neighbours of a head share a scale in f16: a byte each
    Q4_0, ///< the same with half a byte each
};

inline constexpr KvType kKvTypes[] = {KvType::F16, KvType::Q8_0, KvType::Q4_0};

/// Numbers that share a scale: heads of quantized caches are made of whole blocks.
inline constexpr std::uint32_t kKvBlock = 32;

/// As users and records write it.
constexpr std::string_view name(KvType type)
{
    switch (type) {
    case KvType::F16:
        return "f16";
    case KvType::Q8_0:
        return "q8_0";
    case KvType::Q4_0:
        return "q4_0";
    }
    std::unreachable();
}

/// The type of that name, or nothing.
constexpr std::optional<KvType> kvTypeNamed(std::string_view wanted)
{
    for (const KvType type : kKvTypes) {
        if (name(type) == wanted) {
            return type;
        }
    }
    return std::nullopt;
}

/// Bytes of so many numbers, whole blocks where there are blocks.
constexpr std::uint64_t kvBytes(KvType type, std::uint64_t numbers)
{
    switch (type) {
    case KvType::F16:
        return numbers * 2;
    case KvType::Q8_0:
        return numbers / kKvBlock * 34;
    case KvType::Q4_0:
        return numbers / kKvBlock * 18;
    }
    std::unreachable();
}

} // namespace inference
