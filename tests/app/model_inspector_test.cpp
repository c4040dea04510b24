// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_inspector.h"

#include "inference/error.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>

using namespace app;

class ModelInspectorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyKeyHasItsTypeAndValue_data();
    void everyKeyHasItsTypeAndValue();
    void longArraysAreShortened();
    void elementsComeOnDemand();
    void tensorsHaveTypesShapesAndShares();
    void anAdapterIsShownWithoutATokenizer();
    void brokenFilesGiveASentence_data();
    void brokenFilesGiveASentence();
    void tokensSpellTheText_data();
    void tokensSpellTheText();
    void controlTokensAreToldApart();
    void theNewestTextCounts();
    void aPromptIsDividedByMessage();
    void aLongChatsBeginningIsOnePart();
    void aTemplateThatRefusesSaysSo();
    void anotherFileForgetsTheFirst();

private:
    QString file(const QString &name) const { return m_folder.filePath(name); }
    bool open(ModelInspector &inspector, const QString &path)
    {
        inspector.setPath(path);
        return QTest::qWaitFor([&] { return inspector.phase() != InspectionPhase::Reading; });
    }

    QTemporaryDir m_folder;
    QString m_model;
};

void ModelInspectorTest::initTestCase()
{
    m_model = file(QStringLiteral("tiny.gguf"));
    auto writer = tests::tinyModelWriter({.controlTokens = {"<|im_start|>", "<|im_end|>"}});
    writer.u64("test.u64", 18446744073709551615U).f32("test.f32", 1e-5F).boolean("test.bool", true);
    const std::array<float, 40> numbers{0.5F};
    writer.f32s("test.many", numbers).string("test.text", "two\nlines");
    tests::writeFile(m_model.toStdString(), writer.bytes());
}

void ModelInspectorTest::everyKeyHasItsTypeAndValue_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("text");
    QTest::newRow("u32") << "llama.block_count" << "u32" << "2";
    QTest::newRow("u64") << "test.u64" << "u64" << "18446744073709551615";
    QTest::newRow("f32 as it was written") << "test.f32" << "f32" << "1e-05";
    QTest::newRow("bool") << "test.bool" << "bool" << "true";
    QTest::newRow("string") << "test.text" << "string" << "two\nlines";
}

void ModelInspectorTest::everyKeyHasItsTypeAndValue()
{
    QFETCH(QString, key);
    QFETCH(QString, type);
    QFETCH(QString, text);
    const auto read = inspectFile(m_model);
    QVERIFY(read.has_value());
    const auto entry = std::ranges::find(read->entries, key, &HeaderEntryValue::key);
    QVERIFY(entry != read->entries.end());
    QCOMPARE(entry->type, type);
    QCOMPARE(entry->text, text);
    QVERIFY(!entry->isArray);
}

void ModelInspectorTest::longArraysAreShortened()
{
    const auto read = inspectFile(m_model);
    QVERIFY(read.has_value());
    const auto entry = std::ranges::find(read->entries, QStringLiteral("test.many"), &HeaderEntryValue::key);
    QVERIFY(entry != read->entries.end());
    QVERIFY(entry->isArray);
    QCOMPARE(entry->type, QStringLiteral("array of f32"));
    QCOMPARE(entry->elements, 40);
    QVERIFY(entry->text.startsWith(QStringLiteral("0.5, 0, ")));
    QVERIFY(entry->text.endsWith(QStringLiteral(" …")));
}

void ModelInspectorTest::elementsComeOnDemand()
{
    ModelInspector inspector;
    QVERIFY(open(inspector, m_model));
    const auto entry = std::ranges::find(inspector.entries(), QStringLiteral("test.many"), &HeaderEntryValue::key);
    const qsizetype row = entry - inspector.entries().begin();
    QSignalSpy read(&inspector, &ModelInspector::elementsRead);
    inspector.readElements(row, 38, 10);
    QVERIFY(read.wait());
    QCOMPARE(read.constFirst().at(0).toLongLong(), row);
    QCOMPARE(read.constFirst().at(2).toStringList().size(), 2);
}

