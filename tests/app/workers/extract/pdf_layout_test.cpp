// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/extraction/extraction_protocol.h"
#include "app/workers/extract/readers/pdf_layout.h"

#include <QTest>

using namespace app::extraction;

namespace {

constexpr float kWidth = 600;
constexpr float kHeight = 800;

struct Style {
    float size = 10;
    bool bold = false;
    std::uint8_t rotation = 0;
};

// Pages of words that are half as wide as high, in the order in which they are added.
class Sheet {
public:
    Sheet()
    {
        m_page.width = kWidth;
        m_page.height = kHeight;
        m_page.source = TextSource::File;
    }

    /// Words of one line; `|` between two leaves a wide gap, `+` none at all.
    Sheet &line(float left, float top, const char *text, Style style = {})
    {
        const QStringList words = QString::fromUtf8(text).split(QLatin1Char(' '));
        float x = left;
        for (qsizetype i = 0; i < words.size(); ++i) {
            if (words[i] == QLatin1String("|")) {
                x += 3 * style.size;
                continue;
            }
            QString word = words[i];
            const bool joined = word.endsWith(QLatin1Char('+'));
            if (joined)
                word.chop(1);
            const float right = x + static_cast<float>(word.size()) * style.size / 2;
            const bool last = i + 1 == words.size() || words[i + 1] == QLatin1String("|");
            add(word, {.left = x, .top = top, .right = right, .bottom = top + style.size * 1.1F}, style,
                !joined && !last);
            x = right + (joined ? 0 : style.size * 0.3F);
        }
        return *this;
    }

    Sheet &add(const QString &word, Box box, Style style = {}, bool spaceAfter = false)
    {
        const QByteArray bytes = word.toUtf8();
        const auto begin = static_cast<std::uint32_t>(m_page.bytes.size());
        m_page.bytes += bytes.toStdString();
        m_page.words.push_back({.begin = begin,
                                .end = static_cast<std::uint32_t>(m_page.bytes.size()),
                                .box = box,
                                .fontSize = style.size,
                                .rotation = style.rotation,
                                .bold = style.bold,
                                .spaceAfter = spaceAfter});
        return *this;
    }

    [[nodiscard]] PlacedPage placed() const
    {
        PlacedPage page = m_page;
        makeLines(page);
        orderLines(page);
        return page;
    }

private:
    PlacedPage m_page;
};

QString textOf(const Page &page, const Block &block)
{
    return QString::fromUtf8(page.text.data() + block.begin, static_cast<qsizetype>(block.end - block.begin));
}

// One line for each block: its kind, level, and text.
QStringList described(const Page &page)
{
    constexpr const char *kKinds[] = {"P", "H", "L", "T", "C", "R"};
    QStringList blocks;
    for (const Block &block : page.blocks) {
        QString kind = QString::fromLatin1(kKinds[static_cast<int>(block.kind)]);
        if (block.level > 0)
            kind += QString::number(block.level);
        if (block.header)
            kind += QLatin1Char('*');
        blocks.append(kind + QLatin1Char(' ') + textOf(page, block).replace(QLatin1Char('\t'), QLatin1Char('|')));
    }
    return blocks;
}

std::vector<Page> pagesOf(std::vector<PlacedPage> placed, const std::vector<OutlineEntry> &outline = {})
{
    markRunningLines(placed);
    const DocumentStyle style(placed, outline);
    std::vector<Page> pages;
    for (const PlacedPage &page : placed) {
        pages.push_back(makePage(page, style));
        const Extraction whole{.document = {.pages = {pages.back()}, .parts = {{.pageCount = 1}}}};
        const std::string_view broken = brokenRule(whole, {});
        if (!broken.empty())
            qFatal("%s", std::string(broken).c_str());
    }
    return pages;
}

} // namespace

class PdfLayoutTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void blocks_data();
    void blocks();
    void brokenWordsStayTwoBoxes();
    void outlineNamesHeadings();
    void runningHeads();
    void runningHeadsOfLeftAndRightPages();
    void numbersOfATableAreNoRunningHeads();
    void turnedTextIsReadInItsOwnOrder_data();
    void turnedTextIsReadInItsOwnOrder();
};

