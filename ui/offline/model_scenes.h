// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/offline/scene.h"

#include <vector>

namespace ui {

class OfflineDesk;
class WindowDriver;

/// The Models room and what the settings say of the network. Both are borrowed and outlive the scenes; the desk has
/// models and a network.
std::vector<Scene> modelScenes(OfflineDesk &desk, WindowDriver &driver);

} // namespace ui
