// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace ui {

/// A state of the window: how to reach it, and how to leave it.
struct Scene {
    const char *name;
    std::function<bool()> enter;
    std::function<void()> leave = [] {};
};

} // namespace ui
