// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/quant/tensor_type.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace inference {

/// Scalar reference of every type: weights of whole blocks as f32, bit-exact with the `gguf` package.
/// `blocks` holds out.size() / blockWeights blocks.
void dequantize(TensorType type, std::span<const std::byte> blocks, std::span<float> out);

/// IEEE half to float and back (round to nearest even), without hardware help.
float halfToFloat(std::uint16_t half);
std::uint16_t floatToHalf(float value);

} // namespace inference
