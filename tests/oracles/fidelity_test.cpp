// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Models of every family on the CPU against the logits that transformers computes.
#include "tests/oracles/adapter_cases.h"
#include "tests/oracles/fidelity.h"
#include "tests/oracles/resumption.h"

#include "inference/backend/cpu/cpu_backend.h"
#include "inference/families/families.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace inference;
using namespace tests;

TEST_CASE("every family's logits are the reference implementation's on the CPU")
{
    constexpr FidelityCase kCases[] = {{TensorType::F32, 1e-6, "f32"},
                                       {TensorType::F16, 1e-4, "f16"},
                                       {TensorType::BF16, 1e-4, "bf16"},
                                       {TensorType::Q8_0, 1e-3, "q8_0"},
                                       {TensorType::Q4_0, 1e-3, "q4_0"}};
    checkFidelity(*backend::makeCpuBackend(), "cpu", CARREL_FIXTURES, kCases);
}

TEST_CASE("a model with adapters computes what the reference does with merged weights, and is itself without them")
{
    constexpr FidelityCase kCases[] = {{TensorType::F32, 1e-6, "f32"},
                                       {TensorType::F16, 1e-4, "f16"},
                                       {TensorType::Q8_0, 1e-3, "q8_0"},
                                       {TensorType::Q4_0, 1e-3, "q4_0"}};
    checkAdapters(*backend::makeCpuBackend(), "cpu", CARREL_FIXTURES, kCases);
}

TEST_CASE("models whose layers carry a state go on from anywhere on the CPU as if they had never stopped")
{
    checkResumption(*backend::makeCpuBackend(), CARREL_FIXTURES, Pieces::SameBits);
}

TEST_CASE("every family that this test is said to prove has a model")
{
    const auto models = oracleModels(CARREL_FIXTURES);
    for (const families::Family &family : families::allFamilies()) {
        if (family.provenBy == "tests/oracles/fidelity_test.cpp") {
            CAPTURE(family.architecture);
            CHECK(std::ranges::contains(models, family.architecture, &OracleModel::architecture));
        }
    }
}
