// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Assistants room, the chip in the chat's head and @ in the composer, in the whole window.
#include "app/assistant_service.h"
#include "app/chat_service.h"
#include "app/collection_service.h"
#include "app/model_library.h"
#include "app/model_service.h"
#include "tests/support/tiny_adapter.h"
#include "tests/ui/warnings_fail.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace ui;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class AssistantsRoomTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { testing::countWarnings(); }
    void cleanup();

    void aNewAssistantOpensInTheEditor();
    void whatIsTypedIsKeptWhenOneLeaves();
    void cardsAreOpenedByKeyboard();
    void aCopyIsMadeAndOpened();
    void aRemovedAssistantComesBack();
    void theDefaultOneCannotBeRemoved();
    void collectionsAreChosen();
    void everyControlOfTheEditorIsReachedAndNamed();
    void aMissingModelIsSaid();
    void anAdapterThatDoesNotFitIsSaid();
    void aModelIsChosenFromTheMenu();
    void theChipChoosesWhoAnswers();
    void theChipFollowsTheName();
    void anAtSignChoosesByKeyboard();
    void escapeLeavesTheTextAlone();
    void anAddressIsNoAssistant();
    void aNewChatFromTheRoomHasTheAssistant();

private:
    void open(OfflineDeskOptions options = {.dataFolder = {}, .talks = false})
    {
        m_desk = std::make_unique<OfflineDesk>(options);
        QVERIFY(m_desk->start());
        m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
    }
    void openRoom()
    {
        QVERIFY(m_driver->click(text("Assistants")));
        QVERIFY(m_driver->waitFor(text("New assistant")));
    }
    void make(const app::AssistantValue &value)
    {
        assistants().create(value);
        QVERIFY(m_driver->waitUntil([&] { return find(value.name) != nullptr; }));
    }
    void edit(const char *name)
    {
        QVERIFY(m_driver->click(text(name)));
        QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("assistantForm")) != nullptr; }));
    }
    [[nodiscard]] app::AssistantService &assistants() const { return m_desk->composition().assistants(); }
    [[nodiscard]] app::ChatService &chat() const { return m_desk->composition().chat(); }
    [[nodiscard]] const app::AssistantValue *find(const QString &name) const
    {
        const auto &all = assistants().assistants();
        const auto found = std::ranges::find(all, name, &app::AssistantValue::name);
        return found == all.end() ? nullptr : &*found;
    }
    /// Moves the keyboard on until it is at a control of that name.
    [[nodiscard]] QStringList tabTo(const QString &name)
    {
        QStringList reached;
        for (int step = 0; step < 60; ++step) {
            if (QQuickItem *item = m_driver->window()->activeFocusItem(); item != nullptr)
                reached.append(accessibleName(item));
            if (reached.constLast() == name)
                break;
            m_driver->press(Qt::Key_Tab);
        }
        return reached;
    }

    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
};

void AssistantsRoomTest::cleanup()
{
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    m_driver.reset();
    m_desk.reset();
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void AssistantsRoomTest::aNewAssistantOpensInTheEditor()
{
    open();
    openRoom();
    QVERIFY(m_driver->click(text("New assistant")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("assistantForm")) != nullptr; }));
    QVERIFY(m_driver->click(text("Name of the assistant")));
    m_driver->press(Qt::Key_A, Qt::ControlModifier);
    m_driver->type(text("Ada"));
    QVERIFY(m_driver->waitUntil([&] { return find(text("Ada")) != nullptr; }));
    QCOMPARE(assistants().assistants().size(), 2);
}

void AssistantsRoomTest::whatIsTypedIsKeptWhenOneLeaves()
{
    open();
    openRoom();
    edit("Carrel");
    QVERIFY(m_driver->click(text("Instructions")));
    QQuickItem *area = m_driver->named(text("instructions"));
    QVERIFY(m_driver->click(area));
    m_driver->press(Qt::Key_A, Qt::ControlModifier);
    m_driver->type(text("Be brief."));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("assistantForm")) == nullptr; }));
    QVERIFY(m_driver->waitUntil([&] { return find(text("Carrel"))->instructions == text("Be brief."); }));
}

void AssistantsRoomTest::cardsAreOpenedByKeyboard()
{
    open();
    openRoom();
    make({.name = text("Ada")});
    QQuickItem *grid = m_driver->named(text("assistantGrid"));
    QVERIFY(m_driver->waitUntil([&] { return grid->property("count").toInt() == 2; }));
    grid->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Right);
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("assistantForm")) != nullptr; }));
    QCOMPARE(m_driver->find(text("Name of the assistant"))->property("text").toString(), text("Ada"));
    // Back where the keyboard was.
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return grid->hasActiveFocus(); }));
    m_driver->press(Qt::Key_Menu);
    QVERIFY(m_driver->waitFor(text("Duplicate")));
    m_driver->press(Qt::Key_Escape);
}

