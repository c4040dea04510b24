// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows by position and by text, and pooling, on the CPU against the reference.
#include "inference/backend/cpu/cpu_backend.h"
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/text_cases.h"

namespace inference::backend {

TEST_CASE("rows by token, position and text become one row")
{
    onEveryTarget([] {
        for (const TextCase &shape : textCases()) {
            CAPTURE(static_cast<int>(shape.kind), shape.width, shape.tokens, shape.texts, shape.secondText);
            CHECK(textError(*makeCpuBackend(), shape) < 1e-7);
        }
    });
}

TEST_CASE("a sequence that becomes one row is one batch")
{
    checkTextRefusals(*makeCpuBackend());
}

} // namespace inference::backend
