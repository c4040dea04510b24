// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// BlockText and CodeHighlighter write into the document of a real TextEdit.
#include "ui/chat/block_text.h"
#include "ui/chat/code_highlighter.h"

#include "app/markdown/citation_marks.h"
#include "app/markdown/markdown_blocks.h"

#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextLayout>

using namespace ui;
using app::markdown::MarkdownBlocks;
using app::markdown::StyledText;

class BlockTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void writesTextAndStyles();
    void growthWritesOnlyTheEnd();
    void shrinkingIsWrittenToo();
    void markupIsText_data();
    void markupIsText();
    void linksAreFound();
    void numbersOfSourcesHaveTheirPlace();
    void sentencesThatNoSourceSaysAreUnderlined();
    void foundWordsAreMarked();
    void findingKeepsTheColoursOfCode();
    void codeIsColoured_data();
    void codeIsColoured();
    void aCommentEndsWithItsLine();
    void growingCodeColoursItsLastLines();
    void growingCodeLaysOutItsLastLines();
    void languagesHaveNames_data();
    void languagesHaveNames();
    void theHighlighterMayDieAfterItsDocument();

private:
    static StyledText styled(const QString &markdown) { return MarkdownBlocks::parse(markdown).constFirst().content; }
    [[nodiscard]] QTextDocument *document() const { return m_document->textDocument(); }
    [[nodiscard]] QTextCharFormat formatAt(int position) const
    {
        QTextCursor cursor(document());
        cursor.setPosition(position + 1);
        return cursor.charFormat();
    }

    /// What the highlighter gave the character; invalid: nothing.
    [[nodiscard]] QColor colorAt(qsizetype position) const
    {
        const QTextBlock block = document()->findBlock(int(position));
        const qsizetype inside = position - block.position();
        for (const QTextLayout::FormatRange &range : block.layout()->formats()) {
            if (range.start <= inside && inside < range.start + range.length &&
                range.format.hasProperty(QTextFormat::ForegroundBrush))
                return range.format.foreground().color();
        }
        return {};
    }
    static void setColors(CodeHighlighter &colors)
    {
        colors.setKeyword(Qt::red);
        colors.setString(Qt::green);
        colors.setNumber(Qt::blue);
        colors.setComment(Qt::gray);
    }

    QQmlEngine m_engine;
    std::unique_ptr<QObject> m_edit;
    QQuickTextDocument *m_document = nullptr;
};

void BlockTextTest::init()
{
    QQmlComponent component(&m_engine);
    component.setData("import QtQuick\nTextEdit { textFormat: TextEdit.PlainText }", {});
    m_edit.reset(component.create());
    QVERIFY2(m_edit, qPrintable(component.errorString()));
    m_document = m_edit->property("textDocument").value<QQuickTextDocument *>();
    QVERIFY(m_document);
}

void BlockTextTest::writesTextAndStyles()
{
    BlockText text;
    text.setDocument(m_document);
    text.setMonoFamily(QStringLiteral("Courier"));
    text.setContent(styled(QStringLiteral("plain **bold** *slanted* ~~gone~~ `code`")));
    QCOMPARE(document()->toPlainText(), QStringLiteral("plain bold slanted gone code"));
    QCOMPARE(formatAt(0).fontWeight(), int(QFont::Normal));
    QCOMPARE(formatAt(6).fontWeight(), int(QFont::DemiBold));
    QVERIFY(formatAt(11).fontItalic());
    QVERIFY(formatAt(19).fontStrikeOut());
    QCOMPARE(formatAt(24).fontFamilies().toStringList(), QStringList{QStringLiteral("Courier")});
}

