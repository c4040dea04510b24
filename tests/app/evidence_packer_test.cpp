// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/evidence_packer.h"

#include <QTest>

using namespace app;

namespace {

constexpr std::int32_t kTokens = 100;

/// Passage `number` of a document, in a section of four, two on a page.
RetrievedPassage passage(const char *document, std::int32_t number, std::int32_t rank = 0)
{
    return {.documentSha256 = document,
            .documentName = document,
            .text = std::string(document) + std::to_string(number),
            .section = number / 4,
            .firstNumber = number,
            .lastNumber = number,
            .firstPage = number / 2,
            .lastPage = number / 2,
            .begin = number * 1000,
            .end = number * 1000 + 900,
            .tokens = kTokens,
            .lexicalRank = rank,
            .score = rank > 0 ? 1.0 / rank : 0.0};
}

std::vector<std::string> texts(const std::vector<RetrievedPassage> &passages)
{
    std::vector<std::string> all;
    for (const RetrievedPassage &one : passages)
        all.push_back(one.text);
    return all;
}

using Texts = std::vector<std::string>;

PackLimits room(int passages)
{
    return {.tokens = passages * evidenceTokens(passage("a", 0))};
}

} // namespace

class EvidencePackerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theBestHitsStandInTheOrderOfTheirDocuments()
    {
        const Retrieved found{
            .hits = {passage("b", 8, 1), passage("a", 12, 2), passage("b", 0, 3), passage("c", 0, 4)}};
        QCOMPARE(texts(packEvidence(found, room(3))), (Texts{"b0", "b8", "a12"}));
        QCOMPARE(texts(packEvidence(found, room(1))), Texts{"b8"});
        QVERIFY(packEvidence(found, room(0)).empty());
        QVERIFY(packEvidence({}, room(9)).empty());
    }

    void whatIsTooLongMakesRoomForWhatFits()
    {
        Retrieved found{.hits = {passage("a", 0, 1), passage("b", 0, 2)}};
        found.hits[0].tokens = 10 * kTokens;
        QCOMPARE(texts(packEvidence(found, room(2))), Texts{"b0"});
    }

    void hitsGrowIntoTheirSectionWhileThereIsRoom()
    {
        const Retrieved found{.hits = {passage("a", 5, 1)},
                              .beside = {passage("a", 3), passage("a", 4), passage("a", 6), passage("a", 7)}};
        // 4 and 5 are on one page, as are 6 and 7; 3 is of another section.
        QCOMPARE(texts(packEvidence(found, room(2))), (Texts{"a5", "a6"}));
        QCOMPARE(texts(packEvidence(found, room(3))), (Texts{"a4\n\na5", "a6"}));
        QCOMPARE(texts(packEvidence(found, room(9))), (Texts{"a4\n\na5", "a6\n\na7"}));
        const RetrievedPassage first = packEvidence(found, room(9))[0];
        QCOMPARE(first.begin, 4000);
        QCOMPARE(first.end, 5900);
        QCOMPARE(first.lexicalRank, 1);
        QCOMPARE(first.tokens, 2 * kTokens);
    }

    void nothingStandsTwice()
    {
        const Retrieved found{.hits = {passage("a", 5, 1), passage("a", 4, 2)},
                              .beside = {passage("a", 6), passage("a", 7)}};
        QCOMPARE(texts(packEvidence(found, room(2))), Texts{"a4\n\na5"});
    }

    void passagesThatWouldGrowTooLongStayApart()
    {
        const Retrieved found{.hits = {passage("a", 4, 1), passage("a", 5, 2)}};
        PackLimits limits = room(9);
        limits.tokensOfOne = kTokens;
        QCOMPARE(texts(packEvidence(found, limits)), (Texts{"a4", "a5"}));
    }

    void wholeDocumentsAreGivenWhateverTheRoom()
    {
        const Retrieved found{.hits = {passage("a", 0, 1)},
                              .whole = true,
                              .all = {passage("b", 0), passage("b", 1), passage("b", 2), passage("a", 0)}};
        QCOMPARE(texts(packEvidence(found, room(1))), (Texts{"b0\n\nb1", "b2", "a0"}));
    }

    void aFollowUpKeepsWhatTheModelHasRead()
    {
        const Retrieved first{.hits = {passage("a", 0, 1), passage("b", 0, 2)}};
        const auto earlier = packEvidence(first, room(5));
        // The same hits in another order, and one: nothing changes.
        const Retrieved same{.hits = {passage("b", 0, 1)}};
        QVERIFY(packEvidence(same, room(5), earlier) == earlier);
        // What is new stands behind.
        const Retrieved more{.hits = {passage("c", 0, 1), passage("a", 0, 2)}};
        QCOMPARE(texts(packEvidence(more, room(5), earlier)), (Texts{"a0", "b0", "c0"}));
        // Without room for both the earlier ones go.
        QCOMPARE(texts(packEvidence(more, room(2), earlier)), (Texts{"c0", "a0"}));
        PackLimits few = room(9);
        few.passages = 2;
        QCOMPARE(texts(packEvidence(more, few, earlier)), (Texts{"c0", "a0"}));
    }

    void aQuestionThatSaysLittleIsLookedUpWithTheOneBefore_data()
    {
        QTest::addColumn<QString>("question");
        QTest::addColumn<bool>("alone");
        QTest::newRow("follow-up") << QStringLiteral("And for the cellar?") << false;
        QTest::newRow("pronouns") << QStringLiteral("When does it end?") << false;
        QTest::newRow("whole") << QStringLiteral("How long is the notice period of the garage?") << true;
    }

    void aQuestionThatSaysLittleIsLookedUpWithTheOneBefore()
    {
        QFETCH(QString, question);
        QFETCH(bool, alone);
        const std::string asked = question.toStdString();
        QCOMPARE(lookedUp(asked, "What of the lease?"), alone ? asked : "What of the lease?\n" + asked);
        QCOMPARE(lookedUp(asked, ""), asked);
    }
};

QTEST_GUILESS_MAIN(EvidencePackerTest)
#include "evidence_packer_test.moc"
