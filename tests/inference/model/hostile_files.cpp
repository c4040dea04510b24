// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/model/hostile_files.h"

#include "inference/families/families.h"
#include "inference/model/model_config.h"
#include "tests/support/tiny_model.h"

#include <bit>
#include <limits>

namespace tests {

using namespace inference;

namespace {

constexpr std::uint32_t kU8 = 0, kBool = 7, kString = 8, kArray = 9, kU64 = 10;
constexpr std::uint32_t kI8Tensor = 24, kF64Tensor = 28;
constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

template <class... Parts>
Bytes joined(Parts... parts)
{
    Bytes out;
    (append(out, parts), ...);
    return out;
}

GgufWriter small()
{
    GgufWriter writer;
    writer.string("general.architecture", "llama");
    return writer;
}

GgufTensorSpec floats(std::string name, std::vector<std::uint64_t> shape, std::uint64_t bytes)
{
    return {std::move(name), std::move(shape), 0, Bytes(bytes), std::nullopt};
}

GgufTensorSpec forged(std::string name, std::vector<std::uint64_t> shape, std::uint32_t type, std::uint64_t offset = 0)
{
    return {std::move(name), std::move(shape), type, {}, offset};
}

HostileFile malformed(std::string name, const GgufWriter &writer, std::string check)
{
    return {std::move(name), writer.bytes(), ErrorCode::FileMalformed, std::move(check)};
}

GgufWriter tiny()
{
    return tinyModelWriter(
        {.layers = 1, .embedding = 32, .feedForward = 32, .heads = 2, .kvHeads = 1, .vocabulary = 288});
}

// The tiny model with one entry replaced; `set` writes it anew.
template <class Set>
HostileFile changedModel(std::string name, std::string_view key, Set set, std::string check,
                         ErrorCode code = ErrorCode::FileMalformed)
{
    GgufWriter writer = tiny();
    writer.remove(key);
    set(writer);
    return {std::move(name), writer.bytes(), code, std::move(check)};
}

HostileFile withU32(std::string name, std::string_view key, std::uint32_t value, std::string check,
                    ErrorCode code = ErrorCode::FileMalformed)
{
    return changedModel(std::move(name), key, [&](GgufWriter &w) { w.u32(key, value); }, std::move(check), code);
}

HostileFile withF32(std::string name, std::string_view key, float value, std::string check)
{
    return changedModel(std::move(name), key, [&](GgufWriter &w) { w.f32(key, value); }, std::move(check));
}

HostileFile withString(std::string name, std::string_view key, std::string_view value, std::string check,
                       ErrorCode code)
{
    return changedModel(std::move(name), key, [&](GgufWriter &w) { w.string(key, value); }, std::move(check), code);
}

void addCounts(std::vector<HostileFile> &files)
{
    files.push_back(
        malformed("CVE-2024-23605-metadata-count", small().overrides({.entryCount = kHuge / 16}), "metadata count"));
    files.push_back(malformed("metadata-count-over-limit", small().overrides({.entryCount = 65537}), "metadata count"));
    files.push_back(
        malformed("CVE-2024-21836-tensor-count", small().overrides({.tensorCount = kHuge / 32}), "tensor count"));
    files.push_back(malformed("tensor-count-over-limit", small().overrides({.tensorCount = 65537}), "tensor count"));
    files.push_back({"metadata-count-past-end", small().overrides({.entryCount = 65536}).header(),
                     ErrorCode::FileTruncated, "metadata key"});
    files.push_back({"tensor-count-past-end", small().overrides({.tensorCount = 65536}).header(),
                     ErrorCode::FileTruncated, "tensor name"});
    files.push_back(malformed("magic", small().overrides({.magic = 0x4C4D4747U}), "magic"));
    files.push_back(malformed("version-0", small().overrides({.version = 0}), "version"));
    for (const std::uint32_t version : {1U, 4U, 0xFFFFFFFFU}) {
        files.push_back({"version-" + std::to_string(version), small().overrides({.version = version}).bytes(),
                         ErrorCode::UnsupportedFile, "version"});
    }
    files.push_back({"big-endian", small().overrides({.version = std::byteswap(3U)}).bytes(),
                     ErrorCode::UnsupportedFile, "big-endian"});
}

void addMetadata(std::vector<HostileFile> &files)
{
    files.push_back(malformed("CVE-2024-23496-string-length", small().raw("a", kString, joined(kHuge)), "length"));
    files.push_back({"string-past-end", small().raw("a", kString, joined(std::uint64_t{1} << 20U)).bytes(),
                     ErrorCode::FileTruncated, "a: the file ends"});
    files.push_back(malformed("CVE-2024-21825-array-length", small().raw("a", kArray, joined(kString, kHuge / 16 + 1)),
                              "array length"));
    files.push_back(malformed("array-length-times-size",
                              small().raw("a", kArray, joined(kU64, std::uint64_t{1} << 61U)), "array length"));
    files.push_back({"array-past-end", small().raw("a", kArray, joined(kU64, std::uint64_t{1} << 26U)).bytes(),
                     ErrorCode::FileTruncated, "a: the file ends"});
    files.push_back({"string-array-past-end",
                     small().raw("a", kArray, joined(kString, std::uint64_t{1} << 26U)).bytes(),
                     ErrorCode::FileTruncated, "a: the file ends"});
    files.push_back(malformed("nested-array",
                              small().raw("a", kArray, joined(kArray, std::uint64_t{1}, kU8, std::uint64_t{0})),
                              "nested array"));
    files.push_back(malformed("array-type", small().raw("a", kArray, joined(13U, std::uint64_t{1})), "array type"));
    files.push_back(malformed("value-type", small().raw("a", 13, joined(kHuge)), "value type"));
    files.push_back(malformed("bool-2", small().raw("a", kBool, joined(std::uint8_t{2})), "bool value"));
    files.push_back(malformed(
        "bool-array-2", small().raw("a", kArray, joined(kBool, std::uint64_t{2}, std::uint8_t{1}, std::uint8_t{2})),
        "bool value"));
    files.push_back(malformed("duplicate-key", small().u32("a", 1).u32("b", 2).u32("a", 3), "duplicate key"));
    files.push_back(malformed("empty-key", small().u32("", 1), "metadata key"));
    files.push_back(malformed("control-character-in-key", small().u32("a\nb", 1), "metadata key"));
    files.push_back(malformed("long-key", small().u32(std::string(257, 'k'), 1), "metadata key"));
    files.push_back(malformed("template-over-1-mib",
                              small().raw("tokenizer.chat_template", kString, joined((std::uint64_t{1} << 20U) + 1)),
                              "length"));
    for (const std::uint32_t alignment : {0U, 1U, 4U, 24U, 33U, 0x200000U, 0x80000000U, 0xFFFFFFFFU}) { // #24997
        files.push_back(malformed("alignment-" + std::to_string(alignment), small().u32("general.alignment", alignment),
                                  "alignment"));
    }
    files.push_back(malformed("alignment-text", small().string("general.alignment", "32"), "alignment"));
}

void addTensors(std::vector<HostileFile> &files)
{
    files.push_back(malformed("CVE-2024-21802-shape-product",
                              small().tensor(forged("t", {std::uint64_t{1} << 62U, 4, 1, 1}, 0)), "tensor shape"));
    files.push_back(malformed("shape-product-wraps-small",
                              small().tensor(forged("t", {std::uint64_t{1} << 32U, std::uint64_t{1} << 32U, 1, 1}, 0)),
                              "tensor shape"));
    files.push_back(malformed("GHSA-96jg-mvhq-q7q7-weights-times-size",
                              small().tensor(forged("t", {std::uint64_t{1} << 61U}, kF64Tensor)), "tensor size"));
    // Three rounds on one sum of sizes: each file makes another of its steps overflow.
    const std::uint64_t half = (std::uint64_t{1} << 63U) - 32;
    files.push_back(malformed("CVE-2025-53630-sum-of-sizes",
                              small()
                                  .tensor(forged("a", {half}, kI8Tensor))
                                  .tensor(forged("b", {half}, kI8Tensor, half))
                                  .tensor(forged("c", {half}, kI8Tensor, 2 * half)),
                              "tensor size"));
    files.push_back(malformed("CVE-2026-27940-sum-plus-header",
                              small()
                                  .tensor(forged("a", {half}, kI8Tensor))
                                  .tensor(forged("b", {half}, kI8Tensor, half))
                                  .tensor(forged("c", {32}, kI8Tensor, 2 * half)),
                              "tensor size"));
    files.push_back(malformed("24759-padding-of-the-sum",
                              small()
                                  .tensor(forged("a", {half}, kI8Tensor))
                                  .tensor(forged("b", {half}, kI8Tensor, half))
                                  .tensor(forged("c", {63}, kI8Tensor, 2 * half)),
                              "tensor size"));
    for (const std::uint32_t type : {4U, 5U, 31U, 32U, 33U, 36U, 37U, 38U}) { // block size 0
        files.push_back({"removed-type-" + std::to_string(type), small().tensor(forged("t", {32}, type)).bytes(),
                         ErrorCode::UnsupportedFile, "tensor type"});
    }
    files.push_back(malformed("dimension-0", small().tensor(forged("t", {32, 0}, 0)), "tensor shape"));
    files.push_back(malformed("no-dimensions", small().tensor(forged("t", {}, 0)), "tensor dimensions"));
    files.push_back(malformed("five-dimensions", small().tensor(forged("t", {1, 1, 1, 1, 1}, 0)), "tensor dimensions"));
    files.push_back(malformed("row-not-whole-blocks", small().tensor(forged("t", {33}, 2)), "whole Q4_0 blocks"));
    files.push_back(malformed("row-less-than-a-block", small().tensor(forged("t", {32, 8}, 12)), "whole Q4_K blocks"));
    files.push_back(
        malformed("duplicate-tensor",
                  small().tensor(floats("t", {8}, 32)).tensor(floats("u", {8}, 32)).tensor(floats("t", {8}, 32)),
                  "duplicate tensor"));
    files.push_back(malformed("empty-tensor-name", small().tensor(floats("", {8}, 32)), "tensor name"));
    files.push_back(
        malformed("tensor-name-64-bytes", small().tensor(floats(std::string(64, 't'), {8}, 32)), "tensor name"));
    files.push_back(
        malformed("control-character-in-tensor-name", small().tensor(floats("t\x1b[2J", {8}, 32)), "tensor name"));
    GgufTensorSpec second = floats("u", {8}, 32);
    for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{16}, std::uint64_t{64}, kHuge - 31, kHuge}) {
        second.offset = offset; // 32 is due
        files.push_back(malformed("offset-" + std::to_string(offset),
                                  small().tensor(floats("t", {8}, 32)).tensor(second), "tensor offset"));
    }
}