void PdfLayoutTest::blocks_data()
{
    QTest::addColumn<Sheet>("sheet");
    QTest::addColumn<QStringList>("blocks");
    const auto row = [](const char *name, const Sheet &sheet, const QStringList &blocks) {
        QTest::newRow(name) << sheet << blocks;
    };
    const auto s = [](const char *text) { return QString::fromUtf8(text); };
    row("lines of a paragraph",
        Sheet()
            .line(50, 50, "The first line of some")
            .line(50, 62, "text, and the second.")
            .line(50, 74, "And a third"),
        {s("P The first line of some text, and the second. And a third")});
    row("gap between paragraphs",
        Sheet()
            .line(50, 50, "One is here")
            .line(50, 62, "and ends.")
            .line(50, 74, "Not yet")
            .line(50, 92, "Two is there"),
        {s("P One is here and ends. Not yet"), s("P Two is there")});
    row("indent of a paragraph",
        Sheet().line(50, 50, "The first one that ends here.").line(62, 62, "The second one").line(50, 74, "goes on"),
        {s("P The first one that ends here."), s("P The second one goes on")});
    row("hyphen that goes", Sheet().line(50, 50, "this is a hyphen-").line(50, 62, "ated word"),
        {s("P this is a hyphenated word")});
    row("hyphen that the document knows",
        Sheet().line(50, 50, "a well-known fact is well-").line(50, 62, "known to all"),
        {s("P a well-known fact is well-known to all")});
    row("hyphen of a joined word that is there as well",
        Sheet().line(50, 50, "co-operate cooperate co-").line(50, 62, "operate often"),
        {s("P co-operate cooperate cooperate often")});
    row("hyphen of years", Sheet().line(50, 50, "from 1914-").line(50, 62, "1918 on"), {s("P from 1914-1918 on")});
    row("hyphen before a capital", Sheet().line(50, 50, "the Austro-").line(50, 62, "Hungarian army"),
        {s("P the Austro- Hungarian army")});
    row("soft hyphens", Sheet().line(50, 50, "an un\u00ADbro\u00ADken line and a bro\u00AD").line(50, 62, "Ken one"),
        {s("P an unbroken line and a broKen one")});
    row("pieces of one word", Sheet().line(50, 50, "half+ bold word"), {s("P halfbold word")});
    row("lines of Chinese", Sheet().line(50, 50, "\u4e2d+ \u6587").line(50, 62, "\u5b57+ \u7b26 text"),
        {s("P \u4e2d\u6587\u5b57\u7b26 text")});
    row("headings by size",
        Sheet()
            .line(50, 50, "The title", {.size = 20})
            .line(50, 80, "A chapter", {.size = 14})
            .line(50, 100, "Text of ordinary size that is longer than both")
            .line(50, 140, "Another chapter", {.size = 14}),
        {s("H1 The title"), s("H2 A chapter"), s("P Text of ordinary size that is longer than both"),
         s("H2 Another chapter")});
    row("heading by its weight",
        Sheet()
            .line(50, 50, "Bold words alone", {.bold = true})
            .line(50, 70, "Text under it, which is longer")
            .line(50, 110, "Another heading", {.bold = true}),
        {s("H1 Bold words alone"), s("P Text under it, which is longer"), s("H1 Another heading")});
    row("large sentence is none",
        Sheet().line(50, 50, "This is said aloud.", {.size = 16}).line(50, 80, "and this is longer and quieter"),
        {s("P This is said aloud."), s("P and this is longer and quieter")});
    row("lists",
        Sheet()
            .line(50, 50, "Two things:")
            .line(60, 62, "\u2022 the first thing")
            .line(66, 74, "goes on")
            .line(60, 86, "\u2022 the second"),
        {s("P Two things:"), s("L1 \u2022 the first thing goes on"), s("L1 \u2022 the second")});
    row("numbered list",
        Sheet().line(50, 50, "1. Dig the ground.").line(50, 62, "2. Lay the stone.").line(50, 74, "In 3. place"),
        {s("L1 1. Dig the ground."), s("L1 2. Lay the stone. In 3. place")});
    row("two columns",
        Sheet()
            .line(50, 50, "The left column of this page has lines")
            .line(50, 62, "that are long enough to be text and")
            .line(320, 50, "continue here in the right column, which")
            .line(320, 62, "ends. The other sentence stands alone"),
        {s("P The left column of this page has lines that are long enough to be text and continue here in the right "
           "column, "
           "which ends. The other sentence stands alone")});
    row("table that comes by columns",
        Sheet()
            .line(50, 50, "Year")
            .line(50, 65, "1911")
            .line(50, 80, "1912")
            .line(200, 50, "Bricks laid")
            .line(200, 65, "12,400")
            .line(200, 80, "9,870"),
        {s("T* Year|Bricks laid"), s("T 1911|12,400"), s("T 1912|9,870")});
    row("table with its rows in one line",
        Sheet().line(50, 50, "Stone | 12 | 4").line(50, 65, "Sand | 9 | 17").line(50, 80, "Lime | 1 | 2"),
        {s("T Stone|12|4"), s("T Sand|9|17"), s("T Lime|1|2")});
    row("narrow columns are no table",
        Sheet()
            .line(50, 50, "Lines of four words")
            .line(50, 62, "and then four more")
            .line(50, 74, "until the text ends.")
            .line(200, 50, "The other one has")
            .line(200, 62, "as many in each")
            .line(200, 74, "line, all the same."),
        {s("P Lines of four words and then four more until the text ends."),
         s("P The other one has as many in each line, all the same.")});
    row("columns whose paragraphs come side by side",
        Sheet()
            .line(50, 20, "A title that reaches over both of the columns of the page below it and more")
            .line(50, 50, "The left column begins with two lines")
            .line(50, 62, "that are as long as the others are.")
            .line(320, 50, "The right one begins at this height")
            .line(320, 62, "and has a paragraph of two as well.")
            .line(50, 92, "Then it goes on with another two that")
            .line(50, 104, "stand farther down on the same side.")
            .line(320, 92, "Its second one stands beside the other")
            .line(320, 104, "and is nevertheless read behind it.")
            .line(50, 140, "What reaches over both of them again is read when they have come to their end"),
        {s("P A title that reaches over both of the columns of the page below it and more"),
         s("P The left column begins with two lines that are as long as the others are."),
         s("P Then it goes on with another two that stand farther down on the same side."),
         s("P The right one begins at this height and has a paragraph of two as well."),
         s("P Its second one stands beside the other and is nevertheless read behind it."),
         s("P What reaches over both of them again is read when they have come to their end")});
    row("numbers in the margin",
        Sheet()
            .line(50, 50, "2.1")
            .line(50, 74, "2.2")
            .line(90, 50, "The tenant keeps the walls in good")
            .line(90, 62, "repair at all times.")
            .line(90, 74, "The landlord keeps the roof."),
        {s("P 2.1 The tenant keeps the walls in good repair at all times."), s("P 2.2 The landlord keeps the roof.")});
    row("table of contents",
        Sheet().line(50, 50, "Walls . . . . 12", {.size = 14}).line(50, 80, "Ordinary text that is longer than that"),
        {s("P Walls . . . . 12"), s("P Ordinary text that is longer than that")});
    row("raised number of a note",
        Sheet()
            .line(50, 50, "As he says")
            .add(s("12"), {.left = 102, .top = 48, .right = 108, .bottom = 55}, {.size = 6}),
        {s("P As he says12")});
}

