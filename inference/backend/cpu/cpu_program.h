// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/backend/cpu/expert_ops.h"
#include "inference/backend/cpu/kernels.h"
#include "inference/backend/cpu/kv_cache.h"
#include "inference/backend/cpu/memory.h"
#include "inference/backend/cpu/plan.h"
#include "inference/backend/cpu/state_memory.h"
#include "inference/backend/cpu/thread_crew.h"
#include "inference/backend/cpu/weight_store.h"
#include "inference/graph/kv_extent.h"
#include "inference/graph/saved_sequence.h"
#include "inference/graph/state_snapshots.h"

#include <memory>
#include <vector>

namespace inference::backend::cpu {

/// A compiled graph on the CPU. evaluate() allocates nothing.
class CpuProgram : public Program, private StagedWork {
public:
    /// What create() will allocate for a graph that checks out.
    static MemoryUse estimate(const graph::Graph &graph, const ProgramOptions &options, const Kernels &kernels);
    static std::uint64_t bytesOfBlocks(const graph::Graph &graph, const ProgramOptions &options,
                                       const Kernels &kernels);
    /// Errors: InvalidArgument, OutOfMemory, Cancelled. With `from`: derived from that program, as derive() says.
    static Result<std::unique_ptr<Program>> create(const graph::Graph &graph, const ProgramOptions &options,
                                                   const Kernels &kernels, const std::stop_token &stop,
                                                   const CpuProgram *from = nullptr);
    /// The same for the first ProgramOptions::hostExpertLayers blocks of experts of the graph alone, for runBlock().
    static Result<std::unique_ptr<CpuProgram>> createBlocks(const graph::Graph &graph, const ProgramOptions &options,
                                                            const Kernels &kernels, const std::stop_token &stop,
                                                            const CpuProgram *from = nullptr);

    /// As HostExperts::run(); of a program that createBlocks() made.
    Result<void> runBlock(std::size_t index, std::uint32_t rows, std::span<const float *const> inputs, float *out,
                          std::stop_token stop);

    Result<void> evaluate(const Batch &batch, std::span<float> logits, std::stop_token stop) override;
    [[nodiscard]] std::size_t textsThatFit(std::span<const std::uint32_t> lengths) const override;
    [[nodiscard]] std::uint32_t sequencesThatFit(std::uint32_t length) const override;
    Result<std::uint32_t> openSequences(std::uint32_t count, std::uint32_t prefix) override;
    [[nodiscard]] std::vector<ResumeRange> resumeRanges() const override;
    [[nodiscard]] std::uint64_t savedBytes(std::uint32_t length) const override;
    Result<void> save(std::uint32_t length, std::span<std::byte> out) override;
    Result<void> restore(std::uint32_t length, std::span<const std::byte> in) override;
    Result<std::unique_ptr<Program>> derive(const graph::Graph &graph, std::stop_token stop) override;
    [[nodiscard]] std::uint64_t stateBytes() const override { return m_snapshots->stateBytes(); }
    Result<void> keepState() override;
    [[nodiscard]] MemoryUse memoryUse() const override;
    [[nodiscard]] const ProgramOptions &options() const override { return m_options; }

private:
    struct RowRunner;
    /// Places in the scratch memory that belong to one thread.
    struct ThreadScratch {
        float *products = nullptr;                 ///< (kPanelRows, lanes), twice
        float *attention = nullptr;                ///< (kQueryRows, 2 * (valueDim + 2))
        std::byte *tiles = nullptr;                ///< two tiles
        ActivationBlock *gatheredBlocks = nullptr; ///< what a panel's pairs see, as int8 and as f32
        float *gatheredFloats = nullptr;
    };
    /// Where the numbers of a head of a recurrent op stand.
    struct HeadShape {
        std::uint32_t rows = 0; ///< of the state
        std::uint32_t columns = 0;
        graph::ValueId in;
        std::size_t valuesFirst = 0; ///< column of `in`
        graph::ValueId out;
    };
    /// How the open stage is divided.
    struct Division {
        std::uint32_t chunks = 0;
        std::uint64_t perChunk = 0; ///< rows, tiles or query blocks
        std::uint64_t total = 0;
        std::uint32_t panels = 1; ///< batch rows of a mat-mul, or pairs of experts, are split into so many parts
        std::uint32_t panelRows = 0;
        bool splitKeys = false;
    };

