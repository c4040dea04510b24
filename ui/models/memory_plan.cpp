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
    m_fit = app::fitOn(m_card.needs, {.device = m_devices ? m_devices->chosen() : app::DeviceValue(),
                                      .context = static_cast<quint32>(std::max(m_context, 1)),
                                      .trainedContext = m_card.contextLength,
                                      .measured = m_card.measured});
    Q_EMIT changed();
}

double MemoryPlan::share(quint64 bytes) const
{
    const quint64 whole = std::max(m_fit.freeBytes, m_fit.needBytes);
    return whole > 0 ? double(bytes) / double(whole) : 0;
}

QString MemoryPlan::words() const
{
    if (!isKnown())
        return ModelWords::tr("How much memory is free is not known.");
    const ModelWords words;
    const QString rest = fits() ? ModelWords::tr("%1 stay free").arg(words.size(m_fit.freeBytes - m_fit.needBytes))
                                : ModelWords::tr("%1 too much").arg(words.size(m_fit.needBytes - m_fit.freeBytes));
    const QString parts =
        ModelWords::tr("weights %1 · context %2 · scratch %3 · %4")
            .arg(words.size(m_fit.weightBytes), words.size(m_fit.cacheBytes), words.size(m_fit.scratchBytes), rest);
    return m_fit.measured ? ModelWords::tr("%1 · as measured here").arg(parts) : parts;
}

QString MemoryPlan::largestWords() const
{
    if (!isKnown())
        return {};
    const ModelWords words;
    const quint32 largest = m_fit.largestContext;
    if (largest == 0)
        return ModelWords::tr("Its weights alone are more than is free on %1.").arg(m_fit.device);
    if (largest >= m_card.contextLength)
        return ModelWords::tr("All %1 tokens that it was trained for fit.").arg(words.tokens(largest));
    return ModelWords::tr("Up to %1 tokens fit; it was trained for %2.")
        .arg(words.tokens(largest), words.tokens(m_card.contextLength));
}

} // namespace ui
