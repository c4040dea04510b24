// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/inventory.h"

#include "app/catalogue/signature.h"
#include "app/catalogue_file.h"
#include "app/composition.h"
#include "app/file_hash.h"
#include "app/model_inventory.h"
#include "app/model_library.h"
#include "inference/model_files.h"

#include <QFileInfo>

namespace app::cli {

void addExportOption(CLI::App &command, std::string &format)
{
    command.add_option("--export", format, "The list for those who must account for it: csv, spdx or cyclonedx")
        ->check(CLI::IsMember({"csv", "spdx", "cyclonedx"}));
}

Exit printInventory(const Program &program, const ModelLibrary &library, const QList<ModelCard> &models,
                    const std::string &format)
{
    const QString folder =
        program.dataFolder.empty() ? defaultDataFolder() : QString::fromStdString(program.dataFolder);
    const catalogue::Catalogue catalogue = readCatalogue(folder, catalogue::catalogueKey());
    QList<InventoryModel> inventory;
    for (const ModelCard &card : models) {
        if (!QFileInfo(card.path).isFile())
            continue;
        const QString hash = card.sha256.isEmpty()
                                 ? QString::fromStdString(sha256OfFiles(inference::modelFiles(card.path.toStdString()),
                                                                        [] { return false; }))
                                 : card.sha256;
        inventory.append(inventoryOf(card, hash, catalogue, library.licenceText(card.id)));
    }
    const InventoryStamp stamp{
        .made = QDateTime::currentDateTimeUtc(), .version = QStringLiteral(CARREL_VERSION), .id = QUuid::createUuid()};
    QByteArray text;
    if (format == "csv")
        text = inventoryCsv(inventory);
    else
        text = format == "spdx" ? inventorySpdx(inventory, stamp) : inventoryCycloneDx(inventory, stamp);
    return printBytes(text) ? Exit::Done : Exit::Failed;
}

} // namespace app::cli