void addHyperparameters(std::vector<HostileFile> &files)
{
    files.push_back(withU32("25821-layers-over-limit", "llama.block_count", 1025, "block_count"));
    files.push_back(
        withU32("26051-layers-without-tensors", "llama.block_count", 600, "blk.1.attn_norm.weight is missing"));
    files.push_back(withU32("layers-0", "llama.block_count", 0, "block_count"));
    files.push_back(withU32("heads-0", "llama.attention.head_count", 0, "head_count"));
    files.push_back(withU32("heads-over-limit", "llama.attention.head_count", 1025, "head_count"));
    files.push_back(withU32("kv-heads-0", "llama.attention.head_count_kv", 0, "head_count_kv"));
    files.push_back(withU32("kv-heads-do-not-divide", "llama.attention.head_count_kv", 3, "do not divide"));
    files.push_back(withU32("head-width-over-limit", "llama.attention.key_length", 1026, "key_length"));
    files.push_back(withU32("width-0", "llama.embedding_length", 0, "embedding_length"));
    files.push_back(
        withU32("width-of-another-model", "llama.embedding_length", 64, "token_embd.weight is 32x288x1x1, not 64x288"));
    files.push_back(withU32("width-over-limit", "llama.embedding_length", 0xFFFFFFE0U, "embedding_length"));
    files.push_back(withU32("hidden-width-0", "llama.feed_forward_length", 0, "ffn_gate"));
    files.push_back(withU32("context-0", "llama.context_length", 0, "context_length"));
    files.push_back(withU32("context-over-limit", "llama.context_length", 0xFFFFFFFFU, "context_length"));
    files.push_back(withU32("rope-odd", "llama.rope.dimension_count", 15, "dimension_count is odd"));
    files.push_back(withU32("rope-wider-than-head", "llama.rope.dimension_count", 18, "dimension_count"));
    files.push_back(
        withF32("rope-base-nan", "llama.rope.freq_base", std::numeric_limits<float>::quiet_NaN(), "freq_base"));
    files.push_back(withF32("rope-base-0", "llama.rope.freq_base", 0.0F, "freq_base"));
    files.push_back(withF32("rope-factor-infinite", "llama.rope.scaling.factor", std::numeric_limits<float>::infinity(),
                            "scaling.factor"));
    files.push_back(withF32("epsilon-nan", "llama.attention.layer_norm_rms_epsilon",
                            std::numeric_limits<float>::quiet_NaN(), "epsilon"));
    files.push_back(withF32("epsilon-0", "llama.attention.layer_norm_rms_epsilon", 0.0F, "epsilon"));
    files.push_back(changedModel(
        "epsilon-missing", "llama.attention.layer_norm_rms_epsilon", [](GgufWriter &) {}, "epsilon is missing"));
    files.push_back(withString("heads-as-text", "llama.attention.head_count", "2", "head_count is not an integer",
                               ErrorCode::FileMalformed));
    files.push_back(changedModel(
        "heads-per-layer-too-many", "llama.attention.head_count",
        [](GgufWriter &w) { w.i32s("llama.attention.head_count", std::vector{2, 2}); }, "one integer for each layer"));
    files.push_back(changedModel(
        "heads-per-layer-negative", "llama.attention.head_count",
        [](GgufWriter &w) { w.i32s("llama.attention.head_count", std::vector{-2}); }, "head_count is -2"));
    files.push_back(withU32("experts-of-which-none-is-used", "llama.expert_count", 8, "expert_used_count is missing"));
    files.push_back(withU32("too-many-experts", "llama.expert_count", 1025, "expert_count is 1025"));
    files.push_back(withString("rope-scaling-of-another-kind", "llama.rope.scaling.type", "ntk\x1b", "\"ntk?\"",
                               ErrorCode::UnsupportedFile));
    files.push_back(changedModel(
        "rope-sections", "llama.rope.dimension_sections",
        [](GgufWriter &w) { w.i32s("llama.rope.dimension_sections", std::vector{3, 3, 2, 0}); }, "dimension_sections",
        ErrorCode::UnsupportedFile));
    files.push_back(changedModel(
        "gating-of-another-kind", "llama.expert_gating_func",
        [](GgufWriter &w) {
            w.u32("llama.expert_count", 8).u32("llama.expert_used_count", 2).u32("llama.expert_gating_func", 5);
        },
        "expert_gating_func is 5"));
    files.push_back(withU32("all-layers-predict-ahead", "llama.nextn_predict_layers", 1, "nextn_predict_layers"));
    files.push_back(changedModel(
        "both-directions", "llama.attention.causal", [](GgufWriter &w) { w.boolean("llama.attention.causal", false); },
        "both directions", ErrorCode::UnsupportedFile));
    files.push_back(withString("llama3-scaling-without-factors", "llama.rope.scaling.type", "llama3", "llama3",
                               ErrorCode::UnsupportedFile));
    files.push_back(
        withString("projector", "general.architecture", "clip", "architecture \"clip\"", ErrorCode::UnsupportedFile));
    files.push_back(withString("architecture-with-escapes", "general.architecture", "ev\x1b[2Jil", "\"ev?[2Jil\"",
                               ErrorCode::UnsupportedFile));
    files.push_back(
        withString("adapter", "general.type", "adapter", "the file is an adapter", ErrorCode::AdapterAlone));
    files.push_back(withU32("shard", "split.count", 3, "one part", ErrorCode::UnsupportedFile));
    files.push_back(changedModel(
        "no-architecture", "general.architecture", [](GgufWriter &) {}, "general.architecture is missing"));
}

