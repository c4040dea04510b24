// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include <csignal>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace app::cli {

namespace {

// A handler may only touch what is async-signal-safe: these two, write() and signal().
volatile std::sig_atomic_t g_pipe = -1;
volatile std::sig_atomic_t g_asked = 0;

void onSignal(int number)
{
    if (g_asked != 0) {
        // Whatever the program is doing, it does not stop: the second time the system ends it.
        std::signal(number, SIG_DFL);
        std::raise(number);
        return;
    }
    g_asked = 1;
    const char byte = 'i';
    if (g_pipe >= 0 && write(static_cast<int>(g_pipe), &byte, 1) < 0) {
        // Nothing can be done about it inside a handler.
    }
}

} // namespace

struct Interrupt::State {
    int ends[2] = {-1, -1};
    int pipeBefore = -1;
    std::thread thread;
};

Interrupt::Interrupt(std::function<void()> onInterrupt)
    : m_state(std::make_unique<State>())
{
    if (pipe2(m_state->ends, O_CLOEXEC) != 0)
        return;
    m_state->pipeBefore = static_cast<int>(g_pipe);
    m_state->thread = std::thread([read = m_state->ends[0], call = std::move(onInterrupt)] {
        char byte = 0;
        while (::read(read, &byte, 1) == 1 && byte == 'i')
            call();
    });
    g_pipe = m_state->ends[1];
    struct sigaction action{};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
}

// The handler stays: Ctrl+C while the program puts its work away asks for what is happening already.
Interrupt::~Interrupt()
{
    if (m_state->ends[1] < 0)
        return;
    g_pipe = m_state->pipeBefore;
    const char byte = 'q';
    const bool told = write(m_state->ends[1], &byte, 1) == 1;
    close(m_state->ends[1]);
    if (told)
        m_state->thread.join();
    else
        m_state->thread.detach();
    close(m_state->ends[0]);
}

void Interrupt::rearm()
{
    g_asked = 0;
}

} // namespace app::cli
