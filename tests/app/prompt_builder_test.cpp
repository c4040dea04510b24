// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prompt_builder.h"

#include <QTest>

using namespace app;
using inference::Message;
using inference::Role;

class PromptBuilderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void builds_data();
    void builds();
    void dropsWholeTurns_data();
    void dropsWholeTurns();
    void fits_data();
    void fits();
    void templateFailureIsReported();
    void asksRarely();
    void titles_data();
    void titles();
};

namespace {

/// "u:text" user, "a:text" assistant, "s:text" system; separated by '|'.
QList<MessageValue> pathOf(const QString &script)
{
    QList<MessageValue> path;
    for (const QString &part : script.split(QLatin1Char('|'), Qt::SkipEmptyParts)) {
        MessageValue message;
        message.role = part.startsWith(QLatin1Char('u'))   ? MessageRole::User
                       : part.startsWith(QLatin1Char('a')) ? MessageRole::Assistant
                                                           : MessageRole::System;
        message.text = part.mid(2);
        message.thinking = QStringLiteral("never sent");
        path.append(message);
    }
    return path;
}

QString scriptOf(const std::vector<Message> &messages)
{
    QStringList parts;
    for (const Message &message : messages) {
        const QString who = message.role == Role::User        ? QStringLiteral("u:")
                            : message.role == Role::Assistant ? QStringLiteral("a:")
                                                              : QStringLiteral("s:");
        parts.append(who + QString::fromStdString(message.content));
    }
    return parts.join(QLatin1Char('|'));
}

/// One token for each character and two for each message.
inference::Result<std::size_t> countCharacters(std::span<const Message> messages)
{
    std::size_t tokens = 0;
    for (const Message &message : messages)
        tokens += message.content.size() + 2;
    return tokens;
}

} // namespace

void PromptBuilderTest::builds_data()
{
    QTest::addColumn<QString>("instructions");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("draft");
    QTest::addColumn<QString>("expected");
    QTest::newRow("a first question") << "" << "" << "hello" << "u:hello";
    QTest::newRow("instructions go first") << "be brief" << "u:a|a:b" << "c" << "s:be brief|u:a|a:b|u:c";
    QTest::newRow("blank instructions are none") << " \n" << "" << "c" << "u:c";
    QTest::newRow("regenerating has no draft") << "" << "u:a" << "" << "u:a";
    QTest::newRow("an answer without text is left out and questions are joined") << "" << "u:a|a:" << "b" << "u:a\n\nb";
    QTest::newRow("a stopped answer counts") << "" << "u:a|a:half" << "b" << "u:a|a:half|u:b";
}

void PromptBuilderTest::builds()
{
    QFETCH(QString, instructions);
    QFETCH(QString, path);
    QFETCH(QString, draft);
    QFETCH(QString, expected);
    QCOMPARE(scriptOf(buildMessages(instructions, pathOf(path), draft)), expected);
}

void PromptBuilderTest::dropsWholeTurns_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("droppable");
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("expected");
    QTest::newRow("none") << "s:i|u:1|a:2|u:3" << 1 << 0 << "s:i|u:1|a:2|u:3";
    QTest::newRow("the oldest goes, the instructions stay") << "s:i|u:1|a:2|u:3" << 1 << 1 << "s:i|u:3";
    QTest::newRow("never the newest") << "s:i|u:1|a:2|u:3" << 1 << 9 << "s:i|u:3";
    QTest::newRow("a single turn stays") << "u:1" << 0 << 1 << "u:1";
    QTest::newRow("two of three") << "u:1|a:2|u:3|a:4|u:5" << 2 << 2 << "u:5";
    QTest::newRow("one of three") << "u:1|a:2|u:3|a:4|u:5" << 2 << 1 << "u:3|a:4|u:5";
    QTest::newRow("an answer before any question goes with the oldest turn")
        << "s:i|a:0|u:1|a:2|u:3" << 1 << 1 << "s:i|u:3";
}

