// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The whole window, used by accessible names and keys, over real storage and scripted answers.
#include "ui/shell/window.h"

#include "app/chat_service.h"
#include "app/conversation_service.h"
#include "app/device_service.h"
#include "app/model_service.h"
#include "app/settings.h"
#include "tests/ui/warnings_fail.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/sample_models.h"
#include "ui/offline/sample_talks.h"
#include "ui/offline/window_driver.h"

#include <QClipboard>
#include <QDir>
#include <QGuiApplication>
#include <QInputMethodEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

using namespace ui;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

/// What still begins on the left in a mirrored window: texts in places wider than they are, and whatever is narrower
/// than the column it stands in.
QStringList beginsOnTheLeft(QQuickItem *item)
{
    QStringList found;
    if (!item->isVisible() || item->opacity() <= 0)
        return found;
    if (item->inherits("QQuickText") && item->width() > item->property("contentWidth").toReal() + 1 &&
        item->property("effectiveHorizontalAlignment").toInt() == Qt::AlignLeft)
        found.append(item->property("text").toString());
    const QList<QQuickItem *> children = item->childItems();
    for (QQuickItem *child : children) {
        if (item->inherits("QQuickColumn") && child->isVisible() && child->x() < 1 && child->width() > 0 &&
            child->width() < item->width() - 1)
            found.append(QString::fromLatin1(child->metaObject()->className()) + u' ' + accessibleName(child));
        found += beginsOnTheLeft(child);
    }
    return found;
}

} // namespace

class WindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { testing::countWarnings(); }
    void cleanup();

    void newChatIsNamedAndListed();
    void conversationsAreRenamed();
    void conversationsGoToTheTrashAndComeBack();
    void theTrashIsEmptiedAfterAQuestion();
    void searchOpensAConversation();
    void enterSendsAndShiftEnterBreaks();
    void enterLeavesAnUnfinishedCompositionAlone();
    void escapeStopsTheAnswer();
    void answeringAgainMakesVersions();
    void editingMakesAVersion();
    void theMeterCountsWhileOneTypes();
    void overflowIsAnnouncedBeforeSending();
    void theModelIsChosenByKeyboard();
    void aFailureOffersAWayOut();
    void fallbackIsSaidInTheStatusLine();
    void whyTheProcessorAnswersIsSaid();
    void aChatFormatThatIsNotTheFilesIsSaid();
    void thatPartOfAModelStaysInMainMemoryIsSaid();
    void whyThereAreNoGraphicsDevicesIsSaid();
    void theReadersPlaceStaysWhileTextArrives();
    void rowsLookTheSameWhenTheyComeBack();
    void thoughtsAreFolded();
    void codeIsCopied();
    void linksAskFirst();
    void draftsAreKept();
    void aStarterModelLeadsStraightToTheChat();
    void withoutAModelTheFirstStartHelps();
    void aDroppedFileIsAdded();
    void theLookFollowsTheSettings();
    void aNarrowWindowHasADrawer();
    void toastsLeaveTheComposerFree();
    void largeTextFitsALowWindow();
    void shortcutsReachEveryRoom();
    void tabReachesComposerAndSidebar();
    void rightToLeftIsMirrored();
    void rightToLeftLinesBeginOnTheRight_data();
    void rightToLeftLinesBeginOnTheRight();
    void rightToLeftWritingBeginsOnTheRight();

private:
    void open(OfflineDeskOptions options)
    {
        m_desk = std::make_unique<OfflineDesk>(std::move(options));
        QVERIFY(m_desk->start());
        m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
    }
    /// A profile with models and nothing else.
    void openBlank() { open({.dataFolder = {}, .talks = false, .models = true, .firstStartDone = true}); }
    void openFull() { open({}); }
    [[nodiscard]] app::ChatService &chat() const { return m_desk->composition().chat(); }
    [[nodiscard]] bool answered(qsizetype messages) const
    {
        return m_driver->waitUntil([&] { return !chat().isBusy() && chat().transcript().size() == messages; });
    }
    void ask(const QString &question)
    {
        m_driver->type(question);
        m_driver->press(Qt::Key_Return);
    }
    [[nodiscard]] QString composerText() const
    {
        return m_driver->named(text("composerText"))->property("text").toString();
    }
    /// The answer stands still after some characters.
    [[nodiscard]] bool hold(const QString &question, qsizetype characters)
    {
        QSignalSpy held(&m_desk->player(), &OfflinePlayer::held);
        m_desk->player().holdAfter(characters);
        ask(question);
        return m_driver->waitUntil([&] { return !held.isEmpty(); });
    }

    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
};

