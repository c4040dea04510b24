// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/marked_text.h"

#include "ui/library/library_words.h"

#include <QTextCursor>
#include <QTextDocument>

namespace ui {

void MarkedText::setDocument(QQuickTextDocument *document)
{
    if (document == m_document)
        return;
    m_document = document;
    if (m_document)
        connect(m_document->textDocument(), &QTextDocument::contentsChanged, this, &MarkedText::mark);
    mark();
    Q_EMIT changed();
}

void MarkedText::setQuestion(const QString &question)
{
    if (question == m_question)
        return;
    m_question = question;
    mark();
    Q_EMIT changed();
}

void MarkedText::setColor(const QColor &color)
{
    if (color == m_color)
        return;
    m_color = color;
    mark();
    Q_EMIT changed();
}

void MarkedText::setLeading(int percent)
{
    if (percent == m_leading)
        return;
    m_leading = percent;
    mark();
    Q_EMIT changed();
}

void MarkedText::mark()
{
    if (!m_document || m_marking)
        return;
    m_marking = true; // changes of the format are changes of the document
    QTextDocument *document = m_document->textDocument();
    QTextCursor cursor(document);
    cursor.beginEditBlock();
    cursor.select(QTextCursor::Document);
    cursor.setCharFormat({});
    QTextBlockFormat lines;
    lines.setLineHeight(m_leading, QTextBlockFormat::ProportionalHeight);
    cursor.mergeBlockFormat(lines);
    QTextCharFormat found;
    found.setBackground(m_color);
    for (const MarkedRange &range : matchedWords(document->toPlainText(), m_question)) {
        cursor.setPosition(static_cast<int>(range.begin));
        cursor.setPosition(static_cast<int>(range.begin + range.length), QTextCursor::KeepAnchor);
        cursor.mergeCharFormat(found);
    }
    cursor.endEditBlock();
    m_marking = false;
}

} // namespace ui
