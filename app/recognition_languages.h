// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <string>

namespace app {

/// Languages in which pages that are pictures are read, as Tesseract names them: "deu+eng". Those of the user, as
/// `locales` names them ("de-AT", the preferred one first), and English; three at most, since each makes it slower.
/// Which of them are installed is the reader's to know.
std::string recognitionLanguages(const QStringList &locales);
/// Those of this system.
std::string recognitionLanguages();

} // namespace app
