// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/memory_plan.h"

#include "ui/models/model_words.h"

#include <algorithm>

namespace ui {

void MemoryPlan::setDevices(app::DeviceService *devices)
{
    if (devices == m_devices)
        return;
    if (m_devices)
        m_devices->disconnect(this);
    m_devices = devices;
    if (devices != nullptr)
        connect(devices, &app::DeviceService::devicesChanged, this, &MemoryPlan::work);
    Q_EMIT devicesChanged();
    work();
}

void MemoryPlan::setCard(const app::ModelCard &card)
{
    if (card == m_card)
        return;
    m_card = card;
    Q_EMIT cardChanged();
    work();
}

void MemoryPlan::setContext(int tokens)
{
    if (tokens == m_context)
        return;
    m_context = tokens;
    work();
}

QList<int> MemoryPlan::lengths() const
{
    QList<int> lengths;
    const int trained = static_cast<int>(m_card.contextLength);
    for (qint64 length = 512; length < trained; length *= 2)
        lengths.append(static_cast<int>(length));
    if (trained > 0)
        lengths.append(trained);
    return lengths;
}

void MemoryPlan::work()
{
    app::ModelCard card = m_card;
    const app::DeviceValue device = m_devices ? m_devices->chosen() : app::DeviceValue();
    // What is needed without any context is weights and scratch.
    app::estimateFit(card, device, 0);
    const quint64 bare = card.memoryBytes;
    app::estimateFit(card, device, static_cast<quint32>(std::max(m_context, 1)));
    m_needed = card.memoryBytes;
    m_weights = std::min(card.fileBytes, bare);
    m_scratch = bare - m_weights;
    m_kv = m_needed - std::min(m_needed, bare);
    m_free = device.freeBytes != 0 ? device.freeBytes : device.memoryBytes;
    m_largest = static_cast<int>(card.fitContext);
    Q_EMIT changed();
}

double MemoryPlan::share(quint64 bytes) const
{
    const quint64 whole = std::max(m_free, m_needed);
    return whole > 0 ? double(bytes) / double(whole) : 0;
}

QString MemoryPlan::words() const
{
    if (!isKnown())
        return ModelWords::tr("How much memory is free is not known.");
    const ModelWords words;
    const QString rest = fits() ? ModelWords::tr("%1 stay free").arg(words.size(m_free - m_needed))
                                : ModelWords::tr("%1 too much").arg(words.size(m_needed - m_free));
    return ModelWords::tr("weights %1 · context %2 · scratch %3 · %4")
        .arg(words.size(m_weights), words.size(m_kv), words.size(m_scratch), rest);
}

QString MemoryPlan::largestWords() const
{
    if (!isKnown())
        return {};
    const ModelWords words;
    const auto largest = static_cast<quint32>(m_largest);
    if (m_largest == 0)
        return ModelWords::tr("Its weights alone are more than is free on %1.")
            .arg(m_devices ? m_devices->chosen().name : QString());
    if (largest >= m_card.contextLength)
        return ModelWords::tr("All %1 tokens that it was trained for fit.").arg(words.tokens(largest));
    return ModelWords::tr("Up to %1 tokens fit; it was trained for %2.")
        .arg(words.tokens(largest), words.tokens(m_card.contextLength));
}

} // namespace ui
