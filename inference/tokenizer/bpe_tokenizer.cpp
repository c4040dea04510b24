// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/bpe_tokenizer.h"

#include "inference/tokenizer/byte_alphabet.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <functional>
#include <utility>

namespace inference {

namespace {

bool isSpecialKind(TokenKind kind)
{
    return kind == TokenKind::Control || kind == TokenKind::Unknown || kind == TokenKind::UserDefined;
}

void appendTokenBytes(std::string &out, std::string_view text, TokenKind kind)
{
    unsigned byte = 0;
    if (kind == TokenKind::Byte && text.size() == 6 && text.starts_with("<0x") &&
        std::from_chars(text.data() + 3, text.data() + 5, byte, 16).ptr == text.data() + 5)
        out.push_back(static_cast<char>(byte));
    else if (kind == TokenKind::Normal || kind == TokenKind::Byte)
        appendAlphabetBytes(out, text);
    else
        out.append(text);
}

} // namespace

/// Finds special tokens from left to right: user-defined ones anywhere, control tokens where the text is trusted.
/// Each part of the text is searched once.
class BpeTokenizer::SpecialFinder {
public:
    using Match = SpecialTokens::Match;

    SpecialFinder(std::string_view text, std::span<const TextSpan> spans, const SpecialTokens &all,
                  const SpecialTokens &userDefined)
        : m_text(text)
        , m_all(all)
        , m_userDefined(userDefined)
    {
        std::size_t begin = 0;
        for (const TextSpan &span : spans) {
            const std::size_t end = begin + span.text.size();
            if (span.trust == Trust::Trusted) {
                // Neighbours join: a token may go across the border of two trusted pieces.
                if (!m_trusted.empty() && m_trusted.back().end == begin)
                    m_trusted.back().end = end;
                else
                    m_trusted.push_back({begin, end});
            }
            begin = end;
        }
    }

    std::optional<Match> next(std::size_t position)
    {
        if (!m_userDone && (!m_user || m_user->position < position)) {
            m_user = m_userDefined.find(m_text, position);
            m_userDone = !m_user;
        }
        while (m_range < m_trusted.size() && (!m_control || m_control->position < position)) {
            const Range &range = m_trusted[m_range];
            m_control = position < range.end ? m_all.find(m_text.substr(0, range.end), std::max(position, range.begin))
                                             : std::nullopt;
            if (m_control)
                break;
            ++m_range;
        }
        if (m_control && m_control->position < position)
            m_control.reset();
        if (!m_control || (m_user && m_user->position < m_control->position))
            return m_user;
        return m_control;
    }

private:
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    std::string_view m_text;
    const SpecialTokens &m_all;
    const SpecialTokens &m_userDefined;
    std::vector<Range> m_trusted;
    std::size_t m_range = 0;
    std::optional<Match> m_control;
    std::optional<Match> m_user;
    bool m_userDone = false;
};

/// Words met before in the same call and where their ids stand in its output. Direct-mapped, so bounded: a word that
/// falls on another's slot replaces it.
class BpeTokenizer::WordCache {
public:
    explicit WordCache(std::size_t textBytes)
        : m_slots(std::bit_ceil(std::clamp<std::size_t>(textBytes / 4, 16, 16384)))
    {
    }

    /// Copies the ids of `word` to the end of `out` when they are known.
    bool copy(std::string_view word, std::vector<TokenId> &out) const
    {
        const Slot &slot = slotOf(word);
        if (slot.word != word || word.empty())
            return false;
        for (std::size_t i = 0; i < slot.count; ++i)
            out.push_back(out[slot.first + i]);
        return true;
    }

    /// `word` must outlive the cache.
    void remember(std::string_view word, std::size_t first, std::size_t count)
    {
        m_slots[indexOf(word)] = {word, first, count};
    }

private:
    struct Slot {
        std::string_view word;
        std::size_t first = 0;
        std::size_t count = 0;
    };

    [[nodiscard]] std::size_t indexOf(std::string_view word) const
    {
        return std::hash<std::string_view>{}(word) & (m_slots.size() - 1);
    }
    [[nodiscard]] const Slot &slotOf(std::string_view word) const { return m_slots[indexOf(word)]; }

