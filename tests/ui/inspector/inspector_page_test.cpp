// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The inspector in the whole window, on sample models and on files that are none.
#include "app/chat_service.h"
#include "tests/support/tiny_model.h"
#include "tests/ui/warnings_fail.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QTemporaryDir>
#include <QTest>

using namespace ui;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class InspectorPageTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { testing::countWarnings(); }
    void init();
    void cleanup();

    void aModelIsOpenedFromItsCard();
    void theModelThatAnswersIsOpenedFromTheChat();
    void keysAreSiftedAndCopied();
    void aLongValueOpensByKeyboard();
    void tensorsAreSiftedAndCopied();
    void whatIsTypedBecomesTokens();
    void aSampleIsShownAsItIsSent();
    void theOpenChatIsShownAsItIsSent();
    void anEmptyChatSendsNothing();
    void filesThatAreNoModelsGetASentence_data();
    void filesThatAreNoModelsGetASentence();
    void aCutFileStillShowsItsHeader();

private:
    void inspect(const QString &path)
    {
        QVERIFY(QMetaObject::invokeMethod(m_driver->window(), "inspect", Q_ARG(QString, path)));
    }
    void inspectSample()
    {
        inspect(m_desk->modelFolder() + text("/SmolLM2-135M-Instruct.Q4_1.gguf"));
        QVERIFY(m_driver->waitFor(text("general.architecture")));
    }
    [[nodiscard]] int count(const char *list) const
    {
        QQuickItem *item = m_driver->named(text(list));
        return item != nullptr ? item->property("count").toInt() : -1;
    }

    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
    QTemporaryDir m_folder;
};

void InspectorPageTest::init()
{
    m_desk = std::make_unique<OfflineDesk>(OfflineDeskOptions{.dataFolder = {}, .talks = false});
    QVERIFY(m_desk->start());
    m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
    QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
}

void InspectorPageTest::cleanup()
{
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    m_driver.reset();
    m_desk.reset();
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void InspectorPageTest::aModelIsOpenedFromItsCard()
{
    QVERIFY(m_driver->click(text("Models")));
    QVERIFY(m_driver->waitFor(text("Llama 3.1 8B Instruct, Fits")));
    m_driver->find(text("Llama 3.1 8B Instruct, Fits"))->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->click(text("Look inside")));
    QVERIFY(m_driver->waitFor(text("Inside Llama 3.1 8B Instruct")));
    QVERIFY(m_driver->waitFor(text("general.architecture, string: llama")));
    QVERIFY(m_driver->click(text("Back")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("modelList")) != nullptr; }));
}

void InspectorPageTest::theModelThatAnswersIsOpenedFromTheChat()
{
    m_driver->press(Qt::Key_L, Qt::ControlModifier);
    QVERIFY(m_driver->click(text("Look inside this model")));
    QVERIFY(m_driver->waitFor(text("Inside SmolLM2 135M Instruct")));
    QVERIFY(m_driver->waitFor(text("general.architecture")));
    (void)m_driver->picture(); // the menu fades out
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("composerText")) != nullptr; }));
    QVERIFY(m_driver->named(text("inspectorPage")) == nullptr);
}

void InspectorPageTest::keysAreSiftedAndCopied()
{
    inspectSample();
    const int all = count("headerList");
    QVERIFY(all > 10);
    QVERIFY(m_driver->click(text("Filter keys and values")));
    m_driver->type(text("block_c"));
    QVERIFY(m_driver->waitUntil([&] { return count("headerList") == 1; }));
    m_driver->press(Qt::Key_Tab);
    m_driver->press(Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), text("30"));
    m_driver->press(Qt::Key_Tab, Qt::ShiftModifier);
    m_driver->type(text("nothing is called so"));
    QVERIFY(m_driver->waitFor(text("No key or value has these letters.")));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(m_driver->waitUntil([&] { return count("headerList") == all; }));
}

void InspectorPageTest::aLongValueOpensByKeyboard()
{
    inspectSample();
    QVERIFY(m_driver->click(text("Filter keys and values")));
    m_driver->type(text("ggml.tokens"));
    QVERIFY(m_driver->waitUntil([&] { return count("headerList") == 1; }));
    m_driver->press(Qt::Key_Tab);
    m_driver->press(Qt::Key_Space);
    // The numbers are as wide as the last one will be.
    const auto shown = [&] {
        QQuickItem *value = m_driver->named(text("headerValue"));
        return value != nullptr ? value->property("text").toString() : QString();
    };
    QVERIFY(m_driver->waitUntil([&] { return shown().startsWith(text("   0  <|endoftext|>\n   1  ")); }));
    m_driver->press(Qt::Key_Space);
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("headerValue")) == nullptr; }));
}

void InspectorPageTest::tensorsAreSiftedAndCopied()
{
    inspectSample();
    QVERIFY(m_driver->click(text("Tensors")));
    QVERIFY(m_driver->waitUntil([&] { return count("tensorList") > 200; }));
    QVERIFY(m_driver->click(text("Filter by name or type")));
    m_driver->type(text("token_embd"));
    QVERIFY(m_driver->waitUntil([&] { return count("tensorList") == 1; }));
    QVERIFY(m_driver->click(text("token_embd.weight, Q4_1")));
    m_driver->press(Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(text("token_embd.weight\tQ4_1\t576 × ")));
}

