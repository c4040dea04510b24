// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/assistant_service.h"

#include "app/library_rows.h"
#include "app/store_convert.h"
#include "app/store_thread.h"

#include <QJsonDocument>

#include <algorithm>

namespace app {

struct AssistantService::State {
    explicit State(StoreThread &thread)
        : store(thread)
    {
    }

    StoreThread &store;
    QList<AssistantValue> assistants;
};

AssistantService::AssistantService(StoreThread &store, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(store))
{
}

AssistantService::~AssistantService() = default;

const QList<AssistantValue> &AssistantService::assistants() const
{
    return m_state->assistants;
}

AssistantId AssistantService::defaultId() const
{
    const auto found = std::ranges::find_if(m_state->assistants, &AssistantValue::isDefault);
    return found == m_state->assistants.end() ? AssistantId{} : found->id;
}

const AssistantValue *AssistantService::find(AssistantId id) const
{
    const auto found = std::ranges::find(m_state->assistants, id, &AssistantValue::id);
    return found == m_state->assistants.end() ? nullptr : &*found;
}

void AssistantService::load()
{
    expectThread(this);
    m_state->store
        .run([](Stores &stores) -> storage::Result<QList<AssistantValue>> {
            const auto rows = stores.assistants.list();
            if (!rows)
                return std::unexpected(rows.error());
            QList<AssistantValue> values;
            for (const storage::Assistant &row : *rows) {
                AssistantValue value{
                    .id = fromStore(row.id),
                    .name = QString::fromStdString(row.name),
                    .instructions = QString::fromStdString(row.instructions),
                    .modelId = {},
                    .isDefault = row.isDefault,
                    .sampling = overridesFromJson(
                        QJsonDocument::fromJson(QByteArray::fromStdString(row.samplingJson)).object())};
                if (row.model.valid()) {
                    if (const auto model = stores.models.get(row.model))
                        value.modelId = idOf(*model);
                }
                values.append(std::move(value));
            }
            return values;
        })
        .then(this, [this](const storage::Result<QList<AssistantValue>> &values) {
            if (!values) {
                Q_EMIT failed(failureFrom(values.error()));
                return;
            }
            m_state->assistants = *values;
            Q_EMIT assistantsChanged();
        });
}

void AssistantService::save(const AssistantValue &assistant)
{
    expectThread(this);
    m_state->store
        .run([assistant](Stores &stores) -> storage::Result<void> {
            auto row = stores.assistants.get(toStore(assistant.id));
            if (!row)
                return std::unexpected(row.error());
            row->name = assistant.name.toStdString();
            row->instructions = assistant.instructions.toStdString();
            row->samplingJson = QJsonDocument(toJson(assistant.sampling)).toJson(QJsonDocument::Compact).toStdString();
            row->model = {};
            if (!assistant.modelId.isEmpty()) {
                const auto models = stores.models.list();
                if (!models)
                    return std::unexpected(models.error());
                const auto used = std::ranges::find_if(
                    *models, [&](const storage::Model &model) { return idOf(model) == assistant.modelId; });
                if (used != models->end())
                    row->model = used->id;
            }
            return stores.assistants.update(*row);
        })
        .then(this, [this](const storage::Result<void> &saved) {
            if (!saved)
                Q_EMIT failed(failureFrom(saved.error()));
            load();
        });
}

} // namespace app
