// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/download_list_model.h"

#include "app/catalogue/hub_address.h"
#include "app/licence/licence.h"
#include "ui/models/model_words.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace ui {

using app::DownloadState;

namespace {

QString dotted(QStringList parts)
{
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QString percent(quint64 done, quint64 whole)
{
    return whole > 0 ? ModelWords::tr("%1 %").arg(100 * done / whole) : QString();
}

/// What the finished file's hash was compared with.
QString checkedBy(const QString &source)
{
    if (source == QLatin1StringView("catalogue"))
        return ModelWords::tr("its hash is the catalogue's");
    if (source == QLatin1StringView("hub"))
        return ModelWords::tr("its hash is the one the hub gave before");
    if (source.isEmpty())
        return ModelWords::tr("nobody gave a hash to compare with");
    return ModelWords::tr("its hash is the one that was asked for");
}

QString lineOf(const app::DownloadValue &download)
{
    const ModelWords words;
    const QString part = words.sizeOf(download.receivedBytes, download.bytes);
    switch (download.state) {
    case DownloadState::Waiting:
        return download.receivedBytes > 0 ? ModelWords::tr("waiting · %1").arg(part) : ModelWords::tr("waiting");
    case DownloadState::Connecting:
        return ModelWords::tr("asking %1").arg(download.host);
    case DownloadState::Running:
        return dotted(
            {part,
             download.bytesPerSecond > 0 ? ModelWords::tr("%1/s").arg(words.size(download.bytesPerSecond)) : QString(),
             words.timeLeft(download.secondsLeft),
             download.sha256Source.isEmpty() ? QString() : ModelWords::tr("verified as it arrives")});
    case DownloadState::Paused:
        return ModelWords::tr("paused · %1").arg(part);
    case DownloadState::Verifying:
        return dotted({ModelWords::tr("checking what is there"), percent(download.verifiedBytes, download.bytes)});
    case DownloadState::Done:
        return dotted({words.size(download.bytes),
                       download.files > 1 ? ModelWords::tr("%n file(s)", nullptr, download.files) : QString(),
                       checkedBy(download.sha256Source)});
    case DownloadState::Failed:
        return download.receivedBytes > 0 ? part : download.bytes > 0 ? words.size(download.bytes) : QString();
    case DownloadState::Cancelled:
        return ModelWords::tr("cancelled");
    }
    return {};
}

/// Failures whose words send the reader to the file's page.
constexpr std::array kPageHelps{"download.needs_access", "download.not_there", "download.wrong_size",
                                "download.not_a_model", "download.wrong_hash"};
constexpr std::array kFolderHelps{"download.folder", "download.no_space", "download.too_large", "download.disk",
                                  "download.exists"};

bool isOneOf(std::span<const char *const> codes, const QString &code)
{
    return std::ranges::any_of(codes, [&](const char *one) { return code == QLatin1StringView(one); });
}

QString pageOf(const QString &address)
{
    const auto place = app::catalogue::parsePasted(address);
    return place && !place->repository.isEmpty() ? app::catalogue::repositoryPage(place->repository) : QString();
}

bool isEnded(const app::DownloadValue &download)
{
    return download.state == DownloadState::Done || download.state == DownloadState::Cancelled;
}

/// Less comes again before anybody has read a question.
constexpr quint64 kWorthAQuestion = 20'000'000; // bytes

} // namespace

bool isUnderWay(const app::DownloadValue &download)
{
    return !download.isFinal();
}

DownloadRow downloadRow(const app::DownloadValue &download, const QString &address)
{
    const DownloadState state = download.state;
    DownloadRow row{.id = download.id,
                    .title = download.title.isEmpty() ? download.fileName : download.title,
                    .facts =
                        dotted({download.fileName == download.title ? QString() : download.fileName, download.host}),
                    .line = lineOf(download),
                    .path = download.path,
                    .failure = download.failure};
    if (app::licence::isLicenceId(download.licenceId))
        row.licence = app::licence::licenceById(download.licenceId).name;
    const quint64 done = state == DownloadState::Verifying ? download.verifiedBytes : download.receivedBytes;
    row.progress = download.bytes > 0 ? std::min(1.0, double(done) / double(download.bytes)) : 0;
    row.done = state == DownloadState::Done;
    row.failed = state == DownloadState::Failed;
    row.moving = isUnderWay(download) || (row.failed && download.receivedBytes > 0);
    row.canPause =
        state == DownloadState::Waiting || state == DownloadState::Connecting || state == DownloadState::Running;
    row.canResume = state == DownloadState::Paused;
    row.canCancel = isUnderWay(download) || row.failed;
    row.canRetry = row.failed || state == DownloadState::Cancelled;
    row.folderHelps = row.failed && isOneOf(kFolderHelps, download.failure.code);
    if (row.failed && isOneOf(kPageHelps, download.failure.code))
        row.page = pageOf(address);
    if (row.canCancel && download.receivedBytes >= kWorthAQuestion)
        row.there = ModelWords().size(download.receivedBytes);
    return row;
}

void DownloadListModel::setService(app::DownloadService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    if (service != nullptr)
        connect(service, &app::DownloadService::changed, this, &DownloadListModel::take);
    take();
    Q_EMIT serviceChanged();
}

void DownloadListModel::setOnlyOpen(bool only)
{
    if (only == m_onlyOpen)
        return;
    m_onlyOpen = only;
    take();
    Q_EMIT serviceChanged();
}

void DownloadListModel::take()
{
    QList<app::DownloadValue> values = m_service ? m_service->downloads() : QList<app::DownloadValue>();
    if (m_onlyOpen)
        values.removeIf([](const app::DownloadValue &one) { return !isUnderWay(one); });
    std::ranges::reverse(values);
    const int failed = m_service ? static_cast<int>(std::ranges::count(m_service->downloads(), DownloadState::Failed,
                                                                       &app::DownloadValue::state))
                                 : 0;
    if (std::exchange(m_failed, failed) != failed)
        Q_EMIT endedChanged();
    const int ended = static_cast<int>(std::ranges::count_if(values, isEnded));
    if (std::exchange(m_ended, ended) != ended)
        Q_EMIT endedChanged();
    const bool isSameList =
        std::ranges::equal(values, m_values, [](const app::DownloadValue &left, const app::DownloadValue &right) {
            return left.id == right.id;
        });
    if (isSameList) {
        for (int row = 0; row < count(); ++row) {
            if (m_values[row] == values[row])
                continue;
            m_values[row] = values[row];
            Q_EMIT dataChanged(index(row), index(row), {RowRole});
        }
        return;
    }
    beginResetModel();
    m_values = std::move(values);
    endResetModel();
    Q_EMIT countChanged();
}

QVariant DownloadListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::DownloadValue &value = m_values[index.row()];
    if (role == RowRole) {
        const auto request = m_service ? m_service->requestOf(value.id) : std::nullopt;
        return QVariant::fromValue(downloadRow(value, request ? request->url : QString()));
    }
    return role == Qt::DisplayRole ? value.title : QVariant();
}

void DownloadListModel::clearEnded()
{
    const QList<app::DownloadValue> all = m_values;
    for (const app::DownloadValue &one : all) {
        if (m_service && isEnded(one))
            m_service->clear(one.id);
    }
}

QHash<int, QByteArray> DownloadListModel::roleNames() const
{
    return {{RowRole, "row"}};
}

} // namespace ui