void addTokenizer(std::vector<HostileFile> &files)
{
    const auto tokens = [](std::vector<std::string> first) {
        first.resize(288, "x");
        return first;
    };
    const auto types = [](std::int32_t first) {
        std::vector<std::int32_t> all(288, 1);
        all[0] = first;
        return all;
    };
    const auto withToken = [&](std::string name, std::string token, std::int32_t type, std::string check) {
        GgufWriter writer = tiny();
        writer.remove("tokenizer.ggml.tokens").strings("tokenizer.ggml.tokens", tokens({std::move(token)}));
        writer.remove("tokenizer.ggml.token_type").i32s("tokenizer.ggml.token_type", types(type));
        files.push_back({std::move(name), writer.bytes(), ErrorCode::FileMalformed, std::move(check)});
    };
    withToken("25969-byte-token-negative", "<0x-1>", 6, "byte token 0");
    withToken("byte-token-without-digits", "<0x>", 6, "byte token 0");
    withToken("byte-token-too-long", "<0x100>", 6, "byte token 0");
    withToken("byte-token-text", "hello", 6, "byte token 0");
    withToken("CVE-2025-49847-long-token", std::string(65537, 'x'), 1, "token 0 is longer");
    withToken("token-type-7", "x", 7, "token type 7");
    withToken("token-type-negative", "x", -1, "token type -1");
    files.push_back(changedModel(
        "token-types-too-few", "tokenizer.ggml.token_type",
        [](GgufWriter &w) { w.i32s("tokenizer.ggml.token_type", std::vector<std::int32_t>(287, 1)); },
        "token_type does not hold"));
    files.push_back(changedModel(
        "scores-too-many", "tokenizer.ggml.scores",
        [](GgufWriter &w) { w.f32s("tokenizer.ggml.scores", std::vector<float>(289, 0.0F)); }, "scores does not hold"));
    files.push_back(changedModel(
        "score-nan", "tokenizer.ggml.scores",
        [](GgufWriter &w) {
            std::vector<float> scores(288, 0.0F);
            scores[5] = std::numeric_limits<float>::quiet_NaN();
            w.f32s("tokenizer.ggml.scores", scores);
        },
        "score of token 5"));
    files.push_back(changedModel(
        "tokens-as-numbers", "tokenizer.ggml.tokens",
        [](GgufWriter &w) { w.i32s("tokenizer.ggml.tokens", std::vector{1, 2}); }, "tokenizer.ggml.tokens"));
    files.push_back(changedModel(
        "no-tokens", "tokenizer.ggml.tokens",
        [](GgufWriter &w) { w.strings("tokenizer.ggml.tokens", std::vector<std::string>{}); },
        "tokenizer.ggml.tokens"));
    files.push_back(changedModel(
        "tokens-of-another-model", "tokenizer.ggml.tokens",
        [](GgufWriter &w) { w.strings("tokenizer.ggml.tokens", std::vector<std::string>{"a", "b"}); },
        "token_embd.weight"));
    for (const std::string merge : {"ab", "a ", " a", ""}) {
        files.push_back(changedModel(
            "merge-" + std::to_string(merge.size()) + (merge.starts_with(' ') ? "-left" : ""), "tokenizer.ggml.merges",
            [&](GgufWriter &w) { w.strings("tokenizer.ggml.merges", std::vector<std::string>{merge}); }, "merge 0"));
    }
    files.push_back(withU32("eos-outside", "tokenizer.ggml.eos_token_id", 288, "eos_token_id is outside"));
    files.push_back(withU32("bos-outside", "tokenizer.ggml.bos_token_id", 0x80000000U, "bos_token_id is outside"));
    files.push_back(withU32("fim-outside", "tokenizer.ggml.fim_pad_token_id", 5000, "fim_pad_token_id is outside"));
    files.push_back(withString("unknown-id-text", "tokenizer.ggml.unknown_token_id", "0", "unknown_token_id is outside",
                               ErrorCode::FileMalformed));
    files.push_back(changedModel(
        "no-tokenizer-model", "tokenizer.ggml.model", [](GgufWriter &) {}, "tokenizer.ggml.model is missing"));
}

