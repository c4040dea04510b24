// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Summaries in the whole window, over the real service and index with a scripted model; and what they are shown with.
#include "app/ingest_service.h"
#include "app/settings.h"
#include "app/source_service.h"
#include "tests/ui/warnings_fail.h"
#include "ui/library/file_list_model.h"
#include "ui/library/summary_blocks.h"
#include "ui/library/summary_desk.h"
#include "ui/library/summary_sections.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"
#include "ui/shell/window.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>

#include <functional>

using namespace ui;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class SummaryPanelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { testing::countWarnings(); }
    void cleanup();

    void aFileIsSummarizedFromItsMenu();
    void aCitationIsShownOnItsPage();
    void aSecondRunIsKept();
    void sectionsFillTheListAndOpenTheirPoints();
    void itIsPausedAndGoesOn();
    void cancellingLeadsBackToTheChoices();
    void itGoesOnWhileOneLooksElsewhere();
    void whatHasNoTextIsRefusedInWords();
    void withoutAModelOneIsAskedFor();
    void anEngineFailureStandsWhereTheTextWouldBe();
    void aSelectionIsSummarized();
    void aCollectionSaysWhatWasNotRead();
    void questionsAreAnsweredInstead();
    void itIsCopiedAndSavedWithItsSources();
    void onlyOneIsMadeAtATime();
    void blocksKeepWhatDidNotChange();

private:
    void open(bool models = true)
    {
        m_desk = std::make_unique<OfflineDesk>(
            OfflineDeskOptions{.dataFolder = {}, .talks = false, .models = models, .documents = true});
        QVERIFY(m_desk->start());
        m_desk->player().setPace(0, 100'000);
        m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
        QVERIFY(m_driver->click(text("Documents")));
        QVERIFY(m_driver->click(text("House")));
        QVERIFY(m_driver->waitFor(text("Lease.pdf, ready")));
    }
    /// Opens the choices for a file by its menu.
    void choose(const char *row)
    {
        QVERIFY(m_driver->waitFor(text(row)));
        m_driver->find(text(row))->forceActiveFocus(Qt::TabFocusReason);
        m_driver->press(Qt::Key_Menu);
        QVERIFY(m_driver->click(text("Summarize it")));
        QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("beginSummary")) != nullptr; }));
    }
    [[nodiscard]] bool begin() const { return m_driver->click(m_driver->named(text("beginSummary"))); }
    /// The first summary of a desk has the model's file hashed: on a machine with other work that takes its time.
    [[nodiscard]] static bool happens(const std::function<bool()> &what)
    {
        constexpr int patience = 60'000; // ms
        return QTest::qWaitFor(what, patience);
    }
    [[nodiscard]] bool isDone() const
    {
        return happens([this] { return summaries().phase() == app::SummaryService::Phase::Done; }) &&
               m_driver->waitFor(text("Save as…"));
    }
    /// The long file in pieces.
    void inPieces() { m_desk->port().setContextLength(1400); }
    /// The next answers stand still before they end.
    [[nodiscard]] bool beginAndHold()
    {
        m_desk->player().setPace(1, 8);
        m_desk->player().holdAfter(12);
        return begin() && happens([&] { return m_desk->player().isHeld(); });
    }
    [[nodiscard]] app::SummaryService &summaries() const { return m_desk->composition().summaries(); }

    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
};

