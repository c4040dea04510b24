// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/offline/scene.h"

#include <vector>

namespace ui {

class OfflineDesk;
class WindowDriver;

/// The assistants' room, choosing one in a chat, and two models compared. Both are borrowed and outlive the scenes; the
/// desk has models and documents.
std::vector<Scene> assistantScenes(OfflineDesk &desk, WindowDriver &driver);

} // namespace ui
