// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/catalogue_service.h"
#include "app/device_service.h"
#include "app/download_service.h"
#include "app/licence/licence.h"
#include "app/model_library.h"
#include "app/model_updates.h"
#include "app/settings.h"
#include "ui/models/catalogue_rows.h"

#include <QObject>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// One model on its way to a download: what its source says of it is asked for, its licence and its size are shown, and
/// only then does the user begin it. Nothing is asked before ask() or lookUp(), nothing is fetched before begin().
class GetDesk : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::CatalogueService *catalogue READ catalogue WRITE setCatalogue NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::DownloadService *downloads READ downloads WRITE setDownloads NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::DeviceService *devices READ devices WRITE setDevices NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::Settings *settings READ settings WRITE setSettings NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::ModelLibrary *library READ library WRITE setLibrary NOTIFY servicesChanged FINAL)
    Q_PROPERTY(Phase phase READ phase NOTIFY changed FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    /// "4.9 GB from huggingface.co to ~/.local/share/carrel/models"
    Q_PROPERTY(QString words READ words NOTIFY changed FINAL)
    /// Who names the hash that what arrives is compared with.
    /// Of all its files; 0: not known.
    Q_PROPERTY(double bytes READ bytes NOTIFY changed FINAL)
    /// Where it goes.
    Q_PROPERTY(QString folder READ folder NOTIFY changed FINAL)
    /// Its page on the hub; empty: it is from elsewhere.
    Q_PROPERTY(QString page READ page NOTIFY changed FINAL)
    /// The same file is on this computer: where; empty: it is not.
    Q_PROPERTY(QString herePath READ herePath NOTIFY changed FINAL)
    Q_PROPERTY(QString hashWords READ hashWords NOTIFY changed FINAL)
    Q_PROPERTY(app::licence::Licence licence READ licence NOTIFY changed FINAL)
    /// Sources name different licences, or further ones apply; empty: neither.
    Q_PROPERTY(QString licenceNote READ licenceNote NOTIFY changed FINAL)
    /// The licence's own text; empty: none was found.
    Q_PROPERTY(QString licenceText READ licenceText NOTIFY changed FINAL)
    Q_PROPERTY(QString licenceTextFrom READ licenceTextFrom NOTIFY changed FINAL)
    Q_PROPERTY(bool gated READ isGated NOTIFY changed FINAL)
    /// Why the licence does not go with what the user uses models for; empty: it does.
    Q_PROPERTY(QString warning READ warning NOTIFY changed FINAL)
    /// From the file's own header, which is read from its first bytes; empty until then.
    Q_PROPERTY(QString fit READ fit NOTIFY changed FINAL)
    Q_PROPERTY(int fitTone READ fitTone NOTIFY changed FINAL)
    Q_PROPERTY(app::Failure failure READ failure NOTIFY changed FINAL)
    /// The files of a repository that was looked up; empty: none was.
    Q_PROPERTY(QList<ui::CatalogueFileRow> found READ found NOTIFY foundChanged FINAL)
    Q_PROPERTY(QString foundName READ foundName NOTIFY foundChanged FINAL)
    Q_PROPERTY(QString foundLicence READ foundLicence NOTIFY foundChanged FINAL)
    /// A repository is being looked up.
    Q_PROPERTY(bool looking READ isLooking NOTIFY foundChanged FINAL)
    /// Why nothing was found; empty: something was, or nobody asked.
    Q_PROPERTY(app::Failure lookFailure READ lookFailure NOTIFY foundChanged FINAL)
public:
    enum Phase {
        Idle,
        Asking, ///< its source is asked
        Ready,  ///< to be decided by the user
        Failed,
    };
    Q_ENUM(Phase)
    using QObject::QObject;

    /// Services are not owned.
    [[nodiscard]] app::CatalogueService *catalogue() const { return m_catalogue; }
    void setCatalogue(app::CatalogueService *catalogue);
    [[nodiscard]] app::DownloadService *downloads() const { return m_downloads; }
    void setDownloads(app::DownloadService *downloads);
    [[nodiscard]] app::DeviceService *devices() const { return m_devices; }
    void setDevices(app::DeviceService *devices);
    [[nodiscard]] app::Settings *settings() const { return m_settings; }
    void setSettings(app::Settings *settings);
    [[nodiscard]] app::ModelLibrary *library() const { return m_library; }
    void setLibrary(app::ModelLibrary *library);

    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString words() const;
    [[nodiscard]] double bytes() const;
    [[nodiscard]] QString folder() const;
    [[nodiscard]] QString page() const;
    [[nodiscard]] QString herePath() const;
    [[nodiscard]] QString hashWords() const;
    [[nodiscard]] app::licence::Licence licence() const;
    [[nodiscard]] QString licenceNote() const;
    [[nodiscard]] QString licenceText() const;
    [[nodiscard]] QString licenceTextFrom() const { return m_listing.licenceTextFrom; }
    [[nodiscard]] bool isGated() const { return m_listing.gated; }
    [[nodiscard]] QString warning() const;
    [[nodiscard]] QString fit() const { return fitWords(m_fit, m_trained); }
    [[nodiscard]] int fitTone() const;
    [[nodiscard]] const app::Failure &failure() const { return m_failure; }
    [[nodiscard]] QList<CatalogueFileRow> found() const { return m_found; }
    [[nodiscard]] QString foundName() const { return m_hub.repository; }
    [[nodiscard]] QString foundLicence() const;
    [[nodiscard]] bool isLooking() const { return m_looking; }
    [[nodiscard]] const app::Failure &lookFailure() const { return m_lookFailure; }

    /// Asks the source of an entry's file.
    Q_INVOKABLE void ask(const QString &id, int file);
    /// Takes a file of the repository that was looked up.
    Q_INVOKABLE void askFound(int file);
    /// Takes the file that a model's source has by now, under its own name beside the one that is here.
    Q_INVOKABLE void askNewer(const app::ModelUpdate &update);
    /// Looks up what somebody pasted: a repository of the hub, or an address.
    Q_INVOKABLE void lookUp(const QString &text);
    Q_INVOKABLE void forgetFound();
    /// Begins what is Ready.
    Q_INVOKABLE void begin();
    /// Gives it up; nothing was fetched.
    Q_INVOKABLE void leave();

Q_SIGNALS:
    void servicesChanged();
    void changed();
    void foundChanged();
    /// The download of begin() is on its way.
    void begun();

private:
    void takePrepared(const QString &id, qsizetype file, const QList<app::ModelRequest> &requests,
                      const app::HubListing &listing);
    void takeNewer(const app::HubListing &hub);
    void ready(const QList<app::ModelRequest> &requests, const app::HubListing &listing);
    void fail(const app::Failure &failure);

    QPointer<app::CatalogueService> m_catalogue;
    QPointer<app::DownloadService> m_downloads;
    QPointer<app::DeviceService> m_devices;
    QPointer<app::Settings> m_settings;
    QPointer<app::ModelLibrary> m_library;
    Phase m_phase = Idle;
    QString m_id; ///< of the entry that is asked about
    qsizetype m_file = -1;
    QList<app::ModelRequest> m_requests;
    app::HubListing m_listing;
    app::ModelFit m_fit;
    quint32 m_trained = 0; ///< tokens of context that it was trained on
    app::Failure m_failure;
    QString m_looked;                 ///< what was pasted
    QList<app::ModelRequest> m_newer; ///< of askNewer(), while its source is asked
    bool m_looking = false;
    app::HubListing m_hub; ///< what it names
    QList<CatalogueFileRow> m_found;
    app::Failure m_lookFailure;
};

} // namespace ui
