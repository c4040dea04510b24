// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the fuzz targets of document readers share.
#pragma once

#include "app/workers/extract/readers.h"
#include "tests/app/workers/extract/readers/sound_extraction.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

/// Reads bytes within small limits and ends the program when the answer breaks what every answer keeps to.
inline void readSoundly(app::extraction::Reader reader, std::span<const std::uint8_t> bytes)
{
    using namespace app::extraction;
    const Limits limits{.textBytes = 1 << 20, .pages = 100, .archiveEntries = 200, .unpackedBytes = 16 << 20};
    Budget budget(limits);
    const Context context{.limits = limits, .budget = &budget};
    const Extraction extraction = reader(std::as_bytes(bytes), context);
    const std::string wrong = fixtures::unsound(extraction);
    if (!wrong.empty()) {
        std::fprintf(stderr, "%s\n", wrong.c_str());
        std::abort();
    }
}
