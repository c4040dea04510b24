// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Random LoRA adapters for the models of tiny_model.h, as llama.cpp's converter writes them.
#pragma once

#include "inference/quant/tensor_type.h"
#include "tests/support/gguf_writer.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tests {

struct TinyAdapterOptions {
    std::uint32_t embedding = 64; ///< of the model, as its other numbers
    std::uint32_t feedForward = 96;
    std::uint32_t layers = 2;
    std::uint32_t vocabulary = 320;
    std::uint32_t rank = 4;
    std::optional<float> alpha = 8.0F; ///< absent: the key is not written
    std::string name = "tiny adapter";
    std::string architecture = "llama";
    bool changesEmbedding = false; ///< token_embd.weight, besides query, gate and down of each layer
    inference::TensorType type = inference::TensorType::F32; ///< F32 or F16
    std::uint64_t seed = 1;
};

/// The adapter as a writer, for tests that change something before they take its bytes.
GgufWriter tinyAdapterWriter(const TinyAdapterOptions &options = {});

/// Writes the adapter's file and returns its path.
std::filesystem::path writeTinyAdapter(const std::filesystem::path &path, const TinyAdapterOptions &options = {});

} // namespace tests
