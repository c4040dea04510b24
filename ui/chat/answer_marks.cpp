// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/answer_marks.h"

#include <algorithm>
#include <ranges>

namespace ui {

using app::markdown::Block;
using app::markdown::BlockRange;

void AnswerMarks::set(const app::MessageValue &message, const QList<Block> &blocks)
{
    *this = {};
    if (message.grounding.refused)
        return; // its sources are what came nearest
    for (const app::CitationValue &citation : message.citations)
        m_known.append(citation.ordinal);
    QStringList sentences;
    for (const app::SentenceCheckValue &check : message.checks)
        sentences.append(message.text.mid(check.begin, std::max(0, check.end - check.begin)));
    const QList<QList<BlockRange>> places = app::markdown::placesOfEach(blocks, sentences);
    for (qsizetype i = 0; i < places.size(); ++i) {
        const app::SentenceCheckValue &check = message.checks[i];
        if (check.verdict == app::SentenceVerdict::NotFound)
            m_notFound += places[i];
        if (check.verdict != app::SentenceVerdict::Supported || places[i].isEmpty())
            continue;
        Addition addition;
        for (const qint32 number : check.cited) {
            if (m_known.contains(number) && !sentences[i].contains(QStringLiteral("[%1]").arg(number)))
                addition.numbers.append(number);
        }
        if (addition.numbers.isEmpty())
            continue;
        const BlockRange &end = places[i].constLast();
        addition.block = end.block;
        addition.at = app::markdown::citationPlace(blocks[end.block].content, end);
        m_additions.append(addition);
    }
}

Block AnswerMarks::marked(Block block, qsizetype number) const
{
    using namespace app::markdown;
    if (m_known.isEmpty())
        return block;
    for (const BlockRange &range : m_notFound) {
        if (range.block == number)
            addStyle(block.content, range.start, range.length, NotFound);
    }
    markCitations(block, [this](int known) { return m_known.contains(known); });
    // From the end, so that the places before stay what they are.
    for (const Addition &addition : m_additions | std::views::reverse) {
        if (addition.block != number)
            continue;
        for (const qint32 found : addition.numbers | std::views::reverse)
            insertText(block.content, addition.at, QStringLiteral("[%1]").arg(found), Citation | Attributed);
        insertText(block.content, addition.at, QStringLiteral(" "), 0);
    }
    return block;
}

} // namespace ui
