// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/answer_sentences.h"
#include "app/grounding/sentence_checks.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

using namespace app::grounding;

namespace {

const std::vector<Source> kSources{
    {.id = 1,
     .document = "lease.pdf",
     .page = "12",
     .heading = "Termination",
     .text =
         "Either party may terminate the lease by giving three months' notice in writing. The notice must reach the "
         "lessor, Northwind Properties Ltd, no later than 3 May 2021. A fee of 1,250.50 euros is due."},
    {.id = 2,
     .document = "Hausordnung.docx",
     .page = "",
     .heading = "Ruhezeiten",
     .text = "Die Ruhezeit beginnt um 22 Uhr und endet um 6 Uhr. Frau Petra Lindner verwaltet die Schlüssel der "
             "Waschküche. Haustiere sind nur mit Zustimmung der Verwaltung erlaubt.",
     .whole = true},
    {.id = 3,
     .document = "合同.docx",
     .page = "2",
     .heading = "",
     .text = "合同期限为三年，自2021年5月3日起生效。租金每月支付，金额为5000元。"},
    {.id = 4,
     .document = "rapport.pdf",
     .page = "4",
     .heading = "Consommation",
     .text = "La consommation d'électricité a baissé de 12,5 % en 2020. Le bâtiment compte vingt-deux logements. Según "
             "el informe, la calefacción se renovó en octubre de 2019."},
};

std::vector<SentenceCheck> check(std::string_view markdown, const SentenceVectors &vectors = {})
{
    return checkSentences({.markdown = markdown, .question = "Who is Mr Baker?", .sources = kSources}, vectors);
}

std::vector<FindingKind> kinds(const SentenceCheck &sentence)
{
    std::vector<FindingKind> all;
    all.reserve(sentence.findings.size());
    for (const Finding &finding : sentence.findings) {
        all.push_back(finding.kind);
    }
    return all;
}

} // namespace

TEST_CASE("a sentence is supported, or what speaks against it is named")
{
    using enum FindingKind;
    using Kinds = std::vector<FindingKind>;
    struct Row {
        std::string answer;
        Verdict verdict;
        Kinds findings;
    };
    const Row row = GENERATE(values<Row>({
        {"Either party may terminate with three months' notice in writing [1].", Verdict::Supported, {}},
        {"Either party may terminate with 3 months' notice in writing.[1]", Verdict::Supported, {}},
        {"Either party may terminate with four months' notice in writing [1].", Verdict::NotFound, {NumberMissing}},
        {"The notice must reach Northwind Properties by 2021-05-03 [1].", Verdict::Supported, {}},
        {"The notice must reach Northwind Properties by 4 May 2021 [1].", Verdict::NotFound, {DateMissing}},
        {"The notice must reach the lessor Southwind Estates [1].", Verdict::NotFound, {NameMissing}},
        {"Mr Baker must send the notice to the lessor [1].", Verdict::Supported, {}},
        {"A fee of €1250.50 is due [1].", Verdict::Supported, {}},
        {"A fee of $1250.50 is due [1].", Verdict::NotFound, {NumberMissing}},
        {"It says \"by giving three months’ notice in writing\" [1].", Verdict::Supported, {}},
        {"The lease ends \"by giving two months notice in writing\" [1].",
         Verdict::NotFound,
         {QuoteDiffers, NumberMissing}},
        {"Penguins dance happily under northern lights [1].", Verdict::NotFound, {LittleInCommon}},
        {"Die Ruhezeit beginnt um 22 Uhr [2].", Verdict::Supported, {}},
        {"Die Ruhezeit beginnt um 21 Uhr [2].", Verdict::NotFound, {NumberMissing}},
        {"Petra Lindner verwaltet die Schlüssel der Waschküche und der Keller [2].", Verdict::Supported, {}},
        {"Petra Schuster verwaltet die Schlüssel der Waschküche und der Keller [2].", Verdict::NotFound, {NameMissing}},
        {"合同期限为三年[3]。", Verdict::Supported, {}},
        {"合同自2021年5月3日起生效[3]。", Verdict::Supported, {}},
        {"合同自2022年5月3日起生效[3]。", Verdict::NotFound, {DateMissing}},
        {"每月租金金额为6000元[3]。", Verdict::NotFound, {NumberMissing}},
        {"La consommation d’électricité a baissé de 12.5 pour cent [4].", Verdict::Supported, {}},
        {"Le bâtiment compte 22 logements [4].", Verdict::Supported, {}},
        {"Le bâtiment compte 23 logements [4].", Verdict::NotFound, {NumberMissing}},
        {"La calefacción se renovó en octubre de 2019 [4].", Verdict::Supported, {}},
        {"La calefacción se renovó en octubre de 2018 [4].", Verdict::NotFound, {DateMissing}},
        {"> Either party may terminate the lease", Verdict::Supported, {}},
        {"> Each party can terminate the lease", Verdict::NotFound, {NoSource, QuoteDiffers}},
    }));
    CAPTURE(row.answer);
    const auto checks = check(row.answer);
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].verdict == row.verdict);
    CHECK(kinds(checks[0]) == row.findings);
}

