// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"

#include <exception>
#include <new>

namespace inference::backend::vulkan {

/// Runs `work`, whose standard containers and threads may throw, and turns what it throws into an error.
template <class Work>
auto guarded(Work work) -> decltype(work())
{
    try {
        return work();
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "the host is out of memory");
    } catch (const std::exception &exception) {
        return failure(ErrorCode::Internal, exception.what());
    }
}

} // namespace inference::backend::vulkan
