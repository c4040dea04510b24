// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/prompt_text.h"

#include <QTextCursor>
#include <QTextDocument>

#include <algorithm>

namespace ui {

void PromptText::setDocument(QQuickTextDocument *document)
{
    if (document == m_document)
        return;
    m_document = document;
    if (m_document)
        connect(m_document->textDocument(), &QTextDocument::contentsChanged, this, &PromptText::mark);
    mark();
    Q_EMIT changed();
}

void PromptText::setControl(const QList<ControlStretch> &control)
{
    if (control == m_control)
        return;
    m_control = control;
    mark();
    Q_EMIT changed();
}

void PromptText::setColor(const QColor &color)
{
    if (color == m_color)
        return;
    m_color = color;
    mark();
    Q_EMIT changed();
}

void PromptText::setBackground(const QColor &background)
{
    if (background == m_background)
        return;
    m_background = background;
    mark();
    Q_EMIT changed();
}

void PromptText::mark()
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
    constexpr qreal percent = 140;
    lines.setLineHeight(percent, QTextBlockFormat::ProportionalHeight);
    cursor.mergeBlockFormat(lines);
    QTextCharFormat control;
    control.setForeground(m_color);
    control.setBackground(m_background);
    const int end = document->characterCount() - 1;
    for (const ControlStretch &stretch : std::as_const(m_control)) {
        cursor.setPosition(std::min(stretch.start, end));
        cursor.setPosition(std::min(stretch.start + stretch.length, end), QTextCursor::KeepAnchor);
        cursor.mergeCharFormat(control);
    }
    cursor.endEditBlock();
    m_marking = false;
}

} // namespace ui
