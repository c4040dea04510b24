// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace inference {

/// What can be said of an adapter's file from its header alone.
struct AdapterSummary {
    std::string name;         ///< general.name, else the file's stem
    std::string kind;         ///< adapter.type: "lora"
    std::string architecture; ///< of the models that it changes
    std::string baseModel;    ///< the model it was made for, as the file names it; empty when it does not
    std::string license;      ///< general.license, empty when absent
    double alpha = 0;         ///< 0: the factors count as they are
    std::uint64_t leastRank = 0;
    std::uint64_t mostRank = 0;
    std::uint32_t changedTensors = 0; ///< of the model
    std::uint64_t parameters = 0;
    std::uint64_t fileBytes = 0;
    bool complete = false;  ///< every tensor's bytes are in the file
    bool supported = false; ///< this version of Carrel applies it
    std::string reason;     ///< why not, one sentence in English
};

/// Reads an adapter's card, also of kinds that Carrel does not apply. AdapterUnfit for files that are no adapters.
Result<AdapterSummary> readAdapterSummary(const std::filesystem::path &path);

/// Whether the adapter can change the model, as loading both would find: the same architecture, and each tensor that it
/// changes there with the same shape. Reads both headers. AdapterUnfit names the first difference.
Result<void> checkAdapterFit(const std::filesystem::path &adapter, const std::filesystem::path &model);

} // namespace inference
