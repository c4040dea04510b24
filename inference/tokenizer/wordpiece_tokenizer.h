// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/bert_normalizer.h"
#include "inference/tokenizer/text_table.h"
#include "inference/tokenizer/vocabulary_tokenizer.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// WordPiece (`tokenizer.ggml.model` "bert"): text is normalized and cut into words; each word is covered from left to
/// right by the longest tokens, or is unknown as a whole. Files write U+2581 before tokens that begin a word; older
/// ones write "##" before those that do not.
class WordPieceTokenizer final : public VocabularyTokenizer {
public:
    /// Words of more characters are unknown, as in the reference.
    static constexpr std::size_t mostCharacters = 100;

    /// The vocabulary's lengths and ids have been checked.
    explicit WordPieceTokenizer(Vocabulary vocabulary);

    using VocabularyTokenizer::encode;
    void encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const override;

private:
    bool encodeWord(std::string_view word, std::vector<TokenId> &out) const;

    BertNormalization m_normalization;
    std::vector<std::string> m_texts; // per token without its mark; what the tables' keys point into
    TextTable m_beginnings;
    TextTable m_continuations;
};

} // namespace inference
