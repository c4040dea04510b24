// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_library.h"

#include "app/inference_port.h"
#include "app/library_rows.h"
#include "app/logging.h"
#include "app/model_library_p.h"
#include "app/settings.h"
#include "app/store_thread.h"
#include "app/thread_guard.h"
#include "inference/adapter_summary.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QTimer>

#include <algorithm>

namespace app {

namespace {

using std::chrono::milliseconds;

// Copying a model takes longer, but only its end is heard.
constexpr milliseconds kSettle{1500};
constexpr milliseconds kLookForDrives{30'000};

} // namespace

storage::Model *ModelLibrary::State::rowAt(const std::string &path)
{
    const auto found = std::ranges::find(rows, path, &storage::Model::path);
    return found == rows.end() ? nullptr : &*found;
}

storage::Model *ModelLibrary::State::rowOfId(const QString &id)
{
    const std::string slug = id.toStdString();
    const auto found = std::ranges::find_if(
        rows, [&](const storage::Model &row) { return row.slug == slug && !slug.empty() && isVisible(row); });
    return found == rows.end() ? nullptr : &*found;
}

bool ModelLibrary::State::isVisible(const storage::Model &row) const
{
    if (once.contains(row.path))
        return true;
    return row.listed && (!isStarter(row) || starters.contains(row.path));
}

qint64 ModelLibrary::State::now() const
{
    return options.now ? options.now() : QDateTime::currentMSecsSinceEpoch();
}

void ModelLibrary::State::nameRows()
{
    std::set<std::string> taken;
    std::vector<storage::Model *> nameless;
    // Whoever has a name keeps it.
    for (storage::Model &row : rows) {
        if (isVisible(row) && (row.slug.empty() || !taken.insert(row.slug).second))
            nameless.push_back(&row);
    }
    for (storage::Model *row : nameless) {
        const std::string wanted = idOf(*row).toStdString();
        row->slug = wanted;
        for (int number = 2; !taken.insert(row->slug).second; ++number)
            row->slug = wanted + '-' + std::to_string(number);
    }
}

void ModelLibrary::State::forgetFits(const std::string &path)
{
    std::erase_if(fits, [&](const auto &fit) { return fit.first.first == path || fit.first.second == path; });
}

ModelLibrary::ModelLibrary(StoreThread *store, Settings &settings, LibraryOptions options, QObject *parent)
    : QObject(parent)
    , m_state(new State{.store = store, .settings = settings, .options = std::move(options)})
{
    if (!m_state->options.read)
        m_state->options.read = readRow;
    for (QString &folder : m_state->options.starterFolders)
        folder = QDir::cleanPath(folder);
    m_state->worker.setMaxThreadCount(1);
}

ModelLibrary::~ModelLibrary()
{
    m_state->stop.request_stop();
    m_state->watch.reset();
    m_state->hasher.reset();
    m_state->worker.waitForDone();
}

const QList<ModelCard> &ModelLibrary::models() const
{
    return m_state->models;
}
const QList<AdapterCard> &ModelLibrary::adapters() const
{
    return m_state->adapters;
}
const QStringList &ModelLibrary::folders() const
{
    return m_state->folders;
}
bool ModelLibrary::isScanning() const
{
    return m_state->scanning;
}

bool ModelLibrary::isComparing() const
{
    return m_state->fitting;
}

const ModelCard *ModelLibrary::find(const QString &id) const
{
    const auto found = std::ranges::find(m_state->models, id, &ModelCard::id);
    return found == m_state->models.end() ? nullptr : &*found;
}

QString ModelLibrary::firstFileOf(const QString &path) const
{
    return m_state->first.value(path, path);
}

void ModelLibrary::load()
{
    expectThread(this);
    if (std::exchange(m_state->loadAsked, true))
        return;
    m_state->scanning = true;
    Q_EMIT scanningChanged();
    if (m_state->store == nullptr) {
        m_state->loaded = true;
        scan();
        return;
    }
    m_state->store->run([](Stores &stores) { return stores.models.library(); })
        .then(this, [this](const storage::Result<storage::ModelStore::Library> &library) {
            m_state->loaded = true;
            if (library) {
                m_state->rows = library->models;
                m_state->speeds = library->speeds;
                std::map<std::int64_t, std::string> paths;
                for (const storage::Model &row : m_state->rows) {
                    paths[row.id.value] = row.path;
                    // Until the files were looked at, what lay in these folders counts as there.
                    const QString folder = QFileInfo(QString::fromStdString(row.path)).path();
                    if (isStarter(row) && m_state->options.starterFolders.contains(folder))
                        m_state->starters.insert(row.path);
                }
                for (const storage::AdapterFit &fit : library->fits)
                    m_state->fits[{paths[fit.adapter.value], paths[fit.model.value]}] = fit.fits;
                for (const std::string &folder : library->folders)
                    m_state->folders.append(QString::fromStdString(folder));
                publish();
                Q_EMIT foldersChanged();
            } else {
                // Why is said by whoever opens the database; files can be shown all the same.
                qCDebug(lcApp) << "reading the list of models:" << library.error().detail.c_str();
            }
            scan();
        });
}

void ModelLibrary::refresh()
{
    expectThread(this);
    if (!m_state->loadAsked)
        load();
    else
        ask({});
}

void ModelLibrary::ask(QList<AskedFile> files)
{
    expectThread(this);
    for (AskedFile &file : files)
        (file.once ? m_state->onceFiles : m_state->asking).append(std::move(file));
    if (!m_state->loadAsked) {
        load();
        return;
    }
    if (m_state->scanning) {
        m_state->scanAgain = true;
        return;
    }
    m_state->scanning = true;
    Q_EMIT scanningChanged();
    scan();
}

void ModelLibrary::scan()
{
    m_state->scanAgain = false;
    LibraryScan order{.known = m_state->rows,
                      .starterFolders = m_state->options.starterFolders,
                      .folders = m_state->folders,
                      .asked = std::exchange(m_state->asking, {}) + m_state->onceFiles,
                      .read = m_state->options.read,
                      .now = m_state->now()};
    m_state->settingsFiles = m_state->settings.addedModels();
    QList<AskedFile> before;
    for (const QString &path : std::as_const(m_state->settingsFiles)) {
        // A program that ended before it could clear them has them here already, or took them off again.
        const storage::Model *row = m_state->rowAt(path.toStdString());
        if (row == nullptr || row->slug.empty())
            before.append({.path = path});
    }
    order.asked = before + order.asked;
    m_state->worker.start([this, scan = std::move(order), stop = m_state->stop.get_token()] {
        LibraryFindings findings = lookAtLibrary(scan, stop);
        if (findings.stopped)
            return;
        QMetaObject::invokeMethod(this,
                                  [this, found = std::move(findings)]() mutable { takeFindings(std::move(found)); });
    });
}

void ModelLibrary::takeFindings(LibraryFindings findings)
{
    m_state->starters = findings.starters;
    m_state->once = findings.once;
    std::vector<storage::Model> kept;
    for (storage::Model &row : findings.rows) {
        const auto same = [&](const storage::Model &one) {
            return row.id.valid() ? one.id == row.id : one.path == row.path;
        };
        auto known = std::ranges::find_if(m_state->rows, same);
        if (known == m_state->rows.end()) {
            row.addedMs = m_state->now();
            m_state->rows.push_back(row);
        } else {
            if (known->sizeBytes != row.sizeBytes || known->fileModifiedMs != row.fileModifiedMs)
                m_state->forgetFits(known->path);
            // What came meanwhile is newer than what the scan was given.
            row.lastUsedMs = known->lastUsedMs;
            row.addedMs = known->addedMs;
            const bool sameFile = known->sizeBytes == row.sizeBytes && known->fileModifiedMs == row.fileModifiedMs;
            if (sameFile && row.sha256.empty())
                row.sha256 = known->sha256;
            // Another row of the same path is taken over, in the database too.
            std::erase_if(m_state->rows, [&](const storage::Model &one) { return one.path == row.path && !same(one); });
            *std::ranges::find_if(m_state->rows, same) = row;
        }
    }
    m_state->nameRows();
    for (const storage::Model &row : findings.rows) {
        const storage::Model *now = m_state->rowAt(row.path);
        if (now != nullptr && (now->listed || now->id.valid()))
            kept.push_back(*now);
    }
    for (const LibraryFindings::Asked &asked : findings.asked) {
        m_state->first.insert(asked.asked, asked.path);
        m_state->first.insert(QFileInfo(asked.asked).absoluteFilePath(), asked.path);
    }
    keep(std::move(kept), m_state->settingsFiles);
    publish();
    if (m_state->watch) {
        const bool away = std::ranges::any_of(
            m_state->rows, [&](const storage::Model &row) { return row.missingMs != 0 && m_state->isVisible(row); });
        m_state->watch->watch(std::move(findings.places), away ? std::optional(kLookForDrives) : std::nullopt);
    }
    answerAsked(findings.asked);
    if (m_state->scanAgain) {
        scan();
        return;
    }
    m_state->scanning = false;
    Q_EMIT scanningChanged();
    lookForFits();
    hashNext();
}

void ModelLibrary::answerAsked(const QList<LibraryFindings::Asked> &asked)
{
    for (const LibraryFindings::Asked &one : asked) {
        if (one.once || m_state->settingsFiles.contains(one.asked))
            continue;
        const storage::Model *row = m_state->rowAt(one.path.toStdString());
        if (!one.failure.isEmpty() || row == nullptr)
            Q_EMIT failed(one.failure);
        else
            Q_EMIT added(QString::fromStdString(row->slug));
    }
}

// Rows as they are now go to the database; from there come their ids. The settings give up what they held when the
// database has it.
void ModelLibrary::keep(std::vector<storage::Model> rows, const QStringList &fromSettings)
{
    if (m_state->store == nullptr || (rows.empty() && fromSettings.isEmpty()))
        return;
    m_state->store->run([rows = std::move(rows)](Stores &stores) { return stores.models.keep(rows); })
        .then(this, [this, fromSettings](const storage::Result<std::vector<storage::Model>> &stored) {
            if (!stored) {
                qCDebug(lcApp) << "keeping the list of models:" << stored.error().detail.c_str();
                if (stored.error().code == storage::ErrorCode::DiskFull)
                    Q_EMIT failed(failureFromCode(QStringLiteral("app.not_kept"), {}, tr("the list")));
                return;
            }
            for (const storage::Model &row : *stored) {
                if (storage::Model *known = m_state->rowAt(row.path)) {
                    known->id = row.id;
                    if (known->sizeBytes == row.sizeBytes && known->fileModifiedMs == row.fileModifiedMs &&
                        known->sha256.empty())
                        known->sha256 = row.sha256;
                }
            }
            QStringList left = m_state->settings.addedModels();
            for (const QString &path : fromSettings)
                left.removeAll(path);
            m_state->settings.setAddedModels(left);
            lookForFits();
        });
}

void ModelLibrary::change(storage::Model row, Show show)
{
    storage::Model *known = m_state->rowAt(row.path);
    if (known == nullptr)
        return;
    *known = row;
    m_state->nameRows();
    keep({*known});
    if (show == Show::Now)
        publish();
    else
        publishSoon();
}

void ModelLibrary::publishSoon()
{
    constexpr milliseconds pause{250};
    if (std::exchange(m_state->publishing, true))
        return;
    QTimer::singleShot(pause, this, [this] {
        m_state->publishing = false;
        publish();
    });
}

// Cards from rows.
void ModelLibrary::publish()
{
    QList<ModelCard> models;
    QList<AdapterCard> adapters;
    QHash<QString, QStringList> byHash;
    QHash<QString, QString> idsByPath;
    for (const storage::Model &row : m_state->rows) {
        if (!m_state->isVisible(row))
            continue;
        const QString id = QString::fromStdString(row.slug);
        idsByPath.insert(QString::fromStdString(row.path), id);
        if (!row.sha256.empty())
            byHash[QString::fromStdString(row.sha256)].append(id);
        if (isAdapter(row))
            adapters.append(adapterOf(row));
        // Who names an adapter as the model is told by the model's card what it is.
        if (!isAdapter(row) || m_state->once.contains(row.path))
            models.append(modelOf(row));
        if (isAdapter(row) || m_state->speeds.empty() || !row.id.valid())
            continue;
        // The first is the newest.
        const auto speed = std::ranges::find(m_state->speeds, row.id, &storage::ModelSpeed::model);
        if (speed == m_state->speeds.end())
            continue;
        const auto rate = [](std::int64_t tokens, double ms) {
            return ms > 0 ? 1000.0 * static_cast<double>(tokens) / ms : 0.0;
        };
        models.last().decodeTps = rate(speed->decodeTokens, speed->decodeMs);
        models.last().prefillTps = rate(speed->prefillTokens, speed->prefillMs);
        models.last().speedDevice = QString::fromStdString(speed->device);
    }
    for (ModelCard &card : models) {
        card.duplicates = byHash.value(card.sha256);
        card.duplicates.removeAll(card.id);
    }
    for (AdapterCard &adapter : adapters) {
        for (ModelCard &card : models) {
            const auto fit = m_state->fits.find({adapter.path.toStdString(), card.path.toStdString()});
            if (fit == m_state->fits.end() || !fit->second)
                continue;
            adapter.fits.append(card.id);
            card.adapters.append(adapter.id);
        }
    }
    std::ranges::stable_sort(models, [](const ModelCard &left, const ModelCard &right) {
        if (left.usable != right.usable)
            return left.usable;
        return left.name.compare(right.name, Qt::CaseInsensitive) < 0;
    });
    std::ranges::stable_sort(adapters, [](const AdapterCard &left, const AdapterCard &right) {
        return left.name.compare(right.name, Qt::CaseInsensitive) < 0;
    });
    const bool adaptersDiffer = adapters != m_state->adapters;
    m_state->adapters = std::move(adapters);
    m_state->models = std::move(models);
    Q_EMIT modelsChanged();
    if (adaptersDiffer)
        Q_EMIT adaptersChanged();
}

// Adapters are compared with the models of their architecture, each pair once.
void ModelLibrary::lookForFits()
{
    if (m_state->fitting || m_state->scanning)
        return;
    struct Pair {
        std::string adapter;
        std::string model;
        bool fits = false;
    };
    std::vector<Pair> pairs;
    for (const AdapterCard &adapter : std::as_const(m_state->adapters)) {
        if (!adapter.failure.isEmpty())
            continue;
        for (const ModelCard &model : std::as_const(m_state->models)) {
            const Pair pair{adapter.path.toStdString(), model.path.toStdString()};
            if (model.architecture == adapter.architecture && model.purpose != ModelUse::Adapter && !model.missing &&
                !m_state->fits.contains({pair.adapter, pair.model}))
                pairs.push_back(pair);
        }
    }
    if (pairs.empty())
        return;
    m_state->fitting = true;
    m_state->worker.start([this, pairs = std::move(pairs), stop = m_state->stop.get_token()]() mutable {
        for (Pair &pair : pairs) {
            if (stop.stop_requested())
                return;
            pair.fits = inference::checkAdapterFit(pair.adapter, pair.model).has_value();
        }
        QMetaObject::invokeMethod(this, [this, compared = std::move(pairs)] {
            m_state->fitting = false;
            std::set<std::string> adapters;
            for (const Pair &pair : compared) {
                m_state->fits[{pair.adapter, pair.model}] = pair.fits;
                adapters.insert(pair.adapter);
            }
            for (const std::string &path : adapters) {
                const storage::Model *adapter = m_state->rowAt(path);
                std::vector<storage::AdapterFit> rows;
                for (const auto &[between, fits] : m_state->fits) {
                    const storage::Model *model = m_state->rowAt(between.second);
                    if (between.first == path && adapter != nullptr && model != nullptr && model->id.valid())
                        rows.push_back({.adapter = adapter->id, .model = model->id, .fits = fits});
                }
                if (m_state->store == nullptr || rows.empty() || !adapter->id.valid())
                    continue;
                m_state->store
                    ->run([id = adapter->id, rows](Stores &stores) { return stores.models.setFits(id, rows); })
                    .then(this, [](const storage::Result<void> &) {});
            }
            publish();
            lookForFits();
            Q_EMIT adaptersChanged();
        });
    });
}

void ModelLibrary::startBackground()
{
    expectThread(this);
    if (std::exchange(m_state->inBackground, true))
        return;
    m_state->watch =
        std::make_unique<LibraryWatch>(kSettle, [this] { QMetaObject::invokeMethod(this, [this] { ask({}); }); });
    if (m_state->options.hashes) {
        m_state->hasher = std::make_unique<LibraryHasher>();
        connect(m_state->hasher.get(), &LibraryHasher::hashed, this, &ModelLibrary::takeHash);
    }
    // The places to watch come of a look at the files.
    refresh();
}

void ModelLibrary::setBusy(bool busy)
{
    if (m_state->hasher)
        m_state->hasher->setPaused(busy);
}

void ModelLibrary::noteMemory(const QString &id, const MeasuredMemory &memory)
{
    expectThread(this);
    const storage::Model *row = m_state->rowOfId(id);
    if (row == nullptr)
        return;
    QList<MeasuredMemory> measured = measuredIn(*row);
    if (!measured.isEmpty() && measured.first() == memory)
        return;
    measured.removeIf([&](const MeasuredMemory &one) {
        return one.device == memory.device && one.context == memory.context && one.kv == memory.kv;
    });
    measured.prepend(memory);
    constexpr qsizetype most = 8;
    measured.resize(std::min(most, measured.size()));
    storage::Model changed = *row;
    changed.memoryJson = measuredJson(measured);
    change(std::move(changed));
}

void ModelLibrary::noteAnswer(const QString &id, const GenerationOutcome &outcome)
{
    expectThread(this);
    storage::Model *row = m_state->rowOfId(id);
    if (row == nullptr)
        return;
    row->lastUsedMs = m_state->now();
    // A turn that moved to another device on the way was measured on neither.
    const bool measured = !outcome.failure && outcome.fallbackReason.isEmpty() && outcome.decodeMs > 0.0;
    if (measured && row->id.valid() && m_state->store != nullptr) {
        storage::ModelSpeed answer{.model = row->id,
                                   .device = outcome.deviceName.toStdString(),
                                   .prefillTokens = std::max(0, outcome.promptTokens - outcome.reusedTokens),
                                   .prefillMs = outcome.prefillMs,
                                   .decodeTokens = std::max(0, outcome.generatedTokens - 1),
                                   .decodeMs = outcome.decodeMs};
        m_state->store
            ->run([answer](Stores &stores) -> storage::Result<std::vector<storage::ModelSpeed>> {
                if (const auto added = stores.models.addSpeed(answer); !added)
                    return std::unexpected(added.error());
                auto library = stores.models.library();
                if (!library)
                    return std::unexpected(library.error());
                return std::move(library->speeds);
            })
            .then(this, [this](const storage::Result<std::vector<storage::ModelSpeed>> &speeds) {
                if (!speeds)
                    return;
                m_state->speeds = *speeds;
                publish();
            });
    }
    publish();
}

} // namespace app
