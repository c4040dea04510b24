// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the index says about the files themselves, in words.
#include "app/list_answer.h"

#include <QLocale>
#include <QTest>

using namespace app;
using storage::CollectionTopic;
using storage::DocumentState;
using storage::FilePresence;
using storage::FileStatus;

namespace {

struct Made {
    std::string path;
    DocumentState state = DocumentState::Read;
    std::string format = "pdf";
    std::int32_t pages = 0; ///< 0: people do not count them
    std::int32_t pagesWithText = 0;
    std::int64_t words = 0;
    FilePresence presence = FilePresence::Present;
};

FileStatus status(const Made &made)
{
    static std::int64_t number = 0;
    ++number;
    return {.file = {.id = {number},
                     .path = made.path,
                     .sizeBytes = number * 1000,
                     .modifiedNs = number * 86'400'000'000'000,
                     .presence = made.presence},
            .document = {.id = {number},
                         .state = made.state,
                         .format = made.format,
                         .numbered = made.pages > 0,
                         .pageCount = std::max(1, made.pages),
                         .pagesWithText = made.pagesWithText,
                         .wordCount = made.words,
                         .passageCount = made.words > 0 ? 1 : 0}};
}

FileListing listing(const std::vector<Made> &files, std::int32_t unheard = 0)
{
    FileListing made{.files = {}, .unheard = unheard};
    for (const Made &file : files)
        made.files.push_back(status(file));
    return made;
}

const Made kLease{.path = "/a/lease.pdf", .pages = 12, .pagesWithText = 12, .words = 4000};
const Made kNote{.path = "/a/note.txt", .format = "text", .pagesWithText = 1, .words = 1};
const Made kScan{.path = "/a/scan.pdf", .state = DocumentState::Scanned, .pages = 3};
const Made kHalf{.path = "/a/half.pdf", .state = DocumentState::Partial, .pages = 4, .pagesWithText = 3, .words = 700};
const Made kLocked{.path = "/a/locked.pdf", .state = DocumentState::Encrypted};
const Made kWaiting{.path = "/a/new.pdf", .state = DocumentState::Waiting, .format = ""};
const Made kAway{.path = "/mnt/away.pdf", .state = DocumentState::Waiting, .presence = FilePresence::Offline};

} // namespace

class ListAnswerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void anAnswer_data()
    {
        QTest::addColumn<int>("topic");
        QTest::addColumn<FileListing>("files");
        QTest::addColumn<QString>("answer");
        const auto row = [](const char *name, CollectionTopic topic, const FileListing &files, const char *answer) {
            QTest::newRow(name) << static_cast<int>(topic) << files << QString::fromUtf8(answer);
        };
        using enum CollectionTopic;
        row("none", Files, {}, "There are no files.");
        row("not heard of yet", Pages, listing({}, 2), "There are 2 files, which are still to be read.");
        row("files", Files, listing({kLease, kNote, kScan, kWaiting}),
            "There are 4 files:\n\n- `lease.pdf`: 12 pages\n- `note.txt`: 1 word\n"
            "- `scan.pdf`: a scan, whose pictures hold no text that could be read\n- `new.pdf`: still to be read");
        row("of the same name", Files, listing({kNote, {.path = "/b/note.txt", .format = "text", .words = 2}}),
            "There are 2 files:\n\n- `/a/note.txt`: 1 word\n- `/b/note.txt`: 2 words");
        row("count", Count, listing({kLease, kHalf, kNote, kScan}),
            "There are 4 files: 3 PDF, 1 plain text. 3 of them can be searched.");
        row("count of all", Count, listing({kLease, kNote}),
            "There are 2 files: 1 PDF, 1 plain text. All of them can be searched.");
        row("formats", Formats, listing({kLease, kNote}), "There are 2 files: 1 PDF, 1 plain text.");
        row("pages", Pages, listing({kLease, kHalf, kNote, kLocked, kWaiting}),
            "There are 16 pages in 2 files. 1 of them has no text. 1 file is of a kind without pages. 1 file is still "
            "to be read and is not counted. 1 file could not be read and is not counted.");
        row("pages of a scan count", Pages, listing({kScan}), "There are 3 pages in 1 file. 3 of them have no text.");
        row("words", Words, listing({kLease, kNote, kScan}),
            "There are 4001 words in 2 files. 1 file could not be read and is not counted.");
        row("nothing missing", Missing, listing({kLease, kNote}), "Nothing is missing: all 2 files were read whole.");
        row("nothing of one missing", Missing, listing({kLease}), "Nothing is missing: the one file was read whole.");
        row("missing", Missing, listing({kLease, kScan, kHalf, kLocked, kAway, kWaiting}),
            "4 of 6 files could not be read, or not all of them:\n\n"
            "- `scan.pdf`: a scan, whose pictures hold no text that could be read\n"
            "- `half.pdf`: only 3 of 4 pages have text\n- `locked.pdf`: a password is needed\n"
            "- `away.pdf`: its drive or folder is not there now\n\n1 file is still to be read.");
        row("too early to say", Missing, listing({kLease, kWaiting}, 1),
            "So far nothing is missing. 2 files are still to be read.");
    }

    void anAnswer()
    {
        QFETCH(int, topic);
        QFETCH(FileListing, files);
        QFETCH(QString, answer);
        QCOMPARE(listAnswer(static_cast<CollectionTopic>(topic), files), answer);
    }

    void whatStandsOutIsNamed()
    {
        const FileListing files = listing({kLease, kNote, kHalf});
        QVERIFY(listAnswer(CollectionTopic::Newest, files).startsWith(QStringLiteral("The newest file is `half.pdf`")));
        QVERIFY(
            listAnswer(CollectionTopic::Oldest, files).startsWith(QStringLiteral("The oldest file is `lease.pdf`")));
        const QString biggest = listAnswer(CollectionTopic::Biggest, files);
        QVERIFY(biggest.startsWith(QStringLiteral("The largest file is `half.pdf`")));
        QVERIFY(biggest.endsWith(QStringLiteral("The longest text is that of `lease.pdf`: 4000 words.")));
    }

    void aNameIsNoMarkup()
    {
        const FileListing files = listing({{.path = "/a/[1](x) *b* `c`\n# d.txt", .format = "text", .words = 2}});
        QCOMPARE(listAnswer(CollectionTopic::Files, files),
                 QString::fromUtf8("There is 1 file:\n\n- `` [1](x) *b* `c`\xef\xbf\xbd# d.txt ``: 2 words"));
    }

    void aLongListIsCutAndSaysSo()
    {
        std::vector<Made> many;
        for (int i = 0; i < 60; ++i)
            many.push_back({.path = "/a/" + std::to_string(i) + ".txt", .format = "text", .words = 2});
        const QString answer = listAnswer(CollectionTopic::Files, listing(many));
        QVERIFY(answer.startsWith(QStringLiteral("There are 60 files:")));
        QCOMPARE(answer.count(QStringLiteral("\n- ")), 50);
        QVERIFY(answer.endsWith(QStringLiteral("10 more files are not listed here.")));
    }
};

QTEST_GUILESS_MAIN(ListAnswerTest)
#include "list_answer_test.moc"