void SummaryPanelTest::cleanup()
{
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    m_driver.reset();
    m_desk.reset();
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void SummaryPanelTest::aFileIsSummarizedFromItsMenu()
{
    open();
    choose("Lease.pdf, ready");
    QVERIFY(m_driver->waitFor(text("Summary of Lease.pdf")));
    QVERIFY(m_driver->waitFor(text("Read and written by SmolLM2 135M Instruct")));
    QVERIFY(m_driver->click(text("Short")));
    QVERIFY(m_driver->waitFor(text("Two or three sentences.")));
    QVERIFY(m_driver->click(text("Language: The documents' own")));
    QVERIFY(m_driver->click(text("Deutsch")));
    QVERIFY(m_driver->waitFor(text("Language: Deutsch")));
    (void)m_driver->picture(); // a menu that still fades out takes clicks
    QVERIFY(begin());
    QVERIFY(isDone());
    QCOMPARE(summaries().request().length, app::SummaryLength::Short);
    QCOMPARE(summaries().request().language, text("de"));
    QVERIFY(m_driver->waitFor(text("short · Deutsch")));
    QVERIFY(m_driver->waitFor(text("The tenancy begins on the first of May")));
    QCOMPARE(m_driver->named(text("coverage"))->property("text").toString(), summaries().coverage().sentence());
    QVERIFY(m_driver->click(text("Back to House")));
    QVERIFY(m_driver->waitFor(text("Lease.pdf, ready")));
    QVERIFY(m_driver->find(text("Show: ")) == nullptr);
}

void SummaryPanelTest::aCitationIsShownOnItsPage()
{
    open();
    choose("Lease.pdf, ready");
    QVERIFY(begin());
    QVERIFY(isDone());
    QVERIFY(!summaries().sources().isEmpty());
    app::SourceService &sources = m_desk->composition().sources();
    QQuickItem *words = m_driver->named(text("blockText"));
    QVERIFY(words != nullptr);
    // As somebody does who has no mouse: to the citation, and Enter.
    words->forceActiveFocus(Qt::TabFocusReason);
    const auto at = words->property("text").toString().indexOf(text("[1]"));
    QVERIFY(at >= 0);
    words->setProperty("cursorPosition", int(at) + 1);
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitUntil([&] { return sources.view().standing == app::SourceStanding::Fine; }));
    QCOMPARE(sources.citation().text, summaries().sources().first().text);
    QCOMPARE(sources.count(), int(summaries().sources().size()));
    QVERIFY(!sources.view().marks.isEmpty());
    QCOMPARE(sources.view().why.first(), text("The summary rests on it."));
    QVERIFY(m_driver->waitFor(text("Source: Lease.pdf, page 1")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("sourcePane"))->hasActiveFocus(); }));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return !sources.isOpen(); }));
    QCOMPARE(m_desk->window().quickWindow()->activeFocusItem(), words);
    // It belongs to the summary, and goes with it.
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitUntil([&] { return sources.isOpen(); }));
    QVERIFY(m_driver->click(text("Back to House")));
    QVERIFY(m_driver->waitUntil([&] { return !sources.isOpen(); }));
}

void SummaryPanelTest::aSecondRunIsKept()
{
    open();
    choose("Lease.pdf, ready");
    QVERIFY(begin());
    QVERIFY(isDone());
    const auto asked = m_desk->port().generations().size();
    QVERIFY(m_driver->click(text("Other choices")));
    QVERIFY(begin());
    QVERIFY(isDone());
    QVERIFY(m_driver->named(text("coverage"))->property("text").toString().endsWith(text("Kept from before: 1 step.")));
    QCOMPARE(m_desk->port().generations().size(), asked);
}

void SummaryPanelTest::sectionsFillTheListAndOpenTheirPoints()
{
    open();
    inPieces();
    choose("Inspection 2025.pdf, ready");
    QVERIFY(begin());
    QVERIFY(isDone());
    const auto count = int(summaries().sections().size());
    QVERIFY(count > 3);
    QQuickItem *list = m_driver->named(text("sectionList"));
    QCOMPARE(list->property("count").toInt(), count);
    const app::SummarySection last = summaries().sections().constLast();
    QVERIFY(!last.points.isEmpty() && !last.passages.isEmpty());
    const QString row = QStringLiteral("%1, %2 point").arg(last.title).arg(last.points.size());
    QVERIFY2(m_driver->click(row), qPrintable(row));
    QVERIFY(m_driver->waitFor(last.points.first()));
    const QString source =
        QStringLiteral("Source %1, Inspection 2025.pdf, p. %2, ").arg(last.passages[0].id).arg(last.passages[0].page);
    QVERIFY2(m_driver->click(source), qPrintable(source));
    QVERIFY(m_driver->waitFor(last.passages[0].text));
    QVERIFY(m_driver->click(text("Show it on its page")));
    app::SourceService &sources = m_desk->composition().sources();
    QVERIFY(m_driver->waitUntil([&] { return sources.view().standing == app::SourceStanding::Fine; }));
    QCOMPARE(sources.citation().text, last.passages[0].text);
}

