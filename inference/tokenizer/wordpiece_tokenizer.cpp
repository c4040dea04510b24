// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/wordpiece_tokenizer.h"

#include "inference/tokenizer/sentence_piece.h"
#include "inference/tokenizer/word_cache.h"
#include "inference/unicode/unicode.h"

#include <algorithm>
#include <utility>

namespace inference {

namespace {

constexpr std::string_view continuationMark = "##";

void appendWordPieceBytes(std::string &out, std::string_view text, TokenKind kind)
{
    if (kind == TokenKind::Normal && text.starts_with(escapedSpace)) {
        out += ' ';
        text.remove_prefix(escapedSpace.size());
    }
    out += text;
}

void appendMarkedBytes(std::string &out, std::string_view text, TokenKind kind)
{
    if (kind != TokenKind::Normal) {
        out += text;
    } else if (text.starts_with(continuationMark) && text.size() > continuationMark.size()) {
        out += text.substr(continuationMark.size());
    } else {
        out += ' ';
        out += text;
    }
}

bool marksBeginnings(const Vocabulary &vocabulary)
{
    return std::ranges::any_of(vocabulary.tokens,
                               [](const std::string &token) { return token.starts_with(escapedSpace); });
}

/// Where the last character of `text` begins.
std::size_t lastCharacter(std::string_view text)
{
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U)
        --start;
    return start;
}

} // namespace

WordPieceTokenizer::WordPieceTokenizer(Vocabulary vocabulary)
    : VocabularyTokenizer(std::move(vocabulary), marksBeginnings(vocabulary) ? appendWordPieceBytes : appendMarkedBytes)
    , m_texts(size())
    , m_beginnings(size())
    , m_continuations(size())
{
    const Vocabulary &keys = this->vocabulary();
    m_normalization.lowercase = keys.lowercase.value_or(true);
    m_normalization.stripAccents = keys.stripAccents.value_or(m_normalization.lowercase);
    lead(keys.bos, keys.addBos.value_or(true));
    trail(keys.separator ? keys.separator : keys.eos, keys.addSep.value_or(true) || keys.addEos.value_or(false));
    setDropsLeadingSpace(true);
    for (std::size_t id = 0; id < size(); ++id) {
        if (roles().kinds[id] != TokenKind::Normal)
            continue;
        const auto token = static_cast<TokenId>(id);
        const std::string_view spelled = bytes(token);
        const bool begins = spelled.starts_with(' ');
        m_texts[id] = begins ? spelled.substr(1) : spelled;
        if (!m_texts[id].empty())
            (begins ? m_beginnings : m_continuations).add(m_texts[id], token);
    }
}

bool WordPieceTokenizer::encodeWord(std::string_view word, std::vector<TokenId> &out) const
{
    if (unicode::length(word) > mostCharacters)
        return false;
    const std::size_t first = out.size();
    for (const TextTable *table = &m_beginnings; !word.empty(); table = &m_continuations) {
        std::string_view part = word;
        TokenId token = table->find(part);
        while (token == TextTable::none && !part.empty()) {
            part = part.substr(0, lastCharacter(part));
            token = part.empty() ? TextTable::none : table->find(part);
        }
        if (token == TextTable::none) {
            out.resize(first);
            return false;
        }
        out.push_back(token);
        word.remove_prefix(part.size());
    }
    return true;
}

void WordPieceTokenizer::encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const
{
    std::string storage;
    const std::string_view text = joined(spans, storage);
    partition(text, spans, out, [&](std::string_view piece, bool) {
        const NormalizedWords words = bertWords(piece, m_normalization);
        WordCache cache(words.text.size());
        std::string_view rest = words.text;
        for (const std::size_t length : words.lengths) {
            const std::string_view word = rest.substr(0, length);
            rest.remove_prefix(length);
            if (cache.copy(word, out))
                continue;
            const std::size_t first = out.size();
            if (!encodeWord(word, out) && vocabulary().unknown)
                out.push_back(*vocabulary().unknown);
            cache.remember(word, first, out.size() - first);
        }
    });
}

} // namespace inference
