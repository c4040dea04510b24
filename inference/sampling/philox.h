// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Philox-4x32-10, a counter-based random generator: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as
// 1, 2, 3", SC 2011. Its output is a function of key and counter alone.
#pragma once

#include <array>
#include <cstdint>

namespace inference {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

constexpr PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key)
{
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53U} * counter[0];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57U} * counter[2];
        counter = {static_cast<std::uint32_t>(b >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
                   static_cast<std::uint32_t>(a >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
        key[0] += 0x9E3779B9U;
        key[1] += 0xBB67AE85U;
    }
    return counter;
}

/// The two uniform numbers in [0, 1) that belong to the n-th choice of a sampler.
struct Draw {
    double token = 0.0;
    double exclusion = 0.0; ///< whether XTC acts
};

constexpr Draw drawOf(std::uint64_t seed, std::uint64_t n)
{
    const PhiloxCounter block = philox4x32({static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(n >> 32U), 0, 0},
                                           {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)});
    const auto uniform = [](std::uint32_t high, std::uint32_t low) {
        return static_cast<double>(((std::uint64_t{high} << 32U) | low) >> 11U) * 0x1p-53;
    };
    return {uniform(block[0], block[1]), uniform(block[2], block[3])};
}

} // namespace inference
