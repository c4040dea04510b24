// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sources/passage_mark.h"

#include <QTextCursor>
#include <QTextDocument>

#include <algorithm>

namespace ui {

void PassageMark::setDocument(QQuickTextDocument *document)
{
    if (document == m_document)
        return;
    m_document = document;
    if (m_document)
        connect(m_document->textDocument(), &QTextDocument::contentsChanged, this, &PassageMark::mark);
    mark();
    Q_EMIT changed();
}

void PassageMark::setStart(int start)
{
    if (start == m_start)
        return;
    m_start = start;
    mark();
    Q_EMIT changed();
}

void PassageMark::setLength(int length)
{
    if (length == m_length)
        return;
    m_length = length;
    mark();
    Q_EMIT changed();
}

void PassageMark::setColor(const QColor &color)
{
    if (color == m_color)
        return;
    m_color = color;
    mark();
    Q_EMIT changed();
}

void PassageMark::setLeading(int percent)
{
    if (percent == m_leading)
        return;
    m_leading = percent;
    mark();
    Q_EMIT changed();
}

void PassageMark::mark()
{
    if (!m_document || m_marking)
        return;
    m_marking = true; // changes of the format are changes of the document
    QTextDocument *document = m_document->textDocument();
    const int end = document->characterCount() - 1; // before the closing paragraph separator
    const int from = std::clamp(m_start, 0, end);
    const int to = std::clamp(m_start + m_length, from, end);
    QTextCursor cursor(document);
    cursor.beginEditBlock();
    cursor.select(QTextCursor::Document);
    cursor.setCharFormat({});
    QTextBlockFormat lines;
    lines.setLineHeight(m_leading, QTextBlockFormat::ProportionalHeight);
    cursor.mergeBlockFormat(lines);
    QTextCharFormat marked;
    marked.setBackground(m_color);
    cursor.setPosition(from);
    cursor.setPosition(to, QTextCursor::KeepAnchor);
    cursor.mergeCharFormat(marked);
    cursor.endEditBlock();
    m_marking = false;
}

} // namespace ui
