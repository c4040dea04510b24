// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/citation_marks.h"

#include "app/markdown/markdown_blocks.h"

#include <algorithm>
#include <utility>

namespace app::markdown {

namespace {

constexpr qsizetype kMostDigits = 3;

/// Length of the `[n]` that begins here, 0 for none; its number goes to `number`.
qsizetype citationAt(QStringView text, qsizetype at, int &number)
{
    qsizetype end = at + 1;
    number = 0;
    while (end < text.size() && end - at <= kMostDigits && text[end] >= u'0' && text[end] <= u'9')
        number = 10 * number + (text[end++].unicode() - u'0');
    return end > at + 1 && end < text.size() && text[end] == u']' ? end + 1 - at : 0;
}

bool isText(const Block &block)
{
    return block.kind == BlockKind::Paragraph || block.kind == BlockKind::Heading;
}

/// Letters without white space, and where each stands.
struct Packed {
    QString letters;
    QList<BlockRange> places; ///< a letter each; length 1
};

Packed packedText(const QList<Block> &blocks)
{
    Packed packed;
    for (qsizetype i = 0; i < blocks.size(); ++i) {
        if (!isText(blocks[i]))
            continue;
        const QString &text = blocks[i].content.text;
        for (qsizetype at = 0; at < text.size(); ++at) {
            if (!text[at].isSpace()) {
                packed.letters += text[at];
                packed.places.append({.block = i, .start = at, .length = 1});
            }
        }
    }
    return packed;
}

} // namespace

void addStyle(StyledText &text, qsizetype start, qsizetype length, quint8 styles)
{
    const qsizetype from = std::clamp<qsizetype>(start, 0, text.text.size());
    const qsizetype to = std::clamp<qsizetype>(start + length, from, text.text.size());
    if (from == to)
        return;
    QList<Span> spans;
    spans.reserve(text.spans.size() + 2);
    const auto put = [&spans](qsizetype first, qsizetype last, quint8 look, int link) {
        if (last > first)
            spans.append({.start = first, .length = last - first, .styles = look, .link = link});
    };
    qsizetype at = from; // up to where the run is written
    for (const Span &span : std::as_const(text.spans)) {
        const qsizetype end = span.start + span.length;
        if (end <= from) {
            spans.append(span);
            continue;
        }
        if (span.start >= to) {
            put(at, to, styles, -1);
            at = to;
            spans.append(span);
            continue;
        }
        put(at, span.start, styles, -1);
        put(span.start, std::min(end, from), span.styles, span.link);
        put(std::max(span.start, from), std::min(end, to), span.styles | styles, span.link);
        put(std::max(span.start, to), end, span.styles, span.link);
        at = std::max(at, std::min(end, to));
    }
    put(at, to, styles, -1);
    text.spans = std::move(spans);
}

void insertText(StyledText &text, qsizetype at, const QString &words, quint8 styles)
{
    if (words.isEmpty())
        return;
    const qsizetype place = std::clamp<qsizetype>(at, 0, text.text.size());
    QList<Span> spans;
    spans.reserve(text.spans.size() + 2);
    bool inserted = false;
    const auto insertNow = [&] {
        if (!std::exchange(inserted, true) && styles != 0)
            spans.append({.start = place, .length = words.size(), .styles = styles, .link = -1});
    };
    for (Span span : std::as_const(text.spans)) {
        const qsizetype end = span.start + span.length;
        if (end <= place) {
            spans.append(span);
            continue;
        }
        if (span.start < place) {
            Span before = span;
            before.length = place - span.start;
            spans.append(before);
            span.start = place;
            span.length = end - place;
        }
        insertNow();
        span.start += words.size();
        spans.append(span);
    }
    insertNow();
    text.text.insert(place, words);
    text.spans = std::move(spans);
}

void markCitations(StyledText &text, const KnownSource &known)
{
    QList<Span> found;
    qsizetype span = 0;
    for (qsizetype at = text.text.indexOf(u'['); at >= 0; at = text.text.indexOf(u'[', at + 1)) {
        int number = 0;
        const qsizetype length = citationAt(text.text, at, number);
        if (length == 0 || !known(number))
            continue;
        while (span < text.spans.size() && text.spans[span].start + text.spans[span].length <= at)
            ++span;
        const auto isApart = [&] {
            for (qsizetype i = span; i < text.spans.size() && text.spans[i].start < at + length; ++i) {
                if (text.spans[i].styles & (InlineCode | Link))
                    return false;
            }
            return true;
        };
        if (isApart())
            found.append({.start = at, .length = length});
    }
    for (const Span &citation : std::as_const(found))
        addStyle(text, citation.start, citation.length, Citation);
}

void markCitations(Block &block, const KnownSource &known)
{
    if (isText(block))
        markCitations(block.content, known);
    for (QList<StyledText> &row : block.table.rows) {
        for (StyledText &cell : row)
            markCitations(cell, known);
    }
}

int citationNumber(const StyledText &text, const Span &span)
{
    return QStringView(text.text).mid(span.start + 1, span.length - 2).toInt();
}

QList<QList<BlockRange>> placesOfEach(const QList<Block> &blocks, const QStringList &pieces)
{
    QList<QList<BlockRange>> places;
    const Packed packed = packedText(blocks);
    qsizetype from = 0;
    for (const QString &piece : pieces) {
        QList<BlockRange> &ranges = places.emplaceBack();
        const QString wanted = packedText(MarkdownBlocks::parse(piece)).letters;
        const qsizetype at = wanted.isEmpty() ? -1 : packed.letters.indexOf(wanted, from);
        if (at < 0)
            continue;
        from = at + wanted.size();
        for (qsizetype i = at; i < from; ++i) {
            const BlockRange &letter = packed.places[i];
            if (i > at && ranges.constLast().block == letter.block)
                ranges.last().length = letter.start + 1 - ranges.constLast().start;
            else
                ranges.append(letter);
        }
    }
    return places;
}

QList<BlockRange> placesOf(const QList<Block> &blocks, const QStringList &pieces)
{
    QList<BlockRange> all;
    for (const QList<BlockRange> &ranges : placesOfEach(blocks, pieces))
        all += ranges;
    return all;
}

qsizetype citationPlace(const StyledText &text, const BlockRange &range)
{
    qsizetype at = std::clamp<qsizetype>(range.start + range.length, 0, text.text.size());
    while (at > range.start && QStringView(u".!?…。！？").contains(text.text[at - 1]))
        --at;
    return at;
}

} // namespace app::markdown
