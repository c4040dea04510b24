// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/sample_network.h"

#include "app/catalogue/hub_address.h"
#include "app/catalogue_service.h"
#include "app/download_failure.h"
#include "app/licence/licence.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace ui {

namespace {

using app::catalogue::CatalogueEntry;
using app::catalogue::CatalogueFile;

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

const QString kCommit(40, u'5');

/// As if some makers asked for a name on every repository.
bool isGated(const CatalogueEntry &entry)
{
    return entry.gated || entry.publisher == text("google");
}

QByteArray recordOf(const CatalogueEntry &entry)
{
    const QJsonObject card{{text("license"), app::licence::licenceById(entry.licenceId).spdx.toLower()},
                           {text("base_model"), entry.origin}};
    return QJsonDocument(QJsonObject{{text("sha"), kCommit}, {text("gated"), isGated(entry)}, {text("cardData"), card}})
        .toJson();
}

QByteArray treeOf(const CatalogueEntry &entry)
{
    QJsonArray files;
    for (const CatalogueFile &file : entry.files) {
        const QString hash = file.sha256.isEmpty() ? QString(64, u'a') : file.sha256;
        const auto bytes = static_cast<qint64>(file.bytes);
        files.append(QJsonObject{{text("type"), text("file")},
                                 {text("path"), file.fileName},
                                 {text("size"), bytes},
                                 {text("lfs"), QJsonObject{{text("oid"), hash}, {text("size"), bytes}}}});
    }
    return QJsonDocument(files).toJson();
}

} // namespace

app::HubPort::Bytes SampleHub::answer(const QString &url) const
{
    using namespace app::catalogue;
    const QList<CatalogueEntry> entries = m_catalogue ? m_catalogue->entries() : QList<CatalogueEntry>();
    for (const CatalogueEntry &entry : entries) {
        if (entry.files.isEmpty())
            continue;
        const QString &repository = entry.files.first().repository;
        if (url == recordAddress(repository) || url == recordAddress(entry.origin))
            return recordOf(entry);
        if (url == treeAddress(repository, kCommit) || url == treeAddress(repository, text("main")))
            return treeOf(entry);
        if (url.contains(entry.origin + u'/') && url.endsWith(text("/LICENSE"))) {
            const app::licence::Licence licence = app::licence::licenceById(entry.licenceId);
            return (licence.name +
                    text("\n\nThe text as its makers publish it would stand here, in full, as it is kept "
                         "with the model when it is downloaded.\n"))
                .toUtf8();
        }
    }
    return std::unexpected(app::downloadFailureFromCode(text("download.not_there"), {}, url));
}

void SampleHub::fetchText(const QString &url, const QString &, quint64, QObject *context, Receive receive)
{
    QMetaObject::invokeMethod(
        context, [receive = std::move(receive), bytes = answer(url)] { receive(bytes); }, Qt::QueuedConnection);
}

void SampleHub::fetchStart(const QString &url, quint64, const QString &, QObject *context, Receive receive)
{
    const Bytes refused = std::unexpected(app::failureFromCode(text("download.not_there"), {}, url));
    QMetaObject::invokeMethod(
        context, [receive = std::move(receive), refused] { receive(refused); }, Qt::QueuedConnection);
}

app::StoreAnswer<storage::Result<void>> writeSampleNetwork(app::StoreThread &store, const QString &folder)
{
    return store.run([folder = folder.toStdString()](app::Stores &stores) -> storage::Result<void> {
        storage::Result<void> written;
        const auto add = [&](const char *title, const char *name, std::int64_t bytes, storage::DownloadStep step,
                             const char *error, const char *licence) {
            const storage::Download row{.title = title,
                                        .address = std::string("https://huggingface.co/sample/") + name +
                                                   "/resolve/main/" + name,
                                        .folder = folder,
                                        .fileName = name,
                                        .expectedBytes = bytes,
                                        .expectedSha256 = std::string(64, 'a'),
                                        .sha256Source = "catalogue",
                                        .licenceId = licence};
            if (auto added = stores.downloads.add(row)) {
                added->step = step;
                added->totalBytes = bytes;
                added->errorCode = error;
                written = stores.downloads.update(*added);
                if (step == storage::DownloadStep::Paused)
                    (void)stores.downloads.addCheckpoints(added->id, {{.endByte = bytes * 2 / 3, .sha256 = {}}});
            }
        };
        add("Qwen2.5 3B Instruct", "qwen2.5-3b-instruct-q4_k_m.gguf", 2'104'932'768, storage::DownloadStep::Done, "",
            "qwenres");
        add("Mistral 7B Instruct v0.3", "Mistral-7B-Instruct-v0.3-Q4_K_M.gguf", 4'372'812'000,
            storage::DownloadStep::Failed, "download.wrong_hash", "apache");
        add("Qwen3 32B", "Qwen3-32B-Q4_K_M.gguf", 19'762'150'048, storage::DownloadStep::Failed, "download.no_space",
            "apache");
        add("Llama 3.1 8B Instruct", "Llama-3.1-8B-Instruct-Q8_0.gguf", 8'540'771'328, storage::DownloadStep::Failed,
            "download.needs_access", "llama31");
        add("Gemma 3 4B", "gemma-3-4b-it-q4_0.gguf", 2'400'000'000, storage::DownloadStep::Paused, "", "gemma");

        const std::int64_t now = QDateTime::currentMSecsSinceEpoch();
        struct Sent {
            const char *url;
            const char *why;
            std::int64_t received;
            std::int32_t status;
        };
        constexpr std::array kSent{
            Sent{"https://huggingface.co/api/models/bartowski/Qwen2.5-3B-Instruct-GGUF",
                 "asked about Qwen2.5 3B Instruct", 18'204, 200},
            Sent{"https://huggingface.co/bartowski/Qwen2.5-3B-Instruct-GGUF/resolve/main/"
                 "qwen2.5-3b-instruct-q4_k_m.gguf",
                 "download of Qwen2.5 3B Instruct", 1'204, 302},
            Sent{"https://cdn-lfs.huggingface.co/repos/qwen2.5-3b-instruct-q4_k_m.gguf",
                 "download of Qwen2.5 3B Instruct", 2'104'934'112, 200},
            Sent{"https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct/resolve/main/LICENSE",
                 "licence of Llama 3.1 8B Instruct", 0, 401},
        };
        std::int64_t at = now - std::int64_t{3'600'000} * 20;
        for (const Sent &sent : kSent) {
            storage::LedgerEntry entry{.atMs = at, .method = "GET", .url = sent.url, .purpose = sent.why};
            if (const auto id = stores.ledger.begin(entry)) {
                entry.bytesSent = 412;
                entry.bytesReceived = sent.received;
                entry.status = sent.status;
                written = stores.ledger.end(*id, entry);
            }
            at += 95'000;
        }
        return written;
    });
}

} // namespace ui
