// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/facts.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

using namespace app::grounding;

namespace {

/// Whether a source offers every number and date of a sentence.
bool offers(std::string_view source, std::string_view sentence)
{
    const Facts claims = claimsOf(sentence, Capitals::Names);
    const Facts offered = offersOf(source);
    REQUIRE_FALSE((claims.numbers.empty() && claims.dates.empty()));
    return std::ranges::all_of(claims.numbers, [&](const NumberFact &fact) { return isOffered(fact, offered); }) &&
           std::ranges::all_of(claims.dates, [&](const DateFact &fact) { return isOffered(fact, offered); });
}

std::vector<std::string> names(std::string_view sentence, Capitals capitals = Capitals::Names)
{
    std::vector<std::string> found;
    for (const NameFact &name : claimsOf(sentence, capitals).names) {
        found.emplace_back(sentence.substr(name.span.begin, name.span.end - name.span.begin));
    }
    return found;
}

} // namespace

TEST_CASE("numbers are the same however they are written")
{
    struct Row {
        std::string source;
        std::string sentence;
        bool same;
    };
    const Row row = GENERATE(values<Row>({
        {"1,000 units", "1000 units", true},
        {"1 000 units", "1,000 units", true},
        {"1\u202f000 units", "1000 units", true},
        {"1.000 Stück", "1000 Stück", true},
        {"1'000 Stück", "1000 Stück", true},
        {"1.234,50 Euro", "1234.5 euros", true},
        {"1,234.50", "1 234,5", true},
        {"12,345,678", "12.345.678", true},
        {"0.5", "0,50", true},
        {"0.234", "234", false},
        {"1,5", "15", false},
        {"1000", "100", false},
        {"1000", "10000", false},
        {"5 %", "5%", true},
        {"5 percent", "5 %", true},
        {"5 Prozent", "5 %", true},
        {"5 pour cent", "5 percent", true},
        {"5 por ciento", "5%", true},
        {"百分之5", "5%", true},
        {"５％", "5%", true},
        {"5 %", "5 km", false},
        {"5 days", "5 weeks", false},
        {"5 Tage", "5 days", true},
        {"5", "5 days", true},
        {"€ 20", "20 euros", true},
        {"$20", "20 EUR", false},
        {"3 million", "3,000,000", true},
        {"3,5 Mio. Euro", "3.5 million euros", true},
        {"2 Milliarden", "2 billion", true},
        {"3万", "30000", true},
        {"3 million", "3 people", false},
        {"-5 °C", "-5 °C", true},
        {"-5 °C", "5 °C", false},
        {"14:30", "14:30", true},
        {"14:30", "15:30", false},
        {"version 1.2.3", "version 1.2.3", true},
        {"version 1.2.3", "version 1.2.4", false},
        {"in 2021 and 2022", "in 2022", true},
        {"pages 3-5", "page 5", true},
    }));
    CAPTURE(row.source, row.sentence);
    CHECK(offers(row.source, row.sentence) == row.same);
}

TEST_CASE("numbers in words are numbers")
{
    struct Row {
        std::string source;
        std::string sentence;
        bool same;
    };
    const Row row = GENERATE(values<Row>({
        {"three months", "3 months", true},
        {"3 months", "three months", true},
        {"drei Monate", "3 months", true},
        {"trois mois", "3 months", true},
        {"tres meses", "3 months", true},
        {"三个月", "3 months", true},
        {"三百二十", "320", true},
        {"twenty-one days", "21 days", true},
        {"einundzwanzig Tage", "21 days", true},
        {"vingt-deux jours", "22 days", true},
        {"veintidós días", "22 days", true},
        {"zwölf", "12", true},
        {"fünf", "5", true},
        {"dreißig", "30", true},
        {"one year", "1 year", true},
        {"neuf jours", "9 days", true},
        {"once días", "11 days", true},
        {"two", "3", false},
        {"three months", "four months", false},
    }));
    CAPTURE(row.source, row.sentence);
    CHECK(offers(row.source, row.sentence) == row.same);
}

