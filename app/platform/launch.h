// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Starting another program from a process that has one thread: what the broker does.
#pragma once

#include "app/platform/descriptor.h"

#include <sys/types.h>

#include <expected>
#include <string>
#include <vector>

namespace app::platform {

/// A program to start. Its environment, arguments and descriptors are exactly what stands here.
struct Launch {
    std::string path;                     ///< absolute
    std::vector<std::string> arguments;   ///< with the name in front
    std::vector<std::string> environment; ///< "NAME=value"
    int input = -1;                       ///< becomes standard input; -1: /dev/null
    int output = -1;                      ///< becomes standard output; -1: /dev/null
    int extra = -1;                       ///< becomes descriptor 3; -1: none
    bool keepErrors = false;              ///< keeps standard error; else /dev/null
    bool detached = false;                ///< outlives the caller, in a session of its own
};

/// Forks and executes; waits until the program runs. Signals are at their defaults, no other descriptor is open, no
/// core is dumped. Unless detached, the process is killed when the caller's thread ends. Fails with an errno.
/// Descriptors 0 to 2 must be open in the caller. Call with one thread only.
std::expected<pid_t, int> launch(const Launch &what);

/// The environment of a worker: names and folders of the user, what chooses graphics drivers, nothing else.
std::vector<std::string> workerEnvironment(const char *const *environment);
/// The user's own environment for a program that is no part of Carrel, without what would load foreign code into it.
std::vector<std::string> openerEnvironment(const char *const *environment);

/// The first executable file of this name in the absolute folders; empty when there is none.
std::string findProgram(const std::string &name, const std::vector<std::string> &folders);

} // namespace app::platform
