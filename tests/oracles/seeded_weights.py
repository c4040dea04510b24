# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Weights that follow from a seed and a tensor's name: the Python half of tests/support/seeded_weights.h.

Everything is integers and powers of two, so that every number is exact and both halves give the same bits. A matrix's
weights are -7 to 7 times a power of two per block of 32, which F32, F16, BF16, Q8_0 and Q4_0 all hold without rounding.
"""
import numpy as np

GOLDEN = 0x9E3779B97F4A7C15
BLOCK_SCALES = 1 << 62  # counters of the blocks' scales start here


def finalized(z):
    """Steele et al. 2014, "Fast splittable pseudorandom number generators" (SplitMix64), of an array of u64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def key_of(seed, name):
    key = 14695981039346656037  # FNV-1a of 64 bits
    for byte in name.encode():
        key = (key ^ byte) * 1099511628211 % 2**64
    return (key + seed * GOLDEN) % 2**64


def bits(seed, name, first, count):
    counters = np.arange(first + 1, first + count + 1, dtype=np.uint64)
    return finalized(np.uint64(key_of(seed, name)) + counters * np.uint64(GOLDEN))


def matrix(seed, name, count, exponent):
    """f32 weights of up to 7 * 2^-exponent."""
    levels = ((bits(seed, name, 0, count) >> np.uint64(33)) % np.uint64(15)).astype(np.int32) - 7
    blocks = bits(seed, name, BLOCK_SCALES, (count + 31) // 32)
    halved = np.repeat((blocks & np.uint64(1)).astype(np.int32), 32)[:count]
    return np.ldexp(levels.astype(np.float32), -exponent - halved).astype(np.float32)


FP4 = np.array([0, 1, 2, 3, 4, 6, 8, 12], dtype=np.float32)


def fp4(seed, name, count, exponent):
    """f32 weights that MXFP4 holds, of up to 12 * 2^-exponent."""
    levels = ((bits(seed, name, 0, count) >> np.uint64(33)) % np.uint64(15)).astype(np.int32) - 7
    blocks = bits(seed, name, BLOCK_SCALES, count // 32)
    halved = np.repeat((blocks & np.uint64(1)).astype(np.int32), 32)
    return np.ldexp(np.sign(levels) * FP4[abs(levels)], -exponent - halved).astype(np.float32)


def vector(seed, name, count, mean, exponent):
    """f32 numbers within 2^-exponent of `mean`, a multiple of a quarter."""
    steps = (bits(seed, name, 0, count) >> np.uint64(48)).astype(np.int64) - 32768
    return (np.ldexp(steps.astype(np.float64), -15 - exponent) + mean).astype(np.float32)
