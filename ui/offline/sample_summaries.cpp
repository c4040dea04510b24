// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/sample_summaries.h"

#include <QRegularExpression>
#include <QStringList>

namespace ui {

std::optional<QString> sampleSummaryStep(const QString &prompt)
{
    // As app/summary_prompts.cpp begins them.
    static const QRegularExpression step(
        QStringLiteral("^(Summarize the |Write a detailed summary |List the most important |Answer the question at the "
                       "end |Questions:\n)"));
    if (!step.match(prompt).hasMatch())
        return std::nullopt;
    const bool final = prompt.contains(QStringLiteral("the notes below in one to three short paragraphs"));
    const qsizetype most = final ? 9 : 3;
    const qsizetype aParagraph = 3;
    QString text;
    qsizetype taken = 0;
    QStringList seen;
    static const QRegularExpression cited(
        QStringLiteral("^(?:- )?(.+?\\.)\\s.*?(\\[\\d+\\])$|^(?:- )?(.+) (\\[\\d+\\])$"),
        QRegularExpression::MultilineOption);
    for (auto matches = cited.globalMatch(prompt); matches.hasNext() && taken < most;) {
        const QRegularExpressionMatch match = matches.next();
        QString sentence = match.captured(1).isEmpty() ? match.captured(3) : match.captured(1);
        const QString number = match.captured(2).isEmpty() ? match.captured(4) : match.captured(2);
        if (sentence.endsWith(u'.'))
            sentence.chop(1);
        if (seen.contains(sentence))
            continue;
        seen += sentence;
        text += sentence + u' ' + number + u'.';
        text += final && ++taken % aParagraph == 0 ? QStringLiteral("\n\n") : QStringLiteral(" ");
        taken += final ? 0 : 1;
    }
    return text.trimmed();
}

} // namespace ui
