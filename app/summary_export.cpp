// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_export.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <utility>

namespace app {

namespace {

QString words(const char *text)
{
    return QCoreApplication::translate("SummaryExport", text);
}

QString nameOf(const QString &path)
{
    return QFileInfo(QDir::cleanPath(path)).fileName();
}

/// "3, 7, 9–12": a list with ranges needs no grammar of any language.
QString rangesOf(const QList<qint32> &pages)
{
    QStringList parts;
    const QLocale locale;
    for (qsizetype first = 0; first < pages.size();) {
        qsizetype last = first;
        while (last + 1 < pages.size() && pages[last + 1] == pages[last] + 1)
            ++last;
        parts += last == first
                     ? locale.toString(pages[first])
                     : QStringLiteral("%1–%2").arg(locale.toString(pages[first]), locale.toString(pages[last]));
        first = last + 1;
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace

QString summarySubject(const SummaryRequest &request, const QString &collectionName)
{
    if (request.paths.isEmpty())
        return collectionName;
    const QString first = nameOf(request.paths.constFirst());
    const qsizetype more = request.paths.size() - 1 + (request.collection.isEmpty() ? 0 : 1);
    return more == 0 ? first
                     : words(QT_TRANSLATE_NOOP("SummaryExport", "%1 and %2 more")).arg(first, QLocale().toString(more));
}

QString summaryTitle(const SummaryRequest &request, const QString &collectionName)
{
    const QString subject = summarySubject(request, collectionName);
    return (request.questions.isEmpty() ? words(QT_TRANSLATE_NOOP("SummaryExport", "Summary of %1"))
                                        : words(QT_TRANSLATE_NOOP("SummaryExport", "Answers from %1")))
        .arg(subject);
}

QStringList coverageGaps(const SummaryCoverage &coverage)
{
    QStringList gaps;
    for (qsizetype first = 0; first < coverage.pagesWithoutText.size();) {
        const QString &document = coverage.pagesWithoutText[first].document;
        QList<qint32> pages;
        for (; first < coverage.pagesWithoutText.size() && coverage.pagesWithoutText[first].document == document;
             ++first)
            pages.append(coverage.pagesWithoutText[first].page);
        gaps += words(QT_TRANSLATE_NOOP("SummaryExport", "No text on pages of %1: %2."))
                    .arg(nameOf(document), rangesOf(pages));
    }
    for (const SummaryPlace &place : coverage.emptySections) {
        const QString document = place.page > 0 ? words(QT_TRANSLATE_NOOP("SummaryExport", "%1, p. %2"))
                                                      .arg(nameOf(place.document), QLocale().toString(place.page))
                                                : nameOf(place.document);
        gaps +=
            place.section.isEmpty()
                ? words(QT_TRANSLATE_NOOP("SummaryExport", "Gave nothing: a section of %1.")).arg(document)
                : words(QT_TRANSLATE_NOOP("SummaryExport", "Gave nothing: “%1” of %2.")).arg(place.section, document);
    }
    for (const SummaryPlace &place : coverage.unreadFiles)
        gaps += words(QT_TRANSLATE_NOOP("SummaryExport", "Not read, or not whole: %1. %2"))
                    .arg(nameOf(place.document), place.reason);
    return gaps;
}

QList<CitationValue> summaryCitations(const QList<SummarySource> &sources, const QString &collection)
{
    QList<CitationValue> citations;
    for (const SummarySource &source : sources) {
        CitationValue citation;
        citation.ordinal = source.id;
        citation.documentName = nameOf(source.document);
        citation.documentSha256 = source.documentSha256;
        citation.collectionUuid = collection;
        citation.page = source.page;
        citation.pageLabel = source.numbered ? QLocale().toString(source.page) : QString();
        citation.heading = source.heading;
        citation.begin = source.begin;
        citation.end = source.end;
        citation.text = source.text;
        citation.used = true;
        citations.append(citation);
    }
    return citations;
}

ExportedTalk summaryTalk(const FinishedSummary &summary)
{
    MessageValue answer{.role = MessageRole::Assistant, .text = summary.result.text};
    answer.record.modelName = summary.modelName;
    answer.citations = summaryCitations(summary.result.sources, summary.request.collection);
    return {.title = summaryTitle(summary.request, summary.collectionName),
            .messages = {answer},
            .facts = QStringList{summary.result.coverage.sentence()} + coverageGaps(summary.result.coverage)};
}

} // namespace app
