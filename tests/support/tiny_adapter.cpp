// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_adapter.h"

#include "tests/support/seeded_weights.h"

namespace tests {

GgufWriter tinyAdapterWriter(const TinyAdapterOptions &options)
{
    GgufWriter writer;
    writer.string("general.type", "adapter")
        .string("general.architecture", options.architecture)
        .string("general.name", options.name)
        .string("adapter.type", "lora");
    if (options.alpha) {
        writer.f32("adapter.lora.alpha", *options.alpha);
    }
    const auto matrix = [&](const std::string &name, std::uint64_t columns, std::uint64_t rows, int exponent) {
        writer.tensor(name, {columns, rows}, options.type,
                      seededMatrix({.seed = options.seed, .tensor = name}, columns * rows, exponent, options.type));
    };
    const auto change = [&](const std::string &tensor, std::uint64_t columns, std::uint64_t rows) {
        matrix(tensor + ".lora_a", columns, options.rank, 5);
        matrix(tensor + ".lora_b", options.rank, rows, 3);
    };
    for (std::uint32_t layer = 0; layer < options.layers; ++layer) {
        const std::string block = "blk." + std::to_string(layer) + ".";
        change(block + "attn_q.weight", options.embedding, options.embedding);
        change(block + "ffn_gate.weight", options.embedding, options.feedForward);
        change(block + "ffn_down.weight", options.feedForward, options.embedding);
    }
    if (options.changesEmbedding) {
        matrix("token_embd.weight.lora_a", options.rank, options.vocabulary, 3);
        matrix("token_embd.weight.lora_b", options.rank, options.embedding, 3);
    }
    return writer;
}

std::filesystem::path writeTinyAdapter(const std::filesystem::path &path, const TinyAdapterOptions &options)
{
    writeFile(path, tinyAdapterWriter(options).bytes());
    return path;
}

} // namespace tests
