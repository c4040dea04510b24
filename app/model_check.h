// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether a model's whole file is what it should be.
#pragma once

#include "app/failure.h"
#include "app/model_card.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>

namespace app {

class ModelLibrary;

/// What a check has found.
struct CheckedModel {
    CheckResult result = CheckResult::None; ///< None: it was stopped, or the file could not be read
    QString sha256;                         ///< empty where it was not computed
    QString detail;                         ///< technical English, for the record
    Failure failure;                        ///< of results other than Sound, with what to do
};

/// Reads the file twice: its SHA-256 against what its source promises, else what it was when it was first hashed; its
/// tensors' bounds and numbers. `goOn(done, total)` is asked after every few megabytes. Blocking.
CheckedModel checkModelFile(const ModelCard &card, const std::function<bool(quint64 done, quint64 total)> &goOn);

/// Checks one model after the other on a worker thread and tells the library what came of it. GUI thread.
class ModelCheck : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString checkingId READ checkingId NOTIFY progressed FINAL)
    Q_PROPERTY(double progress READ progress NOTIFY progressed FINAL)
public:
    explicit ModelCheck(ModelLibrary &library, QObject *parent = nullptr);
    /// Ends a running check within milliseconds.
    ~ModelCheck() override;

    /// finished() follows, with None and no failure when it is cancelled. One that is checked or waits already is not
    /// checked twice.
    Q_INVOKABLE void check(const QString &id);
    /// At the model's first load: checks it when nothing else is done, unless it was checked before.
    void checkOnce(const QString &id);
    /// Ends the running check; the others go on.
    Q_INVOKABLE void cancel();
    /// An answer is being written: a check that nobody waits for stands still meanwhile.
    void setBusy(bool busy);

    [[nodiscard]] QString checkingId() const; ///< empty: none
    [[nodiscard]] double progress() const;    ///< of the one that runs, 0 to 1

Q_SIGNALS:
    void progressed();
    void finished(const QString &id, app::CheckResult result, const app::Failure &failure);

private:
    void next();

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