void WindowTest::cleanup()
{
    QGuiApplication::setLayoutDirection(Qt::LayoutDirectionAuto);
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    m_driver.reset();
    m_desk.reset();
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void WindowTest::newChatIsNamedAndListed()
{
    openBlank();
    ask(text("Write a packing list for Graz"));
    QVERIFY(answered(2));
    QVERIFY(m_driver->waitFor(text("Write a packing list for Graz")));
    m_driver->press(Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m_driver->waitUntil([&] { return chat().transcript().isEmpty(); }));
    QVERIFY(m_driver->click(text("Write a packing list for Graz")));
    QVERIFY(answered(2));
}

void WindowTest::conversationsAreRenamed()
{
    openFull();
    QVERIFY(m_driver->click(text("Minutes of the council")));
    QVERIFY(answered(2));
    m_driver->find(text("Minutes of the council"))->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_F2);
    QVERIFY(m_driver->waitFor(text("New title")));
    m_driver->type(text("Footbridge"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("Footbridge")));
    QVERIFY(m_driver->find(text("Minutes of the council")) == nullptr);
}

void WindowTest::conversationsGoToTheTrashAndComeBack()
{
    openFull();
    QVERIFY(m_driver->hover(text("Bread without kneading")));
    QVERIFY(m_driver->click(text("More about Bread without kneading")));
    QVERIFY(m_driver->click(text("Move to the trash")));
    QVERIFY(m_driver->waitFor(text("Undo")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Bread without kneading")) == nullptr; }));
    QVERIFY(m_driver->click(text("Undo")));
    QVERIFY(m_driver->waitFor(text("Bread without kneading")));
}

void WindowTest::theTrashIsEmptiedAfterAQuestion()
{
    openFull();
    QVERIFY(m_driver->click(text("Trash")));
    QVERIFY(m_driver->waitFor(text("Names for a sailing boat")));
    QVERIFY(m_driver->click(text("Restore Names for a sailing boat")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Restore Names for a sailing boat")) == nullptr; }));
    QVERIFY(m_driver->click(text("Empty the trash")));
    QVERIFY(m_driver->click(text("Erase for good")));
    QVERIFY(m_driver->waitFor(text("The trash is empty")));
}

void WindowTest::searchOpensAConversation()
{
    openFull();
    m_driver->press(Qt::Key_K, Qt::ControlModifier);
    QVERIFY(m_driver->waitFor(text("Search titles and messages")));
    m_driver->type(text("footbridge"));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Minutes of the council:")) != nullptr; }));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitUntil([&] {
        return !chat().transcript().isEmpty() && chat().transcript().constFirst().text.contains(text("minutes"));
    }));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Search titles and messages")) == nullptr; }));
}

void WindowTest::enterSendsAndShiftEnterBreaks()
{
    openBlank();
    m_driver->type(text("One"));
    m_driver->press(Qt::Key_Return, Qt::ShiftModifier);
    m_driver->type(text("Two"));
    QCOMPARE(composerText(), text("One\nTwo"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(answered(2));
    QCOMPARE(chat().transcript().constFirst().text, text("One\nTwo"));
    QCOMPARE(composerText(), QString());
    m_driver->press(Qt::Key_Return);
    QVERIFY(!chat().isBusy());
    m_desk->composition().settings().setEnterSends(false);
    m_driver->type(text("Three"));
    m_driver->press(Qt::Key_Return);
    QCOMPARE(composerText(), text("Three\n"));
    m_driver->press(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(answered(4));
}

void WindowTest::enterLeavesAnUnfinishedCompositionAlone()
{
    openBlank();
    m_driver->type(text("Say "));
    QInputMethodEvent composing(text("nihao"), {});
    QCoreApplication::sendEvent(QGuiApplication::focusObject(), &composing);
    m_driver->press(Qt::Key_Return);
    QVERIFY(!chat().isBusy());
    QVERIFY(chat().transcript().isEmpty());
    QInputMethodEvent commit;
    commit.setCommitString(QStringLiteral("你好"));
    QCoreApplication::sendEvent(QGuiApplication::focusObject(), &commit);
    QVERIFY(composerText().contains(QStringLiteral("你好")));
}

void WindowTest::escapeStopsTheAnswer()
{
    openBlank();
    QVERIFY(hold(text("stable merge"), 60));
    QVERIFY(m_driver->waitFor(text("Stop")));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(answered(2));
    QCOMPARE(chat().transcript().constLast().state, app::MessageState::Stopped);
    QVERIFY(chat().transcript().constLast().text.size() >= 60);
    QVERIFY(m_driver->waitFor(text("Send")));
}

void WindowTest::answeringAgainMakesVersions()
{
    openBlank();
    ask(text("provenance"));
    QVERIFY(answered(2));
    m_desk->setAuthor([](const QString &) {
        return OfflineAnswer{.thinking = {}, .answer = QStringLiteral("Another answer."), .error = {}};
    });
    QVERIFY(m_driver->click(text("Answer again")));
    QVERIFY(m_driver->waitFor(text("Version 2 of 2")));
    QVERIFY(answered(2));
    QCOMPARE(chat().transcript().constLast().text, text("Another answer."));
    QVERIFY(m_driver->click(text("Version before")));
    QVERIFY(m_driver->waitFor(text("Version 1 of 2")));
    QVERIFY(m_driver->waitUntil([&] { return chat().transcript().constLast().text.contains(text("Provenance")); }));
}

void WindowTest::editingMakesAVersion()
{
    openBlank();
    ask(text("provenance"));
    QVERIFY(answered(2));
    m_driver->press(Qt::Key_Up); // in an empty box: the last question
    QVERIFY(m_driver->waitFor(text("Cancel")));
    QCOMPARE(composerText(), text("provenance"));
    m_driver->type(text(", please"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("Version 2 of 2")));
    QVERIFY(answered(2));
    QCOMPARE(chat().transcript().constFirst().text, text("provenance, please"));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Cancel")) == nullptr; }));
    QVERIFY(m_driver->click(text("Version before")));
    QVERIFY(m_driver->waitUntil([&] { return chat().transcript().constFirst().text == text("provenance"); }));
}

void WindowTest::theMeterCountsWhileOneTypes()
{
    openBlank();
    // The assistant's instructions are five words; the scripted engine counts words.
    m_driver->type(text("one two three"));
    QVERIFY(m_driver->waitFor(text("8 of 8192 tokens of context used")));
    m_driver->type(text(" four"));
    QVERIFY(m_driver->waitFor(text("9 of 8192 tokens of context used")));
}

void WindowTest::overflowIsAnnouncedBeforeSending()
{
    openBlank();
    m_desk->port().setContextLength(195);
    m_desk->port().loadModel({.modelId = text("smollm2-135m-instruct.q4_1"), .path = {}, .device = text("cpu")});
    ask(text("tax letter"));
    QVERIFY(answered(2));
    const QString longQuestion = QStringLiteral("word ").repeated(80);
    m_driver->type(longQuestion);
    QVERIFY(m_driver->waitFor(text("Leave out the oldest 1 turn")));
    m_driver->press(Qt::Key_Return);
    QVERIFY(!chat().isBusy());
    QCOMPARE(composerText(), longQuestion);
    QVERIFY(m_driver->click(text("Leave out the oldest 1 turn")));
    m_driver->click(m_driver->named(text("composerText")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("sendOrStop"))->isEnabled(); }));
    m_driver->press(Qt::Key_Return);
    QVERIFY(answered(4));
    QCOMPARE(chat().transcript().constLast().record.droppedTurns, 1);
}

void WindowTest::theModelIsChosenByKeyboard()
{
    openBlank();
    m_driver->press(Qt::Key_L, Qt::ControlModifier);
    QVERIFY(m_driver->waitFor(text("Add a file…")));
    m_driver->press(Qt::Key_Down);
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitUntil(
        [&] { return m_desk->composition().models().chosenId() == text("llama-3.1-8b-instruct-q4_k_m"); }));
    QVERIFY(m_driver->waitFor(text("Model Llama 3.1 8B Instruct")));
}

void WindowTest::aFailureOffersAWayOut()
{
    openBlank();
    m_desk->setAuthor([](const QString &) {
        return OfflineAnswer{.thinking = {},
                             .answer = QStringLiteral("Half an"),
                             .error = inference::Error{inference::ErrorCode::DeviceLost, "details"}};
    });
    ask(text("Anything"));
    QVERIFY(m_driver->waitFor(text("Run on the processor")));
    QCOMPARE(chat().transcript().constLast().state, app::MessageState::Failed);
    QVERIFY(m_driver->click(text("Copy details")));
    QCOMPARE(QGuiApplication::clipboard()->text().contains(text("details")), true);
    m_desk->setAuthor({});
    QVERIFY(m_driver->click(text("Run on the processor")));
    QVERIFY(answered(2));
    QVERIFY(m_driver->waitUntil([&] { return chat().transcript().constLast().state == app::MessageState::Complete; }));
    QCOMPARE(m_desk->composition().settings().device(), text("cpu"));
}

void WindowTest::fallbackIsSaidInTheStatusLine()
{
    openBlank();
    m_desk->port().setDevice(text("CPU, 8 threads"), text("GPU set aside"));
    m_desk->port().loadModel({.modelId = text("smollm2-135m-instruct.q4_1"), .path = {}, .device = text("cpu")});
    QVERIFY(m_driver->waitUntil([&] {
        return accessibleName(m_driver->named(text("statusLine"))).contains(text("CPU, 8 threads, GPU set aside"));
    }));
}

void WindowTest::whyTheProcessorAnswersIsSaid()
{
    openBlank();
    QCOMPARE(m_desk->composition().devices().notice(), QString());
    QVERIFY(m_driver->find(text("Details about the devices")) == nullptr);
    // A device that is set aside cannot be had, so the processor answers.
    m_desk->composition().settings().setDevice(text("geforce"));
    const QString notice = text("GeForce MX450: Its driver made Carrel end when it was used last.");
    QVERIFY(m_driver->waitUntil([&] { return accessibleName(m_driver->named(text("statusLine"))).contains(notice); }));
    QVERIFY(m_driver->click(text("Details about the devices")));
    QVERIFY(m_driver->waitFor(text("GeForce MX450, Its driver made Carrel end when it was used last.")));
    m_desk->composition().settings().setDevice(text("cpu"));
    QVERIFY(m_driver->waitUntil([&] { return m_desk->composition().devices().notice().isEmpty(); }));
}

void WindowTest::aChatFormatThatIsNotTheFilesIsSaid()
{
    openBlank();
    const QString said = text("chat format: Carrel's own for this family of models");
    QVERIFY(!accessibleName(m_driver->named(text("statusLine"))).contains(said));
    m_desk->port().setTemplateNotice(text("the file has no chat template"));
    m_desk->port().loadModel({.modelId = text("smollm2-135m-instruct.q4_1"), .path = {}, .device = text("cpu")});
    QVERIFY(m_driver->waitUntil([&] { return accessibleName(m_driver->named(text("statusLine"))).contains(said); }));
}

void WindowTest::thatPartOfAModelStaysInMainMemoryIsSaid()
{
    openBlank();
    QVERIFY(m_driver->find(text("part of the model in main memory")) == nullptr);
    const QString notice = text("Radeon 780M has no room for all experts");
    m_desk->port().setPlacementNotice(notice);
    m_desk->port().loadModel({.modelId = text("smollm2-135m-instruct.q4_1"), .path = {}, .device = text("vulkan:0")});
    QVERIFY(m_driver->waitFor(text("part of the model in main memory")));
    QVERIFY(accessibleName(m_driver->named(text("statusLine"))).contains(notice));
}

void WindowTest::whyThereAreNoGraphicsDevicesIsSaid()
{
    open({.dataFolder = {}, .talks = false, .models = true, .firstStartDone = true, .devices = false});
    const QString notice = m_desk->composition().devices().notice();
    QVERIFY(notice.contains(text("Graphics devices could not be checked")));
    QVERIFY(accessibleName(m_driver->named(text("statusLine"))).contains(notice));
    QVERIFY(m_driver->click(text("Details about the devices")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("deviceNotice")) != nullptr; }));
    QCOMPARE(accessibleName(m_driver->named(text("deviceNotice"))), notice);
}

