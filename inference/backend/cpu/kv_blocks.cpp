// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/kv_blocks.h"

#include "inference/quant/dequantize.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace inference::backend::cpu {

namespace {

/// Writes the scale and returns what numbers are multiplied with to become integers.
float storeScale(float scale, bool finite, std::byte *out)
{
    const std::uint16_t half = floatToHalf(finite ? scale : std::numeric_limits<float>::infinity());
    std::memcpy(out, &half, sizeof half);
    const float stored = halfToFloat(half);
    return stored != 0.0F && std::isfinite(stored) ? 1.0F / stored : 0.0F;
}

void storeQ8(const float *x, float largest, bool finite, std::byte *out)
{
    const float factor = storeScale(std::abs(largest) / 127.0F, finite, out);
    for (std::size_t i = 0; i < kKvBlock; ++i) {
        // Zero times a scale that is not finite is not a number.
        const float q = factor == 0.0F ? 0.0F : std::clamp(std::nearbyint(x[i] * factor), -127.0F, 127.0F);
        out[2 + i] = static_cast<std::byte>(static_cast<std::int8_t>(q));
    }
}

void storeQ4(const float *x, float largest, bool finite, std::byte *out)
{
    // The number that is largest but for its sign becomes -8 exactly.
    const float factor = storeScale(largest / -8.0F, finite, out);
    const auto nibble = [&](float v) {
        return static_cast<unsigned>(factor == 0.0F ? 8.0F
                                                    : std::clamp(std::nearbyint(v * factor) + 8.0F, 0.0F, 15.0F));
    };
    for (std::size_t i = 0; i < kKvBlock / 2; ++i) {
        out[2 + i] = static_cast<std::byte>(nibble(x[i]) | nibble(x[i + kKvBlock / 2]) << 4U);
    }
}

} // namespace

void storeKvBlocks(KvType type, std::span<const float> x, std::byte *out)
{
    for (std::size_t first = 0; first < x.size(); first += kKvBlock) {
        const float *block = x.data() + first;
        float largest = 0.0F;
        float zeros = 0.0F;
        for (std::size_t i = 0; i < kKvBlock; ++i) {
            largest = std::abs(block[i]) > std::abs(largest) ? block[i] : largest;
            zeros += block[i] * 0.0F;
        }
        const bool finite = zeros == 0.0F;
        if (type == KvType::Q8_0) {
            storeQ8(block, largest, finite, out);
        } else {
            storeQ4(block, largest, finite, out);
        }
        out += kvBytes(type, kKvBlock);
    }
}

} // namespace inference::backend::cpu
