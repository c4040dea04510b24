// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace app {

struct CompositionOptions;
class GuardedStart;

namespace cli {

/// Understands the arguments, runs the command they name and answers the program's exit status. A QCoreApplication must
/// exist. `adjust` changes what services are built with: for tests, whose network is on this machine; empty for the
/// product.
int runCommandLine(GuardedStart &start, int argc, char **argv, std::function<void(CompositionOptions &)> adjust = {});

} // namespace cli

} // namespace app
