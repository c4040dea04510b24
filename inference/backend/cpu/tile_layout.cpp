// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/tile_layout.h"

#include "inference/quant/blocks.h"
#include "inference/quant/codebooks.h"
#include "inference/quant/dequantize.h"

#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace inference::backend::cpu {

namespace {

constexpr std::uint32_t kLowNibbles = 0x0F0F0F0FU;

/// The words of 32 weights of one row, in tile order.
struct Words {
    std::array<std::uint32_t, 8> word{};
};

std::uint32_t loadWord(const void *at)
{
    std::uint32_t word = 0;
    std::memcpy(&word, at, 4);
    return word;
}

/// Word w of the nibble plane from the 32 low-nibble values of a K-quant sub-block that lie in 32 bytes at `shift`.
void nibblesOfHalf(const std::uint8_t *bytes, unsigned shift, Words &out)
{
    for (std::size_t w = 0; w < 4; ++w) {
        const std::uint32_t first = (loadWord(bytes + 4 * w) >> shift) & kLowNibbles;
        const std::uint32_t second = (loadWord(bytes + 16 + 4 * w) >> shift) & kLowNibbles;
        out.word[w] = first | (second << 4U);
    }
}

/// Words 0 and 1 from the 32 bit pairs of a sub-block that lie in 32 bytes at `shift`.
void pairsOf(const std::uint8_t *bytes, unsigned shift, Words &out)
{
    for (std::size_t i = 0; i < 8; ++i) {
        const std::uint32_t pairs = (loadWord(bytes + 4 * i) >> shift) & 0x03030303U;
        out.word[i / 4] |= pairs << (2 * (i % 4));
    }
}

/// The fifth-bit word from bit j = weight j to the tile's order.
std::uint32_t spreadBits(std::uint32_t bits)
{
    std::uint32_t result = 0;
    for (unsigned weight = 0; weight < 32; ++weight) {
        result |= ((bits >> weight) & 1U) << (8 * (weight % 4) + weight / 4);
    }
    return result;
}

/// Number of words and the words of block `b` of a file row.
template <class Block>
Words wordsOf(const Block *row, std::size_t b)
{
    Words out;
    if constexpr (std::is_same_v<Block, BlockQ8_0>) {
        for (std::size_t w = 0; w < 8; ++w) {
            out.word[w] = loadWord(&row[b].qs[4 * w]) ^ 0x80808080U;
        }
    } else if constexpr (std::is_same_v<Block, BlockQ2_K> || std::is_same_v<Block, BlockQ3_K>) {
        const Block &block = row[b / 8];
        const std::size_t j = b % 8;
        pairsOf(&block.qs[j / 4 * 32], static_cast<unsigned>(2 * (j % 4)), out);
        if constexpr (std::is_same_v<Block, BlockQ3_K>) {
            for (unsigned i = 0; i < 8; ++i) {
                out.word[2] |= ((loadWord(&block.hmask[4 * i]) >> j) & 0x01010101U) << i;
            }
        }
    } else if constexpr (std::is_same_v<Block, BlockIQ4_XS>) {
        for (std::size_t w = 0; w < 4; ++w) {
            out.word[w] = loadWord(&row[b / 8].qs[b % 8 * 16 + 4 * w]);
        }
    } else if constexpr (std::is_same_v<Block, BlockQ4_K> || std::is_same_v<Block, BlockQ5_K>) {
        const Block &block = row[b / 8];
        const std::size_t j = b % 8;
        nibblesOfHalf(&block.qs[j / 2 * 32], static_cast<unsigned>(j % 2 * 4), out);
        if constexpr (std::is_same_v<Block, BlockQ5_K>) {
            for (unsigned i = 0; i < 8; ++i) {
                out.word[4] |= ((loadWord(&block.qh[4 * i]) >> j) & 0x01010101U) << i;
            }
        }
    } else if constexpr (std::is_same_v<Block, BlockQ6_K>) {
        const Block &block = row[b / 8];
        const std::size_t half = b % 8 / 4;
        const std::size_t group = b % 4;
        nibblesOfHalf(&block.ql[half * 64 + group % 2 * 32], group < 2 ? 0U : 4U, out);
        for (unsigned i = 0; i < 8; ++i) {
            const std::uint32_t pairs =
                (loadWord(&block.qh[half * 32 + std::size_t{4} * i]) >> (2 * group)) & 0x03030303U;
            out.word[4 + i / 4] |= pairs << (2 * (i % 4));
        }
    } else {
        for (std::size_t w = 0; w < 4; ++w) {
            out.word[w] = loadWord(&row[b].qs[4 * w]);
        }
        if constexpr (requires { row[b].qh; }) {
            out.word[4] = spreadBits(loadWord(row[b].qh.data()));
        }
    }
    return out;
}

template <class Block>
constexpr std::size_t wordsPerBlock()
{
    if constexpr (std::is_same_v<Block, BlockQ8_0>) {
        return 8;
    } else if constexpr (std::is_same_v<Block, BlockQ2_K>) {
        return 2;
    } else if constexpr (std::is_same_v<Block, BlockQ3_K>) {
        return 3;
    } else if constexpr (std::is_same_v<Block, BlockQ6_K>) {
        return 6;
    } else if constexpr (requires(Block block) { block.qh; }) {
        return 5;
    } else {
        return 4;
    }
}

template <class Block>
constexpr bool isSuperBlock()
{
    return sizeof(Block) > 64;
}

/// Bytes of scales of one lane for 32 columns, or for 256 where the format has super-blocks.
template <class Block>
constexpr std::size_t scaleBytes()
{
    if constexpr (std::is_same_v<Block, BlockQ6_K> || std::is_same_v<Block, BlockQ3_K>) {
        return 2 + 16;
    } else if constexpr (std::is_same_v<Block, BlockIQ4_XS>) {
        return 2 + 8;
    } else if constexpr (std::is_same_v<Block, BlockMXFP4>) {
        return 1;
    } else if constexpr (isSuperBlock<Block>()) {
        return 4 + 16;
    } else if constexpr (requires(Block block) { block.m; }) {
        return 4;
    } else {
        return 2;
    }
}

/// Writes the scales of one lane of block or super-block `b`; `at` is the place of that block's scales for all lanes.
template <class Block>
void packScales(const Block &block, std::size_t lanes, std::size_t lane, std::byte *at)
{
    if constexpr (std::is_same_v<Block, BlockMXFP4>) {
        at[lane] = static_cast<std::byte>(block.e);
        return;
    } else {
        std::memcpy(at + 2 * lane, &block.d, 2);
    }
    if constexpr (std::is_same_v<Block, BlockQ3_K> || std::is_same_v<Block, BlockIQ4_XS>) {
        const auto scales = unpackScales(block);
        for (std::size_t j = 0; j < scales.size(); ++j) {
            at[(2 + j) * lanes + lane] = static_cast<std::byte>(scales[j]);
        }
    } else if constexpr (std::is_same_v<Block, BlockQ2_K>) {
        std::memcpy(at + 2 * lanes + 2 * lane, &block.dmin, 2);
        for (std::size_t j = 0; j < 16; ++j) {
            at[(4 + j) * lanes + lane] = static_cast<std::byte>(block.scales[j]);
        }
    } else if constexpr (std::is_same_v<Block, BlockQ6_K>) {
        for (std::size_t j = 0; j < 16; ++j) {
            at[(2 + j) * lanes + lane] = static_cast<std::byte>(block.scales[j]);
        }
    } else if constexpr (isSuperBlock<Block>()) {
        std::memcpy(at + 2 * lanes + 2 * lane, &block.dmin, 2);
        for (std::size_t j = 0; j < 8; ++j) {
            const ScaleMin pair = unpackScaleMin(block.scales, j);
            at[(4 + 2 * j) * lanes + lane] = static_cast<std::byte>(pair.scale);
            at[(5 + 2 * j) * lanes + lane] = static_cast<std::byte>(pair.min);
        }
    } else if constexpr (requires { block.m; }) {
        std::memcpy(at + 2 * lanes + 2 * lane, &block.m, 2);
    }
}

template <class Block>
void packQuantized(const TileLayout &layout, const std::byte *fileRows, std::uint32_t rows, std::byte *tile)
{
    constexpr std::size_t kWords = wordsPerBlock<Block>();
    const std::size_t blocks = layout.columns / 32;
    const std::size_t fileBlocks = isSuperBlock<Block>() ? blocks / 8 : blocks;
    const std::size_t lanes = layout.lanes;
    for (std::uint32_t lane = 0; lane < rows; ++lane) {
        const auto *row = reinterpret_cast<const Block *>(fileRows) + lane * fileBlocks;
        for (std::size_t b = 0; b < blocks; ++b) {
            const Words words = wordsOf(row, b);
            for (std::size_t w = 0; w < kWords; ++w) {
                std::memcpy(tile + ((b * kWords + w) * lanes + lane) * 4, &words.word[w], 4);
            }
        }
        for (std::size_t b = 0; b < fileBlocks; ++b) {
            packScales(row[b], layout.lanes, lane, tile + layout.scalesAt + b * scaleBytes<Block>() * lanes);
        }
    }
}

/// The inverse of packQuantized for one lane, block by block, handed to dequantize().
template <class Block>
void unpackQuantized(const TileLayout &layout, const std::byte *tile, std::uint32_t lane, std::span<float> out)
{
    constexpr std::size_t kWords = wordsPerBlock<Block>();
    const std::size_t lanes = layout.lanes;
    const auto half = [&](const std::byte *at, std::size_t index) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, at + 2 * (index * lanes + lane), 2);
        return halfToFloat(bits);
    };
    for (std::size_t b = 0; b < layout.columns / 32; ++b) {
        Words words;
        for (std::size_t w = 0; w < kWords; ++w) {
            words.word[w] = loadWord(tile + ((b * kWords + w) * lanes + lane) * 4);
        }
        const std::byte *scales =
            tile + layout.scalesAt + (isSuperBlock<Block>() ? b / 8 : b) * scaleBytes<Block>() * lanes;
        const float d = std::is_same_v<Block, BlockMXFP4> ? 0.0F : half(scales, 0);
        const auto byteAt = [&](std::size_t index) {
            return std::to_integer<std::uint8_t>(scales[index * lanes + lane]);
        };
        for (unsigned i = 0; i < 32; ++i) {
            const unsigned byte = 8 * (i % 4);
            std::uint32_t q = 0;
            if constexpr (kWords == 8) {
                q = (words.word[i / 4] >> byte) & 0xFFU;
            } else if constexpr (kWords <= 3) {
                q = (words.word[i / 16] >> (byte + 2 * (i % 16 / 4))) & 3U;
            } else {
                q = (words.word[i % 16 / 4] >> (byte + (i < 16 ? 0U : 4U))) & 15U;
            }
            if constexpr (kWords == 3) {
                q |= ((words.word[2] >> (byte + i / 4)) & 1U) << 2U;
            } else if constexpr (kWords == 5) {
                q |= ((words.word[4] >> (byte + i / 4)) & 1U) << 4U;
            } else if constexpr (kWords == 6) {
                q |= ((words.word[4 + i / 16] >> (byte + 2 * (i % 16 / 4))) & 3U) << 4U;
            }
            const auto value = static_cast<float>(q);
            float &y = out[b * 32 + i];
            if constexpr (std::is_same_v<Block, BlockQ8_0>) {
                y = d * (value - 128.0F);
            } else if constexpr (std::is_same_v<Block, BlockQ2_K>) {
                const unsigned pair = byteAt(4 + b % 8 * 2 + i / 16);
                const float min = half(scales, 1) * static_cast<float>(pair >> 4U);
                y = d * static_cast<float>(pair & 15U) * value - min;
            } else if constexpr (std::is_same_v<Block, BlockQ3_K> || std::is_same_v<Block, BlockQ6_K>) {
                const auto scale = static_cast<std::int8_t>(byteAt(2 + b % 8 * 2 + i / 16));
                y = d * static_cast<float>(scale) * (value - (kWords == 3 ? 4.0F : 32.0F));
            } else if constexpr (std::is_same_v<Block, BlockIQ4_NL>) {
                y = d * static_cast<float>(kIq4Values[q]);
            } else if constexpr (std::is_same_v<Block, BlockIQ4_XS>) {
                const auto scale = static_cast<std::int8_t>(byteAt(2 + b % 8));
                y = d * static_cast<float>(scale) * static_cast<float>(kIq4Values[q]);
            } else if constexpr (std::is_same_v<Block, BlockMXFP4>) {
                y = mxfp4Scale(byteAt(0)) * static_cast<float>(kFp4Values[q]);
            } else if constexpr (isSuperBlock<Block>()) {
                const std::byte *pair = scales + (4 + b % 8 * 2) * lanes + lane;
                const float scale = d * static_cast<float>(std::to_integer<int>(pair[0]));
                const float min = half(scales, 1) * static_cast<float>(std::to_integer<int>(pair[lanes]));
                y = scale * value - min;
            } else if constexpr (requires(Block block) { block.m; }) {
                y = d * value + half(scales, 1);
            } else {
                y = d * (value - (kWords == 5 ? 16.0F : 8.0F));
            }
        }
    }
}

