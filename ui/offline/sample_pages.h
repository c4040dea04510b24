// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sample documents as they look: where each word of a page stands, and the picture of it.
#pragma once

#include "app/extraction/document.h"
#include "app/extraction/extraction_protocol.h"

namespace ui {

/// Lays the page's blocks out on a sheet of A4 and gives each word its box. Any thread, with a GUI application.
void layOutPage(app::extraction::Page &page);

/// The page with its words where layOutPage() has put them; without a layout it is malformed. Any thread.
app::extraction::Picture drawnPage(const app::extraction::Page &page, float scale);

} // namespace ui
