// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/block_text.h"

#include "app/markdown/citation_marks.h"

#include <QAbstractTextDocumentLayout>
#include <QFontMetricsF>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextLayout>

#include <algorithm>
#include <cmath>

namespace ui {

using app::markdown::Span;
using app::markdown::StyledText;

namespace {

/// Tells the marks of found words from the colours of a highlighter.
constexpr int kFoundProperty = QTextFormat::UserProperty + 1;

/// Up to where two texts look the same.
qsizetype commonPart(const StyledText &a, const StyledText &b)
{
    const qsizetype limit = std::min(a.text.size(), b.text.size());
    qsizetype same = std::mismatch(a.text.cbegin(), a.text.cbegin() + limit, b.text.cbegin()).first - a.text.cbegin();
    const qsizetype spans = std::min(a.spans.size(), b.spans.size());
    const auto differs = [&](const Span &x, const Span &y) {
        return !(x == y) || a.links.value(x.link) != b.links.value(y.link);
    };
    qsizetype i = 0;
    while (i < spans && !differs(a.spans[i], b.spans[i]))
        ++i;
    if (i < a.spans.size())
        same = std::min(same, a.spans[i].start);
    if (i < b.spans.size())
        same = std::min(same, b.spans[i].start);
    return same;
}

} // namespace

BlockText::BlockText(QObject *parent)
    : QObject(parent)
{
}

void BlockText::componentComplete()
{
    m_complete = true;
    rewrite();
}

void BlockText::setDocument(QQuickTextDocument *document)
{
    if (document == m_document)
        return;
    m_document = document;
    if (document != nullptr)
        document->textDocument()->setUndoRedoEnabled(false);
    rewrite();
    Q_EMIT documentChanged();
}

void BlockText::setContent(const StyledText &content)
{
    const qsizetype same = commonPart(m_content, content);
    if (same == m_content.text.size() && same == content.text.size())
        return;
    m_content = content;
    m_citations.clear();
    for (const Span &span : m_content.spans) {
        // A number in two styles is cut in two, and neither half is one.
        const QStringView piece = QStringView(m_content.text).mid(span.start, span.length);
        if ((span.styles & app::markdown::Citation) && piece.startsWith(u'[') && piece.endsWith(u']'))
            m_citations.append(span);
    }
    write(same);
    Q_EMIT contentChanged();
}

void BlockText::setLeading(qreal leading)
{
    if (qFuzzyCompare(leading, m_leading))
        return;
    m_leading = leading;
    rewrite();
    Q_EMIT looksChanged();
}

void BlockText::setByLine(bool byLine)
{
    if (byLine == m_byLine)
        return;
    m_byLine = byLine;
    rewrite();
    Q_EMIT looksChanged();
}

void BlockText::setLinkColor(const QColor &color)
{
    if (color == m_linkColor)
        return;
    m_linkColor = color;
    rewrite();
    Q_EMIT looksChanged();
}

void BlockText::setCitationColor(const QColor &color)
{
    if (color == m_citationColor)
        return;
    m_citationColor = color;
    rewrite();
    Q_EMIT looksChanged();
}

void BlockText::setNotFoundColor(const QColor &color)
{
    if (color == m_notFoundColor)
        return;
    m_notFoundColor = color;
    rewrite();
    Q_EMIT looksChanged();
}

void BlockText::setCodeBackground(const QColor &color)
{
    if (color == m_codeBackground)
        return;
    m_codeBackground = color;
    rewrite();
    Q_EMIT looksChanged();
}

void BlockText::setFoundColor(const QColor &color)
{
    if (color == m_foundColor)
        return;
    m_foundColor = color;
    markFound();
    Q_EMIT looksChanged();
}

void BlockText::setMonoFamily(const QString &family)
{
    if (family == m_monoFamily)
        return;
    m_monoFamily = family;
    rewrite();
    Q_EMIT looksChanged();
}

void BlockText::setPixelSize(qreal size)
{
    if (qFuzzyCompare(size, m_pixelSize))
        return;
    m_pixelSize = size;
    rewrite();
    Q_EMIT looksChanged();
}

void BlockText::setNeedle(const QString &needle)
{
    if (needle == m_needle)
        return;
    m_needle = needle;
    markFound();
    Q_EMIT needleChanged();
}

QTextCharFormat BlockText::format(const Span *span) const
{
    QTextCharFormat format;
    if (span == nullptr)
        return format;
    if (span->styles & app::markdown::Bold)
        format.setFontWeight(QFont::DemiBold);
    if (span->styles & app::markdown::Italic)
        format.setFontItalic(true);
    if (span->styles & app::markdown::Strike)
        format.setFontStrikeOut(true);
    if (span->styles & app::markdown::InlineCode) {
        format.setFontFamilies({m_monoFamily});
        format.setProperty(QTextFormat::FontPixelSize, qRound(m_pixelSize * 0.9));
        format.setBackground(m_codeBackground);
    }
    if (span->styles & app::markdown::Link) {
        format.setForeground(m_linkColor);
        format.setFontUnderline(true);
    }
    if (span->styles & app::markdown::Citation) {
        format.setForeground(m_citationColor);
    } else if (span->styles & app::markdown::NotFound) {
        format.setFontUnderline(true);
        format.setUnderlineColor(m_notFoundColor);
    }
    return format;
}

void BlockText::rewrite()
{
    if (!m_content.text.isEmpty())
        write(0);
}

void BlockText::write(qsizetype from)
{
    if (!m_document || !m_complete)
        return;
    QTextDocument *document = m_document->textDocument();
    QTextCursor cursor(document);
    cursor.beginEditBlock();
    const bool fresh = document->isEmpty();
    // The last position is that of the closing paragraph separator.
    cursor.setPosition(int(std::min<qsizetype>(from, document->characterCount() - 1)));
    cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
    cursor.removeSelectedText();
    if (fresh || from == 0) {
        QTextBlockFormat block;
        if (m_leading > 0) {
            QFont font = document->defaultFont();
            font.setPixelSize(std::max(1, qRound(m_pixelSize)));
            const qreal natural = QFontMetricsF(font).height();
            block.setLineHeight(natural > 0 ? 100.0 * m_leading * m_pixelSize / natural : 100.0,
                                QTextBlockFormat::ProportionalHeight);
        }
        cursor.setBlockFormat(block);
    }
    const auto insert = [&](qsizetype start, qsizetype end, const QTextCharFormat &look) {
        if (end <= start)
            return;
        QString piece = m_content.text.sliced(start, end - start);
        if (!m_byLine)
            piece.replace(u'\n', QChar::LineSeparator);
        cursor.insertText(piece, look);
    };
    qsizetype at = from;
    for (const Span &span : m_content.spans) {
        const qsizetype end = span.start + span.length;
        if (end <= from)
            continue;
        insert(at, span.start, format(nullptr));
        insert(std::max(at, span.start), end, format(&span));
        at = end;
    }
    insert(at, m_content.text.size(), format(nullptr));
    cursor.endEditBlock();
    if (!m_needle.isEmpty())
        markFound();
    Q_EMIT written();
}

void BlockText::markFound()
{
    if (!m_document || !m_complete)
        return;
    QTextDocument *document = m_document->textDocument();
    for (QTextBlock block = document->begin(); block.isValid(); block = block.next()) {
        QList<QTextLayout::FormatRange> ranges = block.layout()->formats();
        const qsizetype unmarked =
            ranges.removeIf([](const auto &range) { return range.format.hasProperty(kFoundProperty); });
        const qsizetype others = ranges.size();
        const QString text = block.text();
        for (qsizetype at = m_needle.isEmpty() ? -1 : text.indexOf(m_needle, 0, Qt::CaseInsensitive); at >= 0;
             at = text.indexOf(m_needle, at + m_needle.size(), Qt::CaseInsensitive)) {
            QTextLayout::FormatRange range{.start = int(at), .length = int(m_needle.size()), .format = {}};
            range.format.setBackground(m_foundColor);
            range.format.setProperty(kFoundProperty, true);
            ranges.append(range);
        }
        if (unmarked == 0 && ranges.size() == others)
            continue;
        block.layout()->setFormats(ranges);
        document->markContentsDirty(block.position(), block.length());
    }
}

QString BlockText::notFound() const
{
    QString text;
    for (const Span &span : m_content.spans) {
        if ((span.styles & app::markdown::NotFound) && !(span.styles & app::markdown::Citation))
            text += m_content.text.sliced(span.start, span.length);
    }
    return text;
}

bool BlockText::isNotFound(int position) const
{
    return std::ranges::any_of(m_content.spans, [position](const Span &span) {
        return (span.styles & app::markdown::NotFound) && position >= span.start && position < span.start + span.length;
    });
}

int BlockText::citationNumber(int index) const
{
    return index >= 0 && index < citationCount() ? app::markdown::citationNumber(m_content, m_citations[index]) : 0;
}

bool BlockText::isCitationAdded(int index) const
{
    return index >= 0 && index < citationCount() && (m_citations[index].styles & app::markdown::Attributed);
}

QRectF BlockText::citationRect(int index) const
{
    if (!m_document || index < 0 || index >= citationCount())
        return {};
    const QTextDocument *document = m_document->textDocument();
    const Span &span = m_citations[index];
    const QTextBlock block = document->findBlock(static_cast<int>(span.start));
    if (!block.isValid())
        return {};
    const QRectF place = document->documentLayout()->blockBoundingRect(block);
    const int start = static_cast<int>(span.start) - block.position();
    const QTextLine line = block.layout()->lineForTextPosition(start);
    if (!line.isValid())
        return {};
    const qreal from = line.cursorToX(start);
    const qreal to = line.cursorToX(start + static_cast<int>(span.length));
    return {place.x() + std::min(from, to), place.y() + line.y(), std::abs(to - from), line.ascent() + line.descent()};
}

QString BlockText::linkAt(int position) const
{
    for (const Span &span : m_content.spans) {
        if (span.link >= 0 && position >= span.start && position < span.start + span.length)
            return m_content.links.value(span.link);
    }
    return {};
}

int BlockText::nextLink(int position) const
{
    int first = -1;
    for (const Span &span : m_content.spans) {
        if (span.link < 0)
            continue;
        if (first < 0)
            first = int(span.start);
        if (span.start > position)
            return int(span.start);
    }
    return first;
}

} // namespace ui
