// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace inference::backend::cpu {

/// Positions in the cache for short texts that are evaluated together, of as many as fit from the first on: each within
/// one block of keys and at the beginning of a tile, where attention adds up in the order in which it does for the text
/// alone, bit for bit. A text that is longer than a block has no place.
std::vector<std::uint32_t> placesOf(std::span<const std::uint32_t> lengths, std::uint32_t mostRows,
                                    std::uint32_t slots);

} // namespace inference::backend::cpu
