// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace app::grounding {

/// Whether a page is called by a number here, so that "page" may stand before it: "12", "iv", "A-3", "12a". Not so the
/// title of a chapter or the name of a sheet.
bool isPageNumber(std::string_view label);

} // namespace app::grounding
