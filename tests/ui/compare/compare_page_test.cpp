// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two answers side by side, in the whole window over scripted answers.
#include "app/chat_service.h"
#include "app/compare_service.h"
#include "app/model_service.h"
#include "tests/ui/warnings_fail.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QTest>

using namespace ui;
using app::CompareState;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class ComparePageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { testing::countWarnings(); }
    void cleanup();

    void theDraftComesAlong();
    void bothAnswerWithSpeedsAndCounts();
    void answersAreDrawnAsInAChat();
    void eitherAnswerIsContinued();
    void twoSettingsOfOneModel();
    void theSameOnBothSidesIsSaid();
    void oneSideIsStoppedAndTheOtherGoesOn();
    void escapeStopsBothThenLeaves();
    void oneSideFails();
    void modelsThatDoNotFitTogether();
    void aModelThatDoesNotFitCannotBeChosen();
    void withoutAModelThereIsOneButton();
    void everythingIsReachedByKeyboard();

private:
    void open(bool models = true)
    {
        m_desk = std::make_unique<OfflineDesk>(OfflineDeskOptions{.dataFolder = {}, .talks = false, .models = models});
        QVERIFY(m_desk->start());
        m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
    }
    void openRoom(bool models = true)
    {
        open(models);
        m_driver->press(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("comparePage")) != nullptr; }));
    }
    void ask(const char *question)
    {
        QVERIFY(m_driver->click(m_driver->named(text("compareQuestion"))));
        m_driver->type(text(question));
        m_driver->press(Qt::Key_Return);
        QVERIFY(compare().isRunning());
        QCOMPARE(m_driver->named(text("compareQuestion"))->property("text").toString(), QString());
    }
    /// Asks and leaves the first answer standing in its middle.
    void askAndHold()
    {
        bool held = false;
        const auto connection = QObject::connect(&m_desk->player(), &OfflinePlayer::held, [&] { held = true; });
        m_desk->player().holdAfter(60);
        ask("What is a mortgage?");
        QVERIFY(m_driver->waitUntil([&] { return held; }));
        QObject::disconnect(connection);
    }
    [[nodiscard]] bool ended() const
    {
        return m_driver->waitUntil([&] { return !compare().isRunning(); });
    }
    [[nodiscard]] QString standing(const char *side) const
    {
        QQuickItem *column = m_driver->named(text(side));
        QQuickItem *words = column != nullptr ? column->findChild<QQuickItem *>(text("compareStanding")) : nullptr;
        return words != nullptr ? words->property("text").toString() : QString();
    }
    [[nodiscard]] app::CompareService &compare() const { return m_desk->composition().compare(); }
    [[nodiscard]] app::ChatService &chat() const { return m_desk->composition().chat(); }

    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
};

void ComparePageTest::cleanup()
{
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    m_driver.reset();
    m_desk.reset();
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void ComparePageTest::theDraftComesAlong()
{
    open();
    QVERIFY(m_driver->click(m_driver->named(text("composerText"))));
    m_driver->type(text("What is a mortgage?"));
    m_driver->press(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("compareQuestion")) != nullptr; }));
    QCOMPARE(m_driver->named(text("compareQuestion"))->property("text").toString(), text("What is a mortgage?"));
    QCOMPARE(compare().left().modelId, m_desk->composition().models().chosenId());
    QVERIFY(compare().right().modelId != compare().left().modelId);
}

void ComparePageTest::bothAnswerWithSpeedsAndCounts()
{
    openRoom();
    ask("What is a mortgage?");
    QVERIFY(ended());
    QCOMPARE(compare().left().state, CompareState::Done);
    QCOMPARE(compare().right().state, CompareState::Done);
    for (const char *side : {"compareLeft", "compareRight"}) {
        QVERIFY2(standing(side).contains(text("tokens per second")), qPrintable(standing(side)));
        QVERIFY2(standing(side).contains(text("tokens written")), qPrintable(standing(side)));
    }
    QVERIFY(m_driver->click(text("Copy this answer")));
    QCOMPARE(QGuiApplication::clipboard()->text(), compare().right().text);
}

