// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/services/model_lookup.h"

#include "ui/services/model_name.h"

namespace ui {

void ModelLookup::setService(app::ModelService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    if (service != nullptr)
        connect(service, &app::ModelService::modelsChanged, this, &ModelLookup::take);
    Q_EMIT changed();
    take();
}

void ModelLookup::setWanted(const QString &idOrPath)
{
    if (idOrPath == m_wanted)
        return;
    m_wanted = idOrPath;
    Q_EMIT changed();
    take();
}

void ModelLookup::take()
{
    const app::ModelCard *found = m_service && !m_wanted.isEmpty() ? m_service->find(m_wanted) : nullptr;
    app::ModelCard card = found != nullptr ? *found : app::ModelCard();
    if (found != nullptr)
        card.name = modelName(card);
    if (card == m_card)
        return;
    m_card = std::move(card);
    Q_EMIT changed();
}

} // namespace ui
