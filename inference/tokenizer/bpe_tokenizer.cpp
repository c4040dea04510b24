// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/bpe_tokenizer.h"

#include "inference/tokenizer/byte_alphabet.h"
#include "inference/tokenizer/sentence_piece.h"
#include "inference/tokenizer/word_cache.h"
#include "inference/unicode/unicode.h"

#include <deque>
#include <string>
#include <utility>

namespace inference {

namespace {

void appendAlphabetToken(std::string &out, std::string_view text, TokenKind kind)
{
    if (kind == TokenKind::Byte) {
        if (const auto byte = namedByte(text)) {
            out.push_back(static_cast<char>(*byte));
            return;
        }
    }
    if (kind == TokenKind::Normal || kind == TokenKind::Byte)
        appendAlphabetBytes(out, text);
    else
        out.append(text);
}

BpeAlphabet alphabetOf(const PreTokenizerRules &rules)
{
    return rules.rawText ? BpeAlphabet::Characters : BpeAlphabet::Bytes;
}

} // namespace

/// Memory of one call.
struct BpeTokenizer::Session {
    BpeMerger::Scratch scratch;
    std::vector<std::size_t> lengths;
    std::string escaped;
    std::deque<std::string> composed; ///< pieces, whose words the cache points into
};

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary, const PreTokenizerRules &rules)
    : VocabularyTokenizer(std::move(vocabulary), rules.rawText ? appendPieceBytes : appendAlphabetToken)
    , m_rules(rules)
    , m_merger(this->vocabulary(), roles().isText, alphabetOf(rules))
    , m_wholeWords(rules.ignoreMerges || rules.rawText ? size() : 0)
{
    const Vocabulary &keys = this->vocabulary();
    // Files of the "gemma4" scheme exist whose key denies the BOS that the models were trained with.
    lead(keys.bos, rules.forceBos || keys.addBos.value_or(rules.addBos));
    trail(keys.eos, keys.addEos.value_or(false));
    if (keys.pre.empty() && !rules.rawText) {
        setWarning("The model file does not say how its text is cut into words; a common scheme is used, and answers "
                   "may be worse than they should be.");
    }
    for (std::size_t id = 0; id < size(); ++id) {
        if (!roles().isText[id])
            continue;
        const auto token = static_cast<TokenId>(id);
        if (m_rules.rawText) {
            const std::string_view text = keys.tokens[id];
            if (!text.empty() && text.find_first_not_of('\n') == std::string_view::npos)
                m_wholeWords.add(text, token);
        } else if (m_rules.ignoreMerges) {
            m_wholeWords.add(bytes(token), token);
        }
    }
}

void BpeTokenizer::encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const
{
    std::string storage;
    const std::string_view text = joined(spans, storage);
    Session session;
    WordCache cache(text.size());
    partition(text, spans, out, [&](std::string_view piece, bool) {
        if (vocabulary().composes)
            piece = session.composed.emplace_back(unicode::composed(piece));
        if (m_rules.rawText)
            encodeCharacters(piece, session, out);
        else
            encodeBytes(piece, session, cache, out);
    });
}

void BpeTokenizer::encodeBytes(std::string_view text, Session &session, WordCache &cache,
                               std::vector<TokenId> &out) const
{
    session.lengths.clear();
    splitWords(m_rules.kind, text, session.lengths);
    const std::size_t start = out.size();
    for (const std::size_t length : session.lengths) {
        encodeWord(text.substr(0, length), start, session, cache, out);
        text.remove_prefix(length);
    }
}

void BpeTokenizer::encodeCharacters(std::string_view text, Session &session, std::vector<TokenId> &out) const
{
    session.escaped.clear();
    appendEscaped(session.escaped, text);
    session.lengths.clear();
    splitWords(m_rules.kind, session.escaped, session.lengths);
    WordCache cache(session.escaped.size());
    const std::size_t start = out.size();
    std::string_view rest = session.escaped;
    for (const std::size_t length : session.lengths) {
        std::string_view line = rest.substr(0, length);
        rest.remove_prefix(length);
        if (const TokenId whole = m_wholeWords.find(line); whole != TextTable::none) {
            out.push_back(whole);
            continue;
        }
        while (!line.empty()) {
            const std::string_view word = line.substr(0, m_merger.separablePrefix(line));
            line.remove_prefix(word.size());
            if (m_merger.wordsAreIndependent()) {
                encodeWord(word, start, session, cache, out);
            } else {
                m_merger.merge(word, start, session.scratch, out);
            }
        }
    }
}

void BpeTokenizer::encodeWord(std::string_view word, std::size_t start, Session &session, WordCache &cache,
                              std::vector<TokenId> &out) const
{
    if (cache.copy(word, out))
        return;
    const std::size_t first = out.size();
    const TokenId whole = m_rules.ignoreMerges ? m_wholeWords.find(word) : TextTable::none;
    if (whole != TextTable::none)
        out.push_back(whole);
    else
        m_merger.merge(word, start, session.scratch, out);
    cache.remember(word, first, out.size() - first);
}

} // namespace inference
