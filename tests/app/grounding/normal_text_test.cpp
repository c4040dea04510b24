// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/normal_text.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace app::grounding;

TEST_CASE("what typesetting and quoting change is equal")
{
    struct Row {
        std::string one;
        std::string other;
    };
    const Row row = GENERATE(values<Row>({
        {"The  notice\nperiod", "the notice period"},
        {"“fee”", "\"FEE\""},
        {"«prix»", "„prix“"},
        {"tenant’s", "tenant's"},
        {"exam-\nple", "example"},
        {"exam\u00adple", "example"},
        {"well-known", "well\u2010known"},
        {"a — b", "a—b"},
        {"a - b", "a – b"},
        {"oﬃce ﬁle", "office file"},
        {"wait…", "wait..."},
        {"cafe\u0301", "café"},
        {"１２％", "12%"},
        {"合同 期限\n为三年", "合同期限为三年"},
        {"see [7]", "see (7)"},
        {"zero\u200bwidth", "zerowidth"},
        {"STRASSE", "strasse"},
    }));
    CHECK(normalized(row.one).text == normalized(row.other).text);
}

TEST_CASE("what differs stays different")
{
    struct Row {
        std::string one;
        std::string other;
    };
    const Row row = GENERATE(values<Row>({
        {"café", "cafe"},
        {"2-3", "23"},
        {"3 - 5", "35"},
        {"not", "now"},
        {"1.5", "15"},
        {"a b", "ab"},
    }));
    CHECK(normalized(row.one).text != normalized(row.other).text);
}

TEST_CASE("every byte knows where it comes from")
{
    const std::string text = "Ein „Ver-\ntrag“ über ﬁnanzen …";
    const NormalText normal = normalized(text);
    REQUIRE(normal.origin.size() == normal.text.size() + 1);
    REQUIRE(normal.until.size() == normal.text.size());
    const std::size_t at = normal.text.find("vertrag");
    REQUIRE(at != std::string::npos);
    const auto span = normal.source(at, at + 7);
    CHECK(text.substr(span.begin, span.end - span.begin) == "Ver-\ntrag");
    const std::size_t ligature = normal.text.find("finanzen");
    REQUIRE(ligature != std::string::npos);
    const auto word = normal.source(ligature, ligature + 8);
    CHECK(text.substr(word.begin, word.end - word.begin) == "ﬁnanzen");
}

TEST_CASE("words are compared without their inflections, and scripts without spaces by pairs")
{
    const auto keys = [](std::string_view text) { return contentKeys(normalized(text)); };
    CHECK(keys("terminated") == keys("terminating"));
    CHECK(keys("Kündigungen") == keys("Kündigung"));
    CHECK(keys("the of and") == std::vector<std::string>{});
    CHECK(keys("合同期") == std::vector<std::string>{"合同", "同期"});
    CHECK(keys("Fee fee FEES 2021") == std::vector<std::string>{"2021", "fee", "fees"});
}

TEST_CASE("any bytes have a normal form")
{
    const std::string bytes("a\xff\xc3(\x00\xe2\x80 b-", 11);
    const NormalText normal = normalized(bytes);
    CHECK(normal.origin.back() == bytes.size());
    CHECK(normalized("").text.empty());
    CHECK(normalized(" \n ").text.empty());
}
