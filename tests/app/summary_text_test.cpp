// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_text.h"

#include <QTest>

using namespace app;

class SummaryTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void citationsHaveOneForm_data();
    void citationsHaveOneForm();
    void numbersFollowTheirPassages();
    void aDocumentsOwnBracketsAreNoCitations();
    void loopsEndTheText_data();
    void loopsEndTheText();
    void whatComesBehindALoopChangesNothing();
    void aGrowingTextOnlyGrows();
    void numbersStandBehindWhatTheyAreFor_data();
    void numbersStandBehindWhatTheyAreFor();
    void pointsAreTakenFromLists_data();
    void pointsAreTakenFromLists();
};

void SummaryTextTest::citationsHaveOneForm_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("clean");
    const auto row = [](const char *text, const char *clean) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(clean);
    };
    row("Rent is due [1].", "Rent is due [1].");
    row("Both [1, 3] say so.", "Both [1][3] say so.");
    row("Both [1;3] say so.", "Both [1][3] say so.");
    row("A range [1-3].", "A range [1][2][3].");
    row("A range [2\xE2\x80\x93"
        "3].",
        "A range [2][3].");
    row("Invented [7].", "Invented.");
    row("Half invented [2, 9].", "Half invented [2].");
    row("Zero [0] is none.", "Zero is none.");
    row("Twice [2][2].", "Twice [2].");
    row("No number [sic] and [x1].", "No number [sic] and [x1].");
    row("Huge [99999999999999999999].", "Huge [99999999999999999999].");
    row("Broken off [1", "Broken off ");
    row("Broken off [", "Broken off ");
    row("Open [note", "Open [note");
    row("", "");
}

void SummaryTextTest::citationsHaveOneForm()
{
    QFETCH(QString, text);
    QFETCH(QString, clean);
    QCOMPARE(QString::fromStdString(normalizedCitations(text.toStdString(), 3)), clean);
}

void SummaryTextTest::numbersFollowTheirPassages()
{
    CitationTable table;
    QCOMPARE(table.idOf({0, 5}), std::size_t{1});
    const CitedText first{.text = "a [2] b [1]", .passages = {{0, 5}, {0, 9}}};
    const CitedText second{.text = "c [1][3]", .passages = {{1, 5}, {0, 5}}};
    QCOMPARE(QString::fromStdString(renumbered(first, table)), QStringLiteral("a [2] b [1]"));
    // The third is none of its passages.
    QCOMPARE(QString::fromStdString(renumbered(second, table)), QStringLiteral("c [3]"));
    QCOMPARE(table.passages(), (std::vector<PassageRef>{{0, 5}, {0, 9}, {1, 5}}));
    QCOMPARE(citedIds("x [3][1] y [3] [z]"), (std::vector<std::size_t>{1, 3}));
}

void SummaryTextTest::aDocumentsOwnBracketsAreNoCitations()
{
    QCOMPARE(QString::fromStdString(withoutCitationLookalikes("As shown in [12], [a] and [3, 4].")),
             QStringLiteral("As shown in (12), [a] and (3, 4)."));
}

