// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/vocabulary_tokenizer.h"

#include "inference/unicode/unicode.h"

#include <utility>

namespace inference {

VocabularyTokenizer::VocabularyTokenizer(Vocabulary &&vocabulary, BytesOf bytesOf)
    : m_vocabulary(std::move(vocabulary))
    , m_roles(tokenRoles(m_vocabulary))
{
    m_starts.reserve(size() + 1);
    m_starts.push_back(0);
    for (std::size_t id = 0; id < size(); ++id) {
        const TokenKind tokenKind = m_roles.kinds[id];
        const std::string_view text = m_vocabulary.tokens[id];
        bytesOf(m_bytes, text, tokenKind);
        m_starts.push_back(m_bytes.size());
        if (tokenKind == TokenKind::UserDefined)
            m_userDefined.add(text, static_cast<TokenId>(id));
        if (tokenKind == TokenKind::UserDefined || tokenKind == TokenKind::Control || tokenKind == TokenKind::Unknown)
            m_allSpecial.add(text, static_cast<TokenId>(id));
    }
}

void VocabularyTokenizer::lead(std::optional<TokenId> token, bool wanted)
{
    if (token && wanted)
        m_leading.push_back(*token);
}

void VocabularyTokenizer::trail(std::optional<TokenId> token, bool wanted)
{
    if (token && wanted)
        m_trailing.push_back(*token);
}

std::string_view VocabularyTokenizer::joined(std::span<const TextSpan> spans, std::string &storage)
{
    if (spans.size() == 1)
        return spans.front().text;
    for (const TextSpan &span : spans)
        storage += span.text;
    return storage;
}

void VocabularyTokenizer::encode(std::string_view text, Trust trust, std::vector<TokenId> &out) const
{
    const TextSpan whole{text, trust};
    encode(std::span(&whole, 1), out);
}

std::size_t VocabularyTokenizer::afterStripped(std::string_view text, std::size_t position, TokenId special) const
{
    const std::string_view token = m_vocabulary.tokens[static_cast<std::size_t>(special)];
    if (!m_vocabulary.stripsAfterSpecial || token == "<unk>" || token == "<s>" || token == "<|endoftext|>")
        return position;
    while (position < text.size()) {
        const unicode::Decoded decoded = unicode::decodeAt(text, position);
        if (unicode::categoryOf(decoded.codePoint) != unicode::Category::Whitespace)
            break;
        position += decoded.length;
    }
    return position;
}

bool VocabularyTokenizer::contains(TokenId token) const
{
    return token >= 0 && static_cast<std::size_t>(token) < size();
}

std::string_view VocabularyTokenizer::bytes(TokenId token) const
{
    if (!contains(token))
        return {};
    const auto id = static_cast<std::size_t>(token);
    return std::string_view(m_bytes).substr(m_starts[id], m_starts[id + 1] - m_starts[id]);
}

TokenKind VocabularyTokenizer::kind(TokenId token) const
{
    return contains(token) ? m_roles.kinds[static_cast<std::size_t>(token)] : TokenKind::Unused;
}

bool VocabularyTokenizer::endsGeneration(TokenId token) const
{
    return contains(token) && m_roles.endsGeneration[static_cast<std::size_t>(token)];
}

} // namespace inference
