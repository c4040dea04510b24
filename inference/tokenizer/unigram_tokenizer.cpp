// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/unigram_tokenizer.h"

#include "inference/unicode/unicode.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>
#include <utility>

namespace inference {

namespace {

constexpr double unknownPenalty = 10.0;

} // namespace

std::vector<std::pair<std::string_view, TokenId>> UnigramTokenizer::pieces(const Vocabulary &vocabulary,
                                                                           const TokenRoles &roles)
{
    std::vector<std::pair<std::string_view, TokenId>> found;
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        if (roles.kinds[id] == TokenKind::Normal || roles.kinds[id] == TokenKind::UserDefined)
            found.emplace_back(vocabulary.tokens[id], static_cast<TokenId>(id));
    }
    return found;
}

UnigramTokenizer::UnigramTokenizer(Vocabulary vocabulary, Charsmap charsmap)
    : VocabularyTokenizer(std::move(vocabulary), appendPieceBytes)
    , m_charsmap(std::move(charsmap))
    , m_trie(pieces(this->vocabulary(), roles()))
    , m_fallback(this->vocabulary())
    , m_addsPrefix(this->vocabulary().addSpacePrefix.value_or(true))
    , m_trimsSpaces(this->vocabulary().removeExtraWhitespaces.value_or(false))
{
    const Vocabulary &keys = this->vocabulary();
    lead(keys.bos, keys.addBos.value_or(false));
    trail(keys.eos, keys.addEos.value_or(true));
    setDropsLeadingSpace(m_addsPrefix);
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t id = 0; id < size(); ++id) {
        if (roles().kinds[id] == TokenKind::Normal)
            least = std::min(least, static_cast<double>(keys.scores[id]));
    }
    m_unknownScore = (std::isinf(least) ? 0.0 : least) - unknownPenalty;
}

void UnigramTokenizer::normalize(std::string_view text, std::string &out) const
{
    const std::size_t start = out.size();
    std::string replacement;
    bool afterSpace = m_trimsSpaces;
    bool wantsPrefix = m_addsPrefix && !text.empty();
    if (wantsPrefix && !m_trimsSpaces) {
        out += escapedSpace;
        wantsPrefix = false;
    }
    while (!text.empty()) {
        Charsmap::Match match = m_charsmap.longestMatch(text);
        if (match.length == 0) {
            const unicode::Decoded decoded = unicode::decodeAt(text, 0);
            replacement.clear();
            unicode::append(replacement, decoded.codePoint);
            // Each byte that is not UTF-8 is one U+FFFD.
            match = {decoded.valid ? decoded.length : 1, replacement};
        }
        text.remove_prefix(match.length);
        while (afterSpace && match.replacement.starts_with(' '))
            match.replacement.remove_prefix(1);
        if (match.replacement.empty())
            continue;
        if (wantsPrefix)
            out += escapedSpace;
        wantsPrefix = false;
        appendEscaped(out, match.replacement);
        afterSpace = m_trimsSpaces && match.replacement.ends_with(' ');
    }
    if (m_trimsSpaces) {
        while (std::string_view(out).substr(start).ends_with(escapedSpace))
            out.resize(out.size() - escapedSpace.size());
    }
}

void UnigramTokenizer::cover(std::string_view text, std::vector<Step> &steps, std::vector<std::size_t> &ends,
                             std::vector<TokenId> &out) const
{
    steps.assign(text.size() + 1, {-std::numeric_limits<double>::infinity(), 0, PieceTrie::none});
    steps[0].score = 0;
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t character = unicode::decodeAt(text, position).length;
        const double before = steps[position].score;
        bool covered = false;
        const auto offer = [&](std::size_t end, double score, TokenId token) {
            if (before + score > steps[end].score)
                steps[end] = {before + score, position, token};
        };
        auto node = std::optional<PieceTrie::Node>(PieceTrie::root);
        for (std::size_t end = position; end < text.size();) {
            node = m_trie.child(*node, text[end]);
            if (!node)
                break;
            ++end;
            const TokenId token = m_trie.token(*node);
            if (token == PieceTrie::none)
                continue;
            covered = covered || end == position + character;
            const bool userDefined = kind(token) == TokenKind::UserDefined;
            offer(end, userDefined ? 0.0 : static_cast<double>(vocabulary().scores[static_cast<std::size_t>(token)]),
                  token);
        }
        if (!covered)
            offer(position + character, m_unknownScore, PieceTrie::none);
        position += character;
    }

    ends.clear();
    for (std::size_t end = text.size(); end > 0; end = steps[end].from)
        ends.push_back(end);
    const std::size_t start = out.size();
    for (const std::size_t end : std::views::reverse(ends)) {
        const Step &step = steps[end];
        if (step.token != PieceTrie::none)
            out.push_back(step.token);
        else
            m_fallback.append(text.substr(step.from, end - step.from), start, out);
    }
}

void UnigramTokenizer::encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const
{
    std::string storage;
    const std::string_view text = joined(spans, storage);
    std::string normalized;
    std::vector<Step> steps;
    std::vector<std::size_t> ends;
    partition(text, spans, out, [&](std::string_view piece, bool) {
        normalized.clear();
        normalize(piece, normalized);
        cover(normalized, steps, ends, out);
    });
}

} // namespace inference
