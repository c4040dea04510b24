// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/cpu/cpu_backend.h"

#include <catch2/catch_test_macros.hpp>
#include <hwy/highway.h>

#include <string>

namespace inference::backend {

/// Calls `check` once for each instruction set that this machine has and the kernels were compiled for; backends made
/// inside use that set.
template <class Check>
void onEveryTarget(Check check)
{
    const auto choose = [](std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().DeInit();
    };
    constexpr std::int64_t kHighest = std::int64_t{1} << 61;
    std::string last;
    for (std::int64_t target = 1; target > 0; target = target > kHighest ? 0 : target << 1) {
        choose(0);
        if ((hwy::SupportedTargets() & target) == 0) {
            continue;
        }
        choose(target);
        const std::string name = makeCpuBackend()->device().driver;
        if (name == last) {
            continue;
        }
        last = name;
        CAPTURE(name);
        check();
    }
    choose(0);
}

} // namespace inference::backend
