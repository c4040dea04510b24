// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The services around models, and their values, as QML knows them.
#pragma once

#include "app/foreign_models.h"
#include "app/licence/licence.h"
#include "app/model_check.h"
#include "app/model_library.h"

#include <qqmlregistration.h>

namespace ui {

struct ForeignModelsForeign {
    Q_GADGET
    QML_FOREIGN(app::ForeignModels)
    QML_NAMED_ELEMENT(ForeignModels)
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
