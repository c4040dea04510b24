// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Blocks as one line of text each, so that tables of expectations can be read and failures show the difference.
#pragma once

#include "app/markdown/block.h"

#include <QStringList>

namespace app::markdown {

/// Styled text with marks: {b:bold} {i:italic} {c:code} {s:struck} {n:citation} {na:added one} {u:not found}
/// {l=target:link}; letters combine as in {bi:x}.
inline QString describe(const StyledText &styled)
{
    QString out;
    qsizetype at = 0;
    for (const Span &span : styled.spans) {
        out += styled.text.mid(at, span.start - at);
        QString letters;
        if (span.styles & Bold)
            letters += u'b';
        if (span.styles & Italic)
            letters += u'i';
        if (span.styles & InlineCode)
            letters += u'c';
        if (span.styles & Strike)
            letters += u's';
        if (span.styles & Citation)
            letters += u'n';
        if (span.styles & Attributed)
            letters += u'a';
        if (span.styles & NotFound)
            letters += u'u';
        if (span.styles & Link)
            letters += QStringLiteral("l=") + styled.links.value(span.link);
        out += u'{' + letters + u':' + styled.text.mid(span.start, span.length) + u'}';
        at = span.start + span.length;
    }
    out += styled.text.mid(at);
    return out.replace(u'\n', u'/');
}

inline QString describe(const Container &container)
{
    const QString task = container.task == Container::Task::None   ? QString()
                         : container.task == Container::Task::Done ? QStringLiteral("x")
                                                                   : QStringLiteral("o");
    if (container.kind == Container::Kind::Quote)
        return QStringLiteral(">");
    if (!container.first)
        return QStringLiteral("_");
    return (container.kind == Container::Kind::Bullet ? QStringLiteral("*")
                                                      : QString::number(container.number) + u'.') +
           task;
}

inline QString describe(const Block &block)
{
    QString out;
    for (const Container &container : block.path)
        out += describe(container) + u' ';
    switch (block.kind) {
    case BlockKind::Paragraph:
        return out + QStringLiteral("p ") + describe(block.content);
    case BlockKind::Heading:
        return out + u'h' + QString::number(block.level) + u' ' + describe(block.content);
    case BlockKind::Code:
        return out + (block.continuesPrevious ? QStringLiteral("+code(") : QStringLiteral("code(")) + block.language +
               QStringLiteral(") ") + describe(block.content);
    case BlockKind::ThematicBreak:
        return out + QStringLiteral("hr");
    case BlockKind::Table:
        break;
    }
    out += QStringLiteral("table ");
    for (const Alignment alignment : block.table.columns)
        out += QStringLiteral("-<^>").at(static_cast<int>(alignment));
    for (const auto &row : block.table.rows) {
        QStringList cells;
        for (const StyledText &cell : row)
            cells += describe(cell);
        out += QStringLiteral(" [") + cells.join(QStringLiteral(" | ")) + u']';
    }
    return out;
}

inline QStringList describe(const QList<Block> &blocks)
{
    QStringList lines;
    for (const Block &block : blocks)
        lines += describe(block);
    return lines;
}

} // namespace app::markdown
