// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace inference::runtime {

/// RAM of this machine in bytes.
struct HostMemory {
    std::uint64_t totalBytes = 0;
    std::uint64_t availableBytes = 0; ///< what can be used without swapping
};

/// Reads /proc/meminfo and the process's cgroup limit; zeros when neither can be read.
HostMemory hostMemory();

/// The two numbers of a /proc/meminfo text.
HostMemory parseMemInfo(std::string_view text);

} // namespace inference::runtime
