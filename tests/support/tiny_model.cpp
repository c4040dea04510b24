// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_model.h"

#include "tests/support/random_blocks.h"
#include "tests/support/tiny_vocabulary.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <span>
#include <utility>

namespace tests {

using namespace inference;

namespace {

class Builder {
public:
    explicit Builder(const TinyModelOptions &options)
        : m_options(options)
        , m_random(options.seed)
        , m_headDim(options.headDim.value_or(options.embedding / options.heads))
    {
    }

    GgufWriter build()
    {
        writeGeneral();
        writeTokenizer();
        writeTensors();
        return std::move(m_writer);
    }

private:
    void writeGeneral()
    {
        m_writer.string("general.architecture", "llama")
            .string("general.type", "model")
            .string("general.name", "Tiny")
            .u32("llama.context_length", m_options.context)
            .u32("llama.embedding_length", m_options.embedding)
            .u32("llama.block_count", m_options.layers)
            .u32("llama.feed_forward_length", m_options.feedForward)
            .u32("llama.attention.head_count", m_options.heads)
            .u32("llama.attention.head_count_kv", m_options.kvHeads)
            .f32("llama.attention.layer_norm_rms_epsilon", 1e-5F)
            .u32("llama.rope.dimension_count", m_options.ropeDimensions.value_or(m_headDim))
            .f32("llama.rope.freq_base", m_options.ropeBase)
            .u32("llama.vocab_size", m_options.vocabulary);
        if (m_options.headDim) {
            m_writer.u32("llama.attention.key_length", m_headDim).u32("llama.attention.value_length", m_headDim);
        }
        if (m_options.experts > 0) {
            m_writer.u32("llama.expert_count", m_options.experts).u32("llama.expert_used_count", m_options.usedExperts);
        }
        if (m_options.ropeLinearFactor) {
            m_writer.string("llama.rope.scaling.type", "linear")
                .f32("llama.rope.scaling.factor", *m_options.ropeLinearFactor);
        }
    }

    void writeTokenizer()
    {
        constexpr std::int32_t kControl = 3;
        TinyVocabulary vocabulary = makeTinyVocabulary(m_options.vocabulary, m_options.furtherMerges);
        for (std::size_t i = 0; i < m_options.controlTokens.size(); ++i) {
            vocabulary.tokens[vocabulary.tokens.size() - 1 - i] = m_options.controlTokens[i];
            vocabulary.types[vocabulary.tokens.size() - 1 - i] = kControl;
        }
        if (!m_options.suppressed.empty()) {
            m_writer.i32s("tokenizer.ggml.suppress_tokens", m_options.suppressed);
        }
        m_writer.string("tokenizer.ggml.model", "gpt2")
            .string("tokenizer.ggml.pre", m_options.pre)
            .strings("tokenizer.ggml.tokens", vocabulary.tokens)
            .i32s("tokenizer.ggml.token_type", vocabulary.types)
            .strings("tokenizer.ggml.merges", vocabulary.merges)
            .u32("tokenizer.ggml.bos_token_id", TinyVocabulary::kEndOfText)
            .u32("tokenizer.ggml.eos_token_id", TinyVocabulary::kTurnEnd)
            .boolean("tokenizer.ggml.add_bos_token", false);
        if (m_options.chatTemplate) {
            m_writer.string("tokenizer.chat_template",
                            m_options.templateSource.empty() ? tinyChatTemplate() : m_options.templateSource);
        }
    }

    void writeTensors()
    {
        const std::uint64_t width = m_options.embedding;
        const std::uint64_t queryWidth = std::uint64_t{m_options.heads} * m_headDim;
        const std::uint64_t kvWidth = std::uint64_t{m_options.kvHeads} * m_headDim;
        const std::uint64_t hidden = m_options.feedForward;
        // The output matrix is this one when tied: the spread of the logits is about 3 then.
        const float embeddingDeviation = 3.0F / std::sqrt(static_cast<float>(width));
        matrix("token_embd.weight", width, m_options.vocabulary, embeddingDeviation);
        if (m_options.ropeFactors) {
            vector("rope_freqs.weight", m_options.ropeDimensions.value_or(m_headDim) / 2, 1.0F, 8.0F);
        }
        for (std::uint32_t layer = 0; layer < m_options.layers; ++layer) {
            const std::string block = "blk." + std::to_string(layer) + ".";
            vector(block + "attn_norm.weight", width, 0.8F, 1.2F);
            projection(block + "attn_q", width, queryWidth, m_options.attentionBias);
            projection(block + "attn_k", width, kvWidth, m_options.attentionBias);
            projection(block + "attn_v", width, kvWidth, m_options.attentionBias);
            projection(block + "attn_output", queryWidth, width, m_options.attentionBias);
            vector(block + "ffn_norm.weight", width, 0.8F, 1.2F);
            if (m_options.experts > 0) {
                experts(block, width, hidden);
                continue;
            }
            projection(block + "ffn_gate", width, hidden, m_options.feedForwardBias);
            projection(block + "ffn_up", width, hidden, m_options.feedForwardBias);
            projection(block + "ffn_down", hidden, width, m_options.feedForwardBias);
        }
        vector("output_norm.weight", width, 0.8F, 1.2F);
        if (!m_options.tied) {
            matrix("output.weight", width, m_options.vocabulary, embeddingDeviation);
        }
    }

