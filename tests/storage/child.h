// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

namespace storage::test {

/// Runs a function in a forked child and returns its exit status, or 128 + the signal that ended it.
template <class Function>
int inChild(Function &&function)
{
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        _exit(function());
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace storage::test
