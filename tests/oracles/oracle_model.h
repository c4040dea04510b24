// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tiny models of tests/oracles/fixtures/, made of their descriptions, and the logits they must give.
#pragma once

#include "inference/quant/tensor_type.h"
#include "inference/types.h"
#include "tests/support/gguf_writer.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tests {

struct OracleModel {
    struct Tensor {
        std::string name;
        std::vector<std::uint64_t> shape;
        enum class Kind { Matrix, Fp4, Vector, Values } kind = Kind::Matrix; ///< Fp4: MXFP4 in every file
        int exponent = 0;
        double mean = 0.0;
        std::vector<float> numbers; ///< of Values
    };

    std::string name; ///< of its files
    std::string architecture;
    std::uint64_t seed = 0;
    std::uint32_t context = 0; ///< positions that will be used
    std::uint32_t vocabulary = 0;
    std::vector<inference::TokenId> prompt;
    std::uint32_t width = 0; ///< of a row of results: the vocabulary, or an embedding
    bool embeds = false;     ///< the prompt is one batch, whose rows are pooled where there is one result alone
    std::uint32_t second = 0xFFFFFFFFU; ///< of a pair of texts: index of the second one's first token
    std::vector<double> logits;         ///< of the prompt's last rows, or what an embedder ends in: (rows(), width)
    GgufWriter metadata;
    std::vector<Tensor> tensors;

    [[nodiscard]] std::size_t rows() const { return logits.size() / width; }
    /// Whether some matrices are quantized in every file.
    [[nodiscard]] bool isQuantized() const;
    /// Whether rows are whole blocks of a type.
    [[nodiscard]] bool fits(inference::TensorType type) const;
    /// The model file with matrices of a type.
    [[nodiscard]] Bytes file(inference::TensorType type) const;
};

/// The numbers of a file of logits.
std::vector<double> readLogits(const std::filesystem::path &path);

/// Every model of a folder, by name. Throws when a file is unreadable.
std::vector<OracleModel> oracleModels(const std::filesystem::path &folder);

/// Appends a measured error to the file that CARREL_FIDELITY_REPORT names; nothing without it.
void reportFidelity(const OracleModel &model, std::string_view column, double error);

} // namespace tests
