// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/summary_blocks.h"

#include "app/markdown/citation_marks.h"

#include <algorithm>

namespace ui {

using app::markdown::Block;
using app::markdown::MarkdownBlocks;
using app::markdown::Span;
using app::markdown::StyledText;

namespace {

// No document can name it: a link's target never holds a control character.
constexpr QLatin1StringView kSourceTarget("\x1fsource:");

void linkCitations(StyledText &text)
{
    app::markdown::markCitations(text, [](int number) { return number > 0; });
    for (Span &span : text.spans) {
        if ((span.styles & app::markdown::Citation) == 0)
            continue;
        const int number = app::markdown::citationNumber(text, span);
        // A citation of a conversation's answer would be looked for among its sources.
        span.styles = static_cast<quint8>((span.styles & ~app::markdown::Citation) | app::markdown::Link);
        span.link = static_cast<int>(text.links.size());
        text.links.append(kSourceTarget + QString::number(number));
    }
}

Block withSources(Block block)
{
    if (block.kind == app::markdown::BlockKind::Code)
        return block;
    linkCitations(block.content);
    for (auto &row : block.table.rows)
        std::ranges::for_each(row, linkCitations);
    return block;
}

} // namespace

void SummaryBlocks::setText(const QString &text)
{
    if (text == m_text)
        return;
    if (!m_text.isEmpty() && text.startsWith(m_text)) {
        m_parser.append(QStringView(text).sliced(m_text.size()));
    } else {
        m_parser = {};
        m_parser.append(text);
    }
    m_text = text;
    showNow();
    Q_EMIT textChanged();
}

void SummaryBlocks::setCiting(bool citing)
{
    if (citing == m_citing)
        return;
    m_citing = citing;
    showNow();
    Q_EMIT textChanged();
}

void SummaryBlocks::setGrowing(bool growing)
{
    if (growing == m_growing)
        return;
    m_growing = growing;
    showNow();
    if (!m_blocks.isEmpty())
        Q_EMIT dataChanged(index(count() - 1), index(count() - 1), {OpenRole});
    Q_EMIT growingChanged();
}

void SummaryBlocks::showNow()
{
    if (m_growing) {
        show(m_parser.blocks());
        return;
    }
    MarkdownBlocks ended = m_parser;
    ended.finish();
    show(ended.blocks());
}

void SummaryBlocks::show(const QList<Block> &blocks)
{
    QList<Block> now;
    now.reserve(blocks.size());
    for (const Block &block : blocks)
        now.append(m_citing ? withSources(block) : block);
    qsizetype same = 0;
    while (same < now.size() && same < m_blocks.size() && now[same] == m_blocks[same])
        ++same;
    // A delegate never changes its kind: from the first block of another kind on they are made anew.
    qsizetype alike = same;
    while (alike < now.size() && alike < m_blocks.size() && now[alike].kind == m_blocks[alike].kind)
        ++alike;
    const auto last = static_cast<int>(m_blocks.size()) - 1;
    if (alike <= last) {
        beginRemoveRows({}, static_cast<int>(alike), last);
        m_blocks.resize(alike);
        endRemoveRows();
    }
    for (qsizetype row = same; row < alike; ++row)
        m_blocks[row] = now[row];
    if (alike < now.size()) {
        beginInsertRows({}, static_cast<int>(alike), static_cast<int>(now.size()) - 1);
        m_blocks = now;
        endInsertRows();
    }
    // With a new row the one before it loses its caret.
    const qsizetype from = std::max<qsizetype>(0, same - 1);
    if (from < alike)
        Q_EMIT dataChanged(index(static_cast<int>(from)), index(static_cast<int>(alike) - 1), {BlockRole, OpenRole});
}

QHash<int, QByteArray> SummaryBlocks::roleNames() const
{
    return {{KindRole, "kind"}, {BlockRole, "block"}, {OpenRole, "open"}};
}

QVariant SummaryBlocks::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Block &block = m_blocks[index.row()];
    switch (role) {
    case KindRole:
        return static_cast<int>(block.kind);
    case BlockRole:
        return QVariant::fromValue(block);
    case OpenRole:
        return m_growing && index.row() == count() - 1;
    case Qt::DisplayRole:
        return block.content.text;
    default:
        return {};
    }
}

int SummaryBlocks::sourceOf(const QString &target)
{
    return target.startsWith(kSourceTarget) ? QStringView(target).sliced(kSourceTarget.size()).toInt() : 0;
}

QString SummaryBlocks::code(int row) const
{
    return row >= 0 && row < count() ? m_blocks[row].content.text : QString();
}

} // namespace ui