TEST_CASE("sentences that claim nothing are not checked, and it is said why")
{
    struct Row {
        std::string answer;
        Unchecked reason;
    };
    const Row row = GENERATE(values<Row>({
        {"# The notice period is nine months", Unchecked::Heading},
        {"```\nnine months\n```", Unchecked::Code},
        {"Would you like to know more about nine months?", Unchecked::Question},
        {"您想了解更多吗？", Unchecked::Question},
        {"The documents do not mention a deposit.", Unchecked::Meta},
        {"Die Dokumente enthalten keine Angabe zur Kaution.", Unchecked::Meta},
        {"Les documents ne précisent pas le dépôt.", Unchecked::Meta},
        {"Los documentos no mencionan la fianza.", Unchecked::Meta},
        {"文档中没有提到押金。", Unchecked::Meta},
        {"here are the relevant points:", Unchecked::Meta},
        {"Yes [1].", Unchecked::Short},
    }));
    CAPTURE(row.answer);
    const auto checks = check(row.answer);
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].verdict == Verdict::NotChecked);
    CHECK(checks[0].reason == row.reason);
}

TEST_CASE("an uncited sentence is given to the source that holds it")
{
    const auto checks =
        check("Either party may terminate the lease by notice in writing.\n\nHaustiere sind nur mit Zustimmung "
              "der Verwaltung erlaubt.\n\n合同期限为三年，租金每月支付。");
    REQUIRE(checks.size() == 3);
    CHECK(checks[0].attributed == std::vector<std::uint32_t>{1});
    CHECK(checks[1].attributed == std::vector<std::uint32_t>{2});
    CHECK(checks[2].attributed == std::vector<std::uint32_t>{3});
    for (const SentenceCheck &one : checks) {
        CHECK(one.verdict == Verdict::Supported);
        CHECK(one.cited.empty());
    }
}

TEST_CASE("an uncited sentence that no source holds is not found")
{
    const auto checks = check("The landlord lives in a castle by the sea.");
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].verdict == Verdict::NotFound);
    CHECK(kinds(checks[0]) == std::vector{FindingKind::NoSource});
    CHECK(checkSentences({.markdown = "No sources at all were given here.", .sources = {}})[0].verdict ==
          Verdict::NotFound);
}

TEST_CASE("a sentence with the wrong citation is given to the right source")
{
    const auto checks = check("Die Ruhezeit beginnt um 22 Uhr und endet um 6 Uhr [1].");
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].verdict == Verdict::Supported);
    CHECK(checks[0].cited == std::vector<std::uint32_t>{1});
    CHECK(checks[0].attributed == std::vector<std::uint32_t>{2});
}

TEST_CASE("numbers of no source are findings and no support")
{
    const auto checks = check("Either party may terminate the lease by notice in writing [9].");
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].cited.empty());
    CHECK(checks[0].attributed == std::vector<std::uint32_t>{1});
    CHECK(kinds(checks[0]) == std::vector{FindingKind::InvalidId});
}

