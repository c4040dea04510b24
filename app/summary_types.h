// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is asked of a summary and what it says of itself. Plain values, safe to copy between threads.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>
#include <QtTypes>

namespace app {

/// How much a summary says.
struct SummaryLengths {
    Q_GADGET
public:
    enum Length {
        Short,    ///< two or three sentences
        Standard, ///< one to three paragraphs
        Detailed, ///< a page or two, with headings
        Points,   ///< a list of key points
    };
    Q_ENUM(Length)
};
using SummaryLength = SummaryLengths::Length;

/// What to summarize, and how.
struct SummaryRequest {
    Q_GADGET
    Q_PROPERTY(QStringList paths MEMBER paths)
    Q_PROPERTY(QString collection MEMBER collection)
    Q_PROPERTY(app::SummaryLengths::Length length MEMBER length)
    Q_PROPERTY(QStringList questions MEMBER questions)
    Q_PROPERTY(QString language MEMBER language)
public:
    QStringList paths;  ///< files and folders
    QString collection; ///< uuid of a collection, whose files come after the paths; may be empty
    SummaryLength length = SummaryLength::Standard;
    QStringList questions; ///< answered from the documents, in place of a summary
    QString language;      ///< "de", "German" …; empty: the document's
    bool operator==(const SummaryRequest &) const = default;
};

/// Somewhere in a document, to be opened.
struct SummaryPlace {
    Q_GADGET
    Q_PROPERTY(QString document MEMBER document)
    Q_PROPERTY(QString section MEMBER section)
    Q_PROPERTY(qint32 page MEMBER page)
    Q_PROPERTY(QString reason MEMBER reason)
public:
    QString document; ///< path
    QString section;  ///< its title; empty: none
    qint32 page = 0;  ///< from 1; 0: the whole document, or nobody counts its pages
    QString reason;   ///< of a file that was not read: one sentence
    bool operator==(const SummaryPlace &) const = default;
};

/// How much of the documents a summary rests on. Computed from what is kept of it, never claimed.
struct SummaryCoverage {
    Q_GADGET
    Q_PROPERTY(qint32 filesTotal MEMBER filesTotal)
    Q_PROPERTY(qint32 filesRead MEMBER filesRead)
    Q_PROPERTY(qint32 sectionsTotal MEMBER sectionsTotal)
    Q_PROPERTY(qint32 sectionsRead MEMBER sectionsRead)
    Q_PROPERTY(qint64 tokensTotal MEMBER tokensTotal)
    Q_PROPERTY(qint64 tokensRead MEMBER tokensRead)
    Q_PROPERTY(QList<app::SummaryPlace> pagesWithoutText MEMBER pagesWithoutText)
    Q_PROPERTY(QList<app::SummaryPlace> emptySections MEMBER emptySections)
    Q_PROPERTY(QList<app::SummaryPlace> unreadFiles MEMBER unreadFiles)
    Q_PROPERTY(bool cut MEMBER cut)
    Q_PROPERTY(QString sentence READ sentence)
public:
    qint32 filesTotal = 0;
    qint32 filesRead = 0;     ///< of which some text was read
    qint32 sectionsTotal = 0; ///< that have text, of the files that could be read
    qint32 sectionsRead = 0;
    qint64 tokensTotal = 0; ///< of the documents' text, as the model counts
    qint64 tokensRead = 0;
    QList<SummaryPlace> pagesWithoutText;
    QList<SummaryPlace> emptySections; ///< that were read and gave nothing
    QList<SummaryPlace> unreadFiles;   ///< with the reason
    bool cut = false;                  ///< the model did not come to an end of the summary itself
    bool operator==(const SummaryCoverage &) const = default;

    /// "Read 18 of 18 sections, 61,204 of 61,204 tokens; 2 pages have no text."
    [[nodiscard]] QString sentence() const;
};

/// A passage that a summary cites as [id].
struct SummarySource {
    Q_GADGET
    Q_PROPERTY(qint32 id MEMBER id)
    Q_PROPERTY(QString document MEMBER document)
    Q_PROPERTY(QString heading MEMBER heading)
    Q_PROPERTY(qint32 page MEMBER page)
    Q_PROPERTY(bool numbered MEMBER numbered)
    Q_PROPERTY(qint64 begin MEMBER begin)
    Q_PROPERTY(qint64 end MEMBER end)
    Q_PROPERTY(QString text MEMBER text)
public:
    qint32 id = 0;
    QString document;       ///< path
    QString documentSha256; ///< of the content
    QString heading;
    qint32 page = 0;       ///< from 1
    bool numbered = false; ///< people count the document's pages
    qint64 begin = 0;      ///< bytes of the document's text
    qint64 end = 0;
    QString text;
    bool operator==(const SummarySource &) const = default;
};

/// What was read of one section, while a summary is made.
struct SummarySection {
    Q_GADGET
    Q_PROPERTY(QString document MEMBER document)
    Q_PROPERTY(QString title MEMBER title)
    Q_PROPERTY(qint32 page MEMBER page)
    Q_PROPERTY(QStringList points MEMBER points)
    Q_PROPERTY(QList<app::SummarySource> passages MEMBER passages)
    Q_PROPERTY(bool reused MEMBER reused)
public:
    QString document; ///< path
    QString title;
    qint32 page = 0;               ///< from 1; 0: nobody counts the document's pages
    QStringList points;            ///< empty: it gave nothing
    QList<SummarySource> passages; ///< that the points cite
    bool reused = false;           ///< was read before
    bool operator==(const SummarySection &) const = default;
};

/// A summary that is done.
struct SummaryResult {
    Q_GADGET
    Q_PROPERTY(QString text MEMBER text)
    Q_PROPERTY(QList<app::SummarySource> sources MEMBER sources)
    Q_PROPERTY(app::SummaryCoverage coverage MEMBER coverage)
    Q_PROPERTY(qint32 reusedNodes MEMBER reusedNodes)
    Q_PROPERTY(qint32 madeNodes MEMBER madeNodes)
public:
    QString text; ///< cites sources as [id]
    QList<SummarySource> sources;
    SummaryCoverage coverage;
    qint32 reusedNodes = 0; ///< steps that were made before
    qint32 madeNodes = 0;
    bool operator==(const SummaryResult &) const = default;
};

} // namespace app
