// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/catalogue/hub_metadata.h"
#include "app/failure.h"
#include "app/hub_lookup.h"
#include "app/model_card.h"

#include <QList>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

namespace app {

class HubPort;
class ModelLibrary;

/// What was found of a model's file at the place it was downloaded from.
struct ModelUpdate {
    Q_GADGET
    Q_PROPERTY(QString modelId MEMBER modelId)
    Q_PROPERTY(State state MEMBER state)
    Q_PROPERTY(quint64 bytes MEMBER bytes)
    Q_PROPERTY(app::Failure failure MEMBER failure)
public:
    enum class State {
        Same,    ///< the file here is the one there
        Changed, ///< another one is there by now: `requests` fetch it
        Gone,    ///< no file of this name is there
        Unknown, ///< what is said there is not enough to tell, or nobody could be asked: `failure`
    };
    Q_ENUM(State)
    QString modelId;
    State state = State::Unknown;
    quint64 bytes = 0;            ///< of the file there
    Failure failure;              ///< empty unless nobody could be asked
    QList<ModelRequest> requests; ///< under a name of its own: the file here stays as it is
    bool operator==(const ModelUpdate &) const = default;
};

/// Compares a model with the files of its repository. `path`: of its first file there. Pure.
ModelUpdate compareWithSource(const ModelCard &card, const QString &repository, const QString &path,
                              const QList<catalogue::HubFile> &files);

/// Asks, on request alone, whether the files of downloaded models changed at their source. A changed one is offered and
/// never taken by itself; it comes beside the file here, which stays as long as somebody wants it. GUI thread; calls
/// return at once. Collaborators are borrowed and outlive the service.
class ModelUpdates : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool asking READ isAsking NOTIFY changed FINAL)
public:
    /// `port` null: nothing can be asked.
    ModelUpdates(ModelLibrary &library, HubPort *port, QObject *parent = nullptr);
    ~ModelUpdates() override;

    /// Whether a model was downloaded from the hub, so that its source can be asked.
    Q_INVOKABLE bool canAsk(const QString &id) const;
    /// Asks about some models, or about all that can be asked; each repository once. finished() follows. A call while
    /// others are asked about adds to them.
    Q_INVOKABLE void ask(const QStringList &ids = {});
    [[nodiscard]] bool isAsking() const;
    /// What was found in this run; nothing: it was not asked.
    [[nodiscard]] std::optional<ModelUpdate> find(const QString &id) const;
    /// The same for the window: an empty modelId is nothing.
    Q_INVOKABLE app::ModelUpdate of(const QString &id) const { return find(id).value_or(ModelUpdate{}); }
    [[nodiscard]] const QList<ModelUpdate> &updates() const;

Q_SIGNALS:
    void changed();
    void finished();

private:
    void askNext();
    void take(const QString &repository, const std::expected<QList<catalogue::HubFile>, Failure> &files);
    void put(ModelUpdate update);

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app

Q_DECLARE_METATYPE(app::ModelUpdate)