TEST_CASE("a wrong quotation names the nearest words of a source")
{
    const auto checks = check("It says: “Either side may terminate the lease by giving three months' notice” [1].");
    REQUIRE(checks.size() == 1);
    REQUIRE(checks[0].findings.size() == 1);
    const Finding &finding = checks[0].findings[0];
    CHECK(finding.nearestSource == 1);
    CHECK(kSources[0].text.substr(finding.nearest.begin, finding.nearest.end - finding.nearest.begin) ==
          "Either party may terminate the lease by giving three months' notice");
}

TEST_CASE("sentences and their citations keep together, and name their bytes")
{
    const std::string answer =
        "The **notice** is in writing.[1] The fee is due. [1][2] [2] says quiet hours exist. See "
        "section 1.[1]\n\n- A fee is due [1]\n- Quiet hours exist";
    using Texts = std::vector<std::string>;
    Texts texts;
    std::vector<std::vector<std::uint32_t>> cited;
    for (const SentenceCheck &one : check(answer)) {
        texts.push_back(answer.substr(one.span.begin, one.span.end - one.span.begin));
        cited.push_back(one.cited);
    }
    CHECK(texts == Texts{"The **notice** is in writing.[1]", "The fee is due. [1][2] [2] says quiet hours exist.",
                         "See section 1.[1]", "A fee is due [1]", "Quiet hours exist"});
    CHECK(cited == std::vector<std::vector<std::uint32_t>>{{1}, {1, 2}, {1}, {1}, {}});
}

TEST_CASE("a citation on a line of its own belongs to the sentence before it")
{
    const auto checks = check("Die Ruhezeit beginnt um 22 Uhr.\n[2]\n\n合同期限为三年。[3]租金每月支付。[3]");
    REQUIRE(checks.size() == 3);
    CHECK(checks[0].cited == std::vector<std::uint32_t>{2});
    CHECK(checks[1].cited == std::vector<std::uint32_t>{3});
    CHECK(checks[2].cited == std::vector<std::uint32_t>{3});
}

TEST_CASE("findings name the bytes of the answer that they are about")
{
    const std::string answer = "Zuerst **dies**: die Ruhezeit `x` beginnt um *21 Uhr* [2].";
    const auto checks = check(answer);
    REQUIRE(checks.size() == 1);
    REQUIRE(checks[0].findings.size() == 1);
    const auto span = checks[0].findings[0].span;
    CHECK(answer.substr(span.begin, span.end - span.begin) == "21");
}

TEST_CASE("similarity carries a sentence that shares few words, and no sentence with a wrong number")
{
    const auto alike = [](const std::vector<std::string> &texts) {
        return std::vector<std::vector<float>>(texts.size(), std::vector<float>{1.0F, 0.0F});
    };
    const std::string paraphrase = "Pets need written permission, so Haustiere need the Verwaltung manager first [2].";
    CHECK(check(paraphrase)[0].verdict == Verdict::NotFound);
    const auto with = check(paraphrase, alike);
    CHECK(with[0].verdict == Verdict::Supported);
    CHECK(with[0].similarity == 1.0);
    CHECK(check("Die Ruhezeit beginnt um 21 Uhr [2].", alike)[0].verdict == Verdict::NotFound);
    const auto fails = [](const std::vector<std::string> &) { return std::vector<std::vector<float>>(); };
    CHECK(check(paraphrase, fails)[0].verdict == Verdict::NotFound);
}

TEST_CASE("in a long document the facts of a sentence must stand together")
{
    std::string text = "The deposit for flat 7 is 900 euros. ";
    for (int i = 0; i < 400; ++i) {
        text += "Paragraph about gardens and hedges and the watering of plants. ";
    }
    text += "The deposit for flat 8 is 1100 euros.";
    const std::vector<Source> sources{
        {.id = 1, .document = "all.txt", .page = "", .heading = "", .text = text, .whole = true}};
    const auto verdict = [&](std::string_view answer) {
        return checkSentences({.markdown = answer, .sources = sources})[0].verdict;
    };
    CHECK(verdict("The deposit for flat 8 is 1100 euros [1].") == Verdict::Supported);
    CHECK(verdict("The gardens and hedges near flat 12 cost 900 euros [1].") == Verdict::NotFound);
}

