// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/engine.h"
#include "inference/error.h"
#include "inference/runtime/model_runtime.h"

#include <stop_token>

namespace inference::runtime {

/// Runs one generation to its end: prompt → tokens → prefill → sample, evaluate, decode, until a reason to finish.
/// A failing GPU is replaced by the CPU in the middle of the turn: the token log is evaluated again and the answer
/// goes on from the same token. Events come on the calling thread.
Result<GenerateResult> generate(ModelRuntime &runtime, const GenerateRequest &request, const Engine::OnEvent &onEvent,
                                const std::stop_token &stop);

/// Scores a text from its first token on, without using or keeping KV of other requests.
Result<ScoreResult> score(ModelRuntime &runtime, std::span<const TokenId> tokens, const std::stop_token &stop);

} // namespace inference::runtime