template <class Element>
void packFloats(const TileLayout &layout, const std::byte *fileRows, std::uint32_t rows, std::byte *tile)
{
    for (std::uint32_t lane = 0; lane < rows; ++lane) {
        const std::byte *row = fileRows + lane * layout.columns * sizeof(Element);
        for (std::uint64_t k = 0; k < layout.columns; ++k) {
            std::memcpy(tile + (k * layout.lanes + lane) * sizeof(Element), row + k * sizeof(Element), sizeof(Element));
        }
    }
}

template <class Element>
void unpackFloats(const TileLayout &layout, const std::byte *tile, std::uint32_t lane, std::span<float> out)
{
    for (std::uint64_t k = 0; k < layout.columns; ++k) {
        Element bits{};
        std::memcpy(&bits, tile + (k * layout.lanes + lane) * sizeof(Element), sizeof(Element));
        if constexpr (sizeof(Element) == 4) {
            out[k] = std::bit_cast<float>(bits);
        } else if (layout.type == TensorType::BF16) {
            out[k] = std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
        } else {
            out[k] = halfToFloat(bits);
        }
    }
}

template <class Block>
void setSizes(TileLayout &layout)
{
    const std::uint64_t blocks = layout.columns / 32;
    layout.scalesAt = blocks * wordsPerBlock<Block>() * 4 * layout.lanes;
    const std::uint64_t scaleBlocks = isSuperBlock<Block>() ? blocks / 8 : blocks;
    layout.tileBytes = layout.scalesAt + scaleBlocks * scaleBytes<Block>() * layout.lanes;
}