void addModelTensors(std::vector<HostileFile> &files)
{
    const auto with = [&](std::string name, auto change, std::string check, ErrorCode code = ErrorCode::FileMalformed) {
        GgufWriter writer = tiny();
        change(writer.tensors());
        files.push_back({std::move(name), writer.bytes(), code, std::move(check)});
    };
    using Specs = std::vector<GgufTensorSpec>;
    with(
        "tensor-missing",
        [](Specs &t) { std::erase_if(t, [](const auto &s) { return s.name == "blk.0.attn_v.weight"; }); },
        "blk.0.attn_v.weight is missing");
    with(
        "tensor-transposed",
        [](Specs &t) {
            for (GgufTensorSpec &spec : t) {
                if (spec.name == "blk.0.attn_k.weight") {
                    spec = floats(spec.name, {16, 32}, 16 * 32 * 4);
                }
            }
        },
        "blk.0.attn_k.weight is 16x32x1x1, not 32x16");
    with(
        "norm-in-blocks",
        [](Specs &t) {
            for (GgufTensorSpec &spec : t) {
                if (spec.name == "output_norm.weight") {
                    spec = {spec.name, {32}, 8, Bytes(34), std::nullopt};
                }
            }
        },
        "output_norm.weight has the type Q8_0", ErrorCode::UnsupportedFile);
    with(
        "matrix-of-unreadable-type",
        [](Specs &t) {
            for (GgufTensorSpec &spec : t) {
                if (spec.name == "blk.0.ffn_up.weight") {
                    spec = {spec.name, {32, 32}, 9, Bytes(32 * 36), std::nullopt};
                }
            }
        },
        "ffn_up.weight: Q8_1 is a format of activations, not of weights", ErrorCode::UnsupportedFile);
    with(
        "tensor-of-another-variant", [](Specs &t) { t.push_back(floats("blk.0.attn_q_norm.weight", {16}, 64)); },
        "the tensor \"blk.0.attn_q_norm.weight\"", ErrorCode::UnsupportedFile);
    with(
        "longrope-by-half", [](Specs &t) { t.push_back(floats("rope_factors_long.weight", {8}, 32)); },
        "rope_factors_short.weight is missing");
    with(
        "bias-of-wrong-width", [](Specs &t) { t.push_back(floats("blk.0.attn_q.bias", {16}, 64)); },
        "blk.0.attn_q.bias is 16");
    with(
        "rope-factors-of-wrong-width", [](Specs &t) { t.push_back(floats("rope_freqs.weight", {16}, 64)); },
        "rope_freqs.weight is 16");
}

} // namespace

