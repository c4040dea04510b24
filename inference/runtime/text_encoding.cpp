// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/text_encoding.h"

#include <algorithm>
#include <vector>

namespace inference {

namespace {

std::size_t without(std::size_t most, std::size_t taken)
{
    return most > taken ? most - taken : 0;
}

void append(std::vector<TokenId> &out, std::span<const TokenId> tokens)
{
    out.insert(out.end(), tokens.begin(), tokens.end());
}

/// Cuts `tokens` to `room`; how many went.
std::uint32_t cut(std::vector<TokenId> &tokens, std::size_t room)
{
    const std::size_t dropped = without(tokens.size(), room);
    tokens.resize(tokens.size() - dropped);
    return static_cast<std::uint32_t>(dropped);
}

/// What stands between the two texts of a pair: the end of the first, and a second mark in RoBERTa's family.
std::vector<TokenId> separators(const Tokenizer &tokenizer)
{
    const auto trailing = tokenizer.trailing();
    std::vector<TokenId> between(trailing.begin(), trailing.end());
    const Vocabulary &keys = tokenizer.vocabulary();
    const bool oneMark = keys.model == "bert" || keys.pre == "modern-bert";
    const auto mark = keys.separator ? keys.separator : keys.eos;
    if (!oneMark && mark && keys.addSep.value_or(keys.model == "t5")) {
        between.push_back(*mark);
    }
    return between;
}

} // namespace

EncodedText encodeWhole(const Tokenizer &tokenizer, std::string_view text, std::size_t most)
{
    const auto leading = tokenizer.leading();
    const auto trailing = tokenizer.trailing();
    std::vector<TokenId> body = tokenizer.encode(text, Trust::Untrusted);
    EncodedText encoded;
    encoded.dropped = cut(body, without(most, leading.size() + trailing.size()));
    append(encoded.tokens, leading);
    append(encoded.tokens, body);
    append(encoded.tokens, trailing);
    return encoded;
}

EncodedText encodePair(const Tokenizer &tokenizer, std::string_view query, std::string_view document, std::size_t most)
{
    const auto leading = tokenizer.leading();
    const auto trailing = tokenizer.trailing();
    const std::vector<TokenId> between = separators(tokenizer);
    const std::size_t room = without(most, leading.size() + between.size() + trailing.size());
    std::vector<TokenId> first = tokenizer.encode(query, Trust::Untrusted);
    std::vector<TokenId> second = tokenizer.encode(document, Trust::Untrusted);
    EncodedText encoded;
    if (first.size() + second.size() > room) {
        encoded.dropped = cut(first, std::max(room / 2, without(room, second.size())));
        encoded.dropped += cut(second, room - first.size());
    }
    append(encoded.tokens, leading);
    append(encoded.tokens, first);
    append(encoded.tokens, between);
    encoded.secondText = static_cast<std::uint32_t>(encoded.tokens.size());
    append(encoded.tokens, second);
    append(encoded.tokens, trailing);
    return encoded;
}

EncodedText encodePairByTemplate(const Tokenizer &tokenizer, std::string_view pairTemplate, std::string_view query,
                                 std::string_view document, std::size_t most)
{
    constexpr std::string_view kQuery = "{query}";
    constexpr std::string_view kDocument = "{document}";
    std::vector<TextSpan> spans;
    std::size_t beforeTail = 0; // spans up to the last document
    while (!pairTemplate.empty()) {
        const std::size_t place = std::min(pairTemplate.find(kQuery), pairTemplate.find(kDocument));
        spans.push_back({pairTemplate.substr(0, place), Trust::Trusted});
        if (place == std::string_view::npos) {
            break;
        }
        const bool isQuery = pairTemplate.substr(place).starts_with(kQuery);
        spans.push_back({isQuery ? query : document, Trust::Untrusted});
        beforeTail = isQuery ? beforeTail : spans.size();
        pairTemplate.remove_prefix(place + (isQuery ? kQuery : kDocument).size());
    }
    EncodedText encoded;
    std::vector<TokenId> tail;
    append(encoded.tokens, tokenizer.leading());
    if (beforeTail > 0) {
        tokenizer.encode(std::span(spans).first(beforeTail), encoded.tokens);
    }
    if (beforeTail < spans.size()) {
        tokenizer.encode(std::span(spans).subspan(beforeTail), tail);
    }
    encoded.dropped = cut(encoded.tokens, without(most, tail.size()));
    append(encoded.tokens, tail);
    return encoded;
}

} // namespace inference
