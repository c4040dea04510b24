// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The network ban: a seccomp filter by which a process denies itself, its threads and its children every socket but
// those of this machine (AF_UNIX: display, session bus). Nothing can lift it again.
#pragma once

#include "app/platform/descriptor.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>
#include <vector>

namespace app::platform {

/// Who answers an attempt. Refused it is in any case.
enum class RefusalMode {
    Silent,  ///< the kernel
    Watched, ///< whoever holds the listener (the broker), which counts; the kernel where another listener is in the way
};

/// What a ban left behind.
struct NetworkBan {
    Descriptor listener; ///< for RefusalWatch; empty when the kernel answers by itself
};

/// Bans the network for every thread of this process and for all that it starts, for good:
/// - socket() and socketpair() of any family but AF_UNIX fail with EACCES,
/// - io_uring, ptrace, process_vm_writev and pidfd_getfd, which would lead around it, fail with EACCES,
/// - system calls of another ABI (32 bits, x32) fail with EPERM.
/// Sockets of other families that were inherited are closed first, standard input and output excepted: whoever started
/// the program connected those. Sets no_new_privs. Fails with an errno; nothing has changed then but the closed
/// sockets. While a watched ban's listener is held by this process itself, a refused call of any thread waits.
std::expected<NetworkBan, int> banNetwork(RefusalMode mode);

/// Whether an X11 display ("host:0", "tcp/host:0") is reached over the network, so that the connection has to be made
/// before the ban.
bool isNetworkDisplay(std::string_view display);

/// Answers refused attempts on a listener and counts them. The first of each socket family gives one line on standard
/// error: the family's number and nothing else of what was tried.
class RefusalWatch {
public:
    RefusalWatch();
    ~RefusalWatch();
    /// Takes the listener over; false when it is not one or another is held already.
    bool watch(Descriptor listener);
    /// To wait on; -1 without one.
    [[nodiscard]] int listener() const { return m_listener.get(); }
    /// Answers one waiting attempt. Call when the listener is readable.
    void answer();
    [[nodiscard]] std::uint64_t count() const { return m_count; }

private:
    struct Buffers;
    Descriptor m_listener;
    std::unique_ptr<Buffers> m_buffers;
    std::vector<std::uint32_t> m_families; ///< that have had their line
    std::uint64_t m_count = 0;
};

} // namespace app::platform