TEST_CASE("a number belongs to what it stands beside")
{
    const std::vector<Source> sources{
        {.id = 1,
         .document = "lease.pdf",
         .page = "3",
         .heading = "Lease > Deposit",
         .text =
             "The deposit is two months' rent. It amounts to 2,520 euros. The lease runs for two years, from 1 April "
             "2025. Keys cost 35 euros each.\n\nFees:\n- late payment 12 euros\n- second inspection 80 euros"},
        {.id = 2,
         .document = "plots.csv",
         .page = "",
         .heading = "",
         .text = "plot\tarea\thousehold\n11\t90\tVidal\n12\t140\tPetrenko"}};
    const auto verdict = [&](std::string_view answer, std::string_view question = {}) {
        return checkSentences({.markdown = answer, .question = question, .sources = sources})[0].verdict;
    };
    CHECK(verdict("The deposit is two months' rent [1].") == Verdict::Supported);
    CHECK(verdict("The deposit amounts to 2,520 euros [1].") == Verdict::Supported);
    CHECK(verdict("The lease runs for two years [1].") == Verdict::Supported);
    CHECK(verdict("Late payment costs a fee of 12 euros [1].") == Verdict::Supported);
    CHECK(verdict("Plot 12 has an area of 140 [2].") == Verdict::Supported);
    CHECK(verdict("It is 2,520 euros [1].", "How high is the deposit?") == Verdict::Supported);

    CHECK(verdict("The answer is 2,520 euros [1].", "How high is the deposit?") == Verdict::Supported);

    CHECK(verdict("The deposit is two years old [1].") == Verdict::NotFound);
    CHECK(verdict("There are 35 keys [1].") == Verdict::NotFound);
    CHECK(verdict("There are 2 rents [1].") == Verdict::NotFound);
    CHECK(verdict("Until 1 April 2025 [1].", "How high is the deposit?") == Verdict::NotFound);
    CHECK(verdict("The answer is 90 [2].", "How high is the deposit?") == Verdict::NotFound);
    CHECK(verdict("The keys are two years old [1].") == Verdict::NotFound);
    CHECK(verdict("The keys cost 2,520 euros [1].") == Verdict::NotFound);
    CHECK(verdict("A late payment costs 80 euros [1].") == Verdict::NotFound);
    CHECK(verdict("The inspection is due on 1 April 2025 [1].") == Verdict::NotFound);
    CHECK(verdict("It is 80 euros [1].", "What does a key cost?") == Verdict::NotFound);
}

TEST_CASE("what stands in two sources is no support for an uncited sentence, and is for one that cites both")
{
    const std::vector<Source> sources{
        {.id = 1, .document = "a.pdf", .page = "", .heading = "", .text = "The small boiler weighs 286 kg when empty."},
        {.id = 2,
         .document = "b.pdf",
         .page = "",
         .heading = "",
         .text = "The large boiler weighs 352 kg when empty."}};
    const auto verdict = [&](std::string_view answer) {
        return checkSentences({.markdown = answer, .sources = sources})[0].verdict;
    };
    // Two passages about two things hold the words of many false sentences about one of them.
    CHECK(verdict("The large boiler weighs 352 kg, the small one 286 kg when empty.") == Verdict::NotFound);
    CHECK(verdict("The large boiler weighs 352 kg, the small one 286 kg when empty [1][2].") == Verdict::Supported);
}

TEST_CASE("a day of a German date ends no sentence")
{
    const std::vector<Source> sources{{.id = 1,
                                       .document = "satzung.docx",
                                       .page = "",
                                       .heading = "",
                                       .text = "Der Austritt muss bis zum 30. Juni erklärt werden."}};
    const auto checks =
        checkSentences({.markdown = "Der Austritt muss bis zum 30. Juni erklärt werden.", .sources = sources});
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].verdict == Verdict::Supported);
}

TEST_CASE("any bytes can be checked")
{
    const std::string bytes("\xff[1] \"\xc3 `\x00 1.2.3.4,5 [[[", 24);
    (void)check(bytes);
    CHECK(check("").empty());
}
