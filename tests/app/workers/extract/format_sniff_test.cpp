// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/format_sniff.h"
#include "app/workers/extract/page_builder.h"
#include "tests/app/workers/extract/archives.h"

#include <QTest>

using namespace app::extraction;

Q_DECLARE_METATYPE(app::extraction::Format)
Q_DECLARE_METATYPE(app::extraction::State)

class FormatSniffTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contentComesFirst_data();
    void contentComesFirst();
    void whatIsNotRead_data();
    void whatIsNotRead();
    void cleanedText_data();
    void cleanedText();
    void pagesAreBuilt();
    void pagesAreCutAtTheBudget();
};

namespace {

QByteArray utf16(const char *text, bool mark, bool big)
{
    const QString wide = QString::fromUtf8(text);
    QByteArray bytes = mark ? (big ? QByteArray("\xFE\xFF") : QByteArray("\xFF\xFE")) : QByteArray();
    for (const QChar letter : wide) {
        const char high = static_cast<char>(letter.unicode() >> 8U);
        const char low = static_cast<char>(letter.unicode());
        bytes.append(big ? high : low).append(big ? low : high);
    }
    return bytes;
}

QByteArray utf32(const char *text, bool big)
{
    QByteArray bytes;
    for (const char32_t letter : QString::fromUtf8(text).toUcs4()) {
        for (unsigned byte = 0; byte < 4; ++byte)
            bytes.append(static_cast<char>(letter >> 8U * (big ? 3 - byte : byte)));
    }
    return bytes;
}

Sniffed sniff(const QByteArray &bytes, const QByteArray &extension)
{
    return sniffFormat(std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))),
                       extension.toStdString());
}

} // namespace

