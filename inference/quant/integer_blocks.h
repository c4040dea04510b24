// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/quant/tensor_type.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace inference {

/// The weights of one block as small integers: weight i is scale[i / 16] * q[i], rounded once, bit for bit what the
/// format says. Blocks of fewer than 256 weights leave the rest as it is.
struct IntegerBlock {
    alignas(64) std::array<std::int8_t, 256> q;
    std::array<float, 16> scale;
};

/// Whether a type's weights are integers times one scale per 16 or more: those that decodeIntegers() knows.
bool hasIntegerBlocks(TensorType type);

/// Decodes one block (of any alignment) of a type for which hasIntegerBlocks() is true.
void decodeIntegers(TensorType type, const std::byte *block, IntegerBlock &out);

} // namespace inference
