// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/passage_builder.h"
#include "app/text_embedder.h"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace app::test {

/// A vector says how often each letter comes; a token is a word.
class FakeEmbedder : public TextEmbedder {
public:
    explicit FakeEmbedder(std::int32_t longest = 100)
        : m_longest(longest)
    {
    }

    [[nodiscard]] EmbedderIdentity identity() const override { return {std::string(64, 'e'), "letters", 26}; }
    [[nodiscard]] std::int32_t countTokens(std::string_view text) const override
    {
        return static_cast<std::int32_t>(countWords(text));
    }
    [[nodiscard]] std::int32_t longestText() const override { return m_longest; }
    std::expected<std::vector<std::vector<float>>, Failure> embedPassages(const std::vector<std::string> &texts,
                                                                          const std::stop_token &stop) override
    {
        if (beforeBatch)
            beforeBatch();
        if (stop.stop_requested())
            return std::unexpected(failureFromCode(QStringLiteral("inference.cancelled"), {}));
        std::vector<std::vector<float>> vectors;
        for (const std::string &text : texts) {
            seen.push_back(text);
            vectors.push_back(vectorOf(text));
        }
        return vectors;
    }
    std::expected<std::vector<float>, Failure> embedQuestion(const std::string &question) override
    {
        return vectorOf(question);
    }

    std::vector<std::string> seen;
    std::function<void()> beforeBatch;

private:
    static std::vector<float> vectorOf(std::string_view text)
    {
        std::vector<float> vector(26, 1e-3F);
        for (const char c : text) {
            const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            if (lower >= 'a' && lower <= 'z')
                vector[static_cast<std::size_t>(lower - 'a')] += 1;
        }
        float sum = 0;
        for (const float value : vector)
            sum += value * value;
        for (float &value : vector)
            value /= std::sqrt(sum);
        return vector;
    }

    std::int32_t m_longest;
};

} // namespace app::test
