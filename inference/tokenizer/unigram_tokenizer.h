// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/charsmap.h"
#include "inference/tokenizer/piece_trie.h"
#include "inference/tokenizer/sentence_piece.h"
#include "inference/tokenizer/vocabulary_tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// SentencePiece's unigram model (`tokenizer.ggml.model` "t5"): text is normalized by the file's table, spaces are
/// trimmed and become U+2581, and the pieces with the highest sum of scores cover it. Time is at most the length of the
/// longest token per byte.
class UnigramTokenizer final : public VocabularyTokenizer {
public:
    /// The vocabulary's lengths and ids have been checked; it has scores.
    UnigramTokenizer(Vocabulary vocabulary, Charsmap charsmap);

    using VocabularyTokenizer::encode;
    void encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const override;

    /// Appends `text` as the model sees it, with U+2581 for spaces.
    void normalize(std::string_view text, std::string &out) const;

private:
    /// The best way to a place in the text.
    struct Step {
        double score = 0;
        std::size_t from = 0;
        TokenId token = PieceTrie::none;
    };
    void cover(std::string_view text, std::vector<Step> &steps, std::vector<std::size_t> &ends,
               std::vector<TokenId> &out) const;
    [[nodiscard]] static std::vector<std::pair<std::string_view, TokenId>> pieces(const Vocabulary &vocabulary,
                                                                                  const TokenRoles &roles);

    Charsmap m_charsmap;
    PieceTrie m_trie;
    ByteFallback m_fallback;
    double m_unknownScore = 0;
    bool m_addsPrefix = true;
    bool m_trimsSpaces = true;
};

} // namespace inference
