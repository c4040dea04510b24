// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Documents room in the whole window, over real services with a scripted reader; and its models.
#include "app/collection_service.h"
#include "app/ingest_service.h"
#include "app/settings.h"
#include "tests/ui/warnings_fail.h"
#include "ui/library/collection_list_model.h"
#include "ui/library/file_list_model.h"
#include "ui/library/passage_list_model.h"
#include "ui/library/reading_status.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"
#include "ui/shell/window.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QGuiApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace ui;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class DocumentsRoomTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { testing::countWarnings(); }
    void cleanup();

    void anEmptyRoomHasOneSentenceAndOneButton();
    void droppedFilesBecomeACollection();
    void aCollectionShowsItsFilesWithTheirStates();
    void filesAreFilteredByName();
    void whatWasNotReadWholeIsShownAlone();
    void searchingShowsPassagesAndEscapeBringsTheFilesBack();
    void aSearchIsNarrowedByKindAndTime();
    void readingIsSeenPausedAndTakenUp();
    void readingIsCancelledAndTakenUp();
    void anotherEmbedderIsChosen();
    void aPasswordIsAskedFor();
    void aFileOpensInTheSystemsViewer();
    void collectionsAreRenamedAndRemovedByKeyboard();
    void sourcesAreTakenOff();
    void theListsFollowTheServices();

private:
    void open(bool documents)
    {
        m_desk =
            std::make_unique<OfflineDesk>(OfflineDeskOptions{.dataFolder = {}, .talks = false, .documents = documents});
        QVERIFY(m_desk->start());
        m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
        QVERIFY(m_driver->click(text("Documents")));
    }
    void openHouse()
    {
        open(true);
        QVERIFY(m_driver->click(text("House")));
        QVERIFY(m_driver->waitFor(text("Lease.pdf, ready")));
    }
    [[nodiscard]] app::CollectionService &collections() const { return m_desk->composition().collections(); }
    [[nodiscard]] app::IngestService &ingest() const { return m_desk->composition().ingest(); }
    [[nodiscard]] bool listHas(const char *list, int rows) const
    {
        return m_driver->waitUntil([&] { return m_driver->named(text(list))->property("count").toInt() == rows; });
    }
    /// Gives the keyboard to a row.
    void focus(const char *row) { m_driver->find(text(row))->forceActiveFocus(Qt::TabFocusReason); }
    /// A sheet's field takes the keyboard when the sheet has come in.
    [[nodiscard]] bool waitForFocus(const char *field) const
    {
        return m_driver->waitUntil([&] {
            const QQuickItem *item = m_driver->find(text(field));
            return item != nullptr && item->hasActiveFocus();
        });
    }

    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
};

void DocumentsRoomTest::cleanup()
{
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    m_driver.reset();
    m_desk.reset();
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void DocumentsRoomTest::anEmptyRoomHasOneSentenceAndOneButton()
{
    open(false);
    QVERIFY(m_driver->waitFor(text("Add a folder, and everything in it")));
    const QList<QQuickItem *> found = m_driver->findAll(text("Add a folder"));
    QCOMPARE(std::ranges::count_if(found, [](const QQuickItem *item) { return item->inherits("QQuickButton"); }), 1);
    QVERIFY(m_driver->find(text("Add files")) == nullptr);
}

void DocumentsRoomTest::droppedFilesBecomeACollection()
{
    open(false);
    QVERIFY(writeSampleDocuments(m_desk->documentFolder()));
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_desk->documentFolder() + text("/Work"))});
    QQuickWindow *window = m_desk->window().quickWindow();
    QDragEnterEvent enter(QPoint(600, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window, &enter);
    QVERIFY(m_driver->waitFor(text("Drop files and folders here to make a collection")));
    QDropEvent drop(QPointF(600, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window, &drop);
    QVERIFY(m_driver->waitFor(text("Minutes of the council.odt, ready")));
    QCOMPARE(collections().collections().first().name, text("Work"));
}

void DocumentsRoomTest::aCollectionShowsItsFilesWithTheirStates()
{
    openHouse();
    for (const char *row : {"Deed 1987 (scan).pdf, scanned, no text", "Accounts.xlsx, encrypted",
                            "Floor plan.pdf, 1 of 2 pages have text", "Brochure.epub, failed: it is damaged",
                            "Holiday.mov, not a document"})
        QVERIFY2(m_driver->waitFor(text(row)), row);
    QVERIFY(m_driver->click(text("Back to all documents")));
    QVERIFY(m_driver->waitFor(text("House, 10 files")));
    QVERIFY(m_driver->waitFor(text("Work, 3 files")));
}

void DocumentsRoomTest::filesAreFilteredByName()
{
    openHouse();
    QVERIFY(m_driver->click(text("Filter by name")));
    m_driver->type(text("insp"));
    QVERIFY(listHas("fileList", 1));
    QVERIFY(m_driver->find(text("Inspection 2025.pdf, ready")) != nullptr);
    m_driver->type(text("xyz"));
    QVERIFY(m_driver->waitFor(text("No file is called so.")));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(listHas("fileList", 10));
}

void DocumentsRoomTest::whatWasNotReadWholeIsShownAlone()
{
    openHouse();
    QVERIFY(m_driver->click(text("5 not read whole")));
    QVERIFY(listHas("fileList", 5));
    QVERIFY(m_driver->find(text("Lease.pdf, ready")) == nullptr);
    QVERIFY(m_driver->click(text("Show all files")));
    QVERIFY(listHas("fileList", 10));
}

void DocumentsRoomTest::searchingShowsPassagesAndEscapeBringsTheFilesBack()
{
    openHouse();
    m_driver->type(text("notice in writing"));
    QVERIFY(m_driver->waitFor(text("Lease.pdf · page 3: Either party may end the lease")));
    QVERIFY(m_driver->find(text("Lease.pdf, ready")) == nullptr);
    m_driver->press(Qt::Key_Down);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("passageList"))->hasActiveFocus(); }));
    QVERIFY(m_driver->click(m_driver->named(text("searchField"))));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitFor(text("Lease.pdf, ready")));
}

