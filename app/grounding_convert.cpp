// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding_convert.h"

#include "app/grounding/injection.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace app {

namespace {

/// In Grounding::detailsJson: what the answer was read from, where no model gave it.
constexpr QLatin1StringView kAnsweredFrom("answered_from");
constexpr QLatin1StringView kIndex("index");

bool isFromIndex(const storage::Grounding &row)
{
    const QJsonObject details = QJsonDocument::fromJson(QByteArray::fromStdString(row.detailsJson)).object();
    return details.value(kAnsweredFrom) == kIndex;
}

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

/// UTF-16 units of the first `bytes` bytes.
qint32 unitsOf(const std::string &utf8, std::int64_t bytes)
{
    const std::size_t count = std::min(utf8.size(), static_cast<std::size_t>(std::max<std::int64_t>(bytes, 0)));
    return static_cast<qint32>(QString::fromUtf8(utf8.data(), static_cast<qsizetype>(count)).size());
}

} // namespace

storage::Result<std::optional<StoredGrounding>> readGrounding(storage::GroundingStore &store, storage::MessageId answer)
{
    auto grounding = store.grounding(answer);
    if (!grounding)
        return std::unexpected(grounding.error());
    if (!*grounding)
        return std::optional<StoredGrounding>();
    auto citations = store.citations(answer);
    if (!citations)
        return std::unexpected(citations.error());
    auto checks = store.checks(answer);
    if (!checks)
        return std::unexpected(checks.error());
    return StoredGrounding{std::move(**grounding), std::move(*citations), std::move(*checks)};
}

void setGrounding(MessageValue &message, const StoredGrounding &stored)
{
    message.grounding = groundingFrom(stored.grounding);
    message.citations.clear();
    for (const storage::Citation &citation : stored.citations)
        message.citations.append(citationFrom(citation));
    message.checks.clear();
    const std::string answer = message.text.toStdString();
    for (const storage::SentenceCheck &check : stored.checks)
        message.checks.append(checkFrom(check, answer));
}

GroundingValue groundingFrom(const storage::Grounding &row)
{
    return {.mode = row.mode == storage::DocumentMode::Only ? DocumentMode::Only : DocumentMode::First,
            .material = isFromIndex(row)                              ? Material::Index
                        : row.material == storage::Material::Whole    ? Material::Whole
                        : row.material == storage::Material::Passages ? Material::Passages
                                                                      : Material::Nothing,
            .refused = row.refused,
            .checked = row.checked,
            .documentsTotal = row.documentsTotal,
            .documentsSearched = row.documentsSearched,
            .documentsWaiting = row.documentsWaiting,
            .wordsOnly = row.wordsOnly};
}

CitationValue citationFrom(const storage::Citation &row)
{
    return {.ordinal = row.ordinal,
            .documentName = QFile::decodeName(row.documentName.c_str()),
            .collectionUuid = text(row.collectionUuid),
            .documentSha256 = text(row.documentSha256),
            .page = row.page,
            .lastPage = row.lastPage,
            .pageLabel = text(row.pageLabel),
            .heading = text(row.heading),
            .begin = row.startByte,
            .end = row.endByte,
            .text = text(row.text),
            .lexicalRank = row.lexicalRank,
            .denseRank = row.denseRank,
            .similarity = row.similarity,
            .score = row.score,
            .reranked = row.rerankScore.has_value(),
            .rerankScore = row.rerankScore.value_or(0.0),
            .instructs = row.instructs,
            .used = row.used};
}

SentenceCheckValue checkFrom(const storage::SentenceCheck &row, const std::string &text)
{
    return {.begin = unitsOf(text, row.startByte),
            .end = unitsOf(text, row.endByte),
            .verdict = verdictNamed(QString::fromStdString(row.verdict)),
            .cited = QList<qint32>(row.cited.begin(), row.cited.end()),
            .reason = QString::fromStdString(row.reason)};
}

storage::Citation citationOf(const RetrievedPassage &passage, std::int32_t ordinal)
{
    storage::Citation citation{.ordinal = ordinal,
                               .collectionUuid = passage.collectionUuid,
                               .documentSha256 = passage.documentSha256,
                               .documentName = passage.documentName,
                               .page = passage.firstPage + 1,
                               .lastPage = passage.lastPage + 1,
                               .pageLabel = passage.pageLabel,
                               .heading = passage.heading,
                               .startByte = passage.begin,
                               .endByte = passage.end,
                               .text = passage.text,
                               .lexicalRank = passage.lexicalRank,
                               .denseRank = passage.denseRank,
                               .similarity = passage.similarity,
                               .score = passage.score};
    if (passage.rerankScore)
        citation.rerankScore = static_cast<double>(*passage.rerankScore);
    citation.instructs = !grounding::findInstructions(passage.text).empty();
    return citation;
}

RetrievedPassage passageOf(const CitationValue &citation)
{
    RetrievedPassage passage{.collectionUuid = citation.collectionUuid.toStdString(),
                             .path = {},
                             .documentSha256 = citation.documentSha256.toStdString(),
                             .documentName = QFile::encodeName(citation.documentName).toStdString(),
                             .heading = citation.heading.toStdString(),
                             .text = citation.text.toStdString(),
                             .firstPage = citation.page - 1,
                             .lastPage = citation.lastPage - 1,
                             .pageLabel = citation.pageLabel.toStdString(),
                             .begin = citation.begin,
                             .end = citation.end,
                             .lexicalRank = citation.lexicalRank,
                             .denseRank = citation.denseRank,
                             .similarity = citation.similarity,
                             .score = citation.score};
    if (citation.reranked)
        passage.rerankScore = static_cast<float>(citation.rerankScore);
    return passage;
}

storage::Grounding groundingRow(const GroundingValue &value)
{
    storage::Grounding row{.mode = toStore(value.mode),
                           .material = toStore(value.material),
                           .refused = value.refused,
                           .checked = value.checked,
                           .documentsTotal = value.documentsTotal,
                           .documentsSearched = value.documentsSearched,
                           .documentsWaiting = value.documentsWaiting,
                           .wordsOnly = value.wordsOnly};
    if (value.material == Material::Index)
        row.detailsJson =
            QJsonDocument(QJsonObject{{kAnsweredFrom, kIndex}}).toJson(QJsonDocument::Compact).toStdString();
    return row;
}

bool isToBeChecked(const MessageValue &message)
{
    return message.state != MessageState::Streaming && !message.grounding.isEmpty() && !message.grounding.refused &&
           !message.grounding.checked && !message.citations.isEmpty() && !message.text.trimmed().isEmpty();
}

void setFindings(MessageValue &message, const AnswerFindings &findings)
{
    message.grounding.checked = true;
    for (CitationValue &citation : message.citations)
        citation.used = std::ranges::find(findings.used, citation.ordinal) != findings.used.end();
    const std::string answer = message.text.toStdString();
    message.checks.clear();
    for (const storage::SentenceCheck &sentence : findings.sentences)
        message.checks.append(checkFrom(sentence, answer));
}

storage::DocumentMode toStore(DocumentMode mode)
{
    return mode == DocumentMode::Only ? storage::DocumentMode::Only : storage::DocumentMode::First;
}

storage::Material toStore(Material material)
{
    switch (material) {
    case Material::Whole:
        return storage::Material::Whole;
    case Material::Passages:
        return storage::Material::Passages;
    default:
        return storage::Material::Nothing;
    }
}

} // namespace app
