// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/repack.h"

#include "inference/quant/blocks.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace inference::backend::vulkan {

namespace {

/// Bytes that one block of 32 weights has in each plane. K-quants keep a header per 256 weights instead.
struct PlaneBytes {
    std::uint32_t quants = 16;
    std::uint32_t high = 0;
    std::uint32_t scale = 0;
    std::uint32_t scalePerSuper = 0;
    std::uint32_t extraPerSuper = 0;
};

PlaneBytes planeBytes(TensorType type)
{
    switch (type) {
    case TensorType::F32:
        return {.quants = 128};
    case TensorType::F16:
    case TensorType::BF16:
        return {.quants = 64};
    case TensorType::Q8_0:
        return {.quants = 32, .scale = 2};
    case TensorType::Q4_0:
        return {.scale = 2};
    case TensorType::Q4_1:
        return {.scale = 4};
    case TensorType::Q5_0:
        return {.high = 4, .scale = 2};
    case TensorType::Q5_1:
        return {.high = 4, .scale = 4};
    case TensorType::Q4_K:
        return {.scalePerSuper = 16};
    case TensorType::Q5_K:
        return {.high = 4, .scalePerSuper = 16};
    case TensorType::Q6_K:
        return {.high = 8, .scale = 2, .extraPerSuper = 2};
    }
    return {};
}

std::uint64_t align16(std::uint64_t bytes)
{
    return (bytes + 15) / 16 * 16;
}

/// Where one block's parts go. The same in every quantized type.
struct Target {
    std::byte *quants;
    std::byte *high;
    std::byte *scale;
};

template <class T>
void store(std::byte *target, const T &value)
{
    std::memcpy(target, &value, sizeof value);
}

/// Fifth bits of weights 0-31 (bit j of `bits`) so that shifting by k leaves those of quant word k in the bytes' bit 0.
std::uint32_t spreadFifthBits(std::uint32_t bits)
{
    std::uint32_t spread = 0;
    for (std::uint32_t j = 0; j < 32; ++j) {
        const std::uint32_t word = (j & 15U) / 4 + (j < 16 ? 0 : 4);
        spread |= ((bits >> j) & 1U) << (word + 8 * (j & 3U));
    }
    return spread;
}

/// 32 quants of up to 4 low bits into the nibble order of the 32-blocks.
void storeNibbles(std::byte *target, const std::array<std::uint8_t, 32> &quants)
{
    std::array<std::uint8_t, 16> packed{};
    for (std::size_t j = 0; j < 16; ++j) {
        packed[j] = static_cast<std::uint8_t>((quants[j] & 15U) | ((quants[j + 16] & 15U) << 4U));
    }
    store(target, packed);
}

void repackBlock(const BlockQ8_0 &block, Target target)
{
    store(target.quants, block.qs);
    store(target.scale, block.d);
}

void repackBlock(const BlockQ4_0 &block, Target target)
{
    store(target.quants, block.qs);
    store(target.scale, block.d);
}

void repackBlock(const BlockQ4_1 &block, Target target)
{
    store(target.quants, block.qs);
    store(target.scale, std::array{block.d, block.m});
}

std::uint32_t fifthBits(const std::array<std::uint8_t, 4> &bytes)
{
    return bytes[0] | static_cast<std::uint32_t>(bytes[1]) << 8U | static_cast<std::uint32_t>(bytes[2]) << 16U |
           static_cast<std::uint32_t>(bytes[3]) << 24U;
}

void repackBlock(const BlockQ5_0 &block, Target target)
{
    store(target.quants, block.qs);
    store(target.high, spreadFifthBits(fifthBits(block.qh)));
    store(target.scale, block.d);
}

void repackBlock(const BlockQ5_1 &block, Target target)
{
    store(target.quants, block.qs);
    store(target.high, spreadFifthBits(fifthBits(block.qh)));
    store(target.scale, std::array{block.d, block.m});
}

/// The 32 low nibbles of sub-block j of a Q4_K or Q5_K block.
std::array<std::uint8_t, 32> subBlockNibbles(const std::array<std::uint8_t, 128> &qs, std::size_t j)
{
    std::array<std::uint8_t, 32> quants{};
    for (std::size_t l = 0; l < 32; ++l) {
        quants[l] = static_cast<std::uint8_t>((qs[j / 2 * 32 + l] >> (j % 2 * 4)) & 15U);
    }
    return quants;
}

void storeHeader(std::byte *target, std::uint16_t d, std::uint16_t dmin, const std::array<std::uint8_t, 12> &scales)
{
    store(target, std::array{d, dmin});
    store(target + 4, scales);
}

void repackSuper(const BlockQ4_K &block, Target target, std::byte *header, std::byte * /*extra*/)
{
    storeHeader(header, block.d, block.dmin, block.scales);
    for (std::size_t j = 0; j < 8; ++j) {
        storeNibbles(target.quants + 16 * j, subBlockNibbles(block.qs, j));
    }
}

void repackSuper(const BlockQ5_K &block, Target target, std::byte *header, std::byte * /*extra*/)
{
    storeHeader(header, block.d, block.dmin, block.scales);
    for (std::size_t j = 0; j < 8; ++j) {
        storeNibbles(target.quants + 16 * j, subBlockNibbles(block.qs, j));
        std::uint32_t bits = 0;
        for (std::uint32_t l = 0; l < 32; ++l) {
            bits |= ((static_cast<std::uint32_t>(block.qh[l]) >> j) & 1U) << l;
        }
        store(target.high + 4 * j, spreadFifthBits(bits));
    }
}

void repackSuper(const BlockQ6_K &block, Target target, std::byte * /*header*/, std::byte *extra)
{
    store(extra, block.d);
    for (std::size_t j = 0; j < 8; ++j) {
        const std::size_t half = j / 4;
        const std::size_t group = j % 4;
        std::array<std::uint8_t, 32> quants{};
        std::array<std::uint32_t, 2> high{};
        for (std::size_t l = 0; l < 32; ++l) {
            const std::uint8_t low = block.ql[half * 64 + group % 2 * 32 + l];
            quants[l] = static_cast<std::uint8_t>(group < 2 ? low & 15U : low >> 4U);
            const std::uint32_t pair = (static_cast<std::uint32_t>(block.qh[half * 32 + l]) >> (2 * group)) & 3U;
            high[l / 16] |= pair << (l % 16 / 4 * 2 + 8 * (l % 4));
        }
        storeNibbles(target.quants + 16 * j, quants);
        store(target.high + 8 * j, high);
        store(target.scale + 2 * j, std::array{block.scales[2 * j], block.scales[2 * j + 1]});
    }
}

template <class Block>
Block blockAt(std::span<const std::byte> source, std::size_t index)
{
    Block block;
    std::memcpy(&block, source.data() + index * sizeof(Block), sizeof(Block));
    return block;
}

} // namespace

