// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What both backends are asked about models that carry several streams.
#pragma once

#include "tests/inference/backend/graph_fixture.h"

#include <memory>
#include <string>
#include <vector>

namespace inference::backend {

struct StreamCase {
    std::string name;
    std::unique_ptr<GraphFixture> fixture;
};

/// Graphs for batches of tokens below `tokens`: streams mixed, rows made as large as others, rows of which only what
/// exceeds the rest is left; also of parts of wider rows and of selected rows.
std::vector<StreamCase> streamCases(std::uint32_t tokens);

} // namespace inference::backend
