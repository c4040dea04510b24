// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/repack.h"

#include "inference/quant/blocks.h"
#include "inference/quant/codebooks.h"

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
    case TensorType::Q2_K:
        return {.quants = 8, .scale = 2, .extraPerSuper = 4};
    case TensorType::Q3_K:
        return {.quants = 8, .high = 4, .scalePerSuper = 12, .extraPerSuper = 2};
    case TensorType::IQ4_NL:
    case TensorType::NVFP4:
        return {.scale = 2};
    case TensorType::IQ4_XS:
        return {.scalePerSuper = 8};
    case TensorType::MXFP4:
        return {.scale = 1};
    case TensorType::TQ1_0:
        return {.quants = 0, .scalePerSuper = 52, .extraPerSuper = 2};
    case TensorType::TQ2_0:
    case TensorType::IQ2_XXS:
        return {.quants = 8, .extraPerSuper = 2};
    case TensorType::IQ2_XS:
        return {.quants = 8, .scale = 1, .extraPerSuper = 2};
    case TensorType::IQ2_S:
        return {.quants = 8, .high = 1, .scale = 1, .extraPerSuper = 2};
    case TensorType::IQ3_XXS:
        return {.quants = 8, .high = 4, .extraPerSuper = 2};
    case TensorType::IQ3_S:
        return {.quants = 8, .high = 4, .scalePerSuper = 12, .extraPerSuper = 2};
    case TensorType::IQ1_S:
        return {.quants = 4, .scale = 2, .extraPerSuper = 2};
    case TensorType::IQ1_M:
        return {.quants = 4, .high = 2, .scalePerSuper = 8};
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

/// The 32 bit pairs of sub-block j of the types that keep four groups of 32 in the same bytes.
std::array<std::uint8_t, 32> subBlockPairs(const std::array<std::uint8_t, 64> &qs, std::size_t j)
{
    std::array<std::uint8_t, 32> quants{};
    for (std::size_t l = 0; l < 32; ++l) {
        quants[l] = static_cast<std::uint8_t>((qs[j / 4 * 32 + l] >> (j % 4 * 2)) & 3U);
    }
    return quants;
}

/// 32 quants of 2 bits as two words: byte j of word h holds those of weights 16h + 4i + j at bits 2i, 2i+1.
void storePairs(std::byte *target, const std::array<std::uint8_t, 32> &quants)
{
    std::array<std::uint32_t, 2> words{};
    for (std::size_t l = 0; l < 32; ++l) {
        words[l / 16] |= static_cast<std::uint32_t>(quants[l]) << (l % 16 / 4 * 2 + 8 * (l % 4));
    }
    store(target, words);
}

void repackSuper(const BlockQ2_K &block, Target target, std::byte * /*header*/, std::byte *extra)
{
    store(extra, std::array{block.d, block.dmin});
    for (std::size_t j = 0; j < 8; ++j) {
        storePairs(target.quants + 8 * j, subBlockPairs(block.qs, j));
        store(target.scale + 2 * j, std::array{block.scales[2 * j], block.scales[2 * j + 1]});
    }
}

void repackSuper(const BlockQ3_K &block, Target target, std::byte *header, std::byte *extra)
{
    store(extra, block.d);
    store(header, block.scales);
    for (std::size_t j = 0; j < 8; ++j) {
        storePairs(target.quants + 8 * j, subBlockPairs(block.qs, j));
        std::uint32_t bits = 0;
        for (std::uint32_t l = 0; l < 32; ++l) {
            bits |= ((static_cast<std::uint32_t>(block.hmask[l]) >> j) & 1U) << l;
        }
        store(target.high + 4 * j, spreadFifthBits(bits));
    }
}

void repackSuper(const BlockTQ2_0 &block, Target target, std::byte * /*header*/, std::byte *extra)
{
    store(extra, block.d);
    for (std::size_t j = 0; j < 8; ++j) {
        storePairs(target.quants + 8 * j, subBlockPairs(block.qs, j));
    }
}