void PdfLayoutTest::blocks()
{
    QFETCH(Sheet, sheet);
    QFETCH(QStringList, blocks);
    QCOMPARE(described(pagesOf({sheet.placed()}).front()), blocks);
}

void PdfLayoutTest::brokenWordsStayTwoBoxes()
{
    const Page page = pagesOf({Sheet().line(50, 50, "a hyphen-").line(50, 62, "ated word").placed()}).front();
    QCOMPARE(page.text, std::string("a hyphenated word"));
    QCOMPARE(page.words.size(), std::size_t{4});
    QCOMPARE(page.words[1].end, page.words[2].begin);
    QCOMPARE(page.text.substr(page.words[1].begin, page.words[1].end - page.words[1].begin), std::string("hyphen"));
    QCOMPARE(page.text.substr(page.words[2].begin, page.words[2].end - page.words[2].begin), std::string("ated"));
    QVERIFY(page.words[1].box.top < page.words[2].box.top);
}

void PdfLayoutTest::outlineNamesHeadings()
{
    const Sheet sheet = Sheet().line(50, 50, "1.2 On walls").line(50, 80, "Text that is under the heading");
    const std::vector<OutlineEntry> outline = {{.title = "1.2  On Walls", .level = 3}};
    QCOMPARE(described(pagesOf({sheet.placed()}, outline).front()).front(), QStringLiteral("H3 1.2 On walls"));
    QCOMPARE(described(pagesOf({sheet.placed()}).front()).front(), QStringLiteral("P 1.2 On walls"));
}

