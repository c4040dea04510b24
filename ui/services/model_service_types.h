// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The services around models and the network, and their values, as QML knows them.
#pragma once

#include "app/catalogue_service.h"
#include "app/download_service.h"
#include "app/foreign_models.h"
#include "app/hub_token.h"
#include "app/ledger_service.h"
#include "app/licence/licence.h"
#include "app/model_check.h"
#include "app/model_library.h"
#include "app/model_updates.h"

#include <qqmlregistration.h>

namespace ui {

struct LicenceNamespace {
    Q_GADGET
    QML_FOREIGN_NAMESPACE(app::licence)
    QML_NAMED_ELEMENT(Licences)
};

struct CatalogueServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::CatalogueService)
    QML_NAMED_ELEMENT(CatalogueService)
    QML_UNCREATABLE("made by the program")
};

struct DownloadServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::DownloadService)
    QML_NAMED_ELEMENT(DownloadService)
    QML_UNCREATABLE("made by the program")
};

struct ForeignModelsForeign {
    Q_GADGET
    QML_FOREIGN(app::ForeignModels)
    QML_NAMED_ELEMENT(ForeignModels)
    QML_UNCREATABLE("made by the program")
};

struct HubTokenForeign {
    Q_GADGET
    QML_FOREIGN(app::HubToken)
    QML_NAMED_ELEMENT(HubToken)
    QML_UNCREATABLE("made by the program")
};

struct LedgerServiceForeign {
    Q_GADGET
    QML_FOREIGN(app::LedgerService)
    QML_NAMED_ELEMENT(LedgerService)
    QML_UNCREATABLE("made by the program")
};

struct ModelCheckForeign {
    Q_GADGET
    QML_FOREIGN(app::ModelCheck)
    QML_NAMED_ELEMENT(ModelCheck)
    QML_UNCREATABLE("made by the program")
};

struct ModelLibraryForeign {
    Q_GADGET
    QML_FOREIGN(app::ModelLibrary)
    QML_NAMED_ELEMENT(ModelLibrary)
    QML_UNCREATABLE("made by the program")
};

struct ModelUpdatesForeign {
    Q_GADGET
    QML_FOREIGN(app::ModelUpdates)
    QML_NAMED_ELEMENT(ModelUpdates)
    QML_UNCREATABLE("made by the program")
};

struct ModelUpdateForeign {
    Q_GADGET
    QML_FOREIGN(app::ModelUpdate)
    QML_VALUE_TYPE(modelUpdate)
};

struct AdapterCardForeign {
    Q_GADGET
    QML_FOREIGN(app::AdapterCard)
    QML_VALUE_TYPE(adapterCard)
};

struct LicenceForeign {
    Q_GADGET
    QML_FOREIGN(app::licence::Licence)
    QML_VALUE_TYPE(licence)
};

struct LicenceFactForeign {
    Q_GADGET
    QML_FOREIGN(app::licence::Fact)
    QML_VALUE_TYPE(licenceFact)
};

} // namespace ui
