// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Weights that follow from a seed and a tensor's name: the C++ half of tests/oracles/seeded_weights.py, so that models
// whose logits another implementation computed need not be kept. Integers and powers of two only: both halves give the
// same bits.
#pragma once

#include "inference/quant/tensor_type.h"
#include "tests/support/gguf_writer.h"

#include <cstdint>
#include <string_view>

namespace tests {

/// Which numbers: every tensor of every seed has a stream of its own.
struct WeightStream {
    std::uint64_t seed = 1;
    std::string_view tensor;
};

/// The 64 bits of a stream at a place, by SplitMix64's finalizer over a counter. Steele et al. 2014, "Fast splittable
/// pseudorandom number generators".
std::uint64_t seededBits(const WeightStream &stream, std::uint64_t index);

/// Whether a type holds a seeded matrix without rounding: F32, F16, BF16, Q8_0 and Q4_0.
bool holdsSeededMatrix(inference::TensorType type);

/// `count` weights (whole blocks of the type) of -7 to 7 times 2^-exponent, which every second block of 32 on average
/// halves. The same numbers in every type that holds them; throws for others.
Bytes seededMatrix(const WeightStream &stream, std::uint64_t count, int exponent, inference::TensorType type);

/// `count` MXFP4 weights (whole blocks) of up to 12 times 2^-exponent, which every second block on average halves.
Bytes seededFp4(const WeightStream &stream, std::uint64_t count, int exponent);

/// `count` F32 numbers within 2^-exponent of `mean`, which is a multiple of a quarter.
Bytes seededVector(const WeightStream &stream, std::uint64_t count, double mean, int exponent);

} // namespace tests
