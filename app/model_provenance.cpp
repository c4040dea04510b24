// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_provenance.h"

#include "app/file_hash.h"
#include "app/library_rows.h"
#include "app/logging.h"
#include "app/model_card.h"
#include "app/store_thread.h"
#include "inference/model_files.h"

#include <QFileInfo>
#include <QThread>
#include <QThreadPool>

#include <algorithm>
#include <atomic>
#include <vector>

namespace app {

namespace {

/// A row without its hash: which file, in which state.
storage::Model rowFor(const ModelCard &card)
{
    storage::Model row = rowOf(card);
    row.sha256.clear();
    return row;
}

bool sameState(const storage::Model &left, const storage::Model &right)
{
    return left.path == right.path && left.sizeBytes == right.sizeBytes && left.fileModifiedMs == right.fileModifiedMs;
}

bool isUnchanged(const storage::Model &row)
{
    const FileState state = stateOfFiles(QString::fromStdString(row.path));
    return state.bytes == row.sizeBytes && state.modifiedMs == row.fileModifiedMs;
}

/// Hex, over all of the model's files in order; empty when one cannot be read, changes meanwhile, or `stopping` turns
/// true.
std::string hashOf(const storage::Model &row, const std::atomic<bool> &stopping)
{
    if (!isUnchanged(row))
        return {};
    const std::string hash = sha256OfFiles(inference::modelFiles(row.path), [&stopping] { return stopping.load(); });
    return isUnchanged(row) ? hash : std::string();
}

} // namespace

struct ModelProvenance::State {
    explicit State(StoreThread &thread)
        : store(thread)
    {
        worker.setMaxThreadCount(1);
        worker.setThreadPriority(QThread::IdlePriority);
    }

    StoreThread &store;
    std::vector<storage::Model> known;
    std::vector<storage::Model> underWay;
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

QString ModelProvenance::sha256(const ModelCard &card) const
{
    const storage::Model wanted = rowFor(card);
    const auto row = std::ranges::find_if(m_state->known, [&](const auto &one) { return sameState(one, wanted); });
    return row == m_state->known.end() ? QString() : QString::fromStdString(row->sha256);
}

bool ModelProvenance::isComputing() const
{
    return !m_state->underWay.empty();
}

void ModelProvenance::ensure(const ModelCard &card)
{
    expectThread(this);
    const storage::Model row = rowFor(card);
    const auto same = [&](const storage::Model &one) { return sameState(one, row); };
    if (std::ranges::any_of(m_state->known, same) || std::ranges::any_of(m_state->underWay, same))
        return;
    m_state->underWay.push_back(row);
    m_state->store
        .run([row](Stores &stores) -> storage::Result<std::string> {
            const auto stored = stores.models.findByPath(row.path);
            if (!stored || !sameState(*stored, row))
                return std::string();
            if (const auto touched = stores.models.touch(stored->id); !touched)
                return std::unexpected(touched.error());
            return stored->sha256;
        })
        .then(this, [this, row](const storage::Result<std::string> &stored) {
            storage::Model found = row;
            found.sha256 = stored.value_or(std::string());
            if (found.sha256.empty())
                compute(row);
            else
                finish(found);
        });
}

void ModelProvenance::completeRecords()
{
    expectThread(this);
    m_state->store
        .run([](Stores &stores) -> storage::Result<std::vector<storage::Model>> {
            const auto files = stores.models.answersWithoutHash();
            if (!files)
                return std::unexpected(files.error());
            std::vector<storage::Model> missing;
            for (const storage::ModelStore::FileState &file : *files) {
                storage::Model row;
                row.path = file.path;
                row.sizeBytes = file.sizeBytes;
                row.fileModifiedMs = file.modifiedMs;
                const auto stored = stores.models.findByPath(file.path);
                if (stored && sameState(*stored, row) && !stored->sha256.empty()) {
                    if (const auto named = stores.models.nameAnswers(file, stored->sha256); !named)
                        return std::unexpected(named.error());
                } else if (isUnchanged(row)) {
                    row.name = stored ? stored->name
                                      : QFileInfo(QString::fromStdString(file.path)).completeBaseName().toStdString();
                    row.headerJson = stored ? stored->headerJson : "{}";
                    row.source = stored ? stored->source : "adopted";
                    missing.push_back(std::move(row));
                }
            }
            return missing;
        })
        .then(this, [this](const storage::Result<std::vector<storage::Model>> &missing) {
            if (!missing) {
                qCDebug(lcApp) << "completing records:" << missing.error().detail.c_str();
                return;
            }
            for (const storage::Model &row : *missing) {
                if (std::ranges::any_of(m_state->underWay, [&](const auto &one) { return sameState(one, row); }))
                    continue;
                m_state->underWay.push_back(row);
                compute(row);
            }
        });
}

void ModelProvenance::compute(const storage::Model &row)
{
    m_state->worker.start([this, row] {
        storage::Model done = row;
        done.sha256 = hashOf(row, m_state->stopping);
        if (m_state->stopping)
            return;
        QMetaObject::invokeMethod(this, [this, done] {
            if (!done.sha256.empty()) {
                m_state->store.run([done](Stores &stores) -> storage::Result<void> {
                    auto stored = stores.models.put(done);
                    storage::Result<void> kept =
                        stored ? stores.models.touch(stored->id) : std::unexpected(stored.error());
                    if (kept) {
                        kept = stores.models.nameAnswers(
                            {.path = done.path, .sizeBytes = done.sizeBytes, .modifiedMs = done.fileModifiedMs},
                            done.sha256);
                    }
                    // Computed again at the next start; a full disk is told by the answer that it hits.
                    if (!kept)
                        qCDebug(lcApp) << "keeping a model's hash:" << kept.error().detail.c_str();
                    return kept;
                });
            }
            finish(done);
        });
    });
}

void ModelProvenance::finish(const storage::Model &row)
{
    std::erase_if(m_state->underWay, [&](const storage::Model &one) { return sameState(one, row); });
    if (!row.sha256.empty()) {
        m_state->known.push_back(row);
        Q_EMIT known(QString::fromStdString(row.path), QString::fromStdString(row.sha256));
    }
    if (m_state->underWay.empty())
        Q_EMIT idle();
}

} // namespace app
