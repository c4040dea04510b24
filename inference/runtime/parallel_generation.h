// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/engine.h"
#include "inference/error.h"
#include "inference/runtime/model_runtime.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>

namespace inference::runtime {

/// Most requests that are computed in one batch. Each more costs less, but a chat waits until all have their answers.
inline constexpr std::size_t kMostParallel = 4;

/// A request that may be computed beside others.
struct ParallelTurn {
    RequestId id{};
    GenerateRequest request;
    Engine::OnEvent onEvent;
    Engine::GenerateDone done;
    std::stop_token stop;
    double queuedMs = 0;
};

/// Where such requests wait. Called on the engine's thread.
class TurnQueue {
public:
    virtual ~TurnQueue() = default;
    /// The next one, or nothing: none waits, or something that goes first does.
    virtual std::optional<ParallelTurn> next() = 0;
    /// It will be the next one.
    virtual void giveBack(ParallelTurn turn) = 0;
    /// Requested as soon as something waits that goes first; nobody reads a prompt then.
    virtual std::stop_token othersWait() = 0;
};

/// Answers what waits in the queue, the first one at least, each as generate() would on its own. Where the device can,
/// several are answered at once: their next tokens come from one pass over the weights, and what their prompts begin
/// with is read once (continuous batching: Yu et al. 2022, "Orca"). One that ends makes room for the next. Returns when
/// nothing is left of what was taken; a request whose prompt is still being read when something else wants to run is
/// given back.
void generateQueued(ModelRuntime &runtime, TurnQueue &queue);

} // namespace inference::runtime
