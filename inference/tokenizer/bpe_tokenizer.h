// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/bpe_merger.h"
#include "inference/tokenizer/pre_tokenizer.h"
#include "inference/tokenizer/text_table.h"
#include "inference/tokenizer/vocabulary_tokenizer.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace inference {

class WordCache;

/// BPE by ranked merges (`tokenizer.ggml.model` "gpt2" and "gemma4"): special tokens are cut out first, the rest is cut
/// into words by the pre-tokenizer, and each word's bytes (in "gemma4" its characters, with U+2581 for the space) are
/// merged by rank.
class BpeTokenizer final : public VocabularyTokenizer {
public:
    /// The vocabulary's lengths and ids have been checked.
    BpeTokenizer(Vocabulary vocabulary, const PreTokenizerRules &rules);

    using VocabularyTokenizer::encode;
    void encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const override;

private:
    struct Session;
    void encodeBytes(std::string_view text, Session &session, WordCache &cache, std::vector<TokenId> &out) const;
    void encodeCharacters(std::string_view text, Session &session, std::vector<TokenId> &out) const;
    void encodeWord(std::string_view word, std::size_t start, Session &session, WordCache &cache,
                    std::vector<TokenId> &out) const;

    PreTokenizerRules m_rules;
    BpeMerger m_merger;
    TextTable m_wholeWords; // tokens' bytes; only where the scheme takes whole words
};

} // namespace inference