/// Half `j` of a block of 64, in the nibble order of the 32-blocks.
void repackHalf(const BlockNVFP4 &block, std::size_t j, Target target)
{
    std::array<std::uint8_t, 32> quants{};
    for (std::size_t l = 0; l < 32; ++l) {
        const std::uint8_t byte = block.qs[16 * j + l / 16 * 8 + l % 8];
        quants[l] = static_cast<std::uint8_t>(l % 16 < 8 ? byte & 15U : byte >> 4U);
    }
    storeNibbles(target.quants, quants);
    store(target.scale, std::array{block.scales[2 * j], block.scales[2 * j + 1]});
}

enum class Plane : std::uint8_t { Quants, High, Scale, Header, Extra };

/// Bytes of a file's block that go to a plane as they are: `bytes` for each 32 weights, or once for the whole block
/// (planes Header and Extra), written at `at` of what the block has in that plane.
struct Piece {
    std::uint8_t from = 0;
    std::uint8_t bytes = 0;
    Plane plane = Plane::Quants;
    std::uint8_t at = 0;
};

/// The pieces of types that are copied; none for the others.
std::span<const Piece> piecesOf(TensorType type)
{
    static constexpr std::array kIq4Nl{Piece{0, 2, Plane::Scale}, Piece{2, 16}};
    static constexpr std::array kIq4Xs{Piece{0, 8, Plane::Header}, Piece{8, 16}};
    static constexpr std::array kMxfp4{Piece{0, 1, Plane::Scale}, Piece{1, 16}};
    static constexpr std::array kTq1{Piece{0, 52, Plane::Header}, Piece{52, 2, Plane::Extra}};
    static constexpr std::array kIq2Xxs{Piece{0, 2, Plane::Extra}, Piece{2, 8}};
    static constexpr std::array kIq2Xs{Piece{0, 2, Plane::Extra}, Piece{2, 8}, Piece{66, 1, Plane::Scale}};
    static constexpr std::array kIq2S{Piece{0, 2, Plane::Extra}, Piece{2, 4}, Piece{34, 4, Plane::Quants, 4},
                                      Piece{66, 1, Plane::High}, Piece{74, 1, Plane::Scale}};
    static constexpr std::array kIq3Xxs{Piece{0, 2, Plane::Extra}, Piece{2, 8}, Piece{66, 4, Plane::High}};
    static constexpr std::array kIq3S{Piece{0, 2, Plane::Extra}, Piece{2, 8}, Piece{66, 8, Plane::Header},
                                      Piece{74, 4, Plane::High}, Piece{106, 4, Plane::Header, 8}};
    static constexpr std::array kIq1S{Piece{0, 2, Plane::Extra}, Piece{2, 4}, Piece{34, 2, Plane::Scale}};
    static constexpr std::array kIq1M{Piece{0, 4}, Piece{32, 2, Plane::High}, Piece{48, 8, Plane::Header}};
    switch (type) {
    case TensorType::IQ4_NL:
        return kIq4Nl;
    case TensorType::IQ4_XS:
        return kIq4Xs;
    case TensorType::MXFP4:
        return kMxfp4;
    case TensorType::TQ1_0:
        return kTq1;
    case TensorType::IQ2_XXS:
        return kIq2Xxs;
    case TensorType::IQ2_XS:
        return kIq2Xs;
    case TensorType::IQ2_S:
        return kIq2S;
    case TensorType::IQ3_XXS:
        return kIq3Xxs;
    case TensorType::IQ3_S:
        return kIq3S;
    case TensorType::IQ1_S:
        return kIq1S;
    case TensorType::IQ1_M:
        return kIq1M;
    default:
        return {};
    }
}

