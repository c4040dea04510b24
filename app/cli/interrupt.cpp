// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include <csignal>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace app::cli {

namespace {

// A handler may only touch what is async-signal-safe: a descriptor and write().
volatile std::sig_atomic_t g_pipe = -1;

void onSignal(int)
{
    const char byte = 'i';
    if (write(static_cast<int>(g_pipe), &byte, 1) < 0) {
        // Nothing can be done about it inside a handler.
    }
}

} // namespace

struct Interrupt::State {
    int ends[2] = {-1, -1};
    std::thread thread;
    struct sigaction before{};
};

Interrupt::Interrupt(std::function<void()> onInterrupt)
    : m_state(std::make_unique<State>())
{
    if (pipe2(m_state->ends, O_CLOEXEC) != 0)
        return;
    g_pipe = m_state->ends[1];
    m_state->thread = std::thread([read = m_state->ends[0], call = std::move(onInterrupt)] {
        char byte = 0;
        while (::read(read, &byte, 1) == 1 && byte == 'i')
            call();
    });
    struct sigaction action{};
    action.sa_handler = onSignal;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    sigaction(SIGINT, &action, &m_state->before);
}

Interrupt::~Interrupt()
{
    if (m_state->ends[1] < 0)
        return;
    sigaction(SIGINT, &m_state->before, nullptr);
    g_pipe = -1;
    const char byte = 'q';
    const bool told = write(m_state->ends[1], &byte, 1) == 1;
    close(m_state->ends[1]);
    if (told)
        m_state->thread.join();
    else
        m_state->thread.detach();
    close(m_state->ends[0]);
}

} // namespace app::cli
