// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace app::download {

/// Looks a host's name up and gives "HOST:PORT:ADDRESS,…" as libcurl takes it, empty for a host that is an address
/// itself; else why there is none, technically. Blocks. libcurl would make a thread for this, which the jail refuses.
std::expected<std::string, std::string> lookUp(const std::string &host, std::uint16_t port);

/// Looks up a name of this machine, so that what the C library loads for it is there before the jail closes.
void loadNameServices();

} // namespace app::download
