// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/tokenizer.h"

#include "inference/tokenizer/bpe_tokenizer.h"
#include "inference/tokenizer/pre_tokenizer.h"
#include "inference/tokenizer/special_tokens.h"
#include "inference/tokenizer/spm_tokenizer.h"
#include "inference/tokenizer/unigram_tokenizer.h"
#include "inference/tokenizer/wordpiece_tokenizer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
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

/// The ids that the schemes' first models had, for files without the keys.
struct DefaultIds {
    std::optional<TokenId> bos, eos, unknown, separator, padding, mask;
};

void fillIn(Vocabulary &vocabulary, const DefaultIds &defaults)
{
    const auto fill = [&](std::optional<TokenId> &id, std::optional<TokenId> standard) {
        if (id || !standard || static_cast<std::size_t>(*standard) >= vocabulary.tokens.size())
            return;
        const TokenKind kind = vocabulary.kinds[static_cast<std::size_t>(*standard)];
        if (kind == TokenKind::Control || kind == TokenKind::Unknown)
            id = standard;
    };
    fill(vocabulary.bos, defaults.bos);
    fill(vocabulary.eos, defaults.eos);
    fill(vocabulary.unknown, defaults.unknown);
    fill(vocabulary.separator, defaults.separator);
    fill(vocabulary.padding, defaults.padding);
    fill(vocabulary.mask, defaults.mask);
}

/// Scores for every token, and texts short enough for time per character to stay bounded.
Result<void> checkPieces(const Vocabulary &vocabulary)
{
    if (vocabulary.scores.size() != vocabulary.tokens.size())
        return failure(ErrorCode::FileMalformed, "tokenizer: scores has " + std::to_string(vocabulary.scores.size()) +
                                                     " entries for " + std::to_string(vocabulary.tokens.size()) +
                                                     " tokens");
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        if (vocabulary.tokens[id].size() > SpecialTokens::maxBytes)
            return failure(ErrorCode::FileMalformed,
                           "tokenizer: token " + std::to_string(id) + " is longer than 1024 bytes");
    }
    return {};
}

Result<std::unique_ptr<Tokenizer>> createBpe(Vocabulary vocabulary)
{
    if (vocabulary.model == "gemma4")
        vocabulary.pre = "gemma4";
    const auto rules = preTokenizerRules(vocabulary.pre.empty() ? "default" : vocabulary.pre);
    if (!rules)
        return failure(ErrorCode::UnsupportedTokenizer,
                       "pre-tokenizer \"" + vocabulary.pre.substr(0, 64) + "\" is not supported");
    return std::make_unique<BpeTokenizer>(std::move(vocabulary), *rules);
}

Result<std::unique_ptr<Tokenizer>> createSpm(Vocabulary vocabulary)
{
    if (auto checked = checkPieces(vocabulary); !checked)
        return std::unexpected(checked.error());
    fillIn(vocabulary, {.bos = 1, .eos = 2, .unknown = 0, .separator = {}, .padding = {}, .mask = {}});
    return std::make_unique<SpmTokenizer>(std::move(vocabulary));
}

Result<std::unique_ptr<Tokenizer>> createWordPiece(Vocabulary vocabulary)
{
    fillIn(vocabulary, {.bos = 101, .eos = {}, .unknown = 100, .separator = 102, .padding = 0, .mask = 103});
    return std::make_unique<WordPieceTokenizer>(std::move(vocabulary));
}

Result<std::unique_ptr<Tokenizer>> createUnigram(Vocabulary vocabulary)
{
    constexpr std::size_t mostBytes = std::size_t{1} << 26U; // the trie takes a dozen bytes for each
    if (auto checked = checkPieces(vocabulary); !checked)
        return std::unexpected(checked.error());
    std::size_t bytes = 0;
    for (const std::string &token : vocabulary.tokens)
        bytes += token.size();
    if (bytes > mostBytes)
        return failure(ErrorCode::FileMalformed, "tokenizer: tokens of " + std::to_string(bytes) + " bytes in all");
    auto charsmap = Charsmap::read(vocabulary.charsmap);
    if (!charsmap)
        return std::unexpected(charsmap.error());
    fillIn(vocabulary, {.bos = {}, .eos = 1, .unknown = 2, .separator = {}, .padding = 0, .mask = {}});
    return std::make_unique<UnigramTokenizer>(std::move(vocabulary), std::move(*charsmap));
}

struct Scheme {
    std::string_view model;
    Result<std::unique_ptr<Tokenizer>> (*create)(Vocabulary);
};

constexpr auto schemes = std::to_array<Scheme>({
    {"gpt2", createBpe},
    {"gemma4", createBpe},
    {"llama", createSpm},
    {"bert", createWordPiece},
    {"t5", createUnigram},
});

} // namespace

Result<std::unique_ptr<Tokenizer>> Tokenizer::create(Vocabulary vocabulary)
try {
    const auto scheme = std::ranges::find(schemes, std::string_view(vocabulary.model), &Scheme::model);
    if (scheme == schemes.end())
        return failure(ErrorCode::UnsupportedTokenizer,
                       "tokenizer model \"" + vocabulary.model.substr(0, 64) + "\" is not supported");
    if (auto checked = checkVocabulary(vocabulary); !checked)
        return std::unexpected(checked.error());
    return scheme->create(std::move(vocabulary));
} catch (const std::bad_alloc &) {
    return failure(ErrorCode::OutOfMemory, "no memory for the tokenizer");
}

std::string Tokenizer::decode(std::span<const TokenId> tokens, bool withControl) const
{
    std::string text;
    bool dropsSpace = dropsLeadingSpace();
    for (const TokenId token : tokens) {
        const TokenKind tokenKind = kind(token);
        std::string_view tokenBytes = bytes(token);
        if (tokenKind == TokenKind::Control || tokenKind == TokenKind::Unknown || tokenKind == TokenKind::UserDefined) {
            if (withControl || tokenKind == TokenKind::UserDefined)
                text.append(tokenBytes);
            dropsSpace = dropsLeadingSpace();
            continue;
        }
        if (dropsSpace && tokenBytes.starts_with(' '))
            tokenBytes.remove_prefix(1);
        dropsSpace = dropsSpace && tokenBytes.empty() && bytes(token).empty();
        text.append(tokenBytes);
    }
    return text;
}

} // namespace inference
