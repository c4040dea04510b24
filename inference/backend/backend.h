// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/graph/graph.h"
#include "inference/kv_type.h"
#include "inference/types.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
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

/// Rows of a batch that go on with one of several sequences, see Program::openSequences().
struct SequenceRows {
    std::uint32_t sequence = 0;
    std::uint32_t position = 0; ///< of the first row; KV before it must be valid
    std::uint32_t rows = 0;
    bool logits = false; ///< the last row ends in logits
};

/// Consecutive tokens of one sequence, evaluated in one go.
struct Batch {
    std::span<const TokenId> tokens; ///< at most ProgramOptions::maxBatch
    std::uint32_t position = 0;      ///< position of tokens[0]; KV before it must be valid
    LogitsWanted logits = LogitsWanted::LastRow;
    /// Position with which the second text of a pair begins (graph::RowOf::Text).
    std::uint32_t secondText = 0xFFFFFFFFU;
    /// Tokens of each of several texts that follow each other in `tokens`, every one a sequence of its own; empty: one
    /// sequence. As many as Program::textsThatFit() says, from position 0; the last row of each ends in logits.
    std::span<const std::uint32_t> texts = {};
    /// The sequences that the tokens belong to, ascending, none twice; empty: one sequence. `position` and `logits`
    /// mean nothing then.
    std::span<const SequenceRows> sequences = {};
};

class HostExpertsMaker;

/// How a graph is compiled for a device.
struct ProgramOptions {
    std::uint32_t contextLength = 4096; ///< positions in the KV cache
    std::uint32_t maxBatch = 512;       ///< rows in one evaluate()
    /// Positions that a layer which slides keeps beyond its window, so that the end of a sequence can be taken back.
    std::uint32_t rewind = 512;
    /// Most RAM for states of recurrent layers that are kept to go back to, but for the latest one.
    std::uint64_t stateBudget = 96ULL << 20U;
    std::uint32_t threads = 0; ///< of the processor; 0 = performance cores
    KvType kv = KvType::F16;   ///< quantized: of models whose heads are whole blocks of kKvBlock numbers
    /// False keeps weights that the processor reads in the file's own layout (mapped, unrepacked): for files larger
    /// than free memory.
    bool repackWeights = true;
    /// Graphics devices: the experts of so many layers, the first that have any, stay in host memory and are computed
    /// there by what `hostExperts` makes. All where the model has fewer. The processor has all of them in host memory.
    std::uint32_t hostExpertLayers = 0;
    std::shared_ptr<HostExpertsMaker> hostExperts{};
    /// Called after a weight has been copied: its pages of the mapped file may be dropped.
    std::function<void(std::span<const std::byte>)> release{};
    /// Fraction of the weight bytes done, 0 … 1; called on the loading thread.
    std::function<void(float)> progress{};
};

/// Lengths of a sequence: first, last and all between.
struct ResumeRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    bool operator==(const ResumeRange &) const = default;
};

/// The largest length that is in `ranges` and at most `length`; 0, where every sequence begins, when there is none.
inline std::uint32_t resumePoint(std::span<const ResumeRange> ranges, std::uint32_t length)
{
    std::uint32_t best = 0;
    for (const ResumeRange &range : ranges) {
        if (range.first <= length) {
            best = std::max(best, std::min(range.last, length));
        }
    }
    return best;
}

/// A model on one device: weights, KV cache and the compiled list of dispatches. One thread at a time.
///
/// Rules every implementation keeps: a row's result does not depend on the batch it came in (CPU: bit-identical for
/// any split and thread count; Vulkan: identical for the same split). A sequence begins with a batch at position 0; a
/// batch at position p goes on after the first p positions, and what was written past them is as good as gone: dropping
/// a tail costs nothing. Where the program may go on is what resumeRanges() says.
class Program {
public:
    virtual ~Program() = default;

    /// Runs the batch. `logits` receives (wanted rows, vocabulary) floats. Cancelled is answered within one segment
    /// (about 50 ms of device time); KV of the batch's positions is then undefined, earlier positions and the state
    /// after them are as before.
    /// InvalidArgument at a position where the sequence cannot be taken up.
    virtual Result<void> evaluate(const Batch &batch, std::span<float> logits, std::stop_token stop) = 0;

    /// How many texts of these lengths, from the first on, can be evaluated in one batch (Batch::texts), with the
    /// result that each has alone; less than two: each has to be a batch. No sequence can be taken up after such a
    /// batch.
    [[nodiscard]] virtual std::size_t textsThatFit(std::span<const std::uint32_t> /*lengths*/) const { return 0; }

    /// How many sequences of this length the cache can hold side by side; less than two: it cannot.
    [[nodiscard]] virtual std::uint32_t sequencesThatFit(std::uint32_t /*length*/) const { return 0; }
    /// Divides the cache among `count` sequences (at most sequencesThatFit() of their length), which all begin with the
    /// first `prefix` positions of the one that was there. It is sequence 0: after batches of several
    /// (Batch::sequences) it can be taken up at any length up to which it was not written since. Each sequence's rows
    /// are what they are when it is evaluated alone. How many positions each has.
    virtual Result<std::uint32_t> openSequences(std::uint32_t /*count*/, std::uint32_t /*prefix*/)
    {
        return failure(ErrorCode::InvalidArgument, "this device evaluates one sequence at a time");
    }

    /// Lengths, ascending, to which the sequence that was evaluated last can be cut back and then be continued. Those
    /// past its own length mean nothing. A KV cache of all positions can be resumed anywhere, a ring where the window
    /// before is still there, other states at the lengths for which they were kept. 0 need not be in it.
    [[nodiscard]] virtual std::vector<ResumeRange> resumeRanges() const = 0;

    /// Bytes that save() would give now for the first `length` positions.
    [[nodiscard]] virtual std::uint64_t savedBytes(std::uint32_t length) const = 0;
    /// Copies what the program keeps of the first `length` positions into `out` (savedBytes(length) bytes), in an
    /// order that only restore() of the same program understands.
    virtual Result<void> save(std::uint32_t length, std::span<std::byte> out) = 0;
    /// Puts back what save() gave for that length, in place of all that is there. resumeRanges() is then, up to that
    /// length, what it was at the time.
    virtual Result<void> restore(std::uint32_t length, std::span<const std::byte> in) = 0;

    /// A program for another graph over the same weights, in the same options: that of adapters which are switched on
    /// or off. The weights that this program was compiled with stand first in `graph`, under the same numbers; they are
    /// neither read nor copied again. The others are copied, but for tables that tokens choose rows from. Both programs
    /// have one cache and one set of recurrent states with what was kept of them, all of which keep their content, so
    /// that only one of them may be run from then on. On failure this program is as it was.
    virtual Result<std::unique_ptr<Program>> derive(const graph::Graph &graph, std::stop_token stop) = 0;

    /// Bytes of the state that recurrent layers carry from token to token; 0: the model has none, and its sequences can
    /// be cut back wherever the cache can.
    [[nodiscard]] virtual std::uint64_t stateBytes() const { return 0; }
    /// Keeps that state as it is now, so that the sequence can be cut back to here (resumeRanges()). A convenience:
    /// within ProgramOptions::stateBudget, and nothing is kept where memory lacks.
    virtual Result<void> keepState() { return {}; }

    [[nodiscard]] virtual MemoryUse memoryUse() const = 0;
    /// As given, with `threads` resolved to the number in use where the processor takes part.
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
