// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/assistant_service.h"

#include "app/library_rows.h"
#include "app/store_convert.h"
#include "app/store_thread.h"

#include <QFileInfo>
#include <QJsonDocument>

#include <algorithm>
#include <optional>

namespace app {

namespace {

/// What undoRemove() brings back.
struct RemovedAssistant {
    storage::Assistant row;
    std::vector<storage::ConversationId> conversations;
};

/// A picture is "tint NUMBER LETTER"; anything else, as a later version may write it, is the first colour.
void readPicture(const std::string &picture, AssistantValue &value)
{
    const QStringList words = QString::fromStdString(picture).split(QLatin1Char(' '));
    if (words.size() < 2 || words.constFirst() != QLatin1StringView("tint"))
        return;
    value.tint = std::max(0, words.at(1).toInt());
    value.letter = words.value(2);
}

std::string pictureOf(const AssistantValue &value)
{
    const QString letter = value.letter.trimmed();
    return QStringLiteral("tint %1%2")
        .arg(value.tint)
        .arg(letter.isEmpty() ? QString() : QLatin1Char(' ') + letter)
        .toStdString();
}

storage::Result<AssistantValue> valueOf(Stores &stores, const storage::Assistant &row)
{
    AssistantValue value{
        .id = fromStore(row.id),
        .name = QString::fromStdString(row.name),
        .instructions = QString::fromStdString(row.instructions),
        .isDefault = row.isDefault,
        .sampling = overridesFromJson(QJsonDocument::fromJson(QByteArray::fromStdString(row.samplingJson)).object())};
    readPicture(row.picture, value);
    if (row.model.valid()) {
        if (const auto model = stores.models.get(row.model)) {
            value.modelPath = QString::fromStdString(model->path);
            value.modelId = idOf(*model);
        }
    }
    for (const storage::AdapterUse &adapter : row.adapters) {
        value.adapters.append({.name = QString::fromStdString(adapter.name),
                               .path = QString::fromStdString(adapter.path),
                               .scale = adapter.scale,
                               .enabled = adapter.enabled});
    }
    for (const storage::CollectionId id : row.collections) {
        const auto collection = stores.collections.get(id);
        if (!collection)
            return std::unexpected(collection.error());
        value.collections.append(QString::fromStdString(collection->uuid));
    }
    return value;
}

/// The row of the model at this path; where nothing is known of the file yet, one that says where it is.
storage::Result<storage::ModelId> modelAt(Stores &stores, const QString &path)
{
    const auto known = stores.models.findByPath(path.toStdString());
    if (known)
        return known->id;
    if (known.error().code != storage::ErrorCode::NotFound)
        return std::unexpected(known.error());
    const QFileInfo file(path);
    const auto made = stores.models.put(
        {.path = path.toStdString(), .name = file.completeBaseName().toStdString(), .sizeBytes = file.size()});
    return made ? storage::Result<storage::ModelId>(made->id) : std::unexpected(made.error());
}

storage::Result<void> write(Stores &stores, const AssistantValue &value, storage::Assistant &row)
{
    row.name = value.name.trimmed().toStdString();
    row.picture = pictureOf(value);
    row.instructions = value.instructions.toStdString();
    row.samplingJson = QJsonDocument(toJson(value.sampling)).toJson(QJsonDocument::Compact).toStdString();
    row.model = {};
    QString path = value.modelPath;
    if (path.isEmpty() && !value.modelId.isEmpty()) {
        const auto models = stores.models.list();
        if (!models)
            return std::unexpected(models.error());
        const auto used =
            std::ranges::find_if(*models, [&](const storage::Model &model) { return idOf(model) == value.modelId; });
        if (used != models->end())
            path = QString::fromStdString(used->path);
    }
    if (!path.isEmpty()) {
        const auto model = modelAt(stores, path);
        if (!model)
            return std::unexpected(model.error());
        row.model = *model;
    }
    row.adapters.clear();
    for (const AssistantAdapter &adapter : value.adapters) {
        row.adapters.push_back({.name = adapter.name.toStdString(),
                                .scale = std::clamp(adapter.scale, -2.0, 2.0),
                                .path = adapter.path.toStdString(),
                                .enabled = adapter.enabled});
    }
    row.collections.clear();
    for (const QString &uuid : value.collections) {
        if (const auto collection = stores.collections.withUuid(uuid.toStdString()))
            row.collections.push_back(collection->id);
        else if (collection.error().code != storage::ErrorCode::NotFound)
            return std::unexpected(collection.error());
    }
    return {};
}

/// Adds a row behind all others.
storage::Result<AssistantId> append(Stores &stores, storage::Assistant row)
{
    const auto rows = stores.assistants.list();
    if (!rows)
        return std::unexpected(rows.error());
    for (const storage::Assistant &other : *rows)
        row.position = std::max(row.position, other.position + 1);
    const auto made = stores.assistants.create(row);
    return made ? storage::Result<AssistantId>(fromStore(made->id)) : std::unexpected(made.error());
}

} // namespace

QList<AdapterChoice> AssistantValue::activeAdapters() const
{
    QList<AdapterChoice> active;
    for (const AssistantAdapter &adapter : adapters) {
        if (adapter.enabled && !adapter.path.isEmpty())
            active.append({.path = adapter.path, .scale = static_cast<float>(adapter.scale)});
    }
    return active;
}

struct AssistantService::State {
    explicit State(StoreThread &thread)
        : store(thread)
    {
    }

