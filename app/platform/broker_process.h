// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/platform/descriptor.h"

#include <sys/types.h>

namespace app::platform {

struct BrokerOptions;

/// The broker's whole life, in the process that was forked for it. Ends the process when the program is gone.
[[noreturn]] void runBroker(Descriptor socket, pid_t program, const BrokerOptions &options);

} // namespace app::platform
