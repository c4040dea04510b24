// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The inspector, assistants and a comparison as somebody uses them: the window over the real services, the engine and
// the starter model, which CARREL_STARTER_MODEL names.
#include "app/assistant_service.h"
#include "app/chat_service.h"
#include "app/compare_service.h"
#include "app/composition.h"
#include "app/model_service.h"
#include "app/settings.h"
#include "tests/ui/warnings_fail.h"
#include "ui/offline/window_driver.h"
#include "ui/shell/window.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace ui;
using app::CompareState;

namespace {

constexpr int kAnswerTakes = 180'000; // ms, at most

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class StarterModelRoomsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void cleanupTestCase();

    void theFileIsSeenFromTheInside();
    void anAssistantAnswersByItsInstructions();
    void aMissingAdapterIsSaidInTheChat();
    void twoSettingsAreComparedAndOneIsContinued();

private:
    [[nodiscard]] app::ChatService &chat() const { return m_composition->chat(); }
    [[nodiscard]] app::CompareService &compare() const { return m_composition->compare(); }
    void newChat()
    {
        chat().open({});
        QVERIFY(m_driver->waitUntil([&] { return chat().transcript().isEmpty(); }));
    }

    QTemporaryDir m_folder;
    QString m_model;
    std::unique_ptr<app::Composition> m_composition;
    std::unique_ptr<Window> m_window;
    std::unique_ptr<WindowDriver> m_driver;
};

void StarterModelRoomsTest::initTestCase()
{
    m_model = qEnvironmentVariable("CARREL_STARTER_MODEL");
    if (m_model.isEmpty())
        QSKIP("CARREL_STARTER_MODEL names no file");
    testing::countWarnings();
    m_composition = std::make_unique<app::Composition>(app::CompositionOptions{
        .dataFolder = m_folder.filePath(text("data")),
        .device = text("cpu"),
        .probeDevices = false,
        .modelFolders = QStringList{QFileInfo(m_model).absolutePath()},
        .foreignPlaces = app::ForeignPlaces{
            .home = m_folder.filePath(text("home")), .system = m_folder.filePath(text("home")), .environment = {}}});
    m_composition->settings().setFirstStartDone(true);
    QSignalSpy opened(m_composition.get(), &app::Composition::opened);
    m_composition->start();
    QTRY_VERIFY(!opened.isEmpty() && !m_composition->models().isScanning());
    m_composition->models().choose(m_composition->models().find(m_model)->id);
    m_window = std::make_unique<Window>(*m_composition);
    QVERIFY(m_window->show());
    QVERIFY(QTest::qWaitForWindowActive(m_window->quickWindow()));
    m_driver = std::make_unique<WindowDriver>(m_window->quickWindow());
}

void StarterModelRoomsTest::cleanup()
{
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void StarterModelRoomsTest::cleanupTestCase()
{
    m_driver.reset();
    m_window.reset();
    m_composition.reset();
}

void StarterModelRoomsTest::theFileIsSeenFromTheInside()
{
    m_driver->press(Qt::Key_L, Qt::ControlModifier);
    QVERIFY(m_driver->click(text("Look inside this model")));
    QVERIFY(m_driver->waitFor(text("general.architecture, string: llama")));
    QVERIFY(m_driver->click(text("Tensors")));
    QVERIFY(m_driver->waitUntil([&] {
        QQuickItem *list = m_driver->named(text("tensorList"));
        return list != nullptr && list->property("count").toInt() == 272;
    }));
    QVERIFY(m_driver->click(text("Tokenizer")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("tokenizerText")) != nullptr; }));
    QVERIFY(m_driver->click(m_driver->named(text("tokenizerText"))));
    m_driver->press(Qt::Key_A, Qt::ControlModifier);
    m_driver->type(text("Hello world"));
    // As transformers' tokenizer has it.
    QVERIFY(m_driver->waitFor(text("Token Hello, number 19556")));
    QVERIFY(m_driver->waitFor(text("Token ·world, number 905")));
    QVERIFY(m_driver->click(text("What is sent")));
    QVERIFY(m_driver->waitFor(text("You, ")));
    QVERIFY(m_driver->click(text("Copy what is sent")));
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(text("<|im_start|>system\n")));
    QVERIFY(m_driver->click(text("Back")));
}

