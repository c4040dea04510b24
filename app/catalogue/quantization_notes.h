// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>

namespace app::catalogue {

/// What a type of quantization costs in quality, as far as somebody measured it.
struct QuantizationNote {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(double bitsPerWeight MEMBER bitsPerWeight)
    Q_PROPERTY(double lossPercent MEMBER lossPercent)
    Q_PROPERTY(bool measured MEMBER measured)
    Q_PROPERTY(QString words MEMBER words)
    Q_PROPERTY(QString source MEMBER source)
public:
    QString name;
    double bitsPerWeight = 0; ///< of a whole file of an 8B model; 0: not known
    double lossPercent = 0;   ///< how much more perplexed the model is than in 16 bits
    bool measured = false;    ///< there is a figure
    QString words;            ///< "Hardly any loss: 2.8 % more perplexed than the original"
    QString source;           ///< of which model and whose measurement the figure is
    bool operator==(const QuantizationNote &) const = default;
};

/// The note on a type, "UD-" and the like left aside; words that say so for one that nobody measured.
QuantizationNote quantizationNote(const QString &quantization);

} // namespace app::catalogue
