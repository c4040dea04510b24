// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Models room in the whole window, over real services and sample models.
#include "app/device_service.h"
#include "app/download_service.h"
#include "app/model_library.h"
#include "app/model_service.h"
#include "app/settings.h"
#include "tests/ui/warnings_fail.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/sample_models.h"
#include "ui/offline/window_driver.h"
#include "ui/shell/window.h"

#include <QFile>
#include <QGuiApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

using namespace ui;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class ModelsRoomTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { testing::countWarnings(); }
    void cleanup();

    void anEmptyRoomHasOneSentenceAndOneButton();
    void aModelOpensAndClosesByKeyboard();
    void aLengthOfContextIsTriedAndTaken();
    void manyModelsAreFiltered();
    void chattingChoosesTheModel();
    void theFolderOfAModelIsShown();
    void aRemovedModelComesBack();
    void modelsOfOtherProgramsAreLinkedWhereTheyLie();
    void aDroppedFolderIsWatched();
    void aMissingFileIsFoundAgainOrTakenOff();
    void theLicenceIsShownBeforeADownload();
    void aLicenceThatDoesNotGoWithTheUseWarns();
    void anyAddressOfTheHubIsLookedUp();
    void theListIsAsItWasLeft();
    void offlineThereIsAButtonThatAllowsDownloads();
    void downloadsSayWhatHappenedAndWhatHelps();
    void theFootOfTheSidebarTellsWhatWasSent();

private:
    void open(bool models, bool network = false)
    {
        m_desk = std::make_unique<OfflineDesk>(
            OfflineDeskOptions{.dataFolder = {}, .talks = false, .models = models, .network = network});
        QVERIFY(m_desk->start());
        m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
        QVERIFY(m_driver->click(text("Models")));
    }
    [[nodiscard]] app::ModelService &models() const { return m_desk->composition().models(); }
    void openCatalogue()
    {
        QVERIFY(m_driver->click(m_driver->named(text("Get models"))));
        QVERIFY(m_driver->waitUntil([&] {
            const QQuickItem *list = m_driver->named(text("catalogueList"));
            return list != nullptr && list->property("count").toInt() > 60;
        }));
    }
    void search(const char *words)
    {
        QVERIFY(m_driver->click(m_driver->named(text("Search models, or paste an address"))));
        m_driver->type(text(words));
    }
    void focus(const char *row)
    {
        QVERIFY(m_driver->waitFor(text(row)));
        m_driver->find(text(row))->forceActiveFocus(Qt::TabFocusReason);
    }

    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
};

void ModelsRoomTest::cleanup()
{
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    m_driver.reset();
    m_desk.reset();
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void ModelsRoomTest::anEmptyRoomHasOneSentenceAndOneButton()
{
    open(false);
    QVERIFY(m_driver->waitFor(text("No model is on this computer yet")));
    QVERIFY(m_driver->named(text("modelList"))->property("count").toInt() == 0);
}

void ModelsRoomTest::aModelOpensAndClosesByKeyboard()
{
    open(true);
    focus("Llama 3.1 8B Instruct, Fits");
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("Memory at 8,192 tokens")));
    QVERIFY(m_driver->waitFor(text("Llama 3.1 Community License")));
    QVERIFY(m_driver->waitFor(text("Architecture: llama")));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitFor(text("Llama 3.3 70B Instruct, Won't fit")));
}

void ModelsRoomTest::aLengthOfContextIsTriedAndTaken()
{
    open(true);
    focus("Llama 3.1 8B Instruct, Fits");
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("Memory at 8,192 tokens")));
    QQuickItem *slider = m_driver->named(text("Length of context to try"));
    QVERIFY(slider != nullptr);
    slider->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Right);
    QVERIFY(m_driver->waitFor(text("Memory at 16,384 tokens")));
    QCOMPARE(m_desk->composition().settings().contextLength(), 8192);
    QVERIFY(m_driver->click(text("Use a context of 16,384 tokens")));
    QCOMPARE(m_desk->composition().settings().contextLength(), 16384);
}