void WindowTest::theReadersPlaceStaysWhileTextArrives()
{
    openBlank();
    m_desk->setAuthor(
        [](const QString &) { return OfflineAnswer{.thinking = {}, .answer = longAnswer(6000), .error = {}}; });
    QVERIFY(hold(text("stable merge"), 3000));
    QQuickItem *transcript = m_driver->named(text("transcript"));
    QVERIFY(m_driver->waitUntil([&] { return transcript->property("nearEnd").toBool(); }));
    transcript->forceActiveFocus();
    m_driver->press(Qt::Key_PageUp);
    QVERIFY(!transcript->property("following").toBool());
    QVERIFY(m_driver->waitFor(text("Jump to latest")));
    // What the reader looks at; the list's own coordinates may move under it as estimates of heights improve.
    QQuickItem *seen = nullptr;
    QMetaObject::invokeMethod(transcript, "itemAt", Q_RETURN_ARG(QQuickItem *, seen), Q_ARG(qreal, 300),
                              Q_ARG(qreal, transcript->property("contentY").toReal() + transcript->height() / 2));
    QVERIFY(seen != nullptr);
    const qreal place = seen->mapToScene({}).y();
    m_desk->player().resume();
    QVERIFY(answered(2));
    QVERIFY2(qAbs(seen->mapToScene({}).y() - place) < 1,
             qPrintable(QStringLiteral("%1, was %2").arg(seen->mapToScene({}).y()).arg(place)));
    QVERIFY(m_driver->click(text("Jump to latest")));
    QVERIFY(m_driver->waitUntil([&] { return transcript->property("nearEnd").toBool(); }));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Jump to latest")) == nullptr; }));
}

