// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files that are sound GGUF and no adapters that Carrel applies, with what must be said of each; and adapters that fit
// another model than tiny_model.h's.
#pragma once

#include "tests/support/gguf_writer.h"

#include <string>
#include <vector>

namespace tests {

struct BadAdapter {
    std::string name; ///< a file name
    Bytes bytes;
    std::string said; ///< part of the reason
};

/// Refused by readLora().
std::vector<BadAdapter> badAdapters();
/// Read, and refused by checkFit() for the default tiny model.
std::vector<BadAdapter> foreignAdapters();

} // namespace tests
