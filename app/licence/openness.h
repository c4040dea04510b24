// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How open a model is, by the parts that the Open Source Initiative's definition (OSAID 1.0) asks for. A free licence
// on the weights is one of them.
#pragma once

#include "app/licence/licence.h"

#include <QString>

namespace app::licence {

/// The three parts, of one model.
struct OpennessLine {
    Q_GADGET
    Q_PROPERTY(app::licence::Openness weights MEMBER weights)
    Q_PROPERTY(app::licence::Openness code MEMBER code)
    Q_PROPERTY(app::licence::Openness data MEMBER data)
    Q_PROPERTY(QString text MEMBER text)
    Q_PROPERTY(QString source MEMBER source)
public:
    Openness weights = Openness::Unknown;
    Openness code = Openness::Unknown; ///< that trained it
    Openness data = Openness::Unknown; ///< information about what it was trained on
    QString text;                      ///< "Open weights, not open source: training code closed, data closed"
    QString source;                    ///< who says so: "Model Openness Tool, 2026-05", "its makers' model cards"
    bool operator==(const OpennessLine &) const = default;
};

/// Of a family in the catalogue ("olmo", "qwen", …) under a licence of ours, which decides on the weights. A family
/// that is not in the table is unknown beyond its weights.
OpennessLine opennessOf(const QString &family, const QString &licenceId);

/// "open", "restricted", "closed", "unknown", for files.
QString name(Openness level);

} // namespace app::licence