    void experts(const std::string &block, std::uint64_t width, std::uint64_t hidden)
    {
        matrix(block + "ffn_gate_inp.weight", width, m_options.experts, 1.0F);
        const auto stack = [&](const std::string &name, std::uint64_t columns, std::uint64_t rows) {
            const TensorType type = typeFor(name, columns);
            m_writer.tensor(name, {columns, rows, m_options.experts}, type,
                            randomBlocks(type, columns * rows * m_options.experts,
                                         1.0F / std::sqrt(static_cast<float>(columns)), m_random));
        };
        stack(block + "ffn_gate_exps.weight", width, hidden);
        stack(block + "ffn_up_exps.weight", width, hidden);
        stack(block + "ffn_down_exps.weight", hidden, width);
    }

    void projection(const std::string &name, std::uint64_t columns, std::uint64_t rows, bool bias)
    {
        matrix(name + ".weight", columns, rows, 1.0F / std::sqrt(static_cast<float>(columns)));
        if (bias) {
            vector(name + ".bias", rows, -0.2F, 0.2F);
        }
    }

    TensorType typeFor(const std::string &name, std::uint64_t columns) const
    {
        TensorType type = m_options.type;
        if (m_options.typeOf) {
            type = m_options.typeOf(name).value_or(type);
        }
        if (columns % traits(type).blockWeights != 0) {
            type = TensorType::Q8_0;
        }
        return columns % traits(type).blockWeights != 0 ? TensorType::F16 : type;
    }

    void matrix(const std::string &name, std::uint64_t columns, std::uint64_t rows, float deviation)
    {
        const TensorType type = typeFor(name, columns);
        Bytes data = randomBlocks(type, columns * rows, deviation, m_random);
        if (m_options.neverEnds && (name == "token_embd.weight" || name == "output.weight")) {
            // Zero bytes are zero weights in every type.
            const std::size_t row = data.size() / rows;
            for (const TokenId token : {TinyVocabulary::kEndOfText, TinyVocabulary::kTurnEnd}) {
                std::ranges::fill(std::span(data).subspan(static_cast<std::size_t>(token) * row, row), std::byte{0});
            }
        }
        m_writer.tensor(name, {columns, rows}, type, std::move(data));
    }

    void vector(const std::string &name, std::uint64_t width, float least, float most)
    {
        Bytes data;
        for (std::uint64_t i = 0; i < width; ++i) {
            append(data, m_random.uniform(least, most));
        }
        m_writer.tensor(name, {width}, TensorType::F32, std::move(data));
    }

    const TinyModelOptions &m_options;
    Random m_random;
    std::uint32_t m_headDim;
    GgufWriter m_writer;
};

} // namespace

GgufWriter tinyModelWriter(const TinyModelOptions &options)
{
    return Builder(options).build();
}

Bytes makeTinyModel(const TinyModelOptions &options)
{
    return tinyModelWriter(options).bytes();
}

std::vector<std::filesystem::path> writeTinyShards(const std::filesystem::path &folder, const std::string &stem,
                                                   std::uint32_t count, const TinyModelOptions &options)
{
    constexpr std::uint32_t kU16 = 2;
    GgufWriter whole = tinyModelWriter(options);
    const std::vector<GgufTensorSpec> tensors = std::exchange(whole.tensors(), {});
    std::vector<std::filesystem::path> paths;
    for (std::uint32_t i = 0; i < count; ++i) {
        GgufWriter writer = i == 0 ? whole : GgufWriter();
        Bytes number;
        append(number, static_cast<std::uint16_t>(i));
        Bytes total;
        append(total, static_cast<std::uint16_t>(count));
        writer.raw("split.no", kU16, number)
            .i32("split.tensors.count", static_cast<std::int32_t>(tensors.size()))
            .raw("split.count", kU16, total);
        for (std::size_t t = tensors.size() * i / count; t < tensors.size() * (i + 1) / count; ++t) {
            writer.tensor(tensors[t]);
        }
        paths.push_back(folder / std::format("{}-{:05}-of-{:05}.gguf", stem, i + 1, count));
        writeFile(paths.back(), writer.bytes());
    }
    return paths;
}

std::filesystem::path writeTinyModel(const std::filesystem::path &path, const TinyModelOptions &options)
{
    writeFile(path, makeTinyModel(options));
    return path;
}

} // namespace tests
