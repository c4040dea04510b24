// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/piece_merger.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

TEST_CASE("one long word costs a fixed number of heap operations per character", "[piece_merger]")
{
    const Vocabulary vocabulary = fixtures::pieceVocabulary(
        "llama", {{"a", -9}, {"aa", -1}, {"aaaa", -2}, {"aaaaaaaa", -3}, {"b", -9}, {"ba", -4}, {"\u4e2d", -9}});
    const PieceMerger merger(vocabulary, vocabulary.kinds);
    for (const char *unit : {"a", "ab", "ba", "aab", "\u4e2d", "\U0001f600", "\xFF"}) {
        const auto operations = [&](std::size_t characters) {
            std::string word;
            for (std::size_t i = 0; i < characters; ++i)
                word += unit;
            PieceMerger::Scratch scratch;
            std::vector<TokenId> out;
            return merger.merge(word, 0, scratch, out);
        };
        const auto small = operations(10'000);
        const auto large = operations(40'000);
        INFO(unit);
        CHECK(large <= 4 * small + 64);
        CHECK(large <= std::uint64_t{6} * 40'000 * std::string_view(unit).size());
    }
}

TEST_CASE("text is cut only where no token reaches across", "[piece_merger]")
{
    const Vocabulary vocabulary =
        fixtures::pieceVocabulary("llama", {{"ab", -1}, {"bc", -1}, {"\u2581a", -1}, {"\u2581\u2581", -1}});
    const PieceMerger merger(vocabulary, vocabulary.kinds);
    CHECK(merger.separablePrefix("abc\u2581a") == 3);
    CHECK(merger.separablePrefix("\u2581\u2581abc") == 9);
    CHECK(merger.separablePrefix("xy") == 1);
    CHECK(merger.separablePrefix("\u4e2d\u4e2d") == 3);
}
