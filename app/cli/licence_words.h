// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/licence/licence.h"

#include <QString>
#include <QStringList>

namespace app::cli {

/// What a licence says in plain words: its name with its sentence, then a line a fact with the clause it rests on.
/// `others`: ids of further licences that apply, their sentences alone.
QString licenceWords(const licence::Licence &licence, const QStringList &others);

/// Why licences do not go with a use, and what to heed; empty: they go.
QStringList useWarnings(const QString &id, const QStringList &others, licence::Use use);

} // namespace app::cli