void ModelsRoomTest::manyModelsAreFiltered()
{
    open(false);
    const QTemporaryDir folder;
    for (int number = 0; number < 9; ++number) {
        SampleModel model = sampleModels().front();
        model.name = QStringLiteral("Model %1").arg(number);
        model.fileName = QStringLiteral("model-%1.gguf").arg(number);
        QVERIFY(writeSampleModel(folder.path(), model));
        models().add(folder.filePath(model.fileName));
        QVERIFY(m_driver->waitUntil([&] { return models().models().size() == number + 1; }));
    }
    QVERIFY(m_driver->waitFor(text("9 models, ")));
    QVERIFY(m_driver->click(text("Filter models")));
    m_driver->type(text("7"));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("modelList"))->property("count").toInt() == 1; }));
    m_driver->type(text("x"));
    QVERIFY(m_driver->waitFor(text("No model is called so.")));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("modelList"))->property("count").toInt() == 9; }));
}

void ModelsRoomTest::chattingChoosesTheModel()
{
    open(true);
    QVERIFY(m_driver->click(text("Chat with Llama 3.1 8B Instruct")));
    QCOMPARE(models().chosenId(), text("llama-3.1-8b-instruct-q4_k_m"));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("composerText")) != nullptr; }));
}

void ModelsRoomTest::theFolderOfAModelIsShown()
{
    open(true);
    const QSignalSpy asked(&m_desk->window().context(), &AppContext::fileRequested);
    focus("Llama 3.1 8B Instruct, Fits");
    m_driver->press(Qt::Key_Menu);
    QVERIFY(m_driver->click(text("Show its folder")));
    QCOMPARE(asked.count(), 1);
    QVERIFY(asked.first().first().toString().endsWith(text("/models")));
}

