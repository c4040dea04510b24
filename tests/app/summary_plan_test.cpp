// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_plan.h"

#include "app/summary_coverage.h"
#include "app/summary_prompts.h"
#include "app/summary_steps.h"

#include <QTest>

using namespace app;
using storage::SummaryOutcome;

namespace {

struct Part {
    std::int32_t parent = 0;
    std::vector<std::int32_t> tokens; ///< of its own passages
};

/// Sections in order, the first is the root; passages say which section and which number they are.
PlannedDocument documentOf(const std::vector<Part> &parts, std::int32_t most = 1000)
{
    PlannedDocument planned;
    SummaryDocument &document = planned.document;
    document.path = "/docs/a.md";
    document.sha256 = std::string(64, 'a');
    for (std::size_t section = 0; section < parts.size(); ++section) {
        const bool root = section == 0;
        document.sections.push_back({.number = static_cast<std::int32_t>(section),
                                     .parent = root ? -1 : parts[section].parent,
                                     .level = root ? 0 : 1,
                                     .title = root ? std::string() : "S" + std::to_string(section)});
        for (const std::int32_t tokens : parts[section].tokens) {
            const auto number = static_cast<std::int32_t>(document.passages.size());
            document.passages.push_back({.number = number,
                                         .section = static_cast<std::int32_t>(section),
                                         .firstPage = number,
                                         .text = "passage " + std::to_string(number)});
            // A piece counts the frame; the tables below do not.
            document.tokens.push_back(tokens - kUnitFrame);
        }
    }
    planned.units = summaryUnits(document, most);
    return planned;
}

/// "S1:0-2 S2:2-3".
QString shown(const std::vector<SummaryPiece> &pieces)
{
    QStringList list;
    for (const SummaryPiece &piece : pieces)
        list += QStringLiteral("%1:%2-%3").arg(QString::fromStdString(piece.title)).arg(piece.first).arg(piece.end);
    return list.join(QLatin1Char(' '));
}

} // namespace

class SummaryPlanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sectionsBecomePieces_data();
    void sectionsBecomePieces();
    void anEditedSectionChangesNoOthersPieces();
    void longPassagesAreDividedAtSentences();
    void everyByteOfAPassageIsInOneUnit();
    void bodiesNumberTheirPassages();
    void sentencesWithoutANumberGetTheirSources();
    void keysFollowWhatTheModelSees();
    void neighboursOfAChapterAreJoinedFirst();
    void coverageIsCountedFromWhatIsKept();
    void aSectionInSeveralPiecesIsReadWhenAllAre();
    void sentences_data();
    void sentences();
    void languages_data();
    void languages();
};

void SummaryPlanTest::sectionsBecomePieces_data()
{
    QTest::addColumn<std::vector<Part>>("parts");
    QTest::addColumn<QString>("pieces");
    QTest::newRow("all at once") << std::vector<Part>{{.tokens = {100}}, {.tokens = {300, 300}}}
                                 << QStringLiteral(":0-3");
    QTest::newRow("by chapter") << std::vector<Part>{{.tokens = {100}}, {.tokens = {300, 300}}, {.tokens = {500}}}
                                << QStringLiteral(":0-1 S1:1-3 S2:3-4");
    QTest::newRow("with what is below") << std::vector<Part>{{},
                                                             {.tokens = {100}},
                                                             {.parent = 1, .tokens = {300}},
                                                             {.tokens = {900}}}
                                        << QStringLiteral("S1:0-2 S3:2-3");
    QTest::newRow("a chapter that is too long is divided at its sections")
        << std::vector<Part>{{}, {.tokens = {300}}, {.parent = 1, .tokens = {600}}, {.parent = 1, .tokens = {600}}}
        << QStringLiteral("S1:0-1 S2:1-2 S3:2-3");
    QTest::newRow("a long text without headings is divided evenly")
        << std::vector<Part>{{.tokens = {300, 300, 300, 300}}} << QStringLiteral(":0-2 :2-4");
    QTest::newRow("short neighbours are read together") << std::vector<Part>{{},
                                                                             {.tokens = {80}},
                                                                             {.tokens = {80}},
                                                                             {.tokens = {80}},
                                                                             {.tokens = {80}},
                                                                             {.tokens = {900}}}
                                                        << QStringLiteral(":0-3 S4:3-4 S5:4-5");
    QTest::newRow("headings alone") << std::vector<Part>{{}, {}, {.parent = 1, .tokens = {900}}, {.tokens = {900}}}
                                    << QStringLiteral("S1:0-1 S3:1-2");
    QTest::newRow("a section above itself hangs on the root")
        << std::vector<Part>{{}, {.parent = 2, .tokens = {900}}, {.parent = 2, .tokens = {900}}}
        << QStringLiteral("S1:0-1 S2:1-2");
}

