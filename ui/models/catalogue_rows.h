// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/catalogue_service.h"

#include <QObject>
#include <QString>
#include <qqmlregistration.h>

namespace ui {

/// A model that can be downloaded, as its card shows it, in words. Value.
struct CatalogueRow {
    Q_GADGET
    QML_VALUE_TYPE(catalogueRow)
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(int file MEMBER file)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString rank MEMBER rank)
    Q_PROPERTY(QString facts MEMBER facts)
    Q_PROPERTY(QString goodFor MEMBER goodFor)
    Q_PROPERTY(QString license MEMBER license)
    Q_PROPERTY(QString openness MEMBER openness)
    Q_PROPERTY(QString fit MEMBER fit)
    Q_PROPERTY(int tone MEMBER tone)
    Q_PROPERTY(QString download MEMBER download)
    Q_PROPERTY(QString languages MEMBER languages)
    Q_PROPERTY(QString publisher MEMBER publisher)
    Q_PROPERTY(QString released MEMBER released)
    Q_PROPERTY(QString licenceId MEMBER licenceId)
    Q_PROPERTY(QString modelId MEMBER modelId)
    Q_PROPERTY(QString page MEMBER page)
    Q_PROPERTY(bool runs MEMBER runs)
    Q_PROPERTY(bool gated MEMBER gated)
    Q_PROPERTY(bool here MEMBER here)
    Q_PROPERTY(bool coming MEMBER coming)
    Q_PROPERTY(bool valid READ isValid)
public:
    QString id;
    int file = -1; ///< the one that suits this computer
    QString name;
    QString rank;     ///< "Recommended", "Small"; empty for most
    QString facts;    ///< "8.0 B parameters · 128k context"
    QString goodFor;  ///< "chat, summaries"
    QString license;  ///< one line
    QString openness; ///< one line
    QString fit;
    int tone = 0;      ///< of the fit, ModelWords::Tone
    QString download;  ///< "Q4_K_M · 4.9 GB"
    QString languages; ///< "English, German and 6 more"; empty: not stated
    QString publisher;
    QString released; ///< "July 2024"
    QString licenceId;
    QString page;        ///< of its files on the hub
    QString modelId;     ///< of the model on this computer, when it is `here`
    bool runs = false;   ///< Carrel runs its kind
    bool gated = false;  ///< its makers ask for a name
    bool here = false;   ///< the file is on this computer
    bool coming = false; ///< it is being downloaded
    [[nodiscard]] bool isValid() const { return !id.isEmpty(); }
};

/// One file of a model, in words. Value.
struct CatalogueFileRow {
    Q_GADGET
    QML_VALUE_TYPE(catalogueFileRow)
    Q_PROPERTY(int file MEMBER file)
    Q_PROPERTY(QString quantization MEMBER quantization)
    Q_PROPERTY(QString size MEMBER size)
    Q_PROPERTY(QString cost MEMBER cost)
    Q_PROPERTY(QString costSource MEMBER costSource)
    Q_PROPERTY(QString fit MEMBER fit)
    Q_PROPERTY(int tone MEMBER tone)
    Q_PROPERTY(QString hash MEMBER hash)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString modelId MEMBER modelId)
public:
    int file = -1;
    QString quantization;
    QString size;
    QString cost; ///< "Hardly any loss: 2.8 % more perplexed than the original"
    QString costSource;
    QString fit; ///< empty: known when its header is read
    int tone = 0;
    QString hash; ///< who names the hash that it will be compared with
    QString name;
    QString modelId; ///< of the model on this computer; empty: it is not here
};

/// The file of an entry that suits this computer: of those that fit the best up to Q4_K_M, the common measure, else the
/// smallest.
int suitingFile(const app::CatalogueService &service, const app::catalogue::CatalogueEntry &entry);
/// All words of an entry, but for what it has to do with this computer's models.
CatalogueRow catalogueRow(const app::CatalogueService &service, const app::catalogue::CatalogueEntry &entry, int file);
/// All files of an entry, and all of a repository of the hub.
QList<CatalogueFileRow> fileRows(const app::CatalogueService &service, const app::catalogue::CatalogueEntry &entry);
QList<CatalogueFileRow> fileRows(const app::HubListing &listing);
/// A fit as catalogue and licence guard say it, with the longest context; `trained`: the model's own.
QString fitWords(const app::ModelFit &fit, quint32 trained);
/// "English, German and 6 more"
QString languageWords(const QStringList &codes);

} // namespace ui
