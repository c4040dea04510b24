// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

namespace app::cli {

/// Calls a function when the user presses Ctrl+C, on a thread of its own. A second Ctrl+C ends the program at once,
/// unless rearm() was called between. The newest of several has the keys; the one before gets them back when it is
/// gone.
class Interrupt {
public:
    explicit Interrupt(std::function<void()> onInterrupt);
    ~Interrupt();
    Interrupt(const Interrupt &) = delete;
    Interrupt &operator=(const Interrupt &) = delete;

    /// What the last Ctrl+C asked for is done: the next one is a first one again.
    static void rearm();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app::cli
