// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/library_words.h"

#include "ui/shell/english_plurals.h"

#include <QCoreApplication>
#include <QSet>
#include <QTest>

using namespace ui;
using app::FileCondition;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class LibraryWordsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }

    void everyConditionHasWords()
    {
        const LibraryWords words;
        QStringList said;
        for (int i = 0; i <= static_cast<int>(FileCondition::Unreadable); ++i) {
            const app::FileValue file{.condition = static_cast<FileCondition>(i)};
            QVERIFY2(!words.state(file).isEmpty(), qPrintable(QString::number(i)));
            said += words.state(file);
            // One thing is asked for: a password, or another try.
            QVERIFY(!words.needsPassword(file) || !words.canRetry(file));
        }
        QCOMPARE(QSet<QString>(said.begin(), said.end()).size(), said.size() - 1); // two of them are "waiting"
    }

    void states_data()
    {
        QTest::addColumn<app::FileValue>("file");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("pages");
        QTest::addColumn<QString>("note");
        const auto row = [](const char *name, const app::FileValue &file, const char *state, const char *pages,
                            const char *note) {
            QTest::newRow(name) << file << text(state) << text(pages) << text(note);
        };
        app::FileValue file{
            .condition = FileCondition::Ready, .numbered = true, .pages = 14, .pagesWithText = 14, .passages = 212};
        row("ready", file, "ready", "14", "212 passages");
        file.numbered = false;
        row("without pages", file, "ready", "", "212 passages");
        file.numbered = true;
        file.condition = FileCondition::Partial;
        file.pagesWithText = 12;
        file.passages = 1;
        row("partly", file, "12 of 14 pages have text", "12 of 14", "1 passage");
        file.condition = FileCondition::Encrypted;
        file.pages = 0;
        row("encrypted", file, "encrypted", "", "Its password opens it");
        file.wrongPassword = true;
        row("wrong password", file, "encrypted: wrong password", "", "Its password opens it");
        file.condition = FileCondition::Offline;
        row("offline", file, "offline", "", "1 passage kept");
    }
    void states()
    {
        QFETCH(app::FileValue, file);
        const LibraryWords words;
        QTEST(words.state(file), "state");
        QTEST(words.pages(file), "pages");
        QTEST(words.note(file), "note");
    }

    void standings_data()
    {
        QTest::addColumn<app::CollectionCounts>("counts");
        QTest::addColumn<bool>("paused");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const app::CollectionCounts &counts, bool paused, const char *words) {
            QTest::newRow(name) << counts << paused << text(words);
        };
        row("empty", {}, false, "empty");
        row("ready", {.files = 3, .searchable = 3}, false, "ready");
        row("troubled", {.files = 3, .searchable = 2, .troubled = 1}, false, "1 file not read whole");
        row("reading", {.files = 3, .toRead = 2}, false, "reading, 2 files to go");
        row("paused", {.files = 3, .toRead = 2}, true, "paused, 2 files to read");
        row("meaning", {.files = 3, .searchable = 3, .toEmbed = 1, .offline = 1}, false,
            "learning the meaning of 1 file · 1 file offline");
    }
    void standings()
    {
        QFETCH(app::CollectionCounts, counts);
        QFETCH(bool, paused);
        QTEST(LibraryWords().standing(counts, paused), "words");
    }

    void timesAreRound_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("words");
        QTest::newRow("unknown") << qint64(-1) << QString();
        QTest::newRow("seconds") << qint64(12) << text("less than a minute");
        QTest::newRow("one") << qint64(70) << text("about 1 minute");
        QTest::newRow("four") << qint64(250) << text("about 4 minutes");
        QTest::newRow("hours") << qint64(2 * 3600 + 600) << text("about 2 hours");
    }
    void timesAreRound()
    {
        QFETCH(qint64, seconds);
        QTEST(LibraryWords().timeLeft(seconds), "words");
    }

    void passagesSayWhereAndWhy()
    {
        const LibraryWords words;
        app::FoundPassage passage{.name = text("Lease.pdf"), .firstPage = 2, .lastPage = 2, .numbered = true};
        passage.wordRank = 1;
        QCOMPARE(words.whereIs(passage), text("Lease.pdf · page 3"));
        QCOMPARE(words.why(passage), text("no. 1 by words"));
        passage.lastPage = 3;
        passage.meaningRank = 4;
        QCOMPARE(words.whereIs(passage), text("Lease.pdf · pages 3 to 4"));
        QCOMPARE(words.why(passage), text("no. 1 by words · no. 4 by meaning"));
        passage.pageLabel = text("iv");
        QCOMPARE(words.whereIs(passage), text("Lease.pdf · page iv"));
        passage.numbered = false;
        passage.pageLabel.clear();
        passage.wordRank = 0;
        QCOMPARE(words.whereIs(passage), text("Lease.pdf"));
        QCOMPARE(words.why(passage), text("no. 4 by meaning"));
    }

    void wordsAreMarkedWhateverTheirEnding_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("question");
        QTest::addColumn<QStringList>("marked");
        const auto row = [](const char *words, const char *question, const QStringList &marked) {
            QTest::newRow(words) << text(words) << text(question) << marked;
        };
        row("Three months' notice.", "NOTICES", {text("notice")});
        row("The rent, rents and renting", "rent", {text("rent"), text("rents"), text("renting")});
        row("a lease at all", "at a", {});
        row("Clause 7, clause 17", "clause 7", {text("Clause"), text("7"), text("clause")});
        row("Café über alles", "cafe UBER", {text("Café"), text("über")});
        row("nothing", "", {});
    }
    void wordsAreMarkedWhateverTheirEnding()
    {
        QFETCH(QString, words);
        QFETCH(QString, question);
        QStringList marked;
        for (const MarkedRange &range : matchedWords(words, question))
            marked += words.sliced(range.begin, range.length);
        QTEST(marked, "marked");
    }

private:
    EnglishPlurals m_plurals;
};

QTEST_MAIN(LibraryWordsTest)
#include "library_words_test.moc"
