// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every sum and product over numbers that come from a file goes through these: nothing on overflow, never wrapped.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace inference {

static_assert(sizeof(std::size_t) == 8, "file offsets are used as indexes");

[[nodiscard]] constexpr std::optional<std::uint64_t> checkedAdd(std::uint64_t a, std::uint64_t b)
{
    const std::uint64_t sum = a + b;
    return sum < a ? std::nullopt : std::optional(sum);
}

[[nodiscard]] constexpr std::optional<std::uint64_t> checkedMultiply(std::uint64_t a, std::uint64_t b)
{
    std::uint64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? std::nullopt : std::optional(product);
}

/// The smallest multiple of `alignment` (a power of two) that is not below `value`.
[[nodiscard]] constexpr std::optional<std::uint64_t> checkedAlignUp(std::uint64_t value, std::uint64_t alignment)
{
    const auto padded = checkedAdd(value, alignment - 1);
    return padded ? std::optional(*padded & ~(alignment - 1)) : std::nullopt;
}

/// Whether `length` bytes at `offset` lie inside `size` bytes.
[[nodiscard]] constexpr bool liesInside(std::uint64_t offset, std::uint64_t length, std::uint64_t size)
{
    return offset <= size && length <= size - offset;
}

/// An unsigned product chain: `checkedProduct(a, b, c)`.
template <std::same_as<std::uint64_t>... Factors>
[[nodiscard]] constexpr std::optional<std::uint64_t> checkedProduct(Factors... factors)
{
    std::optional<std::uint64_t> product = 1;
    ((product = product ? checkedMultiply(*product, factors) : std::nullopt), ...);
    return product;
}

} // namespace inference