void FormatSniffTest::contentComesFirst_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("extension");
    QTest::addColumn<Format>("format");
    const auto row = [](const char *name, const QByteArray &bytes, const char *extension, Format format) {
        QTest::newRow(name) << bytes << QByteArray(extension) << format;
    };
    using tests::zipArchive;
    row("PDF", "%PDF-1.4\n", "pdf", Format::Pdf);
    row("PDF called a text", "%PDF-1.4\n", "txt", Format::Pdf);
    row("PDF behind a mail's headers", QByteArray("Content-Type: x\n\n") + "%PDF-1.4\n", "", Format::Pdf);
    row("text called a PDF", "Just a note.\n", "pdf", Format::PlainText);
    row("RTF", "{\\rtf1\\ansi x}", "doc", Format::Rtf);
    row("DOCX", zipArchive({"[Content_Types].xml", "_rels/.rels", "word/document.xml"}), "", Format::Docx);
    row("DOCX with backslashes", zipArchive({"[Content_Types].xml", "word\\document2.xml"}), "zip", Format::Docx);
    row("PPTX", zipArchive({"[Content_Types].xml", "ppt/presentation.xml"}), "docx", Format::Pptx);
    row("XLSX", zipArchive({"[CONTENT_TYPES].XML", "xl/workbook.xml"}), "", Format::Xlsx);
    row("EPUB", zipArchive({"META-INF/container.xml"}, "application/epub+zip"), "zip", Format::Epub);
    row("EPUB without a type", zipArchive({"META-INF/container.xml", "a.opf"}), "", Format::Epub);
    row("ODT", zipArchive({"content.xml"}, "application/vnd.oasis.opendocument.text"), "", Format::Odt);
    row("ODT template", zipArchive({"content.xml"}, "application/vnd.oasis.opendocument.text-template"), "",
        Format::Odt);
    row("ODS", zipArchive({"content.xml"}, "application/vnd.oasis.opendocument.spreadsheet\n"), "", Format::Ods);
    row("ODP", zipArchive({"content.xml"}, "application/vnd.oasis.opendocument.presentation"), "", Format::Odp);
    row("ODS without a type", zipArchive({"content.xml", "META-INF/manifest.xml"}), "ods", Format::Ods);
    row("flat ODT",
        "<?xml version=\"1.0\"?>\n<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">",
        "xml", Format::Odt);
    row("HTML", "<!DOCTYPE html>\n<html>", "", Format::Html);
    row("HTML behind a comment", "\n<!-- saved from -->\n<HTML lang=en>", "txt", Format::Html);
    row("XHTML", "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", "", Format::Html);
    row("HTML called a workbook", "<html><table>", "xls", Format::Html);
    row("HTML in sixteen bits", utf16("<!doctype html><p>x", true, false), "", Format::Html);
    row("part of HTML by its name", "<p>One paragraph", "htm", Format::Html);
    row("mail", "From: a@b.c\nTo: d@e.f\nSubject: x\n\nText", "", Format::Mail);
    row("mail with folded headers", "Received: from x\r\n\tby y\r\nDate: Sun\r\n\r\nText", "txt", Format::Mail);
    row("mail with its length", "123\nFrom: a@b.c\nSubject: x\n\nText", "emlx", Format::Mail);
    row("letter that looks like a mail", "Subject: the walls\nDear Sir,\nFrom: below they are wet.\n", "txt",
        Format::PlainText);
    row("mailbox", "From a@b.c Sun Nov 22 08:00:00 2026\nFrom: a@b.c\nSubject: x\n\nText", "", Format::Mailbox);
    row("text that starts with From", "From 12:00 to 13:00 we eat.\nThe rest: sleep.", "txt", Format::PlainText);
    row("Markdown", "# Title\n", "md", Format::Markdown);
    row("Markdown about mails", "From: a\nTo: b\nSubject: c\n\n", "md", Format::Markdown);
    row("CSV", "a;b\n1;2\n", "csv", Format::Csv);
    row("table called a workbook", "a\tb\n1\t2\n", "xls", Format::Csv);
    row("source code", "int main() {}\n", "cpp", Format::SourceCode);
    row("program that prints HTML", "print('<html>')\n", "py", Format::SourceCode);
    row("note", "Remember the milk\n", "", Format::PlainText);
    row("note in sixteen bits", utf16("Remember the milk", false, true), "", Format::PlainText);
    row("note in thirty-two bits", utf32("Remember the milk", true), "", Format::PlainText);
    row("Chinese in thirty-two bits", utf32("\u4e2d\u6587\u5b57\u7b26", false), "", Format::PlainText);
    row("HTML in thirty-two bits", utf32("\uFEFF<!DOCTYPE HTML><p>x", false), "", Format::Html);
    row("mail in thirty-two bits", utf32("From: a\nTo: b\n\nx", true), "", Format::Mail);
    row("short lines in sixteen bits", utf16("a\nb\nc\n", false, false), "", Format::PlainText);
    row("note in an old encoding", "caf\xE9 cr\xE8me\n", "txt", Format::PlainText);
}

void FormatSniffTest::contentComesFirst()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, extension);
    const Sniffed found = sniff(bytes, extension);
    QVERIFY2(found.state == State::Read, found.reason.c_str());
    QTEST(found.format, "format");
}

void FormatSniffTest::whatIsNotRead_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<State>("state");
    QTest::addColumn<Format>("format");
    const QByteArray compound = QByteArray("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") + QByteArray(500, '\0');
    const auto row = [](const char *name, const QByteArray &bytes, State state, Format format = Format::Unknown) {
        QTest::newRow(name) << bytes << state << format;
    };
    using tests::zipArchive;
    row("nothing", {}, State::Malformed);
    row("picture", "\x89PNG\r\n\x1A\n", State::Unsupported);
    row("program",
        "\x7F"
        "ELF\x02\x01",
        State::Unsupported);
    row("bytes without meaning", QByteArray("\x01\x02\x00\x03", 4), State::Unsupported);
    row("mostly controls", QByteArray(100, '\x05'), State::Unsupported);
    row("archive", zipArchive({"a.txt"}), State::Unsupported);
    row("empty archive", zipArchive({}), State::Unsupported);
    row("binary workbook", zipArchive({"[Content_Types].xml", "xl/workbook.bin"}), State::Unsupported);
    row("drawing of OpenDocument", zipArchive({}, "application/vnd.oasis.opendocument.graphics"), State::Unsupported);
    row("archive that was cut", zipArchive({"[Content_Types].xml", "word/document.xml"}).chopped(40), State::Malformed,
        Format::Docx);
    row("old Word", compound, State::Unsupported);
    row("encrypted Word", compound + utf16("EncryptedPackage", false, false) + compound, State::Encrypted,
        Format::Docx);
}