void ModelsRoomTest::aRemovedModelComesBack()
{
    open(true);
    const QTemporaryDir folder;
    SampleModel model = sampleModels()[2];
    model.name = text("Hermes 3 8B");
    model.fileName = text("Hermes-3-8B.Q4_K_M.gguf");
    QVERIFY(writeSampleModel(folder.path(), model));
    models().add(folder.filePath(model.fileName));
    focus("Hermes 3 8B, Fits");
    m_driver->press(Qt::Key_Menu);
    QVERIFY(m_driver->click(text("Remove…")));
    QVERIFY(m_driver->click(text("Off the list")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Hermes 3 8B, Fits")) == nullptr; }));
    QVERIFY(QFile::exists(folder.filePath(model.fileName)));
    QVERIFY(m_driver->click(text("Undo")));
    QVERIFY(m_driver->waitFor(text("Hermes 3 8B, Fits")));
}

void ModelsRoomTest::modelsOfOtherProgramsAreLinkedWhereTheyLie()
{
    open(true);
    const qsizetype before = models().models().size();
    QVERIFY(m_driver->waitFor(text("Llama 3.1 8B Instruct, Fits")));
    QVERIFY(QMetaObject::invokeMethod(m_driver->named(text("modelList")), "positionViewAtEnd"));
    QVERIFY(m_driver->click(text("Find models of other programs")));
    QVERIFY(m_driver->waitFor(text("SmolLM2-135M-Instruct.Q4_1")));
    QVERIFY(m_driver->click(text("SmolLM2-135M-Instruct.Q4_1")));
    QVERIFY(m_driver->click(text("Use 1 model")));
    QVERIFY(m_driver->waitUntil([&] { return models().models().size() == before + 1; }));
}

void ModelsRoomTest::aDroppedFolderIsWatched()
{
    open(true);
    const QTemporaryDir folder;
    SampleModel model = sampleModels()[2];
    model.name = text("Hermes 3 8B");
    model.fileName = text("Hermes-3-8B.Q4_K_M.gguf");
    QVERIFY(writeSampleModel(folder.path(), model));
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(folder.path())});
    QQuickWindow *window = m_desk->window().quickWindow();
    QDragEnterEvent enter(QPoint(600, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window, &enter);
    QVERIFY(m_driver->waitFor(text("Drop model files and folders here")));
    QDropEvent drop(QPointF(600, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(window, &drop);
    QVERIFY(m_driver->waitFor(text("Hermes 3 8B, Fits")));
    QCOMPARE(m_desk->composition().library().folders(), QStringList{folder.path()});
}

void ModelsRoomTest::aMissingFileIsFoundAgainOrTakenOff()
{
    open(true);
    const QTemporaryDir folder;
    SampleModel model = sampleModels()[2];
    model.name = text("Hermes 3 8B");
    model.fileName = text("Hermes-3-8B.Q4_K_M.gguf");
    QVERIFY(writeSampleModel(folder.path(), model));
    models().add(folder.filePath(model.fileName));
    QVERIFY(m_driver->waitFor(text("Hermes 3 8B, Fits")));
    QVERIFY(QFile::rename(folder.filePath(model.fileName), folder.filePath(text("elsewhere.bin"))));
    m_desk->composition().library().refresh();
    QVERIFY(m_driver->waitFor(text("Find the file of Hermes 3 8B")));
    focus("Hermes 3 8B, The model");
    m_driver->press(Qt::Key_Menu);
    QVERIFY(m_driver->click(text("Remove…")));
    QVERIFY(m_driver->waitFor(text("Its file is not there any more.")));
    QVERIFY(m_driver->click(text("Off the list")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Hermes 3 8B")) == nullptr; }));
}

void ModelsRoomTest::theLicenceIsShownBeforeADownload()
{
    open(true);
    openCatalogue();
    search("Llama 3.2 1B Instruct");
    QVERIFY(m_driver->click(text("Get Llama 3.2 1B Instruct")));
    QVERIFY(m_driver->waitFor(text("Commercial use. Yes, also in products")));
    QVERIFY(m_driver->waitFor(text("What arrives is compared with")));
    QVERIFY(m_desk->composition().downloads().downloads().isEmpty());
    QVERIFY(m_driver->click(text("Read the licence's text")));
    QVERIFY(m_driver->click(m_driver->named(text("Download"))));
    QVERIFY(m_driver->waitUntil([&] { return m_desk->composition().downloads().downloads().size() == 1; }));
    const auto request =
        m_desk->composition().downloads().requestOf(m_desk->composition().downloads().downloads()[0].id);
    QVERIFY(request.has_value());
    QCOMPARE(request->licenceId, text("llama32"));
    QVERIFY(request->licenceText.startsWith("Llama 3.2 Community License"));
    QCOMPARE(request->sha256.size(), 64);
}

void ModelsRoomTest::aLicenceThatDoesNotGoWithTheUseWarns()
{
    open(true);
    openCatalogue();
    search("Qwen2.5 3B Instruct");
    QVERIFY(m_driver->click(text("Get Qwen2.5 3B Instruct")));
    QVERIFY(m_driver->waitFor(text("Download")));
    QVERIFY(m_driver->find(text("Download all the same")) == nullptr);
    QVERIFY(m_driver->click(text("Business")));
    QVERIFY(m_driver->waitFor(text("You use models commercially, and this licence does not allow that")));
    QVERIFY(m_driver->waitFor(text("Download all the same")));
    QCOMPARE(m_desk->composition().settings().modelUse(), app::licence::Use::Commercial);
    QVERIFY(m_driver->click(text("Not now")));
    QVERIFY(m_desk->composition().downloads().downloads().isEmpty());
}

void ModelsRoomTest::anyAddressOfTheHubIsLookedUp()
{
    open(true);
    openCatalogue();
    search("Qwen/Qwen3-8B-GGUF");
    // By keys alone: Return looks it up, and what was found is said.
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->click(text("Get Qwen3-8B-Q4_K_M.gguf")));
    QVERIFY(m_driver->waitFor(text("Apache License 2.0")));
    m_driver->press(Qt::Key_Escape);
}

void ModelsRoomTest::theListIsAsItWasLeft()
{
    open(true);
    openCatalogue();
    search("qwen3 8b");
    m_driver->press(Qt::Key_Down);
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("All files")));
    QSignalSpy opened(&m_desk->window().context(), &AppContext::linkRequested);
    QVERIFY(m_driver->click(text("Open its page, https://huggingface.co/")));
    QCOMPARE(opened.size(), 1);
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("catalogueList")) != nullptr; }));
    QCOMPARE(m_driver->named(text("Search models, or paste an address"))->property("text").toString(),
             text("qwen3 8b"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("All files")));
}

