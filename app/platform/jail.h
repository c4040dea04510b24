// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The jail of a worker that reads untrusted bytes: what it has open it may read and write, and hardly anything else.
// The one worker that talks to servers may make connections besides.
// Nothing can lift it again.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace app::platform {

/// What a jailed process may do with sockets.
enum class JailNetwork {
    None,
    Client, ///< make connections over IPv4 and IPv6, streams and datagrams; no listening, no sockets of this machine
};

struct JailOptions {
    /// Files and folders that may still be opened for reading; absolute. What does not exist is left out.
    std::vector<std::string> readable = {};
    std::uint64_t memoryBytes = 1ULL << 30U; ///< of address space
    std::uint64_t cpuSeconds = 60;           ///< counted from the start of the process; then it is killed
    std::uint32_t openFiles = 32;
    JailNetwork network = JailNetwork::None;
};

/// What holds the process now.
struct Jail {
    /// The version of Landlock that keeps every other file away. 0: this kernel has none, or it is switched off; then
    /// system calls are filtered so that no file at all can be opened, `readable` or not.
    int landlock = 0;
};

/// Which step failed, with its errno.
struct JailFailure {
    const char *step = "";
    int error = 0;
};

/// Jails this process, for good:
/// - files: only those of `readable` can be opened, and only for reading,
/// - system calls: an allow-list without sockets (but see JailNetwork), processes and threads, exec, ptrace, io_uring,
/// signals to others and
///   anything that changes a file or a limit; the rest fails with EPERM, clone3 and openat2 with ENOSYS so that the C
///   library falls back on what is filtered; calls of another ABI (32 bits, x32) fail with EPERM,
/// - no memory that is both writable and executable, none made executable afterwards,
/// - limits: address space, processor time, descriptors; no core, and no file may grow.
/// The process must have one thread. After a failure it may be held in part: it must end.
std::expected<Jail, JailFailure> enterJail(const JailOptions &options);

} // namespace app::platform
