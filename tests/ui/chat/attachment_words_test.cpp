// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/attachment_words.h"

#include "ui/shell/english_plurals.h"

#include <QLocale>
#include <QTest>

using app::FileCondition;
using app::IndexingPhase;
using app::MaterialItem;
using ui::AttachmentWords;

namespace {

MaterialItem file(FileCondition condition)
{
    MaterialItem item{.document = {.name = QStringLiteral("a.pdf"),
                                   .collectionUuid = QStringLiteral("u"),
                                   .path = QStringLiteral("/a.pdf"),
                                   .handed = true},
                      .looked = true};
    item.file.path = item.document.path;
    item.file.condition = condition;
    item.file.numbered = true;
    item.file.pages = 14;
    item.file.pagesWithText = 12;
    item.file.passages = 1;
    item.counts.files = 1;
    return item;
}

MaterialItem named(const char *name, FileCondition condition)
{
    MaterialItem item = file(condition);
    item.document.name = QString::fromLatin1(name);
    return item;
}

} // namespace

class AttachmentWordsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }

    void everyConditionHasItsWords_data()
    {
        QTest::addColumn<int>("condition");
        QTest::addColumn<QString>("hint");
        QTest::addColumn<bool>("troubled");
        const auto row = [](FileCondition condition, const char *hint, bool troubled) {
            QTest::newRow(hint) << static_cast<int>(condition) << QString::fromUtf8(hint) << troubled;
        };
        row(FileCondition::Found, "Waiting to be read", false);
        row(FileCondition::Reading, "Being read", false);
        row(FileCondition::Ready, "14 pages · 1 passage", false);
        row(FileCondition::WordsOnly, "14 pages · 1 passage · found by words so far", false);
        row(FileCondition::Partial, "a.pdf was read in part: 12 of 14 pages have text.", true);
        row(FileCondition::NoText, "There is no text in a.pdf.", true);
        row(FileCondition::Scanned, "a.pdf holds pictures of pages, and no text that could be read.", true);
        row(FileCondition::Encrypted, "a.pdf is locked with a password.", true);
        row(FileCondition::Unsupported, "a.pdf is not a kind of document that Carrel reads.", true);
        row(FileCondition::TooLarge, "a.pdf is too large to be read.", true);
        row(FileCondition::Malformed, "a.pdf is damaged and could not be read.", true);
        row(FileCondition::Failed, "Reading a.pdf failed twice, so it is left alone.", true);
        row(FileCondition::Stopped, "a.pdf was left out while it was read.", true);
        row(FileCondition::Offline, "a.pdf is not where it was. What was read of it still counts.", true);
        row(FileCondition::Unreadable, "a.pdf may not be opened: nothing can be answered from it.", true);
    }
    void everyConditionHasItsWords()
    {
        QFETCH(int, condition);
        QFETCH(QString, hint);
        QFETCH(bool, troubled);
        const MaterialItem item = file(static_cast<FileCondition>(condition));
        QCOMPARE(AttachmentWords::hint(item), hint);
        QCOMPARE(AttachmentWords::trouble(item), troubled ? hint : QString());
    }

    void collectionsAndFoldersAreCounted()
    {
        MaterialItem collection{.document = {.name = QStringLiteral("House"), .collectionUuid = QStringLiteral("u")}};
        QCOMPARE(AttachmentWords::hint(collection), QStringLiteral("0 files"));
        collection.counts = {.files = 38, .toRead = 2, .troubled = 3, .pages = 1, .passages = 412};
        QCOMPARE(AttachmentWords::hint(collection), QString::fromUtf8("38 files · 1 page · 412 passages · 2 to read"));
        QVERIFY(AttachmentWords::trouble(collection).isEmpty()); // its room says so
        collection.document.gone = true;
        QVERIFY(AttachmentWords::hint(collection).contains(QStringLiteral("not there any more")));

        MaterialItem folder = file(FileCondition::Found);
        folder.file = {};
        folder.counts = {};
        folder.looked = false;
        QCOMPARE(AttachmentWords::hint(folder), QStringLiteral("Waiting to be read"));
        folder.counts = {.files = 12, .troubled = 2};
        QCOMPARE(AttachmentWords::hint(folder), QStringLiteral("a.pdf: 2 of 12 files could not be read whole."));
        folder.absent = true;
        QVERIFY(AttachmentWords::trouble(folder).startsWith(QStringLiteral("a.pdf is not there")));
    }

    void severalTroublesAreOneSentence()
    {
        QCOMPARE(AttachmentWords::troubles({}), QString());
        QCOMPARE(AttachmentWords::troubles({named("a", FileCondition::Ready), named("b", FileCondition::NoText)}),
                 QStringLiteral("There is no text in b."));
        QCOMPARE(AttachmentWords::troubles({named("a", FileCondition::TooLarge), named("b", FileCondition::NoText)}),
                 QStringLiteral("Not all can be answered from: %1.")
                     .arg(QLocale().createSeparatedList({QStringLiteral("a"), QStringLiteral("b")})));
    }

    void readingIsCounted_data()
    {
        QTest::addColumn<int>("done");
        QTest::addColumn<int>("total");
        QTest::addColumn<int>("phase");
        QTest::addColumn<QString>("words");
        const auto row = [](int done, int total, IndexingPhase phase, const char *words) {
            QTest::addRow("%d of %d in %d", done, total, static_cast<int>(phase))
                << done << total << static_cast<int>(phase) << QString::fromUtf8(words);
        };
        row(0, 0, IndexingPhase::Working, "");
        row(12, 12, IndexingPhase::Working, "");
        row(2, 12, IndexingPhase::Working, "Reading 3 of 12 files…");
        row(0, 1, IndexingPhase::Working, "Reading a.pdf…");
        row(0, 1, IndexingPhase::Paused, "Reading is paused, 1 file left");
        row(2, 12, IndexingPhase::Paused, "Reading is paused, 10 files left");
        row(2, 12, IndexingPhase::ChatGoesOn, "Reading goes on when the answer is written");
        row(2, 12, IndexingPhase::Halted, "Reading has stopped");
    }
    void readingIsCounted()
    {
        QFETCH(int, done);
        QFETCH(int, total);
        QFETCH(int, phase);
        QFETCH(QString, words);
        MaterialItem item = file(FileCondition::Reading);
        item.counts.toRead = 1;
        QCOMPARE(AttachmentWords::reading({item}, {.done = done, .total = total}, static_cast<IndexingPhase>(phase)),
                 words);
    }

private:
    ui::EnglishPlurals m_plurals;
};

QTEST_GUILESS_MAIN(AttachmentWordsTest)
#include "attachment_words_test.moc"
