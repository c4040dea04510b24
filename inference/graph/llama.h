// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/graph/graph.h"
#include "inference/model/gguf_file.h"
#include "inference/model/model_config.h"

namespace inference::graph {

/// The forward pass of the `llama` architecture (Llama 2 and 3, SmolLM2, Mistral): pre-norm decoder with rotary
/// positions, grouped-query attention and SwiGLU. Touvron et al. 2023, arXiv:2307.09288.
/// The tensors must have passed checkLlamaTensors(); the graph borrows their bytes from `file`.
Result<Graph> buildLlama(const GgufFile &file, const ModelConfig &config);

} // namespace inference::graph
