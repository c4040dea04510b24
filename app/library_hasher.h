// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_card.h"

#include <QObject>
#include <QString>

#include <memory>

namespace app {

/// Computes SHA-256 of one model's files at a time, on a thread that runs only when nothing else wants the processor.
/// It can stand still in the middle of a file and go on from there. GUI thread.
class LibraryHasher : public QObject {
    Q_OBJECT
public:
    explicit LibraryHasher(QObject *parent = nullptr);
    /// Ends a running computation within milliseconds.
    ~LibraryHasher() override;

    /// One at a time: ignored while isBusy().
    void start(const QString &path);
    [[nodiscard]] bool isBusy() const;
    void setPaused(bool paused);

Q_SIGNALS:
    /// `state` is the file's before and after; `sha256` is empty where it cannot be read or changed meanwhile.
    void hashed(const QString &path, const app::FileState &state, const QString &sha256);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
