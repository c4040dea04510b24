// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/collection_values.h"
#include "app/embedder_list.h"
#include "app/failure.h"
#include "app/ingest_crew.h"

#include <QHash>
#include <QList>
#include <QObject>

#include <chrono>
#include <memory>
#include <optional>

namespace app {

class CollectionService;
class InferencePort;
class Settings;

/// What an IngestService works with; borrowed, and outliving it.
struct IngestCollaborators {
    IndexThread &index;
    CollectionService &collections;
    InferencePort &inference;
    Settings &settings;
};

struct IngestOptions {
    CrewPorts ports; ///< index is filled in
    /// The embedding model to be used where the settings name `chosen`, which may be empty; may look at files, and is
    /// called on a worker thread. Empty: none.
    std::function<QString(const QString &chosen)> findEmbedder;
    /// The embedding models that can be chosen, the first one where none is; likewise. Empty: none.
    std::function<QList<EmbedderChoice>()> listEmbedders;
    CrewOptions crew;
    QString folder;                         ///< where the index is, for words about the disk
    std::chrono::milliseconds refresh{200}; ///< numbers are read again this long after something changed
};

/// Keeps what was read of the collections' files up to date, in the background, and says how far it is. Where the
/// settings say paused it stays so over restarts; while an answer is written it stands still. GUI thread; nothing here
/// waits.
class IngestService : public QObject {
    Q_OBJECT
    Q_PROPERTY(app::IndexingPhase phase READ phase NOTIFY phaseChanged FINAL)
    Q_PROPERTY(bool paused READ isPaused NOTIFY phaseChanged FINAL)
    Q_PROPERTY(app::Failure failure READ failure NOTIFY phaseChanged FINAL)
    /// There is a model, so that passages are found by their meaning.
    Q_PROPERTY(bool byMeaning READ isByMeaning NOTIFY embedderChanged FINAL)
    /// Another model was chosen: its vectors are made beside those that serve until then.
    Q_PROPERTY(bool remaking READ isRemaking NOTIFY embedderChanged FINAL)
    /// Seconds that everything will take; -1: not known yet.
    Q_PROPERTY(qint64 secondsLeft READ secondsLeft NOTIFY countsChanged FINAL)
public:
    IngestService(const IngestCollaborators &collaborators, IngestOptions options, QObject *parent = nullptr);
    /// Ends the crew.
    ~IngestService() override;

    /// Begins, once the index is open and the collections are loaded.
    void start();
    /// The index could not be opened: nothing is read, and the room says why.
    void startFailed(const Failure &failure);
    /// Before workers are ended: what they leave is no document's fault.
    void requestStop();

    [[nodiscard]] IndexingPhase phase() const;
    [[nodiscard]] bool isPaused() const;
    [[nodiscard]] Failure failure() const; ///< why it is Halted
    [[nodiscard]] bool isByMeaning() const;
    [[nodiscard]] bool isRemaking() const;
    [[nodiscard]] Failure embedderFailure() const; ///< why documents are found by their words alone; usually empty
    [[nodiscard]] qint64 secondsLeft() const;
    [[nodiscard]] CollectionCounts counts(CollectionId id) const;
    /// Of any collection, also of those of conversations, which have no name and stand in no list.
    [[nodiscard]] CollectionCounts countsOf(const QString &uuid) const;
    [[nodiscard]] CollectionCounts all() const; ///< of all collections in the list together
    [[nodiscard]] QList<SourceValue> sources(CollectionId id) const;
    /// How a source of any collection was met; nothing: it was not looked at yet.
    [[nodiscard]] std::optional<SourceState> sourceState(const QString &uuid, const QString &path) const;
    /// Path of the model that made the vectors which serve now: the chosen one as soon as it has seen everything.
    /// Empty: none.
    [[nodiscard]] QString searchEmbedder() const;

    /// What is being read now.
    struct Current {
        QString path;
        qint64 done = 0;
        qint64 total = 0; ///< pages; 0: not known
        bool operator==(const Current &) const = default;
    };
    [[nodiscard]] const QList<Current> &reading() const;

    Q_INVOKABLE void pause();
    Q_INVOKABLE void resume();
    /// After Halted.
    Q_INVOKABLE void tryAgain();
    Q_INVOKABLE void rescan(app::CollectionId id);
    /// filesLoaded() follows.
    void loadFiles(CollectionId id);
    /// Reads what the index has of places, of which uuid and path are given; placesLoaded() follows. Costs little:
    /// nothing is read of the collection's other files.
    void loadPlaces(const QList<PlaceStatus> &places);
    Q_INVOKABLE void retry(const app::FileValue &file);
    /// Stops reading it; it stays in the collection unread.
    Q_INVOKABLE void skip(const app::FileValue &file);
    /// Leaves out what a collection has still to read, until readLeftOut(); an invalid one: all of them.
    Q_INVOKABLE void cancel(app::CollectionId id);
    /// Reads what the user left out of a collection.
    Q_INVOKABLE void readLeftOut(app::CollectionId id);
    /// Opens an encrypted file until the program ends.
    Q_INVOKABLE void givePassword(const app::FileValue &file, const QString &password);

Q_SIGNALS:
    void phaseChanged();
    void countsChanged();
    void readingChanged();
    void embedderChanged();
    /// Invalid: of a conversation's own collection.
    void sourcesChanged(app::CollectionId id);
    /// By path.
    void filesLoaded(app::CollectionId id, const QList<app::FileValue> &files);
    /// In the order in which they were asked for.
    void placesLoaded(const QList<app::PlaceStatus> &places);
    /// These are in another state now, in any collection.
    void filesChanged(const QList<app::FileValue> &files);
    /// The collection has other files than before.
    void listChanged(app::CollectionId id);

private:
    void begin();
    void findEmbedder();
    void giveOrders();
    void take();
    void accept(const CrewNews &news);
    void refresh();
    void show(const std::vector<storage::CollectionTotals> &totals);
    [[nodiscard]] FileValue valueOf(const storage::FileStatus &status) const;
    [[nodiscard]] CollectionId idOf(const std::string &uuid) const;

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