void BlockTextTest::growthWritesOnlyTheEnd()
{
    BlockText text;
    text.setDocument(m_document);
    text.setContent(styled(QStringLiteral("The first words are **there**")));
    QList<int> positions;
    const auto connection = connect(document(), &QTextDocument::contentsChange, this,
                                    [&](int position, int, int) { positions.append(position); });
    const int before = document()->characterCount() - 1;
    text.setContent(styled(QStringLiteral("The first words are **there** and more")));
    disconnect(connection);
    QCOMPARE(document()->toPlainText(), QStringLiteral("The first words are there and more"));
    QVERIFY(!positions.isEmpty());
    for (const int position : std::as_const(positions))
        QVERIFY2(position >= before, qPrintable(QString::number(position)));
    QSignalSpy written(&text, &BlockText::written);
    text.setContent(styled(QStringLiteral("The first words are **there** and more")));
    QCOMPARE(written.count(), 0);
}

void BlockTextTest::shrinkingIsWrittenToo()
{
    BlockText text;
    text.setDocument(m_document);
    text.setContent(styled(QStringLiteral("a **b")));
    QCOMPARE(document()->toPlainText(), QStringLiteral("a **b"));
    text.setContent(styled(QStringLiteral("a **b**")));
    QCOMPARE(document()->toPlainText(), QStringLiteral("a b"));
    QCOMPARE(formatAt(2).fontWeight(), int(QFont::DemiBold));
}

void BlockTextTest::markupIsText_data()
{
    QTest::addColumn<QString>("markdown");
    QTest::newRow("tag") << QStringLiteral("<b>no</b> <img src=\"http://192.0.2.1/x.png\">");
    QTest::newRow("script") << QStringLiteral("a <script>alert(1)</script> b");
    QTest::newRow("entity") << QStringLiteral("a &lt;b&gt; c");
}

void BlockTextTest::markupIsText()
{
    QFETCH(QString, markdown);
    BlockText text;
    text.setDocument(m_document);
    const StyledText content = styled(markdown);
    text.setContent(content);
    QCOMPARE(document()->toPlainText(), content.text);
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        for (auto part = block.begin(); !part.atEnd(); ++part) {
            QVERIFY(!part.fragment().charFormat().isImageFormat());
            QVERIFY(!part.fragment().charFormat().isAnchor());
        }
    }
}

void BlockTextTest::linksAreFound()
{
    BlockText text;
    text.setDocument(m_document);
    QVERIFY(!text.hasLinks());
    text.setContent(styled(QStringLiteral("see [one](https://a.example) and [two](https://b.example)")));
    QVERIFY(text.hasLinks());
    QCOMPARE(text.linkAt(0), QString());
    QCOMPARE(text.linkAt(4), QStringLiteral("https://a.example"));
    QCOMPARE(text.linkAt(12), QStringLiteral("https://b.example"));
    QCOMPARE(text.nextLink(0), 4);
    QCOMPARE(text.nextLink(4), 12);
    QCOMPARE(text.nextLink(12), 4);
}

void BlockTextTest::numbersOfSourcesHaveTheirPlace()
{
    StyledText content = styled(QStringLiteral("Ends in May [1], or **later [12]**.\nAnd **[**3]"));
    app::markdown::markCitations(content, [](int) { return true; });
    app::markdown::insertText(content, content.text.indexOf(u'\n'), QStringLiteral("[2]"),
                              app::markdown::Citation | app::markdown::Attributed);
    BlockText text;
    text.setDocument(m_document);
    text.setPixelSize(15);
    text.setCitationColor(Qt::red);
    m_edit->setProperty("width", 1000);
    text.setContent(content);
    // A number in two styles is none.
    QCOMPARE(text.citationCount(), 3);
    QCOMPARE(text.citationNumber(0), 1);
    QCOMPARE(text.citationNumber(1), 12);
    QCOMPARE(text.citationNumber(2), 2);
    QCOMPARE(text.citationNumber(3), 0);
    QVERIFY(!text.isCitationAdded(1));
    QVERIFY(text.isCitationAdded(2));
    QCOMPARE(formatAt(13).foreground().color(), QColor(Qt::red));
    const QRectF first = text.citationRect(0);
    const QRectF second = text.citationRect(1);
    QVERIFY(first.width() > 8 && first.height() > 10);
    QVERIFY(second.left() > first.right());
    QVERIFY(second.width() > first.width());
    QCOMPARE(second.top(), first.top());
    QVERIFY(text.citationRect(3).isNull());
    // In a narrow column it goes to another line, whole.
    m_edit->setProperty("wrapMode", 4);
    m_edit->setProperty("width", 150);
    QVERIFY(text.citationRect(1).top() > first.top());
    QCOMPARE(text.citationRect(1).width(), second.width());
    text.setContent(styled(QStringLiteral("none")));
    QCOMPARE(text.citationCount(), 0);
}

