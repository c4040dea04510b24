// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"
#include "app/sampling_settings.h"
#include "app/types.h"

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>

namespace app {

class StoreThread;

/// What the user talks to: instructions, a model with adapters, sampling settings, collections.
struct AssistantValue {
    Q_GADGET
    Q_PROPERTY(app::AssistantId id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(int tint MEMBER tint)
    Q_PROPERTY(QString letter MEMBER letter)
    Q_PROPERTY(QString instructions MEMBER instructions)
    Q_PROPERTY(QString modelId MEMBER modelId)
    Q_PROPERTY(QString modelPath MEMBER modelPath)
    Q_PROPERTY(QList<app::AssistantAdapter> adapters MEMBER adapters)
    Q_PROPERTY(QStringList collections MEMBER collections)
    Q_PROPERTY(bool isDefault MEMBER isDefault)
public:
    AssistantId id;
    QString name;
    int tint = 0;                     ///< number of the picture's colour
    QString letter;                   ///< in the picture; empty: the name's first
    QString instructions;             ///< the system prompt, empty = none
    QString modelId;                  ///< empty: whichever model is chosen
    QString modelPath;                ///< of that model's file
    QList<AssistantAdapter> adapters; ///< put on that model
    QStringList collections;          ///< uuids; a new chat with the assistant is about these
    bool isDefault = false;
    SamplingOverrides sampling; ///< what differs from the model file's recommendation
    bool operator==(const AssistantValue &) const = default;

    /// The adapters that are switched on.
    [[nodiscard]] QList<AdapterChoice> activeAdapters() const;
};

/// The assistants of the data folder; there is always a default one. GUI thread; read once at start, then kept.
class AssistantService : public QObject {
    Q_OBJECT
    Q_PROPERTY(QList<app::AssistantValue> assistants READ assistants NOTIFY assistantsChanged FINAL)
    Q_PROPERTY(app::AssistantId defaultId READ defaultId NOTIFY assistantsChanged FINAL)
public:
    explicit AssistantService(StoreThread &store, QObject *parent = nullptr);
    ~AssistantService() override;

    [[nodiscard]] const QList<AssistantValue> &assistants() const; ///< by position, then name
    [[nodiscard]] AssistantId defaultId() const;                   ///< invalid until loaded() was signalled
    [[nodiscard]] const AssistantValue *find(AssistantId id) const;
    /// The same as a value; the default one where there is none of that id.
    Q_INVOKABLE [[nodiscard]] app::AssistantValue assistant(app::AssistantId id) const;

    /// Reads them from the store; assistantsChanged() follows.
    void load();
    /// Stores everything but `isDefault` of an existing assistant; assistantsChanged() follows. Collections that are
    /// not there any more are left out.
    void save(const AssistantValue &assistant);
    /// Adds one behind the others; created() follows. An empty name gets words of its own.
    Q_INVOKABLE void create(const app::AssistantValue &assistant);
    /// Adds a copy of one; created() follows.
    Q_INVOKABLE void duplicate(app::AssistantId id);
    /// Takes one away; its conversations go on with the default one, which itself cannot be removed. removed() follows.
    Q_INVOKABLE void remove(app::AssistantId id);
    /// Brings back what was removed last, for its conversations too; created() follows.
    Q_INVOKABLE void undoRemove();

Q_SIGNALS:
    void assistantsChanged();
    void created(app::AssistantId id);
    void removed(const QString &name);
    void failed(const app::Failure &failure);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
