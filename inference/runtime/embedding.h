// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/embedding.h"
#include "inference/error.h"
#include "inference/runtime/model_runtime.h"

#include <functional>
#include <stop_token>

namespace inference::runtime {

using OnTextProgress = std::function<void(const TextProgress &)>;

/// One vector for each text, in order. Texts that are too long lose their end, which the result tells. A failing GPU is
/// replaced by the CPU between two texts. WrongPurpose where the model makes none, Cancelled between texts or within.
Result<EmbedResult> embed(ModelRuntime &runtime, const EmbedRequest &request, const OnTextProgress &onProgress,
                          const std::stop_token &stop);

/// One score for each text, in order; by a classifier, or by the logits of "yes" and "no".
Result<RerankResult> rerank(ModelRuntime &runtime, const RerankRequest &request, const OnTextProgress &onProgress,
                            const std::stop_token &stop);

} // namespace inference::runtime
