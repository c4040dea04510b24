// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"

#include <exception>
#include <new>
#include <string>
#include <system_error>

namespace inference {

/// Runs `work`, whose standard containers and threads may throw, and turns what it throws into an error: exceptions end
/// here, memory that ran out becomes an error like any other.
template <class Work>
auto guarded(Work &&work) -> decltype(work())
{
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "memory ran out");
    } catch (const std::system_error &error) {
        return failure(ErrorCode::OutOfMemory, std::string("the system refused a thread: ") + error.what());
    } catch (const std::exception &exception) {
        return failure(ErrorCode::Internal, exception.what());
    }
}

} // namespace inference