/// Calls `function.template operator()<Block>()` with the block struct of a quantized type, or with the unsigned
/// integer of a float type's size.
template <class Function>
void withBlock(TensorType type, Function function)
{
    switch (type) {
    case TensorType::F32:
        return function.template operator()<std::uint32_t>();
    case TensorType::F16:
    case TensorType::BF16:
        return function.template operator()<std::uint16_t>();
    case TensorType::Q8_0:
        return function.template operator()<BlockQ8_0>();
    case TensorType::Q4_0:
        return function.template operator()<BlockQ4_0>();
    case TensorType::Q4_1:
        return function.template operator()<BlockQ4_1>();
    case TensorType::Q5_0:
        return function.template operator()<BlockQ5_0>();
    case TensorType::Q5_1:
        return function.template operator()<BlockQ5_1>();
    case TensorType::Q2_K:
        return function.template operator()<BlockQ2_K>();
    case TensorType::Q3_K:
        return function.template operator()<BlockQ3_K>();
    case TensorType::IQ4_NL:
        return function.template operator()<BlockIQ4_NL>();
    case TensorType::IQ4_XS:
        return function.template operator()<BlockIQ4_XS>();
    case TensorType::MXFP4:
        return function.template operator()<BlockMXFP4>();
    case TensorType::Q4_K:
        return function.template operator()<BlockQ4_K>();
    case TensorType::Q5_K:
        return function.template operator()<BlockQ5_K>();
    case TensorType::Q6_K:
        return function.template operator()<BlockQ6_K>();
    case TensorType::NVFP4:
    case TensorType::TQ1_0:
    case TensorType::TQ2_0:
    case TensorType::IQ2_XXS:
    case TensorType::IQ2_XS:
    case TensorType::IQ2_S:
    case TensorType::IQ3_XXS:
    case TensorType::IQ3_S:
    case TensorType::IQ1_S:
    case TensorType::IQ1_M:
        break;
    }
    std::unreachable(); // these keep the file's blocks
}