void StarterModelRoomsTest::anAssistantAnswersByItsInstructions()
{
    QSignalSpy made(&m_composition->assistants(), &app::AssistantService::created);
    app::AssistantValue value{.name = text("Ada"), .instructions = text("You are Ada."), .modelPath = m_model};
    value.sampling.temperature = 0.0F;
    m_composition->assistants().create(value);
    QVERIFY(made.wait());
    QVERIFY(m_driver->waitUntil([&] { return m_composition->assistants().assistants().size() == 2; }));
    newChat();
    QQuickItem *area = m_driver->named(text("composerText"));
    QVERIFY(m_driver->click(area));
    m_driver->type(text("@ada"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("Assistant Ada")));
    m_driver->type(text("Say hello."));
    m_driver->press(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(!chat().transcript().isEmpty() && !chat().isBusy(), kAnswerTakes);
    const app::MessageValue answer = chat().transcript().constLast();
    QCOMPARE(answer.state, app::MessageState::Complete);
    QVERIFY(!answer.text.isEmpty());
    QVERIFY(answer.record.settingsText.contains(text("temperature = 0")));
}

void StarterModelRoomsTest::aMissingAdapterIsSaidInTheChat()
{
    QSignalSpy made(&m_composition->assistants(), &app::AssistantService::created);
    m_composition->assistants().create({.name = text("Lost"),
                                        .modelPath = m_model,
                                        .adapters = {{.name = text("gone"), .path = text("/gone/adapter.gguf")}}});
    QVERIFY(made.wait());
    newChat();
    QVERIFY(m_driver->waitUntil([&] { return m_composition->assistants().assistants().size() == 3; }));
    chat().setAssistant(made.constFirst().constFirst().value<app::AssistantId>());
    QVERIFY(m_driver->click(m_driver->named(text("composerText"))));
    m_driver->type(text("Say hello."));
    m_driver->press(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(!chat().transcript().isEmpty() && !chat().isBusy(), kAnswerTakes);
    QCOMPARE(chat().transcript().constLast().state, app::MessageState::Failed);
    const app::Failure failure = chat().transcript().constLast().failure;
    QVERIFY2(failure.title.contains(text("adapter")), qPrintable(failure.title));
    QVERIFY(m_driver->waitFor(failure.title));
}

void StarterModelRoomsTest::twoSettingsAreComparedAndOneIsContinued()
{
    newChat();
    m_driver->press(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("compareQuestion")) != nullptr; }));
    // Whatever else this computer has, both sides are asked the starter model.
    const QString id = m_composition->models().find(m_model)->id;
    compare().chooseModel(0, id);
    compare().chooseModel(1, id);
    compare().chooseTemperature(0, 0.0);
    compare().chooseTemperature(1, 1.3);
    QVERIFY2(compare().obstacle().isEmpty(), qPrintable(compare().obstacle()));
    QVERIFY(m_driver->click(m_driver->named(text("compareQuestion"))));
    m_driver->type(text("Name one fruit. Answer with one word."));
    m_driver->press(Qt::Key_Return);
    QVERIFY(compare().isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(!compare().isRunning(), 2 * kAnswerTakes);
    for (const app::CompareSide &side : {compare().left(), compare().right()}) {
        QVERIFY2(side.state == CompareState::Done, qPrintable(side.failure.title + side.failure.details));
        QVERIFY(!side.text.isEmpty());
        QVERIFY(side.tokensPerSecond > 0.0);
        QVERIFY(side.record.generatedTokens > 0);
    }
    QVERIFY(compare().left().record.settingsText.contains(text("temperature = 0")));
    QVERIFY(compare().right().record.settingsText.contains(text("temperature = 1.3")));
    const app::MessageId kept = compare().left().message;
    QVERIFY(m_driver->waitFor(text("Continue with the answer of SmolLM2 135M Instruct")));
    compare().keep(0);
    QVERIFY(m_driver->waitUntil(
        [&] { return chat().transcript().size() == 2 && chat().transcript().constLast().id == kept; }));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("composerText")) != nullptr; }));
    QVERIFY(m_driver->click(m_driver->named(text("composerText"))));
    m_driver->type(text("And another?"));
    m_driver->press(Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(chat().transcript().size() == 4 && !chat().isBusy(), kAnswerTakes);
    QCOMPARE(chat().transcript().constLast().state, app::MessageState::Complete);
}

QTEST_MAIN(StarterModelRoomsTest)
#include "starter_model_rooms_test.moc"
