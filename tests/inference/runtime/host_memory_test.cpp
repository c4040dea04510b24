// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/host_memory.h"

#include <catch2/catch_test_macros.hpp>

using inference::runtime::hostMemory;
using inference::runtime::parseMemInfo;

TEST_CASE("meminfo's kibibytes become bytes")
{
    const auto memory =
        parseMemInfo("MemTotal:       24588100 kB\nMemFree:          100 kB\nMemAvailable:   23000000 kB\n");
    CHECK(memory.totalBytes == 24588100ULL * 1024);
    CHECK(memory.availableBytes == 23000000ULL * 1024);
}

TEST_CASE("a strange meminfo gives zeros, not nonsense")
{
    for (const char *text : {"", "MemTotal:", "MemTotal: many kB\nMemAvailable: 99999999999999999999999 kB\n"}) {
        CAPTURE(text);
        CHECK(parseMemInfo(text).totalBytes == 0);
        CHECK(parseMemInfo(text).availableBytes == 0);
    }
}

TEST_CASE("this machine has memory")
{
    CHECK(hostMemory().totalBytes > 0);
    CHECK(hostMemory().availableBytes <= hostMemory().totalBytes);
}
