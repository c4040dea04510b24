// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/markdown_blocks.h"

#include "app/markdown/segment_parser.h"

#include <algorithm>

namespace app::markdown {

namespace {

/// Where to cut a line that is too long: after its last space, never inside a surrogate pair.
qsizetype wordCut(QStringView line)
{
    const qsizetype space = line.lastIndexOf(u' ');
    if (space > line.size() / 2)
        return space + 1;
    return line.last(1)[0].isHighSurrogate() ? line.size() - 1 : line.size();
}

/// The first lines of a table, if the segment is one.
QString tableHead(const QString &source)
{
    const qsizetype first = source.indexOf(u'\n');
    const qsizetype second = first < 0 ? -1 : source.indexOf(u'\n', first + 1);
    if (second < 0 || !source.first(first).contains(u'|') ||
        !isTableDelimiter(QStringView(source).sliced(first + 1, second - first - 1)))
        return {};
    return source.first(second + 1);
}

} // namespace

QList<Block> MarkdownBlocks::parse(QStringView text)
{
    MarkdownBlocks blocks;
    blocks.append(text);
    blocks.finish();
    return blocks.blocks();
}

MarkdownBlocks::Change MarkdownBlocks::append(QStringView piece)
{
    const qsizetype oldClosed = m_closed;
    const QList<Block> oldTail = m_blocks.sliced(m_closed);
    for (qsizetype i = 0; i < piece.size();) {
        const QChar c = piece[i];
        if (c == u'\r' || c == u'\n') {
            if (!(c == u'\n' && m_pendingCr)) {
                const QString line = std::exchange(m_line, QString());
                takeLine(line);
            }
            m_pendingCr = c == u'\r';
            ++i;
            continue;
        }
        m_pendingCr = false;
        qsizetype end = i;
        const qsizetype room = kSegmentBudget - m_line.size();
        while (end < piece.size() && end - i < room && piece[end] != u'\r' && piece[end] != u'\n')
            ++end;
        m_line.append(piece.sliced(i, end - i));
        i = end;
        if (m_line.size() >= kSegmentBudget) {
            const qsizetype cut = wordCut(m_line);
            const QString head = m_line.first(cut);
            m_line = m_line.sliced(cut);
            takeLine(head);
            if (m_segment != Segment::Fence)
                closeSegment();
        }
    }
    showOpen();
    return changeSince(oldTail, oldClosed);
}

MarkdownBlocks::Change MarkdownBlocks::finish()
{
    const qsizetype oldClosed = m_closed;
    const QList<Block> oldTail = m_blocks.sliced(m_closed);
    if (!m_line.isEmpty()) {
        const QString line = std::exchange(m_line, QString());
        takeLine(line);
    }
    m_pendingCr = false;
    closeSegment();
    m_list = {};
    return changeSince(oldTail, oldClosed);
}

MarkdownBlocks::Change MarkdownBlocks::changeSince(const QList<Block> &oldTail, qsizetype oldClosed) const
{
    qsizetype same = 0;
    const qsizetype limit = std::min(oldTail.size(), m_blocks.size() - oldClosed);
    while (same < limit && oldTail[same] == m_blocks[oldClosed + same])
        ++same;
    return {.firstChanged = oldClosed + same, .oldCount = oldClosed + oldTail.size(), .newCount = m_blocks.size()};
}

void MarkdownBlocks::takeLine(QStringView line)
{
    if (m_segment == Segment::Fence) {
        takeFenceLine(line);
        return;
    }
    if (isBlank(line)) {
        if (m_segment == Segment::Paragraph)
            closeSegment();
        else if (m_segment == Segment::Item || m_segment == Segment::Indented)
            addLine({});
        m_lastBlank = true;
        return;
    }
    const int indent = indentOf(line);
    const bool goesOn = (m_segment == Segment::Item && staysInItem(line, indent)) ||
                        (m_segment == Segment::Indented && indent >= 4) ||
                        (m_segment == Segment::Paragraph && !endsParagraph(line));
    if (goesOn) {
        addLine(line);
        cutOversized();
    } else {
        closeSegment();
        startSegment(line);
    }
    m_lastBlank = false;
}

bool MarkdownBlocks::staysInItem(QStringView line, int indent) const
{
    if (indent >= m_contentIndent)
        return true;
    // Without a blank line before it, plain text may lazily belong to the item's last paragraph.
    return !m_lastBlank && !fenceStart(line) && !itemStart(line) && !isAtxHeading(line) && !isQuote(line) &&
           !isThematicBreak(line);
}

bool MarkdownBlocks::endsParagraph(QStringView line) const
{
    if (fenceStart(line) || isAtxHeading(line))
        return true;
    if (const auto item = itemStart(line))
        return item->interruptsParagraph();
    return isQuote(line) && !isQuote(m_source);
}

void MarkdownBlocks::startSegment(QStringView line)
{
    if (const auto fence = fenceStart(line)) {
        m_list = {};
        const qsizetype space = fence->info.indexOf(u' ');
        openFence(*fence, (space < 0 ? fence->info : fence->info.first(space)).toString(), false);
        return;
    }
    if (const auto item = itemStart(line)) {
        m_continuesList = m_list.active && m_list.ordered == item->ordered && m_list.mark == item->mark;
        m_itemNumber = m_continuesList ? m_list.next : item->number;
        m_list = {.active = true,
                  .ordered = item->ordered,
                  .mark = item->mark,
                  .next = m_itemNumber < 999'999'999 ? m_itemNumber + 1 : m_itemNumber};
        m_segment = Segment::Item;
        m_contentIndent = item->contentIndent;
        addLine(line);
        return;
    }
    m_list = {};
    m_segment = indentOf(line) >= 4 ? Segment::Indented : Segment::Paragraph;
    addLine(line);
    if (isAtxHeading(line) || isThematicBreak(line))
        closeSegment();
}

void MarkdownBlocks::addLine(QStringView line)
{
    m_source.append(line);
    m_source.append(u'\n');
}

void MarkdownBlocks::cutOversized()
{
    if (m_source.size() < kSegmentBudget)
        return;
    const QString head = m_segment == Segment::Paragraph ? tableHead(m_source) : QString();
    closeSegment();
    if (!head.isEmpty() && head.size() < kSegmentBudget / 4) {
        m_segment = Segment::Paragraph;
        m_source = head;
    }
}

void MarkdownBlocks::closeSegment()
{
    if (m_segment == Segment::None)
        return;
    if (m_segment != Segment::Fence) {
        m_blocks.resize(m_closed);
        m_blocks.append(parseSegment(m_source, firstNumber()));
    }
    m_closed = m_blocks.size();
    m_source.clear();
    m_code.clear();
    m_segment = Segment::None;
    m_lastBlank = false;
}

void MarkdownBlocks::openFence(const FenceStart &fence, const QString &language, bool continues)
{
    m_blocks.resize(m_closed);
    m_segment = Segment::Fence;
    m_fence = fence;
    m_fence.info = {};
    m_language = language;
    m_lineCount = 0;
    m_code.clear();
    Block block;
    block.kind = BlockKind::Code;
    block.language = language;
    block.continuesPrevious = continues;
    m_blocks.append(block);
}

void MarkdownBlocks::takeFenceLine(QStringView line)
{
    if (closesFence(line, m_fence)) {
        m_blocks.last().content.text = m_code;
        closeSegment();
        return;
    }
    if (m_lineCount >= kCodeLines || m_code.size() >= 4 * kSegmentBudget) {
        m_blocks.last().content.text = m_code;
        const FenceStart fence = m_fence;
        const QString language = m_language;
        closeSegment();
        openFence(fence, language, true);
    }
    appendCode(line);
}

void MarkdownBlocks::appendCode(QStringView line)
{
    qsizetype drop = 0;
    while (drop < m_fence.indent && drop < line.size() && line[drop] == u' ')
        ++drop;
    if (m_lineCount++ > 0)
        m_code.append(u'\n');
    m_code.append(line.sliced(drop));
    m_blocks.last().content.text = m_code;
}

void MarkdownBlocks::showOpen()
{
    if (m_segment == Segment::Fence) {
        // A half line of fence marks may become the closing fence; showing it would make the code flicker.
        const bool maybeClosing = !m_line.isEmpty() && std::all_of(m_line.cbegin(), m_line.cend(),
                                                                   [this](QChar c) { return c == m_fence.mark; });
        QString shown = m_code;
        if (!m_line.isEmpty() && !maybeClosing) {
            if (m_lineCount > 0)
                shown.append(u'\n');
            shown.append(m_line);
        }
        m_blocks.last().content.text = shown;
        return;
    }
    m_blocks.resize(m_closed);
    QString open = m_source;
    open.append(m_line);
    const bool freshItem = m_segment == Segment::None && itemStart(m_line).has_value();
    if (freshItem) {
        const ItemStart item = *itemStart(m_line);
        const bool goesOn = m_list.active && m_list.ordered == item.ordered && m_list.mark == item.mark;
        m_blocks.append(parseSegment(open, goesOn ? m_list.next : -1));
    } else {
        m_blocks.append(parseSegment(open, firstNumber()));
    }
}

} // namespace app::markdown
