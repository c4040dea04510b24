// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"
#include "app/sampling_settings.h"
#include "app/types.h"

#include <QList>
#include <QObject>
#include <QString>

#include <memory>

namespace app {

class StoreThread;

/// What the user talks to: instructions, a model and sampling settings.
struct AssistantValue {
    Q_GADGET
    Q_PROPERTY(app::AssistantId id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString instructions MEMBER instructions)
    Q_PROPERTY(QString modelId MEMBER modelId)
    Q_PROPERTY(bool isDefault MEMBER isDefault)
public:
    AssistantId id;
    QString name;
    QString instructions; ///< the system prompt, empty = none
    QString modelId;      ///< empty: whichever model is chosen
    bool isDefault = false;
    SamplingOverrides sampling; ///< what differs from the model file's recommendation
    bool operator==(const AssistantValue &) const = default;
};

/// The assistants of the data folder; there is always a default one. GUI thread; read once at start, then kept.
class AssistantService : public QObject {
    Q_OBJECT
    Q_PROPERTY(app::AssistantId defaultId READ defaultId NOTIFY assistantsChanged FINAL)
public:
    explicit AssistantService(StoreThread &store, QObject *parent = nullptr);
    ~AssistantService() override;

    [[nodiscard]] const QList<AssistantValue> &assistants() const;
    [[nodiscard]] AssistantId defaultId() const; ///< invalid until loaded() was signalled
    [[nodiscard]] const AssistantValue *find(AssistantId id) const;

    /// Reads them from the store; assistantsChanged() follows.
    void load();
    /// Stores name, instructions, model (one that has been loaded before) and sampling of an existing assistant;
    /// assistantsChanged() follows.
    void save(const AssistantValue &assistant);

Q_SIGNALS:
    void assistantsChanged();
    void failed(const app::Failure &failure);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
