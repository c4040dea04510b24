// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/kv_type.h"

#include <cstddef>
#include <span>

namespace inference::backend::cpu {

/// Blocks of a quantized cache: a scale in f16, then 32 bytes, or 16 whose low halves hold the first 16 numbers, offset
/// by 8. `x` is whole blocks, `out` has kvBytes() of them. A block with a number that is not finite gets a scale that
/// is not finite either. Not for F16.
void storeKvBlocks(KvType type, std::span<const float> x, std::byte *out);

} // namespace inference::backend::cpu
