// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/quant/tensor_type.h"

#include "inference/quant/blocks.h"

#include <array>

namespace inference {

namespace {

enum class Known : std::uint8_t { Readable, Sized, Removed };

struct TypeRow {
    std::uint32_t number;
    std::string_view name;
    std::uint32_t blockWeights;
    std::uint32_t blockBytes;
    Known known;
};

// https://github.com/ggml-org/ggml/blob/master/docs/gguf.md and the block sizes of the reference implementation.
constexpr std::array kTypes = {
    TypeRow{0, "F32", 1, 4, Known::Readable},
    TypeRow{1, "F16", 1, 2, Known::Readable},
    TypeRow{2, "Q4_0", 32, sizeof(BlockQ4_0), Known::Readable},
    TypeRow{3, "Q4_1", 32, sizeof(BlockQ4_1), Known::Readable},
    TypeRow{4, "Q4_2", 0, 0, Known::Removed},
    TypeRow{5, "Q4_3", 0, 0, Known::Removed},
    TypeRow{6, "Q5_0", 32, sizeof(BlockQ5_0), Known::Readable},
    TypeRow{7, "Q5_1", 32, sizeof(BlockQ5_1), Known::Readable},
    TypeRow{8, "Q8_0", 32, sizeof(BlockQ8_0), Known::Readable},
    TypeRow{9, "Q8_1", 32, 36, Known::Sized},
    TypeRow{10, "Q2_K", 256, 84, Known::Sized},
    TypeRow{11, "Q3_K", 256, 110, Known::Sized},
    TypeRow{12, "Q4_K", 256, sizeof(BlockQ4_K), Known::Readable},
    TypeRow{13, "Q5_K", 256, sizeof(BlockQ5_K), Known::Readable},
    TypeRow{14, "Q6_K", 256, sizeof(BlockQ6_K), Known::Readable},
    TypeRow{15, "Q8_K", 256, 292, Known::Sized},
    TypeRow{16, "IQ2_XXS", 256, 66, Known::Sized},
    TypeRow{17, "IQ2_XS", 256, 74, Known::Sized},
    TypeRow{18, "IQ3_XXS", 256, 98, Known::Sized},
    TypeRow{19, "IQ1_S", 256, 50, Known::Sized},
    TypeRow{20, "IQ4_NL", 32, 18, Known::Sized},
    TypeRow{21, "IQ3_S", 256, 110, Known::Sized},
    TypeRow{22, "IQ2_S", 256, 82, Known::Sized},
    TypeRow{23, "IQ4_XS", 256, 136, Known::Sized},
    TypeRow{24, "I8", 1, 1, Known::Sized},
    TypeRow{25, "I16", 1, 2, Known::Sized},
    TypeRow{26, "I32", 1, 4, Known::Sized},
    TypeRow{27, "I64", 1, 8, Known::Sized},
    TypeRow{28, "F64", 1, 8, Known::Sized},
    TypeRow{29, "IQ1_M", 256, 56, Known::Sized},
    TypeRow{30, "BF16", 1, 2, Known::Readable},
    TypeRow{31, "Q4_0_4_4", 0, 0, Known::Removed},
    TypeRow{32, "Q4_0_4_8", 0, 0, Known::Removed},
    TypeRow{33, "Q4_0_8_8", 0, 0, Known::Removed},
    TypeRow{34, "TQ1_0", 256, 54, Known::Sized},
    TypeRow{35, "TQ2_0", 256, 66, Known::Sized},
    TypeRow{36, "IQ4_NL_4_4", 0, 0, Known::Removed},
    TypeRow{37, "IQ4_NL_4_8", 0, 0, Known::Removed},
    TypeRow{38, "IQ4_NL_8_8", 0, 0, Known::Removed},
    TypeRow{39, "MXFP4", 32, 17, Known::Sized},
    TypeRow{40, "NVFP4", 64, 36, Known::Sized},
};

constexpr bool numbersAreIndexes()
{
    for (std::size_t i = 0; i < kTypes.size(); ++i) {
        if (kTypes[i].number != i)
            return false;
    }
    return true;
}
static_assert(numbersAreIndexes());

const TypeRow *rowOf(std::uint32_t ggmlType)
{
    return ggmlType < kTypes.size() ? &kTypes[ggmlType] : nullptr;
}

} // namespace

std::optional<TypeTraits> traitsOf(std::uint32_t ggmlType)
{
    const TypeRow *row = rowOf(ggmlType);
    if (row == nullptr || row->known != Known::Readable)
        return std::nullopt;
    return TypeTraits{static_cast<TensorType>(ggmlType), row->name, row->blockWeights, row->blockBytes};
}

TypeTraits traits(TensorType type)
{
    const TypeRow &row = kTypes[static_cast<std::uint32_t>(type)];
    return {type, row.name, row.blockWeights, row.blockBytes};
}

std::string_view ggmlTypeName(std::uint32_t ggmlType)
{
    const TypeRow *row = rowOf(ggmlType);
    return row != nullptr ? row->name : std::string_view{};
}

std::optional<BlockLayout> blockLayoutOf(std::uint32_t ggmlType)
{
    const TypeRow *row = rowOf(ggmlType);
    if (row == nullptr || row->known == Known::Removed)
        return std::nullopt;
    return BlockLayout{row->blockWeights, row->blockBytes};
}

bool isRemovedType(std::uint32_t ggmlType)
{
    const TypeRow *row = rowOf(ggmlType);
    return row != nullptr && row->known == Known::Removed;
}

} // namespace inference