void BlockTextTest::sentencesThatNoSourceSaysAreUnderlined()
{
    StyledText content = styled(QStringLiteral("It ends. Cats **may** stay [1]. So."));
    app::markdown::addStyle(content, 9, 18, app::markdown::NotFound);
    app::markdown::markCitations(content, [](int number) { return number == 1; });
    BlockText text;
    text.setDocument(m_document);
    text.setNotFoundColor(Qt::red);
    text.setContent(content);
    QVERIFY(!formatAt(2).fontUnderline());
    QVERIFY(formatAt(10).fontUnderline());
    QCOMPARE(formatAt(10).underlineColor(), QColor(Qt::red));
    QVERIFY(formatAt(14).fontUnderline() && formatAt(14).fontWeight() == int(QFont::DemiBold));
    QVERIFY(!formatAt(24).fontUnderline()); // the number, over which something else is drawn
    QCOMPARE(text.notFound(), QStringLiteral("Cats may stay ."));
    QVERIFY(!text.isNotFound(8) && text.isNotFound(9) && text.isNotFound(26) && !text.isNotFound(27));
    text.setContent(styled(QStringLiteral("It ends.")));
    QVERIFY(text.notFound().isEmpty());
}

void BlockTextTest::foundWordsAreMarked()
{
    BlockText text;
    text.setDocument(m_document);
    text.setContent(styled(QStringLiteral("Graz, graz and GRAZ")));
    text.setNeedle(QStringLiteral("graz"));
    QCOMPARE(document()->begin().layout()->formats().size(), 3);
    text.setNeedle({});
    QCOMPARE(document()->begin().layout()->formats().size(), 0);
}

void BlockTextTest::codeIsColoured_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("word");
    QTest::addColumn<QColor>("color");
    QTest::newRow("keyword") << QStringLiteral("python") << QStringLiteral("def f():\n    return 1")
                             << QStringLiteral("return") << QColor(Qt::red);
    QTest::newRow("string") << QStringLiteral("cpp") << QStringLiteral("auto a = \"text\";") << QStringLiteral("text")
                            << QColor(Qt::green);
    QTest::newRow("number") << QStringLiteral("cpp") << QStringLiteral("int a = 42;") << QStringLiteral("42")
                            << QColor(Qt::blue);
    QTest::newRow("comment") << QStringLiteral("js") << QStringLiteral("// words") << QStringLiteral("words")
                             << QColor(Qt::gray);
    QTest::newRow("unknown language") << QStringLiteral("nosuch") << QStringLiteral("return 1")
                                      << QStringLiteral("return") << QColor();
}

void BlockTextTest::codeIsColoured()
{
    QFETCH(QString, language);
    QFETCH(QString, code);
    QFETCH(QString, word);
    QFETCH(QColor, color);
    CodeHighlighter colors;
    setColors(colors);
    colors.setDocument(m_document);
    colors.setLanguage(language);
    BlockText text;
    text.setByLine(true);
    text.setDocument(m_document);
    StyledText content;
    // As it streams: the highlighter must keep up with what is appended.
    for (const QChar letter : std::as_const(code)) {
        content.text += letter;
        text.setContent(content);
    }
    const qsizetype at = document()->toPlainText().indexOf(word);
    QVERIFY(at >= 0);
    QVERIFY(QTest::qWaitFor([&] { return colorAt(at) == color; }));
}

