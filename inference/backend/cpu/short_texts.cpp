// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/short_texts.h"

#include "inference/backend/cpu/kernels.h"

namespace inference::backend::cpu {

std::vector<std::uint32_t> placesOf(std::span<const std::uint32_t> lengths, std::uint32_t mostRows, std::uint32_t slots)
{
    std::vector<std::uint32_t> places;
    std::uint32_t rows = 0;
    std::uint32_t next = 0;
    for (const std::uint32_t length : lengths) {
        if (length == 0 || length > kKeyBlock || length > mostRows - rows) {
            break;
        }
        if (next % kKeyBlock + length > kKeyBlock) {
            next = (next / kKeyBlock + 1) * kKeyBlock;
        }
        if (next + length > slots) {
            break;
        }
        places.push_back(next);
        rows += length;
        next += (length + kKeyTile - 1) / kKeyTile * kKeyTile;
    }
    return places;
}

} // namespace inference::backend::cpu
