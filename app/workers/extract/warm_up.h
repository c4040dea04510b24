// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace app::extraction {

/// Whether a file of this name has nothing that Poppler would read, if its name is true. It is read in the same jail
/// if the name is not.
bool needsNoWarmUp(std::string_view name);

/// Reads and draws the built-in document, so that what the libraries load when it is first needed is there before the
/// jail closes. False when Poppler did not find its text.
bool warmUp();

/// What may still be opened in the jail: fonts and their configuration, tables of character sets, language data of the
/// recognition.
std::vector<std::string> readablePaths();

} // namespace app::extraction
