// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Documents of conversations, and what answers take from them, as the window and the terminal see it. Plain values.
#pragma once

#include "app/types.h"

#include <QList>
#include <QString>

namespace app {

/// A collection, or one file, that a conversation is about.
struct DocumentValue {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString collectionUuid MEMBER collectionUuid)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(bool handed MEMBER handed)
    Q_PROPERTY(bool gone MEMBER gone)
    Q_PROPERTY(bool collection READ isCollection)
public:
    QString name;
    QString collectionUuid;
    QString path;        ///< of a file; empty: a whole collection
    bool handed = false; ///< a file that was handed to this conversation alone
    bool gone = false;   ///< its collection exists no more
    [[nodiscard]] bool isCollection() const { return path.isEmpty(); }
    bool operator==(const DocumentValue &) const = default;
};

/// A passage that an answer was given, as [n].
struct CitationValue {
    Q_GADGET
    Q_PROPERTY(qint32 ordinal MEMBER ordinal)
    Q_PROPERTY(QString documentName MEMBER documentName)
    Q_PROPERTY(QString collectionUuid MEMBER collectionUuid)
    Q_PROPERTY(QString documentSha256 MEMBER documentSha256)
    Q_PROPERTY(qint32 page MEMBER page)
    Q_PROPERTY(qint32 lastPage MEMBER lastPage)
    Q_PROPERTY(QString pageLabel MEMBER pageLabel)
    Q_PROPERTY(QString heading MEMBER heading)
    Q_PROPERTY(qint64 begin MEMBER begin)
    Q_PROPERTY(qint64 end MEMBER end)
    Q_PROPERTY(QString text MEMBER text)
    Q_PROPERTY(qint32 lexicalRank MEMBER lexicalRank)
    Q_PROPERTY(qint32 denseRank MEMBER denseRank)
    Q_PROPERTY(double similarity MEMBER similarity)
    Q_PROPERTY(double score MEMBER score)
    Q_PROPERTY(bool reranked MEMBER reranked)
    Q_PROPERTY(double rerankScore MEMBER rerankScore)
    Q_PROPERTY(bool instructs MEMBER instructs)
    Q_PROPERTY(bool used MEMBER used)
    Q_PROPERTY(QString place READ place)
    Q_PROPERTY(QString why READ why)
public:
    qint32 ordinal = 1;
    QString documentName; ///< its file's name at that time
    QString collectionUuid;
    QString documentSha256;
    qint32 page = 0; ///< 1-based, where it begins; 0: not known
    qint32 lastPage = 0;
    QString pageLabel; ///< as people call that page; empty: they do not count these pages
    QString heading;
    qint64 begin = 0; ///< bytes of the document's extracted text, as index.db has it
    qint64 end = 0;
    QString text;
    qint32 lexicalRank = 0; ///< 1-based; 0: not found by its words
    qint32 denseRank = 0;   ///< 1-based; 0: not found by its meaning
    double similarity = 0;  ///< cosine with the question
    double score = 0;       ///< of the fused ranking; 0: given because it stands beside a hit, or with everything else
    bool reranked = false;
    double rerankScore = 0;
    bool instructs = false; ///< holds text that reads like orders to the model; the model was told not to obey it
    bool used = false;      ///< the answer refers to it

    /// "lease.pdf, p. 12", "bees.epub, The year of the colony", "lease.pdf".
    [[nodiscard]] QString place() const;
    /// Why it was given, one sentence: "Found by its words (2nd) and by its meaning (1st)."
    [[nodiscard]] QString why() const;
    bool operator==(const CitationValue &) const = default;
};

/// One sentence of an answer that was compared with its citations.
struct SentenceCheckValue {
    Q_GADGET
    Q_PROPERTY(qint32 begin MEMBER begin)
    Q_PROPERTY(qint32 end MEMBER end)
    Q_PROPERTY(app::SentenceVerdict verdict MEMBER verdict)
    Q_PROPERTY(QList<qint32> cited MEMBER cited)
    Q_PROPERTY(QString reason MEMBER reason)
public:
    qint32 begin = 0; ///< UTF-16 units of MessageValue::text
    qint32 end = 0;
    SentenceVerdict verdict = SentenceVerdict::Unchecked;
    QList<qint32> cited; ///< ordinals, those that were added afterwards too
    QString reason;      ///< technical
    bool operator==(const SentenceCheckValue &) const = default;
};

/// What an answer rests on; of an answer without documents, `material` is None.
struct GroundingValue {
    Q_GADGET
    Q_PROPERTY(app::DocumentMode mode MEMBER mode)
    Q_PROPERTY(app::Material material MEMBER material)
    Q_PROPERTY(bool refused MEMBER refused)
    Q_PROPERTY(bool checked MEMBER checked)
    Q_PROPERTY(qint32 documentsTotal MEMBER documentsTotal)
    Q_PROPERTY(qint32 documentsSearched MEMBER documentsSearched)
    Q_PROPERTY(qint32 documentsWaiting MEMBER documentsWaiting)
    Q_PROPERTY(bool wordsOnly MEMBER wordsOnly)
public:
    DocumentMode mode = DocumentMode::First;
    Material material = Material::None;
    bool refused = false; ///< the model was not asked; the citations are the passages that came nearest
    bool checked = false;
    qint32 documentsTotal = 0;
    qint32 documentsSearched = 0;
    qint32 documentsWaiting = 0;
    bool wordsOnly = false;
    [[nodiscard]] bool isEmpty() const { return material == Material::None; }
    bool operator==(const GroundingValue &) const = default;
};

/// What a reader must know about where an answer comes from, in a sentence or two: "Answered from the whole file
/// lease.pdf." Computed, never claimed. Empty without grounding.
QString materialSentence(const GroundingValue &grounding, const QList<CitationValue> &citations);

/// "supported", "not_found", "unchecked": stable, for JSON and the database.
QString verdictName(SentenceVerdict verdict);
SentenceVerdict verdictNamed(const QString &name);

} // namespace app
