// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as a message, for every scheme and for each way of cutting text: no control token comes out, schemes that
// keep every byte give them back, and the stream that shows them is the same for any split. The first byte chooses the
// scheme. For the last of them the input brings the normalizer's table along: two bytes of length, the table, then the
// message.
#include "inference/tokenizer/stream_decoder.h"
#include "inference/tokenizer/tokenizer.h"
#include "tests/support/tiny_vocabulary.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace inference;

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

std::unique_ptr<Tokenizer> created(Vocabulary vocabulary)
{
    auto tokenizer = Tokenizer::create(std::move(vocabulary));
    require(tokenizer.has_value());
    return std::move(*tokenizer);
}

std::unique_ptr<Tokenizer> bytePairs(const char *pre)
{
    const tests::TinyVocabulary tiny = tests::makeTinyVocabulary(tests::tinyVocabularyLeast());
    Vocabulary vocabulary;
    vocabulary.model = "gpt2";
    vocabulary.pre = pre;
    vocabulary.tokens = tiny.tokens;
    for (const std::int32_t type : tiny.types) {
        vocabulary.kinds.push_back(static_cast<TokenKind>(type));
    }
    for (const std::string &merge : tiny.merges) {
        const std::size_t space = merge.find(' ');
        vocabulary.merges.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
    vocabulary.eos = tests::TinyVocabulary::kTurnEnd;
    return created(std::move(vocabulary));
}

enum class ByteTokens { Without, With };

Vocabulary pieces(const char *model, ByteTokens byteTokens)
{
    Vocabulary vocabulary;
    vocabulary.model = model;
    const auto add = [&](std::string text, TokenKind kind, float score) {
        vocabulary.tokens.push_back(std::move(text));
        vocabulary.kinds.push_back(kind);
        vocabulary.scores.push_back(score);
    };
    add("<unk>", TokenKind::Unknown, 0);
    add("<s>", TokenKind::Control, 0);
    add("</s>", TokenKind::Control, 0);
    if (byteTokens == ByteTokens::With) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        for (unsigned byte = 0; byte < 256; ++byte) {
            add(std::string("<0x") + digits[byte >> 4U] + digits[byte & 15U] + ">", TokenKind::Byte, 0);
        }
    }
    float score = -1;
    for (const char *text : {"\u2581",    "\u2581\u2581", "a",      "e",      "t",    "h",      "he",     "\u2581t",
                             "\u2581the", "th",           "ea",     "aa",     "aaaa", "\u4e2d", "\u00e9", "\U0001f600",
                             "\n",        "\n\n",         "1",      "11",     "<",    "s",      ">",      "/",
                             "</",        "s>",           "\u0301", "e\u0301"}) {
        add(text, TokenKind::Normal, score);
        score -= 1;
    }
    add("heap", TokenKind::Unused, -3);
    vocabulary.unknown = 0;
    vocabulary.bos = 1;
    vocabulary.eos = 2;
    return vocabulary;
}

Vocabulary rawPairs()
{
    Vocabulary vocabulary = pieces("gemma4", ByteTokens::With);
    vocabulary.merges = {{"h", "e"},        {"t", "he"},  {"a", "a"},     {"aa", "aa"},
                         {"\u2581", "the"}, {"\n", "\n"}, {"\u2581", "t"}};
    return vocabulary;
}

Vocabulary wordPieces()
{
    Vocabulary vocabulary;
    vocabulary.model = "bert";
    vocabulary.tokens = {"[UNK]", "[CLS]", "[SEP]",   "\u2581the", "\u2581t",      "he",
                         "e",     "a",     "\u2581a", "\u2581,",   "\u2581\u4e2d", "1"};
    vocabulary.kinds.assign(vocabulary.tokens.size(), TokenKind::Normal);
    vocabulary.kinds[0] = TokenKind::Unknown;
    vocabulary.kinds[1] = vocabulary.kinds[2] = TokenKind::Control;
    vocabulary.unknown = 0;
    vocabulary.bos = 1;
    vocabulary.separator = 2;
    return vocabulary;
}

