// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/model_config.h"

#include "inference/model/model_limits.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <iterator>
#include <limits>
#include <new>
#include <utility>

namespace inference {

namespace {

using namespace model_limits;

const std::vector<std::string_view> *stringsOf(const GgufFile &file, std::string_view key)
{
    const GgufArray *array = file.array(key);
    return array != nullptr ? std::get_if<std::vector<std::string_view>>(&array->elements) : nullptr;
}

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// "<0xNN>" exactly: anything looser (a sign, more digits) has led readers out of their byte tables.
bool isByteToken(std::string_view text)
{
    return text.size() == 6 && text.starts_with("<0x") && text.ends_with('>') && isHexDigit(text[3]) &&
           isHexDigit(text[4]);
}

Result<void> readTokens(const GgufFile &file, Vocabulary &vocabulary)
{
    const auto *tokens = stringsOf(file, "tokenizer.ggml.tokens");
    if (tokens == nullptr || tokens->empty() || tokens->size() > kVocabulary) {
        return failure(ErrorCode::FileMalformed,
                       std::format("tokenizer.ggml.tokens does not hold 1 to {} strings", kVocabulary));
    }
    vocabulary.tokens.reserve(tokens->size());
    for (const std::string_view token : *tokens) {
        if (token.size() > kTokenBytes) {
            return failure(ErrorCode::FileMalformed,
                           std::format("token {} is longer than {} bytes", vocabulary.tokens.size(), kTokenBytes));
        }
        vocabulary.tokens.emplace_back(token);
    }
    return {};
}

Result<void> readKinds(const GgufFile &file, Vocabulary &vocabulary)
{
    vocabulary.kinds.assign(vocabulary.tokens.size(), TokenKind::Normal);
    if (file.find("tokenizer.ggml.token_type") == nullptr) {
        return {};
    }
    const GgufArray *array = file.array("tokenizer.ggml.token_type");
    const auto *types = array != nullptr ? std::get_if<std::vector<std::int64_t>>(&array->elements) : nullptr;
    if (types == nullptr || types->size() != vocabulary.tokens.size()) {
        return failure(ErrorCode::FileMalformed, "tokenizer.ggml.token_type does not hold one integer for each token");
    }
    for (std::size_t id = 0; id < types->size(); ++id) {
        const std::int64_t type = (*types)[id];
        if (type < 0 || type > static_cast<std::int64_t>(TokenKind::Byte)) {
            return failure(ErrorCode::FileMalformed, std::format("token type {} of token {}", type, id));
        }
        if (type == 0) { // "undefined": treated as plain text
            continue;
        }
        vocabulary.kinds[id] = static_cast<TokenKind>(type);
        if (vocabulary.kinds[id] == TokenKind::Byte && !isByteToken(vocabulary.tokens[id])) {
            return failure(ErrorCode::FileMalformed, std::format("byte token {} is not of the form <0xNN>", id));
        }
    }
    return {};
}

Result<void> readScores(const GgufFile &file, Vocabulary &vocabulary)
{
    if (file.find("tokenizer.ggml.scores") == nullptr) {
        return {};
    }
    const GgufArray *array = file.array("tokenizer.ggml.scores");
    const auto *whole = array != nullptr ? std::get_if<std::vector<std::int64_t>>(&array->elements) : nullptr;
    const std::vector<double> converted = // some converters write integers
        whole != nullptr ? std::vector<double>(whole->begin(), whole->end()) : std::vector<double>();
    const auto *scores = whole != nullptr   ? &converted
                         : array != nullptr ? std::get_if<std::vector<double>>(&array->elements)
                                            : nullptr;
    if (scores == nullptr || scores->size() != vocabulary.tokens.size()) {
        return failure(ErrorCode::FileMalformed, "tokenizer.ggml.scores does not hold one number for each token");
    }
    vocabulary.scores.reserve(scores->size());
    for (const double score : *scores) {
        // Scores are compared and added: NaN would break the order of a priority queue.
        if (!(std::fabs(score) <= double{std::numeric_limits<float>::max()})) {
            return failure(ErrorCode::FileMalformed,
                           std::format("the score of token {} is not finite", vocabulary.scores.size()));
        }
        vocabulary.scores.push_back(static_cast<float>(score));
    }
    return {};
}

Result<void> readMerges(const GgufFile &file, Vocabulary &vocabulary)
{
    if (file.find("tokenizer.ggml.merges") == nullptr) {
        return {};
    }
    const auto *merges = stringsOf(file, "tokenizer.ggml.merges");
    if (merges == nullptr) {
        return failure(ErrorCode::FileMalformed, "tokenizer.ggml.merges does not hold strings");
    }
    vocabulary.merges.reserve(merges->size());
    for (const std::string_view merge : *merges) {
        // The left part may itself begin with a space in vocabularies that keep raw text.
        const std::size_t space = merge.find(' ', 1);
        if (space == std::string_view::npos || space + 1 == merge.size() ||
            merge.size() > std::size_t{2} * kTokenBytes) {
            return failure(ErrorCode::FileMalformed,
                           std::format("merge {} is not two parts with a space between", vocabulary.merges.size()));
        }
        vocabulary.merges.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
    return {};
}

Result<std::optional<TokenId>> readTokenId(const GgufFile &file, std::string_view name, std::size_t vocabularySize)
{
    const std::string key = std::format("tokenizer.ggml.{}_token_id", name);
    if (file.find(key) == nullptr) {
        return std::nullopt;
    }
    const auto value = file.integer(key);
    if (value && (*value == -1 || *value == std::int64_t{0xFFFFFFFF})) { // converters' "no such token"
        return std::nullopt;
    }
    if (!value || *value < 0 || static_cast<std::uint64_t>(*value) >= vocabularySize) {
        return failure(ErrorCode::FileMalformed, key + " is outside the vocabulary");
    }
    return static_cast<TokenId>(*value);
}

Result<void> readSpecialIds(const GgufFile &file, Vocabulary &vocabulary)
{
    struct Slot {
        std::string_view name;
        std::optional<TokenId> Vocabulary::*member;
    };
    // "seperator" is how the format spells it.
    for (const Slot &slot : {Slot{"bos", &Vocabulary::bos}, Slot{"eos", &Vocabulary::eos},
                             Slot{"eot", &Vocabulary::eot}, Slot{"eom", &Vocabulary::eom},
                             Slot{"unknown", &Vocabulary::unknown}, Slot{"seperator", &Vocabulary::separator},
                             Slot{"padding", &Vocabulary::padding}, Slot{"mask", &Vocabulary::mask}}) {
        const auto id = readTokenId(file, slot.name, vocabulary.tokens.size());
        if (!id) {
            return std::unexpected(id.error());
        }
        vocabulary.*slot.member = *id;
    }
    if (!vocabulary.bos) { // older files of BERT models
        const auto id = readTokenId(file, "cls", vocabulary.tokens.size());
        if (!id) {
            return std::unexpected(id.error());
        }
        vocabulary.bos = *id;
    }
    for (const std::string_view name : {"fim_pad", "fim_rep", "fim_sep"}) {
        const auto id = readTokenId(file, name, vocabulary.tokens.size());
        if (!id) {
            return std::unexpected(id.error());
        }
        if (*id) {
            vocabulary.fimPadRepSep.push_back(**id);
        }
    }
    return {};
}

Result<void> readSuppressed(const GgufFile &file, Vocabulary &vocabulary)
{
    constexpr std::string_view key = "tokenizer.ggml.suppress_tokens";
    if (file.find(key) == nullptr) {
        return {};
    }
    const GgufArray *array = file.array(key);
    const auto *ids = array != nullptr ? std::get_if<std::vector<std::int64_t>>(&array->elements) : nullptr;
    const auto outside = [&](std::int64_t id) {
        return id < 0 || std::cmp_greater_equal(id, vocabulary.tokens.size());
    };
    if (ids == nullptr || std::ranges::any_of(*ids, outside)) {
        return failure(ErrorCode::FileMalformed, std::format("{} does not hold ids of tokens", key));
    }
    std::ranges::transform(*ids, std::back_inserter(vocabulary.suppressed),
                           [](std::int64_t id) { return static_cast<TokenId>(id); });
    return {};
}

Result<void> readCharsmap(const GgufFile &file, Vocabulary &vocabulary)
{
    constexpr std::string_view key = "tokenizer.ggml.precompiled_charsmap";
    if (file.find(key) == nullptr) {
        return {};
    }
    const GgufArray *array = file.array(key);
    const auto *bytes = array != nullptr ? std::get_if<std::vector<std::int64_t>>(&array->elements) : nullptr;
    if (bytes == nullptr || bytes->size() > kCharsmapBytes) {
        return failure(ErrorCode::FileMalformed, std::format("{} does not hold at most {} bytes", key, kCharsmapBytes));
    }
    vocabulary.charsmap.reserve(bytes->size());
    for (const std::int64_t byte : *bytes) {
        if (byte < -128 || byte > 255) { // files hold signed or unsigned bytes
            return failure(ErrorCode::FileMalformed, std::format("{} holds {}, which is no byte", key, byte));
        }
        vocabulary.charsmap += static_cast<char>(byte);
    }
    return {};
}

Result<Vocabulary> readAll(const GgufFile &file)
{
    Vocabulary vocabulary;
    const auto model = file.string("tokenizer.ggml.model");
    if (!model) {
        return failure(ErrorCode::FileMalformed, "tokenizer.ggml.model is missing");
    }
    vocabulary.model = *model;
    vocabulary.pre = file.string("tokenizer.ggml.pre").value_or("");
    for (const auto read :
         {readTokens, readKinds, readScores, readMerges, readSpecialIds, readSuppressed, readCharsmap}) {
        if (auto done = read(file, vocabulary); !done) {
            return std::unexpected(std::move(done.error()));
        }
    }
    vocabulary.addBos = file.boolean("tokenizer.ggml.add_bos_token");
    vocabulary.addEos = file.boolean("tokenizer.ggml.add_eos_token");
    vocabulary.addSep = file.boolean("tokenizer.ggml.add_sep_token");
    vocabulary.addSpacePrefix = file.boolean("tokenizer.ggml.add_space_prefix");
    vocabulary.removeExtraWhitespaces = file.boolean("tokenizer.ggml.remove_extra_whitespaces");
    vocabulary.lowercase = file.boolean("tokenizer.ggml.normalizer.lowercase");
    vocabulary.composes = file.boolean("tokenizer.ggml.normalizer.nfc").value_or(false);
    // Files do not say it: Phi-3's own tokenizer takes white space away after its special tokens.
    vocabulary.stripsAfterSpecial = vocabulary.model == "llama" && file.string("general.architecture") == "phi3";
    vocabulary.stripAccents = file.boolean("tokenizer.ggml.normalizer.strip_accents");
    return vocabulary;
}

} // namespace

Result<Vocabulary> readVocabulary(const GgufFile &file)
try {
    return readAll(file);
} catch (const std::bad_alloc &) {
    return failure(ErrorCode::OutOfMemory, "no memory for the vocabulary");
}

} // namespace inference
