// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/print/pdf_writer.h"

#include "ui/style/fonts.h"

#include <QAbstractTextDocumentLayout>
#include <QBuffer>
#include <QCoreApplication>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr int kDotsPerInch = 1200;
constexpr QMarginsF kMargins(22, 20, 22, 16); // millimetres
constexpr double kFooter = 10;                // millimetres of the page's foot
constexpr double kTextSize = 9.5;             // points
constexpr double kFooterSize = 8;

constexpr QRgb kInk = qRgb(0x22, 0x20, 0x1c);
constexpr QRgb kQuiet = qRgb(0x6f, 0x6a, 0x61);

// What QTextDocument knows of CSS: sizes of fonts in points, lengths in 1/96 inch.
constexpr char kStyle[] = R"(
h1 { font-size: 17pt; margin-bottom: 0px; }
h2 { font-size: 8.5pt; color: #6f6a61; margin-top: 20px; margin-bottom: 4px; }
h3, h4, h5, h6 { font-size: 10.5pt; margin-top: 12px; margin-bottom: 4px; }
p { margin-top: 5px; margin-bottom: 5px; }
.quiet, .facts { color: #6f6a61; font-size: 8pt; }
.facts { margin-top: 10px; }
.question { background-color: #f4efe8; white-space: pre-wrap; padding: 8px; border-bottom: none; }
.cited { color: #2f6b57; font-weight: 600; }
.notfound { text-decoration: underline; color: #8f6210; }
.source { font-size: 8pt; color: #45413a; margin-left: 18px; margin-top: 6px; }
pre { font-family: "JetBrains Mono NL"; font-size: 8pt; white-space: pre-wrap; background-color: #f7f4ef; margin-top: 8px; margin-bottom: 8px; }
code { font-family: "JetBrains Mono NL"; font-size: 8pt; }
ul, ol { margin-top: 5px; margin-bottom: 5px; }
blockquote { color: #6f6a61; margin-left: 18px; margin-right: 0px; }
table { border-collapse: collapse; margin-top: 6px; margin-bottom: 8px; }
th, td { border-bottom: 1px solid #d8d1c5; padding: 4px; padding-right: 14px; }
.right { text-align: right; }
.center { text-align: center; }
)";

/// A text that never asks for anything outside of itself.
class SealedDocument : public QTextDocument {
public:
    using QTextDocument::QTextDocument;

protected:
    QVariant loadResource(int, const QUrl &) override { return {}; }
};

/// Takes what HTML means beyond its text out of a document: the size of headings, which would be added to that of the
/// style, and links. The HTML has none; this holds to it, since a link in a PDF opens at a touch.
void settle(QTextDocument &document)
{
    struct Piece {
        int begin;
        int length;
        QTextCharFormat format;
    };
    QList<Piece> pieces;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        for (auto at = block.begin(); !at.atEnd(); ++at) {
            QTextCharFormat format = at.fragment().charFormat();
            if (!format.isAnchor() && !format.hasProperty(QTextFormat::FontSizeAdjustment))
                continue;
            for (const auto property : {QTextFormat::FontSizeAdjustment, QTextFormat::IsAnchor, QTextFormat::AnchorHref,
                                        QTextFormat::AnchorName})
                format.clearProperty(property);
            pieces.append({at.fragment().position(), at.fragment().length(), format});
        }
    }
    for (const Piece &piece : pieces) {
        QTextCursor cursor(&document);
        cursor.setPosition(piece.begin);
        cursor.setPosition(piece.begin + piece.length, QTextCursor::KeepAnchor);
        cursor.setCharFormat(piece.format);
    }
}

/// What is set in another glyph than its character's own could not be searched or copied. Of the program's fonts Noto
/// Serif alone has no glyph that stands for two characters, such as an apostrophe and a letter of that look.
QFont readingFont(double size)
{
    QFont font(QStringLiteral("Noto Serif"));
    font.setPointSizeF(size);
    for (const char *feature : {"calt", "clig", "liga"})
        font.setFeature(QFont::Tag::fromString(QLatin1StringView(feature)).value(), 0);
    return font;
}

double dots(double millimetres)
{
    constexpr double inch = 25.4;
    return millimetres / inch * kDotsPerInch;
}

void drawPage(QPainter &painter, const QTextDocument &document, int page, const QSizeF &size)
{
    painter.save();
    const QRectF part(0, page * size.height(), size.width(), size.height());
    painter.translate(0, -part.top());
    painter.setClipRect(part);
    QAbstractTextDocumentLayout::PaintContext context;
    // A line that only touches the page would be written into it, unseen.
    context.clip = part.adjusted(0, 2, 0, -2);
    context.palette.setColor(QPalette::Text, QColor::fromRgb(kInk));
    document.documentLayout()->draw(&painter, context);
    painter.restore();
}

} // namespace

QPageSize pageSizeOf(const QLocale &locale)
{
    constexpr QLocale::Territory letter[] = {QLocale::UnitedStates, QLocale::Canada,     QLocale::Mexico,
                                             QLocale::Philippines,  QLocale::PuertoRico, QLocale::Colombia,
                                             QLocale::Chile,        QLocale::Venezuela,  QLocale::Guatemala,
                                             QLocale::CostaRica,    QLocale::Panama,     QLocale::ElSalvador,
                                             QLocale::Nicaragua,    QLocale::Honduras,   QLocale::DominicanRepublic};
    const bool isLetter = std::ranges::find(letter, locale.territory()) != std::end(letter);
    return QPageSize(isLetter ? QPageSize::Letter : QPageSize::A4);
}

QByteArray pdfOf(const app::ExportedTalk &talk, const QLocale &locale)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(kDotsPerInch);
    writer.setPageLayout(QPageLayout(pageSizeOf(locale), QPageLayout::Portrait, kMargins, QPageLayout::Millimeter));
    writer.setTitle(talk.title);
    writer.setCreator(QStringLiteral("Carrel"));

    const QSizeF whole = writer.pageLayout().paintRectPixels(kDotsPerInch).size();
    const QSizeF body(whole.width(), std::floor(whole.height() - dots(kFooter)));
    loadSerif();
    SealedDocument document;
    document.setUndoRedoEnabled(false);
    document.setDefaultFont(readingFont(kTextSize));
    document.setDocumentMargin(0);
    document.documentLayout()->setPaintDevice(&writer);
    document.setDefaultStyleSheet(QString::fromLatin1(kStyle));
    document.setHtml(app::exportedForPaper(talk));
    settle(document);
    document.setPageSize(body);

    QPainter painter(&writer);
    const int pages = document.pageCount();
    for (int page = 0; page < pages; ++page) {
        if (page > 0)
            writer.newPage();
        drawPage(painter, document, page, body);
        painter.setFont(readingFont(kFooterSize));
        painter.setPen(QColor::fromRgb(kQuiet));
        painter.drawText(QRectF(0, body.height(), whole.width(), whole.height() - body.height()),
                         Qt::AlignHCenter | Qt::AlignBottom,
                         QCoreApplication::translate("PdfWriter", "%1 of %2")
                             .arg(locale.toString(page + 1), locale.toString(pages)));
    }
    painter.end();
    return bytes;
}

} // namespace ui
