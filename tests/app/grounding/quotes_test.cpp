// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/quotes.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace app::grounding;

TEST_CASE("quotations are found in the marks of every language")
{
    using Texts = std::vector<std::string>;
    struct Row {
        std::string text;
        Texts quotes;
    };
    const Row row = GENERATE(values<Row>({
        {R"(He said "three months" and "no more".)", {"three months", "no more"}},
        {"He said “three months”.", {"three months"}},
        {"Er sagte „drei Monate“.", {"drei Monate"}},
        {"Er sagte »drei Monate«.", {"drei Monate"}},
        {"Il dit « trois mois ».", {" trois mois "}},
        {"合同规定「三个月」。", {"三个月"}},
        {"合同规定“三个月”。", {"三个月"}},
        {"The tenant's 'own' risk", {}},
        {"an open \" mark", {}},
        {"\"\"", {}},
    }));
    CAPTURE(row.text);
    Texts quotes;
    for (const storage::TextSpan &span : quotesIn(row.text)) {
        quotes.push_back(row.text.substr(span.begin, span.end - span.begin));
    }
    CHECK(quotes == row.quotes);
}

TEST_CASE("a quotation is verbatim or it is not")
{
    const NormalText source = normalized("The lessee shall give three months’ notice, in writing, and shall vacate the "
                                         "prem-\nises. Der Mieter trägt die "
                                         "Neben-\nkosten. 合同期限为三年，自签署之日起。 As shown [7] there.");
    struct Row {
        std::string quote;
        bool verbatim;
    };
    const Row row = GENERATE(values<Row>({
        {"shall give three months' notice, in writing", true},
        {"The Lessee shall give", true},
        {"vacate the premises.", true},
        {"vacate the premises,", true},
        {"Der Mieter trägt die Nebenkosten", true},
        {"合同期限为三年", true},
        {"shall give … in writing", true},
        {"shall give [...] vacate the premises", true},
        {"vacate the premises ... shall give", false},
        {"As shown (7) there", true},
        {"shall give four months' notice", false},
        {"shall not give three months' notice", false},
        {"hall give", false},
        {"three month", false},
        {"合同期限为五年", false},
        {"", true},
    }));
    CAPTURE(row.quote);
    CHECK(isVerbatim(row.quote, source) == row.verbatim);
}

TEST_CASE("the nearest words to a wrong quotation are found")
{
    const std::string first = "Nothing of the kind stands here.";
    const std::string second = "In general the lessee shall give three months' notice in writing to the lessor.";
    const std::vector<NormalText> texts{normalized(first), normalized(second)};
    const auto nearest = nearestSpan("the lessee must give four months' notice in writing", texts);
    REQUIRE(nearest.has_value());
    CHECK(nearest->text == 1);
    CHECK(second.substr(nearest->span.begin, nearest->span.end - nearest->span.begin) ==
          "the lessee shall give three months' notice in writing");
    CHECK_FALSE(nearestSpan("pets are forbidden everywhere", texts).has_value());
    CHECK_FALSE(nearestSpan("", texts).has_value());
}
