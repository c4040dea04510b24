// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/extraction/document.h"

#include <string>

namespace fixtures {

/// What is wrong with an answer whatever the file was; empty: nothing.
std::string unsound(const app::extraction::Extraction &extraction);

} // namespace fixtures