void SummaryPlanTest::sectionsBecomePieces()
{
    QFETCH(std::vector<Part>, parts);
    QFETCH(QString, pieces);
    const PlannedDocument planned = documentOf(parts);
    const auto made = summaryPieces(planned.document, planned.units, {.least = 200, .most = 1000});
    QCOMPARE(shown(made), pieces);
    std::int32_t tokens = 0;
    for (const SummaryPiece &piece : made)
        tokens += piece.tokens;
    std::int32_t all = 0;
    for (const Part &part : parts) {
        for (const std::int32_t one : part.tokens)
            all += one;
    }
    QCOMPARE(tokens, all);
}

void SummaryPlanTest::anEditedSectionChangesNoOthersPieces()
{
    std::vector<Part> parts = {{}};
    for (int section = 0; section < 12; ++section)
        parts.push_back({.tokens = {static_cast<std::int32_t>(220 + 90 * (section % 7)), 150}});
    const auto piecesOf = [](const std::vector<Part> &of) {
        const PlannedDocument planned = documentOf(of);
        QStringList list;
        for (const SummaryPiece &piece : summaryPieces(planned.document, planned.units, {.least = 200, .most = 1000}))
            list += QString::fromStdString(piece.title) + QLatin1Char(' ') + QString::number(piece.tokens);
        return list;
    };
    const QStringList before = piecesOf(parts);
    parts[4].tokens = {250, 250, 250};
    const QStringList after = piecesOf(parts);
    QCOMPARE(after.size(), before.size());
    for (qsizetype piece = 0; piece < before.size(); ++piece)
        QCOMPARE(before[piece] == after[piece], piece != 3);
}

void SummaryPlanTest::longPassagesAreDividedAtSentences()
{
    SummaryDocument document;
    std::string text;
    for (int sentence = 0; sentence < 20; ++sentence)
        text += "This is sentence number " + std::to_string(sentence) + " of a long passage. ";
    document.passages.push_back({.text = text});
    document.tokens = {400};
    const auto units = summaryUnits(document, 100);
    QVERIFY(units.size() >= 5);
    for (const SummaryUnit &unit : units) {
        QVERIFY(unit.tokens <= 100);
        QVERIFY(text.substr(unit.begin).starts_with("This is"));
    }
    // A text without any place to break it is still divided, and never inside a character.
    document.passages[0].text.clear();
    for (int i = 0; i < 400; ++i)
        document.passages[0].text += "\xC3\xA9";
    for (const SummaryUnit &unit : summaryUnits(document, 100))
        QCOMPARE(unit.begin % 2, std::size_t{0});
}

void SummaryPlanTest::everyByteOfAPassageIsInOneUnit()
{
    SummaryDocument document;
    document.passages = {{.text = "short"}, {.text = ""}, {.text = std::string(999, 'x') + " end. And more of it."}};
    document.tokens = {3, 0, 5000};
    std::vector<std::size_t> ends(3);
    for (const SummaryUnit &unit : summaryUnits(document, 60)) {
        QCOMPARE(unit.begin, ends[unit.passage]);
        ends[unit.passage] = unit.end;
    }
    for (std::size_t passage = 0; passage < ends.size(); ++passage)
        QCOMPARE(ends[passage], document.passages[passage].text.size());
}

void SummaryPlanTest::bodiesNumberTheirPassages()
{
    PlannedDocument planned = documentOf({{}, {.tokens = {100, 100}}, {.tokens = {100}}});
    planned.document.passages[1].text = "see [4]";
    CitationTable citations;
    QCOMPARE(bodyOf(planned, 0, 3, 7, citations),
             std::string("S1\n\npassage 0 [1]\n\nsee (4) [2]\n\nS2\n\npassage 2 [3]"));
    QCOMPARE(citations.passages(), (std::vector<PassageRef>{{7, 0}, {7, 1}, {7, 2}}));

    CitationTable joined;
    const std::vector<SummaryNote> notes = {{.cited = {.text = "- b [2]", .passages = {{7, 0}, {7, 2}}}, .title = "S1"},
                                            {.cited = {.text = "- c [1]\n- d [1]\n- e\n- f", .passages = {{7, 0}}}}};
    QCOMPARE(bodyOf(notes, joined), std::string("S1:\n- b [1]\n\n- c [2]\n- d [2]\n- e\n- f"));
    const SummaryNote some = firstPointsOf(notes);
    QCOMPARE(some.cited.text, std::string("- b [1]\n- c [2]\n- d [2]\n- e"));
    QCOMPARE(some.cited.passages, (std::vector<PassageRef>{{7, 2}, {7, 0}}));
}