void ModelInspectorTest::tensorsHaveTypesShapesAndShares()
{
    const auto read = inspectFile(m_model);
    QVERIFY(read.has_value());
    const auto tensor = std::ranges::find(read->tensors, QStringLiteral("token_embd.weight"), &TensorValue::name);
    QVERIFY(tensor != read->tensors.end());
    QCOMPARE(tensor->type, QStringLiteral("Q8_0"));
    QCOMPARE(tensor->shape, QStringLiteral("64 × 320"));
    QCOMPARE(tensor->weights, 64U * 320U);
    QCOMPARE(tensor->bytes, 64U * 320U / 32U * 34U);
    double all = 0.0;
    for (const TensorValue &one : read->tensors)
        all += one.share;
    QVERIFY(std::abs(all - 1.0) < 1e-9);
}

void ModelInspectorTest::anAdapterIsShownWithoutATokenizer()
{
    const QString path = file(QStringLiteral("adapter.gguf"));
    tests::writeTinyAdapter(path.toStdString());
    ModelInspector inspector;
    QVERIFY(open(inspector, path));
    QCOMPARE(inspector.phase(), InspectionPhase::Ready);
    QVERIFY(!inspector.entries().isEmpty());
    QVERIFY(!inspector.tensors().isEmpty());
    QVERIFY(!inspector.hasTokenizer());
    QVERIFY(!inspector.tokenizerFailure().title.isEmpty());
    QVERIFY(!inspector.takesChats());
}

void ModelInspectorTest::brokenFilesGiveASentence_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no model") << QByteArray("plain words, no model at all, and long enough for a header");
    QTest::newRow("cut in the header") << QByteArray("GGUF\3\0\0\0\1\0\0\0\0\0\0\0", 16);
}

void ModelInspectorTest::brokenFilesGiveASentence()
{
    QFETCH(QByteArray, bytes);
    const QString path = file(QStringLiteral("broken.gguf"));
    QFile out(path);
    QVERIFY(out.open(QIODevice::WriteOnly));
    out.write(bytes);
    out.close();
    ModelInspector inspector;
    QVERIFY(open(inspector, path));
    QCOMPARE(inspector.phase(), InspectionPhase::Failed);
    QVERIFY(!inspector.failure().title.isEmpty());
    QVERIFY(!inspector.failure().explanation.isEmpty());
    QVERIFY(inspector.entries().isEmpty());
}

void ModelInspectorTest::tokensSpellTheText_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString();
    QTest::newRow("words") << QStringLiteral("the yes of it");
    QTest::newRow("characters of several bytes") << QStringLiteral("naïve 日本 🙂");
}

void ModelInspectorTest::tokensSpellTheText()
{
    QFETCH(QString, text);
    const auto read = inspectFile(m_model);
    QVERIFY(read.has_value() && read->model);
    const TokenizedText made = tokenized(*read->model, text, {.addSpecial = false});
    QByteArray bytes;
    for (const TokenValue &token : made.tokens) {
        QVERIFY(!token.text.isEmpty());
        QVERIFY(!token.isSpecial);
        bytes += QByteArray::fromHex(token.bytes.toLatin1());
    }
    QCOMPARE(QString::fromUtf8(bytes), text);
    QCOMPARE(made.total, made.tokens.size());
    QCOMPARE(made.bytes, text.toUtf8().size());
    QCOMPARE(made.characters, text.toUcs4().size());
}

void ModelInspectorTest::controlTokensAreToldApart()
{
    const auto read = inspectFile(m_model);
    QVERIFY(read.has_value() && read->model);
    const QString text = QStringLiteral("a<|im_end|>");
    const auto special = [&](bool parse) {
        const TokenizedText made = tokenized(*read->model, text, {.addSpecial = false, .parseControl = parse});
        return std::ranges::count(made.tokens, true, &TokenValue::isSpecial);
    };
    QCOMPARE(special(true), 1);
    QCOMPARE(special(false), 0); // what somebody typed is only text
}