TEST_CASE("dates are the same in every order and language")
{
    struct Row {
        std::string source;
        std::string sentence;
        bool same;
    };
    const Row row = GENERATE(values<Row>({
        {"on 3 May 2021", "on 2021-05-03", true},
        {"on May 3, 2021", "on 3 May 2021", true},
        {"am 3. Mai 2021", "on May 3rd, 2021", true},
        {"le 3 mai 2021", "on 3 May 2021", true},
        {"el 3 de mayo de 2021", "on 3 May 2021", true},
        {"2021年5月3日", "on 3 May 2021", true},
        {"03.05.2021", "3 May 2021", true},
        {"3/5/2021", "3 May 2021", true},
        {"3/5/2021", "March 5, 2021", true},
        {"1. März 2020", "1 March 2020", true},
        {"1er février 2020", "1 February 2020", true},
        {"3 May 2021", "in May 2021", true},
        {"3 May 2021", "in 2021", true},
        {"Table for 2021: 3 May", "3 May 2021", true},
        {"in May 2021", "on 3 May 2021", false},
        {"3 May 2021", "4 May 2021", false},
        {"3 May 2021", "3 May 2022", false},
        {"3 May 2021", "3 June 2021", false},
        {"2021年5月", "May 2021", true},
    }));
    CAPTURE(row.source, row.sentence);
    CHECK(offers(row.source, row.sentence) == row.same);
}

TEST_CASE("words that mean other things are no claims of numbers")
{
    const std::string sentence =
        GENERATE("One of them said so once.", "Un contrat neuf est signé.", "Es ist ein Vertrag und eine Anlage.",
                 "Una persona.", "B12 and ISO9001", "没有一个人");
    CAPTURE(sentence);
    CHECK(claimsOf(sentence, Capitals::Names).numbers.empty());
    CHECK(claimsOf(sentence, Capitals::Names).dates.empty());
}

TEST_CASE("names are what has a capital where only names have them")
{
    using Names = std::vector<std::string>;
    CHECK(names("The tenant pays Maria Schneider in Lyon.") == Names{"Maria Schneider", "Lyon"});
    CHECK(names("Tenants pay.").empty());
    CHECK(names("Schneider pays.").empty());
    CHECK(names("NATO and the BaFin agreed on ISO9001.") == Names{"NATO", "BaFin", "ISO9001"});
    CHECK(names("Der Mieter zahlt die Miete an Frau Schneider.", Capitals::Nouns) == Names{"Frau Schneider"});
    CHECK(names("Der Mieter zahlt die Miete.", Capitals::Nouns).empty());
    CHECK(names("It starts in May 2021.").empty());
    CHECK(names("Terms And Conditions Of Use").empty());
    CHECK(names("Le contrat de Jean-Luc Martin.") == Names{"Jean-Luc Martin"});
    CHECK(names("合同由张三签署。").empty());
}

TEST_CASE("which words have capitals is told by the small words")
{
    CHECK(capitalsOf("Der Mieter zahlt die Miete und die Nebenkosten.") == Capitals::Nouns);
    CHECK(capitalsOf("The tenant pays the rent and the charges.") == Capitals::Names);
    CHECK(capitalsOf("Le locataire paie le loyer.") == Capitals::Names);
    CHECK(capitalsOf("") == Capitals::Names);
}

TEST_CASE("facts name the bytes that they stand in")
{
    const std::string sentence = "Er zahlt 1.234,50 € am 3. Mai 2021.";
    const Facts facts = claimsOf(sentence, Capitals::Nouns);
    REQUIRE(facts.numbers.size() == 1);
    REQUIRE(facts.dates.size() == 1);
    const auto written = [&](const storage::TextSpan &span) {
        return sentence.substr(span.begin, span.end - span.begin);
    };
    CHECK(written(facts.numbers[0].span) == "1.234,50 €");
    CHECK(facts.numbers[0].unit == "EUR");
    CHECK(facts.numbers[0].readings == std::vector<std::string>{"1234.5"});
    CHECK(written(facts.dates[0].span) == "3. Mai 2021");
    CHECK(facts.dates[0].readings == std::vector<Day>{{2021, 5, 3}});
}

TEST_CASE("digits without end are read")
{
    const std::string digits(10000, '7');
    CHECK_FALSE(offersOf(digits).numbers.empty());
    CHECK_FALSE(offersOf("1" + std::string(5000, '.') + "2 " + std::string(3000, ',')).numbers.empty());
}
