// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"
#include "app/library_scan.h"
#include "app/model_card.h"

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

namespace storage {
struct Model;
}

namespace app {

class Settings;
class StoreThread;
struct GenerationOutcome;
struct ModelStatus;

/// What differs between the programs and the tests.
struct LibraryOptions {
    QStringList starterFolders;                                                       ///< see modelFolders()
    std::function<storage::Model(const QString &path, ModelOrigin origin)> read = {}; ///< empty: readRow()
    bool hashes = true;               ///< startBackground() computes hashes, too
    std::function<qint64()> now = {}; ///< empty: the system's clock
};

/// The models and adapters on this computer, kept in carrel.db: there at once at the next start, then compared with the
/// files. Files stay where they are; none is copied, moved or removed but by a call that says so. A file that is gone
/// stays on the list as missing, one that changed says so, and one that was moved is found again.
///
/// GUI thread; every call returns at once, files are read on worker threads. Borrows what it is given, which outlives
/// it. Without a store, or when that cannot be written, the list holds until the program ends.
class ModelLibrary : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool scanning READ isScanning NOTIFY scanningChanged FINAL)
    Q_PROPERTY(QStringList folders READ folders NOTIFY foldersChanged FINAL)
    Q_PROPERTY(QList<app::AdapterCard> adapters READ adapters NOTIFY adaptersChanged FINAL)
public:
    ModelLibrary(StoreThread *store, Settings &settings, LibraryOptions options, QObject *parent = nullptr);
    /// Ends what runs within milliseconds.
    ~ModelLibrary() override;

    /// All but adapters: usable ones first, then by name. `fit` is ModelService's to fill.
    [[nodiscard]] const QList<ModelCard> &models() const;
    [[nodiscard]] const QList<AdapterCard> &adapters() const; ///< by name
    [[nodiscard]] const ModelCard *find(const QString &id) const;
    /// The licence's text as it was shown before a model was downloaded; empty: it was not fetched.
    [[nodiscard]] QByteArray licenceText(const QString &id) const;
    /// Whose models are on the list by themselves, with the folders below them.
    [[nodiscard]] const QStringList &folders() const;
    /// Files are being looked at, or the database is still to be read.
    [[nodiscard]] bool isScanning() const;
    /// Adapters are being compared with models; adaptersChanged() says when it is done.
    [[nodiscard]] bool isComparing() const;
    /// What a path given to addOnce() is called in the list: of a model of several files the first.
    [[nodiscard]] QString firstFileOf(const QString &path) const;

    /// Reads the list from the database, shows it, and compares it with the files. The settings' added models, where
    /// earlier versions kept them, come along. To be called once.
    void load();
    /// Compares the list with the files again; the first call is load().
    Q_INVOKABLE void refresh();
    /// From now on hears of changes in the folders of the list, and computes missing hashes while nothing else is done.
    /// For programs that stay.
    void startBackground();
    /// An answer is being written: hashing stands still meanwhile.
    void setBusy(bool busy);

    /// Puts files on the list where they lie; added() or failed() follows for each. Models that chat, embed or rerank,
    /// and adapters.
    Q_INVOKABLE void add(const QStringList &paths);
    /// The same with what is known of where the file is from.
    void addFrom(const AskedFile &file);
    /// Shows a file in this run alone; without effect where there is none. isScanning() until it is there.
    void addOnce(const QString &path);
    /// Takes an added file off the list; the file is never touched. removed() follows.
    Q_INVOKABLE void forget(const QString &id);
    /// Moves an added model's files to the desktop's trash and takes it off the list; removed() or failed() follows.
    Q_INVOKABLE void moveToTrash(const QString &id);
    /// Undoes forget() and moveToTrash(); added() or failed() follows.
    Q_INVOKABLE void restore(const QString &id);
    /// Says where a missing model's file is now; added() or failed() follows. Takes a while where only the hash tells.
    Q_INVOKABLE void findAgain(const QString &id, const QString &path);
    /// The file that is there now is the one that is meant; the card says no more that it changed.
    Q_INVOKABLE void acceptChange(const QString &id);

    Q_INVOKABLE void addFolder(const QString &path);
    /// Models of it that nobody added by themselves go off the list.
    Q_INVOKABLE void removeFolder(const QString &path);

    /// What came of a load, of an answer, or of checking a whole file: shown and kept.
    void noteMemory(const QString &id, const MeasuredMemory &memory);
    void noteAnswer(const QString &id, const GenerationOutcome &outcome);
    void noteHash(const QString &path, const QString &sha256);
    struct Checked {
        CheckResult result = CheckResult::None;
        QString detail; ///< technical English
        QString sha256; ///< empty: not computed
    };
    void noteCheck(const QString &id, const Checked &checked);

Q_SIGNALS:
    void modelsChanged();
    void adaptersChanged();
    void scanningChanged();
    void foldersChanged();
    void added(const QString &id);
    /// restore() brings it back.
    void removed(const QString &id);
    void failed(const app::Failure &failure);

private:
    void ask(QList<AskedFile> files);
    void scan();
    void takeFindings(LibraryFindings findings);
    void answerAsked(const QList<LibraryFindings::Asked> &asked);
    void keep(std::vector<storage::Model> rows, const QStringList &fromSettings = {});
    /// Many rows may change one after the other without anybody waiting for it.
    enum class Show { Now, Soon };
    void change(storage::Model row, Show show = Show::Now);
    void publish();
    void publishSoon();
    void learnHash(const QString &path, const QString &sha256, Show show);
    void hashNext();
    void takeHash(const QString &path, const FileState &state, const QString &sha256);
    void followByHash(const storage::Model &found);
    void lookForFits();
    void keepFolders();

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
