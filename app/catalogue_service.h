// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/catalogue/catalogue.h"
#include "app/catalogue/recommendation.h"
#include "app/failure.h"
#include "app/hub_lookup.h"
#include "app/model_fit.h"

#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace app {

class DeviceService;
class HubPort;
class Settings;

/// Where things are; tests have others.
struct CatalogueOptions {
    QString folder;  ///< keeps a newer catalogue; empty: the built-in one alone
    QString address; ///< of catalogue.json, its signature beside it as .sig; empty: there are no updates
    QByteArray key;  ///< who may sign; empty: the built-in one
};

/// The models that can be downloaded: those of the catalogue, and any of the hub that somebody names. Asks the network
/// on request alone. GUI thread; every call returns at once. Collaborators are borrowed and outlive the service.
class CatalogueService : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool updating READ isUpdating NOTIFY updatingChanged FINAL)
public:
    struct Collaborators {
        DeviceService &devices;
        Settings &settings;
        HubPort *port = nullptr; ///< null: nothing can be asked
    };
    CatalogueService(const Collaborators &with, CatalogueOptions options, QObject *parent = nullptr);
    ~CatalogueService() override;

    /// Reads the built-in catalogue or a newer one of the folder; changed() follows. Later calls are without effect.
    void load();

    [[nodiscard]] const catalogue::Catalogue &catalogue() const;
    [[nodiscard]] const QList<catalogue::CatalogueEntry> &entries() const;
    [[nodiscard]] const catalogue::CatalogueEntry *find(const QString &id) const;
    /// For the chosen device and the context of the settings. Follows both (changed()).
    [[nodiscard]] const catalogue::Recommendation &recommendation() const;
    /// Whether a file of an entry would fit the chosen device, by the shape that the catalogue states.
    [[nodiscard]] ModelFit fitOf(const catalogue::CatalogueEntry &entry, qsizetype file) const;

    /// Why an entry's licences do not go with what the settings say models are used for; empty: they do.
    [[nodiscard]] QString useWarningOf(const catalogue::CatalogueEntry &entry) const;

    /// What the catalogue alone knows of a file; nothing for an unknown one. prepare() also asks its source.
    [[nodiscard]] std::optional<ModelRequest> requestFor(const QString &id, qsizetype file) const;

    /// Asks the hub about what somebody pasted; lookedUp() or lookUpFailed() follows with the same text. A file
    /// elsewhere is answered without asking anybody. A new call gives up the one before.
    Q_INVOKABLE void lookUp(const QString &text);
    /// Before a download from the catalogue: the size and hash that the source has now, and the licence's text;
    /// prepared() or prepareFailed() follows. A file that changed at its source since the catalogue was made is a
    /// failure
    /// ("app.source_changed"): it is never taken for the one that was meant.
    Q_INVOKABLE void prepare(const QString &id, qsizetype file);
    /// Reads the header of a file from its first bytes: what it is and what it would take; headerRead() or
    /// headerFailed() follows with the same address.
    void readHeader(const QString &url, quint64 fileBytes);

    /// Fetches a newer catalogue, from its usual address or another one, its signature beside it as .sig; updated() or
    /// updateFailed() follows. Whoever serves it, it replaces the present one only when it is
    /// signed by the key and its serial is greater.
    Q_INVOKABLE void update(const QString &from = {});
    [[nodiscard]] bool isUpdating() const;

Q_SIGNALS:
    /// Entries, what fits, or what models are used for.
    void changed();
    void lookedUp(const QString &text, const app::HubListing &listing);
    /// Of an address elsewhere: all that can be said of it.
    void lookedUpElsewhere(const QString &text, const app::ModelRequest &request);
    void lookUpFailed(const QString &text, const app::Failure &failure);
    void prepared(const QString &id, qsizetype file, const QList<app::ModelRequest> &requests,
                  const app::HubListing &listing);
    void prepareFailed(const QString &id, qsizetype file, const app::Failure &failure);
    void headerRead(const QString &url, const inference::ModelHeader &header);
    void headerFailed(const QString &url, const app::Failure &failure);
    void updatingChanged();
    /// There is a new catalogue, or the present one is the newest.
    void updated(bool anew);
    void updateFailed(const app::Failure &failure);

private:
    void recommendAnew();
    void takeUpdate(const QByteArray &json, const QByteArray &signature);
    void endUpdate(const Failure &failure);
    void fetchHeader(const QString &url, quint64 fileBytes, quint64 length);

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
