// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One request at a time by libcurl. The head of an answer is said on standard output, its body goes into a pipe.
#pragma once

#include "app/download/fetch_protocol.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace app::download {

/// Reads what the program says meanwhile. False: the program is gone.
using Listen = std::function<bool()>;

/// A connection that is kept from order to order.
class Transfer {
public:
    /// `body`: where bodies are written to, borrowed. Everything that libcurl opens for good is made here, before the
    /// jail.
    Transfer(Setup setup, int body);
    ~Transfer();
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;

    /// Whether libcurl could be started.
    [[nodiscard]] bool ready() const;
    /// Where its certificates lie; empty: nowhere.
    [[nodiscard]] static std::string certificates();

    /// Carries an order out; blocks. `say` takes the lines; `input` becomes readable when `listen` has something to do.
    void carryOut(const Order &order, const std::function<void(const Event &)> &say, int input, const Listen &listen);
    /// Bytes a second from now on; 0: no limit.
    void limit(std::uint64_t bytesPerSecond);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app::download
