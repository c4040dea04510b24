// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace app::catalogue {

/// Whether `signature` (64 bytes, as text in Base64) is the Ed25519 signature of exactly these bytes by that key (32
/// bytes, raw). False for anything of another length.
bool isSigned(const QByteArray &bytes, const QByteArray &signature, const QByteArray &publicKey);

/// The key that signs Carrel's catalogues, built into the program. How a release signs: CONTRIBUTING.md.
QByteArray catalogueKey();

} // namespace app::catalogue
