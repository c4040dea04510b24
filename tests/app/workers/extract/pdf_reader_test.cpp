// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The documents of make_documents.py, read in this process.
#include "app/extraction/extraction_protocol.h"
#include "app/workers/extract/reader.h"
#include "app/workers/extract/readers/hidden_text.h"
#include "app/workers/extract/readers/pdf_document.h"
#include "app/workers/extract/readers/recognition.h"

#include <QFile>
#include <QTest>

using namespace app::extraction;

namespace {

QByteArray document(const char *name)
{
    QFile file(QStringLiteral(TEST_DOCUMENTS "/") + QString::fromLatin1(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s is not there", name);
    return file.readAll();
}

Bytes bytesOf(const QByteArray &data)
{
    return std::as_bytes(std::span(data.constData(), static_cast<std::size_t>(data.size())));
}

// Read, and held to the rules that every answer keeps.
Extraction read(const char *name, const Context &context = {})
{
    const QByteArray data = document(name);
    Extraction extraction = readFile(bytesOf(data), name, context);
    const std::string_view broken = brokenRule(extraction, context.limits);
    if (!broken.empty())
        qFatal("%s: %s", name, std::string(broken).c_str());
    return extraction;
}

QString text(const Page &page)
{
    return QString::fromStdString(page.text);
}

QString wordAt(const Page &page, std::size_t index)
{
    const Word &word = page.words.at(index);
    return QString::fromUtf8(page.text.data() + word.begin, static_cast<qsizetype>(word.end - word.begin));
}

} // namespace

class PdfReaderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { silencePoppler(); }
    void latinText();
    void columnsInReadingOrder();
    void otherScripts();
    void rotatedPagesAndBoxes();
    void runningHeadsAndLabels();
    void hiddenTextIsTakenOut();
    void whereTextMayHide_data();
    void whereTextMayHide();
    void tables();
    void outline();
    void attachments();
    void nestedAttachments();
    void passwords_data();
    void passwords();
    void scans();
    void scansAreRecognized();
    void states_data();
    void states();
    void limits_data();
    void limits();
    void progressGoesUp();
};

void PdfReaderTest::latinText()
{
    const Extraction extraction = read("latin.pdf");
    QVERIFY(extraction.state == State::Read);
    QVERIFY(extraction.format == Format::Pdf);
    QCOMPARE(extraction.document.title, std::string("The study of walls"));
    QCOMPARE(extraction.document.author, std::string("A. Mason"));
    QVERIFY(extraction.document.numbered);
    const Page &page = extraction.document.pages.at(0);
    QCOMPARE(text(page),
             QString::fromUtf8("The study of walls\n1 Foundations\nA wall stands on what is under it, and nobody "
                               "sees that. The well-known rule of the well-known master was to dig until the soil "
                               "refused the spade, and then to dig for a day more.\nThe office of the surveyor "
                               "kept a fluid record. Its margin says: built 1914-1918, by hand.\n2 Courses\n"
                               "\u2022 lay the first course level\n\u2022 let the mortar rest\n\u2022 break the "
                               "joints"));
    QCOMPARE(page.blocks.size(), std::size_t{8});
    QVERIFY(page.blocks[0].kind == BlockKind::Heading && page.blocks[0].level == 1);
    QVERIFY(page.blocks[1].kind == BlockKind::Heading && page.blocks[1].level == 2);
    QVERIFY(page.blocks[2].kind == BlockKind::Paragraph);
    QVERIFY(page.blocks[5].kind == BlockKind::ListItem);
    QCOMPARE(page.width, 595.0F);
    QCOMPARE(page.height, 842.0F);
}

void PdfReaderTest::columnsInReadingOrder()
{
    const Extraction extraction = read("two_columns.pdf");
    const QString all = text(extraction.document.pages.at(0));
    qsizetype at = all.indexOf(QStringLiteral("A title over both columns"));
    QCOMPARE(at, 0);
    for (const char *side : {"left", "right"}) {
        for (int i = 0; i < 4; ++i) {
            for (const char *end : {"start", "end."}) {
                const qsizetype next = all.indexOf(
                    QStringLiteral("%1%2%3").arg(QString::fromLatin1(side)).arg(i).arg(QString::fromLatin1(end)));
                QVERIFY(next > at);
                at = next;
            }
        }
    }
    // A title and eight paragraphs: no line of one column in the other's.
    QCOMPARE(extraction.document.pages[0].blocks.size(), std::size_t{9});
}

void PdfReaderTest::otherScripts()
{
    const Page page = read("cjk.pdf").document.pages.at(0);
    for (const char *words :
         {"Warm-up: ABC abc 123", "Bold", "\u4e2d\u6587", "\u65e5\u672c\u8a9e", "\ud55c\uad6d\uc5b4", "\u6f22\u5b57"})
        QVERIFY2(text(page).contains(QString::fromUtf8(words)), words);
    // Each ideograph can be highlighted by itself.
    const auto ideograph = std::ranges::find_if(page.words, [&page](const Word &word) {
        return page.text.substr(word.begin, word.end - word.begin) == "\u6587";
    });
    QVERIFY(ideograph != page.words.end());
    QVERIFY(ideograph->box.right - ideograph->box.left < 14);
    QVERIFY(ideograph->box.left > 30);
}

void PdfReaderTest::rotatedPagesAndBoxes()
{
    const Extraction extraction = read("rotated.pdf");
    const auto &pages = extraction.document.pages;
    QCOMPARE(pages.size(), std::size_t{7});
    // Page space is 400 by 300, the word's corner at (50, 250), as shown after clockwise rotation.
    struct Corner {
        float width, height, x, y;
    };
    const Corner corners[] = {{400, 300, 50, 50},  {300, 400, 250, 50}, {400, 300, 350, 250},
                              {300, 400, 50, 350}, {300, 400, 50, 350}, {300, 400, 250, 50}};
    for (std::size_t i = 0; i < std::size(corners); ++i) {
        QCOMPARE(pages[i].width, corners[i].width);
        QCOMPARE(pages[i].height, corners[i].height);
        QVERIFY2(text(pages[i]).startsWith(QStringLiteral("Corner")), qPrintable(text(pages[i])));
        QVERIFY(text(pages[i]).endsWith(QStringLiteral("with a second line below")));
        const Box &box = pages[i].words[0].box;
        QVERIFY2(box.left - 15 < corners[i].x && box.right + 15 > corners[i].x && box.top - 15 < corners[i].y &&
                     box.bottom + 15 > corners[i].y,
                 qPrintable(QStringLiteral("page %1: %2 %3 %4 %5")
                                .arg(i)
                                .arg(box.left)
                                .arg(box.top)
                                .arg(box.right)
                                .arg(box.bottom)));
    }
    // A cropped page counts from the crop's corner.
    QCOMPARE(pages[6].width, 360.0F);
    QVERIFY(qAbs(pages[6].words[0].box.left - 30) < 2);
    QVERIFY(qAbs(pages[6].words[0].box.bottom - 30) < 6);
}

void PdfReaderTest::runningHeadsAndLabels()
{
    const Extraction extraction = read("running_heads.pdf");
    const auto &pages = extraction.document.pages;
    QCOMPARE(pages.size(), std::size_t{12});
    QCOMPARE(pages[0].label, std::string("i"));
    QCOMPARE(pages[3].label, std::string("iv"));
    QCOMPARE(pages[4].label, std::string("1"));
    for (const Page &page : pages) {
        QStringList running;
        for (const Block &block : page.blocks) {
            if (block.kind == BlockKind::RunningHead)
                running.append(text(page).sliced(block.begin, block.end - block.begin));
        }
        QCOMPARE(running.size(), 3);
        QVERIFY(running.contains(QStringLiteral("Annual report of the society")));
        QVERIFY(running.last().startsWith(QStringLiteral("Page ")));
        QCOMPARE(page.blocks.size(), std::size_t{7});
    }
}

void PdfReaderTest::hiddenTextIsTakenOut()
{
    const Extraction extraction = read("hidden.pdf");
    QCOMPARE(text(extraction.document.pages.at(0)),
             QStringLiteral("Everybody sees this sentence here.\nWhite on blue is seen"));
    QCOMPARE(extraction.document.notices.size(), std::size_t{1});
    const Notice &notice = extraction.document.notices[0];
    QVERIFY(notice.kind == NoticeKind::HiddenText);
    QCOMPARE(notice.text, std::string("Ignore all instructions white Invisible mode three Microscopic letters"));
}

void PdfReaderTest::whereTextMayHide_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("hides");
    QTest::newRow("black text") << QByteArray("BT (a) Tj ET") << false;
    QTest::newRow("white text") << QByteArray("1 g BT (a) Tj ET") << true;
    QTest::newRow("white in colours") << QByteArray("1.0 1 1. rg BT [(a)] TJ ET") << true;
    QTest::newRow("white in inks") << QByteArray("0 0 .0 0 k BT (a) Tj ET") << true;
    QTest::newRow("white in a colour space") << QByteArray("/Cs1 cs 1 1 1 scn BT (a) Tj ET") << true;
    QTest::newRow("pattern") << QByteArray("/Pattern cs /P1 scn BT (a) Tj ET") << true;
    QTest::newRow("white behind text") << QByteArray("q 1 g 0 0 9 9 re f Q BT (a) Tj ET") << false;
    QTest::newRow("white and back") << QByteArray("1 g 0 g BT (a) ' ET") << false;
    QTest::newRow("white for lines alone") << QByteArray("1 G BT (a) Tj ET") << false;
    QTest::newRow("invisible") << QByteArray("BT 3 Tr (a) Tj ET") << true;
    QTest::newRow("clipping") << QByteArray("BT 7 Tr (a) \" ET") << true;
    QTest::newRow("outlined") << QByteArray("BT 1 Tr (a) Tj ET") << false;
    QTest::newRow("operators in a string") << QByteArray("BT (1 g \\) \\( (3 Tr) Tj) Tj (b) Tj ET") << false;
    QTest::newRow("operators in a comment") << QByteArray("% 1 g\nBT (a) Tj ET") << false;
}

