// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/offline/scene.h"

#include <vector>

namespace ui {

class OfflineDesk;
class WindowDriver;

/// Documents in the composer: chosen, attached, being read, dropped. Both are borrowed and outlive the scenes; the desk
/// has documents.
std::vector<Scene> attachmentScenes(OfflineDesk &desk, WindowDriver &driver);

} // namespace ui
