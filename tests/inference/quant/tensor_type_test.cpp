// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/quant/tensor_type.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace inference;

namespace {

struct Row {
    std::uint32_t number;
    std::string_view name;
    std::uint32_t weights;
    std::uint32_t bytes;
};

} // namespace

TEST_CASE("readable types have the block sizes of the format")
{
    const Row row = GENERATE(
        Row{0, "F32", 1, 4}, Row{1, "F16", 1, 2}, Row{2, "Q4_0", 32, 18}, Row{3, "Q4_1", 32, 20},
        Row{6, "Q5_0", 32, 22}, Row{7, "Q5_1", 32, 24}, Row{8, "Q8_0", 32, 34}, Row{12, "Q4_K", 256, 144},
        Row{13, "Q5_K", 256, 176}, Row{14, "Q6_K", 256, 210}, Row{30, "BF16", 1, 2}, Row{10, "Q2_K", 256, 84},
        Row{11, "Q3_K", 256, 110}, Row{16, "IQ2_XXS", 256, 66}, Row{17, "IQ2_XS", 256, 74}, Row{18, "IQ3_XXS", 256, 98},
        Row{19, "IQ1_S", 256, 50}, Row{20, "IQ4_NL", 32, 18}, Row{21, "IQ3_S", 256, 110}, Row{22, "IQ2_S", 256, 82},
        Row{23, "IQ4_XS", 256, 136}, Row{29, "IQ1_M", 256, 56}, Row{34, "TQ1_0", 256, 54}, Row{35, "TQ2_0", 256, 66},
        Row{39, "MXFP4", 32, 17}, Row{40, "NVFP4", 64, 36});
    const auto found = traitsOf(row.number);
    REQUIRE(found.has_value());
    CHECK(static_cast<std::uint32_t>(found->type) == row.number);
    CHECK(found->name == row.name);
    CHECK(found->blockWeights == row.weights);
    CHECK(found->blockBytes == row.bytes);
    CHECK(traits(found->type).blockBytes == row.bytes);
    CHECK(ggmlTypeName(row.number) == row.name);
}

TEST_CASE("types known by name only are not readable, but their size is known")
{
    const Row row = GENERATE(Row{9, "Q8_1", 32, 36}, Row{15, "Q8_K", 256, 292}, Row{24, "I8", 1, 1},
                             Row{28, "F64", 1, 8}, Row{41, "Q1_0", 128, 18});
    CHECK_FALSE(traitsOf(row.number).has_value());
    CHECK(ggmlTypeName(row.number) == row.name);
    const auto layout = blockLayoutOf(row.number);
    REQUIRE(layout.has_value());
    CHECK(layout->weights == row.weights);
    CHECK(layout->bytes == row.bytes);
    CHECK_FALSE(isRemovedType(row.number));
}

TEST_CASE("removed types have a name and no layout")
{
    const std::uint32_t number = GENERATE(4U, 5U, 31U, 32U, 33U, 36U, 37U, 38U);
    CHECK_FALSE(traitsOf(number).has_value());
    CHECK_FALSE(blockLayoutOf(number).has_value());
    CHECK(isRemovedType(number));
    CHECK_FALSE(ggmlTypeName(number).empty());
}

TEST_CASE("unknown type numbers have neither name nor layout")
{
    const std::uint32_t number = GENERATE(42U, 255U, 0x80000000U, 0xFFFFFFFFU);
    CHECK_FALSE(traitsOf(number).has_value());
    CHECK_FALSE(blockLayoutOf(number).has_value());
    CHECK_FALSE(isRemovedType(number));
    CHECK(ggmlTypeName(number).empty());
}

TEST_CASE("a type that cannot be read says why")
{
    const auto [number, reason] =
        GENERATE(std::pair{9U, "Q8_1 is a format of activations, not of weights"},
                 std::pair{15U, "Q8_K is a format of activations, not of weights"},
                 std::pair{26U, "I32 is a format of plain numbers that no model has as weights"},
                 std::pair{31U, "Q4_0_4_4 was removed from the format"},
                 std::pair{38U, "IQ4_NL_8_8 was removed from the format"}, std::pair{41U, "Q1_0 is known by name only"},
                 std::pair{99U, "type number 99 is not known to this version"});
    CHECK(whyUnreadable(number) == reason);
    CHECK_FALSE(traitsOf(number).has_value());
    CHECK(whyUnreadable(static_cast<std::uint32_t>(TensorType::IQ2_S)).empty());
}
