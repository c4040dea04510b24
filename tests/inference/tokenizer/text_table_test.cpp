// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/text_table.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using inference::TextTable;
using inference::TokenId;

TEST_CASE("texts are found and others are not", "[text_table]")
{
    std::vector<std::string> texts;
    for (int i = 0; i < 5000; ++i)
        texts.push_back(std::to_string(i * 7));
    TextTable table(texts.size() + 1);
    for (std::size_t i = 0; i < texts.size(); ++i)
        table.add(texts[i], static_cast<TokenId>(i));
    table.add("7", 9999); // of equal texts the first stays
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < texts.size(); ++i)
        wrong += table.find(texts[i]) == static_cast<TokenId>(i) ? 0U : 1U;
    CHECK(wrong == 0);
    CHECK(table.find("7") == 1);
    CHECK(table.longest() == 5);
    for (const char *text : {"", "1", "6", "350000", "x", "7 "}) {
        INFO(text);
        CHECK(table.find(text) == TextTable::none);
    }
    CHECK(TextTable(0).find("") == TextTable::none);
}
