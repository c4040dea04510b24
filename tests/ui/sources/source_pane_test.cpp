// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sources of answers in the whole window: numbers in the text, the pane beside it, keys, and what can go wrong.
#include "app/chat_service.h"
#include "app/source_service.h"
#include "tests/ui/warnings_fail.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/sample_documents.h"
#include "ui/offline/window_driver.h"
#include "ui/shell/window.h"
#include "ui/sources/page_view.h"

#include <QAccessible>
#include <QFile>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace ui;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

QList<QQuickItem *> itemsNamed(QQuickItem *item, const QString &objectName)
{
    QList<QQuickItem *> found;
    if (!item->isVisible())
        return found;
    if (item->objectName() == objectName)
        found.append(item);
    const QList<QQuickItem *> children = item->childItems();
    for (QQuickItem *child : children)
        found += itemsNamed(child, objectName);
    return found;
}

QString descriptionOf(QQuickItem *item)
{
    return QAccessible::queryAccessibleInterface(item)->text(QAccessible::Description);
}

} // namespace

class SourcePaneTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { testing::countWarnings(); }
    void cleanup();

    void aClickOnANumberShowsItsPage();
    void enterOnANumberShowsItsSourceAndEscapeGivesTheKeyboardBack();
    void altAndArrowsWalkTheSources();
    void buttonsWalkTheSourcesToTheirEnds();
    void thePageIsDrawnForTheScreensPixels();
    void aFormatWithoutPagesShowsItsText();
    void whyAPassageWasChosenIsSaid();
    void theFileOpensInTheSystemsViewer();
    void aPageThatCannotBeDrawnShowsItsText();
    void aFileThatIsNotThereIsSaid();
    void aNarrowWindowHasADrawer();
    void thePaneMovesWithTheWindowsWidth();
    void anotherChatClosesThePane();
    void sentencesThatNoSourceSaysAreMarked();
    void numbersThatWereFoundAfterwardsAreSaidToBe();
    void sourcesAreFoldedUnderTheAnswer();
    void whatTheAnswerRefersToIsLearnedWhileItsSourceIsShown();
    void aRefusalShowsWhatComesNearest();

private:
    void open(QSize size = QSize(1280, 800))
    {
        m_desk = std::make_unique<OfflineDesk>(
            OfflineDeskOptions{.dataFolder = {}, .talks = false, .documents = true, .sources = true});
        QVERIFY(m_desk->start());
        m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
        m_driver->resize(size);
        // Numbers stand at the top of the answer.
        QVERIFY(m_driver->waitUntil([this] { return m_driver->named(text("grounding")) != nullptr; }));
        QVERIFY(QMetaObject::invokeMethod(m_driver->named(text("transcript")), "showRow", Q_ARG(int, 0)));
        QVERIFY(m_driver->waitUntil([this] { return !chips().isEmpty(); }));
        (void)m_driver->picture();
    }
    [[nodiscard]] app::SourceService &sources() const { return m_desk->composition().sources(); }
    [[nodiscard]] app::ChatService &chat() const { return m_desk->composition().chat(); }
    /// In the order of the text.
    [[nodiscard]] QList<QQuickItem *> chips() const
    {
        QList<QQuickItem *> found = itemsNamed(m_desk->window().quickWindow()->contentItem(), text("citationChip"));
        std::ranges::sort(found, {}, [](QQuickItem *chip) {
            const QPointF place = chip->mapToScene({});
            return std::pair(place.y(), place.x());
        });
        return found;
    }
    [[nodiscard]] QQuickItem *pane() const { return m_driver->named(text("sourcePane")); }
    [[nodiscard]] QString wordsOf(const char *objectName) const
    {
        const QQuickItem *item = m_driver->named(text(objectName));
        return item == nullptr ? QString() : item->property("text").toString();
    }
    [[nodiscard]] bool waitForPage() const
    {
        return m_driver->waitUntil([this] {
            return sources().pictureState() == app::PictureState::Ready && m_driver->named(text("pageView")) != nullptr;
        });
    }
    /// Shows the first source from a file of that kind, whether the answer refers to it or not.
    [[nodiscard]] bool show(bool hasPages) const
    {
        const app::MessageValue &answer = chat().transcript().constLast();
        const auto found = std::ranges::find(answer.citations, hasPages, [](const app::CitationValue &citation) {
            return citation.documentName.endsWith(QStringLiteral(".pdf"));
        });
        if (found == answer.citations.end())
            return false;
        sources().show(answer.id, answer.citations, found->ordinal);
        return m_driver->waitUntil(
            [this] { return sources().view().standing != app::SourceStanding::Looking && pane() != nullptr; });
    }

    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
};