void DocumentsRoomTest::aSearchIsNarrowedByKindAndTime()
{
    openHouse();
    m_driver->type(text("notice"));
    QVERIFY(m_driver->waitFor(text("Lease.pdf · page 3")));
    QVERIFY(m_driver->waitFor(text("Letters 2019–2024.mbox")));
    QVERIFY(m_driver->click(text("Kind of document: All kinds")));
    QVERIFY(m_driver->click(text("Mail")));
    QVERIFY(m_driver->waitFor(text("Kind of document: Mail")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Lease.pdf · page 3")) == nullptr; }));
    QVERIFY(m_driver->waitFor(text("Letters 2019–2024.mbox")));
    // By keyboard: the menu opens downwards from its button.
    focus("Kind of document: Mail");
    m_driver->press(Qt::Key_Down);
    QVERIFY(m_driver->waitFor(text("Slides")));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->click(text("Kind of document: Mail")));
    QVERIFY(m_driver->click(text("Books")));
    QVERIFY(m_driver->waitFor(text("Nothing in the documents of this kind and time answers that.")));
    QVERIFY(m_driver->click(text("Kind of document: Books")));
    QVERIFY(m_driver->click(text("All kinds")));
    QVERIFY(m_driver->click(text("Last changed: Any time")));
    QVERIFY(m_driver->click(text("Past week")));
    QVERIFY(m_driver->waitFor(text("Lease.pdf · page 3")));
}

void DocumentsRoomTest::readingIsSeenPausedAndTakenUp()
{
    openHouse();
    m_desk->reader().hold(text("Insurance.docx"), 7);
    focus("Insurance.docx, ready");
    m_driver->press(Qt::Key_Menu);
    QVERIFY(m_driver->click(text("Read it again")));
    QVERIFY(m_driver->waitFor(text("Insurance.docx, reading")));
    QVERIFY(m_driver->waitFor(text("Reading 10 of 10. Insurance.docx · page 7 of 22")));
    QVERIFY(m_driver->click(text("Pause")));
    QVERIFY(m_desk->composition().settings().indexingPaused());
    QVERIFY(m_driver->waitFor(text("Paused, 1 file to read")));
    m_desk->reader().release();
    QVERIFY(m_driver->waitFor(text("Insurance.docx, ready by words")));
    QVERIFY(m_driver->click(text("Go on")));
    QVERIFY(m_driver->waitUntil([&] {
        return m_driver->find(text("Pause")) == nullptr && m_driver->find(text("Insurance.docx, ready by")) == nullptr;
    }));
}

void DocumentsRoomTest::readingIsCancelledAndTakenUp()
{
    openHouse();
    m_desk->reader().hold(text("Insurance.docx"), 7);
    focus("Insurance.docx, ready");
    m_driver->press(Qt::Key_Menu);
    QVERIFY(m_driver->click(text("Read it again")));
    QVERIFY(m_driver->waitFor(text("Insurance.docx, reading")));
    QVERIFY(m_driver->click(text("Leave out what is not read yet")));
    QVERIFY(m_driver->waitFor(text("Read the 1 left out")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Pause")) == nullptr; }));
    m_desk->reader().release();
    QVERIFY(m_driver->click(text("Read the 1 left out")));
    QVERIFY(m_driver->waitUntil(
        [&] { return m_driver->find(text("Read the 1 left out")) == nullptr && !ingest().all().isBusy(); }));
}

void DocumentsRoomTest::anotherEmbedderIsChosen()
{
    open(true);
    QVERIFY(m_driver->click(text("Settings")));
    QVERIFY(m_driver->click(text("Reading documents")));
    QVERIFY(m_driver->waitFor(text("all-MiniLM-L6-v2, ")));
    const QString before = ingest().searchEmbedder();
    QVERIFY(before.contains(text("minilm")));
    QVERIFY(m_driver->click(text("nomic-embed-text-v1.5, ")));
    QVERIFY(m_driver->waitUntil([&] { return ingest().searchEmbedder().contains(text("nomic")); }));
    QVERIFY(m_driver->waitFor(text("Passages are found by their words and by their meaning.")));
    // Questions are embedded by the new one from now on.
    QVERIFY(m_driver->click(text("Documents")));
    QVERIFY(m_driver->click(text("House")));
    QVERIFY(m_driver->waitFor(text("Lease.pdf, ready")));
    m_driver->type(text("notice in writing"));
    QVERIFY(m_driver->waitFor(text("Lease.pdf · page 3: Either party may end the lease")));
}

void DocumentsRoomTest::aPasswordIsAskedFor()
{
    openHouse();
    QVERIFY(m_driver->click(text("Password…: Accounts.xlsx")));
    QVERIFY(m_driver->waitFor(text("Password of Accounts.xlsx")));
    QVERIFY(m_driver->waitUntil([&] {
        const QQuickItem *field = m_desk->window().quickWindow()->activeFocusItem();
        return field != nullptr && field->property("echoMode").isValid();
    }));
    m_driver->type(text("wrong"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("Accounts.xlsx, encrypted: wrong password")));
}

void DocumentsRoomTest::aFileOpensInTheSystemsViewer()
{
    openHouse();
    const QSignalSpy asked(&m_desk->window().context(), &AppContext::fileRequested);
    focus("Lease.pdf, ready");
    m_driver->press(Qt::Key_Return);
    QCOMPARE(asked.count(), 1);
    QVERIFY(asked.first().first().toString().endsWith(text("/Documents/House/Lease.pdf")));
}

void DocumentsRoomTest::collectionsAreRenamedAndRemovedByKeyboard()
{
    open(true);
    QVERIFY(m_driver->waitFor(text("House, 10 files")));
    focus("House, 10 files");
    m_driver->press(Qt::Key_F2);
    QVERIFY(waitForFocus("Name of the collection"));
    m_driver->type(text("Home"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("Home, 10 files")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Rename the collection")) == nullptr; }));
    focus("Home, 10 files");
    m_driver->press(Qt::Key_Menu);
    QVERIFY(m_driver->click(text("Remove the collection")));
    QVERIFY(m_driver->waitFor(text("Carrel forgets what it read")));
    QVERIFY(m_driver->click(m_driver->named(text("Remove"))));
    QVERIFY(m_driver->waitUntil(
        [&] { return collections().collections().size() == 1 && m_driver->find(text("Home, ")) == nullptr; }));
    QVERIFY(QFile::exists(m_desk->documentFolder() + text("/House/Lease.pdf")));
}

void DocumentsRoomTest::sourcesAreTakenOff()
{
    openHouse();
    QVERIFY(m_driver->click(text("More about House")));
    QVERIFY(m_driver->click(text("Files and folders")));
    QVERIFY(m_driver->click(text("Take ")));
    QVERIFY(
        m_driver->waitUntil([&] { return collections().find(collections().named(text("House")))->sources.isEmpty(); }));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitFor(text("This collection is empty.")));
}

void DocumentsRoomTest::theListsFollowTheServices()
{
    open(true);
    CollectionListModel list;
    const QAbstractItemModelTester listTester(&list);
    list.setService(&collections());
    list.setIngest(&ingest());
    QCOMPARE(list.count(), 2);
    QCOMPARE(list.data(list.index(0), CollectionListModel::CountsRole).value<app::CollectionCounts>().files, 10);

    FileListModel files;
    const QAbstractItemModelTester filesTester(&files);
    files.setIngest(&ingest());
    files.setCollection(collections().named(text("House")));
    QTRY_COMPARE(files.total(), 10);
    QCOMPARE(files.fileAt(99), app::FileValue());
    files.setOnlyTroubled(true);
    QCOMPARE(files.count(), 5);
    files.setFilter(text("ACC"));
    QCOMPARE(files.count(), 1);
    ingest().givePassword(files.fileAt(0), text("x"));
    QTRY_VERIFY(files.count() == 1 && files.fileAt(0).wrongPassword);
    files.setOnlyTroubled(false);
    files.setFilter({});
    QCOMPARE(files.count(), 10);

    PassageListModel passages;
    const QAbstractItemModelTester passagesTester(&passages);
    passages.setFinder(&m_desk->composition().finder());
    passages.setCollection(collections().named(text("Work")));
    passages.setQuestion(text(" footbridge "));
    QVERIFY(passages.isWaiting());
    QTRY_VERIFY(!passages.isWaiting() && passages.count() > 0);
    QVERIFY(passages.isByMeaning());
    QVERIFY(passages.data(passages.index(0), PassageListModel::WhyRole).toString().startsWith(text("no. ")));
    passages.setQuestion({});
    QCOMPARE(passages.count(), 0);

    ReadingStatus status;
    status.setIngest(&ingest());
    status.setCollections(&collections());
    QVERIFY(!status.isShown());
    QVERIFY(status.wordsAlone().isEmpty());
    status.setCollection(collections().named(text("House")));
    QCOMPARE(status.sources().size(), 1);

    collections().remove(collections().named(text("Work")));
    QTRY_COMPARE(list.count(), 1);
}

int main(int argc, char **argv)
{
    ui::Window::prepare("test");
    const QGuiApplication application(argc, argv);
    DocumentsRoomTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "documents_room_test.moc"
