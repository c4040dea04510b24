// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <memory>

namespace storage {
struct Model;
}

namespace app {

class StoreThread;
struct ModelCard;

/// Which file gave an answer: SHA-256 of model files, computed once per state of a file on a worker thread that runs
/// only when nothing else wants the processor, and kept in the database with the file's size and time. GUI thread.
class ModelProvenance : public QObject {
    Q_OBJECT
public:
    explicit ModelProvenance(StoreThread &store, QObject *parent = nullptr);
    /// Ends a running computation within milliseconds.
    ~ModelProvenance() override;

    /// Looks the file up and computes what is missing; known() follows, unless the file cannot be read or is another
    /// one by now. Also notes that the model is used now. A file that is being worked on is ignored.
    void ensure(const ModelCard &card);
    /// Names the files of answers whose program ended before their hash was known, where these files are unchanged.
    void completeRecords();
    /// Hex, or empty while not known.
    [[nodiscard]] QString sha256(const ModelCard &card) const;
    /// Something is looked up or computed.
    [[nodiscard]] bool isComputing() const;

Q_SIGNALS:
    void known(const QString &path, const QString &sha256);
    /// Nothing is computed any more.
    void idle();

private:
    struct State;
    void compute(const storage::Model &row);
    void finish(const storage::Model &row);
    std::unique_ptr<State> m_state;
};

} // namespace app
