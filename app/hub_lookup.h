// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/catalogue/hub_address.h"
#include "app/catalogue/hub_metadata.h"
#include "app/download_types.h"
#include "app/failure.h"
#include "app/licence/recognise.h"

#include <QByteArray>
#include <QObject>
#include <QString>

#include <memory>
#include <optional>

namespace app {

class HubPort;

/// A repository of the hub as it is before anything of it is downloaded.
struct HubListing {
    QString repository;
    QString revision;   ///< a commit, so that what was looked at is what is fetched; else as it was asked for
    bool gated = false; ///< a token of somebody who was let in is needed
    QList<catalogue::HubFile> files; ///< by size
    qsizetype wanted = -1;           ///< the file that the address names, or its quantization; -1: none in particular
    licence::Finding licence;
    QByteArray licenceText;  ///< empty: none was found
    QString licenceTextFrom; ///< the address it was fetched from
    bool operator==(const HubListing &) const = default;
};

/// A file to download, as far as it is decided by where it comes from.
struct ModelRequest {
    QString title;
    QString url;
    QString fileName;
    quint64 bytes = 0;    ///< 0: not known
    QString sha256;       ///< hex; empty: not known
    QString sha256Source; ///< "catalogue", "hub" or empty
    QString catalogueId;
    QString licenceId; ///< empty: unknown
    QByteArray licenceText;
    bool operator==(const ModelRequest &) const = default;
};

/// The files of one of the listing's models, in order.
QList<ModelRequest> requestsFor(const HubListing &listing, qsizetype file);

/// One download of all files of a model, of which there is at least one.
DownloadRequest downloadFor(const QList<ModelRequest> &files, const QString &folder, const QString &purpose);

/// Asks the hub about one repository: record, files, licence's text. GUI thread; nothing is asked after it is deleted.
class HubLookup : public QObject {
    Q_OBJECT
public:
    /// The port is borrowed and outlives this object.
    explicit HubLookup(HubPort &port, QObject *parent = nullptr);
    ~HubLookup() override;

    /// Once; done() or failed() follows. `origin`: the repository of the model itself, whose licence holds; where it is
    /// empty, the parents that the hub names are asked. `catalogueLicence`: what the catalogue says.
    void start(const catalogue::PastedAddress &address, const QString &origin = {},
               const QString &catalogueLicence = {});

Q_SIGNALS:
    void done(const app::HubListing &listing);
    void failed(const app::Failure &failure);

private:
    struct State;
    void readRecord(const QByteArray &json);
    void readTree(const QByteArray &json);
    void fetchNextLicence();
    std::unique_ptr<State> m_state;
};

} // namespace app