void ComparePageTest::answersAreDrawnAsInAChat()
{
    openRoom();
    m_desk->setAuthor([](const QString &) {
        return OfflineAnswer{.thinking = text("Hm."),
                             .answer = text("# Loans\n\nA **loan** [1].\n\n```\nx = 1\n```\n")};
    });
    ask("What is a mortgage?");
    QVERIFY(ended());
    for (const char *words : {"Loans", "A loan [1]."}) {
        int left = 0;
        int right = 0;
        const qreal middle = m_driver->named(text("compareRight"))->mapToScene({0, 0}).x();
        for (QQuickItem *block : m_driver->findAll(text(words)))
            ++(block->mapToScene({0, 0}).x() < middle ? left : right);
        QVERIFY(left > 0 && right > 0);
    }
    QVERIFY(m_driver->waitFor(text("It thought first, in 3 characters")));
}

void ComparePageTest::eitherAnswerIsContinued()
{
    openRoom();
    ask("What is a mortgage?");
    QVERIFY(ended());
    const app::CompareSide right = compare().right();
    const app::CompareSide left = compare().left();
    const int room = m_driver->window()->property("room").toInt();
    QVERIFY(m_driver->click(m_driver->find(text("Continue with the answer of Llama 3.1 8B Instruct"))));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("composerText")) != nullptr; }));
    QVERIFY(m_driver->waitUntil(
        [&] { return chat().transcript().size() == 2 && chat().transcript().constLast().id == right.message; }));
    QCOMPARE(chat().transcript().constLast().branchCount, 2);
    QVERIFY(m_driver->waitUntil([&] { return m_desk->composition().models().chosenId() == right.modelId; }));
    // The other one, from the same page.
    QVERIFY(m_driver->window()->setProperty("room", room));
    QVERIFY(m_driver->click(text("Continue with the answer of SmolLM2 135M Instruct")));
    QVERIFY(m_driver->waitUntil(
        [&] { return chat().transcript().size() == 2 && chat().transcript().constLast().id == left.message; }));
    QVERIFY(m_driver->waitUntil([&] { return m_desk->composition().models().chosenId() == left.modelId; }));
}

void ComparePageTest::twoSettingsOfOneModel()
{
    openRoom();
    QVERIFY(m_driver->click(text("Right model: Llama 3.1 8B Instruct")));
    (void)m_driver->picture();
    QVERIFY(m_driver->click(text("SmolLM2 135M Instruct, Q4_1")));
    QVERIFY(m_driver->waitFor(text("Right model: SmolLM2 135M Instruct")));
    QVERIFY(m_driver->waitFor(text("Both sides are the same.")));
    (void)m_driver->picture();
    QVERIFY(m_driver->click(text("Right settings: Its own settings")));
    (void)m_driver->picture();
    QVERIFY(m_driver->click(text("Temperature 1.3")));
    QVERIFY(compare().obstacle().isEmpty());
    ask("What is a mortgage?");
    QVERIFY(ended());
    QVERIFY(compare().right().record.settingsText.contains(text("temperature = 1.3")));
    QVERIFY(!compare().left().record.settingsText.contains(text("temperature = 1.3")));
    QCOMPARE(compare().left().record.seed, compare().right().record.seed);
}

void ComparePageTest::theSameOnBothSidesIsSaid()
{
    openRoom();
    compare().chooseModel(1, compare().left().modelId);
    QVERIFY(m_driver->waitFor(text("Both sides are the same.")));
    QVERIFY(m_driver->click(m_driver->named(text("compareQuestion"))));
    m_driver->type(text("What is a mortgage?"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(!compare().isRunning());
    QVERIFY(!m_driver->find(text("Ask both"))->isEnabled());
    QCOMPARE(m_driver->named(text("compareQuestion"))->property("text").toString(), text("What is a mortgage?"));
}

void ComparePageTest::oneSideIsStoppedAndTheOtherGoesOn()
{
    openRoom();
    askAndHold();
    QVERIFY(m_driver->waitFor(text("SmolLM2 135M Instruct: Stop")));
    QVERIFY(m_driver->waitFor(text("Llama 3.1 8B Instruct: Do not ask it")));
    QVERIFY(m_driver->click(text("SmolLM2 135M Instruct: Stop")));
    m_desk->player().resume();
    QVERIFY(ended());
    QCOMPARE(compare().left().state, CompareState::Stopped);
    QVERIFY(!compare().left().text.isEmpty());
    QCOMPARE(compare().right().state, CompareState::Done);
    QVERIFY(standing("compareLeft").startsWith(text("Stopped")));
    QVERIFY(m_driver->waitFor(text("Continue with the answer of SmolLM2 135M Instruct")));
}

void ComparePageTest::escapeStopsBothThenLeaves()
{
    openRoom();
    askAndHold();
    m_driver->press(Qt::Key_Escape);
    m_desk->player().resume();
    QVERIFY(ended());
    QCOMPARE(compare().left().state, CompareState::Stopped);
    QCOMPARE(compare().right().state, CompareState::Stopped);
    QCOMPARE(standing("compareRight"), text("Not asked"));
    QVERIFY(m_driver->waitFor(text("It was stopped before it wrote anything.")));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("comparePage")) == nullptr; }));
}

