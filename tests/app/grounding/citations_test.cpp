// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/citations.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace app::grounding;

TEST_CASE("citations are numbers alone in brackets, outside code and links")
{
    using Ids = std::vector<std::vector<std::uint32_t>>;
    struct Row {
        std::string markdown;
        Ids ids;
    };
    const Row row = GENERATE(values<Row>({
        {"So it is [1].", {{1}}},
        {"So [1][2] and [3, 4; 3].", {{1}, {2}, {3, 4}}},
        {"**bold [1]** and *[2]*", {{1}, {2}}},
        {"| a | b |\n|---|---|\n| x [1] | [2] |", {{1}, {2}}},
        {"- one [1]\n- two [2]", {{1}, {2}}},
        {"> quoted [1]", {{1}}},
        {"# Heading [3]", {{3}}},
        {"合同期限为三年[1]。", {{1}}},
        {"[0] and [99999999999]", {{0}, {4294967295U}}},
        {"`a[1]` and ``b [2]``", {}},
        {"```\na[1]\n```\n[2]", {{2}}},
        {"- ```\n  a[1]\n  ```\n", {}},
        {"    indented[1]", {}},
        {"[1](https://example.com) [text [2]](https://example.com)", {}},
        {"[1]\n\n[1]: https://example.com", {}},
        {"[a] [1a] [1-3] [1,] [ ] [] [^1] 1] (1)", {}},
        {"[**1**] [1\n]", {}},
        {"[[1]]", {{1}}},
        {"an open ` then [1]", {{1}}},
        {"&#91;1&#93; &amp; [2]", {{2}}},
        {"", {}},
    }));
    CAPTURE(row.markdown);
    Ids ids;
    for (const CitationMark &mark : citationsIn(row.markdown)) {
        ids.push_back(mark.ids);
        const std::string written = row.markdown.substr(mark.span.begin, mark.span.end - mark.span.begin);
        CHECK((written.starts_with('[') && written.ends_with(']')));
    }
    CHECK(ids == row.ids);
}

TEST_CASE("numbers of no source are found")
{
    CHECK(invalidCitations("a [1] b [3, 2] c [0]", 2) == std::vector<std::uint32_t>{3, 0});
    CHECK(invalidCitations("a [1] b `[3]`", 2).empty());
}