void WindowTest::rowsLookTheSameWhenTheyComeBack()
{
    openBlank();
    m_desk->player().setPace(0, 100'000);
    m_desk->setAuthor(
        [](const QString &) { return OfflineAnswer{.thinking = {}, .answer = longAnswer(9000), .error = {}}; });
    ask(text("everything"));
    QVERIFY(answered(2));
    QQuickItem *transcript = m_driver->named(text("transcript"));
    transcript->forceActiveFocus();
    m_driver->press(Qt::Key_Home, Qt::ControlModifier);
    QVERIFY(m_driver->hover(text("Your message")));
    const QImage first = m_driver->picture();
    // What a reader did to a row belongs to what it showed.
    QVERIFY(m_driver->click(text("Wrap")));
    QVERIFY(m_driver->waitFor(text("Unwrap")));
    const auto names = [&] {
        QStringList seen;
        for (int page = 0; page < 40 && !transcript->property("nearEnd").toBool(); ++page) {
            m_driver->press(Qt::Key_PageDown);
            (void)m_driver->picture();
            seen.append(m_driver->find(text("Unwrap")) == nullptr ? QString() : QStringLiteral("Unwrap"));
        }
        return seen;
    };
    transcript->forceActiveFocus();
    const QStringList seen = names();
    QVERIFY(seen.size() > 4);
    QVERIFY2(!seen.sliced(2).contains(QStringLiteral("Unwrap")), qPrintable(seen.join(u',')));
    m_driver->press(Qt::Key_Home, Qt::ControlModifier);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Unwrap")) == nullptr; }));
    QVERIFY(m_driver->hover(text("Your message")));
    QVERIFY(m_driver->picture() == first);
}

void WindowTest::thoughtsAreFolded()
{
    openBlank();
    ask(text("stable merge"));
    QVERIFY(answered(2));
    QVERIFY(m_driver->click(text("Thought")));
    QVERIFY(m_driver->waitFor(text("Two sorted lists, so a linear merge")));
    QVERIFY(m_driver->click(text("Thought")));
    QVERIFY(
        m_driver->waitUntil([&] { return m_driver->find(text("Two sorted lists, so a linear merge")) == nullptr; }));
}

void WindowTest::codeIsCopied()
{
    openBlank();
    ask(text("stable merge"));
    QVERIFY(answered(2));
    QVERIFY(m_driver->click(text("Copy code")));
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(text("def merge(")));
    m_driver->press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(text("A linear merge")));
}

