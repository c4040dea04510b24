// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/collection_values.h"

#include "app/ingest_job.h"
#include "storage/collection_store.h"
#include "storage/document_records.h"

#include <QFile>

#include <algorithm>

namespace app {

using storage::DocumentState;

namespace {

FileCondition conditionOf(const storage::FileStatus &status, bool byMeaning)
{
    const storage::Document &document = status.document;
    if (status.file.presence == storage::FilePresence::Offline)
        return FileCondition::Offline;
    if (status.file.presence == storage::FilePresence::Unreadable)
        return FileCondition::Unreadable;
    if (!document.id.valid())
        return FileCondition::Found;
    switch (document.state) {
    case DocumentState::Waiting:
        return FileCondition::Waiting;
    case DocumentState::Reading:
        return FileCondition::Reading;
    case DocumentState::Read:
        if (document.passageCount == 0)
            return FileCondition::NoText;
        return byMeaning && !status.embedded ? FileCondition::WordsOnly : FileCondition::Ready;
    case DocumentState::Partial:
        return document.passageCount == 0 ? FileCondition::NoText : FileCondition::Partial;
    case DocumentState::Scanned:
        return FileCondition::Scanned;
    case DocumentState::Encrypted:
        return FileCondition::Encrypted;
    case DocumentState::Unsupported:
        return FileCondition::Unsupported;
    case DocumentState::TooLarge:
        return FileCondition::TooLarge;
    case DocumentState::Malformed:
        return FileCondition::Malformed;
    case DocumentState::Failed:
        break;
    }
    return document.reason == kStoppedByUser ? FileCondition::Stopped : FileCondition::Failed;
}

} // namespace

std::string pathBytes(const QString &path)
{
    return QFile::encodeName(path).toStdString();
}

QString pathText(const std::string &path)
{
    return QFile::decodeName(path.c_str());
}

CollectionValue collectionValue(const storage::Collection &collection)
{
    CollectionValue value{.id = {collection.id.value},
                          .uuid = QString::fromStdString(collection.uuid),
                          .name = QString::fromStdString(collection.name),
                          .createdAt = QDateTime::fromMSecsSinceEpoch(collection.createdMs)};
    for (const std::string &source : collection.sources)
        value.sources.append(pathText(source));
    return value;
}

CollectionCounts collectionCounts(const storage::CollectionTotals &totals, bool byMeaning)
{
    CollectionCounts counts{.files = totals.files,
                            .toRead = totals.toRead,
                            .searchable = totals.searchable,
                            .toEmbed = byMeaning ? totals.searchable - totals.embedded : 0,
                            .troubled = totals.troubled,
                            .offline = totals.offline,
                            .unreadable = totals.unreadable,
                            .pages = totals.pages,
                            .words = totals.words,
                            .passages = totals.passages};
    // Reading by bytes, embedding by passages: both are about as long as their work.
    const auto share = [](std::int64_t done, std::int64_t left) {
        return done + left > 0 ? static_cast<double>(done) / static_cast<double>(done + left) : 1.0;
    };
    const double read = share(totals.bytesRead, totals.bytesToRead);
    const double embedded =
        byMeaning ? read * share(totals.passagesEmbedded, totals.passages - totals.passagesEmbedded) : read;
    counts.progress = counts.isBusy() ? std::min(0.99, (read + embedded) / 2) : 1;
    return counts;
}

FileValue fileValue(const storage::FileStatus &status, bool byMeaning)
{
    const storage::Document &document = status.document;
    const QString path = pathText(status.file.path);
    return {.id = status.file.id.value,
            .document = document.id.value,
            .uuid = QString::fromStdString(status.file.collectionUuid),
            .sha256 = QString::fromStdString(document.sha256),
            .path = path,
            .name = path.sliced(path.lastIndexOf(u'/') + 1),
            .condition = conditionOf(status, byMeaning),
            .reason = QString::fromStdString(document.reason),
            .format = QString::fromStdString(document.format),
            .numbered = document.numbered,
            .pages = document.pageCount,
            .pagesWithText = document.pagesWithText,
            .passages = document.passageCount,
            .words = static_cast<qint64>(document.wordCount),
            .bytes = static_cast<qint64>(status.file.sizeBytes)};
}

} // namespace app