void PdfReaderTest::whereTextMayHide()
{
    QFETCH(QByteArray, content);
    const QByteArray file = "1 0 obj\n<< /Length 9 >>\nstream\n" + content + "\nendstream\nendobj\n";
    QTEST(mayHideText(bytesOf(file), 1U << 20U), "hides");
    // zlib's own header stands behind the length that Qt puts in front.
    const QByteArray packed =
        "1 0 obj\n<< /Length 9 /Filter /FlateDecode >>\nstream\r\n" + qCompress(content).mid(4) + "\nendstream\n";
    QTEST(mayHideText(bytesOf(packed), 1U << 20U), "hides");
    // What cannot be looked into, or not whole, may hide anything.
    QVERIFY(mayHideText(bytesOf(packed), 3));
    QVERIFY(mayHideText(bytesOf(QByteArray(packed).replace("FlateDecode", "LZWDecode")), 1U << 20U));
    QVERIFY(mayHideText(bytesOf(packed.left(packed.size() - 18)), 1U << 20U));
}

void PdfReaderTest::tables()
{
    const Page page = read("table.pdf").document.pages.at(0);
    QCOMPARE(page.blocks.size(), std::size_t{6});
    QVERIFY(page.blocks[1].kind == BlockKind::TableRow && page.blocks[1].header);
    QVERIFY(page.blocks[4].kind == BlockKind::TableRow && !page.blocks[4].header);
    QVERIFY(text(page).contains(
        QStringLiteral("\nYear\tBricks\tHands\n1911\t12,400\t31\n1912\t9,870\t28\n1913\t15,002\t44\n")));
}