void WindowTest::linksAskFirst()
{
    openBlank();
    ask(text("tax letter"));
    QVERIFY(answered(2));
    QSignalSpy wanted(&m_desk->window().context(), &AppContext::linkRequested);
    QQuickItem *paragraph = nullptr;
    QVERIFY(m_driver->waitUntil([&] {
        paragraph = m_driver->find(text("The paragraphs it cites"));
        return paragraph != nullptr;
    }));
    // The focused text opens its link by keyboard as well.
    for (QQuickItem *item : m_driver->findAll(accessibleName(paragraph))) {
        if (item->inherits("QQuickTextEdit"))
            paragraph = item;
    }
    paragraph->forceActiveFocus();
    paragraph->setProperty("cursorPosition", accessibleName(paragraph).indexOf(text("ministry")));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("https://www.example.org/tax-code/section-355")));
    QCOMPARE(wanted.count(), 0);
    QVERIFY(m_driver->click(text("Open in the browser")));
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(wanted.first().first().toString(), text("https://www.example.org/tax-code/section-355"));
}

void WindowTest::draftsAreKept()
{
    openFull();
    m_driver->type(text("half a thought"));
    QVERIFY(m_driver->click(text("Lease review")));
    QVERIFY(m_driver->waitUntil([&] { return composerText().isEmpty(); }));
    QVERIFY(m_driver->click(text("Merge two sorted lists")));
    QVERIFY(m_driver->waitUntil([&] { return composerText() == text("half a thought"); }));
}

