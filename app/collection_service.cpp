// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/collection_service.h"

#include "app/store_thread.h"

#include <QDir>

#include <algorithm>

namespace app {

namespace {

/// What a change leaves, in one answer: the list is never behind the change.
struct Changed {
    std::vector<storage::Collection> all;
    storage::CollectionId subject = {};
};

std::vector<std::string> sourcesFrom(const QStringList &paths)
{
    std::vector<std::string> sources;
    for (const QString &path : paths) {
        if (QDir::isAbsolutePath(path))
            sources.push_back(pathBytes(QDir::cleanPath(path)));
    }
    return sources;
}

QString nameFor(const QStringList &paths)
{
    for (const QString &path : paths) {
        const QString clean = QDir::cleanPath(path);
        // Of one thing its own name, of several files that of the folder they lie in.
        const QString folder = paths.size() == 1 ? clean : clean.left(clean.lastIndexOf(u'/'));
        QString name = folder.sliced(folder.lastIndexOf(u'/') + 1);
        if (paths.size() == 1 && name.lastIndexOf(u'.') > 0 && name.size() - name.lastIndexOf(u'.') <= 6)
            name.truncate(name.lastIndexOf(u'.'));
        if (!name.isEmpty())
            return name;
    }
    return CollectionService::tr("Documents");
}

/// The first of "House", "House 2", "House 3" … that is free.
storage::Result<storage::Collection> createNumbered(storage::CollectionStore &store, const std::string &name)
{
    constexpr int most = 1000;
    for (int number = 1; number < most; ++number) {
        auto made = store.create(number == 1 ? name : name + " " + std::to_string(number));
        if (made || made.error().code != storage::ErrorCode::Conflict)
            return made;
    }
    return storage::failure(storage::ErrorCode::Conflict, "a thousand collections have that name");
}

} // namespace

struct CollectionService::State {
    StoreThread &store;
    bool loaded = false;
    std::vector<storage::Collection> rows;
    QList<CollectionValue> values;
};

CollectionService::CollectionService(StoreThread &store, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(store))
{
}

CollectionService::~CollectionService() = default;

bool CollectionService::isLoaded() const
{
    return m_state->loaded;
}

const QList<CollectionValue> &CollectionService::collections() const
{
    return m_state->values;
}

const std::vector<storage::Collection> &CollectionService::rows() const
{
    return m_state->rows;
}

const CollectionValue *CollectionService::find(CollectionId id) const
{
    const auto found = std::ranges::find(m_state->values, id, &CollectionValue::id);
    return found != m_state->values.end() ? &*found : nullptr;
}

QString CollectionService::name(CollectionId id) const
{
    const CollectionValue *collection = find(id);
    return collection != nullptr ? collection->name : QString();
}

QString CollectionService::uuid(CollectionId id) const
{
    const CollectionValue *collection = find(id);
    return collection != nullptr ? collection->uuid : QString();
}

CollectionId CollectionService::named(const QString &name) const
{
    const auto found = std::ranges::find(m_state->values, name, &CollectionValue::name);
    return found != m_state->values.end() ? found->id : CollectionId();
}

template <class Work>
void CollectionService::change(Work work, const QString &subject, bool tellsCreated)
{
    expectThread(this);
    using Answer = storage::Result<Changed>;
    m_state->store
        .run([doing = std::move(work)](Stores &stores) -> Answer {
            const storage::Result<storage::CollectionId> done = doing(stores.collections);
            if (!done)
                return std::unexpected(done.error());
            auto all = stores.collections.list();
            if (!all)
                return std::unexpected(all.error());
            return Changed{std::move(*all), *done};
        })
        .then(this, [this, subject, tellsCreated](const Answer &answer) {
            if (!answer) {
                const bool taken = answer.error().code == storage::ErrorCode::Conflict;
                Q_EMIT failed(taken ? failureFromCode(QStringLiteral("app.name_taken"), {}, subject)
                                    : failureFrom(answer.error(), subject));
                return;
            }
            m_state->loaded = true;
            m_state->rows = answer->all;
            m_state->values.clear();
            for (const storage::Collection &row : m_state->rows) {
                // Without a name it belongs to something else, which shows it.
                if (!row.name.empty())
                    m_state->values.append(collectionValue(row));
            }
            Q_EMIT collectionsChanged();
            if (tellsCreated)
                Q_EMIT created({answer->subject.value});
        });
}

void CollectionService::load()
{
    change([](storage::CollectionStore &) -> storage::Result<storage::CollectionId> { return storage::CollectionId(); },
           {});
}

void CollectionService::create(const QString &name, const QStringList &paths)
{
    const QString given = name.trimmed();
    const QString wanted = given.isEmpty() ? nameFor(paths) : given;
    change(
        [wanted = wanted.toStdString(), exact = !given.isEmpty(),
         sources = sourcesFrom(paths)](storage::CollectionStore &store) -> storage::Result<storage::CollectionId> {
            auto made = exact ? store.create(wanted) : createNumbered(store, wanted);
            if (made && !sources.empty())
                made = store.addSources(made->id, sources);
            return made ? storage::Result<storage::CollectionId>(made->id) : std::unexpected(made.error());
        },
        wanted, true);
}

void CollectionService::rename(CollectionId id, const QString &name)
{
    const QString wanted = name.trimmed();
    if (wanted.isEmpty())
        return;
    change(
        [id, name = wanted.toStdString()](storage::CollectionStore &store) -> storage::Result<storage::CollectionId> {
            const auto done = store.rename({id.value}, name);
            return done ? storage::Result<storage::CollectionId>({id.value}) : std::unexpected(done.error());
        },
        wanted);
}

void CollectionService::add(CollectionId id, const QStringList &paths)
{
    change(
        [id, sources = sourcesFrom(paths)](storage::CollectionStore &store) -> storage::Result<storage::CollectionId> {
            const auto done = store.addSources({id.value}, sources);
            return done ? storage::Result<storage::CollectionId>(done->id) : std::unexpected(done.error());
        },
        {});
}

void CollectionService::removeSource(CollectionId id, const QString &path)
{
    change(
        [id, source = pathBytes(path)](storage::CollectionStore &store) -> storage::Result<storage::CollectionId> {
            const auto done = store.removeSource({id.value}, source);
            return done ? storage::Result<storage::CollectionId>(done->id) : std::unexpected(done.error());
        },
        path);
}

void CollectionService::remove(CollectionId id)
{
    change(
        [id](storage::CollectionStore &store) -> storage::Result<storage::CollectionId> {
            const auto done = store.remove({id.value});
            return done ? storage::Result<storage::CollectionId>({id.value}) : std::unexpected(done.error());
        },
        {});
}

} // namespace app