    CpuProgram(const ProgramOptions &options, const Kernels &kernels, std::uint32_t threads);
    static MemoryUse estimate(const graph::Graph &graph, const Plan &plan, const ProgramOptions &options,
                              const Kernels &kernels);
    /// What create() does; may throw std::bad_alloc and std::system_error.
    static Result<std::unique_ptr<CpuProgram>> make(const graph::Graph &graph, Plan plan, const ProgramOptions &options,
                                                    const Kernels &kernels, const std::stop_token &stop,
                                                    const CpuProgram *from);
    /// Weights and cache of their own.
    [[nodiscard]] bool canTakeTexts(const graph::Graph &graph) const;
    [[nodiscard]] bool canTakeSequences(const graph::Graph &graph) const;
    /// No state is carried on, and every layer has room for the whole context.
    [[nodiscard]] bool holdsAll(const graph::Graph &graph) const;
    Result<void> fillFresh(const graph::Graph &graph, const ProgramOptions &options, const std::stop_token &stop);
    /// The other program's weights and cache.
    Result<void> fillFrom(const CpuProgram &other, const graph::Graph &graph, const std::stop_token &stop);

    std::uint32_t openStage() override;
    void runChunk(std::uint32_t chunk, std::uint32_t thread) override;

    Division divide(const RowStage &stage, std::uint32_t rows) const;
    Division divide(const MatMulStage &stage, std::uint32_t rows) const;
    Division divide(const ExpertStage &stage, std::uint32_t rows);
    Division divide(const graph::Attention &op, std::uint32_t rows) const;
    Division divide(const graph::CausalConv &op, std::uint32_t rows) const;
    Division divide(const graph::GatedDelta &op, std::uint32_t rows) const;
    Division divide(const graph::StateScan &op, std::uint32_t rows) const;
    /// Equal parts of `total`, multiples of `least`.
    [[nodiscard]] Division divideEvenly(std::uint64_t total, std::uint64_t least) const;
    void runRows(const RowStage &stage, std::uint32_t first, std::uint32_t end);
    void run(const RowStage &stage, std::uint32_t chunk, std::uint32_t thread);
    void run(const MatMulStage &stage, std::uint32_t chunk, std::uint32_t thread);
    void run(const ExpertStage &stage, std::uint32_t chunk, std::uint32_t thread);
    void run(const graph::Attention &op, std::uint32_t chunk, std::uint32_t thread);
    void run(const graph::CausalConv &op, std::uint32_t chunk, std::uint32_t thread);
    void run(const graph::GatedDelta &op, std::uint32_t chunk, std::uint32_t thread);
    void run(const graph::StateScan &op, std::uint32_t chunk, std::uint32_t thread);
    /// All rows for a block of a head's columns.
    void advance(const graph::GatedDelta &op, std::uint32_t head, std::uint32_t block);
    void advance(const graph::StateScan &op, std::uint32_t head, std::uint32_t block);
    [[nodiscard]] StateColumns columnsOf(std::uint32_t state, const HeadShape &shape, std::uint32_t head,
                                         std::uint32_t block) const;
    [[nodiscard]] RowNumbers numbers(graph::ValueId value, std::size_t first) const;
    /// Makes the state that of the positions before a batch.
    void takeUpState(std::uint32_t position);
    /// What saving and putting back need to know of the sequence.
    [[nodiscard]] graph::SequenceParts sequence() const;
    void runTile(const MatMulStage &stage, const MatMulPart &part, std::uint64_t tile, std::uint32_t firstRow,
                 std::uint32_t rows, const ThreadScratch &scratch);
    /// The activations that a panel's pairs see, side by side.
    Activations gather(const ExpertStage &stage, const ExpertPanel &panel, const ThreadScratch &scratch) const;
    void runExpertTile(const ExpertStage &stage, const ExpertPart &part, std::uint64_t tile, const ExpertPanel &panel,
                       const Activations &x, const ThreadScratch &scratch);
    void multiplyPanel(const ExpertStage &stage, const graph::ExpertMatMul &op, std::uint64_t tile,
                       const ExpertPanel &panel, const Activations &x, float *products, std::byte *buffer) const;
    /// Query rows of one KV head.
    struct QueryBlock {
        std::uint64_t first = 0;
        std::uint32_t count = 0;
    };
    [[nodiscard]] QueryBlock queryBlock(std::uint64_t block, std::uint32_t group) const;
    void attendWhole(const graph::Attention &op, std::uint32_t chunk, const ThreadScratch &scratch);
    void attendSplit(const graph::Attention &op, std::uint32_t chunk);
    void mergeSplits(const graph::Attention &op) const;
    [[nodiscard]] float softmaxFactor(const graph::Attention &op, std::uint32_t head, const float *state) const;