bool isQuantized(TensorType type)
{
    return type != TensorType::F32 && type != TensorType::F16 && type != TensorType::BF16;
}

SliceLayout sliceLayout(TensorType type, std::uint32_t columns, std::uint64_t rows)
{
    const PlaneBytes plane = planeBytes(type);
    SliceLayout layout{.type = type, .columns = columns, .blocks = (columns + 31) / 32, .rows = rows};
    const std::uint64_t blocks = rows * layout.blocks;
    const std::uint64_t supers = blocks / 8;
    layout.highPlane = align16(blocks * plane.quants);
    layout.scalePlane = layout.highPlane + align16(blocks * plane.high);
    layout.extraPlane = layout.scalePlane + align16(blocks * plane.scale + supers * plane.scalePerSuper);
    layout.bytes = layout.extraPlane + align16(supers * plane.extraPerSuper);
    return layout;
}

std::uint64_t rowsWithin(TensorType type, std::uint32_t columns, std::uint64_t limit)
{
    const std::uint64_t perGroup = sliceLayout(type, columns, 32).bytes;
    return limit / perGroup * 32;
}

void repackRow(const SliceLayout &layout, std::span<const std::byte> source, std::uint64_t row, std::byte *slice)
{
    const PlaneBytes plane = planeBytes(layout.type);
    const std::uint64_t first = row * layout.blocks;
    const Target base{slice + first * plane.quants, slice + layout.highPlane + first * plane.high,
                      slice + layout.scalePlane + first * plane.scale};
    const auto perBlock = [&]<class Block>(Block /*tag*/) {
        for (std::size_t b = 0; b < layout.blocks; ++b) {
            repackBlock(blockAt<Block>(source, b),
                        {base.quants + b * plane.quants, base.high + b * plane.high, base.scale + b * plane.scale});
        }
    };
    const auto perSuper = [&]<class Block>(Block /*tag*/) {
        std::byte *const header = slice + layout.scalePlane + first / 8 * plane.scalePerSuper;
        std::byte *const extra = slice + layout.extraPlane + first / 8 * plane.extraPerSuper;
        for (std::size_t s = 0; s < layout.blocks / 8; ++s) {
            repackSuper(
                blockAt<Block>(source, s),
                {base.quants + s * 8 * plane.quants, base.high + s * 8 * plane.high, base.scale + s * 8 * plane.scale},
                header + s * plane.scalePerSuper, extra + s * plane.extraPerSuper);
        }
    };
    switch (layout.type) {
    case TensorType::F32:
    case TensorType::F16:
    case TensorType::BF16:
        std::memcpy(base.quants, source.data(), source.size());
        std::memset(base.quants + source.size(), 0, std::size_t{layout.blocks} * plane.quants - source.size());
        return;
    case TensorType::Q8_0:
        return perBlock(BlockQ8_0{});
    case TensorType::Q4_0:
        return perBlock(BlockQ4_0{});
    case TensorType::Q4_1:
        return perBlock(BlockQ4_1{});
    case TensorType::Q5_0:
        return perBlock(BlockQ5_0{});
    case TensorType::Q5_1:
        return perBlock(BlockQ5_1{});
    case TensorType::Q4_K:
        return perSuper(BlockQ4_K{});
    case TensorType::Q5_K:
        return perSuper(BlockQ5_K{});
    case TensorType::Q6_K:
        return perSuper(BlockQ6_K{});
    }
}

} // namespace inference::backend::vulkan
