// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/passage_builder.h"

#include <QTest>

using namespace app;
using namespace app::extraction;

namespace {

std::int32_t wordTokens(std::string_view text)
{
    return static_cast<std::int32_t>(countWords(text));
}

/// A page of one block for each line.
Page page(const std::string &text, const std::vector<BlockKind> &kinds)
{
    Page made{.source = TextSource::File, .text = text};
    std::size_t begin = 0;
    for (const BlockKind kind : kinds) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        made.blocks.push_back({.kind = kind,
                               .level = static_cast<std::uint8_t>(kind == BlockKind::Heading ? 1 : 0),
                               .begin = static_cast<std::uint32_t>(begin),
                               .end = static_cast<std::uint32_t>(end)});
        begin = end + 1;
    }
    return made;
}

Extraction extractionOf(std::vector<Page> pages)
{
    Extraction made{.format = Format::Pdf, .state = State::Read};
    made.document.numbered = true;
    made.document.pages = std::move(pages);
    return made;
}

constexpr std::string_view kNoticeJson = "[{\"kind\":\"hidden_text\",\"page\":0,\"text\":\"a <b>\"}]";

} // namespace

class PassageBuilderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pagesBecomeOneTextWithOffsets()
    {
        const auto built =
            buildDocument(extractionOf({page("One\ntwo three", {BlockKind::Heading, BlockKind::Paragraph}),
                                        page("Head\nfour", {BlockKind::RunningHead, BlockKind::Paragraph})}),
                          "file", wordTokens);
        QCOMPARE(built.document.state, storage::DocumentState::Read);
        QCOMPARE(built.document.format, std::string("pdf"));
        QCOMPARE(built.document.title, std::string("file"));
        QCOMPARE(built.document.pageCount, 2);
        QCOMPARE(built.document.pagesWithText, 2);
        QCOMPARE(built.document.wordCount, 5);
        QVERIFY(built.document.numbered);
        QCOMPARE(built.document.readerVersion, kReaderVersion);
        QCOMPARE(built.pages[0].text, std::string("One\ntwo three"));
        QCOMPARE(built.pages[1].textBegin, 14);
        QCOMPARE(built.chunks.passages.size(), 1U);
        const storage::Passage &passage = built.chunks.passages[0];
        // The running head stays out of the passage and in the page.
        QCOMPARE(passage.text, std::string("two three\n\nfour"));
        QCOMPARE(passage.heading, std::string("file > One"));
        QCOMPARE(passage.textBegin, 4);
        QCOMPARE(passage.textEnd, 14 + 9);
        QCOMPARE(passage.firstPage, 0);
        QCOMPARE(passage.lastPage, 1);
    }

    void wordsBecomeBoxesOfTheirPage()
    {
        Page second = page("two words", {BlockKind::Paragraph});
        second.words = {{0, 3, {10, 20, 30, 32}}, {4, 9, {33, 20, 60, 32}}};
        const auto built =
            buildDocument(extractionOf({page("one", {BlockKind::Paragraph}), second}), "file", wordTokens);
        QCOMPARE(built.chunks.passages.size(), 1U);
        const std::vector<storage::LineBox> expected = {{1, 10, 20, 60, 32}};
        QVERIFY(built.chunks.passages[0].boxes == expected);
    }

    void statesAndProperties_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<QByteArray>("to");
        const auto row = [](State from, const char *to) {
            QTest::newRow(to) << static_cast<int>(from) << QByteArray(to);
        };
        row(State::Read, "read");
        row(State::Partial, "partial");
        row(State::NoText, "scanned");
        row(State::Encrypted, "encrypted");
        row(State::Unsupported, "unsupported");
        row(State::Malformed, "malformed");
        row(State::TooLarge, "too_large");
    }

    void statesAndProperties()
    {
        QFETCH(int, from);
        QFETCH(QByteArray, to);
        Extraction extraction = extractionOf({});
        extraction.state = static_cast<State>(from);
        extraction.reason = "why";
        const auto built = buildDocument(extraction, "file", wordTokens);
        QCOMPARE(QByteArray::fromStdString(std::string(storage::name(built.document.state))), to);
        QCOMPARE(built.document.reason, std::string("why"));
    }

    void aTitleIsTakenWhereItIsOne()
    {
        Extraction extraction = extractionOf({});
        extraction.document.title = "A\ntitle";
        QCOMPARE(buildDocument(extraction, "file", wordTokens).document.title, std::string("A title"));
        extraction.document.title = " \n";
        QCOMPARE(buildDocument(extraction, "file", wordTokens).document.title, std::string("file"));
        extraction.document.title = std::string(500, 'x');
        QCOMPARE(buildDocument(extraction, "file", wordTokens).document.title, std::string("file"));
    }

    void anEmptyDocumentSaysSo()
    {
        const auto built = buildDocument(extractionOf({Page{}}), "file", wordTokens);
        QCOMPARE(built.document.pagesWithText, 0);
        QCOMPARE(built.document.reason, std::string("it has no text"));
        QVERIFY(built.chunks.passages.empty());
    }

    void noticesAreKept()
    {
        Extraction extraction = extractionOf({page("x", {BlockKind::Paragraph})});
        extraction.document.notices = {{NoticeKind::HiddenText, 0, "a <b>"}};
        QVERIFY(buildDocument(extraction, "file", wordTokens).document.noticesJson == kNoticeJson);
    }
};

QTEST_GUILESS_MAIN(PassageBuilderTest)
#include "passage_builder_test.moc"
