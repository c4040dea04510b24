// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/download_store.h"

#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <span>

namespace storage {

using nlohmann::json;
using sqlite::Connection;
using sqlite::Row;

namespace {

constexpr std::array<std::string_view, 5> kSteps = {"waiting", "paused", "done", "failed", "cancelled"};

std::string_view toText(DownloadStep step)
{
    return kSteps.at(static_cast<std::size_t>(step));
}

DownloadStep stepFrom(std::string_view text)
{
    const auto found = std::ranges::find(kSteps, text);
    return found == kSteps.end() ? DownloadStep::Failed
                                 : static_cast<DownloadStep>(std::distance(kSteps.begin(), found));
}

std::vector<std::string> mirrorsFrom(const std::string &text)
{
    std::vector<std::string> mirrors;
    const json list = json::parse(text, nullptr, false);
    if (!list.is_array())
        return mirrors;
    for (const json &entry : list) {
        if (entry.is_string())
            mirrors.push_back(entry.get<std::string>());
    }
    return mirrors;
}

bool isFinal(DownloadStep step)
{
    return step == DownloadStep::Done || step == DownloadStep::Failed || step == DownloadStep::Cancelled;
}

Download downloadFrom(const Row &row)
{
    return {.id = {row.integer(0)},
            .uuid = row.text(1),
            .title = row.text(2),
            .address = row.text(3),
            .mirrors = mirrorsFrom(row.text(4)),
            .folder = row.text(5),
            .fileName = row.text(6),
            .expectedBytes = row.integer(7),
            .expectedSha256 = row.text(8),
            .sha256Source = row.text(9),
            .catalogueId = row.text(10),
            .licenceId = row.text(11),
            .licenceText = row.text(12),
            .purpose = row.text(13),
            .step = stepFrom(row.text(14)),
            .source = row.integer32(15),
            .validator = row.text(16),
            .totalBytes = row.integer(17),
            .sha256 = row.text(18),
            .errorCode = row.text(19),
            .errorDetail = row.text(20),
            .createdMs = row.integer(21),
            .finishedMs = row.integer(22),
            .partOf = {row.integer(23)}};
}

} // namespace

DownloadStore::DownloadStore(Database &database)
    : m_database(database)
{
}

Result<Download> DownloadStore::add(const Download &download)
{
    if (download.address.empty() || download.folder.empty() || download.fileName.empty())
        return failure(ErrorCode::InvalidArgument, "a download without an address, a folder or a name");
    if (!download.uuid.empty() && !detail::isUuid(download.uuid))
        return failure(ErrorCode::InvalidArgument, "a download with a broken uuid");
    Connection &db = m_database.connection();
    const TimestampMs now = m_database.now();
    const std::string uuid = download.uuid.empty() ? detail::makeUuid(now) : download.uuid;
    const std::string mirrors = json(download.mirrors).dump(-1, ' ', false, json::error_handler_t::replace);
    STORAGE_TRY(
        db.run("INSERT INTO downloads (uuid, title, address, mirrors_json, folder, file_name, expected_bytes, "
               "expected_sha256, sha256_source, catalogue_id, licence_id, licence_text, purpose, state, "
               "created_ms, part_of) VALUES (:uuid, :title, :address, :mirrors, :folder, :file_name, :bytes, :sha256, "
               ":sha256_source, :catalogue, :licence, :licence_text, :purpose, 'waiting', :now, nullif(:whole, 0))",
               {{":uuid", uuid},
                {":title", download.title},
                {":address", download.address},
                {":mirrors", mirrors},
                {":folder", download.folder},
                {":file_name", download.fileName},
                {":bytes", download.expectedBytes},
                {":sha256", download.expectedSha256},
                {":sha256_source", download.sha256Source},
                {":catalogue", download.catalogueId},
                {":licence", download.licenceId},
                {":licence_text", std::as_bytes(std::span(download.licenceText))},
                {":purpose", download.purpose},
                {":now", now},
                {":whole", download.partOf.value}}));
    return get({db.lastInsertId()});
}

Result<std::vector<Download>> DownloadStore::list()
{
    std::vector<Download> rows;
    STORAGE_TRY(m_database.connection().each(
        "SELECT id, uuid, title, address, mirrors_json, folder, file_name, expected_bytes, expected_sha256, "
        "sha256_source, catalogue_id, licence_id, licence_text, purpose, state, source, validator, total_bytes, "
        "sha256, error_code, error_detail, created_ms, finished_ms, part_of FROM downloads ORDER BY id",
        {}, [&](const Row &row) { rows.push_back(downloadFrom(row)); }));
    return rows;
}

Result<Download> DownloadStore::get(DownloadId id)
{
    return detail::required(
        m_database.connection().first(
            "SELECT id, uuid, title, address, mirrors_json, folder, file_name, expected_bytes, expected_sha256, "
            "sha256_source, catalogue_id, licence_id, licence_text, purpose, state, source, validator, total_bytes, "
            "sha256, error_code, error_detail, created_ms, finished_ms, part_of FROM downloads WHERE id = :id",
            {{":id", id.value}}, downloadFrom),
        "download");
}

Result<void> DownloadStore::update(const Download &download)
{
    return detail::changeRow(m_database.connection(), "download",
                             "UPDATE downloads SET state = :state, source = :source, validator = :validator, "
                             "total_bytes = :total, sha256 = :sha256, error_code = :code, error_detail = :detail, "
                             "finished_ms = :finished WHERE id = :id",
                             {{":state", toText(download.step)},
                              {":source", download.source},
                              {":validator", download.validator},
                              {":total", download.totalBytes},
                              {":sha256", download.sha256},
                              {":code", download.errorCode},
                              {":detail", download.errorDetail},
                              {":finished", isFinal(download.step) ? m_database.now() : 0},
                              {":id", download.id.value}});
}

Result<void> DownloadStore::remove(DownloadId id)
{
    return detail::changeRow(m_database.connection(), "download", "DELETE FROM downloads WHERE id = :id",
                             {{":id", id.value}});
}

Result<void> DownloadStore::addCheckpoints(DownloadId id, const std::vector<DownloadCheckpoint> &checkpoints)
{
    Connection &db = m_database.connection();
    auto transaction = sqlite::Transaction::begin(db);
    if (!transaction)
        return std::unexpected(transaction.error());
    for (const DownloadCheckpoint &checkpoint : checkpoints) {
        STORAGE_TRY(db.run("INSERT INTO download_checkpoints (download_id, end_byte, sha256) VALUES (:id, :end, "
                           ":sha256) ON CONFLICT (download_id, end_byte) DO UPDATE SET sha256 = excluded.sha256",
                           {{":id", id.value},
                            {":end", checkpoint.endByte},
                            {":sha256", std::span<const std::byte>(checkpoint.sha256)}}));
    }
    return transaction->commit();
}

Result<std::vector<DownloadCheckpoint>> DownloadStore::checkpoints(DownloadId id)
{
    std::vector<DownloadCheckpoint> rows;
    STORAGE_TRY(m_database.connection().each(
        "SELECT end_byte, sha256 FROM download_checkpoints WHERE download_id = :id ORDER BY end_byte",
        {{":id", id.value}}, [&](const Row &row) {
            DownloadCheckpoint checkpoint{.endByte = row.integer(0)};
            const sqlite::Blob bytes = row.blob(1);
            std::copy_n(bytes.begin(), std::min(bytes.size(), checkpoint.sha256.size()), checkpoint.sha256.begin());
            rows.push_back(checkpoint);
        }));
    return rows;
}

Result<void> DownloadStore::removeCheckpoints(DownloadId id)
{
    return m_database.connection().run("DELETE FROM download_checkpoints WHERE download_id = :id", {{":id", id.value}});
}

} // namespace storage
