// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inference {

/// GGML tensor types by their number in GGUF files. Only types that Carrel can read are named: not those in which only
/// activations are kept (Q8_1, Q8_K), nor integers and f64, which no model has as weights.
enum class TensorType : std::uint32_t {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q2_K = 10,
    Q3_K = 11,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    IQ2_XXS = 16,
    IQ2_XS = 17,
    IQ3_XXS = 18,
    IQ1_S = 19,
    IQ4_NL = 20,
    IQ3_S = 21,
    IQ2_S = 22,
    IQ4_XS = 23,
    IQ1_M = 29,
    BF16 = 30,
    TQ1_0 = 34,
    TQ2_0 = 35,
    MXFP4 = 39,
    NVFP4 = 40,
};

/// How weights of a type are packed in a file.
struct TypeTraits {
    TensorType type = TensorType::F32;
    std::string_view name;          ///< "Q4_K"
    std::uint32_t blockWeights = 1; ///< weights in a block
    std::uint32_t blockBytes = 4;   ///< bytes of a block in the file
};

/// Traits of a type number read from a file; nothing for removed, unknown or not yet supported numbers.
std::optional<TypeTraits> traitsOf(std::uint32_t ggmlType);

/// One more than the highest number of a TensorType.
inline constexpr std::size_t kTensorTypeNumbers = 41;

/// Traits of a supported type.
TypeTraits traits(TensorType type);

/// The public name of any GGML type number ("IQ3_S"), also of those Carrel cannot read; empty when unknown.
std::string_view ggmlTypeName(std::uint32_t ggmlType);

/// Size of a block in a file.
struct BlockLayout {
    std::uint32_t weights = 1;
    std::uint32_t bytes = 4;
};

/// Layout of any GGML type number whose size is known, also of types Carrel cannot read; nothing for others.
std::optional<BlockLayout> blockLayoutOf(std::uint32_t ggmlType);

/// Whether the number belonged to a type that the format has dropped.
bool isRemovedType(std::uint32_t ggmlType);

/// Why weights of that type number cannot be read, for people: "Q8_K is a format of activations, not of weights". Empty
/// when traitsOf() knows the type.
std::string whyUnreadable(std::uint32_t ggmlType);

} // namespace inference
