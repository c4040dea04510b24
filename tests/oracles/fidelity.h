// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "tests/oracles/oracle_model.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace tests {

/// Matrices of a type and the error that the activations of their kernels allow.
struct FidelityCase {
    inference::TensorType type = inference::TensorType::F32;
    double bound = 0.0;
    std::string_view name;
};

/// What programs are compiled with besides a model's context and batch.
using ProgramChange = std::function<void(inference::backend::ProgramOptions &)>;

/// Runs every model of the folder in every case that it fits, a prompt in several batches, and checks the logits of
/// every position. The errors go to the report as "<device> <case>". CARREL_FIDELITY_ONLY in the environment: a part of
/// the names of models that are run alone.
void checkFidelity(inference::backend::Backend &backend, std::string_view device, const std::filesystem::path &folder,
                   std::span<const FidelityCase> cases);

/// The same for models with experts, those of one layer in host memory and those of all. Nothing is reported.
void checkHostExperts(inference::backend::Backend &backend, std::shared_ptr<inference::backend::HostExpertsMaker> maker,
                      const std::filesystem::path &folder, std::span<const FidelityCase> cases);

} // namespace tests