void ModelsRoomTest::offlineThereIsAButtonThatAllowsDownloads()
{
    open(true);
    m_desk->composition().settings().setOffline(true);
    openCatalogue();
    QVERIFY(m_driver->click(text("Allow downloads")));
    QVERIFY(!m_desk->composition().settings().offline());
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Allow downloads")) == nullptr; }));
}

void ModelsRoomTest::downloadsSayWhatHappenedAndWhatHelps()
{
    open(true, true);
    QVERIFY(m_driver->click(text("3 downloads failed")));
    QVERIFY(m_driver->waitFor(text("Gemma 3 4B, paused")));
    QVERIFY(m_driver->waitFor(text("Chat with Qwen2.5 3B Instruct")));
    QVERIFY(m_driver->waitFor(text("Fetch anew: Mistral 7B Instruct v0.3")));
    QVERIFY(m_driver->waitFor(text("Go on with Gemma 3 4B")));
    // What is there goes only when somebody said so.
    QVERIFY(m_driver->click(text("Cancel Gemma 3 4B")));
    QVERIFY(m_driver->waitFor(text("Delete what is there of Gemma 3 4B")));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->find(text("Delete what is there of Gemma 3 4B")) == nullptr; }));
    QVERIFY(m_driver->find(text("Gemma 3 4B, paused")) != nullptr);
    QVERIFY(m_driver->click(text("Cancel Gemma 3 4B")));
    QVERIFY(m_driver->click(text("Delete what is there of Gemma 3 4B")));
    QVERIFY(m_driver->waitFor(text("Gemma 3 4B, cancelled")));
    QVERIFY(m_driver->click(text("Take Gemma 3 4B off this list")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("downloadList"))->property("count").toInt() == 4; }));
    QVERIFY(m_driver->waitFor(text("Another folder…: Qwen3 32B")));
    QSignalSpy opened(&m_desk->window().context(), &AppContext::linkRequested);
    QVERIFY(m_driver->click(text("Open https://huggingface.co/sample/Llama-3.1-8B")));
    QCOMPARE(opened.size(), 1);
    QVERIFY(m_driver->click(text("Take finished ones off")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("downloadList"))->property("count").toInt() == 3; }));
}

void ModelsRoomTest::theFootOfTheSidebarTellsWhatWasSent()
{
    open(true, true);
    QVERIFY(m_driver->waitFor(text("4 requests sent so far")));
    QVERIFY(m_driver->waitFor(text("Models, a download failed")));
    m_desk->composition().settings().setOffline(true);
    QVERIFY(m_driver->click(text("Offline · 4 requests sent so far")));
    QVERIFY(m_driver->waitFor(text("Only what you asked for left this computer")));
    QVERIFY(m_driver->waitFor(text("4 requests to 2 hosts")));
    QCOMPARE(m_driver->named(text("ledger"))->property("count").toInt(), 4);
}

int main(int argc, char **argv)
{
    ui::Window::prepare("test");
    const QGuiApplication application(argc, argv);
    ModelsRoomTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "models_room_test.moc"