void SummaryPlanTest::sentencesWithoutANumberGetTheirSources()
{
    const auto attribution = [] {
        return Attribution({tellingWords("The rent of 480 euros is due on the first day of every month."),
                            tellingWords("Either party may end the lease with three months' notice.")});
    };
    const std::string text =
        "The rent is due on the first of the month. The lease may end with three months' notice. "
        "The rent is due [2]. Either party may end it after notice. [1] Nobody likes rhubarb pudding "
        "there. Rent.\nThe rent of 490 euros is due every month.\n- rent of 480 euros due monthly";
    const std::string expected =
        "The rent is due on the first of the month. [1] The lease may end with three months' notice. [2] "
        "The rent is due [2]. Either party may end it after notice. [1] Nobody likes rhubarb pudding "
        "there. Rent.\nThe rent of 490 euros is due every month.\n- rent of 480 euros due monthly [1]";
    QCOMPARE(QString::fromStdString(attribution().attributed(text, true)), QString::fromStdString(expected));
    // While the text grows, what was shown stays; only the open sentence waits for its number.
    Attribution growing = attribution();
    for (std::size_t end = 0; end <= text.size(); ++end) {
        const std::string shown = growing.attributed(std::string_view(text).substr(0, end), false);
        QCOMPARE(QString::fromStdString(shown), QString::fromStdString(expected.substr(0, shown.size())));
    }
}

void SummaryPlanTest::keysFollowWhatTheModelSees()
{
    const ReadyModel model{.contextLength = 4096, .key = "model"};
    const auto key = [&](const SummaryStyle &style, const ReadyModel &by, std::size_t document) {
        SummaryStep step;
        PlannedDocument planned = documentOf({{.tokens = {100}}});
        planned.document.path = "/elsewhere/" + std::to_string(document);
        step.prompt = pointsPrompt(style, bodyOf(planned, 0, 1, document, step.citations));
        return keyOf(step, by);
    };
    const std::string one = key({}, model, 0);
    QCOMPARE(one.size(), std::size_t{64});
    // Where the text stands is none of it, and neither is how much context there is.
    QCOMPARE(key({}, {.contextLength = 512, .key = "model"}, 3), one);
    QVERIFY(key({}, {.contextLength = 4096, .key = "another"}, 0) != one);
    QVERIFY(key({.language = "German"}, model, 0) != one);
    QVERIFY(key({.questions = {"Why?"}}, model, 0) != one);
    QVERIFY(key({.length = SummaryLength::Detailed}, model, 0) != one);
}

void SummaryPlanTest::neighboursOfAChapterAreJoinedFirst()
{
    const auto note = [](std::int32_t tokens, std::int32_t chapter, std::size_t document = 0) {
        return SummaryNote{.tokens = tokens, .document = document, .chapter = chapter};
    };
    const std::vector<SummaryNote> notes = {note(300, 1), note(300, 1), note(300, 2), note(300, 2)};
    QCOMPARE(joinable(notes, 1000), std::size_t{2});
    QCOMPARE(joinable(notes, 2000), std::size_t{4});
    QCOMPARE(joinable(notes, 500), std::size_t{1});
    const std::vector<SummaryNote> files = {note(600, 0, 0), note(300, 0, 1)};
    QCOMPARE(joinable(files, 1000), std::size_t{1});
    QCOMPARE(joinable(files, 1500), std::size_t{2});
}

void SummaryPlanTest::coverageIsCountedFromWhatIsKept()
{
    PlannedDocument planned = documentOf({{.tokens = {106}}, {.tokens = {206, 306}}, {.tokens = {406}}});
    planned.document.numbered = true;
    planned.document.pagesWithoutText = {4};
    const std::vector<SummaryLeaf> leaves = {{.first = 0, .end = 1, .keys = {"a"}},
                                             {.first = 1, .end = 3, .keys = {"b"}},
                                             {.first = 3, .end = 4, .keys = {"c"}}};
    const QList<SummaryPlace> unread = {{.document = QStringLiteral("/docs/b.pdf"), .reason = QStringLiteral("why")}};
    const SummaryCoverage some =
        summaryCoverage({planned}, leaves, {{SummaryOutcome::Kept}, {SummaryOutcome::Loop}, {std::nullopt}}, unread);
    QCOMPARE(some.sectionsTotal, 3);
    QCOMPARE(some.sectionsRead, 2);
    QCOMPARE(some.tokensTotal, 1000);
    QCOMPARE(some.tokensRead, 600);
    QCOMPARE(some.filesTotal, 2);
    QCOMPARE(some.filesRead, 1);
    QCOMPARE(
        some.emptySections,
        (QList<SummaryPlace>{{.document = QStringLiteral("/docs/a.md"), .section = QStringLiteral("S1"), .page = 2}}));
    QCOMPARE(some.pagesWithoutText, (QList<SummaryPlace>{{.document = QStringLiteral("/docs/a.md"), .page = 5}}));
    QCOMPARE(some.unreadFiles, unread);

    const SummaryCoverage none =
        summaryCoverage({planned}, leaves, {{std::nullopt}, {std::nullopt}, {std::nullopt}}, {});
    QCOMPARE(none.sectionsRead, 0);
    QCOMPARE(none.filesRead, 0);
    QCOMPARE(none.filesTotal, 1);
    QVERIFY(none.emptySections.isEmpty());
}