std::vector<HostileFile> hostileHeaders()
{
    std::vector<HostileFile> files;
    addCounts(files);
    addMetadata(files);
    addTensors(files);
    return files;
}

std::vector<HostileFile> hostileData()
{
    std::vector<HostileFile> files;
    files.push_back({"CVE-2026-7482-shape-against-file-size", small().tensor(forged("t", {1024, 1024}, 0)).bytes(),
                     ErrorCode::FileTruncated, "tensor data"});
    Bytes cut = small().tensor(floats("t", {8}, 32)).bytes();
    cut.pop_back();
    files.push_back({"last-byte-missing", cut, ErrorCode::FileTruncated, "tensor data"});
    files.push_back({"data-section-missing", small().tensor(floats("t", {8}, 32)).header(), ErrorCode::FileTruncated,
                     "tensor data"});
    files.push_back({"tensor-of-unknown-type", small().tensor({"t", {32}, 4711, Bytes(32), std::nullopt}).bytes(),
                     ErrorCode::UnsupportedFile, "tensor type"});
    return files;
}

std::vector<HostileFile> hostileModels()
{
    std::vector<HostileFile> files;
    addHyperparameters(files);
    addTokenizer(files);
    addModelTensors(files);
    return files;
}

Result<void> loadModelHeader(std::span<const std::byte> bytes, GgufScope scope)
{
    const auto file = GgufFile::parse(bytes, scope);
    if (!file) {
        return std::unexpected(file.error());
    }
    if (const auto pass = families::buildForwardPass(**file, 0); !pass) {
        return std::unexpected(pass.error());
    }
    const auto vocabulary = readVocabulary(**file);
    return vocabulary ? Result<void>{} : std::unexpected(vocabulary.error());
}

} // namespace tests