    std::vector<Slot> m_slots;
};

BpeTokenizer::BpeTokenizer(Vocabulary vocabulary)
    : m_vocabulary(std::move(vocabulary))
    , m_roles(tokenRoles(m_vocabulary))
    , m_rules(preTokenizerRules(m_vocabulary.pre))
    , m_merger(m_vocabulary, m_roles.isText)
{
    m_addsBos = m_vocabulary.addBos.value_or(m_rules.addBos) && m_vocabulary.bos.has_value();
    m_addsEos = m_vocabulary.addEos.value_or(false) && m_vocabulary.eos.has_value();
    if (m_vocabulary.pre.empty()) {
        m_warning = "The model file does not say how its text is cut into words; a common scheme is used, and answers "
                    "may be worse than they should be.";
    } else if (!m_rules.known) {
        m_warning = "The model's way of cutting text into words (\"" + m_vocabulary.pre.substr(0, 64) +
                    "\") is not known; a common scheme is used, and answers may be worse than they should be.";
    }

    m_starts.reserve(size() + 1);
    m_starts.push_back(0);
    for (std::size_t id = 0; id < size(); ++id) {
        appendTokenBytes(m_bytes, m_vocabulary.tokens[id], m_roles.kinds[id]);
        m_starts.push_back(m_bytes.size());
    }
    for (std::size_t id = 0; id < size(); ++id) {
        const auto token = static_cast<TokenId>(id);
        if (isSpecialKind(m_roles.kinds[id])) {
            m_allSpecial.add(m_vocabulary.tokens[id], token);
            if (m_roles.kinds[id] == TokenKind::UserDefined)
                m_userDefined.add(m_vocabulary.tokens[id], token);
        }
        if (m_rules.ignoreMerges && m_roles.isText[id])
            m_wholeWords.emplace(bytes(token), token);
    }
}

void BpeTokenizer::encode(std::string_view text, Trust trust, std::vector<TokenId> &out) const
{
    const TextSpan whole{text, trust};
    encode(std::span(&whole, 1), out);
}

void BpeTokenizer::encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const
{
    std::string joined;
    std::string_view text;
    if (spans.size() == 1) {
        text = spans.front().text;
    } else {
        for (const TextSpan &span : spans)
            joined += span.text;
        text = joined;
    }
    SpecialFinder finder(text, spans, m_allSpecial, m_userDefined);
    WordCache cache(text.size());
    BpeMerger::Scratch scratch;
    std::size_t position = 0;
    while (position < text.size()) {
        const auto special = finder.next(position);
        const std::size_t end = special ? special->position : text.size();
        encodePlain(text.substr(position, end - position), cache, scratch, out);
        if (!special)
            break;
        out.push_back(special->token);
        position = special->position + special->length;
    }
}

void BpeTokenizer::encodePlain(std::string_view text, WordCache &cache, BpeMerger::Scratch &scratch,
                               std::vector<TokenId> &out) const
{
    std::vector<std::size_t> lengths;
    splitWords(m_rules.kind, text, lengths);
    std::size_t start = 0;
    for (const std::size_t length : lengths) {
        const std::string_view word = text.substr(start, length);
        start += length;
        if (cache.copy(word, out))
            continue;
        const std::size_t first = out.size();
        encodeWord(word, scratch, out);
        cache.remember(word, first, out.size() - first);
    }
}

void BpeTokenizer::encodeWord(std::string_view word, BpeMerger::Scratch &scratch, std::vector<TokenId> &out) const
{
    if (m_rules.ignoreMerges) {
        if (const auto whole = m_wholeWords.find(word); whole != m_wholeWords.end()) {
            out.push_back(whole->second);
            return;
        }
    }
    m_merger.merge(word, scratch, out);
}

bool BpeTokenizer::contains(TokenId token) const
{
    return token >= 0 && static_cast<std::size_t>(token) < size();
}

std::string_view BpeTokenizer::bytes(TokenId token) const
{
    if (!contains(token))
        return {};
    const auto id = static_cast<std::size_t>(token);
    return std::string_view(m_bytes).substr(m_starts[id], m_starts[id + 1] - m_starts[id]);
}

TokenKind BpeTokenizer::kind(TokenId token) const
{
    return contains(token) ? m_roles.kinds[static_cast<std::size_t>(token)] : TokenKind::Unused;
}

bool BpeTokenizer::endsGeneration(TokenId token) const
{
    return contains(token) && m_roles.endsGeneration[static_cast<std::size_t>(token)];
}

} // namespace inference
