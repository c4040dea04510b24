// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/plain_style.h"

#include <QTest>

using namespace ui;

class PlainStyleTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void inlineCode_data();
    void inlineCode();
};

void PlainStyleTest::inlineCode_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QStringList>("code");
    QTest::newRow("none") << QStringLiteral("a *b*") << QStringLiteral("a *b*") << QStringList{};
    QTest::newRow("one") << QStringLiteral("use `sorted(a + b)`.") << QStringLiteral("use sorted(a + b).")
                         << QStringList{QStringLiteral("sorted(a + b)")};
    QTest::newRow("two") << QStringLiteral("`a` and `b`") << QStringLiteral("a and b")
                         << QStringList{QStringLiteral("a"), QStringLiteral("b")};
    QTest::newRow("single") << QStringLiteral("it`s") << QStringLiteral("it`s") << QStringList{};
    QTest::newRow("over a line") << QStringLiteral("a `b\nc` d") << QStringLiteral("a `b\nc` d") << QStringList{};
    QTest::newRow("fence") << QStringLiteral("```\nx\n```") << QStringLiteral("```\nx\n```") << QStringList{};
}

void PlainStyleTest::inlineCode()
{
    QFETCH(QString, typed);
    const app::markdown::StyledText styled = PlainStyle().inlineCode(typed);
    QTEST(styled.text, "shown");
    QStringList code;
    for (const app::markdown::Span &span : styled.spans)
        code.append(styled.text.mid(span.start, span.length));
    QTEST(code, "code");
    QCOMPARE(PlainStyle().plain(typed).text, typed);
}

QTEST_APPLESS_MAIN(PlainStyleTest)
#include "plain_style_test.moc"
