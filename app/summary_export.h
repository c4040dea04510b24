// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A summary as it is written out, with the passages that it cites and with how much it rests on. Pure functions.
#pragma once

#include "app/answer_export.h"
#include "app/summary_types.h"

#include <QString>
#include <QStringList>

namespace app {

/// What is summarized, in a few words: a file's name, "Lease.pdf and 2 more", a collection's name.
QString summarySubject(const SummaryRequest &request, const QString &collectionName);
/// "Summary of Lease.pdf"; of questions, "Answers from Lease.pdf".
QString summaryTitle(const SummaryRequest &request, const QString &collectionName);

/// What was not read, or gave nothing, a sentence each: pages of a document together.
QStringList coverageGaps(const SummaryCoverage &coverage);

/// A summary that is done.
struct FinishedSummary {
    SummaryRequest request;
    SummaryResult result;
    QString collectionName; ///< of the request's collection
    QString modelName;      ///< empty: not said
};

/// Passages of a summary as an answer's citations: to show them on their pages, or to write them out.
/// `collection`: uuid of the request's.
QList<CitationValue> summaryCitations(const QList<SummarySource> &sources, const QString &collection);

/// For exported() and ExportService: one answer that nobody asked for, with its citations.
ExportedTalk summaryTalk(const FinishedSummary &summary);

} // namespace app
