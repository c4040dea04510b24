// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/licence_words.h"

namespace app::cli {

QString licenceWords(const licence::Licence &licence, const QStringList &others)
{
    QString words = licence.name + QLatin1StringView(": ") + licence.sentence + QLatin1Char('\n');
    for (const licence::Fact &fact : licence.facts) {
        const QString clause =
            fact.clause.isEmpty() ? QString() : QLatin1StringView(" (") + fact.clause + QLatin1Char(')');
        words +=
            QLatin1StringView("  ") + fact.label + QLatin1StringView(": ") + fact.words + clause + QLatin1Char('\n');
    }
    for (const QString &id : others) {
        const licence::Licence other = licence::licenceById(id);
        words += QLatin1StringView("  ") + other.name + QLatin1StringView(": ") + other.sentence + QLatin1Char('\n');
    }
    return words;
}

QStringList useWarnings(const QString &id, const QStringList &others, licence::Use use)
{
    QStringList warnings;
    for (const QString &one : QStringList{id} + others) {
        const QString warning = licence::useWarning(licence::licenceById(one), use);
        if (!warning.isEmpty() && !warnings.contains(warning))
            warnings.append(warning);
    }
    return warnings;
}

} // namespace app::cli
