// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace inference::backend::cpu {

/// Physical cores that this process may run on; on processors with two kinds of cores only the fast ones. At least 1.
std::uint32_t performanceCores();

/// The processor's name as the system gives it, or "Processor".
std::string processorName();

/// Bytes of memory in the machine, and those that can be had without swapping. 0 when unknown.
struct SystemMemory {
    std::uint64_t total = 0;
    std::uint64_t available = 0;
};
SystemMemory systemMemory();

} // namespace inference::backend::cpu
