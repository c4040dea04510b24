// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/offline/scene.h"

#include <vector>

namespace ui {

class OfflineDesk;
class WindowDriver;

/// A model file from the inside. Both are borrowed and outlive the scenes; the desk has models and talks.
std::vector<Scene> inspectorScenes(OfflineDesk &desk, WindowDriver &driver);

} // namespace ui