void SourcePaneTest::cleanup()
{
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    m_driver.reset();
    m_desk.reset();
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void SourcePaneTest::aClickOnANumberShowsItsPage()
{
    open();
    QVERIFY(pane() == nullptr);
    QQuickItem *chip = chips().constFirst();
    QVERIFY2(accessibleName(chip).endsWith(text(", Lease.pdf, p. 3")), qPrintable(accessibleName(chip)));
    QVERIFY(!chip->property("current").toBool());
    QVERIFY(m_driver->click(chip));
    QVERIFY(waitForPage());
    QCOMPARE(wordsOf("sourceName"), text("Lease.pdf"));
    QCOMPARE(wordsOf("sourcePlace"), text("page 3 of 14"));
    QCOMPARE(accessibleName(pane()), text("Source: Lease.pdf, page 3 of 14"));
    QVERIFY(chip->property("current").toBool());
    QVERIFY(descriptionOf(m_driver->named(text("pageArea"))).contains(text("three months' notice")));
    // The passage is marked, and in sight.
    auto *page = qobject_cast<PageView *>(m_driver->named(text("pageView")));
    QVERIFY(page != nullptr);
    const QRectF marked = page->marked();
    QVERIFY(marked.height() > 10);
    QVERIFY(page->mapRectToItem(pane(), marked).top() > 50);
    QVERIFY(page->mapRectToItem(pane(), marked).bottom() < pane()->height());
    const qreal scale = page->image().width() / page->width();
    const QPointF inside = QPointF(marked.left() - 1, marked.center().y()) * scale;
    QCOMPARE(page->image().pixelColor(inside.toPoint()), page->markColor());
    QCOMPARE(page->image().pixelColor(3, 3), QColor(Qt::white));
}

void SourcePaneTest::enterOnANumberShowsItsSourceAndEscapeGivesTheKeyboardBack()
{
    open();
    QQuickItem *chip = chips().constFirst();
    chip->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Return);
    QVERIFY(waitForPage());
    QVERIFY(m_driver->waitUntil([this] { return m_driver->named(text("pageArea"))->hasActiveFocus(); }));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([this] { return pane() == nullptr; }));
    QVERIFY(!sources().isOpen());
    QVERIFY(chip->hasActiveFocus());
    // Escape closes it also for who goes on writing.
    m_driver->press(Qt::Key_Return);
    QVERIFY(waitForPage());
    QVERIFY(m_driver->click(m_driver->named(text("composerText"))));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([this] { return pane() == nullptr; }));
    QVERIFY(m_driver->named(text("composerText"))->hasActiveFocus());
}

