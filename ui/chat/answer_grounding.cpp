// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/answer_grounding.h"

#include "app/grounding_convert.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui {

namespace {

QString words(const char *text, qsizetype count = -1)
{
    return QCoreApplication::translate("AnswerGrounding", text, nullptr, static_cast<int>(count));
}

QString supportOf(const app::MessageValue &answer)
{
    if (isToBeChecked(answer))
        return words("Being compared with your documents…");
    const auto counted = [&](app::SentenceVerdict verdict) {
        return std::ranges::count(answer.checks, verdict, &app::SentenceCheckValue::verdict);
    };
    const auto supported = counted(app::SentenceVerdict::Supported);
    const auto notFound = counted(app::SentenceVerdict::NotFound);
    if (supported + notFound == 0)
        return {};
    if (notFound == 0)
        return supported == 1 ? words("Its statement is supported by your documents.")
                              : words("All %n sentences are supported by your documents.", supported);
    const QString share = words("%1 of %n sentence(s) supported by your documents; what is underlined was not found "
                                "there.",
                                supported + notFound);
    return share.arg(supported);
}

QString warningOf(const app::MessageValue &answer)
{
    const auto instructing = std::ranges::count_if(answer.citations, &app::CitationValue::instructs);
    if (instructing == 0)
        return {};
    return instructing == 1
               ? words("One source holds text that reads like an instruction. The model was told not to follow it.")
               : words("%n sources hold text that reads like an instruction. The model was told not to follow it.",
                       instructing);
}

QString titleOf(const app::MessageValue &answer, qsizetype used)
{
    if (answer.citations.isEmpty())
        return {};
    if (answer.grounding.refused)
        return words("What comes nearest");
    const qsizetype all = answer.citations.size();
    if (used == 0)
        return words("%n source(s) read", all);
    const QString title = words("%n source(s) used", used);
    return used == all ? title : words("%1 · %2 read").arg(title).arg(all);
}

} // namespace

AnswerGrounding answerGrounding(const app::MessageValue &answer)
{
    AnswerGrounding grounding;
    if (answer.grounding.isEmpty())
        return grounding;
    for (const app::CitationValue &citation : answer.citations) {
        if (citation.used)
            grounding.sources.append(citation);
    }
    grounding.refused = answer.grounding.refused;
    grounding.material = materialSentence(answer.grounding, answer.citations);
    grounding.support = supportOf(answer);
    grounding.warning = warningOf(answer);
    grounding.title = titleOf(answer, grounding.sources.size());
    if (grounding.sources.isEmpty())
        grounding.sources = answer.citations;
    return grounding;
}

} // namespace ui
