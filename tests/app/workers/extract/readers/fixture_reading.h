// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Documents of the fixtures folder, read, and what was read as lines that a test can compare.
#pragma once

#include "app/workers/extract/reader.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fixtures {

using app::extraction::Bytes;
using app::extraction::Context;
using app::extraction::Extraction;
using app::extraction::Limits;

/// The bytes of a fixture; fails the test where there is none.
std::string load(const std::string &name);

struct Attached {
    std::string name;
    std::string mediaType;
    std::string bytes;
};

/// Reads bytes within limits; what the reader hands to the gate lands in `attached`.
Extraction read(app::extraction::Reader reader, std::string_view bytes, std::string_view extension = {},
                const Limits &limits = {}, std::vector<Attached> *attached = nullptr);

/// A line for each page ("==", "== label") and each block: its kind (P, H1, L2, T, T* for a header, C, R), then its
/// text, line feeds as "/", tabs as "|".
std::string lines(const Extraction &extraction);

/// The notices as "HiddenText@0 text", one a line.
std::string notices(const Extraction &extraction);

std::string_view stateName(app::extraction::State state);

/// What every answer must keep to, whatever the file: fails the test where it does not.
void requireSound(const Extraction &extraction);

/// A format's reader and the fixtures that it reads.
struct Family {
    std::string_view name;
    app::extraction::Reader reader;
    std::vector<std::string> files;
};
const std::vector<Family> &families();

} // namespace fixtures