void SummaryPanelTest::itIsPausedAndGoesOn()
{
    open();
    inPieces();
    choose("Inspection 2025.pdf, ready");
    m_desk->player().setPace(1, 8);
    QVERIFY(begin());
    QVERIFY(happens([&] { return summaries().sectionsDone() == 2; }));
    QVERIFY(m_driver->click(text("Pause")));
    QVERIFY(m_driver->waitFor(text("Paused, ")));
    const int read = summaries().sectionsDone();
    QVERIFY(m_driver->named(text("coverage"))->property("text").toString().startsWith(text("Read ")));
    m_desk->player().setPace(0, 100'000);
    QVERIFY(m_driver->click(text("Go on")));
    QVERIFY(isDone());
    QVERIFY(summaries().stepsKept() >= read);
    QCOMPARE(summaries().coverage().sectionsRead, summaries().coverage().sectionsTotal);
}

void SummaryPanelTest::cancellingLeadsBackToTheChoices()
{
    open();
    choose("Lease.pdf, ready");
    QVERIFY(beginAndHold());
    QVERIFY(m_driver->click(text("Cancel the summary")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("beginSummary")) != nullptr; }));
    QVERIFY(m_driver->waitUntil([&] { return !summaries().isBusy(); }));
    QCOMPARE(summaries().phase(), app::SummaryService::Phase::Stopped);
    m_desk->player().resume();
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("beginSummary"))->isEnabled(); }));
    QVERIFY(begin());
    QVERIFY(isDone());
}

void SummaryPanelTest::itGoesOnWhileOneLooksElsewhere()
{
    open();
    choose("Lease.pdf, ready");
    QVERIFY(beginAndHold());
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitFor(text("Show: Summary of Lease.pdf")));
    QVERIFY(m_driver->click(text("Models")));
    m_desk->player().resume();
    QVERIFY(m_driver->waitUntil([&] { return summaries().phase() == app::SummaryService::Phase::Done; }));
    QVERIFY(m_driver->click(text("Documents")));
    QVERIFY(m_driver->waitFor(text("Summary of Lease.pdf. Ready")));
    QVERIFY(m_driver->click(text("Show: Summary of Lease.pdf")));
    QVERIFY(isDone());
}

void SummaryPanelTest::whatHasNoTextIsRefusedInWords()
{
    open();
    choose("Deed 1987 (scan).pdf, scanned");
    QVERIFY(begin());
    QVERIFY(m_driver->waitFor(text("There is no text to be read. Deed 1987 (scan).pdf: ")));
    QVERIFY(m_desk->port().generations().empty());
    QVERIFY(m_driver->find(text("Save as…")) == nullptr);
    QVERIFY(m_driver->click(text("Other choices")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("beginSummary")) != nullptr; }));
}

void SummaryPanelTest::withoutAModelOneIsAskedFor()
{
    open(false);
    m_driver->find(text("Lease.pdf, ready"))->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Menu);
    QVERIFY(m_driver->click(text("Summarize it")));
    QVERIFY(m_driver->waitFor(text("No model is chosen that could write it.")));
    QVERIFY(m_driver->named(text("beginSummary")) == nullptr);
    QVERIFY(m_driver->click(text("Choose a model")));
    QVERIFY(m_driver->waitFor(text("Add a file")));
}