void PromptBuilderTest::dropsWholeTurns()
{
    QFETCH(QString, path);
    QFETCH(int, droppable);
    QFETCH(int, count);
    QFETCH(QString, expected);
    const std::vector<Message> messages = buildMessages({}, pathOf(path), {});
    QCOMPARE(static_cast<int>(droppableTurns(messages)), droppable);
    QCOMPARE(scriptOf(withoutOldestTurns(messages, static_cast<std::size_t>(count))), expected);
}

void PromptBuilderTest::fits_data()
{
    // "0123456789" costs 12 tokens.
    QTest::addColumn<int>("context");
    QTest::addColumn<int>("reserve");
    QTest::addColumn<bool>("fits");
    QTest::addColumn<bool>("possible");
    QTest::addColumn<int>("drop");
    QTest::addColumn<int>("after");
    QTest::newRow("all of it, exactly") << 70 << 10 << true << true << 0 << 60;
    QTest::newRow("one position short") << 69 << 10 << false << true << 1 << 36;
    QTest::newRow("two turns must go") << 30 << 10 << false << true << 2 << 12;
    QTest::newRow("only the newest is left, exactly") << 22 << 10 << false << true << 2 << 12;
    QTest::newRow("not even the newest") << 21 << 10 << false << false << 2 << 12;
}

void PromptBuilderTest::fits()
{
    QFETCH(int, context);
    QFETCH(int, reserve);
    const std::vector<Message> messages = buildMessages(
        {}, pathOf(QStringLiteral("u:0123456789|a:0123456789|u:0123456789|a:0123456789|u:0123456789")), {});
    const PromptFit fit = fitPrompt(messages, context, reserve, countCharacters);
    QVERIFY(fit.known);
    QCOMPARE(fit.promptTokens, 60);
    QCOMPARE(fit.contextLength, context);
    QTEST(fit.fits, "fits");
    QTEST(fit.possible, "possible");
    QTEST(fit.turnsToDrop, "drop");
    QTEST(fit.tokensAfterDrop, "after");
}

void PromptBuilderTest::templateFailureIsReported()
{
    const std::vector<Message> messages = buildMessages({}, pathOf(QStringLiteral("u:a")), {});
    const PromptFit fit = fitPrompt(messages, 100, 10, [](std::span<const Message>) -> inference::Result<std::size_t> {
        return inference::failure(inference::ErrorCode::TemplateFailed, "raise_exception");
    });
    QCOMPARE(fit.failure.code, QStringLiteral("inference.template_failed"));
}

void PromptBuilderTest::asksRarely()
{
    QList<MessageValue> path;
    for (int i = 0; i < 1000; ++i)
        path += pathOf(QStringLiteral("u:0123456789|a:0123456789"));
    path += pathOf(QStringLiteral("u:0123456789"));
    const std::vector<Message> messages = buildMessages({}, path, {});
    int calls = 0;
    const PromptFit fit = fitPrompt(messages, 5000, 500, [&](std::span<const Message> some) {
        ++calls;
        return countCharacters(some);
    });
    QCOMPARE(fit.turnsToDrop, 813); // 187 turns of 24 tokens and the newest of 12 are exactly 4500
    QCOMPARE(fit.tokensAfterDrop, 4500);
    QVERIFY2(calls <= 13, qPrintable(QString::number(calls)));
}

void PromptBuilderTest::titles_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("title");
    QTest::newRow("short") << "What is a lease?" << "What is a lease?";
    QTest::newRow("first line with words") << "\n  \n  Hello   there \nmore" << "Hello there";
    QTest::newRow("cut at a word") << QStringLiteral("word ").repeated(20)
                                   << QStringLiteral("word ").repeated(12).trimmed() + QChar(0x2026);
    QTest::newRow("one long word") << QString(100, QLatin1Char('x')) << QString(59, QLatin1Char('x')) + QChar(0x2026);
    QTest::newRow("empty") << "" << "";
}

void PromptBuilderTest::titles()
{
    QFETCH(QString, text);
    QTEST(titleFrom(text), "title");
    QVERIFY(titleFrom(text).size() <= 60);
}

QTEST_GUILESS_MAIN(PromptBuilderTest)
#include "prompt_builder_test.moc"
