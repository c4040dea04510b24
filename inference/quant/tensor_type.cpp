// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/quant/tensor_type.h"

#include "inference/quant/blocks.h"

#include <array>

namespace inference {

namespace {

enum class Known : std::uint8_t { Readable, Activations, Numbers, Sized, Removed };

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
    TypeRow{9, "Q8_1", 32, 36, Known::Activations},
    TypeRow{10, "Q2_K", 256, sizeof(BlockQ2_K), Known::Readable},
    TypeRow{11, "Q3_K", 256, sizeof(BlockQ3_K), Known::Readable},
    TypeRow{12, "Q4_K", 256, sizeof(BlockQ4_K), Known::Readable},
    TypeRow{13, "Q5_K", 256, sizeof(BlockQ5_K), Known::Readable},
    TypeRow{14, "Q6_K", 256, sizeof(BlockQ6_K), Known::Readable},
    TypeRow{15, "Q8_K", 256, 292, Known::Activations},
    TypeRow{16, "IQ2_XXS", 256, sizeof(BlockIQ2_XXS), Known::Readable},
    TypeRow{17, "IQ2_XS", 256, sizeof(BlockIQ2_XS), Known::Readable},
    TypeRow{18, "IQ3_XXS", 256, sizeof(BlockIQ3_XXS), Known::Readable},
    TypeRow{19, "IQ1_S", 256, sizeof(BlockIQ1_S), Known::Readable},
    TypeRow{20, "IQ4_NL", 32, sizeof(BlockIQ4_NL), Known::Readable},
    TypeRow{21, "IQ3_S", 256, sizeof(BlockIQ3_S), Known::Readable},
    TypeRow{22, "IQ2_S", 256, sizeof(BlockIQ2_S), Known::Readable},
    TypeRow{23, "IQ4_XS", 256, sizeof(BlockIQ4_XS), Known::Readable},
    TypeRow{24, "I8", 1, 1, Known::Numbers},
    TypeRow{25, "I16", 1, 2, Known::Numbers},
    TypeRow{26, "I32", 1, 4, Known::Numbers},
    TypeRow{27, "I64", 1, 8, Known::Numbers},
    TypeRow{28, "F64", 1, 8, Known::Numbers},
    TypeRow{29, "IQ1_M", 256, sizeof(BlockIQ1_M), Known::Readable},
    TypeRow{30, "BF16", 1, 2, Known::Readable},
    TypeRow{31, "Q4_0_4_4", 0, 0, Known::Removed},
    TypeRow{32, "Q4_0_4_8", 0, 0, Known::Removed},
    TypeRow{33, "Q4_0_8_8", 0, 0, Known::Removed},
    TypeRow{34, "TQ1_0", 256, sizeof(BlockTQ1_0), Known::Readable},
    TypeRow{35, "TQ2_0", 256, sizeof(BlockTQ2_0), Known::Readable},
    TypeRow{36, "IQ4_NL_4_4", 0, 0, Known::Removed},
    TypeRow{37, "IQ4_NL_4_8", 0, 0, Known::Removed},
    TypeRow{38, "IQ4_NL_8_8", 0, 0, Known::Removed},
    TypeRow{39, "MXFP4", 32, sizeof(BlockMXFP4), Known::Readable},
    TypeRow{40, "NVFP4", 64, sizeof(BlockNVFP4), Known::Readable},
    TypeRow{41, "Q1_0", 128, 18, Known::Sized},
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

constexpr bool coversReadableTypes()
{
    for (const TypeRow &row : kTypes) {
        if (row.known == Known::Readable && row.number >= kTensorTypeNumbers)
            return false;
    }
    return true;
}
static_assert(coversReadableTypes());

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

std::string whyUnreadable(std::uint32_t ggmlType)
{
    const TypeRow *row = rowOf(ggmlType);
    if (row == nullptr)
        return "type number " + std::to_string(ggmlType) + " is not known to this version";
    const std::string name(row->name);
    switch (row->known) {
    case Known::Readable:
        return {};
    case Known::Activations:
        return name + " is a format of activations, not of weights";
    case Known::Numbers:
        return name + " is a format of plain numbers that no model has as weights";
    case Known::Sized:
        return name + " is known by name only";
    case Known::Removed:
        return name + " was removed from the format";
    }
    return {};
}

bool isRemovedType(std::uint32_t ggmlType)
{
    const TypeRow *row = rowOf(ggmlType);
    return row != nullptr && row->known == Known::Removed;
}

} // namespace inference
