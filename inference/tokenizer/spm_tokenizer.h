// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/piece_merger.h"
#include "inference/tokenizer/vocabulary_tokenizer.h"

#include <span>
#include <vector>

namespace inference {

/// SentencePiece's BPE (`tokenizer.ggml.model` "llama"): special tokens are cut out first, spaces become U+2581, and
/// characters merge by the scores of the tokens they make. What no token covers falls back to bytes.
class SpmTokenizer final : public VocabularyTokenizer {
public:
    /// The vocabulary's lengths and ids have been checked; it has scores.
    explicit SpmTokenizer(Vocabulary vocabulary);

    using VocabularyTokenizer::encode;
    void encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const override;

private:
    PieceMerger m_merger;
    bool m_addsPrefix = true;
};

} // namespace inference
