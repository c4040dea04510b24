// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/query_terms.h"

#include <catch2/catch_test_macros.hpp>

namespace storage {

using Words = std::vector<std::string>;

TEST_CASE("a question is looked up by the words that say something")
{
    const struct {
        const char *question;
        Words words;
        Words pieces;
    } cases[] = {
        {"What is the notice period in the lease?", {"notice", "period", "lease"}, {}},
        {"Wie lang ist die Kündigungsfrist?", {"lang", "Kündigungsfrist"}, {}},
        {"to be or not to be", {"to", "be", "or", "not"}, {}},
        {"lift-to-drag lift", {"lift", "drag"}, {}},
        {"\"OR\" NEAR(x) a*b col:c", {"NEAR", "x", "b", "col", "c"}, {}},
        {"契約の期間", {}, {"契約の期間"}},
        {"契約 period 期間は", {"period"}, {"契約", "期間は"}},
        {"iPhone的价格", {"iPhone"}, {"的价格"}},
        {"", {}, {}},
        {"?!", {}, {}},
    };
    for (const auto &[question, words, pieces] : cases) {
        CAPTURE(question);
        const QueryTerms terms = queryTerms(question);
        CHECK(terms.words == words);
        CHECK(terms.pieces == pieces);
    }
}

TEST_CASE("a question has an end")
{
    std::string question;
    for (int i = 0; i < 10'000; ++i) {
        question += "word" + std::to_string(i) + ' ';
    }
    CHECK(queryTerms(question).words.size() == 64);
}

TEST_CASE("nothing in a word is an operator")
{
    CHECK(anyOf({"a\"b", "c"}) == "\"a\"\"b\" OR \"c\"");
    CHECK(anyOf({}).empty());
}

TEST_CASE("runs without spaces are looked up by three characters in a row")
{
    CHECK(trigrams({"契約の期間"}) == Words{"契約の", "約の期", "の期間"});
    CHECK(trigrams({"契約"}).empty());
    CHECK(trigrams({"abcd", "bcd"}) == Words{"abc", "bcd"});
    CHECK(trigrams({}).empty());
}

TEST_CASE("scripts without spaces are known")
{
    CHECK(isUnspaced("abc 漢字"));
    CHECK(isUnspaced("ภาษาไทย"));
    CHECK_FALSE(isUnspaced("plain, Grüße, Ελλάδα, русский, العربية"));
}

} // namespace storage
