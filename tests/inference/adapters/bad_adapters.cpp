// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/adapters/bad_adapters.h"

#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

namespace tests {

namespace {

using inference::TensorType;

GgufTensorSpec &tensor(GgufWriter &writer, const std::string &name)
{
    return *std::ranges::find(writer.tensors(), name, &GgufTensorSpec::name);
}

/// The tensor with another shape and as many zeros.
void reshape(GgufWriter &writer, const std::string &name, const std::vector<std::uint64_t> &shape)
{
    GgufTensorSpec &spec = tensor(writer, name);
    std::uint64_t count = 1;
    for (const std::uint64_t dimension : shape) {
        count *= dimension;
    }
    spec.shape = shape;
    spec.data.assign(count * sizeof(float), std::byte{0});
}

BadAdapter changed(std::string name, std::string said, const std::function<void(GgufWriter &)> &change)
{
    GgufWriter writer = tinyAdapterWriter({.layers = 1});
    change(writer);
    return {.name = std::move(name), .bytes = writer.bytes(), .said = std::move(said)};
}

constexpr auto kDown = "blk.0.attn_q.weight.lora_a";
constexpr auto kUp = "blk.0.attn_q.weight.lora_b";

} // namespace

std::vector<BadAdapter> badAdapters()
{
    const auto floats = [](std::size_t count) { return Bytes(count * sizeof(float)); };
    return {
        {.name = "model", .bytes = makeTinyModel({.layers = 1}), .said = "is a model, not an adapter"},
        changed("type-model", "is a model, not an adapter",
                [](GgufWriter &w) { w.remove("general.type").string("general.type", "model"); }),
        changed("type-projector", "of the type \"mmproj\"",
                [](GgufWriter &w) { w.remove("general.type").string("general.type", "mmproj"); }),
        changed("kind-missing", "kind that it does not say", [](GgufWriter &w) { w.remove("adapter.type"); }),
        changed("kind-ia3", "kind \"ia3\"; only lora",
                [](GgufWriter &w) { w.remove("adapter.type").string("adapter.type", "ia3"); }),
        changed("kind-number", "kind that it does not say",
                [](GgufWriter &w) { w.remove("adapter.type").u32("adapter.type", 1); }),
        changed("activated", "activated LoRA",
                [](GgufWriter &w) { w.i32s("adapter.alora.invocation_tokens", std::vector{64, 3}); }),
        changed("activated-oddly", "activated LoRA",
                [](GgufWriter &w) { w.u32("adapter.alora.invocation_tokens", 64); }),
        changed("architecture-missing", "does not say which architecture",
                [](GgufWriter &w) { w.remove("general.architecture"); }),
        changed("alpha-nan", "adapter.lora.alpha",
                [](GgufWriter &w) {
                    w.remove("adapter.lora.alpha").f32("adapter.lora.alpha", std::numeric_limits<float>::quiet_NaN());
                }),
        changed("alpha-text", "adapter.lora.alpha",
                [](GgufWriter &w) { w.remove("adapter.lora.alpha").string("adapter.lora.alpha", "16"); }),
        changed("alpha-huge", "adapter.lora.alpha",
                [](GgufWriter &w) { w.remove("adapter.lora.alpha").f32("adapter.lora.alpha", 1e30F); }),
        changed("no-tensors", "has no tensors", [](GgufWriter &w) { w.tensors().clear(); }),
        changed("one-factor", "one factor of two", [](GgufWriter &w) { w.tensors().erase(w.tensors().begin()); }),
        changed("norm-replaced", "\"blk.0.attn_norm.weight\" is no factor of a LoRA",
                [&](GgufWriter &w) { w.tensor("blk.0.attn_norm.weight", {64}, TensorType::F32, floats(64)); }),
        changed(
            "magnitudes", "is no factor of a LoRA",
            [&](GgufWriter &w) { w.tensor("blk.0.attn_q.weight.lora_magnitude", {64}, TensorType::F32, floats(64)); }),
        changed("type-of-activations", "\"blk.0.attn_q.weight.lora_a\": ",
                [](GgufWriter &w) {
                    constexpr std::uint32_t kQ8_1 = 9; // 32 weights in 36 bytes
                    w.tensors().resize(2);
                    std::swap(w.tensors()[0], w.tensors()[1]);
                    tensor(w, kDown).ggmlType = kQ8_1;
                    tensor(w, kDown).data.assign(std::size_t{64} * 4 / 32 * 36, std::byte{0});
                }),
        changed("ranks-differ", "their ranks differ", [](GgufWriter &w) { reshape(w, kDown, {64, 5}); }),
        changed("factors-swapped", "their ranks differ",
                [](GgufWriter &w) {
                    reshape(w, kDown, {4, 64});
                    reshape(w, kUp, {64, 4});
                    tensor(w, kUp).shape = {32, 8};
                }),
        changed("rank-too-high", "have the rank 4097",
                [](GgufWriter &w) {
                    reshape(w, kDown, {64, 4097});
                    reshape(w, kUp, {4097, 64});
                }),
        changed("stacks-differ", "stacks of different sizes",
                [](GgufWriter &w) {
                    reshape(w, kDown, {64, 4, 2});
                    reshape(w, kUp, {4, 64, 3});
                }),
        changed("four-dimensions", "stacks of different sizes",
                [](GgufWriter &w) { reshape(w, kDown, {64, 4, 1, 2}); }),
        changed("in-parts", "several files", [](GgufWriter &w) { w.u32("split.count", 2).u32("split.no", 0); }),
    };
}

std::vector<BadAdapter> foreignAdapters()
{
    return {
        changed("other-architecture", "architecture \"qwen2\", the model's is \"llama\"",
                [](GgufWriter &w) { w.remove("general.architecture").string("general.architecture", "qwen2"); }),
        changed("unknown-tensor", "\"blk.7.attn_q.weight\", which the model has not",
                [](GgufWriter &w) {
                    tensor(w, kDown).name = "blk.7.attn_q.weight.lora_a";
                    tensor(w, kUp).name = "blk.7.attn_q.weight.lora_b";
                }),
        changed("wider", "64x96, the model's is 64x64", [](GgufWriter &w) { reshape(w, kUp, {4, 96}); }),
        changed("longer", "96x64, the model's is 64x64", [](GgufWriter &w) { reshape(w, kDown, {96, 4}); }),
        changed("experts", "64x64x3, the model's is 64x64",
                [](GgufWriter &w) {
                    reshape(w, kDown, {64, 4, 3});
                    reshape(w, kUp, {4, 64, 3});
                }),
        {.name = "embedding",
         .bytes = tinyAdapterWriter({.layers = 1, .vocabulary = 300, .changesEmbedding = true}).bytes(),
         .said = "64x300, the model's is 64x320"},
    };
}

} // namespace tests