void WindowTest::aStarterModelLeadsStraightToTheChat()
{
    open({.dataFolder = {}, .talks = false, .models = true, .firstStartDone = false});
    QVERIFY(m_driver->waitFor(text("What would you like to know?")));
    QVERIFY(m_driver->waitUntil([&] { return m_desk->composition().settings().firstStartDone(); }));
    QVERIFY(m_driver->named(text("firstStart")) == nullptr);
    QVERIFY(m_driver->click(text("Compare two things")));
    QVERIFY(composerText().contains(text("tea")));
    m_driver->press(Qt::Key_Return);
    QVERIFY(answered(2));
}

void WindowTest::withoutAModelTheFirstStartHelps()
{
    open({.dataFolder = {}, .talks = false, .models = false, .firstStartDone = false});
    QVERIFY(m_driver->waitFor(text("First start, step 1 of 4")));
    QVERIFY(m_driver->click(text("Continue")));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("Use a file I have")));
    // The file dialog ends in the same call.
    const QTemporaryDir folder;
    QVERIFY(writeSampleModel(folder.path(), sampleModels().front()));
    m_desk->composition().models().add(folder.filePath(sampleModels().front().fileName));
    QVERIFY(m_driver->waitFor(text("SmolLM2 135M Instruct, Fits")));
    QVERIFY(m_driver->click(text("Continue")));
    QVERIFY(m_driver->click(text("Begin")));
    QVERIFY(m_driver->waitFor(text("What would you like to know?")));
    QVERIFY(m_desk->composition().settings().firstStartDone());
}

void WindowTest::aDroppedFileIsAdded()
{
    open({.dataFolder = {}, .talks = false, .models = false, .firstStartDone = true});
    QVERIFY(m_driver->waitFor(text("Use a file I have")));
    const QTemporaryDir folder;
    QVERIFY(writeSampleModel(folder.path(), sampleModels().front()));
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(folder.filePath(sampleModels().front().fileName))});
    const QPoint at(600, 400);
    QDragEnterEvent enter(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_driver->window(), &enter);
    QDropEvent drop(at, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_driver->window(), &drop);
    QVERIFY(m_driver->waitFor(text("What would you like to know?")));
    QCOMPARE(m_desk->composition().models().models().size(), 1);
}

void WindowTest::theLookFollowsTheSettings()
{
    openBlank();
    m_driver->press(Qt::Key_Comma, Qt::ControlModifier);
    QVERIFY(m_driver->click(text("Dark")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->window()->color().lightness() < 60; }));
    QVERIFY(m_driver->click(text("Light")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->window()->color().lightness() > 200; }));
    QVERIFY(m_driver->click(text("Models and devices")));
    QVERIFY(m_driver->click(text("AMD Ryzen 7 7840U")));
    QCOMPARE(m_desk->composition().settings().device(), text("cpu"));
    QVERIFY(m_driver->click(text("16k")));
    QCOMPARE(m_desk->composition().settings().contextLength(), 16384);
}

