// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reader of LoRA adapters (Hu et al. 2021, arXiv:2106.09685) as llama.cpp's converter writes them: a GGUF file whose
// general.type is "adapter", with two factors for each tensor that it changes.
#pragma once

#include "inference/error.h"
#include "inference/model/gguf_file.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace inference::adapters {

/// The tensor whose factors stand the other way round: tokens choose rows of the first.
inline constexpr std::string_view kEmbedding = "token_embd.weight";

/// What an adapter adds to one tensor: factor * up down, with the factor of LoraFile::factorOf().
struct LoraFactors {
    std::string tensor;               ///< of the model: "blk.0.attn_q.weight"
    const GgufTensor *down = nullptr; ///< TENSOR.lora_a: (n_in, rank) or (n_in, rank, experts); kEmbedding: (rank, n)
    const GgufTensor *up = nullptr;   ///< TENSOR.lora_b: (rank, n_out) or (rank, n_out, experts)
    std::uint64_t rank = 0;
};

/// A sound adapter, not yet compared with a model.
struct LoraFile {
    std::shared_ptr<const GgufFile> file; ///< owns what the factors point to
    std::string name;                     ///< general.name, may be empty
    std::string architecture;             ///< of the models that it changes
    float alpha = 0.0F;                   ///< 0: factors count as they are
    std::vector<LoraFactors> factors;     ///< at least one, by tensor

    /// What the product of two factors is multiplied with before the user's scale: alpha / rank.
    [[nodiscard]] double factorOf(const LoraFactors &pair) const
    {
        return alpha == 0.0F ? 1.0 : static_cast<double>(alpha) / static_cast<double>(pair.rank);
    }
};

/// Whether the file says of itself that it is an adapter, of whatever kind.
bool isAdapter(const GgufFile &file);

/// Reads the header alone; weights are checked when they are used. AdapterUnfit says what the file is instead, which
/// kind of adapter Carrel does not apply, or what contradicts.
Result<LoraFile> readLora(std::shared_ptr<const GgufFile> file);

} // namespace inference::adapters