void FormatSniffTest::whatIsNotRead()
{
    QFETCH(QByteArray, bytes);
    QFETCH(State, state);
    const Sniffed found = sniff(bytes, "docx");
    QVERIFY(found.state == state);
    QVERIFY(!found.reason.empty());
    QTEST(found.format, "format");
}

void FormatSniffTest::cleanedText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("clean");
    QTest::newRow("as it is") << QByteArray("a b\n\tc") << QByteArray("a b\n\tc");
    QTest::newRow("line ends") << QByteArray("a\r\nb\rc\fd") << QByteArray("a\nb\nc\nd");
    QTest::newRow("composed") << QByteArray("e\xCC\x81") << QByteArray("\xC3\xA9");
    QTest::newRow("no UTF-8") << QByteArray("a\xFFz") << QByteArray("a\xEF\xBF\xBDz");
    QTest::newRow("controls") << QByteArray("a\x07\x1B[31mb\x7F\xC2\x9Bz") << QByteArray("a[31mbz");
    QTest::newRow("turned over") << QByteArray("a\xE2\x80\xAE"
                                               "b\xE2\x81\xA6z")
                                 << QByteArray("abz");
    QTest::newRow("soft hyphen and mark") << QByteArray("\xEF\xBB\xBF"
                                                        "a\xC2\xAD"
                                                        "b")
                                          << QByteArray("ab");
    QTest::newRow("ligature stays") << QByteArray("\xEF\xAC\x81") << QByteArray("\xEF\xAC\x81");
}

void FormatSniffTest::cleanedText()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, clean);
    QCOMPARE(QByteArray::fromStdString(app::extraction::cleanText(text.toStdString())), clean);
}

void FormatSniffTest::pagesAreBuilt()
{
    Budget budget{{}};
    Context context;
    context.budget = &budget;
    PageBuilder builder(context);
    builder.add(BlockKind::Heading, " Title \r\n", 9);
    builder.add(BlockKind::Paragraph, " \t\n", 0);
    builder.add(BlockKind::Paragraph, "One\nparagraph", 3, true);
    builder.add(BlockKind::Code, "\n  indented\n\nline \n", 0);
    builder.add(BlockKind::TableRow, "a\tb", 0, true);
    builder.setLabel("Sheet\n1\x07");
    const Page page = builder.take();
    QCOMPARE(page.text, std::string("Title\nOne\nparagraph\n  indented\n\nline\na\tb"));
    QCOMPARE(page.label, std::string("Sheet 1"));
    QVERIFY(page.source == TextSource::File);
    const std::vector<Block> blocks = {{.kind = BlockKind::Heading, .level = 6, .begin = 0, .end = 5},
                                       {.kind = BlockKind::Paragraph, .begin = 6, .end = 19},
                                       {.kind = BlockKind::Code, .begin = 20, .end = 36},
                                       {.kind = BlockKind::TableRow, .header = true, .begin = 37, .end = 40}};
    QVERIFY(page.blocks == blocks);
}

void FormatSniffTest::pagesAreCutAtTheBudget()
{
    Budget budget({.textBytes = 7, .pages = 2});
    Context context;
    context.budget = &budget;
    PageBuilder builder(context);
    builder.add(BlockKind::Paragraph, "1234");
    builder.add(BlockKind::Paragraph, "5\xC3\xA4");
    QVERIFY(builder.cut());
    builder.add(BlockKind::Paragraph, "6");
    const Page page = builder.take();
    QCOMPARE(page.text, std::string("1234\n5"));
    QCOMPARE(budget.textLeft(), std::uint64_t{1});
    QVERIFY(!PageBuilder(context).full());
    QVERIFY(PageBuilder(context).full());
}

QTEST_GUILESS_MAIN(FormatSniffTest)
#include "format_sniff_test.moc"