struct Scheme {
    std::unique_ptr<Tokenizer> tokenizer;
    bool lossless = false; ///< every byte comes back, but for U+2581, which comes back as a space
};

std::vector<Scheme> makeSchemes()
{
    std::vector<Scheme> schemes;
    for (const char *pre : {"gpt-2", "smollm", "llama-bpe", "qwen2"}) {
        schemes.push_back({bytePairs(pre), true});
    }
    schemes.push_back({created(pieces("llama", ByteTokens::With)), true});
    schemes.push_back({created(pieces("llama", ByteTokens::Without)), false});
    schemes.push_back({created(rawPairs()), true});
    schemes.push_back({created(wordPieces()), false});
    schemes.push_back({created(pieces("t5", ByteTokens::With)), false});
    for (const char *pre : {"qwen35", "tekken", "gpt-4o", "deepseek-llm", "deepseek-coder", "deepseek-v3", "falcon",
                            "bloom", "viking", "default", "seed-coder", "exaone-moe", "minicpm5", "laguna", "ufakzeka",
                            "kimi-k2", "tiny_aya", "superbpe", "youtu"}) {
        schemes.push_back({bytePairs(pre), true});
    }
    return schemes;
}

std::string withoutSigns(std::string text)
{
    constexpr std::string_view sign = "\u2581";
    for (std::size_t at = text.find(sign); at != std::string::npos; at = text.find(sign, at)) {
        text.replace(at, sign.size(), " ");
    }
    return text;
}

void check(const Tokenizer &tokenizer, std::string_view text, bool lossless)
{
    const std::vector<TokenId> ids = tokenizer.encode(text, Trust::Untrusted);
    bool unknown = false;
    for (const TokenId id : ids) {
        require(id >= 0 && static_cast<std::size_t>(id) < tokenizer.size());
        require(tokenizer.kind(id) != TokenKind::Control && tokenizer.kind(id) != TokenKind::Unused);
        unknown = unknown || tokenizer.kind(id) == TokenKind::Unknown;
    }
    const std::string decoded = tokenizer.decode(ids, true);
    if (lossless) {
        const bool escapes = tokenizer.vocabulary().model != "gpt2";
        require(decoded == (escapes ? withoutSigns(std::string(text)) : std::string(text)));
    }
    if (unknown) {
        return;
    }

    // The same text shown token by token and all at once.
    const std::string stop = text.size() > 2 ? std::string(text.substr(text.size() / 2, 2)) : std::string("\n\n");
    StreamDecoder byToken({stop}, tokenizer.dropsLeadingSpace() ? StreamDecoder::LeadingSpace::Drop
                                                                : StreamDecoder::LeadingSpace::Keep);
    StreamDecoder atOnce({stop});
    std::string shown;
    std::string whole;
    for (const TokenId id : ids) {
        if (byToken.push(tokenizer.bytes(id), shown)) {
            break;
        }
    }
    byToken.finish(shown);
    atOnce.push(decoded, whole);
    atOnce.finish(whole);
    require(shown == whole);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::vector<Scheme> schemes = makeSchemes();
    if (size == 0) {
        return 0;
    }
    std::string_view rest(reinterpret_cast<const char *>(data) + 1, size - 1);
    const std::size_t choice = data[0] % (schemes.size() + 1);
    if (choice < schemes.size()) {
        check(*schemes[choice].tokenizer, rest, schemes[choice].lossless);
        return 0;
    }
    if (rest.size() < 2) {
        return 0;
    }
    const std::size_t tableBytes = static_cast<unsigned char>(rest[0]) + 256U * static_cast<unsigned char>(rest[1]);
    rest.remove_prefix(2);
    Vocabulary vocabulary = pieces("t5", ByteTokens::Without);
    vocabulary.charsmap = rest.substr(0, tableBytes);
    rest.remove_prefix(vocabulary.charsmap.size());
    if (const auto tokenizer = Tokenizer::create(std::move(vocabulary))) {
        check(**tokenizer, rest, false);
    }
    return 0;
}