void InspectorPageTest::whatIsTypedBecomesTokens()
{
    inspectSample();
    QVERIFY(m_driver->click(text("Tokenizer")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("tokenizerText")) != nullptr; }));
    QVERIFY(m_driver->waitFor(text("Token Type, number 261")));
    QVERIFY(m_driver->click(m_driver->named(text("tokenizerText"))));
    m_driver->press(Qt::Key_A, Qt::ControlModifier);
    m_driver->type(text("model model"));
    QVERIFY(m_driver->waitFor(text("3 tokens for 11 characters (11 bytes)")));
    QCOMPARE(m_driver->findAll(text("Token model, number 298")).size(), 2);
    // Control tokens are text until one says otherwise.
    m_driver->press(Qt::Key_A, Qt::ControlModifier);
    m_driver->type(text("<|im_end|>"));
    QVERIFY(m_driver->waitFor(text("Token <, number")));
    QVERIFY(m_driver->click(text("Control tokens typed here count as such")));
    QVERIFY(m_driver->waitFor(text("Special token <|im_end|>, number 2")));
}

void InspectorPageTest::aSampleIsShownAsItIsSent()
{
    inspectSample();
    QVERIFY(m_driver->click(text("What is sent")));
    QVERIFY(m_driver->waitFor(text("You, ")));
    QVERIFY(m_driver->waitFor(text("What opens the answer, ")));
    QVERIFY(m_driver->click(text("Copy what is sent")));
    const QString sent = QGuiApplication::clipboard()->text();
    QVERIFY(sent.startsWith(text("<|im_start|>system\n")));
    QVERIFY(sent.endsWith(text("<|im_start|>assistant\n")));
    QVERIFY(m_driver->click(text("The template itself")));
    QVERIFY(m_driver->waitFor(text("{% for message in messages %}")));
}

void InspectorPageTest::theOpenChatIsShownAsItIsSent()
{
    QVERIFY(m_desk->ask(text("Which merge is stable?")));
    inspectSample();
    QVERIFY(m_driver->click(text("What is sent")));
    QVERIFY(m_driver->click(text("This chat's last question")));
    QVERIFY(m_driver->waitFor(text("<|im_start|>user\nWhich merge is stable?<|im_end|>")));
}

void InspectorPageTest::anEmptyChatSendsNothing()
{
    inspectSample();
    QVERIFY(m_driver->click(text("What is sent")));
    QVERIFY(m_driver->click(text("This chat's last question")));
    QVERIFY(m_driver->waitFor(text("Nothing has been asked in the open chat yet.")));
}

void InspectorPageTest::filesThatAreNoModelsGetASentence_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const tests::Bytes model = tests::makeTinyModel();
    const QByteArray whole(reinterpret_cast<const char *>(model.data()), static_cast<qsizetype>(model.size()));
    QTest::newRow("an empty file") << QByteArray();
    QTest::newRow("rubbish") << QByteArray(4096, '\x5a');
    QTest::newRow("a text") << QByteArray("Dear model, this is a letter.");
    QTest::newRow("nothing but the first word") << QByteArray("GGUF");
    QTest::newRow("a later version") << QByteArray("GGUF\x63\0\0\0", 8) + QByteArray(64, '\0');
    QTest::newRow("cut in the header") << whole.first(700);
    QByteArray endless = whole.first(24);
    endless.replace(16, 8, QByteArray(8, '\xff'));
    QTest::newRow("more keys than there can be") << endless;
    QTest::newRow("not there") << QByteArray("absent");
}

void InspectorPageTest::filesThatAreNoModelsGetASentence()
{
    QFETCH(QByteArray, bytes);
    const QString path = m_folder.filePath(text("strange.gguf"));
    QFile::remove(path);
    if (bytes != "absent") {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    inspect(path);
    QVERIFY(m_driver->waitFor(text("Copy details")));
    QVERIFY(m_driver->named(text("headerList")) == nullptr);
    const QString sentence = m_driver->named(text("inspectorFailure"))->property("sentence").toString();
    QVERIFY2(sentence.contains(text("strange.gguf")), qPrintable(sentence));
    QVERIFY(m_driver->click(text("Copy details")));
    QVERIFY(!QGuiApplication::clipboard()->text().isEmpty());
    QVERIFY(m_driver->click(text("Back")));
    QVERIFY(m_driver->waitUntil([&] { return m_driver->named(text("inspectorPage")) == nullptr; }));
}

void InspectorPageTest::aCutFileStillShowsItsHeader()
{
    const tests::Bytes model = tests::makeTinyModel({.layers = 8});
    const QString path = m_folder.filePath(text("cut.gguf"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto most = static_cast<qint64>(model.size() * 9 / 10);
    QCOMPARE(file.write(reinterpret_cast<const char *>(model.data()), most), most);
    file.close();
    inspect(path);
    QVERIFY(m_driver->waitFor(text("general.architecture")));
    QVERIFY(m_driver->named(text("inspectorFacts"))
                ->property("text")
                .toString()
                .contains(text("the file ends before its last tensor")));
}

QTEST_MAIN(InspectorPageTest)
#include "inspector_page_test.moc"
