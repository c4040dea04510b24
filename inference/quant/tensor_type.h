// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inference {

/// GGML tensor types by their number in GGUF files. Only types that Carrel can read are named.
enum class TensorType : std::uint32_t {
    F32 = 0,
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q5_0 = 6,
    Q5_1 = 7,
    Q8_0 = 8,
    Q4_K = 12,
    Q5_K = 13,
    Q6_K = 14,
    BF16 = 30,
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

} // namespace inference
