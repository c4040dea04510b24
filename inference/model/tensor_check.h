// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/model/gguf_file.h"
#include "inference/model/model_config.h"

namespace inference {

/// Checks that the file holds exactly the tensors of a llama model with these hyperparameters: each one's presence,
/// shape and a type that Carrel reads; norms, biases and rope factors in F32. A tensor that the model has no use for
/// is refused as well (UnsupportedFile): it belongs to a variant that would be computed wrongly. Needs the header
/// alone; call it before any weight is used.
Result<void> checkLlamaTensors(const GgufFile &file, const ModelConfig &config);

} // namespace inference
