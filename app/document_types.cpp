// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document_types.h"

#include "app/grounding/page_label.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace app {

namespace {

QString words(const char *sentence)
{
    return QCoreApplication::translate("Documents", sentence);
}

QString number(qsizetype value)
{
    return QLocale().toString(value);
}

qsizetype documentsOf(const QList<CitationValue> &citations)
{
    QStringList hashes;
    for (const CitationValue &citation : citations)
        hashes += citation.documentSha256;
    hashes.removeDuplicates();
    return hashes.size();
}

QString wholeSentence(const QList<CitationValue> &citations)
{
    const qsizetype documents = documentsOf(citations);
    if (documents == 1)
        return words("Answered from the whole file %1.").arg(citations.constFirst().documentName);
    return words("Answered from the whole of %1 files.").arg(number(documents));
}

QString passagesSentence(const GroundingValue &grounding, const QList<CitationValue> &citations)
{
    const qsizetype documents = documentsOf(citations);
    const QString passages =
        citations.size() == 1 ? words("one passage") : words("%1 passages").arg(number(citations.size()));
    if (grounding.documentsSearched == 1)
        return words("Answered from %1 of %2.").arg(passages, citations.constFirst().documentName);
    return words("Answered from %1 in %2 of %3 files.")
        .arg(passages, number(documents), number(grounding.documentsSearched));
}

QString nothingSentence(const GroundingValue &grounding)
{
    if (grounding.documentsSearched == 0) {
        return grounding.refused ? words("The model was not asked: there is no document to search yet.")
                                 : words("Answered without documents: there is none to search yet.");
    }
    if (grounding.refused)
        return words("The model was not asked: nothing in the documents fits the question.");
    return words("Nothing in the documents fits the question: the model answered from what it knows.");
}

} // namespace

QString CitationValue::place() const
{
    if (pageLabel.isEmpty())
        return documentName;
    const bool counted = grounding::isPageNumber(pageLabel.toStdString());
    return words(counted ? "%1, p. %2" : "%1, %2").arg(documentName, pageLabel);
}

QString CitationValue::why() const
{
    if (lexicalRank == 0 && denseRank == 0) {
        return score > 0 || reranked ? words("Found in the documents.")
                                     : words("Given because it stands beside a passage that was found, or because "
                                             "everything was given.");
    }
    QString sentence = lexicalRank == 0 ? words("Found by its meaning (place %1).").arg(number(denseRank))
                       : denseRank == 0 ? words("Found by its words (place %1).").arg(number(lexicalRank))
                                        : words("Found by its words (place %1) and by its meaning (place %2).")
                                              .arg(number(lexicalRank), number(denseRank));
    if (reranked)
        sentence += QLatin1Char(' ') + words("Then read together with the question and put in order.");
    return sentence;
}

QString materialSentence(const GroundingValue &grounding, const QList<CitationValue> &citations)
{
    QStringList sentences;
    switch (grounding.material) {
    case Material::None:
        return {};
    case Material::Index: // its text says what was not read
        return words("Answered from the list of files. No model was used.");
    case Material::Nothing:
        sentences += nothingSentence(grounding);
        break;
    case Material::Passages:
        sentences += citations.isEmpty() ? nothingSentence(grounding) : passagesSentence(grounding, citations);
        break;
    case Material::Whole:
        sentences += citations.isEmpty() ? nothingSentence(grounding) : wholeSentence(citations);
        break;
    }
    if (grounding.documentsWaiting == 1)
        sentences += words("One more file was still to be read.");
    else if (grounding.documentsWaiting > 1)
        sentences += words("%1 more files were still to be read.").arg(number(grounding.documentsWaiting));
    const qint32 silent = grounding.documentsTotal - grounding.documentsSearched - grounding.documentsWaiting;
    if (silent == 1)
        sentences += words("One file has no text that could be searched.");
    else if (silent > 1)
        sentences += words("%1 files have no text that could be searched.").arg(number(silent));
    if (grounding.wordsOnly && grounding.material != Material::Whole && grounding.documentsSearched > 0)
        sentences += words("Searched by words alone, not by meaning.");
    return sentences.join(QLatin1Char(' '));
}

QString verdictName(SentenceVerdict verdict)
{
    switch (verdict) {
    case SentenceVerdict::Supported:
        return QStringLiteral("supported");
    case SentenceVerdict::NotFound:
        return QStringLiteral("not_found");
    case SentenceVerdict::Unchecked:
        break;
    }
    return QStringLiteral("unchecked");
}

SentenceVerdict verdictNamed(const QString &name)
{
    for (const SentenceVerdict verdict : {SentenceVerdict::Supported, SentenceVerdict::NotFound}) {
        if (name == verdictName(verdict))
            return verdict;
    }
    return SentenceVerdict::Unchecked;
}

} // namespace app
