// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download_convert.h"

#include "app/download_failure.h"

#include <QDir>
#include <QFile>
#include <QUrl>

namespace app {

namespace {

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

DownloadState stateOf(storage::DownloadStep step)
{
    switch (step) {
    case storage::DownloadStep::Waiting:
        return DownloadState::Waiting;
    case storage::DownloadStep::Paused:
        return DownloadState::Paused;
    case storage::DownloadStep::Done:
        return DownloadState::Done;
    case storage::DownloadStep::Failed:
        return DownloadState::Failed;
    case storage::DownloadStep::Cancelled:
        return DownloadState::Cancelled;
    }
    return DownloadState::Failed;
}

} // namespace

DownloadFiles filesFrom(const DownloadRequest &request)
{
    storage::Download record{.title = request.title.toStdString(),
                             .address = request.url.toStdString(),
                             .folder = QFile::encodeName(QDir::cleanPath(request.folder)).toStdString(),
                             .fileName = request.fileName.toStdString(),
                             .expectedBytes = static_cast<std::int64_t>(request.bytes),
                             .expectedSha256 = request.sha256.toLower().toStdString(),
                             .sha256Source = request.sha256Source.toStdString(),
                             .catalogueId = request.catalogueId.toStdString(),
                             .licenceId = request.licenceId.toStdString(),
                             .licenceText = request.licenceText.toStdString(),
                             .purpose = request.purpose.toStdString()};
    for (const QString &mirror : request.mirrors)
        record.mirrors.push_back(mirror.toStdString());
    DownloadFiles files{.whole = record, .parts = {}};
    for (const DownloadPart &part : request.parts) {
        files.parts.push_back({.title = record.title,
                               .address = part.url.toStdString(),
                               .folder = record.folder,
                               .fileName = part.fileName.toStdString(),
                               .expectedBytes = static_cast<std::int64_t>(part.bytes),
                               .expectedSha256 = part.sha256.toLower().toStdString(),
                               .sha256Source = part.sha256.isEmpty() ? std::string() : record.sha256Source,
                               .purpose = record.purpose});
    }
    return files;
}

DownloadRequest requestFrom(const DownloadFiles &files)
{
    const storage::Download &record = files.whole;
    DownloadRequest request{.title = text(record.title),
                            .url = text(record.address),
                            .folder = QFile::decodeName(record.folder.c_str()),
                            .fileName = text(record.fileName),
                            .bytes = static_cast<quint64>(record.expectedBytes),
                            .sha256 = text(record.expectedSha256),
                            .sha256Source = text(record.sha256Source),
                            .catalogueId = text(record.catalogueId),
                            .licenceId = text(record.licenceId),
                            .licenceText = QByteArray::fromStdString(record.licenceText),
                            .purpose = text(record.purpose)};
    for (const std::string &mirror : record.mirrors)
        request.mirrors.append(text(mirror));
    for (const storage::Download &part : files.parts) {
        request.parts.append({.url = text(part.address),
                              .fileName = text(part.fileName),
                              .bytes = static_cast<quint64>(part.expectedBytes),
                              .sha256 = text(part.expectedSha256)});
    }
    return request;
}

DownloadValue valueFrom(const DownloadFiles &files)
{
    const storage::Download &record = files.whole;
    DownloadValue value;
    value.files = static_cast<int>(files.parts.size()) + 1;
    value.id = text(record.uuid);
    value.fileName = text(record.fileName);
    value.title = record.title.empty() ? value.fileName : text(record.title);
    value.path = QDir(QFile::decodeName(record.folder.c_str())).filePath(value.fileName);
    value.host = QUrl(text(record.address)).host();
    value.state = stateOf(record.step);
    value.bytes = static_cast<quint64>(files.bytes());
    value.receivedBytes = value.verifiedBytes =
        value.state == DownloadState::Done ? value.bytes : static_cast<quint64>(files.verifiedBytes());
    if (!record.errorCode.empty())
        value.failure = downloadFailureFromCode(text(record.errorCode), text(record.errorDetail), value.title);
    value.sha256 = text(record.sha256);
    value.sha256Source = text(record.sha256Source);
    value.catalogueId = text(record.catalogueId);
    value.licenceId = text(record.licenceId);
    return value;
}

storage::DownloadStep stepOf(DownloadState state)
{
    switch (state) {
    case DownloadState::Paused:
        return storage::DownloadStep::Paused;
    case DownloadState::Done:
        return storage::DownloadStep::Done;
    case DownloadState::Failed:
        return storage::DownloadStep::Failed;
    case DownloadState::Cancelled:
        return storage::DownloadStep::Cancelled;
    case DownloadState::Waiting:
    case DownloadState::Connecting:
    case DownloadState::Running:
    case DownloadState::Verifying:
        break;
    }
    return storage::DownloadStep::Waiting;
}

} // namespace app
