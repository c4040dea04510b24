// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The catalogue as it is kept: built into the program, and a newer one in the data folder.
#pragma once

#include "app/catalogue/catalogue.h"
#include "app/failure.h"

#include <QByteArray>
#include <QString>

#include <expected>

namespace app {

/// The built-in one, and whatever is signed, newer and readable in `folder` (may be empty). Blocking.
catalogue::Catalogue readCatalogue(const QString &folder, const QByteArray &key);

/// What an update may become: signed by the key, well formed, and with a serial above `serial`.
/// "app.catalogue_unsigned", "app.catalogue_damaged" or "app.catalogue_old" say why it is not.
std::expected<catalogue::Catalogue, Failure> checkCatalogue(const QByteArray &json, const QByteArray &signature,
                                                            const QByteArray &key, quint32 serial);

/// Puts a checked catalogue in place of the one in the folder, whole or not at all. Blocking.
bool keepCatalogue(const QString &folder, const QByteArray &json, const QByteArray &signature);

} // namespace app