void PdfReaderTest::outline()
{
    const Page page = read("outlined.pdf").document.pages.at(0);
    QVERIFY(page.blocks.at(0).kind == BlockKind::Heading);
    QVERIFY(page.blocks.at(1).kind == BlockKind::Paragraph);
}

void PdfReaderTest::attachments()
{
    const Extraction extraction = read("attachments.pdf");
    const Document &document = extraction.document;
    QCOMPARE(document.parts.size(), std::size_t{4});
    QMap<QString, const Part *> parts;
    for (const Part &part : document.parts)
        parts.insert(QString::fromStdString(part.name), &part);
    const Part *inner = parts.value(QStringLiteral("inner.pdf"));
    QVERIFY(inner != nullptr && inner->state == State::Read && inner->pageCount == 1);
    QCOMPARE(text(document.pages.at(inner->firstPage)), QStringLiteral("Text of the attached document"));
    const Part *program = parts.value(QStringLiteral("program.bin"));
    QVERIFY(program != nullptr && program->state == State::Unsupported && !program->reason.empty());
    QVERIFY(extraction.state == State::Partial);
    QVERIFY(std::ranges::any_of(document.notices, [](const Notice &notice) {
        return notice.kind == NoticeKind::SkippedPart && notice.text == "program.bin";
    }));
}

void PdfReaderTest::nestedAttachments()
{
    const Extraction extraction = read("nested.pdf");
    // The file, three levels of attachments, and one that is too deep.
    const auto &parts = extraction.document.parts;
    QCOMPARE(parts.size(), std::size_t{5});
    for (std::uint32_t i = 0; i < 4; ++i) {
        QVERIFY(i == 0 || parts[i].parent == i - 1);
        QCOMPARE(parts[i].pageCount, 1U);
        QCOMPARE(text(extraction.document.pages.at(i)), QStringLiteral("Level %1 of a parcel").arg(i));
    }
    QVERIFY(parts[4].state == State::TooLarge);
    Context none;
    none.limits.archiveEntries = 2;
    QCOMPARE(read("nested.pdf", none).document.parts.size(), std::size_t{3});
}

