// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_encoder.h"

#include "tests/support/seeded_weights.h"

#include <bit>
#include <vector>

namespace tests {

using inference::TensorType;

namespace {

class Builder {
public:
    explicit Builder(const TinyEncoderOptions &options)
        : m_options(options)
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
    static constexpr std::uint32_t kHidden = 64;

    void writeGeneral()
    {
        m_writer.string("general.architecture", "bert")
            .string("general.type", "model")
            .string("general.name", m_options.name)
            .u32("bert.context_length", m_options.context)
            .u32("bert.embedding_length", m_options.width)
            .u32("bert.block_count", m_options.layers)
            .u32("bert.feed_forward_length", kHidden)
            .u32("bert.attention.head_count", 4)
            .f32("bert.attention.layer_norm_epsilon", 1e-12F)
            .boolean("bert.attention.causal", false)
            .u32("bert.pooling_type", static_cast<std::uint32_t>(m_options.pooling));
    }

    void writeTokenizer()
    {
        constexpr std::int32_t kNormal = 1;
        constexpr std::int32_t kUnknown = 2;
        constexpr std::int32_t kControl = 3;
        std::vector<std::string> tokens{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
        std::vector<std::int32_t> types{kControl, kUnknown, kControl, kControl, kControl};
        for (const char *mark : {"\u2581", ""}) {
            for (char letter = 'a'; letter <= 'z'; ++letter) {
                tokens.push_back(std::string(mark) + letter);
                types.push_back(kNormal);
            }
        }
        m_writer.string("tokenizer.ggml.model", "bert")
            .strings("tokenizer.ggml.tokens", tokens)
            .i32s("tokenizer.ggml.token_type", types)
            .u32("tokenizer.ggml.bos_token_id", TinyEncoderVocabulary::kFirst)
            .u32("tokenizer.ggml.seperator_token_id", TinyEncoderVocabulary::kSeparator)
            .u32("tokenizer.ggml.unknown_token_id", TinyEncoderVocabulary::kUnknown)
            .u32("tokenizer.ggml.padding_token_id", 0)
            .u32("tokenizer.ggml.mask_token_id", 4);
    }

    void writeTensors()
    {
        const std::uint64_t width = m_options.width;
        matrix("token_embd.weight", width, TinyEncoderVocabulary::kSize, 3);
        rows("token_types.weight", width, 2);
        rows("position_embd.weight", width, m_options.context);
        norm("token_embd_norm");
        for (std::uint32_t layer = 0; layer < m_options.layers; ++layer) {
            const std::string block = "blk." + std::to_string(layer) + ".";
            for (const char *name : {"attn_q", "attn_k", "attn_v", "attn_output"}) {
                linear(block + name, width, width);
            }
            norm(block + "attn_output_norm");
            linear(block + "ffn_up", width, kHidden);
            linear(block + "ffn_down", kHidden, width);
            norm(block + "layer_output_norm");
        }
        if (m_options.pooling == inference::Pooling::Rank) {
            linear("cls", width, width);
            linear("cls.output", width, m_options.scores);
        }
    }

    void linear(const std::string &name, std::uint64_t columns, std::uint64_t rowCount)
    {
        // A deviation of about 1 / sqrt(columns).
        matrix(name + ".weight", columns, rowCount, 2 + static_cast<int>(std::bit_width(columns)) / 2);
        vector(name + ".bias", rowCount, 0.0, 3);
    }

    void norm(const std::string &name)
    {
        vector(name + ".weight", m_options.width, 1.0, 1);
        vector(name + ".bias", m_options.width, 0.0, 2);
    }

    void matrix(const std::string &name, std::uint64_t columns, std::uint64_t rowCount, int exponent)
    {
        m_writer.tensor(
            name, {columns, rowCount}, TensorType::F32,
            seededMatrix({.seed = m_options.seed, .tensor = name}, columns * rowCount, exponent, TensorType::F32));
    }

    void vector(const std::string &name, std::uint64_t width, double mean, int exponent)
    {
        m_writer.tensor(name, {width}, TensorType::F32,
                        seededVector({.seed = m_options.seed, .tensor = name}, width, mean, exponent));
    }

    void rows(const std::string &name, std::uint64_t width, std::uint64_t count)
    {
        m_writer.tensor(name, {width, count}, TensorType::F32,
                        seededVector({.seed = m_options.seed, .tensor = name}, width * count, 0.0, 1));
    }

    const TinyEncoderOptions &m_options;
    GgufWriter m_writer;
};

} // namespace

GgufWriter tinyEncoderWriter(const TinyEncoderOptions &options)
{
    return Builder(options).build();
}

std::filesystem::path writeTinyEncoder(const std::filesystem::path &path, const TinyEncoderOptions &options)
{
    writeFile(path, tinyEncoderWriter(options).bytes());
    return path;
}

} // namespace tests
