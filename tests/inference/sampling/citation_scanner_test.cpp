// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/citation_scanner.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

using inference::CitationScanner;

namespace {

bool isAccepted(std::uint32_t ids, std::string_view text)
{
    return CitationScanner(ids).push(text);
}

} // namespace

TEST_CASE("a bracket and digits go on to a live number alone")
{
    struct Row {
        std::uint32_t ids;
        std::string text;
        bool accepted;
    };
    const Row row = GENERATE(values<Row>({
        {5, "So it is [1].", true},
        {5, "So it is [5].", true},
        {5, "So it is [6].", false},
        {5, "So it is [0].", false},
        {5, "So it is [12].", false},
        {5, "[01]", false},
        {12, "[1][12]", true},
        {12, "[13]", false},
        {12, "[120]", false},
        {4294967295U, "[4294967295]", true},
        {4294967295U, "[4294967296]", false},
        {4294967295U, "[99999999999999999999]", false},
        {5, "[1, 3]", true},
        {5, "[1,3; 5]", true},
        {5, "[1, 6]", false},
        {5, "[1,  2]", false},
        {5, "[1 , 2]", false},
        {5, "[1, a]", false},
        {5, "[1,]", false},
        {9, "[1,2,3,4,5,6,7,8]", true},
        {9, "[1,2,3,4,5,6,7,8,9]", false},
        {2, "[1,2,1]", false},
        {5, "[1 May 2021]", false},
        {5, "[1-3]", false},
        {5, "[1\n]", false},
        {5, "[ 2]", true},
        {5, "[ 9]", false},
        {5, "[a] [x1] [^9] [-9] [] [ ] 99] (9)", true},
        {5, "[[3]] [[9", false},
        {5,
         "[\xE2\x80\x99"
         "9]",
         true},
        {5, "\\[9]", false},
        {5, "[7](https://example.com)", false},
        {5, "[see](https://example.com/[7])", false},
        {0, "no sources [1]", false},
        {0, "no sources [a] 1", true},
    }));
    CAPTURE(row.ids, row.text);
    CHECK(isAccepted(row.ids, row.text) == row.accepted);
}

TEST_CASE("inside code anything goes, and only where it is code for certain")
{
    struct Row {
        std::string text;
        bool accepted;
    };
    const Row row = GENERATE(values<Row>({
        // spans
        {"`a[99]` is one", true},
        {"``a ` [99]`` is one", true},
        {"`a` [99]", false},
        {"\\`[99]`", false},
        {"\\\\`[99]`", true},
        {"`[1` [99]", false},
        {"`a[99]\nb`", false},
        {"`a[99] | b`", false},
        {"`a\nb` then `[99]` not", false},
        {"`a\n\nb `[99]` again", true},
        {"`a | b `[99]`", false},
        {"<a href='`'> `[99]`", false},
        {"1 < 2 and `[99]`", false},
        // fences
        {"```\na[99]\n```\n[1]", true},
        {"```\na[99]\n```\n[99]", false},
        {"```cpp\na[99] = b[0];\n```  \n", true},
        {"``` [99]\n", false},
        {"``` a`b\n[99]", false},
        {"``` a\\`b\n[99]", false},
        {"````\n```\n[99]\n````\n[99]", false},
        {"````\n```\n[99]\n````\n[2]", true},
        {"~~~\n```\n[99]\n~~~\n", true},
        {"~~~ `js`\n[99]\n~~~\n", true},
        {"```\n~~~\n[99]", true},
        {"   ```\n[99]", false},
        {"- ```\n  [99]\n  ```\n", false},
        {"- ```\n  a\n  ```\n\n```\n[99]\n```\n", false},
        {"> ~~~\n\n~~~\n[99]", false},
        {"text ```\n[99]\n```\n", false},
        {"text\n```\n[99]\n   ```\n[1]", true},
        {"text\n```\n[99]\n    ```\n[99]\n```\n[99]", false},
        {"```\n``` a\n[99]\n```\n", true},
        {"```\na\n```\t\n[99]", false},
        {"```\r\n[99]\r\n```\r\n", false},
        {"<div>\n```\n[99]", false},
    }));
    CAPTURE(row.text);
    CHECK(isAccepted(5, row.text) == row.accepted);
}

TEST_CASE("a text may end anywhere but inside a citation or a span that must be closed")
{
    struct Row {
        std::string text;
        bool mayEnd;
    };
    const Row row = GENERATE(values<Row>({
        {"", true},
        {"So it is [", true},
        {"So it is [1", false},
        {"So it is [1,", false},
        {"So it is [1, ", false},
        {"So it is [1]", true},
        {"`a[9", false},
        {"`a[99]", false},
        {"`a[99]`", true},
        {"`a[99]``", false},
        {"`a", true},
        {"```\na[99]", true},
    }));
    CAPTURE(row.text);
    CitationScanner scanner(5);
    REQUIRE(scanner.push(row.text));
    CHECK(scanner.mayEnd() == row.mayEnd);
}

TEST_CASE("without knowledge of code everything counts as text")
{
    CHECK(CitationScanner(5, CitationScanner::Code::Nothing).push("`a[3]`"));
    CHECK_FALSE(CitationScanner(5, CitationScanner::Code::Nothing).push("`a[99]`"));
    CHECK_FALSE(CitationScanner(5, CitationScanner::Code::Nothing).push("```\n[99]"));
    CHECK_FALSE(CitationScanner(5, CitationScanner::Code::Nothing).push("a\n\n`[99]"));
}

TEST_CASE("a byte that may not come is read as text")
{
    CitationScanner scanner(5);
    CHECK_FALSE(scanner.push("[9"));
    CHECK_FALSE(scanner.inList());
    CHECK(scanner.push("] and [2]"));
}
