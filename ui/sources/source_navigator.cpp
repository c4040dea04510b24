// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sources/source_navigator.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace ui {

QList<app::CitationValue> inReadingOrder(QList<app::CitationValue> citations)
{
    std::ranges::stable_partition(citations, &app::CitationValue::used);
    return citations;
}

void SourceNavigator::setChat(app::ChatService *chat)
{
    if (chat == m_chat)
        return;
    if (m_chat)
        m_chat->disconnect(this);
    m_chat = chat;
    if (chat != nullptr) {
        connect(chat, &app::ChatService::messageChanged, this, &SourceNavigator::onMessageChanged);
        connect(chat, &app::ChatService::transcriptReset, this, &SourceNavigator::onTranscriptReset);
    }
    Q_EMIT chatChanged();
}

void SourceNavigator::setSources(app::SourceService *sources)
{
    if (sources == m_sources)
        return;
    if (m_sources)
        m_sources->disconnect(this);
    m_sources = sources;
    if (sources != nullptr) {
        connect(sources, &app::SourceService::openChanged, this, &SourceNavigator::shownChanged);
        connect(sources, &app::SourceService::viewChanged, this, &SourceNavigator::shownChanged);
    }
    Q_EMIT sourcesChanged();
    Q_EMIT shownChanged();
}

app::MessageId SourceNavigator::answer() const
{
    return m_sources && m_sources->isOpen() ? m_sources->message() : app::MessageId();
}

int SourceNavigator::number() const
{
    return m_sources && m_sources->isOpen() ? m_sources->citation().ordinal : 0;
}

const app::MessageValue *SourceNavigator::find(app::MessageId id) const
{
    if (!m_chat)
        return nullptr;
    const auto &transcript = m_chat->transcript();
    const auto found = std::ranges::find(transcript, id, &app::MessageValue::id);
    return found == transcript.end() ? nullptr : &*found;
}

bool SourceNavigator::show(const app::MessageValue &answer, int number)
{
    if (!m_sources || !std::ranges::contains(answer.citations, number, &app::CitationValue::ordinal))
        return false;
    m_shown = answer.citations;
    m_sources->show(answer.id, inReadingOrder(answer.citations), number);
    return true;
}

void SourceNavigator::open(app::MessageId answer, int number)
{
    const app::MessageValue *message = find(answer);
    if (message != nullptr && show(*message, number))
        Q_EMIT taken();
}

void SourceNavigator::step(int by)
{
    if (!m_sources || !m_chat)
        return;
    if (m_sources->isOpen() && m_sources->message().isValid()) {
        by < 0 ? m_sources->previous() : m_sources->next();
        return;
    }
    for (const app::MessageValue &message : m_chat->transcript() | std::views::reverse) {
        if (!message.citations.isEmpty()) {
            show(message, inReadingOrder(message.citations).constFirst().ordinal);
            return;
        }
    }
}

QString SourceNavigator::place(app::MessageId answer, int number) const
{
    const app::MessageValue *message = find(answer);
    if (message == nullptr)
        return {};
    const auto citation = std::ranges::find(message->citations, number, &app::CitationValue::ordinal);
    return citation == message->citations.end() ? QString() : citation->place();
}

void SourceNavigator::onMessageChanged(const app::MessageValue &message)
{
    // Which sources an answer refers to is known some time after it has ended.
    if (message.id == answer() && message.citations != m_shown && !show(message, number()))
        m_sources->close();
}

void SourceNavigator::onTranscriptReset()
{
    // What belongs to no answer is a summary's.
    if (m_sources && m_sources->isOpen() && m_sources->message().isValid() && find(m_sources->message()) == nullptr)
        m_sources->close();
}

} // namespace ui
