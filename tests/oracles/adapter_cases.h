// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tiny models of tests/oracles/fixtures/ with adapters, and the logits that they must give.
#pragma once

#include "inference/backend/backend.h"
#include "tests/oracles/fidelity.h"
#include "tests/oracles/oracle_model.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// A model and what changes it.
struct AdapterCase {
    struct File {
        Bytes bytes;
        float scale = 1.0F;
    };
    OracleModel model; ///< with the logits that it must give with the adapters
    std::vector<File> adapters;
};

/// Every case of `folder`/adapters. Throws when a file is unreadable.
std::vector<AdapterCase> adapterCases(const std::filesystem::path &folder);

/// Runs every case with each type of weights that fits: without its adapters, then derived with them, and checks the
/// logits of every position. Switched off again the model gives the logits from before: the same bits.
void checkAdapters(inference::backend::Backend &backend, std::string_view device, const std::filesystem::path &folder,
                   std::span<const FidelityCase> cases);

} // namespace tests