void SourcePaneTest::altAndArrowsWalkTheSources()
{
    open();
    QVERIFY(m_driver->click(m_driver->named(text("composerText"))));
    m_driver->press(Qt::Key_Down, Qt::AltModifier);
    QVERIFY(waitForPage());
    QCOMPARE(sources().index(), 0);
    QVERIFY(sources().citation().used);
    QVERIFY(sources().count() > 1);
    QVERIFY(m_driver->named(text("composerText"))->hasActiveFocus());
    m_driver->press(Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(sources().index(), 1);
    // The keys are the same wherever the keyboard is: in the pane, and on a number in the text.
    QVERIFY(m_driver->click(chips().constFirst()));
    QVERIFY(m_driver->waitUntil([this] {
        const QQuickItem *area = m_driver->named(text("pageArea"));
        return area != nullptr && area->hasActiveFocus();
    }));
    const int chosen = sources().index();
    m_driver->press(Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(sources().index(), chosen + 1);
    chips().constFirst()->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(sources().index(), chosen);
}

void SourcePaneTest::buttonsWalkTheSourcesToTheirEnds()
{
    open();
    m_driver->press(Qt::Key_Down, Qt::AltModifier);
    QVERIFY(waitForPage());
    QVERIFY(!m_driver->find(text("Source before"))->isEnabled());
    // What the answer refers to comes first.
    bool before = true;
    for (int i = 0; i < sources().count(); ++i) {
        QCOMPARE(sources().index(), i);
        QVERIFY(before || !sources().citation().used);
        before = sources().citation().used;
        if (i + 1 < sources().count())
            QVERIFY(m_driver->click(m_driver->named(text("Next source"))));
    }
    QVERIFY(!m_driver->named(text("Next source"))->isEnabled());
    QVERIFY(m_driver->click(m_driver->named(text("Source before"))));
    QCOMPARE(sources().index(), sources().count() - 2);
    QVERIFY(m_driver->click(m_driver->named(text("Close the source"))));
    QVERIFY(m_driver->waitUntil([this] { return pane() == nullptr; }));
}

void SourcePaneTest::thePageIsDrawnForTheScreensPixels()
{
    open();
    QVERIFY(show(true));
    QVERIFY(waitForPage());
    // Asked for anew each time: a source that is shown again has another view.
    const auto page = [this] { return qobject_cast<PageView *>(m_driver->named(text("pageView"))); };
    const auto isSharp = [&](qreal width) {
        return m_driver->waitUntil([&] {
            const PageView *view = page();
            return view != nullptr && sources().pictureState() == app::PictureState::Ready && view->width() == width &&
                   view->image().width() == qRound(width * m_desk->window().quickWindow()->devicePixelRatio());
        });
    };
    (void)m_driver->picture(); // nothing changes any more
    QVERIFY(page() != nullptr);
    const qreal width = page()->width();
    QVERIFY(isSharp(width));
    m_driver->named(text("pageArea"))->forceActiveFocus();
    m_driver->press(Qt::Key_Plus, Qt::ControlModifier);
    QVERIFY(isSharp(std::round(width * 1.25)));
    m_driver->press(Qt::Key_0, Qt::ControlModifier);
    QVERIFY(isSharp(width));
    // The same with the pointer.
    QVERIFY(m_driver->click(text("Enlarge the page")));
    QVERIFY(isSharp(2 * width));
    // The next page is shown as large.
    sources().next();
    QVERIFY(isSharp(2 * width));
    sources().previous();
    QVERIFY(isSharp(2 * width));
    QVERIFY(m_driver->click(text("Fit the page to the width")));
    QVERIFY(isSharp(width));
}

void SourcePaneTest::aFormatWithoutPagesShowsItsText()
{
    open();
    QVERIFY(show(false));
    QVERIFY(m_driver->waitUntil([this] { return m_driver->named(text("passageText")) != nullptr; }));
    QVERIFY(m_driver->named(text("pageArea")) == nullptr);
    const app::SourceView &view = sources().view();
    QVERIFY(view.markLength > 0);
    QCOMPARE(wordsOf("passageText"), view.text);
    QVERIFY(sources().citation().text.contains(view.text.mid(view.markStart, view.markLength).simplified().first(20)));
    QCOMPARE(sources().pictureState(), app::PictureState::None);
}

void SourcePaneTest::whyAPassageWasChosenIsSaid()
{
    open();
    m_driver->press(Qt::Key_Down, Qt::AltModifier);
    QVERIFY(waitForPage());
    QVERIFY(m_driver->named(text("reasons")) == nullptr);
    QVERIFY(m_driver->click(text("Why this passage?")));
    QVERIFY(m_driver->waitFor(text("Found by its ")));
    QVERIFY(m_driver->waitFor(text("The answer refers to it.")));
    QVERIFY(m_driver->click(text("Why this passage?")));
    QVERIFY(m_driver->waitUntil([this] { return m_driver->named(text("reasons")) == nullptr; }));
}

void SourcePaneTest::theFileOpensInTheSystemsViewer()
{
    open();
    const QSignalSpy asked(&m_desk->window().context(), &AppContext::fileRequested);
    m_driver->press(Qt::Key_Down, Qt::AltModifier);
    QVERIFY(waitForPage());
    QVERIFY(m_driver->click(text("Open in the system's viewer")));
    QCOMPARE(asked.count(), 1);
    QVERIFY(asked.first().first().toString().endsWith(text("/Documents/House/Lease.pdf")));
}

void SourcePaneTest::aPageThatCannotBeDrawnShowsItsText()
{
    open();
    m_desk->breakPages(true);
    QVERIFY(m_driver->click(chips().constFirst()));
    QVERIFY(m_driver->waitFor(text("Draw it again")));
    QCOMPARE(sources().pictureState(), app::PictureState::Failed);
    QVERIFY(wordsOf("passageText").contains(text("Either party may end the lease")));
    m_desk->breakPages(false);
    (void)m_driver->picture(); // everything has its place
    QVERIFY(m_driver->click(text("Draw it again")));
    QVERIFY(waitForPage());
    QVERIFY(m_driver->waitUntil([this] { return m_driver->find(text("Draw it again")) == nullptr; }));
}

void SourcePaneTest::aFileThatIsNotThereIsSaid()
{
    open();
    QVERIFY(QFile::remove(m_desk->documentFolder() + text("/House/Lease.pdf")));
    QVERIFY(m_driver->click(chips().constFirst()));
    QVERIFY(m_driver->waitFor(text("The file is not there any more.")));
    // The source is looked up once more when the index hears of it.
    QVERIFY(m_driver->waitUntil([this] {
        const QQuickItem *button = m_driver->find(text("Open in the system's viewer"));
        return m_driver->named(text("passageText")) != nullptr && button != nullptr && !button->isEnabled() &&
               wordsOf("passageText").contains(text("Either party may end the lease"));
    }));
}

void SourcePaneTest::aNarrowWindowHasADrawer()
{
    open(QSize(700, 700));
    QQuickItem *chip = chips().constFirst();
    QVERIFY(m_driver->click(chip));
    QVERIFY(waitForPage());
    QVERIFY(m_driver->waitUntil([this] {
        const QRectF place = pane()->mapRectToScene(pane()->boundingRect());
        return qFuzzyCompare(place.right(), 700) && place.left() > 100;
    }));
    // The conversation keeps its place under the drawer.
    QCOMPARE(m_driver->named(text("chatPage"))->width(), 700.0);
    const int shown = sources().index();
    m_driver->press(Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(sources().index(), shown + 1);
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([this] { return pane() == nullptr; }));
    QVERIFY(!sources().isOpen());
    QVERIFY(chip->hasActiveFocus());
}

void SourcePaneTest::thePaneMovesWithTheWindowsWidth()
{
    open();
    QVERIFY(m_driver->click(chips().constFirst()));
    QVERIFY(waitForPage());
    QVERIFY(m_driver->named(text("chatPage"))->width() < 700);
    m_driver->resize(QSize(700, 700));
    QVERIFY(m_driver->waitUntil([this] { return m_driver->named(text("chatPage"))->width() == 700; }));
    QVERIFY(waitForPage());
    QVERIFY(sources().isOpen());
    m_driver->resize(QSize(1280, 800));
    QVERIFY(m_driver->waitUntil([this] { return m_driver->named(text("chatPage"))->width() < 700; }));
    QVERIFY(sources().isOpen());
    QVERIFY(waitForPage());
}

void SourcePaneTest::anotherChatClosesThePane()
{
    open();
    QVERIFY(m_driver->click(chips().constFirst()));
    QVERIFY(waitForPage());
    // Another room hides it, and it is there again afterwards.
    QVERIFY(m_driver->click(text("Documents")));
    QVERIFY(m_driver->waitUntil([this] { return pane() == nullptr; }));
    QVERIFY(m_driver->click(text("Ending the lease")));
    QVERIFY(m_driver->waitUntil([this] { return pane() != nullptr; }));
    m_driver->press(Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m_driver->waitUntil([this] { return pane() == nullptr && !sources().isOpen(); }));
}

void SourcePaneTest::sentencesThatNoSourceSaysAreMarked()
{
    open();
    QVERIFY(m_driver->waitFor(text("Answered from ")));
    QVERIFY2(wordsOf("grounding")
                 .contains(text(" of 5 sentences supported by your documents; what is underlined was "
                                "not found there.")),
             qPrintable(wordsOf("grounding")));
    const QList<QQuickItem *> texts = itemsNamed(m_desk->window().quickWindow()->contentItem(), text("blockText"));
    const auto told = std::ranges::count_if(texts, [](QQuickItem *item) {
        return descriptionOf(item).startsWith(text("Not found in your documents: Notice by e-mail"));
    });
    QCOMPARE(told, 1);
    // The same in a tip, for who wonders about the line.
    QQuickItem *doubted = *std::ranges::find_if(texts, [](QQuickItem *item) { return !descriptionOf(item).isEmpty(); });
    QTest::mouseMove(m_desk->window().quickWindow(), doubted->mapToScene(QPointF(60, 12)).toPoint());
    const auto isTold = [this] { return !m_driver->findAll(text("Not found in your documents")).isEmpty(); };
    QVERIFY(m_driver->waitUntil(isTold));
    (void)m_driver->picture(); // it stays
    QVERIFY(isTold());
}

void SourcePaneTest::numbersThatWereFoundAfterwardsAreSaidToBe()
{
    open();
    QList<QQuickItem *> added;
    const QList<QQuickItem *> all = chips();
    std::ranges::copy_if(all, std::back_inserter(added),
                         [](QQuickItem *chip) { return chip->property("added").toBool(); });
    QCOMPARE(added.size(), 1); // of the sentence about the deposit, which cites nothing
    QVERIFY2(accessibleName(added.constFirst()).endsWith(text(", Lease.pdf, p. 4")),
             qPrintable(accessibleName(added.constFirst())));
    QVERIFY(!descriptionOf(added.constFirst()).isEmpty());
    QVERIFY(descriptionOf(all.constFirst()).isEmpty());
}

void SourcePaneTest::sourcesAreFoldedUnderTheAnswer()
{
    open();
    QQuickItem *fold = m_driver->named(text("sourcesFold"));
    QVERIFY(fold != nullptr);
    QVERIFY2(accessibleName(fold).contains(text("used")), qPrintable(accessibleName(fold)));
    QVERIFY(m_driver->named(text("sourceEntry")) == nullptr);
    QVERIFY(m_driver->click(fold));
    QVERIFY(m_driver->waitUntil([this] { return m_driver->named(text("sourceEntry")) != nullptr; }));
    const QList<QQuickItem *> entries = itemsNamed(m_desk->window().quickWindow()->contentItem(), text("sourceEntry"));
    QCOMPARE(entries.size(),
             std::ranges::count_if(chat().transcript().constLast().citations, &app::CitationValue::used));
    QVERIFY(m_driver->click(entries.constLast()));
    QVERIFY(waitForPage());
    QVERIFY(entries.constLast()->property("current").toBool());
}

void SourcePaneTest::whatTheAnswerRefersToIsLearnedWhileItsSourceIsShown()
{
    open();
    // In a chat of its own, so that its sources come with the question.
    const QString question = chat().transcript().constFirst().text;
    const QString collection = chat().documents().constFirst().collectionUuid;
    chat().open({});
    chat().attachCollection(collection);
    QVERIFY(m_driver->waitUntil([this] { return chat().transcript().isEmpty() && chat().documents().size() == 1; }));
    const QSignalSpy held(&m_desk->player(), &OfflinePlayer::held);
    m_desk->player().holdAfter(80);
    chat().send(question);
    QVERIFY(m_driver->waitUntil([&] { return !held.isEmpty(); }));
    // Sources can be read while the answer is being written.
    m_driver->press(Qt::Key_Down, Qt::AltModifier);
    QVERIFY(waitForPage());
    QCOMPARE(sources().message(), chat().transcript().constLast().id);
    QCOMPARE(sources().usedCount(), 0);
    const qint32 shown = sources().citation().ordinal;
    m_desk->player().resume();
    QVERIFY(m_driver->waitUntil([this] { return chat().transcript().constLast().grounding.checked; }));
    QVERIFY(sources().isOpen());
    QVERIFY(sources().usedCount() > 0);
    QCOMPARE(sources().citation().ordinal, shown);
    QVERIFY(waitForPage());
}

void SourcePaneTest::aRefusalShowsWhatComesNearest()
{
    open();
    chat().setDocumentMode(app::DocumentMode::Only);
    QVERIFY(m_driver->waitUntil([this] { return chat().documentMode() == app::DocumentMode::Only; }));
    QVERIFY(m_desk->ask(text("Xylophon quartz zebra?")));
    QVERIFY(chat().transcript().constLast().grounding.refused);
    QVERIFY(m_driver->waitFor(text("What comes nearest, shown")));
    QVERIFY(m_driver->waitFor(text("The model was not asked")));
}

int main(int argc, char **argv)
{
    ui::Window::prepare("test");
    const QGuiApplication application(argc, argv);
    SourcePaneTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "source_pane_test.moc"
