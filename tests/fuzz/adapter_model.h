// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The model that the seeds of the adapters' fuzz target fit: small, because fuzzers change small inputs faster.
#pragma once

#include "tests/support/tiny_model.h"
#include "tests/support/tiny_vocabulary.h"

namespace tests {

inline TinyModelOptions adapterModel()
{
    return {.layers = 1,
            .embedding = 32,
            .feedForward = 32,
            .heads = 1,
            .kvHeads = 1,
            .vocabulary = tinyVocabularyLeast(),
            .type = inference::TensorType::F32};
}

} // namespace tests
