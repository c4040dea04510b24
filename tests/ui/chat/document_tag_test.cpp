// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/document_tag.h"

#include <QTest>

class DocumentTagTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aNameIsBeingWritten_data()
    {
        // The cursor is where the | stands.
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("start");
        const auto row = [](const char *text, int start) { QTest::newRow(text) << QString::fromUtf8(text) << start; };
        row("|", -1);
        row("#|", 0);
        row("|#", -1);
        row("#lea|se", 0);
        row("what does #lease old|", 10);
        row("one\n#two|", 4);
        row("(#lease|)", 1);
        row("„#Mietvertrag|", 1);
        row("# Title|", -1);
        row("## Title|", -1);
        row("##|", -1);
        row("C#|", -1);
        row("a#b|", -1);
        row("#one\ntwo|", -1);
        row("#one #two|", 5);
        row("no sign|", -1);
    }
    void aNameIsBeingWritten()
    {
        QFETCH(QString, text);
        QFETCH(int, start);
        const int cursor = static_cast<int>(text.indexOf(u'|'));
        text.remove(cursor, 1);
        QCOMPARE(ui::DocumentTag().startOf(text, cursor), start);
    }

    void aLongTextBehindASignIsNoName()
    {
        const QString text = u'#' + QStringLiteral("word ").repeated(40);
        QCOMPARE(ui::DocumentTag().startOf(text, static_cast<int>(text.size())), -1);
        QCOMPARE(ui::DocumentTag().startOf(text, 5), 0);
        QCOMPARE(ui::DocumentTag().startOf(text, 100'000), -1);
    }
};

QTEST_GUILESS_MAIN(DocumentTagTest)
#include "document_tag_test.moc"
