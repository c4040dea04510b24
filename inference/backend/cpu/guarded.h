// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"

#include <new>
#include <string>
#include <system_error>

namespace inference::backend::cpu {

/// Runs `work`, whose standard containers and threads may throw, and turns what it throws into an error.
template <class Work>
auto guarded(Work work) -> decltype(work())
{
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "no memory left while compiling the graph");
    } catch (const std::system_error &error) {
        return failure(ErrorCode::OutOfMemory, std::string("the system refused a thread: ") + error.what());
    }
}

} // namespace inference::backend::cpu
