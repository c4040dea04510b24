// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/tensor_check.h"

#include "inference/model/checked.h"

#include <format>
#include <optional>
#include <string>

namespace inference {

namespace {

enum class Presence { Required, Optional };
enum class Content { Matrix, Vector }; ///< vectors (norms, biases, factors) are F32

struct Expectation {
    std::string name;
    std::uint64_t columns = 1; ///< shape[0], contiguous
    std::uint64_t rows = 1;
    Content content = Content::Matrix;
    Presence presence = Presence::Required;
};

class Checker {
public:
    explicit Checker(const GgufFile &file)
        : m_file(file)
    {
    }

    void matrix(std::string name, std::uint64_t columns, std::uint64_t rows, Presence presence = Presence::Required)
    {
        check({std::move(name), columns, rows, Content::Matrix, presence});
    }
    void vector(std::string name, std::uint64_t width, Presence presence = Presence::Required)
    {
        check({std::move(name), width, 1, Content::Vector, presence});
    }

    Result<void> finish()
    {
        if (m_error) {
            return std::unexpected(std::move(*m_error));
        }
        // Names are unique, so equal counts mean that every tensor was asked for.
        if (m_found != m_file.tensors().size()) {
            return failure(ErrorCode::UnsupportedFile, std::format("the file has {} tensors that a llama model has not",
                                                                   m_file.tensors().size() - m_found));
        }
        return {};
    }

private:
    void check(const Expectation &expected)
    {
        const GgufTensor *tensor = m_file.tensor(expected.name);
        if (tensor == nullptr) {
            if (expected.presence == Presence::Required) {
                fail(ErrorCode::FileMalformed, std::format("tensor {} is missing", expected.name));
            }
            return;
        }
        ++m_found;
        const std::array<std::uint64_t, 4> shape{expected.columns, expected.rows, 1, 1};
        if (tensor->shape != shape) {
            return fail(ErrorCode::FileMalformed, std::format("tensor {} is {}x{}x{}x{}, not {}x{}", expected.name,
                                                              tensor->shape[0], tensor->shape[1], tensor->shape[2],
                                                              tensor->shape[3], expected.columns, expected.rows));
        }
        const auto type = traitsOf(tensor->ggmlType);
        if (!type) {
            fail(ErrorCode::UnsupportedFile,
                 std::format("tensor {}: {}", expected.name, whyUnreadable(tensor->ggmlType)));
        } else if (expected.content == Content::Vector && type->type != TensorType::F32) {
            fail(ErrorCode::UnsupportedFile,
                 std::format("tensor {} has the type {}, which is not supported here", expected.name, type->name));
        }
    }

    void fail(ErrorCode code, std::string detail)
    {
        if (!m_error) {
            m_error = Error{code, std::move(detail)};
        }
    }

    const GgufFile &m_file;
    std::size_t m_found = 0;
    std::optional<Error> m_error;
};

} // namespace

Result<void> checkLlamaTensors(const GgufFile &file, const ModelConfig &config)
{
    const std::uint64_t width = config.embeddingLength;
    Checker checker(file);
    checker.matrix("token_embd.weight", width, config.vocabularySize);
    checker.vector("output_norm.weight", width);
    checker.matrix("output.weight", width, config.vocabularySize, Presence::Optional);
    checker.vector("rope_freqs.weight", config.ropeDimensions / 2, Presence::Optional);
    for (std::uint32_t layer = 0; layer < config.layerCount; ++layer) {
        const std::string block = "blk." + std::to_string(layer) + ".";
        // Limits on heads, widths and head dimensions keep these products far below 2^64.
        const std::uint64_t queryWidth = std::uint64_t{config.headCount[layer]} * config.keyLength;
        const std::uint64_t keyWidth = std::uint64_t{config.headCountKv[layer]} * config.keyLength;
        const std::uint64_t valueWidth = std::uint64_t{config.headCountKv[layer]} * config.valueLength;
        const std::uint64_t attentionWidth = std::uint64_t{config.headCount[layer]} * config.valueLength;
        const std::uint64_t hidden = config.feedForwardLength[layer];
        checker.vector(block + "attn_norm.weight", width);
        checker.matrix(block + "attn_q.weight", width, queryWidth);
        checker.matrix(block + "attn_k.weight", width, keyWidth);
        checker.matrix(block + "attn_v.weight", width, valueWidth);
        checker.matrix(block + "attn_output.weight", attentionWidth, width);
        checker.vector(block + "attn_q.bias", queryWidth, Presence::Optional);
        checker.vector(block + "attn_k.bias", keyWidth, Presence::Optional);
        checker.vector(block + "attn_v.bias", valueWidth, Presence::Optional);
        checker.vector(block + "attn_output.bias", width, Presence::Optional);
        checker.vector(block + "ffn_norm.weight", width);
        checker.matrix(block + "ffn_gate.weight", width, hidden);
        checker.matrix(block + "ffn_up.weight", width, hidden);
        checker.matrix(block + "ffn_down.weight", hidden, width);
        checker.vector(block + "ffn_gate.bias", hidden, Presence::Optional);
        checker.vector(block + "ffn_up.bias", hidden, Presence::Optional);
        checker.vector(block + "ffn_down.bias", width, Presence::Optional);
    }
    return checker.finish();
}

} // namespace inference
