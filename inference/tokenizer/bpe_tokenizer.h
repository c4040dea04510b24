// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/bpe_merger.h"
#include "inference/tokenizer/pre_tokenizer.h"
#include "inference/tokenizer/special_tokens.h"
#include "inference/tokenizer/token_roles.h"
#include "inference/tokenizer/tokenizer.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace inference {

/// Byte-level BPE (`tokenizer.ggml.model` "gpt2"): special tokens are cut out first, the rest is cut into words by the
/// pre-tokenizer, each word's bytes are merged by rank.
class BpeTokenizer final : public Tokenizer {
public:
    /// The vocabulary's lengths and ids have been checked.
    explicit BpeTokenizer(Vocabulary vocabulary);

    using Tokenizer::encode;
    void encode(std::string_view text, Trust trust, std::vector<TokenId> &out) const override;
    void encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const override;
    [[nodiscard]] std::string_view bytes(TokenId token) const override;
    [[nodiscard]] TokenKind kind(TokenId token) const override;
    [[nodiscard]] std::size_t size() const override { return m_vocabulary.tokens.size(); }
    [[nodiscard]] const Vocabulary &vocabulary() const override { return m_vocabulary; }
    [[nodiscard]] bool addsBos() const override { return m_addsBos; }
    [[nodiscard]] bool addsEos() const override { return m_addsEos; }
    [[nodiscard]] bool endsGeneration(TokenId token) const override;
    [[nodiscard]] std::string_view warning() const override { return m_warning; }

private:
    class SpecialFinder;
    class WordCache;
    void encodePlain(std::string_view text, WordCache &cache, BpeMerger::Scratch &scratch,
                     std::vector<TokenId> &out) const;
    void encodeWord(std::string_view word, BpeMerger::Scratch &scratch, std::vector<TokenId> &out) const;
    [[nodiscard]] bool contains(TokenId token) const;

    Vocabulary m_vocabulary;
    TokenRoles m_roles;
    PreTokenizerRules m_rules;
    BpeMerger m_merger;
    SpecialTokens m_userDefined;
    SpecialTokens m_allSpecial;
    std::string m_bytes;                                        // all tokens' bytes, one after the other
    std::vector<std::size_t> m_starts;                          // size() + 1 offsets into m_bytes
    std::unordered_map<std::string_view, TokenId> m_wholeWords; // only where the scheme ignores merges
    std::string m_warning;
    bool m_addsBos = false;
    bool m_addsEos = false;
};

} // namespace inference
