// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/fetch_ports.h"

#include "app/hub_token.h"
#include "app/store_thread.h"
#include "inference/error.h"
#include "inference/shard_check.h"
#include "inference/text_model.h"

namespace app {

namespace {

storage::LedgerEntry entryFrom(const Fetched &fetched)
{
    storage::LedgerEntry entry{.bytesSent = static_cast<std::int64_t>(fetched.end.sent),
                               .bytesReceived = static_cast<std::int64_t>(fetched.end.received)};
    if (fetched.response)
        entry.status = fetched.response->status;
    if (fetched.verdict != download::Verdict::Redirect) {
        if (const auto problem = problemOf(fetched))
            entry.error = fetched.response ? codeOf(problem->fault).toStdString() : fetched.end.detail;
    }
    return entry;
}

} // namespace

FetchPorts::FetchPorts(StoreThread &store)
    : m_store(store)
{
}

void FetchPorts::setToken(std::string token)
{
    const std::scoped_lock lock(m_mutex);
    m_token = std::move(token);
}

void FetchPorts::onLedger(std::function<void()> call)
{
    const std::scoped_lock lock(m_mutex);
    m_onLedger = std::move(call);
}

void FetchPorts::tell()
{
    const std::scoped_lock lock(m_mutex);
    if (m_onLedger)
        m_onLedger();
}

std::string FetchPorts::tokenFor(const std::string &host)
{
    if (!HubToken::isHub(QString::fromStdString(host)))
        return {};
    const std::scoped_lock lock(m_mutex);
    return m_token;
}

std::int64_t FetchPorts::begin(const std::string &url, const std::string &purpose)
{
    const auto row = m_store
                         .run([url, purpose](Stores &stores) {
                             return stores.ledger.begin({.method = "GET", .url = url, .purpose = purpose});
                         })
                         .wait();
    tell();
    return row ? row->value : 0;
}

void FetchPorts::end(std::int64_t row, const Fetched &fetched)
{
    (void)m_store.run([row, entry = entryFrom(fetched)](Stores &stores) { return stores.ledger.end({row}, entry); })
        .wait();
    tell();
}

RequestPorts FetchPorts::forRequests()
{
    auto self = shared_from_this();
    return {.begin = [self](const std::string &url, const std::string &purpose) { return self->begin(url, purpose); },
            .end = [self](std::int64_t row, const Fetched &fetched) { self->end(row, fetched); },
            .token = [self](const std::string &host) { return self->tokenFor(host); },
            .offline = [self] { return self->m_offline.load(); },
            .speed = [self] { return self->m_speed.load(); }};
}

DownloadPorts FetchPorts::forDownload(storage::DownloadId id, std::function<void(const DownloadCourse &)> report)
{
    auto self = shared_from_this();
    return {
        .requests = forRequests(),
        .update = [self](const storage::Download &record) { return self->update(record); },
        .keep =
            [self, id](const std::vector<storage::DownloadCheckpoint> &checkpoints, bool wait) {
                auto answer = self->m_store.run(
                    [id, checkpoints](Stores &stores) { return stores.downloads.addCheckpoints(id, checkpoints); });
                if (wait)
                    (void)std::move(answer).wait();
            },
        .forget =
            [self, id] {
                (void)self->m_store.run([id](Stores &stores) { return stores.downloads.removeCheckpoints(id); }).wait();
            },
        .report = std::move(report),
        .inspect = inspectModel};
}

bool FetchPorts::update(const storage::Download &record)
{
    return m_store.run([record](Stores &stores) { return stores.downloads.update(record); }).wait().has_value();
}

std::optional<std::vector<storage::DownloadCheckpoint>> FetchPorts::checkpoints(storage::DownloadId id)
{
    auto rows = m_store.run([id](Stores &stores) { return stores.downloads.checkpoints(id); }).wait();
    if (!rows)
        return {};
    return std::move(*rows);
}

std::expected<QByteArray, Failure> fetchBytes(const download::Order &order, const std::string &purpose,
                                              FetchPorts &ports, const RequestRules &rules, const std::stop_token &stop)
{
    NetworkRequests requests(ports.forRequests(), rules, purpose);
    QByteArray bytes;
    const auto begin = [](const download::Response &) { return true; };
    const auto take = [&bytes](std::span<const std::byte> piece) {
        bytes.append(reinterpret_cast<const char *>(piece.data()), static_cast<qsizetype>(piece.size()));
        return true;
    };
    const auto fetched = requests.get(order, begin, take, stop);
    const QString subject = QString::fromStdString(requests.host());
    if (!fetched)
        return std::unexpected(failureFrom(fetched.error(), subject));
    if (const auto problem = problemOf(*fetched))
        return std::unexpected(failureFrom(*problem, subject));
    return bytes;
}

std::string inspectModel(const std::string &path, const std::string &name)
{
    if (!name.ends_with(".gguf"))
        return {};
    const auto asError = [](const inference::Error &error) {
        return std::string(inference::name(error.code)) + ": " + error.detail;
    };
    // Of a model in several files each is looked at alone: the others may still be on their way.
    if (const auto shard = inference::shardName(name); shard && shard->count > 1) {
        const auto checked = inference::checkShard(path, *shard);
        return checked ? std::string() : asError(checked.error());
    }
    const auto summary = inference::readModelSummary(path);
    if (!summary)
        return asError(summary.error());
    if (!summary->complete && summary->fileCount == 1)
        return "tensors are missing at the end of the file";
    return {};
}

} // namespace app