void PdfLayoutTest::runningHeads()
{
    std::vector<PlacedPage> placed;
    for (int i = 1; i <= 6; ++i) {
        const QByteArray number = "Page " + QByteArray::number(i) + " of 6";
        const QByteArray body = "Text of page number " + QByteArray::number(i);
        placed.push_back(Sheet()
                             .line(50, 20, "The annual report")
                             .line(50, 400, body.constData())
                             .line(250, 780, number.constData())
                             .placed());
    }
    // A letterhead that is on the first page alone.
    placed.insert(placed.begin(), Sheet().line(50, 20, "The house of masons").line(50, 400, "Text").placed());
    const std::vector<Page> pages = pagesOf(std::move(placed));
    QCOMPARE(described(pages[0]), (QStringList{QStringLiteral("P The house of masons"), QStringLiteral("P Text")}));
    QCOMPARE(described(pages[3]),
             (QStringList{QStringLiteral("R The annual report"), QStringLiteral("P Text of page number 3"),
                          QStringLiteral("R Page 3 of 6")}));
}

void PdfLayoutTest::runningHeadsOfLeftAndRightPages()
{
    std::vector<PlacedPage> placed;
    for (int i = 0; i < 8; ++i) {
        const bool left = i % 2 == 0;
        const QByteArray body = "Text of page " + QByteArray::number(100 + 7 * i) + " is unlike others";
        placed.push_back(Sheet()
                             .line(left ? 50 : 400, 20, left ? "Title of the book" : "Name of the chapter")
                             .line(50, 400, body.constData())
                             .placed());
    }
    const std::vector<Page> pages = pagesOf(std::move(placed));
    for (const Page &page : pages)
        QVERIFY(page.blocks.front().kind == BlockKind::RunningHead && page.blocks.back().kind == BlockKind::Paragraph);
}

void PdfLayoutTest::numbersOfATableAreNoRunningHeads()
{
    std::vector<PlacedPage> placed;
    for (int page = 0; page < 5; ++page) {
        Sheet sheet;
        for (int row = 0; row < 60; ++row)
            sheet.line(50, static_cast<float>(20 + row * 12), QByteArray::number(1000 * page + row).constData());
        placed.push_back(sheet.placed());
    }
    for (const Page &page : pagesOf(std::move(placed))) {
        const auto running = std::ranges::count(page.blocks, BlockKind::RunningHead, &Block::kind);
        // The three rows at the top and at the bottom cannot be told from page numbers.
        QVERIFY2(running <= 6, qPrintable(QString::number(running)));
    }
}

void PdfLayoutTest::turnedTextIsReadInItsOwnOrder_data()
{
    QTest::addColumn<int>("rotation");
    QTest::addColumn<bool>("firstIsRight");
    QTest::newRow("downwards") << 1 << true;
    QTest::newRow("upwards") << 3 << false;
}

void PdfLayoutTest::turnedTextIsReadInItsOwnOrder()
{
    QFETCH(int, rotation);
    QFETCH(bool, firstIsRight);
    const Style style{.rotation = static_cast<std::uint8_t>(rotation)};
    Sheet sheet;
    // Lines stand beside each other, words below or above; the left line comes first.
    for (const bool right : {false, true}) {
        const QString name = right == firstIsRight ? QStringLiteral("first") : QStringLiteral("second");
        const float left = right ? 112 : 100;
        for (int i = 0; i < 3; ++i) {
            const float y = static_cast<float>(rotation == 1 ? 100 + 40 * i : 300 - 40 * i);
            sheet.add(name + QString::number(i), {.left = left, .top = y, .right = left + 10, .bottom = y + 35}, style,
                      i < 2);
        }
    }
    const Page page = pagesOf({sheet.placed()}).front();
    QCOMPARE(page.text, std::string("first0 first1 first2 second0 second1 second2"));
}

QTEST_GUILESS_MAIN(PdfLayoutTest)
#include "pdf_layout_test.moc"