void SummaryPanelTest::anEngineFailureStandsWhereTheTextWouldBe()
{
    open();
    m_desk->setAuthor([](const QString &) {
        return OfflineAnswer{.thinking = {},
                             .answer = QStringLiteral("The tenancy"),
                             .error = inference::Error{inference::ErrorCode::DeviceLost, "VK_ERROR_DEVICE_LOST"}};
    });
    choose("Lease.pdf, ready");
    QVERIFY(begin());
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("failureAction")) != nullptr; }));
    m_desk->setAuthor({});
    QVERIFY(m_driver->click(m_driver->named(text("failureAction"))));
    QVERIFY(isDone());
    QCOMPARE(m_desk->composition().settings().device(), text("cpu"));
}

void SummaryPanelTest::aSelectionIsSummarized()
{
    open();
    m_driver->find(text("Insurance.docx, ready"))->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Space);
    QVERIFY(m_driver->waitFor(text("1 file selected")));
    m_driver->find(text("Lease.pdf, ready"))->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Space);
    QVERIFY(m_driver->waitFor(text("2 files selected")));
    QVERIFY(m_driver->click(text("Summarize them")));
    QVERIFY(m_driver->waitFor(text("Summary of Insurance.docx and 1 more")));
    QVERIFY(begin());
    QVERIFY(isDone());
    QCOMPARE(summaries().coverage().filesRead, 2);

    FileListModel files;
    const QAbstractItemModelTester tester(&files);
    files.setIngest(&m_desk->composition().ingest());
    files.setCollection(m_desk->composition().collections().named(text("House")));
    QTRY_COMPARE(files.total(), 10);
    files.toggle(1);
    files.selectThrough(3);
    QCOMPARE(files.selectedPaths().size(), 3);
    files.setFilter(text("lease"));
    QCOMPARE(files.selectedCount(), 3);
    files.selectAll();
    QCOMPARE(files.selectedCount(), 4);
    files.clearSelection();
    QCOMPARE(files.selectedPaths(), QStringList());
}

void SummaryPanelTest::aCollectionSaysWhatWasNotRead()
{
    open();
    QVERIFY(m_driver->click(text("Summarize all")));
    QVERIFY(m_driver->waitFor(text("Summary of House")));
    QVERIFY(begin());
    QVERIFY(isDone());
    const auto unread = summaries().coverage().unreadFiles.size();
    QVERIFY(unread > 3);
    QVERIFY(m_driver->click(QStringLiteral("%1 files not read whole").arg(unread)));
    QVERIFY(m_driver->waitFor(text("Open Accounts.xlsx: It is encrypted.")));
    QVERIFY(m_driver->click(text("1 page without text")));
    QVERIFY(m_driver->waitFor(text("Open Floor plan.pdf, p. 2")));
    QVERIFY(m_driver->find(text("Open Accounts.xlsx")) == nullptr);
}

void SummaryPanelTest::questionsAreAnsweredInstead()
{
    open();
    choose("Lease.pdf, ready");
    QVERIFY(m_driver->click(text("Answers")));
    QVERIFY(m_driver->waitFor(text("Questions, one a line")));
    QVERIFY(!m_driver->named(text("beginSummary"))->isEnabled());
    QVERIFY(m_driver->click(m_driver->named(text("summaryQuestions"))));
    m_driver->type(text("When is the rent due?"));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("beginSummary"))->isEnabled(); }));
    QVERIFY(begin());
    QVERIFY(isDone());
    QVERIFY(m_driver->waitFor(text("Answers from Lease.pdf")));
    QCOMPARE(summaries().request().questions, QStringList{text("When is the rent due?")});
}

