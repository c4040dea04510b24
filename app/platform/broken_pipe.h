// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <ctime>

namespace app::platform {

/// A worker that is gone must not end this program: while this exists, the signal of a broken pipe is kept from the
/// thread that made it, and writing fails with EPIPE instead.
class WithoutBrokenPipe {
public:
    WithoutBrokenPipe()
    {
        ::sigemptyset(&m_pipe);
        ::sigaddset(&m_pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
    }
    ~WithoutBrokenPipe()
    {
        const timespec now{};
        while (::sigtimedwait(&m_pipe, nullptr, &now) == SIGPIPE) {
        }
        ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    WithoutBrokenPipe(const WithoutBrokenPipe &) = delete;
    WithoutBrokenPipe &operator=(const WithoutBrokenPipe &) = delete;

private:
    sigset_t m_pipe{};
    sigset_t m_before{};
};

} // namespace app::platform
