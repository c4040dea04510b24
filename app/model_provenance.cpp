// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_provenance.h"

#include "app/logging.h"
#include "app/model_service.h"
#include "app/store_thread.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QThreadPool>

#include <atomic>

namespace app {

namespace {

struct FileState {
    qint64 bytes = 0;
    qint64 modifiedMs = 0;
};

FileState stateOf(const QString &path)
{
    const QFileInfo info(path);
    return {.bytes = info.size(), .modifiedMs = info.lastModified().toMSecsSinceEpoch()};
}

storage::Model rowFor(const ModelCard &card, const FileState &file, const QString &sha256)
{
    const QJsonObject header{{QStringLiteral("architecture"), card.architecture},
                             {QStringLiteral("size_label"), card.sizeLabel},
                             {QStringLiteral("quantization"), card.quantization},
                             {QStringLiteral("license"), card.license},
                             {QStringLiteral("parameters"), static_cast<qint64>(card.parameters)},
                             {QStringLiteral("context_length"), static_cast<qint64>(card.contextLength)}};
    storage::Model row;
    row.sha256 = sha256.toStdString();
    row.path = card.path.toStdString();
    row.name = card.name.toStdString();
    row.sizeBytes = file.bytes;
    row.fileModifiedMs = file.modifiedMs;
    row.headerJson = QJsonDocument(header).toJson(QJsonDocument::Compact).toStdString();
    row.source = card.origin == ModelOrigin::Starter ? "starter" : "adopted";
    return row;
}

} // namespace

struct ModelProvenance::State {
    explicit State(StoreThread &thread)
        : store(thread)
    {
        worker.setMaxThreadCount(1);
    }

    StoreThread &store;
    QHash<QString, QString> hashes;
    QSet<QString> underWay;
    std::atomic<bool> stopping = false;
    QThreadPool worker;
};

ModelProvenance::ModelProvenance(StoreThread &store, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(store))
{
}

ModelProvenance::~ModelProvenance()
{
    m_state->stopping = true;
    m_state->worker.waitForDone();
}

QString ModelProvenance::sha256(const QString &path) const
{
    return m_state->hashes.value(path);
}

void ModelProvenance::ensure(const ModelCard &card)
{
    expectThread(this);
    if (m_state->hashes.contains(card.path) || m_state->underWay.contains(card.path))
        return;
    m_state->underWay.insert(card.path);
    m_state->store
        .run([path = card.path](Stores &stores) -> storage::Result<QString> {
            const FileState file = stateOf(path);
            const auto row = stores.models.findByPath(path.toStdString());
            if (!row || row->sizeBytes != file.bytes || row->fileModifiedMs != file.modifiedMs)
                return QString();
            if (const auto touched = stores.models.touch(row->id); !touched)
                return std::unexpected(touched.error());
            return QString::fromStdString(row->sha256);
        })
        .then(this, [this, card](const storage::Result<QString> &stored) {
            if (!stored || stored->isEmpty()) {
                compute(card);
                return;
            }
            m_state->underWay.remove(card.path);
            m_state->hashes.insert(card.path, *stored);
            Q_EMIT known(card.path, *stored);
        });
}

void ModelProvenance::compute(const ModelCard &card)
{
    m_state->worker.start([this, card] {
        constexpr qint64 kPiece = 1 << 20;
        QFile file(card.path);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        const FileState before = stateOf(card.path);
        bool complete = file.open(QIODevice::ReadOnly);
        while (complete && !m_state->stopping && !file.atEnd()) {
            const QByteArray piece = file.read(kPiece);
            complete = !piece.isEmpty();
            hash.addData(piece);
        }
        if (!complete || m_state->stopping)
            return;
        const QString sha256 = QString::fromLatin1(hash.result().toHex());
        QMetaObject::invokeMethod(this, [this, card, before, sha256] {
            m_state->underWay.remove(card.path);
            m_state->hashes.insert(card.path, sha256);
            m_state->store.run([row = rowFor(card, before, sha256)](Stores &stores) -> storage::Result<storage::Model> {
                auto stored = stores.models.put(row);
                if (stored) {
                    if (const auto touched = stores.models.touch(stored->id); !touched)
                        return std::unexpected(touched.error());
                } else {
                    qCWarning(lcApp) << "keeping a model's hash:" << stored.error().detail.c_str();
                }
                return stored;
            });
            Q_EMIT known(card.path, sha256);
        });
    });
}

} // namespace app
