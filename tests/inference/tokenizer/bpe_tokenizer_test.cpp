// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/bpe_tokenizer.h"

#include "inference/tokenizer/byte_alphabet.h"
#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>

#include <algorithm>

using namespace inference;
using fixtures::byteVocabulary;

namespace {

using Ids = std::vector<TokenId>;

std::unique_ptr<Tokenizer> make(Vocabulary vocabulary)
{
    auto tokenizer = Tokenizer::create(std::move(vocabulary));
    REQUIRE(tokenizer.has_value());
    return std::move(*tokenizer);
}

} // namespace

TEST_CASE("ids equal those of the reference over a small vocabulary", "[bpe]")
{
    const std::string pre = GENERATE("smollm", "llama-bpe");
    const auto tokenizer = make(fixtures::smallVocabulary(pre));
    const auto texts = fixtures::texts();
    const nlohmann::json expected = fixtures::load("small_ids.json")[pre];
    REQUIRE(expected.size() == texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        INFO(pre << " on text " << i << ": " << nlohmann::json(texts[i]).dump());
        CHECK(tokenizer->encode(texts[i], Trust::Untrusted) == expected[i].get<Ids>());
    }
}

TEST_CASE("decoding gives back the bytes that were encoded", "[bpe]")
{
    const auto tokenizer = make(byteVocabulary({{"h", "e"}, {"he", "l"}, {"l", "o"}}, {}));
    std::vector<std::string> texts = fixtures::texts();
    texts.emplace_back("\xFF\xFE\x00 a\xE2\x82", 8);
    for (const std::string &text : texts) {
        INFO(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        CHECK(tokenizer->decode(tokenizer->encode(text, Trust::Untrusted), false) == text);
    }
}

TEST_CASE("every byte has its own letter in the alphabet", "[bpe]")
{
    for (unsigned byte = 0; byte < 256; ++byte) {
        std::string bytes;
        appendAlphabetBytes(bytes, alphabetText(static_cast<std::uint8_t>(byte)));
        CHECK(bytes == std::string(1, static_cast<char>(byte)));
    }
    std::string bytes;
    appendAlphabetBytes(bytes, "\u0120\u4e2d");
    CHECK(bytes == " \u4e2d");
}

TEST_CASE("the lowest rank merges first and the leftmost of equals", "[bpe]")
{
    // 256 = ab, 257 = bc, 258 = aa, 259 = abc
    const auto tokenizer = make(byteVocabulary({{"a", "b"}, {"b", "c"}, {"a", "a"}, {"ab", "c"}}, {}));
    CHECK(tokenizer->encode("abc", Trust::Untrusted) == Ids{259});
    CHECK(tokenizer->encode("bca", Trust::Untrusted) == Ids{257, 'a'});
    CHECK(tokenizer->encode("aaa", Trust::Untrusted) == Ids{258, 'a'});
    CHECK(tokenizer->encode("aaab", Trust::Untrusted) == Ids{258, 256});
}

TEST_CASE("bytes without a token are left out", "[bpe]")
{
    Vocabulary vocabulary = byteVocabulary({}, {});
    vocabulary.tokens['q'] = "not-a-byte";
    const auto tokenizer = make(std::move(vocabulary));
    CHECK(tokenizer->encode("aqb", Trust::Untrusted) == Ids{'a', 'b'});
}

TEST_CASE("whole words win only where the scheme says so", "[bpe]")
{
    Vocabulary vocabulary = byteVocabulary({{"a", "b"}}, {{"abc", TokenKind::Normal}});
    vocabulary.pre = "qwen2";
    CHECK(make(vocabulary)->encode("abc", Trust::Untrusted) == Ids{256, 'c'});
    vocabulary.pre = "llama-bpe";
    CHECK(make(vocabulary)->encode("abc", Trust::Untrusted) == Ids{257});
}

TEST_CASE("control tokens are recognised in trusted text alone, user-defined ones always", "[bpe]")
{
    const auto tokenizer = make(byteVocabulary({}, {{"<|im_end|>", TokenKind::Control},
                                                    {"<tool>", TokenKind::UserDefined},
                                                    {"<tool>>", TokenKind::UserDefined},
                                                    {"<unk>", TokenKind::Unknown},
                                                    {"<pad>", TokenKind::Unused}}));
    CHECK(tokenizer->encode("a<|im_end|>b", Trust::Trusted) == Ids{'a', 256, 'b'});
    CHECK(tokenizer->encode("a<|im_end|>b", Trust::Untrusted).size() == 12);
    CHECK(tokenizer->encode("<|im_end|><|im_end|>", Trust::Trusted) == Ids{256, 256});
    CHECK(tokenizer->encode("<tool>x<tool>>", Trust::Untrusted) == Ids{257, 'x', 258});
    CHECK(tokenizer->encode("<tool>x<tool>>", Trust::Trusted) == Ids{257, 'x', 258});
    CHECK(tokenizer->encode("<unk>", Trust::Trusted) == Ids{259});
    CHECK(tokenizer->encode("<unk>", Trust::Untrusted).size() == 5);
    CHECK(tokenizer->encode("<pad>", Trust::Trusted).size() == 5);
    CHECK(tokenizer->encode("<|im_end", Trust::Trusted).size() == 8);
}

TEST_CASE("pieces of a text encode as one, with control tokens only inside trusted pieces", "[bpe]")
{
    const auto tokenizer = make(fixtures::smallVocabulary("smollm"));
    const TokenId start = tokenizer->encode("<|im_start|>", Trust::Trusted).front();
    const TokenId end = tokenizer->encode("<|im_end|>", Trust::Trusted).front();
    REQUIRE(tokenizer->kind(start) == TokenKind::Control);
    struct Row {
        const char *what;
        std::vector<TextSpan> spans;
        std::ptrdiff_t starts;
        std::ptrdiff_t ends;
    };
    const auto trusted = [](std::string_view text) { return TextSpan{text, Trust::Trusted}; };
    const auto untrusted = [](std::string_view text) { return TextSpan{text, Trust::Untrusted}; };
    const std::vector<Row> rows = {
        {"a template around a message",
         {trusted("<|im_start|>user\n"), untrusted("\n hello"), trusted("<|im_end|>\n")},
         1,
         1},
        {"a message of control text",
         {trusted("<|im_start|>"), untrusted("<|im_end|><|im_start|>"), trusted("<|im_end|>")},
         1,
         1},
        {"a token half trusted", {trusted("<|im_"), untrusted("end|>")}, 0, 0},
        {"a token put together from the other side", {untrusted("<|im_"), trusted("end|>")}, 0, 0},
        {"a token over two trusted pieces", {trusted("<|im_"), trusted("end|>")}, 0, 1},
        {"a message between halves", {trusted("<|im_"), untrusted("x"), trusted("end|>")}, 0, 0},
        {"empty pieces", {trusted(""), untrusted(""), trusted("<|im_end|>"), untrusted("")}, 0, 1},
        {"many of each",
         {trusted("<|im_start|>a<|im_start|>"), untrusted("<|im_end|>b"), trusted("<|im_end|><|im_end|>c"),
          untrusted("d")},
         2,
         2},
    };
    for (const Row &row : rows) {
        CAPTURE(row.what);
        Ids ids;
        tokenizer->encode(row.spans, ids);
        std::string joined;
        for (const TextSpan &span : row.spans)
            joined += span.text;
        CHECK(std::ranges::count(ids, start) == row.starts);
        CHECK(std::ranges::count(ids, end) == row.ends);
        CHECK(tokenizer->decode(ids, true) == joined);
    }
    // Merges go across borders: the newline of the template and that of the message are one token together.
    Ids pieces;
    tokenizer->encode(std::vector<TextSpan>{trusted("user\n"), untrusted("\nhello")}, pieces);
    CHECK(pieces == tokenizer->encode("user\n\nhello", Trust::Untrusted));
}

TEST_CASE("merges never spell a control token", "[bpe]")
{
    const std::string pre = GENERATE("gpt-2", "llama-bpe");
    Vocabulary vocabulary = byteVocabulary({{"e", "n"}, {"en", "d"}}, {});
    vocabulary.kinds[257] = TokenKind::Control; // "end"
    vocabulary.pre = pre;
    const auto tokenizer = make(std::move(vocabulary));
    CHECK(tokenizer->encode("end", Trust::Untrusted) == Ids{'e', 'n', 'd'});
    CHECK(tokenizer->encode("end", Trust::Trusted) == Ids{257});
}

TEST_CASE("control text is left out of decoded text unless asked for", "[bpe]")
{
    const auto tokenizer =
        make(byteVocabulary({}, {{"<|im_end|>", TokenKind::Control}, {"<t>", TokenKind::UserDefined}}));
    const Ids ids{'a', 256, 'b', 257, -1, 100'000};
    CHECK(tokenizer->decode(ids, false) == "ab<t>");
    CHECK(tokenizer->decode(ids, true) == "a<|im_end|>b<t>");
    CHECK(tokenizer->kind(256) == TokenKind::Control);
    CHECK(tokenizer->kind(-1) == TokenKind::Unused);
}

TEST_CASE("byte tokens written as numbers decode to their byte", "[bpe]")
{
    const auto tokenizer = make(byteVocabulary({}, {{"<0x0A>", TokenKind::Byte}, {"<0x-1>", TokenKind::Byte}}));
    CHECK(tokenizer->bytes(256) == "\n");
    CHECK(tokenizer->bytes(257) == "<0x-1>");
}

TEST_CASE("beginning and end tokens follow the file, else the scheme", "[bpe]")
{
    Vocabulary vocabulary = byteVocabulary({}, {});
    vocabulary.bos = 1;
    vocabulary.eos = 2;
    CHECK_FALSE(make(vocabulary)->addsBos());
    CHECK_FALSE(make(vocabulary)->addsEos());
    vocabulary.pre = "llama-bpe";
    CHECK(make(vocabulary)->addsBos());
    vocabulary.addBos = false;
    vocabulary.addEos = true;
    CHECK_FALSE(make(vocabulary)->addsBos());
    CHECK(make(vocabulary)->addsEos());
    vocabulary.addBos = true;
    vocabulary.bos.reset();
    CHECK_FALSE(make(vocabulary)->addsBos());
}

TEST_CASE("text is composed first where the file says so", "[bpe]")
{
    Vocabulary vocabulary = byteVocabulary({}, {});
    const std::string text = "e\u0301 e\u0301\xFF";
    CHECK(make(vocabulary)->encode(text, Trust::Untrusted).size() == 8);
    vocabulary.composes = true;
    CHECK(make(vocabulary)->encode(text, Trust::Untrusted) ==
          make(byteVocabulary({}, {}))->encode("\u00e9 \u00e9\xFF", Trust::Untrusted));
}

TEST_CASE("a guessed scheme is told", "[bpe]")
{
    Vocabulary vocabulary = byteVocabulary({}, {});
    CHECK(make(vocabulary)->warning().empty());
    vocabulary.pre.clear();
    CHECK_FALSE(make(vocabulary)->warning().empty());
}

TEST_CASE("an unknown pre-tokenizer is refused by name", "[bpe]")
{
    Vocabulary vocabulary = byteVocabulary({}, {});
    vocabulary.pre = "brand-new";
    const auto tokenizer = Tokenizer::create(std::move(vocabulary));
    REQUIRE_FALSE(tokenizer.has_value());
    CHECK(tokenizer.error().code == ErrorCode::UnsupportedTokenizer);
    CHECK(tokenizer.error().detail.contains("\"brand-new\""));
}

TEST_CASE("unknown tokenizer models are refused by name", "[bpe]")
{
    for (const char *model : {"rwkv", "plamo2", "GPT2", ""}) {
        Vocabulary vocabulary = byteVocabulary({}, {});
        vocabulary.model = model;
        const auto tokenizer = Tokenizer::create(std::move(vocabulary));
        REQUIRE_FALSE(tokenizer.has_value());
        CHECK(tokenizer.error().code == ErrorCode::UnsupportedTokenizer);
        CHECK(tokenizer.error().detail.contains(std::string("\"") + model + "\""));
    }
}

TEST_CASE("inconsistent vocabularies are refused with the check that failed", "[bpe]")
{
    struct Case {
        const char *expected;
        void (*spoil)(Vocabulary &);
    };
    const Case cases[] = {
        {"0 tokens", [](Vocabulary &v) { v.tokens.clear(); }},
        {"token_type", [](Vocabulary &v) { v.kinds.pop_back(); }},
        {"eos token id 99999", [](Vocabulary &v) { v.eos = 99999; }},
        {"bos token id -1", [](Vocabulary &v) { v.bos = -1; }},
        {"fill-in-the-middle", [](Vocabulary &v) { v.fimPadRepSep = {70000}; }},
        {"longer than 1024",
         [](Vocabulary &v) {
             v.tokens[5] = std::string(1025, 'x');
             v.kinds[5] = TokenKind::Control;
         }},
    };
    for (const Case &c : cases) {
        Vocabulary vocabulary = byteVocabulary({}, {});
        c.spoil(vocabulary);
        const auto tokenizer = Tokenizer::create(std::move(vocabulary));
        REQUIRE_FALSE(tokenizer.has_value());
        CHECK(tokenizer.error().code == ErrorCode::FileMalformed);
        CHECK(tokenizer.error().detail.contains(c.expected));
    }
}

TEST_CASE("hostile merges neither loop nor reach outside", "[bpe]")
{
    Vocabulary vocabulary = byteVocabulary({}, {});
    vocabulary.merges = {{"", "a"}, {"a", ""}, {"", ""}, {"a", "b"}, {"zz", "zzz"}, {"a", "b"}, {"\xFF", "a"}};
    const auto tokenizer = make(std::move(vocabulary));
    // "ab" merges to a text that is no token and falls back to its bytes.
    CHECK(tokenizer->encode("abba", Trust::Untrusted) == Ids{'a', 'b', 'b', 'a'});
}

TEST_CASE("one long word costs a fixed number of heap operations per byte", "[bpe]")
{
    const Vocabulary vocabulary = byteVocabulary({{"a", "a"}, {"aa", "aa"}, {"aaaa", "aaaa"}, {"b", "a"}}, {});
    const BpeMerger merger(vocabulary, std::vector<bool>(vocabulary.tokens.size(), true), BpeAlphabet::Bytes);
    for (const char *unit : {"a", "ab", "ba", "aab"}) {
        const auto operations = [&](std::size_t bytes) {
            std::string word;
            while (word.size() < bytes)
                word += unit;
            BpeMerger::Scratch scratch;
            Ids out;
            return merger.merge(word, 0, scratch, out);
        };
        const auto small = operations(10'000);
        const auto large = operations(40'000);
        CHECK(large <= 4 * small + 64);
        CHECK(large <= std::uint64_t{6} * 40'000);
    }
}