void SummaryPanelTest::itIsCopiedAndSavedWithItsSources()
{
    open();
    choose("Lease.pdf, ready");
    QVERIFY(begin());
    QVERIFY(isDone());
    QVERIFY(m_driver->click(text("Copy")));
    QVERIFY(m_driver->waitFor(text("Copied")));
    const QString copied = QGuiApplication::clipboard()->text();
    QVERIFY(copied.startsWith(text("# Summary of Lease.pdf\n")));
    QVERIFY2(copied.contains(text("[^a1s1]: **Lease.pdf, p. 1**")), qPrintable(copied));
    QVERIFY(copied.contains(summaries().coverage().sentence()));

    SummaryDesk desk;
    desk.setService(&summaries());
    desk.setCollections(&m_desk->composition().collections());
    desk.setProperty("exports", QVariant::fromValue(&m_desk->composition().exports()));
    desk.takeNewest();
    QCOMPARE(desk.standing(), SummaryDesk::Done);
    const QString path = m_desk->documentFolder() + u'/' + desk.fileName() + text(".html");
    QSignalSpy saved(&m_desk->composition().exports(), &app::ExportService::saved);
    desk.saveAs(path);
    QTRY_COMPARE(saved.count(), 1);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString page = QString::fromUtf8(file.readAll());
    QVERIFY(page.contains(text("<h1>Summary of Lease.pdf</h1>")));
    QVERIFY(page.contains(text("href=\"#a1s1\"")));
    QVERIFY(m_driver->waitFor(text("Saved as Summary of Lease.html")));
}

void SummaryPanelTest::onlyOneIsMadeAtATime()
{
    open();
    choose("Lease.pdf, ready");
    QVERIFY(beginAndHold());
    m_driver->press(Qt::Key_Escape);
    choose("Insurance.docx, ready");
    QVERIFY(m_driver->waitFor(text("“Summary of Lease.pdf” is being made")));
    QVERIFY(!m_driver->named(text("beginSummary"))->isEnabled());
    QVERIFY(m_driver->click(text("Show that one")));
    QVERIFY(m_driver->waitFor(text("Pause")));
    m_desk->player().resume();
    QVERIFY(isDone());
}

void SummaryPanelTest::blocksKeepWhatDidNotChange()
{
    SummaryBlocks blocks;
    const QAbstractItemModelTester tester(&blocks);
    blocks.setGrowing(true);
    blocks.setText(text("The rent is due [1].\n\nThe"));
    QCOMPARE(blocks.count(), 2);
    const auto blockAt = [&](int row) {
        return blocks.data(blocks.index(row), SummaryBlocks::BlockRole).value<app::markdown::Block>();
    };
    QCOMPARE(blockAt(0).content.links.size(), 1);
    QCOMPARE(SummaryBlocks::sourceOf(blockAt(0).content.links.first()), 1);
    QCOMPARE(SummaryBlocks::sourceOf(text("https://example.org")), 0);
    QCOMPARE(SummaryBlocks::sourceOf(text("source:1")), 0);
    QVERIFY(blocks.data(blocks.index(1), SummaryBlocks::OpenRole).toBool());
    QVERIFY(!blocks.data(blocks.index(0), SummaryBlocks::OpenRole).toBool());

    const QSignalSpy reset(&blocks, &QAbstractItemModel::modelReset);
    const QSignalSpy removed(&blocks, &QAbstractItemModel::rowsRemoved);
    blocks.setText(text("The rent is due [1].\n\nThe deposit is returned.\n\n- one\n- two"));
    QCOMPARE(blocks.count(), 4);
    // What the model repeated is taken back.
    blocks.setText(text("The rent is due [1].\n\nThe deposit is returned [2]."));
    QCOMPARE(blocks.count(), 2);
    QCOMPARE(removed.count(), 1);
    QCOMPARE(reset.count(), 0);
    QCOMPARE(SummaryBlocks::sourceOf(blockAt(1).content.links.first()), 2);
    blocks.setGrowing(false);
    QVERIFY(!blocks.data(blocks.index(1), SummaryBlocks::OpenRole).toBool());
    blocks.setText({});
    QCOMPARE(blocks.count(), 0);
}

int main(int argc, char **argv)
{
    ui::Window::prepare("test");
    const QGuiApplication application(argc, argv);
    SummaryPanelTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "summary_panel_test.moc"
