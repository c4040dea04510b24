// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/offline_player.h"

namespace ui {

OfflinePlayer::OfflinePlayer(app::ScriptedInference &port, Author author, QObject *parent)
    : QObject(parent)
    , m_port(port)
    , m_author(std::move(author))
{
    m_timer.setInterval(16);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &OfflinePlayer::tick);
    connect(&port, &app::ScriptedInference::started, this, &OfflinePlayer::begin);
}

void OfflinePlayer::setPace(int interval, qsizetype characters)
{
    m_timer.setInterval(interval);
    m_characters = characters;
}

void OfflinePlayer::resume()
{
    m_holdAfter = -1;
    m_held = false;
    if (m_port.running() != nullptr)
        m_timer.start();
}

void OfflinePlayer::begin()
{
    const app::ScriptedInference::Generation *generation = m_port.running();
    m_generation = generation->id;
    const auto &messages = generation->request.messages;
    m_answer = m_author(messages.empty() ? QString() : QString::fromStdString(messages.back().content));
    m_thoughtTo = 0;
    m_writtenTo = 0;
    m_held = false;
    m_timer.start();
}

void OfflinePlayer::tick()
{
    const app::ScriptedInference::Generation *generation = m_port.running();
    if (generation == nullptr || generation->id != m_generation) {
        m_timer.stop(); // stopped by the user
        return;
    }
    if (writeSome(m_answer.thinking, m_thoughtTo, true) || writeSome(m_answer.answer, m_writtenTo, false)) {
        if (m_holdAfter >= 0 && m_writtenTo >= m_holdAfter) {
            m_timer.stop();
            m_held = true;
            Q_EMIT held();
        }
        return;
    }
    m_timer.stop();
    if (m_answer.error)
        m_port.fail(*m_answer.error);
    else
        m_port.finish();
}

bool OfflinePlayer::writeSome(const QString &text, qsizetype &at, bool thinking)
{
    if (at >= text.size())
        return false;
    qsizetype end = std::min(text.size(), at + m_characters);
    while (end < text.size() && !text[end - 1].isSpace())
        ++end;
    const QString piece = text.sliced(at, end - at);
    at = end;
    const auto tokens = std::max<qint32>(1, static_cast<qint32>(piece.size() / 4));
    m_port.write(thinking ? QString() : piece, thinking ? piece : QString(), tokens);
    return true;
}

} // namespace ui