std::uint64_t fileRowBytes(const TileLayout &layout)
{
    const TypeTraits info = traits(layout.type);
    return layout.columns / info.blockWeights * info.blockBytes;
}

} // namespace

bool keepsFileBlocks(TensorType type)
{
    switch (type) {
    case TensorType::NVFP4:
    case TensorType::TQ1_0:
    case TensorType::TQ2_0:
    case TensorType::IQ2_XXS:
    case TensorType::IQ2_XS:
    case TensorType::IQ2_S:
    case TensorType::IQ3_XXS:
    case TensorType::IQ3_S:
    case TensorType::IQ1_S:
    case TensorType::IQ1_M:
        return true;
    default:
        return false;
    }
}

TileLayout tileLayout(TensorType type, std::uint32_t lanes, std::uint64_t columns)
{
    TileLayout layout{.type = type, .lanes = lanes, .columns = columns};
    if (keepsFileBlocks(type)) {
        layout.tileBytes = fileRowBytes(layout) * lanes;
    } else {
        withBlock(type, [&]<class Block>() {
            if constexpr (std::is_integral_v<Block>) {
                layout.tileBytes = columns * lanes * sizeof(Block);
            } else {
                setSizes<Block>(layout);
            }
        });
    }
    layout.tileBytes = (layout.tileBytes + 63) / 64 * 64;
    return layout;
}

void packTile(const TileLayout &layout, const std::byte *fileRows, std::uint32_t rows, std::byte *tile)
{
    if (rows < layout.lanes) {
        std::memset(tile, 0, layout.tileBytes);
    }
    if (keepsFileBlocks(layout.type)) {
        std::memcpy(tile, fileRows, rows * fileRowBytes(layout));
        return;
    }
    withBlock(layout.type, [&]<class Block>() {
        if constexpr (std::is_integral_v<Block>) {
            packFloats<Block>(layout, fileRows, rows, tile);
        } else {
            packQuantized<Block>(layout, fileRows, rows, tile);
        }
    });
}

void unpackRow(const TileLayout &layout, const std::byte *tile, std::uint32_t lane, std::span<float> out)
{
    if (keepsFileBlocks(layout.type)) {
        const std::uint64_t bytes = fileRowBytes(layout);
        dequantize(layout.type, {tile + lane * bytes, bytes}, out);
        return;
    }
    withBlock(layout.type, [&]<class Block>() {
        if constexpr (std::is_integral_v<Block>) {
            unpackFloats<Block>(layout, tile, lane, out);
        } else {
            unpackQuantized<Block>(layout, tile, lane, out);
        }
    });
}

} // namespace inference::backend::cpu
