// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/scripted_inference.h"
#include "inference/error.h"

#include <QObject>
#include <QTimer>

#include <functional>

namespace ui {

/// What a question gets.
struct OfflineAnswer {
    QString thinking;
    QString answer;
    std::optional<inference::Error> error; ///< set: the answer fails after its text
};

/// Plays answers on a scripted port as an engine would: reads the prompt, then writes some words a tick. GUI thread.
class OfflinePlayer : public QObject {
    Q_OBJECT
public:
    /// Gives the answer to the newest question of a prompt.
    using Author = std::function<OfflineAnswer(const QString &question)>;

    /// `port` is borrowed and outlives the player.
    OfflinePlayer(app::ScriptedInference &port, Author author, QObject *parent = nullptr);

    /// One tick every `interval` milliseconds writes `characters` characters, at least to the end of a word.
    void setPace(int interval, qsizetype characters);
    /// The running answer stands still after this many characters until resume(); negative: never.
    void holdAfter(qsizetype characters) { m_holdAfter = characters; }
    [[nodiscard]] bool isHeld() const { return m_held; }
    void resume();

Q_SIGNALS:
    /// The answer stands still where holdAfter() said.
    void held();

private:
    void begin();
    void tick();
    bool writeSome(const QString &text, qsizetype &at, bool thinking);

    app::ScriptedInference &m_port;
    Author m_author;
    QTimer m_timer;
    OfflineAnswer m_answer;
    app::GenerationId m_generation{};
    qsizetype m_characters = 12;
    qsizetype m_holdAfter = -1;
    qsizetype m_thoughtTo = 0;
    qsizetype m_writtenTo = 0;
    bool m_held = false;
};

} // namespace ui