void copyPiece(const Piece &piece, std::span<const std::byte> block, std::uint32_t parts, const PlaneBytes &plane,
               Target target, std::byte *header, std::byte *extra)
{
    const std::byte *const from = block.data() + piece.from;
    switch (piece.plane) {
    case Plane::Header:
        std::memcpy(header + piece.at, from, piece.bytes);
        return;
    case Plane::Extra:
        std::memcpy(extra + piece.at, from, piece.bytes);
        return;
    case Plane::Quants:
    case Plane::High:
    case Plane::Scale:
        break;
    }
    const bool quants = piece.plane == Plane::Quants;
    const bool high = piece.plane == Plane::High;
    std::byte *const to = (quants ? target.quants : high ? target.high : target.scale) + piece.at;
    const std::size_t stride = quants ? plane.quants : high ? plane.high : plane.scale;
    for (std::size_t j = 0; j < parts; ++j) {
        std::memcpy(to + j * stride, from + j * piece.bytes, piece.bytes);
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
    layout.tablePlane = layout.extraPlane + align16(supers * plane.extraPerSuper);
    layout.bytes = layout.tablePlane + codebookOf(type).size();
    return layout;
}

std::uint64_t rowsWithin(TensorType type, std::uint32_t columns, std::uint64_t limit)
{
    const std::uint64_t perGroup = sliceLayout(type, columns, 32).tablePlane;
    const std::uint64_t table = codebookOf(type).size();
    return limit < table ? 0 : (limit - table) / perGroup * 32;
}

std::span<const std::byte> codebookOf(TensorType type)
{
    switch (type) {
    case TensorType::IQ2_XXS:
        return std::as_bytes(std::span(kIq2XxsGrid));
    case TensorType::IQ2_XS:
        return std::as_bytes(std::span(kIq2XsGrid));
    case TensorType::IQ2_S:
        return std::as_bytes(std::span(kIq2SGrid));
    case TensorType::IQ3_XXS:
        return std::as_bytes(std::span(kIq3XxsGrid));
    case TensorType::IQ3_S:
        return std::as_bytes(std::span(kIq3SGrid));
    case TensorType::IQ1_S:
    case TensorType::IQ1_M:
        return std::as_bytes(std::span(kIq1Grid));
    default:
        return {};
    }
}

void repackRow(const SliceLayout &layout, std::span<const std::byte> source, std::uint64_t row, std::byte *slice)
{
    const PlaneBytes plane = planeBytes(layout.type);
    const std::uint64_t first = row * layout.blocks;
    const Target base{slice + first * plane.quants, slice + layout.highPlane + first * plane.high,
                      slice + layout.scalePlane + first * plane.scale};
    std::byte *const header = slice + layout.scalePlane + first / 8 * plane.scalePerSuper;
    std::byte *const extra = slice + layout.extraPlane + first / 8 * plane.extraPerSuper;
    const auto targetOf = [&](std::size_t b) {
        return Target{base.quants + b * plane.quants, base.high + b * plane.high, base.scale + b * plane.scale};
    };
    const auto perBlock = [&]<class Block>(Block /*tag*/) {
        for (std::size_t b = 0; b < layout.blocks; ++b) {
            repackBlock(blockAt<Block>(source, b), targetOf(b));
        }
    };
    const auto perSuper = [&]<class Block>(Block /*tag*/) {
        for (std::size_t s = 0; s < layout.blocks / 8; ++s) {
            repackSuper(blockAt<Block>(source, s), targetOf(s * 8), header + s * plane.scalePerSuper,
                        extra + s * plane.extraPerSuper);
        }
    };
    const auto copied = [&] {
        const TypeTraits info = traits(layout.type);
        const std::uint32_t parts = info.blockWeights / 32;
        for (std::size_t s = 0; s < layout.blocks / parts; ++s) {
            for (const Piece &piece : piecesOf(layout.type)) {
                copyPiece(piece, source.subspan(s * info.blockBytes, info.blockBytes), parts, plane,
                          targetOf(s * parts), header + s * plane.scalePerSuper, extra + s * plane.extraPerSuper);
            }
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
    case TensorType::Q2_K:
        return perSuper(BlockQ2_K{});
    case TensorType::Q3_K:
        return perSuper(BlockQ3_K{});
    case TensorType::TQ2_0:
        return perSuper(BlockTQ2_0{});
    case TensorType::NVFP4:
        for (std::size_t b = 0; b < layout.blocks; ++b) {
            repackHalf(blockAt<BlockNVFP4>(source, b / 2), b % 2, targetOf(b));
        }
        return;
    case TensorType::IQ4_NL:
    case TensorType::IQ4_XS:
    case TensorType::MXFP4:
    case TensorType::TQ1_0:
    case TensorType::IQ2_XXS:
    case TensorType::IQ2_XS:
    case TensorType::IQ2_S:
    case TensorType::IQ3_XXS:
    case TensorType::IQ3_S:
    case TensorType::IQ1_S:
    case TensorType::IQ1_M:
        return copied();
    }
}

} // namespace inference::backend::vulkan
