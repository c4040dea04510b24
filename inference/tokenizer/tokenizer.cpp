// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/tokenizer.h"

#include "inference/tokenizer/bpe_tokenizer.h"
#include "inference/tokenizer/special_tokens.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace inference {

namespace {

Result<void> checkIds(const Vocabulary &vocabulary)
{
    const auto inside = [&](TokenId id) { return id >= 0 && static_cast<std::size_t>(id) < vocabulary.tokens.size(); };
    const std::array<std::pair<std::string_view, std::optional<TokenId>>, 8> named{{
        {"bos", vocabulary.bos},
        {"eos", vocabulary.eos},
        {"eot", vocabulary.eot},
        {"eom", vocabulary.eom},
        {"unknown", vocabulary.unknown},
        {"separator", vocabulary.separator},
        {"padding", vocabulary.padding},
        {"mask", vocabulary.mask},
    }};
    for (const auto &[name, id] : named) {
        if (id && !inside(*id))
            return failure(ErrorCode::FileMalformed, "tokenizer: the " + std::string(name) + " token id " +
                                                         std::to_string(*id) + " is outside the vocabulary");
    }
    for (const TokenId id : vocabulary.fimPadRepSep) {
        if (!inside(id))
            return failure(ErrorCode::FileMalformed, "tokenizer: the fill-in-the-middle token id " +
                                                         std::to_string(id) + " is outside the vocabulary");
    }
    return {};
}

Result<void> checkVocabulary(const Vocabulary &vocabulary)
{
    constexpr std::size_t mostTokens = std::size_t{1} << 22U;
    if (vocabulary.tokens.empty() || vocabulary.tokens.size() > mostTokens)
        return failure(ErrorCode::FileMalformed,
                       "tokenizer: a vocabulary of " + std::to_string(vocabulary.tokens.size()) + " tokens");
    if (vocabulary.merges.size() > mostTokens)
        return failure(ErrorCode::FileMalformed, "tokenizer: " + std::to_string(vocabulary.merges.size()) + " merges");
    if (vocabulary.kinds.size() != vocabulary.tokens.size())
        return failure(ErrorCode::FileMalformed, "tokenizer: token_type has " +
                                                     std::to_string(vocabulary.kinds.size()) + " entries for " +
                                                     std::to_string(vocabulary.tokens.size()) + " tokens");
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        const TokenKind kind = vocabulary.kinds[id];
        if ((kind == TokenKind::Control || kind == TokenKind::UserDefined || kind == TokenKind::Unknown) &&
            vocabulary.tokens[id].size() > SpecialTokens::maxBytes)
            return failure(ErrorCode::FileMalformed,
                           "tokenizer: special token " + std::to_string(id) + " is longer than 1024 bytes");
    }
    return checkIds(vocabulary);
}

} // namespace

Result<std::unique_ptr<Tokenizer>> Tokenizer::create(Vocabulary vocabulary)
{
    if (vocabulary.model != "gpt2")
        return failure(ErrorCode::UnsupportedTokenizer,
                       "tokenizer model \"" + vocabulary.model.substr(0, 64) + "\" is not supported");
    if (auto checked = checkVocabulary(vocabulary); !checked)
        return std::unexpected(checked.error());
    return std::make_unique<BpeTokenizer>(std::move(vocabulary));
}

std::string Tokenizer::decode(std::span<const TokenId> tokens, bool withControl) const
{
    std::string text;
    for (const TokenId token : tokens) {
        const TokenKind tokenKind = kind(token);
        if (withControl || (tokenKind != TokenKind::Control && tokenKind != TokenKind::Unknown))
            text.append(bytes(token));
    }
    return text;
}

} // namespace inference
