// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/collection_values.h"
#include "app/failure.h"
#include "storage/collection_store.h"

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace app {

class StoreThread;

/// The definitions of collections: their names, and which files and folders they hold. What was read of those is
/// IngestService's. The files themselves are never touched. Every call returns at once; the answer comes by signal on
/// the calling thread (GUI). Failures come by failed().
class CollectionService : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool loaded READ isLoaded NOTIFY collectionsChanged FINAL)
    Q_PROPERTY(QList<app::CollectionValue> collections READ collections NOTIFY collectionsChanged FINAL)
public:
    explicit CollectionService(StoreThread &store, QObject *parent = nullptr);
    ~CollectionService() override;

    /// Reads them, also again; collectionsChanged() follows. Calls before it are done in order.
    void load();
    [[nodiscard]] bool isLoaded() const;
    [[nodiscard]] const QList<CollectionValue> &collections() const; ///< by name; only those that have one
    /// All as the database has them, paths as bytes.
    [[nodiscard]] const std::vector<storage::Collection> &rows() const;
    /// Nothing is null.
    [[nodiscard]] const CollectionValue *find(CollectionId id) const;
    /// Empty: there is no such collection.
    Q_INVOKABLE [[nodiscard]] QString name(app::CollectionId id) const;
    Q_INVOKABLE [[nodiscard]] QString uuid(app::CollectionId id) const;
    [[nodiscard]] CollectionId named(const QString &name) const; ///< invalid: none

    /// A collection of these files and folders (absolute paths; there may be none); created() follows. Its name is
    /// taken as it is; without one it is that of the first folder, and gets a number where another collection has it.
    Q_INVOKABLE void create(const QString &name, const QStringList &paths);
    Q_INVOKABLE void rename(app::CollectionId id, const QString &name);
    Q_INVOKABLE void add(app::CollectionId id, const QStringList &paths);
    /// Takes a file or folder off the collection.
    Q_INVOKABLE void removeSource(app::CollectionId id, const QString &path);
    Q_INVOKABLE void remove(app::CollectionId id);

Q_SIGNALS:
    void collectionsChanged();
    void created(app::CollectionId id);
    void failed(const app::Failure &failure);

private:
    template <class Work>
    void change(Work work, const QString &subject, bool tellsCreated = false);

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