void BlockTextTest::findingKeepsTheColoursOfCode()
{
    CodeHighlighter colors;
    setColors(colors);
    colors.setDocument(m_document);
    colors.setLanguage(QStringLiteral("python"));
    BlockText text;
    text.setByLine(true);
    text.setDocument(m_document);
    StyledText code;
    code.text = QStringLiteral("x = 1\nreturn x");
    text.setContent(code);
    QVERIFY(QTest::qWaitFor([&] { return colorAt(6) == QColor(Qt::red); }));
    text.setNeedle(QStringLiteral("turn"));
    QCOMPARE(colorAt(6), QColor(Qt::red));
    QCOMPARE(document()->lastBlock().layout()->formats().constLast().start, 2);
    text.setNeedle({});
    QCOMPARE(colorAt(6), QColor(Qt::red));
    QCOMPARE(document()->lastBlock().layout()->formats().constLast().start, 0);
}

void BlockTextTest::aCommentEndsWithItsLine()
{
    CodeHighlighter colors;
    setColors(colors);
    colors.setDocument(m_document);
    colors.setLanguage(QStringLiteral("python"));
    BlockText text;
    text.setByLine(true);
    text.setDocument(m_document);
    StyledText code;
    code.text = QStringLiteral("# note\nreturn 1");
    text.setContent(code);
    QVERIFY(QTest::qWaitFor([&] { return colorAt(3) == QColor(Qt::gray); }));
    QCOMPARE(colorAt(8), QColor(Qt::red));
    QCOMPARE(document()->toPlainText(), code.text);
}

void BlockTextTest::growingCodeColoursItsLastLines()
{
    CodeHighlighter colors;
    setColors(colors);
    colors.setDocument(m_document);
    colors.setLanguage(QStringLiteral("python"));
    BlockText text;
    text.setByLine(true);
    text.setDocument(m_document);
    StyledText code;
    constexpr int kPieces = 1000;
    for (int piece = 0; piece < kPieces; ++piece) {
        code.text += piece % 5 == 4 ? QStringLiteral("return 1\n") : QStringLiteral("a = 1; ");
        text.setContent(code);
    }
    QCOMPARE(document()->blockCount(), kPieces / 5 + 1);
    // The line that grows, and the next one where it ended.
    QVERIFY2(colors.colouredLines() <= 3 * kPieces, qPrintable(QString::number(colors.colouredLines())));
}

void BlockTextTest::growingCodeLaysOutItsLastLines()
{
    BlockText text;
    text.setByLine(true);
    text.setDocument(m_document);
    StyledText code;
    code.text = QStringLiteral("line\n").repeated(50);
    text.setContent(code);
    QSignalSpy changed(document(), &QTextDocument::contentsChange);
    code.text += QStringLiteral("more");
    text.setContent(code);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().at(0).toInt(), 250); // nothing above is touched
}

void BlockTextTest::languagesHaveNames_data()
{
    QTest::addColumn<QString>("fence");
    QTest::addColumn<QString>("name");
    QTest::newRow("cpp") << QStringLiteral("cpp") << QStringLiteral("C++");
    QTest::newRow("py") << QStringLiteral("py") << QStringLiteral("Python");
    QTest::newRow("unknown") << QStringLiteral("nosuch") << QStringLiteral("nosuch");
    QTest::newRow("none") << QString() << QString();
}

void BlockTextTest::languagesHaveNames()
{
    QFETCH(QString, fence);
    CodeHighlighter colors;
    colors.setLanguage(fence);
    QTEST(colors.displayName(), "name");
}

void BlockTextTest::theHighlighterMayDieAfterItsDocument()
{
    CodeHighlighter colors;
    colors.setDocument(m_document);
    colors.setLanguage(QStringLiteral("python"));
    m_edit.reset();
    QVERIFY(colors.document() == nullptr);
}

QTEST_MAIN(BlockTextTest)
#include "block_text_test.moc"
