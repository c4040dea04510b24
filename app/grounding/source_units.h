// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/sentences.h"

#include <string>
#include <string_view>
#include <vector>

namespace app::grounding {

/// What a source says in one go: a sentence, a row of a table, an item of a list.
struct SourceUnit {
    storage::TextSpan span; ///< in the source's text
    /// Of the words that say something, sorted, each once: its own, and what it leans on, which is the sentence before
    /// "It …", the header of a row, what leads a list in.
    std::vector<std::string> keys;
};

/// In order. Lines that were only wrapped are no units of their own.
std::vector<SourceUnit> unitsOf(std::string_view text);

} // namespace app::grounding
