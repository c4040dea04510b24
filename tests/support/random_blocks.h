// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Random valid blocks of every readable type, with weights of a wanted spread.
#pragma once

#include "inference/quant/tensor_type.h"
#include "tests/support/gguf_writer.h"

#include <cstdint>
#include <random>

namespace tests {

/// Random numbers that are the same with every standard library (the engine is specified, distributions are not).
class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_engine(seed)
    {
    }
    /// Any 64 bits.
    std::uint64_t bits() { return m_engine(); }
    /// 0 … bound-1; bound > 0.
    std::uint64_t below(std::uint64_t bound) { return m_engine() % bound; }
    /// Uniform in [least, most).
    float uniform(float least, float most)
    {
        return least + (most - least) * (static_cast<float>(m_engine() >> 40U) * 0x1p-24F);
    }

private:
    std::mt19937_64 m_engine;
};

/// Blocks of `count` weights (whole blocks) whose mean is about 0 and whose standard deviation is about `deviation`.
/// Block scales differ by a factor of up to 3; sub-scales, high bits and signs are exercised.
Bytes randomBlocks(inference::TensorType type, std::uint64_t count, float deviation, Random &random);

} // namespace tests