void WindowTest::aNarrowWindowHasADrawer()
{
    openFull();
    m_driver->resize({700, 600});
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Lease review")) == nullptr; }));
    m_driver->press(Qt::Key_B, Qt::ControlModifier);
    QVERIFY(m_driver->waitFor(text("Lease review")));
    QVERIFY(m_driver->click(text("Lease review")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Tax letter, plain words")) == nullptr; }));
}

void WindowTest::toastsLeaveTheComposerFree()
{
    openFull();
    QVERIFY(m_driver->hover(text("Reading list, spring")));
    QVERIFY(m_driver->click(text("More about Reading list, spring")));
    QVERIFY(m_driver->click(text("Move to the trash")));
    QVERIFY(m_driver->waitFor(text("Undo")));
    QQuickItem *toast = m_driver->find(text("Undo"));
    QQuickItem *composer = m_driver->named(text("composer"));
    const auto top = [](QQuickItem *item) { return item->mapToScene({}).y(); };
    for (const QSize size : {QSize(1280, 800), QSize(900, 600)}) {
        m_driver->resize(size);
        QVERIFY(m_driver->waitUntil([&] {
            const qreal gap = top(composer) - top(toast) - toast->height();
            return gap > 4 && gap < 40;
        }));
    }
}

void WindowTest::largeTextFitsALowWindow()
{
    openFull();
    QVERIFY(m_driver->click(text("Merge two sorted lists")));
    QVERIFY(m_driver->click(text("What made this answer")));
    QVERIFY(m_driver->waitFor(text("Copy all")));
    m_desk->composition().settings().setUiScalePercent(200);
    m_driver->resize({900, 600});
    const auto bottom = [&](const char *name) {
        QQuickItem *item = m_driver->find(text(name));
        return item == nullptr ? 1e9 : item->mapRectToScene(item->boundingRect()).bottom();
    };
    QVERIFY(m_driver->waitUntil([&] { return bottom("Copy all") < 600; }));
    QVERIFY(m_driver->click(text("Copy all")));
    QVERIFY(QGuiApplication::clipboard()->text().contains(text("Radeon 780M")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Copy all")) == nullptr; }));
    // What the window has no room for is scrolled to.
    m_driver->press(Qt::Key_F1);
    QVERIFY(m_driver->waitFor(text("Send the message: Enter")));
    QQuickItem *list = m_driver->find(text("Send the message: Enter"));
    while (list != nullptr && !list->inherits("QQuickFlickable"))
        list = list->parentItem();
    QVERIFY(list != nullptr);
    QVERIFY(list->mapRectToScene(list->boundingRect()).bottom() < 600);
    QVERIFY(list->property("contentHeight").toReal() > list->height());
}

void WindowTest::shortcutsReachEveryRoom()
{
    openBlank();
    m_driver->press(Qt::Key_F1);
    QVERIFY(m_driver->waitFor(text("This list: F1")));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("This list: F1")) == nullptr; }));
    QVERIFY(m_driver->click(text("Models")));
    QVERIFY(m_driver->waitFor(text("Add a file")));
    m_driver->press(Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m_driver->waitFor(text("What would you like to know?")));
    m_driver->press(Qt::Key_B, Qt::ControlModifier);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Settings")) == nullptr; }));
    m_driver->press(Qt::Key_B, Qt::ControlModifier);
    QVERIFY(m_driver->waitFor(text("Settings")));
}

void WindowTest::tabReachesComposerAndSidebar()
{
    openFull();
    QStringList reached;
    for (int step = 0; step < 60; ++step) {
        m_driver->press(Qt::Key_Tab);
        if (QQuickItem *item = m_driver->window()->activeFocusItem())
            reached.append(accessibleName(item));
    }
    for (const char *name : {"New chat", "Search", "Lease review, pinned", "Models", "Trash", "Settings",
                             "Model SmolLM2 135M Instruct", "Your message", "Copy answer", "Answer again"})
        QVERIFY2(reached.contains(text(name)),
                 qPrintable(QString::fromLatin1(name) + QStringLiteral(" in ") + reached.join(QStringLiteral(" | "))));
    QVERIFY2(!reached.contains(QString()), "something without a name takes the keyboard");
}