void ComparePageTest::oneSideFails()
{
    openRoom();
    int asked = 0;
    m_desk->setAuthor([&asked](const QString &) {
        if (asked++ == 0)
            return OfflineAnswer{.error = inference::Error{inference::ErrorCode::DeviceLost, "details"}};
        return OfflineAnswer{.answer = text("A loan.")};
    });
    ask("What is a mortgage?");
    QVERIFY(ended());
    QCOMPARE(compare().left().state, CompareState::Failed);
    QCOMPARE(compare().right().state, CompareState::Done);
    QVERIFY(m_driver->waitFor(compare().left().failure.title + text(". ")));
    QVERIFY(m_driver->waitFor(text("A loan.")));
    // The way out asks both again, with what helps.
    QVERIFY(m_driver->click(m_driver->named(text("compareFailureAction"))));
    QVERIFY(ended());
    QVERIFY(m_driver->waitUntil([&] { return compare().left().state == CompareState::Done; }));
}

void ComparePageTest::modelsThatDoNotFitTogether()
{
    openRoom();
    const app::ModelService &models = m_desk->composition().models();
    const app::ModelCard *largest = nullptr;
    const app::ModelCard *second = nullptr;
    for (const app::ModelCard &card : models.models()) {
        if (!card.usable || card.fit == app::FitLevel::WontFit)
            continue;
        if (largest == nullptr || card.memoryBytes > largest->memoryBytes)
            second = std::exchange(largest, &card);
        else if (second == nullptr || card.memoryBytes > second->memoryBytes)
            second = &card;
    }
    QVERIFY(largest != nullptr && second != nullptr);
    const QString one = largest->id;
    const QString other = second->id;
    compare().chooseModel(0, one);
    compare().chooseModel(1, other);
    const QString lead = m_driver->named(text("compareLead"))->property("text").toString();
    QCOMPARE(lead.startsWith(text("Both do not fit into memory at once")), !compare().fitTogether());
    QVERIFY(compare().obstacle().isEmpty());
    ask("What is a mortgage?");
    QVERIFY(ended());
    QCOMPARE(compare().left().state, CompareState::Done);
    QCOMPARE(compare().right().state, CompareState::Done);
}

void ComparePageTest::aModelThatDoesNotFitCannotBeChosen()
{
    openRoom();
    QVERIFY(m_driver->click(text("Right model: Llama 3.1 8B Instruct")));
    QVERIFY(m_driver->waitFor(text("Llama 3.3 70B Instruct")));
    QVERIFY(!m_driver->find(text("Llama 3.3 70B Instruct"))->isEnabled());
    m_driver->press(Qt::Key_Escape);
}

void ComparePageTest::withoutAModelThereIsOneButton()
{
    openRoom(false);
    QVERIFY(m_driver->waitFor(text("Two answers side by side need a model on this computer.")));
    QVERIFY(m_driver->named(text("compareQuestion")) == nullptr);
    QVERIFY(m_driver->click(text("Open the Models room")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("modelList")) != nullptr; }));
}

void ComparePageTest::everythingIsReachedByKeyboard()
{
    openRoom();
    ask("What is a mortgage?");
    QVERIFY(ended());
    QStringList reached;
    for (int step = 0; step < 40; ++step) {
        m_driver->press(Qt::Key_Tab);
        if (QQuickItem *item = m_driver->window()->activeFocusItem(); item != nullptr)
            reached.append(accessibleName(item));
    }
    for (const char *name :
         {"Back to the chat", "Left model: SmolLM2 135M Instruct", "Left assistant: Carrel",
          "Left settings: Its own settings", "Right model: Llama 3.1 8B Instruct",
          "Continue with the answer of SmolLM2 135M Instruct", "Copy this answer", "Question for both"})
        QVERIFY2(reached.contains(text(name)), qPrintable(text(name) + text(" in ") + reached.join(text(" | "))));
    QVERIFY2(!reached.contains(QString()), "something without a name takes the keyboard");
}

QTEST_MAIN(ComparePageTest)
#include "compare_page_test.moc"
