// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/piece_trie.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace inference;

TEST_CASE("every text is found at its end and nothing else is", "[piece_trie]")
{
    using Entry = std::pair<std::string_view, TokenId>;
    const std::vector<Entry> texts = {{"b", 1}, {"abc", 2}, {"a", 3},    {"abd", 4},    {"\u4e2d", 5},
                                      {"a", 6}, {"", 7},    {"\xFF", 8}, {"bcdefgh", 9}};
    const PieceTrie trie(texts);
    const auto find = [&](std::string_view text) {
        auto node = std::optional<PieceTrie::Node>(PieceTrie::root);
        for (const char byte : text) {
            node = trie.child(*node, byte);
            if (!node)
                return TokenId{-2};
        }
        return trie.token(*node);
    };
    for (const auto &[text, token] : texts) {
        INFO(text);
        if (!text.empty())
            CHECK(find(text) == (token == 6 ? 3 : token)); // of equal texts the first
    }
    CHECK(find("") == PieceTrie::none);
    CHECK(find("ab") == PieceTrie::none);
    CHECK(find("\xE4\xB8") == PieceTrie::none);
    CHECK(find("abcd") == -2);
    CHECK(find("c") == -2);
    CHECK_FALSE(PieceTrie({}).child(PieceTrie::root, 'a').has_value());
}
