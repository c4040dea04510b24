// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/catalogue.h"
#include "app/licence/recognise.h"
#include "app/model_card.h"
#include "app/model_inventory.h"

#include <QFileInfo>

#include <algorithm>

namespace app {

namespace {

/// The entry and file with this hash. Names prove nothing.
std::pair<const catalogue::CatalogueEntry *, const catalogue::CatalogueFile *>
find(const catalogue::Catalogue &catalogue, const QString &sha256)
{
    if (sha256.isEmpty())
        return {};
    for (const catalogue::CatalogueEntry &entry : catalogue.entries) {
        const auto file = std::ranges::find(entry.files, sha256, &catalogue::CatalogueFile::sha256);
        if (file != entry.files.end())
            return {&entry, &*file};
    }
    return {};
}

} // namespace

InventoryModel inventoryOf(const ModelCard &card, const QString &sha256, const catalogue::Catalogue &catalogue,
                           const QByteArray &licenceText)
{
    const auto [entry, file] = find(catalogue, sha256);
    // The catalogue's word goes before that of the repository that it was downloaded from.
    licence::Evidence evidence{.file = {.id = card.license, .name = card.licenseName, .link = card.licenseLink},
                               .hub = {},
                               .catalogueId = card.licence.id,
                               .baseModels = card.baseModels};
    if (entry != nullptr) {
        evidence.catalogueId = entry->licenceId;
        evidence.baseModels.append(entry->origin);
    }
    const licence::Finding finding = licence::recognise(evidence);
    InventoryModel model{.name = card.name,
                         .fileName = QFileInfo(card.path).fileName(),
                         .sha256 = sha256,
                         .bytes = card.fileBytes,
                         .architecture = card.architecture,
                         .quantization = card.quantization,
                         .parameters = card.parameters,
                         .context = card.contextLength,
                         .declaredLicence = card.license,
                         .licenceId = finding.id,
                         .otherLicences = finding.others,
                         .licenceText = licenceText};
    if (entry == nullptr) {
        model.openness = licence::opennessOf({}, finding.id);
        model.baseModels = card.baseModels;
        return model;
    }
    for (const QString &other : entry->otherLicences) {
        if (other != model.licenceId && !model.otherLicences.contains(other))
            model.otherLicences.append(other);
    }
    model.publisher = entry->publisher;
    model.repository = file->repository;
    model.revision = file->revision;
    model.released = entry->released;
    model.baseModels = {entry->origin};
    model.openness = licence::opennessOf(entry->family, finding.id);
    return model;
}

} // namespace app
