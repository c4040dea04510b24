// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes the seeds of the GGUF fuzz targets: broken headers, small models and adapters that vary.
#include "tests/fuzz/adapter_model.h"
#include "tests/inference/adapters/bad_adapters.h"
#include "tests/inference/model/hostile_files.h"
#include "tests/support/tiny_adapter.h"
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

/// A shard of two with one tensor.
Bytes shard(std::uint32_t number, std::uint32_t count, std::int32_t tensors, std::string tensor)
{
    GgufWriter writer;
    if (number == 0) {
        writer.string("general.architecture", "llama");
    }
    writer.u32("split.no", number).i32("split.tensors.count", tensors).u32("split.count", count);
    return writer.tensor(std::move(tensor), {8}, inference::TensorType::F32, Bytes(32, std::byte{7})).bytes();
}

/// The form that gguf_shards_fuzz reads.
void writeShards(const std::filesystem::path &folder)
{
    std::filesystem::create_directories(folder);
    const auto put = [&](const char *name, const std::vector<Bytes> &files) {
        Bytes all;
        for (const Bytes &file : files) {
            append(all, static_cast<std::uint32_t>(file.size()));
            all.insert(all.end(), file.begin(), file.end());
        }
        writeFile(folder / name, all);
    };
    const Bytes first = shard(0, 2, 2, "a");
    const Bytes second = shard(1, 2, 2, "b");
    put("two", {first, second});
    put("three", {shard(0, 3, 3, "a"), shard(1, 3, 3, "b"), shard(2, 3, 3, "c")});
    put("swapped", {second, first});
    put("twice", {first, first});
    put("same-tensor", {first, shard(1, 2, 2, "a")});
    put("miscounted", {first, shard(1, 3, 2, "b")});
    put("tensor-missing", {shard(0, 2, 3, "a"), shard(1, 2, 3, "b")});
    put("cut", {first, Bytes(second.begin(), second.end() - 1)});
    put("one", {shard(0, 1, 1, "a")});
    put("none", {});
}

/// Adapters that fit the target's model, and refused ones that are small.
void writeAdapters(const std::filesystem::path &folder)
{
    constexpr std::size_t kLargest = 16U << 10U;
    std::filesystem::create_directories(folder);
    const TinyModelOptions model = adapterModel();
    TinyAdapterOptions options{.embedding = model.embedding,
                               .feedForward = model.feedForward,
                               .layers = model.layers,
                               .vocabulary = model.vocabulary,
                               .rank = 2};
    writeFile(folder / "fits", tinyAdapterWriter(options).bytes());
    writeFile(folder / "fits-header", tinyAdapterWriter(options).header());
    options.alpha = {};
    options.rank = 1;
    options.type = inference::TensorType::F16;
    writeFile(folder / "fits-f16", tinyAdapterWriter(options).bytes());
    options.changesEmbedding = true;
    writeFile(folder / "fits-embedding", tinyAdapterWriter(options).bytes());
    for (const auto &adapters : {badAdapters(), foreignAdapters()}) {
        for (const BadAdapter &bad : adapters) {
            if (bad.bytes.size() <= kLargest) {
                writeFile(folder / bad.name, bad.bytes);
            }
        }
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4) {
        std::fprintf(stderr, "usage: gguf_seeds FOLDER SHARDS_FOLDER ADAPTERS_FOLDER\n");
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
    writeShards(argv[2]);
    writeAdapters(argv[3]);
    return 0;
}
