// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/pre_tokenizer.h"

#include <cstddef>
#include <span>

namespace inference {

class Cursor;

/// Matches at a position of a piece and gives the end of the match, or the position itself. Stages run one after the
/// other: each cuts the pieces of the one before, what it does not match stays together.
using Stage = std::size_t (*)(Cursor &, std::size_t);

std::span<const Stage> stagesOf(PreTokenizer kind);

} // namespace inference
