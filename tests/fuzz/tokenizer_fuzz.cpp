// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as a message, for each way of cutting text: they come back as they were, without a control token, and the
// stream that shows them is valid UTF-8. The first byte chooses the way and how the stream is cut.
#include "inference/tokenizer/stream_decoder.h"
#include "inference/tokenizer/tokenizer.h"
#include "tests/support/tiny_vocabulary.h"

#include <array>
#include <cstdint>
#include <cstdlib>

using namespace inference;

namespace {

constexpr std::array<const char *, 4> kPreTokenizers = {"gpt-2", "smollm", "llama-bpe", "qwen2"};

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

std::unique_ptr<Tokenizer> make(const char *pre)
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
    auto tokenizer = Tokenizer::create(std::move(vocabulary));
    require(tokenizer.has_value());
    return std::move(*tokenizer);
}

const Tokenizer &tokenizer(std::size_t index)
{
    static const std::array<std::unique_ptr<Tokenizer>, kPreTokenizers.size()> all = {
        make(kPreTokenizers[0]), make(kPreTokenizers[1]), make(kPreTokenizers[2]), make(kPreTokenizers[3])};
    return *all[index % all.size()];
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const Tokenizer &chosen = tokenizer(data[0]);
    const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
    const std::vector<TokenId> ids = chosen.encode(text, Trust::Untrusted);
    for (const TokenId id : ids) {
        require(chosen.kind(id) != TokenKind::Control);
    }
    require(chosen.decode(ids, true) == text);

    // The same text shown token by token and all at once.
    const std::string stop = text.size() > 2 ? std::string(text.substr(text.size() / 2, 2)) : std::string("\n\n");
    StreamDecoder byToken({stop});
    StreamDecoder atOnce({stop});
    std::string shown;
    std::string whole;
    for (const TokenId id : ids) {
        if (byToken.push(chosen.bytes(id), shown)) {
            break;
        }
    }
    byToken.finish(shown);
    atOnce.push(text, whole);
    atOnce.finish(whole);
    require(shown == whole);
    return 0;
}