    StoreThread &store;
    QList<AssistantValue> assistants;
    std::optional<RemovedAssistant> removed;
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

AssistantValue AssistantService::assistant(AssistantId id) const
{
    const AssistantValue *found = find(id);
    if (found == nullptr)
        found = find(defaultId());
    return found != nullptr ? *found : AssistantValue();
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
                auto value = valueOf(stores, row);
                if (!value)
                    return std::unexpected(value.error());
                values.append(std::move(*value));
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
            if (auto written = write(stores, assistant, *row); !written)
                return written;
            return stores.assistants.update(*row);
        })
        .then(this, [this](const storage::Result<void> &saved) {
            if (!saved)
                Q_EMIT failed(failureFrom(saved.error()));
            load();
        });
}

void AssistantService::create(const AssistantValue &assistant)
{
    expectThread(this);
    AssistantValue value = assistant;
    if (value.name.trimmed().isEmpty())
        value.name = tr("New assistant");
    m_state->store
        .run([value](Stores &stores) -> storage::Result<AssistantId> {
            storage::Assistant row;
            if (const auto written = write(stores, value, row); !written)
                return std::unexpected(written.error());
            return append(stores, std::move(row));
        })
        .then(this, [this](const storage::Result<AssistantId> &made) {
            if (!made) {
                Q_EMIT failed(failureFrom(made.error()));
                return;
            }
            load();
            Q_EMIT created(*made);
        });
}

void AssistantService::duplicate(AssistantId id)
{
    const AssistantValue *original = find(id);
    if (original == nullptr)
        return;
    AssistantValue copy = *original;
    copy.name = tr("%1, a copy").arg(original->name);
    create(copy);
}

void AssistantService::remove(AssistantId id)
{
    expectThread(this);
    m_state->store
        .run([id](Stores &stores) -> storage::Result<RemovedAssistant> {
            auto row = stores.assistants.get(toStore(id));
            if (!row)
                return std::unexpected(row.error());
            auto conversations = stores.assistants.remove(toStore(id));
            if (!conversations)
                return std::unexpected(conversations.error());
            return RemovedAssistant{std::move(*row), std::move(*conversations)};
        })
        .then(this, [this](const storage::Result<RemovedAssistant> &removed_) {
            if (!removed_) {
                Q_EMIT failed(failureFrom(removed_.error()));
                return;
            }
            m_state->removed = *removed_;
            load();
            Q_EMIT removed(QString::fromStdString(removed_->row.name));
        });
}

void AssistantService::undoRemove()
{
    expectThread(this);
    if (!m_state->removed)
        return;
    RemovedAssistant back = std::move(*m_state->removed);
    m_state->removed.reset();
    m_state->store
        .run([removed = std::move(back)](Stores &stores) -> storage::Result<AssistantId> {
            const auto made = stores.assistants.create(removed.row);
            if (!made)
                return std::unexpected(made.error());
            for (const storage::ConversationId conversation : removed.conversations) {
                const auto given = stores.conversations.setAssistant(conversation, made->id);
                // One that was erased meanwhile needs none.
                if (!given && given.error().code != storage::ErrorCode::NotFound)
                    return std::unexpected(given.error());
            }
            return fromStore(made->id);
        })
        .then(this, [this](const storage::Result<AssistantId> &made) {
            if (!made) {
                Q_EMIT failed(failureFrom(made.error()));
                return;
            }
            load();
            Q_EMIT created(*made);
        });
}

} // namespace app
