// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/model/gguf_file.h"
#include "inference/text_model.h"

#include <filesystem>
#include <memory>

namespace inference::runtime {

/// TextModel::open over a file that is already parsed. Copies what it needs; does not keep the file.
Result<std::shared_ptr<const TextModel>> textModelFromFile(const std::shared_ptr<const GgufFile> &file,
                                                           const std::filesystem::path &path);

} // namespace inference::runtime
