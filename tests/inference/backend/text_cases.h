// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What only models that make embeddings have: rows by position and by text, and one row made of all.
#pragma once

#include "tests/inference/backend/graph_fixture.h"
#include "tests/inference/backend/op_reference.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace inference::backend {

struct TextCase {
    graph::PoolKind kind = graph::PoolKind::Mean;
    std::uint32_t width = 33;
    std::uint32_t tokens = 5;
    std::uint32_t texts = 2;           ///< rows of the table of texts
    std::uint32_t secondText = 3;      ///< first position of the second one
    TensorType type = TensorType::F32; ///< of the tables
    bool fromFile = false;             ///< the table of tokens stays in the file
};

/// Shapes that end anywhere in a vector and a block, and one more token than a pass of a long batch has.
std::vector<TextCase> textCases();

/// The sum of a token's, its position's and its text's row, a matrix, and the pool.
std::unique_ptr<GraphFixture> textGraph(const TextCase &shape);

/// NMSE of the pooled row against the reference. Fails the test where the program fails.
double textError(Backend &backend, const TextCase &shape);

/// Checks what a backend refuses: a pooled sequence in parts, all of its rows, more positions than were learned.
void checkTextRefusals(Backend &backend);

} // namespace inference::backend