void AssistantsRoomTest::aCopyIsMadeAndOpened()
{
    open();
    openRoom();
    edit("Carrel");
    QVERIFY(m_driver->click(text("Duplicate")));
    QVERIFY(m_driver->waitUntil([&] { return find(text("Carrel, a copy")) != nullptr; }));
    QVERIFY(m_driver->waitUntil([&] {
        QQuickItem *name = m_driver->find(text("Name of the assistant"));
        return name != nullptr && name->property("text").toString() == text("Carrel, a copy");
    }));
}

void AssistantsRoomTest::aRemovedAssistantComesBack()
{
    open();
    openRoom();
    make({.name = text("Ada"), .tint = 3, .instructions = text("Prove it.")});
    edit("Ada");
    QVERIFY(m_driver->click(text("Remove this assistant")));
    QVERIFY(m_driver->waitFor(text("Ada was removed")));
    QVERIFY(m_driver->waitUntil([&] { return find(text("Ada")) == nullptr; }));
    QVERIFY(m_driver->named(text("assistantForm")) == nullptr);
    QVERIFY(m_driver->click(text("Undo")));
    QVERIFY(m_driver->waitUntil([&] { return find(text("Ada")) != nullptr; }));
    QCOMPARE(find(text("Ada"))->instructions, text("Prove it."));
    QCOMPARE(find(text("Ada"))->tint, 3);
}

void AssistantsRoomTest::theDefaultOneCannotBeRemoved()
{
    open();
    openRoom();
    edit("Carrel");
    QVERIFY(m_driver->find(text("Remove this assistant")) == nullptr);
}

void AssistantsRoomTest::collectionsAreChosen()
{
    open({.dataFolder = {}, .talks = false, .documents = true});
    openRoom();
    const app::CollectionService &collections = m_desk->composition().collections();
    const QString house = collections.uuid(collections.named(text("House")));
    make({.name = text("Ada"), .collections = {house}});
    edit("Ada");
    m_driver->find(text("Name of the assistant"))->forceActiveFocus(Qt::TabFocusReason);
    QCOMPARE(tabTo(text("House")).constLast(), text("House"));
    QVERIFY(m_driver->window()->activeFocusItem()->property("checked").toBool());
    m_driver->press(Qt::Key_Space);
    QVERIFY(m_driver->waitUntil([&] { return find(text("Ada"))->collections.isEmpty(); }));
    m_driver->press(Qt::Key_Space);
    QVERIFY(m_driver->waitUntil([&] { return find(text("Ada"))->collections == QStringList{house}; }));
}

void AssistantsRoomTest::everyControlOfTheEditorIsReachedAndNamed()
{
    open();
    openRoom();
    m_driver->resize({900, 600});
    make({.name = text("Ada"),
          .modelPath = m_desk->modelFolder() + text("/SmolLM2-135M-Instruct.Q4_1.gguf"),
          .adapters = {{.name = text("Plain"), .path = text("/a/plain.gguf")}}});
    edit("Ada");
    m_driver->find(text("Name of the assistant"))->forceActiveFocus(Qt::TabFocusReason);
    const QStringList reached = tabTo(text("More settings"));
    for (const char *name :
         {"Letter in its picture", "Green", "Olive", "Instructions", "Model of the assistant: SmolLM2 135M Instruct",
          "Plain", "Take Plain off the assistant; the file stays", "How much of Plain counts", "Add an adapter…",
          "Temperature", "More settings"})
        QVERIFY2(reached.contains(text(name)), qPrintable(text(name) + text(" in ") + reached.join(text(" | "))));
    QVERIFY2(!reached.contains(QString()), "something without a name takes the keyboard");
    // What has the keyboard is in sight.
    QQuickItem *item = m_driver->window()->activeFocusItem();
    const QRectF where = item->mapRectToScene(item->boundingRect());
    QVERIFY(where.bottom() <= m_driver->window()->height());
    QVERIFY(where.top() >= 0);
}

void AssistantsRoomTest::aMissingModelIsSaid()
{
    open();
    openRoom();
    make({.name = text("Ada"), .modelPath = text("/gone/Old-Model.gguf")});
    edit("Ada");
    QVERIFY(m_driver->waitFor(text("Old-Model is not on this computer now; the chosen model answers in its place.")));
    QVERIFY(m_driver->waitFor(text("Model of the assistant: Old-Model")));
    // And so it is: the chat goes on with the chosen one.
    chat().setAssistant(find(text("Ada"))->id);
    QVERIFY(m_desk->ask(text("Anything")));
    QCOMPARE(chat().transcript().constLast().state, app::MessageState::Complete);
}