void ModelInspectorTest::theNewestTextCounts()
{
    ModelInspector inspector;
    QVERIFY(open(inspector, m_model));
    for (int length = 1; length <= 50; ++length)
        inspector.tokenize(QString(length, u'a'), {.addSpecial = false});
    QTRY_COMPARE(inspector.characterCount(), 50);
    inspector.tokenize(QString(), {.addSpecial = false});
    QTRY_COMPARE(inspector.tokenCount(), 0);
}

void ModelInspectorTest::aPromptIsDividedByMessage()
{
    const auto read = inspectFile(m_model);
    QVERIFY(read.has_value() && read->model);
    const auto messages = sampleConversation();
    const auto view = viewPrompt(*read->model, messages, 0);
    QVERIFY(view.has_value());
    const QList<PromptPartKind> expected{PromptPartKind::System, PromptPartKind::User, PromptPartKind::Assistant,
                                         PromptPartKind::User, PromptPartKind::Answer};
    QList<PromptPartKind> kinds;
    qsizetype tokens = 0;
    QString text;
    for (const PromptPart &part : view->parts) {
        kinds.append(part.kind);
        tokens += part.tokens;
        for (const PromptPiece &piece : part.pieces)
            text += piece.text;
    }
    QCOMPARE(kinds, expected);
    QCOMPARE(tokens, view->tokens);
    const auto whole = read->model->encodeChat(messages, {});
    QVERIFY(whole.has_value());
    QCOMPARE(text, QString::fromStdString(whole->text));
    for (qsizetype i = 0; i + 1 < view->parts.size(); ++i) {
        QString part;
        for (const PromptPiece &piece : view->parts.at(i).pieces)
            part += piece.text;
        QVERIFY(part.contains(QString::fromStdString(messages[static_cast<std::size_t>(i)].content)));
    }
}

void ModelInspectorTest::aLongChatsBeginningIsOnePart()
{
    const auto read = inspectFile(m_model);
    QVERIFY(read.has_value() && read->model);
    std::vector<inference::Message> messages;
    for (int turn = 0; turn < 40; ++turn) {
        messages.push_back({.role = inference::Role::User, .content = "q"});
        messages.push_back({.role = inference::Role::Assistant, .content = "a"});
    }
    messages.push_back({.role = inference::Role::User, .content = "last"});
    const auto view = viewPrompt(*read->model, messages, 0);
    QVERIFY(view.has_value());
    QCOMPARE(view->parts.constFirst().kind, PromptPartKind::Earlier);
    QCOMPARE(view->parts.constFirst().messages, 81 - 24);
    QCOMPARE(view->parts.size(), 1 + 24 + 1);
    qsizetype tokens = 0;
    for (const PromptPart &part : view->parts)
        tokens += part.tokens;
    QCOMPARE(tokens, view->tokens);
}

void ModelInspectorTest::aTemplateThatRefusesSaysSo()
{
    const QString path = file(QStringLiteral("refusing.gguf"));
    tests::writeTinyModel(path.toStdString(),
                          {.templateSource = "{% if messages|length > 3 %}{{ raise_exception('too many') }}{% endif %}"
                                             "{% for m in messages %}{{ m.content }}{% endfor %}"});
    ModelInspector inspector;
    QVERIFY(open(inspector, path));
    QSignalSpy changed(&inspector, &ModelInspector::promptChanged);
    inspector.viewSample();
    QVERIFY(changed.wait());
    QVERIFY(inspector.promptParts().isEmpty());
    QVERIFY(!inspector.promptFailure().title.isEmpty());
}

void ModelInspectorTest::anotherFileForgetsTheFirst()
{
    ModelInspector inspector;
    QVERIFY(open(inspector, m_model));
    inspector.tokenize(QStringLiteral("text"), {});
    inspector.setPath(file(QStringLiteral("missing.gguf")));
    QCOMPARE(inspector.tokenCount(), 0);
    QVERIFY(inspector.entries().isEmpty());
    QTRY_COMPARE(inspector.phase(), InspectionPhase::Failed);
    QCOMPARE(inspector.tokenCount(), 0);
}

QTEST_GUILESS_MAIN(ModelInspectorTest)
#include "model_inspector_test.moc"