void SummaryTextTest::loopsEndTheText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("kept");
    QTest::newRow("none") << QStringLiteral("One thing.\nAnother thing.")
                          << QStringLiteral("One thing.\nAnother thing.");
    QTest::newRow("a line again") << QStringLiteral("- The rent is due.\n- A deposit is paid.\n- The rent is due.\n- x")
                                  << QStringLiteral("- The rent is due.\n- A deposit is paid.\n");
    QTest::newRow("with another number") << QStringLiteral("1. The rent is due [1].\n2. The rent is due [2].\n")
                                         << QStringLiteral("1. The rent is due [1].\n");
    QTest::newRow("short lines may come again")
        << QStringLiteral("Summary:\nx\nSummary:\ny") << QStringLiteral("Summary:\nx\nSummary:\ny");
    QTest::newRow("a sentence again") << QStringLiteral(
                                             "It leaks. The roof was mended in May. All is well. The roof was "
                                             "mended in May. And so on.")
                                      << QStringLiteral("It leaks. The roof was mended in May. All is well. ");
    QTest::newRow("words") << QStringLiteral("It is good and ") + QStringLiteral("so on and ").repeated(9)
                           << QStringLiteral("It is good and so on");
    QTest::newRow("one word") << QStringLiteral("The cat ") + QStringLiteral("very ").repeated(30)
                              << QStringLiteral("The cat very");
    QTest::newRow("said twice is no loop")
        << QStringLiteral("the lease ends in May, the lease ends in May, says the letter")
        << QStringLiteral("the lease ends in May, the lease ends in May, says the letter");
    QTest::newRow("without spaces") << QString::fromUtf8("\u5951\u7d04\u306f") +
                                           QString::fromUtf8("\u7d42\u308f\u308b").repeated(8)
                                    << QString::fromUtf8("\u5951\u7d04\u306f\u7d42\u308f\u308b");
    QTest::newRow("a table is none") << QStringLiteral("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
                                     << QStringLiteral("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
}

void SummaryTextTest::loopsEndTheText()
{
    QFETCH(QString, text);
    QFETCH(QString, kept);
    const std::string bytes = text.toStdString();
    QCOMPARE(QString::fromStdString(bytes.substr(0, sizeBeforeLoop(bytes, true))), kept);
}

void SummaryTextTest::whatComesBehindALoopChangesNothing()
{
    const std::string text =
        "- Rent is due on the first.\n- A deposit of two rents.\n- Rent is due on the first.\n" +
        std::string("go on go on go on go on go on go on go on go on\n- More.\n- A deposit of two rents.\n");
    const std::size_t size = sizeBeforeLoop(text, true);
    bool known = false;
    for (std::size_t end = 0; end <= text.size(); ++end) {
        const std::size_t now = sizeBeforeLoop(std::string_view(text).substr(0, end), false);
        known = known || now < end;
        if (known)
            QCOMPARE(now, size);
    }
    QVERIFY(known);
}

void SummaryTextTest::aGrowingTextOnlyGrows()
{
    const std::string text = "- Rent is due [1, 9] on the first.\n- A deposit [x] is paid [2].\n- Rent is due on the "
                             "first [3].\nAnd more.";
    std::string shown;
    for (std::size_t end = 0; end <= text.size(); ++end) {
        const std::string now = cleanedText(std::string_view(text).substr(0, end), 3, false);
        QVERIFY2(now.starts_with(shown) || shown.starts_with(now), now.c_str());
        if (now.size() > shown.size())
            shown = now;
    }
    QCOMPARE(shown, cleanedText(text, 3, true));
    QCOMPARE(shown, std::string("- Rent is due [1] on the first.\n- A deposit [x] is paid [2]."));
}

void SummaryTextTest::numbersStandBehindWhatTheyAreFor_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("clean");
    const auto row = [](const char *text, const char *clean) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(clean);
    };
    row("[1] Rent is due.\n- [2] A deposit", "Rent is due. [1]\n- A deposit [2]");
    row("Rent is due.\n\n[1]\nMore.", "Rent is due. [1]\nMore.");
    row("[3] Both [2]", "Both [2]");
    row("[1]", "");
    row("A [1] b", "A [1] b");
}

void SummaryTextTest::numbersStandBehindWhatTheyAreFor()
{
    QFETCH(QString, text);
    QFETCH(QString, clean);
    const std::string bytes = text.toStdString();
    QCOMPARE(QString::fromStdString(cleanedText(bytes, 3, true)), clean);
    std::string shown;
    for (std::size_t end = 0; end <= bytes.size(); ++end) {
        const std::string now = cleanedText(std::string_view(bytes).substr(0, end), 3, false);
        QVERIFY2(now.starts_with(shown) || shown.starts_with(now), now.c_str());
        shown = std::max(shown, now, [](const auto &a, const auto &b) { return a.size() < b.size(); });
    }
    QVERIFY(clean.toStdString().starts_with(shown));
}

void SummaryTextTest::pointsAreTakenFromLists_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("cut");
    QTest::addColumn<QString>("list");
    QTest::newRow("bullets") << QStringLiteral("Here they are:\n- One [1]\n* Two\n\n3. Three [2]") << false
                             << QStringLiteral("- One [1]\n- Two\n- Three [2]");
    QTest::newRow("bullet signs") << QString::fromUtf8("\u2022 One\n\u2013 Two") << false
                                  << QStringLiteral("- One\n- Two");
    QTest::newRow("no list") << QStringLiteral("One sentence.\nAnother.") << false
                             << QStringLiteral("- One sentence.\n- Another.");
    QTest::newRow("prose") << QStringLiteral("Rent is due [1]. Dr. Low pays. [2] More.") << false
                           << QStringLiteral("- Rent is due [1].\n- Dr. Low pays. [2]\n- More.");
    QTest::newRow("broken off") << QStringLiteral("- One\n- Two\n- Thr") << true << QStringLiteral("- One\n- Two");
    QTest::newRow("only one, broken off") << QStringLiteral("- On") << true << QStringLiteral("- On");
    QTest::newRow("none") << QStringLiteral("- None.") << false << QString();
    QTest::newRow("nothing but a citation") << QStringLiteral("- [1]") << false << QString();
    QTest::newRow("headings") << QStringLiteral("# Points\nKey points:") << false << QString();
    QTest::newRow("a number is no mark") << QStringLiteral("1939 was a bad year") << false
                                         << QStringLiteral("- 1939 was a bad year");
    QTest::newRow("empty") << QString() << false << QString();
}

void SummaryTextTest::pointsAreTakenFromLists()
{
    QFETCH(QString, text);
    QFETCH(bool, cut);
    QFETCH(QString, list);
    QCOMPARE(QString::fromStdString(listOfPoints(text.toStdString(), cut)), list);
}

QTEST_APPLESS_MAIN(SummaryTextTest)
#include "summary_text_test.moc"
