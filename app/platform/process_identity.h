// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>

namespace app::platform {

/// Names a running process so that no later process has the same name: number, start time and boot. Empty when there is
/// no such process.
std::string processIdentity(pid_t process);

/// Whether the process that had this identity still runs.
bool isRunning(const std::string &identity);

/// Whether a process with this identity ran since the machine was started; false for what is no identity.
bool isOfThisBoot(const std::string &identity);

} // namespace app::platform
