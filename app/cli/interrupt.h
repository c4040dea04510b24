// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

namespace app::cli {

/// Calls a function when the user presses Ctrl+C, on a thread of its own. The second Ctrl+C ends the program at once.
/// One at a time.
class Interrupt {
public:
    explicit Interrupt(std::function<void()> onInterrupt);
    ~Interrupt();
    Interrupt(const Interrupt &) = delete;
    Interrupt &operator=(const Interrupt &) = delete;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app::cli
