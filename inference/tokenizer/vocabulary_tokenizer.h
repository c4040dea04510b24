// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/special_finder.h"
#include "inference/tokenizer/special_tokens.h"
#include "inference/tokenizer/token_roles.h"
#include "inference/tokenizer/tokenizer.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// What all schemes share: the vocabulary with its roles, the bytes that tokens stand for, and the cutting out of
/// special tokens before anything else looks at a text.
class VocabularyTokenizer : public Tokenizer {
public:
    using Tokenizer::encode;
    void encode(std::string_view text, Trust trust, std::vector<TokenId> &out) const final;
    [[nodiscard]] std::string_view bytes(TokenId token) const final;
    [[nodiscard]] TokenKind kind(TokenId token) const final;
    [[nodiscard]] std::size_t size() const final { return m_vocabulary.tokens.size(); }
    [[nodiscard]] const Vocabulary &vocabulary() const final { return m_vocabulary; }
    [[nodiscard]] bool addsBos() const final { return !m_leading.empty(); }
    [[nodiscard]] bool addsEos() const final { return !m_trailing.empty(); }
    [[nodiscard]] std::span<const TokenId> leading() const final { return m_leading; }
    [[nodiscard]] std::span<const TokenId> trailing() const final { return m_trailing; }
    [[nodiscard]] bool endsGeneration(TokenId token) const final;
    [[nodiscard]] std::string_view warning() const final { return m_warning; }
    [[nodiscard]] bool dropsLeadingSpace() const final { return m_dropsLeadingSpace; }

protected:
    /// Appends the bytes that a token stands for in decoded text.
    using BytesOf = void (*)(std::string &out, std::string_view text, TokenKind kind);

    /// The vocabulary's lengths and ids have been checked.
    VocabularyTokenizer(Vocabulary &&vocabulary, BytesOf bytesOf);

    [[nodiscard]] const TokenRoles &roles() const { return m_roles; }
    void setWarning(std::string warning) { m_warning = std::move(warning); }
    void setDropsLeadingSpace(bool drops) { m_dropsLeadingSpace = drops; }
    void lead(std::optional<TokenId> token, bool wanted);
    void trail(std::optional<TokenId> token, bool wanted);

    /// The spans' text as one; `storage` holds it where there are several.
    static std::string_view joined(std::span<const TextSpan> spans, std::string &storage);

    /// Calls `onText(piece, afterSpecial)` for every non-empty piece of `text` between special tokens, whose ids it
    /// appends to `out` itself; `afterSpecial` is true at the start of the text too.
    template <class OnText>
    void partition(std::string_view text, std::span<const TextSpan> spans, std::vector<TokenId> &out,
                   OnText onText) const
    {
        SpecialFinder finder(text, spans, m_allSpecial, m_userDefined);
        bool afterSpecial = true;
        for (std::size_t position = 0; position < text.size();) {
            const auto special = finder.next(position);
            const std::size_t end = special ? special->position : text.size();
            if (end > position) {
                onText(text.substr(position, end - position), afterSpecial);
                afterSpecial = false;
            }
            if (!special)
                break;
            out.push_back(special->token);
            afterSpecial = true;
            position = afterStripped(text, special->position + special->length, special->token);
        }
    }

private:
    [[nodiscard]] bool contains(TokenId token) const;
    /// Where the text goes on after a special token that ends at `position`.
    [[nodiscard]] std::size_t afterStripped(std::string_view text, std::size_t position, TokenId special) const;

    Vocabulary m_vocabulary;
    TokenRoles m_roles;
    SpecialTokens m_userDefined;
    SpecialTokens m_allSpecial;
    std::string m_bytes;               // all tokens' bytes, one after the other
    std::vector<std::size_t> m_starts; // size() + 1 offsets into m_bytes
    std::vector<TokenId> m_leading;
    std::vector<TokenId> m_trailing;
    std::string m_warning;
    bool m_dropsLeadingSpace = false;
};

} // namespace inference