    /// Rows of the batch that belong together: one of several texts, or what goes on with one of several sequences.
    struct BatchPart {
        std::uint32_t first = 0; ///< row
        std::uint32_t count = 0;
        std::uint32_t slot = 0;     ///< of its sequence's first position in the cache
        std::uint32_t position = 0; ///< of its first row
    };
    /// Where a row of the batch stands.
    struct Place {
        std::uint32_t position = 0; ///< in its sequence
        std::uint32_t length = 0;   ///< of its sequence, as far as it goes
        std::uint32_t slot = 0;     ///< of its sequence's first position in the cache
    };
    [[nodiscard]] Place placeOf(std::uint32_t row) const;
    /// Divides the batch into texts or rows of sequences; no parts: it is one sequence.
    Result<void> takeParts(const Batch &batch);
    Result<void> takeTexts(const Batch &batch);
    Result<void> takeSequences(const Batch &batch);
    /// Slots from the beginning of one sequence to that of the next.
    [[nodiscard]] std::uint32_t sequenceStride() const;
    void addPart(const BatchPart &part);
    /// The row of the batch that ends in logits.
    [[nodiscard]] std::uint32_t selectedRow(std::uint32_t index) const;
    /// One row of one sequence, whose keys can be divided among threads.
    [[nodiscard]] bool isLoneRow() const { return m_tokens.size() == 1 && m_parts.empty(); }

    [[nodiscard]] std::uint32_t rowsOf(bool selected) const;
    [[nodiscard]] std::uint32_t splits() const;
    [[nodiscard]] float *row(graph::ValueId value, std::uint32_t row) const;
    [[nodiscard]] std::uint32_t width(graph::ValueId value) const { return m_values[value.index].width; }
    [[nodiscard]] float *partialState(std::uint32_t head, std::uint32_t split, std::uint32_t valueDim) const;

    ProgramOptions m_options;
    const Kernels &m_kernels;
    Plan m_plan;
    std::vector<graph::ValueInfo> m_values;
    graph::ValueId m_logitsValue;
    std::uint32_t m_vocabulary = 0;
    std::uint64_t m_tokenLimit = 0; ///< rows of the smallest table that tokens index
    bool m_pools = false;
    bool m_takesTexts = false;
    bool m_takesSequences = false;
    std::uint32_t m_sequences = 0; ///< that the cache is divided among
    WeightStore m_weights;
    std::size_t m_sharedWeights = 0; ///< the first ones, which derived programs share
    std::vector<graph::KvLayer> m_kvLayers;
    std::shared_ptr<graph::KvExtent> m_extent; ///< like all of the sequence, also of programs derived from this one
    std::shared_ptr<KvCache> m_kv;
    std::shared_ptr<StateMemory> m_states;
    std::shared_ptr<graph::StateSnapshots> m_snapshots; ///< of the sequence in m_states
    Memory m_scratch;
    std::vector<graph::RopeTable> m_ropes; ///< of the graph

    float *m_valueRows = nullptr;
    ActivationBlock *m_blocks = nullptr;
    std::vector<float *> m_ropeTables; ///< (maxBatch, 2 * rotatedDims)
    ExpertGroups m_groups;             ///< of the open stage
    float *m_partials = nullptr;       ///< (heads, splits, valueDim + 2) of a lone row
    std::vector<ThreadScratch> m_threadScratch;

    std::vector<graph::ExpertBlock> m_expertBlocks; ///< of a program of blocks alone

    // The batch in flight.
    std::span<const TokenId> m_tokens;
    std::uint32_t m_rows = 0;
    std::uint32_t m_position = 0;
    std::uint32_t m_secondText = 0;        ///< position with which the second text of a pair begins
    std::vector<BatchPart> m_parts;        ///< empty: the batch is one sequence
    bool m_apart = false;                  ///< the parts are of several sequences
    std::vector<std::uint32_t> m_partOf;   ///< per row
    std::vector<std::uint32_t> m_selected; ///< rows, of a batch of parts
    std::uint32_t m_selectedRows = 0;
    float *m_logits = nullptr;
    std::stop_token m_stop;
    std::size_t m_nextStage = 0;
    std::size_t m_endStage = 0;
    const Stage *m_stage = nullptr;
    Division m_division;
    bool m_cancelled = false;

    ThreadCrew m_crew; ///< last, so that its threads end before what they use
};

} // namespace inference::backend::cpu
