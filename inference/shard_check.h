// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/model_files.h"

#include <filesystem>

namespace inference {

/// Whether a file, whatever it is called, is that one of a model's files: a sound header, all of its tensors' bytes,
/// and the number and count of the name in the header. PartMissing where it is another one. Maps the file; takes
/// milliseconds.
Result<void> checkShard(const std::filesystem::path &path, const ShardName &name);

} // namespace inference
