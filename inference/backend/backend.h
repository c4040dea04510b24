// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/graph/graph.h"
#include "inference/types.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace inference::backend {

/// Most tokens of a batch whose every row ends in logits: logits are wide (vocabulary), so their buffer is kept short.
inline constexpr std::uint32_t kMaxLogitsRows = 64;

/// Which rows of a batch end in logits. AllRows is for batches of at most kMaxLogitsRows tokens, but for graphs that
/// end in embeddings.
enum class LogitsWanted { None, LastRow, AllRows };

/// Consecutive tokens of one sequence, evaluated in one go.
struct Batch {
    std::span<const TokenId> tokens; ///< at most ProgramOptions::maxBatch
    std::uint32_t position = 0;      ///< position of tokens[0]; KV before it must be valid
    LogitsWanted logits = LogitsWanted::LastRow;
    /// Position with which the second text of a pair begins (graph::RowOf::Text).
    std::uint32_t secondText = 0xFFFFFFFFU;
};

/// How a graph is compiled for a device.
struct ProgramOptions {
    std::uint32_t contextLength = 4096; ///< positions in the KV cache
    std::uint32_t maxBatch = 512;       ///< rows in one evaluate()
    std::uint32_t threads = 0;          ///< CPU only; 0 = performance cores
    /// False keeps weights in the file's own layout (mapped, unrepacked): for files larger than free memory.
    bool repackWeights = true;
    /// Called after a weight has been copied: its pages of the mapped file may be dropped.
    std::function<void(std::span<const std::byte>)> release{};
    /// Fraction of the weight bytes done, 0 … 1; called on the loading thread.
    std::function<void(float)> progress{};
};

/// A model on one device: weights, KV cache and the compiled list of dispatches. One thread at a time.
///
/// Rules every implementation keeps: a row's result does not depend on the batch it came in (CPU: bit-identical for
/// any split and thread count; Vulkan: identical for the same split); positions are written in any order the caller
/// likes, and evaluate() at position p reads the cache rows 0 … p+n-1; rows past a truncation are overwritten, so
/// dropping a tail costs nothing.
class Program {
public:
    virtual ~Program() = default;

    /// Runs the batch. `logits` receives (wanted rows, vocabulary) floats. Cancelled is answered within one segment
    /// (about 50 ms of device time); KV of the batch's positions is then undefined, earlier positions are intact.
    virtual Result<void> evaluate(const Batch &batch, std::span<float> logits, std::stop_token stop) = 0;

    /// Bytes that readKv() gives for one position, all layers.
    [[nodiscard]] virtual std::uint64_t kvBytesPerPosition() const = 0;
    /// Copies K and V of positions [first, first+count) into `out` (count * kvBytesPerPosition() bytes), in an order
    /// that only writeKv() of the same program understands.
    virtual Result<void> readKv(std::uint32_t first, std::uint32_t count, std::span<std::byte> out) = 0;
    /// Puts back what readKv() gave, at the same positions.
    virtual Result<void> writeKv(std::uint32_t first, std::uint32_t count, std::span<const std::byte> in) = 0;

    [[nodiscard]] virtual MemoryUse memoryUse() const = 0;
    /// As given, with `threads` resolved to the number in use.
    [[nodiscard]] virtual const ProgramOptions &options() const = 0;
};

/// One device that can run graphs.
class Backend {
public:
    virtual ~Backend() = default;
    [[nodiscard]] virtual const DeviceInfo &device() const = 0;
    /// What compile() would allocate, without allocating.
    [[nodiscard]] virtual MemoryUse estimate(const graph::Graph &graph, const ProgramOptions &options) const = 0;
    /// Uploads or repacks the weights and compiles the graph. The graph and the bytes its weights point to must stay
    /// alive as long as the program unless `release` was called for them.
    virtual Result<std::unique_ptr<Program>> compile(const graph::Graph &graph, const ProgramOptions &options,
                                                     std::stop_token stop) = 0;
};

} // namespace inference::backend