void WindowTest::rightToLeftIsMirrored()
{
    openFull();
    const auto centre = [&](const char *name) {
        QQuickItem *item = m_driver->find(text(name));
        return item == nullptr ? -1.0 : item->mapRectToScene(item->boundingRect()).center().x();
    };
    const qreal width = m_driver->window()->width();
    QVERIFY(centre("New chat") < width / 4);
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    QVERIFY(m_driver->waitUntil([&] { return centre("New chat") > width * 3 / 4; }));
    QVERIFY(m_driver->waitFor(text("Today")));
    const QQuickItem *group = m_driver->find(text("Today"));
    QVERIFY(group->mapRectToScene(group->boundingRect()).right() > width - 20);
    // The room takes what the sidebar leaves.
    const qreal middle = (width - m_driver->named(text("sidebar"))->width()) / 2;
    QQuickItem *composer = m_driver->named(text("composer"));
    QVERIFY(m_driver->waitUntil(
        [&] { return qAbs(composer->mapRectToScene(composer->boundingRect()).center().x() - middle) < 2; }));
    QVERIFY(m_driver->click(text("Settings")));
    QVERIFY(m_driver->click(text("Models and devices")));
    QVERIFY(m_driver->waitFor(text("AMD Ryzen 7 7840U")));
    // The parts of the settings stand before what they hold.
    QQuickItem *tab = m_driver->named(text("Models and devices"));
    QVERIFY(tab->mapToScene({}).x() > centre("AMD Ryzen 7 7840U"));
    QVERIFY(centre("AMD Ryzen 7 7840U") > 0);
    QGuiApplication::setLayoutDirection(Qt::LayoutDirectionAuto);
    QVERIFY(m_driver->waitUntil([&] { return centre("New chat") < width / 4; }));
}

void WindowTest::rightToLeftLinesBeginOnTheRight_data()
{
    QTest::addColumn<QStringList>("clicks");
    const auto page = [](const char *name, const QStringList &clicks) { QTest::newRow(name) << clicks; };
    page("empty chat", {});
    page("chat", {text("Merge two sorted lists")});
    page("models", {text("Models")});
    page("trash", {text("Trash")});
    for (const char *part : {"Appearance", "Models and devices", "Privacy", "Data", "Keyboard", "About"})
        page(part, {text("Settings"), text(part)});
    page("record", {text("Merge two sorted lists"), text("What made this answer")});
    page("model picker", {text("Model SmolLM2")});
}

void WindowTest::rightToLeftLinesBeginOnTheRight()
{
    QFETCH(QStringList, clicks);
    openFull();
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    m_driver->press(Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m_driver->waitFor(text("What would you like to know?")));
    for (const QString &name : std::as_const(clicks))
        QVERIFY2(m_driver->click(name), qPrintable(name));
    (void)m_driver->picture();
    const QStringList found = beginsOnTheLeft(m_driver->window()->contentItem());
    QVERIFY2(found.isEmpty(), qPrintable(found.join(QStringLiteral(" | "))));
}

void WindowTest::rightToLeftWritingBeginsOnTheRight()
{
    openBlank();
    QGuiApplication::setLayoutDirection(Qt::RightToLeft);
    QQuickItem *area = m_driver->named(text("composerText"));
    QQuickItem *composer = m_driver->named(text("composer"));
    const auto caret = [&] { return area->mapRectToScene(area->property("cursorRectangle").toRectF()).x(); };
    const auto middle = [&] { return composer->mapRectToScene(composer->boundingRect()).center().x(); };
    QVERIFY(m_driver->waitUntil([&] { return caret() > middle() + composer->width() / 4; }));
    QVERIFY2(area->width() > composer->width() - 20, qPrintable(QString::number(area->width())));
    // What is written has a direction of its own.
    m_driver->type(text("From the left"));
    QVERIFY(m_driver->waitUntil([&] { return caret() < middle(); }));
    m_driver->press(Qt::Key_A, Qt::ControlModifier);
    m_driver->type(QString::fromUtf16(u"من اليمين"));
    QVERIFY(m_driver->waitUntil([&] { return caret() > middle(); }));
    QVERIFY2(area->width() > composer->width() - 20, qPrintable(QString::number(area->width())));
}

int main(int argc, char **argv)
{
    ui::Window::prepare("test");
    const QGuiApplication application(argc, argv);
    WindowTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "window_test.moc"