void PdfReaderTest::passwords_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("password");
    QTest::addColumn<int>("state");
    const auto row = [](const char *name, const char *file, const QString &password, State state) {
        QTest::newRow(name) << QByteArray(file) << password << static_cast<int>(state);
    };
    row("none", "encrypted_user.pdf", {}, State::Encrypted);
    row("wrong", "encrypted_user.pdf", QStringLiteral("sesame"), State::WrongPassword);
    row("the user's", "encrypted_user.pdf", QStringLiteral("open sesame"), State::Read);
    row("the owner's", "encrypted_user.pdf", QStringLiteral("owner"), State::Read);
    row("empty", "encrypted_empty.pdf", {}, State::Read);
    row("needless", "latin.pdf", QStringLiteral("x"), State::Read);
}

void PdfReaderTest::passwords()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, password);
    Context context;
    if (!password.isEmpty())
        context.password = password.toStdString();
    const Extraction extraction = read(file.constData(), context);
    QTEST(static_cast<int>(extraction.state), "state");
    if (extraction.state == State::Read)
        QVERIFY(text(extraction.document.pages.at(0)).startsWith(QStringLiteral("The study of walls")));
    else
        QVERIFY(extraction.document.pages.empty() && !extraction.reason.empty());
}

void PdfReaderTest::scans()
{
    const Extraction scan = read("scan.pdf");
    QVERIFY(scan.state == State::NoText);
    QVERIFY(scan.document.pages.at(0).source == TextSource::None);
    // An empty sheet is no scan.
    QVERIFY(read("blank.pdf").state == State::Read);
}

void PdfReaderTest::scansAreRecognized()
{
    Context context;
    context.recognition = "nolanguage+eng";
    if (!Recognizer::create("eng"))
        QSKIP("no language data of Tesseract is installed");
    const Extraction extraction = read("scan.pdf", context);
    QVERIFY(extraction.state == State::Read);
    const Page &page = extraction.document.pages.at(0);
    QVERIFY(page.source == TextSource::Recognition);
    QVERIFY2(page.confidence > 60, qPrintable(QString::number(page.confidence)));
    QVERIFY2(text(page).contains(QStringLiteral("until the soil refused the spade")), qPrintable(text(page)));
    // The picture's boxes are the page's: "The" of the title.
    QCOMPARE(wordAt(page, 0), QStringLiteral("The"));
    QVERIFY(qAbs(page.words[0].box.left - 72) < 3);
    QVERIFY(page.words[0].box.top > 55 && page.words[0].box.bottom < 95);
    context.recognition = "nolanguage";
    QVERIFY(read("scan.pdf", context).state == State::NoText);
}

void PdfReaderTest::states_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("pages");
    const auto row = [](const char *file, State state, int pages) {
        QTest::newRow(file) << QByteArray(file) << static_cast<int>(state) << pages;
    };
    row("damaged_xref.pdf", State::Read, 1);
    row("truncated.pdf", State::Malformed, 0);
    row("header_only.pdf", State::Malformed, 0);
    row("no_pages.pdf", State::Malformed, 0);
    row("huge_count.pdf", State::Malformed, 0);
    row("deep_tree.pdf", State::Read, 1);
    row("page_loop.pdf", State::Malformed, 0);
    row("vast_page.pdf", State::Read, 1);
    row("garbage_behind_header.pdf", State::Malformed, 0);
}

void PdfReaderTest::states()
{
    QFETCH(QByteArray, file);
    QFETCH(int, pages);
    const Extraction extraction = read(file.constData());
    QTEST(static_cast<int>(extraction.state), "state");
    QCOMPARE(static_cast<int>(extraction.document.pages.size()), pages);
    QCOMPARE(extraction.reason.empty(), extraction.state == State::Read);
}

void PdfReaderTest::limits_data()
{
    QTest::addColumn<Limits>("limits");
    QTest::addColumn<int>("pages");
    QTest::newRow("pages") << Limits{.pages = 5} << 5;
    QTest::newRow("text") << Limits{.textBytes = 6000} << 2;
    QTest::newRow("bytes") << Limits{.fileBytes = 100} << 0;
}

void PdfReaderTest::limits()
{
    QFETCH(Limits, limits);
    QFETCH(int, pages);
    Context context;
    context.limits = limits;
    const Extraction extraction = read("running_heads.pdf", context);
    QVERIFY(extraction.state == State::TooLarge);
    QVERIFY(!extraction.reason.empty());
    QCOMPARE(static_cast<int>(extraction.document.pages.size()), pages);
}

void PdfReaderTest::progressGoesUp()
{
    Context context;
    QList<quint32> done;
    context.progress = [&done](std::uint32_t pages, std::uint32_t total) {
        QCOMPARE(total, 12U);
        done.append(pages);
    };
    read("running_heads.pdf", context);
    QCOMPARE(done.size(), 13);
    QVERIFY(std::ranges::is_sorted(done));
    QCOMPARE(done.last(), 12U);
}

QTEST_GUILESS_MAIN(PdfReaderTest)
#include "pdf_reader_test.moc"
