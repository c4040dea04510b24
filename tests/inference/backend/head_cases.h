// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What both backends are asked about rows that consist of heads.
#pragma once

#include "tests/inference/backend/graph_fixture.h"

#include <memory>
#include <string>
#include <vector>

namespace inference::backend {

struct HeadCase {
    std::string name;
    std::unique_ptr<GraphFixture> fixture;
    double tolerance = 1e-7;
};

/// Graphs for batches of tokens below `tokens`: heads taken apart and joined, a matrix for each head in several types,
/// numbers scaled by their position and bounded.
std::vector<HeadCase> headCases(std::uint32_t tokens);

} // namespace inference::backend
