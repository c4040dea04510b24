// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/thinking_splitter.h"

#include <QTest>

using app::ThinkingSplitter;

class ThinkingSplitterTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void splits_data();
    void splits();
    void givesOutEarly();
};

void ThinkingSplitterTest::splits_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("opened");
    QTest::addColumn<QByteArray>("thinking");
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char *name, const char *text, bool opened, const char *thinking, const char *answer) {
        QTest::newRow(name) << QByteArray(text) << opened << QByteArray(thinking) << QByteArray(answer);
    };
    row("plain", "Hello there", false, "", "Hello there");
    row("empty", "", false, "", "");
    row("thought and answer", "<think>\nlet me see\n</think>\n\nIt is 4.", false, "let me see", "It is 4.");
    row("the template opened it", "let me see</think>It is 4.", true, "let me see", "It is 4.");
    row("brackets", "[THINK]hm[/THINK]yes", false, "hm", "yes");
    row("another family's closing mark is text", "[THINK]a</think>b[/THINK]c", false, "a</think>b", "c");
    row("blanks before the mark", " \n<think>a</think>b", false, "a", "b");
    row("a mark later is text", "The tag <think> opens.", false, "", "The tag <think> opens.");
    row("never closed", "<think>still going", false, "still going", "");
    row("cut inside the closing mark", "<think>a</thi", false, "a</thi", "");
    row("cut inside the opening mark", "<thi", false, "", "<thi");
    row("empty thinking", "<think>\n\n</think>\n\nok", false, "", "ok");
    row("an opening that is none", "<thing>x", false, "", "<thing>x");
    row("paragraphs stay", "<think>a\n\nb\n</think>c\n\nd", false, "a\n\nb", "c\n\nd");
    row("no answer after thinking", "<think>a</think>\n", false, "a", "");
    row("umlauts", "<think>\xC3\xA4\xC3\xB6</think>\xC3\xBC", false, "\xC3\xA4\xC3\xB6", "\xC3\xBC");
}

void ThinkingSplitterTest::splits()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, opened);
    QFETCH(QByteArray, thinking);
    QFETCH(QByteArray, answer);
    const std::string whole = text.toStdString();
    // Whatever the pieces, the parts are the same.
    for (std::size_t size = 1; size <= whole.size() + 1; ++size) {
        ThinkingSplitter splitter(opened);
        std::string thought;
        std::string said;
        for (std::size_t at = 0; at < whole.size(); at += size)
            splitter.push(std::string_view(whole).substr(at, size), thought, said);
        splitter.finish(thought, said);
        QCOMPARE(QByteArray::fromStdString(thought), thinking);
        QCOMPARE(QByteArray::fromStdString(said), answer);
    }
}

void ThinkingSplitterTest::givesOutEarly()
{
    ThinkingSplitter splitter;
    std::string thought;
    std::string said;
    splitter.push("<think>first ", thought, said);
    QCOMPARE(thought, "first");
    splitter.push("second", thought, said);
    QCOMPARE(thought, "first second");
    QVERIFY(!splitter.isAnswering());
    splitter.push("</think>now", thought, said);
    QCOMPARE(said, "now");
    QVERIFY(splitter.isAnswering());
}

QTEST_GUILESS_MAIN(ThinkingSplitterTest)
#include "thinking_splitter_test.moc"
