// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes the seeds of the GGUF fuzz target: broken headers and small models that vary.
#include "tests/inference/model/hostile_files.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_vocabulary.h"

#include <cstdio>
#include <filesystem>

using namespace tests;

namespace {

// A model of a few hundred bytes: fuzzers change small inputs faster than large ones.
GgufWriter smallestModel(inference::TensorType type)
{
    TinyModelOptions options{.layers = 1,
                             .embedding = 32,
                             .feedForward = 32,
                             .heads = 1,
                             .kvHeads = 1,
                             .vocabulary = tinyVocabularyLeast(),
                             .type = type,
                             .chatTemplate = false};
    GgufWriter writer = tinyModelWriter(options);
    for (const char *key : {"tokenizer.ggml.tokens", "tokenizer.ggml.token_type", "tokenizer.ggml.merges"}) {
        writer.remove(key);
    }
    writer.strings("tokenizer.ggml.tokens", std::vector<std::string>{"<0x41>", "b", "<|im_end|>"})
        .i32s("tokenizer.ggml.token_type", std::vector{6, 1, 3})
        .f32s("tokenizer.ggml.scores", std::vector{0.0F, -1.0F, 0.0F})
        .strings("tokenizer.ggml.merges", std::vector<std::string>{"a b"});
    GgufTensorSpec &embedding = writer.tensors().front();
    embedding.data.resize(embedding.data.size() / embedding.shape[1] * 3);
    embedding.shape[1] = 3;
    return writer;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: gguf_seeds FOLDER\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    for (const auto &files : {hostileHeaders(), hostileData()}) {
        for (const HostileFile &file : files) {
            writeFile(folder / file.name, file.bytes);
        }
    }
    using inference::TensorType;
    for (const TensorType type : {TensorType::F16, TensorType::Q4_0, TensorType::Q8_0}) {
        const GgufWriter writer = smallestModel(type);
        const std::string name(inference::traits(type).name);
        writeFile(folder / ("model-" + name), writer.bytes());
        writeFile(folder / ("header-" + name), writer.header());
    }
    return 0;
}