void AssistantsRoomTest::anAdapterThatDoesNotFitIsSaid()
{
    open();
    const QTemporaryDir folder;
    const QString file = folder.filePath(text("tiny.gguf"));
    tests::writeTinyAdapter(file.toStdString());
    app::ModelLibrary &library = m_desk->composition().library();
    library.add({file});
    QVERIFY(m_driver->waitUntil([&] { return !library.adapters().isEmpty() && !library.isComparing(); }));
    openRoom();
    make({.name = text("Ada"),
          .modelPath = m_desk->modelFolder() + text("/SmolLM2-135M-Instruct.Q4_1.gguf"),
          .adapters = {{.name = text("Tiny"), .path = file}}});
    edit("Ada");
    QVERIFY(m_driver->waitFor(text("It was made for another model and cannot be put on this one.")));
    m_driver->find(text("Tiny"))->forceActiveFocus(Qt::TabFocusReason);
    QCOMPARE(tabTo(text("How much of Tiny counts")).constLast(), text("How much of Tiny counts"));
    m_driver->press(Qt::Key_Right);
    QVERIFY(m_driver->waitUntil([&] { return qFuzzyCompare(find(text("Ada"))->adapters.constFirst().scale, 1.05); }));
    QVERIFY(m_driver->click(text("Take Tiny off the assistant; the file stays")));
    QVERIFY(m_driver->waitUntil([&] { return find(text("Ada"))->adapters.isEmpty(); }));
}

void AssistantsRoomTest::aModelIsChosenFromTheMenu()
{
    open();
    openRoom();
    edit("Carrel");
    m_driver->find(text("Model of the assistant: The chosen model"))->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Down);
    QVERIFY(m_driver->click(text("Llama 3.1 8B Instruct")));
    QVERIFY(m_driver->waitUntil([&] {
        return find(text("Carrel"))->modelPath.endsWith(text("Llama-3.1-8B-Instruct-Q4_K_M.gguf"), Qt::CaseInsensitive);
    }));
    QVERIFY(m_driver->waitFor(text("Model of the assistant: Llama 3.1 8B Instruct")));
}

void AssistantsRoomTest::theChipChoosesWhoAnswers()
{
    open();
    assistants().create({.name = text("Ada"), .instructions = text("Prove it.")});
    QVERIFY(m_driver->waitUntil([&] { return find(text("Ada")) != nullptr; }));
    QVERIFY(m_driver->waitFor(text("Assistant Carrel")));
    m_driver->find(text("Assistant Carrel"))->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Down);
    QVERIFY(m_driver->click(text("Ada")));
    QVERIFY(m_driver->waitFor(text("Assistant Ada")));
    QCOMPARE(chat().assistant(), find(text("Ada"))->id);
    QVERIFY(m_desk->ask(text("Anything")));
    QVERIFY(m_driver->waitFor(text("Assistant Ada")));
}

void AssistantsRoomTest::theChipFollowsTheName()
{
    open();
    QVERIFY(m_driver->waitFor(text("Assistant Carrel")));
    app::AssistantValue value = *find(text("Carrel"));
    value.name = text("Librarian");
    assistants().save(value);
    QVERIFY(m_driver->waitFor(text("Assistant Librarian")));
}

void AssistantsRoomTest::anAtSignChoosesByKeyboard()
{
    open();
    assistants().create({.name = text("Patient teacher")});
    QVERIFY(m_driver->waitUntil([&] { return find(text("Patient teacher")) != nullptr; }));
    QQuickItem *area = m_driver->named(text("composerText"));
    QVERIFY(m_driver->click(area));
    m_driver->type(text("Hello @pat"));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("assistantChoices")) != nullptr; }));
    m_driver->press(Qt::Key_Return);
    QCOMPARE(area->property("text").toString(), text("Hello "));
    QVERIFY(m_driver->waitFor(text("Assistant Patient teacher")));
    QVERIFY(chat().transcript().isEmpty());
}

void AssistantsRoomTest::escapeLeavesTheTextAlone()
{
    open();
    QQuickItem *area = m_driver->named(text("composerText"));
    QVERIFY(m_driver->click(area));
    m_driver->type(text("@car"));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("assistantChoices")) != nullptr; }));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("assistantChoices")) == nullptr; }));
    m_driver->type(text("t"));
    QCOMPARE(area->property("text").toString(), text("@cart"));
    QVERIFY(m_driver->named(text("assistantChoices")) == nullptr);
}

void AssistantsRoomTest::anAddressIsNoAssistant()
{
    open();
    QQuickItem *area = m_driver->named(text("composerText"));
    QVERIFY(m_driver->click(area));
    m_driver->type(text("write to me@carrel"));
    (void)m_driver->picture();
    QVERIFY(m_driver->named(text("assistantChoices")) == nullptr);
}

void AssistantsRoomTest::aNewChatFromTheRoomHasTheAssistant()
{
    open();
    openRoom();
    make({.name = text("Ada")});
    edit("Ada");
    QVERIFY(m_driver->click(m_driver->named(text("assistantChat"))));
    QVERIFY(m_driver->waitFor(text("Assistant Ada")));
    QVERIFY(m_driver->named(text("composerText")) != nullptr);
}

QTEST_MAIN(AssistantsRoomTest)
#include "assistants_room_test.moc"
