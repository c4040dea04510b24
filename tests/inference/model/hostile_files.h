// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files that have broken readers of GGUF, ours or others', and the check that must refuse each.
#pragma once

#include "inference/error.h"
#include "inference/model/gguf_file.h"
#include "tests/support/gguf_writer.h"

#include <string>
#include <vector>

namespace tests {

/// One broken file.
struct HostileFile {
    std::string name; ///< a file name, with the published report where there is one
    Bytes bytes;
    inference::ErrorCode code; ///< of the refusal
    std::string check;         ///< text of the refusal that names the check
};

/// Broken at the level of the format: parsing must refuse them in both scopes.
std::vector<HostileFile> hostileHeaders();
/// Sound headers whose data is not all there or not known: refused for a whole file, accepted as a header.
std::vector<HostileFile> hostileData();
/// Well-formed files that lie about a model: hyperparameters, tokenizer or tensors.
std::vector<HostileFile> hostileModels();

/// Goes the whole way of a model file: parse, hyperparameters, tensors, vocabulary.
inference::Result<void> loadModelHeader(std::span<const std::byte> bytes, inference::GgufScope scope);

} // namespace tests
