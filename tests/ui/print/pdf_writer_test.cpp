// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Talks as PDF, read back by the reader of documents.
#include "ui/print/pdf_writer.h"

#include "app/workers/extract/reader.h"
#include "app/workers/extract/readers/pdf_document.h"
#include "tests/ui/warnings_fail.h"
#include "ui/style/fonts.h"

#include <QFile>
#include <QGuiApplication>
#include <QTest>
#include <QThread>

#include <memory>
#include <span>

using namespace app;

namespace {

CitationValue citation(qint32 ordinal, const char *words)
{
    CitationValue value;
    value.ordinal = ordinal;
    value.documentName = QStringLiteral("Lease.pdf");
    value.page = ordinal + 5;
    value.pageLabel = QString::number(ordinal + 5);
    value.text = QString::fromUtf8(words);
    value.used = true;
    return value;
}

ExportedTalk talk(const QString &answer)
{
    MessageValue said{.id = {.value = 2}, .role = MessageRole::Assistant, .text = answer};
    said.citations = {citation(1, "Either party may end the lease with three months' notice in writing."),
                      citation(2, "The period doubles after ten years of tenancy.")};
    said.grounding = {.material = Material::Passages, .documentsTotal = 1, .documentsSearched = 1};
    return {.title = QStringLiteral("Notice period"),
            .written = QDateTime(QDate(2026, 3, 1), QTime(12, 0)),
            .messages = {{.id = {.value = 1},
                          .role = MessageRole::User,
                          .text = QStringLiteral("What about <notice>?\nAnd later?")},
                         said},
            .assistantName = QStringLiteral("Reader")};
}

/// As ExportService calls it: on another thread.
QByteArray written(const ExportedTalk &talk, const QLocale &locale = QLocale(QLocale::German, QLocale::Germany))
{
    QByteArray bytes;
    const std::unique_ptr<QThread> worker(QThread::create([&] { bytes = ui::pdfOf(talk, locale); }));
    worker->start();
    worker->wait();
    return bytes;
}

extraction::Extraction readBack(const QByteArray &bytes)
{
    return extraction::readFile(std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))),
                                "a.pdf", {});
}

QString textOf(const extraction::Extraction &read)
{
    QString text;
    for (const extraction::Page &page : read.document.pages)
        text += QString::fromStdString(page.text) + u'\n';
    return text.simplified();
}

} // namespace

class PdfWriterTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(ui::loadFonts());
        testing::countWarnings();
        extraction::silencePoppler();
    }

    void theTextCanBeReadWithItsSources()
    {
        const QByteArray bytes = written(talk(QStringLiteral(
            "Three **months** [1], see [the law](https://example.org/law?a&b).\n\n- doubled later [2]\n- not twice\n\n"
            "| Years | Months |\n|--|--:|\n| 10 | 6 |\n\n```\nif (years > 10)\n    months *= 2;\n```\n\n"
            "Größe, naïve, Ελλάδα, Москва.")));
        QVERIFY(bytes.startsWith("%PDF-"));
        // For people to look at, beside the test.
        QFile file(QStringLiteral("talk.pdf"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
        const extraction::Extraction read = readBack(bytes);
        QCOMPARE(read.state, extraction::State::Read);
        const QString text = textOf(read);
        for (const char *part :
             {"Notice period", "Exported from Carrel on 2026-03-01", "What about <notice>?", "And later?", "Reader",
              "Three months [1], see the law (https://example.org/law?a&b).", "doubled later [2]", "Years", "Months",
              "months *= 2;", "Größe, naïve, Ελλάδα, Москва.", "Answered from 2 passages of Lease.pdf.",
              "[1] Lease.pdf, p. 6", "“Either party may end the lease with three months' notice in writing.”",
              "[2] Lease.pdf, p. 7", "“The period doubles after ten years of tenancy.”"})
            QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(QString::fromUtf8(part) + u'\n' + text));
        QVERIFY(read.document.notices.empty()); // no text that nobody sees
        QCOMPARE(QString::fromStdString(read.document.title), QStringLiteral("Notice period"));
    }

    void nothingInItOpensOrLoadsAnything()
    {
        const QByteArray bytes = written(talk(QStringLiteral(
            "[click](https://example.org) ![pixel](https://example.org/p.png) <img src=\"file:///etc/passwd\"> "
            "<a href=\"https://example.org/x\">raw</a> [1] [run](javascript:alert(1))")));
        for (const char *forbidden : {"/URI", "/Link", "/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/GoToR",
                                      "/SubmitForm", "/OpenAction"})
            QVERIFY2(!bytes.contains(forbidden), forbidden);
        const QString text = textOf(readBack(bytes));
        QVERIFY2(text.contains(QStringLiteral("click (https://example.org)")), qPrintable(text));
    }

    void longTalksHaveNumberedPages()
    {
        QString answer;
        for (int i = 1; i <= 120; ++i)
            answer += QStringLiteral("Paragraph number %1 says a little more about the lease and its end.\n\n").arg(i);
        const extraction::Extraction read = readBack(written(talk(answer)));
        const std::size_t pages = read.document.pages.size();
        QVERIFY2(pages >= 3 && pages <= 6, qPrintable(QString::number(pages)));
        const QString text = textOf(read);
        for (int i = 1; i <= 120; ++i)
            QCOMPARE(text.count(QStringLiteral("Paragraph number %1 says").arg(i)), 1);
        for (std::size_t page = 0; page < pages; ++page) {
            const QString number = QStringLiteral("%1 of %2").arg(page + 1).arg(pages);
            QVERIFY2(QString::fromStdString(read.document.pages[page].text).contains(number), qPrintable(number));
        }
    }

    void aWordThatIsTooLongIsNotCut()
    {
        const QString word = QStringLiteral("Donau").repeated(80);
        QString text =
            textOf(readBack(written(talk(word + QStringLiteral("\n\n```\n") + word + QStringLiteral("\n```")))));
        text.remove(u' ').remove(u'-');
        QCOMPARE(text.count(QStringLiteral("Donau")), 160);
    }

    void thePaperFollowsTheLocale_data()
    {
        QTest::addColumn<QLocale>("locale");
        QTest::addColumn<double>("width");
        QTest::newRow("Germany") << QLocale(QLocale::German, QLocale::Germany) << 595.0;
        QTest::newRow("United Kingdom") << QLocale(QLocale::English, QLocale::UnitedKingdom) << 595.0;
        QTest::newRow("United States") << QLocale(QLocale::English, QLocale::UnitedStates) << 612.0;
        QTest::newRow("Mexico") << QLocale(QLocale::Spanish, QLocale::Mexico) << 612.0;
    }
    void thePaperFollowsTheLocale()
    {
        QFETCH(QLocale, locale);
        QFETCH(double, width);
        const extraction::Extraction read = readBack(written(talk(QStringLiteral("Yes.")), locale));
        QCOMPARE(read.document.pages.size(), 1U);
        QVERIFY(std::abs(read.document.pages[0].width - width) < 1);
    }

    void nothingWarned() { QCOMPARE(testing::warnings.load(), 0); }
};

int main(int argc, char **argv)
{
    const QGuiApplication application(argc, argv);
    PdfWriterTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "pdf_writer_test.moc"
