// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The grammar of every name that comes from a catalogue or a hub and may end up in an address or as a file's name. What
// is not of it is refused, never repaired.
#pragma once

#include <QStringView>

namespace app::catalogue {

/// One to 128 of letters and digits of ASCII, '-', '_', '.', '+'; it begins with a letter or digit, has no "..", and
/// does not end with '.'.
bool isPlainName(QStringView name);
/// "owner/name", both plain.
bool isRepository(QStringView name);
/// A plain name that ends in ".gguf", with something before it.
bool isModelFileName(QStringView name);
/// Plain names with '/' between them, at most eight: a path inside a repository.
bool isRepositoryPath(QStringView path);
/// 40 hex digits in lower case.
bool isCommit(QStringView revision);
/// 64 hex digits in lower case.
bool isSha256(QStringView hash);
/// "Q4_K_M", "IQ3_XXS", "MXFP4", "UD-Q4_K_XL": upper case letters, digits, '_' and '-', at most 24.
bool isQuantization(QStringView name);

} // namespace app::catalogue
