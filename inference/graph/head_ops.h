// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows that consist of heads, taken apart and put together again.
#pragma once

#include "inference/graph/operands.h"

#include <cstdint>

namespace inference::graph {

/// `count` numbers of each head: those of head h stand from `first` + h * `stride` on in the row.
struct HeadPart {
    ValueId in{};
    std::uint32_t first = 0;
    std::uint32_t stride = 0; ///< 0: all heads have the same numbers
    std::uint32_t count = 0;
};

/// out = for each of `heads` heads what `a` has of it, then what `b` has of it (nothing where its count is 0).
struct JoinHeads {
    HeadPart a;
    HeadPart b;
    ValueId out{}; ///< (heads * (a.count + b.count))
    std::uint32_t heads = 1;
};

} // namespace inference::graph
