// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>

namespace inference::backend {

/// The experts of some layers in host memory, computed there for a program whose other layers are on a device: of the
/// graph's blocks (graph::expertBlocks()) the first ProgramOptions::hostExpertLayers. One thread at a time.
class HostExperts {
public:
    virtual ~HostExperts() = default;

    /// Writes what a block makes of each row, without its residual: (rows, width of the block's `out`). `inputs` has
    /// (rows, width) numbers for each of the block's inputs, in their order; at most ProgramOptions::maxBatch rows. A
    /// row's result does not depend on the others, nor on the number of threads. Cancelled is answered within a few
    /// milliseconds; NotFinite for a choice of experts that is none. It can be run again after any error.
    virtual Result<void> run(std::size_t block, std::uint32_t rows, std::span<const float *const> inputs, float *out,
                             std::stop_token stop) = 0;

    /// As Program::derive(): for another graph over the same weights, which both have from then on.
    virtual Result<std::unique_ptr<HostExperts>> derive(const graph::Graph &graph, std::stop_token stop) = 0;

    /// Host memory that is its own: weights that were repacked, but not those that are read in the mapped file.
    [[nodiscard]] virtual std::uint64_t bytes() const = 0;
    [[nodiscard]] virtual std::uint32_t threads() const = 0;
};

/// Makes them. Any thread.
class HostExpertsMaker {
public:
    virtual ~HostExpertsMaker() = default;
    /// HostExperts::bytes() of what make() would give, for a graph that checks out.
    [[nodiscard]] virtual std::uint64_t bytesNeeded(const graph::Graph &graph, const ProgramOptions &options) const = 0;
    /// Of `options`: hostExpertLayers, maxBatch, threads, repackWeights, release and progress count. The graph's
    /// weights must stay alive as Backend::compile() says. InvalidArgument, OutOfMemory, Cancelled.
    virtual Result<std::unique_ptr<HostExperts>> make(const graph::Graph &graph, const ProgramOptions &options,
                                                      std::stop_token stop) = 0;
};

} // namespace inference::backend
