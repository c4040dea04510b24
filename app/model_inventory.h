// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The list of models in use, for those who must account for it: as a table, and as bills of materials.
#pragma once

#include "app/licence/licence.h"
#include "app/licence/openness.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUuid>

namespace app {

namespace catalogue {
struct Catalogue;
}
struct ModelCard;

/// A model as an inventory names it. What is not known stays empty, and says so in what is written.
struct InventoryModel {
    QString name;
    QString fileName; ///< without its folder, which names the user
    QString sha256;   ///< hex
    quint64 bytes = 0;
    QString publisher;
    QString repository; ///< on the hub: "owner/name"
    QString revision;   ///< a commit
    QString released;   ///< "2025-04" or a day
    QString architecture;
    QString quantization;
    quint64 parameters = 0;
    quint32 context = 0;
    QString declaredLicence; ///< word for word as the file or its card says
    QString licenceId;       ///< of app/licence: what was found out
    QStringList otherLicences;
    QByteArray licenceText; ///< as it was read
    QStringList baseModels; ///< "owner/name"
    licence::OpennessLine openness;
    bool operator==(const InventoryModel &) const = default;
};

/// When it was made and by which program; tests have others.
struct InventoryStamp {
    QDateTime made;
    QString version; ///< of Carrel
    QUuid id;        ///< of this document, new for each
};

/// What is known of a model that is here: its card, the licence's text that was kept with it, and, where the catalogue
/// has a file with this very hash, that entry.
InventoryModel inventoryOf(const ModelCard &card, const QString &sha256, const catalogue::Catalogue &catalogue,
                           const QByteArray &licenceText = {});

/// A line a model, RFC 4180, UTF-8. Texts that a spreadsheet would compute begin with an apostrophe.
QByteArray inventoryCsv(const QList<InventoryModel> &models);
/// SPDX 3.0.1, JSON-LD. A model whose maker or release is not known cannot fulfil the profile for AI: it is a plain
/// package there, with a comment that says so.
QByteArray inventorySpdx(const QList<InventoryModel> &models, const InventoryStamp &stamp);
/// CycloneDX 1.6 with model cards.
QByteArray inventoryCycloneDx(const QList<InventoryModel> &models, const InventoryStamp &stamp);

} // namespace app
