// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The layout is read back here as shaders/include/weights.glsl reads it, written a second time and without a device.
#include "inference/backend/vulkan/repack.h"

#include "inference/quant/blocks.h"
#include "inference/quant/codebooks.h"
#include "inference/quant/dequantize.h"
#include "tests/inference/backend/graph_fixture.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace inference::backend::vulkan {

namespace {

template <class T>
T read(std::span<const std::byte> bytes, std::uint64_t at)
{
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

float halfAt(std::span<const std::byte> bytes, std::uint64_t at)
{
    return halfToFloat(read<std::uint16_t>(bytes, at));
}

/// Number `j` (0-31) of the quants of block `i`, with all its bits.
int quantOf(const SliceLayout &layout, std::span<const std::byte> slice, std::uint64_t i, std::uint32_t j)
{
    if (layout.type == TensorType::Q8_0) {
        return read<std::int8_t>(slice, i * 32 + j);
    }
    const std::uint32_t word = (j % 16) / 4;
    if (layout.highPlane / (layout.rows * layout.blocks) == 8) { // bit pairs
        const auto pairs = read<std::uint32_t>(slice, i * 8 + std::uint64_t{j / 16} * 4);
        std::uint32_t quant = (pairs >> (8 * (j % 4) + 2 * word)) & 3U;
        if (layout.type == TensorType::Q3_K) {
            const auto bits = read<std::uint32_t>(slice, layout.highPlane + i * 4);
            quant |= ((bits >> (8 * (j % 4) + word + (j < 16 ? 0 : 4))) & 1U) << 2U;
        }
        return static_cast<int>(quant);
    }
    const std::uint32_t byteShift = 8 * (j % 4);
    const bool upper = j >= 16;
    const auto packed = read<std::uint32_t>(slice, i * 16 + std::uint64_t{word} * 4);
    std::uint32_t quant = (packed >> (byteShift + (upper ? 4 : 0))) & 15U;
    if (layout.type == TensorType::Q6_K) {
        const auto bits = read<std::uint32_t>(slice, layout.highPlane + i * 8 + (upper ? 4 : 0));
        quant |= ((bits >> (2 * word + byteShift)) & 3U) << 4U;
    } else if (layout.type == TensorType::Q5_0 || layout.type == TensorType::Q5_1 || layout.type == TensorType::Q5_K) {
        const auto bits = read<std::uint32_t>(slice, layout.highPlane + i * 4);
        quant |= ((bits >> (word + (upper ? 4 : 0) + byteShift)) & 1U) << 4U;
    }
    return static_cast<int>(quant);
}

/// d * scale and dmin * minimum of sub-block `j` of a K-quant header (d, dmin, twelve bytes of 6-bit numbers).
std::array<float, 2> superScales(std::span<const std::byte> slice, std::uint64_t at, std::uint64_t j)
{
    const auto byte = [&](std::uint64_t k) { return read<std::uint8_t>(slice, at + 4 + k); };
    const int scale = j < 4 ? byte(j) & 63 : (byte(j + 4) & 15) | (byte(j - 4) >> 6 << 4);
    const int minimum = j < 4 ? byte(j + 4) & 63 : (byte(j + 4) >> 4) | (byte(j) >> 6 << 4);
    return {halfAt(slice, at) * static_cast<float>(scale), halfAt(slice, at + 2) * static_cast<float>(minimum)};
}

/// Where in a slice and in a file's block the parts of a type stand that is copied piece by piece; a block of 32, or
/// each eighth of a block of 256, has its part of a plane.
struct Copied {
    std::uint64_t plane;
    std::uint64_t stride; ///< bytes of the plane per 32 weights, or per block where `count` is 1
    std::uint64_t at;     ///< in those bytes
    std::uint64_t from;   ///< in the file's block
    std::uint64_t bytes;  ///< for each part
    std::uint64_t count;  ///< parts of a block
};

std::vector<Copied> copiedParts(const SliceLayout &l)
{
    const std::uint64_t high = l.highPlane;
    const std::uint64_t scale = l.scalePlane;
    const std::uint64_t extra = l.extraPlane;
    switch (l.type) {
    case TensorType::TQ1_0:
        return {{scale, 52, 0, 0, 52, 1}, {extra, 2, 0, 52, 2, 1}};
    case TensorType::IQ2_XXS:
        return {{extra, 2, 0, 0, 2, 1}, {0, 8, 0, 2, 8, 8}};
    case TensorType::IQ2_XS:
        return {{extra, 2, 0, 0, 2, 1}, {0, 8, 0, 2, 8, 8}, {scale, 1, 0, 66, 1, 8}};
    case TensorType::IQ2_S:
        return {{extra, 2, 0, 0, 2, 1},
                {0, 8, 0, 2, 4, 8},
                {0, 8, 4, 34, 4, 8},
                {high, 1, 0, 66, 1, 8},
                {scale, 1, 0, 74, 1, 8}};
    case TensorType::IQ3_XXS:
        return {{extra, 2, 0, 0, 2, 1}, {0, 8, 0, 2, 8, 8}, {high, 4, 0, 66, 4, 8}};
    case TensorType::IQ3_S:
        return {{extra, 2, 0, 0, 2, 1},
                {0, 8, 0, 2, 8, 8},
                {scale, 12, 0, 66, 8, 1},
                {high, 4, 0, 74, 4, 8},
                {scale, 12, 8, 106, 4, 1}};
    case TensorType::IQ1_S:
        return {{extra, 2, 0, 0, 2, 1}, {0, 4, 0, 2, 4, 8}, {scale, 2, 0, 34, 2, 8}};
    case TensorType::IQ1_M:
        return {{0, 4, 0, 0, 4, 8}, {high, 2, 0, 32, 2, 8}, {scale, 8, 0, 48, 8, 1}};
    default:
        return {};
    }
}

/// The number from the file's block, put together again.
float copiedNumber(const SliceLayout &layout, std::span<const std::byte> slice, std::uint64_t i, std::uint32_t j)
{
    const TypeTraits info = traits(layout.type);
    std::vector<std::byte> block(info.blockBytes);
    std::uint64_t filled = 0;
    for (const Copied &c : copiedParts(layout)) {
        for (std::uint64_t part = 0; part < c.count; ++part) {
            const std::uint64_t source = c.plane + (i / 8 * c.count + part) * c.stride + c.at;
            std::memcpy(&block[c.from + part * c.bytes], &slice[source], c.bytes);
            filled += c.bytes;
        }
    }
    REQUIRE(filled == block.size());
    std::vector<float> weights(info.blockWeights);
    dequantize(layout.type, block, weights);
    return weights[i % 8 * 32 + j];
}

/// Number `column` of row `row`.
float numberAt(const SliceLayout &layout, std::span<const std::byte> slice, std::uint64_t row, std::uint32_t column)
{
    const std::uint64_t i = row * layout.blocks + column / 32;
    const std::uint32_t j = column % 32;
    switch (layout.type) {
    case TensorType::F32:
        return read<float>(slice, (i * 32 + j) * 4);
    case TensorType::F16:
        return halfAt(slice, (i * 32 + j) * 2);
    case TensorType::BF16:
        return std::bit_cast<float>(std::uint32_t{read<std::uint16_t>(slice, (i * 32 + j) * 2)} << 16U);
    default:
        break;
    }
    if (!copiedParts(layout).empty()) {
        return copiedNumber(layout, slice, i, j);
    }
    const auto byteAt = [&](std::uint64_t at) { return read<std::uint8_t>(slice, at); };
    const auto quant = static_cast<float>(quantOf(layout, slice, i, j));
    const auto index = static_cast<std::size_t>(quant);
    switch (layout.type) {
    case TensorType::Q2_K: {
        const unsigned scales = byteAt(layout.scalePlane + i * 2 + j / 16);
        const std::uint64_t super = layout.extraPlane + i / 8 * 4;
        const float product = halfAt(slice, super) * static_cast<float>(scales & 15U) * quant;
        return product - halfAt(slice, super + 2) * static_cast<float>(scales >> 4U);
    }
    case TensorType::Q3_K: {
        BlockQ3_K header{};
        header.scales = read<decltype(header.scales)>(slice, layout.scalePlane + i / 8 * 12);
        const std::int8_t scale = unpackScales(header)[i % 8 * 2 + j / 16];
        return halfAt(slice, layout.extraPlane + i / 8 * 2) * static_cast<float>(scale) * (quant - 4.0F);
    }
    case TensorType::TQ2_0:
        return halfAt(slice, layout.extraPlane + i / 8 * 2) * (quant - 1.0F);
    case TensorType::IQ4_NL:
        return halfAt(slice, layout.scalePlane + i * 2) * static_cast<float>(kIq4Values[index]);
    case TensorType::IQ4_XS: {
        BlockIQ4_XS header{};
        std::memcpy(&header, &slice[layout.scalePlane + i / 8 * 8], 8);
        const std::int8_t scale = unpackScales(header)[i % 8];
        return halfToFloat(header.d) * static_cast<float>(scale) * static_cast<float>(kIq4Values[index]);
    }
    case TensorType::MXFP4:
        return mxfp4Scale(byteAt(layout.scalePlane + i)) * static_cast<float>(kFp4Values[index]);
    case TensorType::NVFP4:
        return unsignedE4M3(byteAt(layout.scalePlane + i * 2 + j / 16)) * 0.5F * static_cast<float>(kFp4Values[index]);
    case TensorType::Q8_0:
        return quant * halfAt(slice, layout.scalePlane + i * 2);
    case TensorType::Q4_0:
        return (quant - 8.0F) * halfAt(slice, layout.scalePlane + i * 2);
    case TensorType::Q5_0:
        return (quant - 16.0F) * halfAt(slice, layout.scalePlane + i * 2);
    case TensorType::Q4_1:
    case TensorType::Q5_1: {
        const float product = quant * halfAt(slice, layout.scalePlane + i * 4);
        return product + halfAt(slice, layout.scalePlane + i * 4 + 2);
    }
    case TensorType::Q6_K: {
        const auto scale = read<std::int8_t>(slice, layout.scalePlane + i * 2 + j / 16);
        return halfAt(slice, layout.extraPlane + i / 8 * 2) * static_cast<float>(scale) * (quant - 32.0F);
    }
    default: {
        const auto [scale, minimum] = superScales(slice, layout.scalePlane + i / 8 * 16, i % 8);
        const float product = quant * scale;
        return product - minimum;
    }
    }
}

} // namespace

TEST_CASE("rows come out of a slice as they went in")
{
    for (const TensorType type : kAllTypes) {
        const std::uint32_t columns = traits(type).blockWeights == 1 ? 37 : 3 * traits(type).blockWeights;
        for (const std::uint32_t rows : {1U, 3U, 32U, 33U}) {
            CAPTURE(traits(type).name, rows);
            GraphFixture fixture(rows);
            const auto &weight = fixture.graph().weights[fixture.weight(type, columns, rows).index];
            const SliceLayout layout = sliceLayout(type, columns, rows);
            constexpr std::byte untouched{0xA5};
            std::vector<std::byte> slice(layout.bytes + 64, untouched);
            const std::uint64_t rowBytes = weight.data.size() / rows;
            for (std::uint32_t row = rows; row-- > 0;) {
                repackRow(layout, weight.data.subspan(row * rowBytes, rowBytes), row, slice.data());
            }
            CHECK(std::ranges::count(std::span(slice).subspan(layout.bytes), untouched) == 64);

            std::vector<float> expected(std::size_t{columns} * rows);
            dequantize(type, weight.data, expected);
            std::vector<float> found;
            for (std::uint32_t row = 0; row < rows; ++row) {
                for (std::uint32_t column = 0; column < columns; ++column) {
                    found.push_back(numberAt(layout, slice, row, column));
                }
            }
            CHECK(found == expected);
            for (std::uint32_t column = columns; column < layout.blocks * 32; ++column) {
                CHECK(numberAt(layout, slice, rows - 1, column) == 0.0F);
            }
        }
    }
}

TEST_CASE("planes start on 16 bytes, and those of whole groups of rows are prefixes")
{
    for (const TensorType type : kAllTypes) {
        CAPTURE(traits(type).name);
        const SliceLayout whole = sliceLayout(type, 512, 96);
        for (const std::uint64_t offset :
             {whole.highPlane, whole.scalePlane, whole.extraPlane, whole.tablePlane, whole.bytes}) {
            CHECK(offset % 16 == 0);
        }
        const SliceLayout part = sliceLayout(type, 512, 32);
        CHECK(part.highPlane * 3 == whole.highPlane);
        CHECK((part.scalePlane - part.highPlane) * 3 == whole.scalePlane - whole.highPlane);
        CHECK((part.extraPlane - part.scalePlane) * 3 == whole.extraPlane - whole.scalePlane);
        CHECK((part.tablePlane - part.extraPlane) * 3 == whole.tablePlane - whole.extraPlane);
        CHECK(part.bytes - part.tablePlane == whole.bytes - whole.tablePlane);
    }
}

TEST_CASE("as many rows as a limit holds, and no group more")
{
    for (const TensorType type : kAllTypes) {
        for (const std::uint64_t limit : {std::uint64_t{1} << 20U, (std::uint64_t{1} << 27U) + 5}) {
            CAPTURE(traits(type).name, limit);
            const std::uint64_t rows = rowsWithin(type, 2048, limit);
            CHECK(rows % 32 == 0);
            CHECK(sliceLayout(type, 2048, rows).bytes <= limit);
            CHECK(sliceLayout(type, 2048, rows + 32).bytes > limit);
        }
        CHECK(rowsWithin(type, 2048, 1024) == 0);
    }
}

TEST_CASE("a slice is hardly larger than the file's blocks")
{
    for (const TensorType type : kAllTypes) {
        const TypeTraits info = traits(type);
        CAPTURE(info.name);
        const std::uint64_t file = 4096 / info.blockWeights * info.blockBytes * 64;
        const SliceLayout layout = sliceLayout(type, 4096, 64);
        CHECK(static_cast<double>(layout.tablePlane) < 1.001 * static_cast<double>(file));
        CHECK(layout.bytes - layout.tablePlane == codebookOf(type).size());
        CHECK(codebookOf(type).size() <= 16384);
    }
}

} // namespace inference::backend::vulkan
