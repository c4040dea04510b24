// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/text_embedder.h"

#include "tests/app/support/fake_embedder.h"

#include <QTest>

#include <algorithm>

using namespace app;

class TextEmbedderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPassageThatFitsIsOneWindow()
    {
        const test::FakeEmbedder embedder(10);
        const std::vector<std::string> whole = {"Title > one two three."};
        QCOMPARE(embeddingWindows("Title", "one two three.", embedder), whole);
        const std::vector<std::string> bare = {"one two three."};
        QCOMPARE(embeddingWindows("", "one two three.", embedder), bare);
    }

    void aLongPassageIsSeenInOverlappingWindowsOfWholeSentences()
    {
        const test::FakeEmbedder embedder(14);
        std::string text;
        for (char c = 'a'; c < 'k'; ++c)
            text += std::string("Sentence ") + c + " here. ";
        const auto windows = embeddingWindows("T", text, embedder);
        QVERIFY(windows.size() > 2);
        for (const std::string &window : windows) {
            QVERIFY(window.starts_with("T > Sentence"));
            QVERIFY(embedder.countTokens(window) <= 14);
        }
        for (char c = 'a'; c < 'k'; ++c) {
            const std::string sentence = std::string("Sentence ") + c + " here.";
            QVERIFY(std::ranges::any_of(windows, [&](const std::string &w) { return w.contains(sentence); }));
        }
        QVERIFY(windows[0].contains("Sentence d"));
        QVERIFY(windows[1].contains("Sentence d"));
    }

    void anEndlessSentenceAndALongHeadingComeToAnEnd()
    {
        const test::FakeEmbedder embedder(8);
        std::string text;
        for (int i = 0; i < 100; ++i)
            text += "word ";
        const auto windows = embeddingWindows(std::string(text).substr(0, 100), text, embedder);
        QVERIFY(windows.size() >= 100 / 8);
        QVERIFY(windows.size() <= 100);
    }
};

QTEST_GUILESS_MAIN(TextEmbedderTest)
#include "text_embedder_test.moc"