void SummaryPlanTest::aSectionInSeveralPiecesIsReadWhenAllAre()
{
    const PlannedDocument planned = documentOf({{.tokens = {106, 206}}});
    const std::vector<SummaryLeaf> leaves = {{.first = 0, .end = 1, .keys = {"a", "b"}},
                                             {.first = 1, .end = 2, .keys = {"c"}}};
    using Outcomes = std::vector<std::vector<std::optional<SummaryOutcome>>>;
    const auto read = [&](const Outcomes &outcomes) {
        const SummaryCoverage coverage = summaryCoverage({planned}, leaves, outcomes, {});
        return QStringLiteral("%1/%2 %3")
            .arg(coverage.sectionsRead)
            .arg(coverage.tokensRead)
            .arg(coverage.emptySections.size());
    };
    constexpr auto kept = SummaryOutcome::Kept;
    constexpr auto empty = SummaryOutcome::Empty;
    QCOMPARE(read({{kept, kept}, {kept}}), QStringLiteral("1/300 0"));
    QCOMPARE(read({{kept, kept}, {std::nullopt}}), QStringLiteral("0/100 0"));
    QCOMPARE(read({{kept, std::nullopt}, {kept}}), QStringLiteral("0/200 0"));
    QCOMPARE(read({{empty, kept}, {empty}}), QStringLiteral("1/300 0"));
    QCOMPARE(read({{empty, empty}, {empty}}), QStringLiteral("1/300 1"));
}

void SummaryPlanTest::sentences_data()
{
    QTest::addColumn<SummaryCoverage>("coverage");
    QTest::addColumn<QString>("sentence");
    const SummaryPlace place{.document = QStringLiteral("/a")};
    SummaryCoverage all{.filesTotal = 1,
                        .filesRead = 1,
                        .sectionsTotal = 18,
                        .sectionsRead = 18,
                        .tokensTotal = 61204,
                        .tokensRead = 61204};
    QTest::newRow("all") << all << QStringLiteral("Read 18 of 18 sections, 61,204 of 61,204 tokens.");
    all.pagesWithoutText = {place, place};
    all.emptySections = {place};
    QTest::newRow("gaps") << all
                          << QStringLiteral("Read 18 of 18 sections, 61,204 of 61,204 tokens; 2 pages have no text; 1 "
                                            "section gave nothing.");
    const SummaryCoverage files{.filesTotal = 3,
                                .filesRead = 2,
                                .sectionsTotal = 1,
                                .sectionsRead = 1,
                                .tokensTotal = 10,
                                .tokensRead = 10,
                                .unreadFiles = {place},
                                .cut = true};
    QTest::newRow("files") << files
                           << QStringLiteral(
                                  "Read 2 of 3 files: 1 of 1 section, 10 of 10 tokens; 1 file was not read, or "
                                  "not whole. The model did not come to an end, so the summary was cut.");
}

void SummaryPlanTest::sentences()
{
    QFETCH(SummaryCoverage, coverage);
    QFETCH(QString, sentence);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QCOMPARE(coverage.sentence(), sentence);
}

void SummaryPlanTest::languages_data()
{
    QTest::addColumn<QString>("given");
    QTest::addColumn<QString>("name");
    QTest::newRow("none") << QString() << QString();
    QTest::newRow("code") << QStringLiteral("de") << QStringLiteral("German");
    QTest::newRow("region") << QStringLiteral("pt-BR") << QStringLiteral("Portuguese");
    QTest::newRow("name") << QStringLiteral(" Italian ") << QStringLiteral("Italian");
    QTest::newRow("unknown code") << QStringLiteral("xq") << QString();
}

void SummaryPlanTest::languages()
{
    QFETCH(QString, given);
    QFETCH(QString, name);
    QCOMPARE(QString::fromStdString(languageName(given)), name);
}

QTEST_APPLESS_MAIN(SummaryPlanTest)
#include "summary_plan_test.moc"
