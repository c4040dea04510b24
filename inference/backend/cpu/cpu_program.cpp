// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/cpu_program.h"

#include "inference/backend/cpu/scratch_layout.h"
#include "inference/backend/cpu/short_texts.h"
#include "inference/backend/cpu/topology.h"
#include "inference/graph/graph_check.h"
#include "inference/graph/low_rank.h"
#include "inference/guarded.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>
#include <string>

namespace inference::backend::cpu {

using namespace graph;

namespace {

/// Below this many numbers a hand-over to other threads costs more than the work.
constexpr std::uint64_t kSerialCost = 16384;

/// Slots for a sequence of this length that begins where attention begins to add up anew, so that it adds up in the
/// order in which it does for the sequence alone.
std::uint32_t sequenceSlots(std::uint32_t length)
{
    return static_cast<std::uint32_t>((std::uint64_t{length} + kKeySplit - 1) / kKeySplit * kKeySplit);
}

/// The graph itself, or in `unfolded` one without LowRank: what adapters add becomes stages of its own.
const Graph &withoutChanges(const Graph &graph, std::optional<Graph> &unfolded)
{
    return hasChanges(graph) ? unfolded.emplace(withChangesAsOps(graph)) : graph;
}

} // namespace

CpuProgram::CpuProgram(const ProgramOptions &options, const Kernels &kernels, std::uint32_t threads)
    : m_options(options)
    , m_kernels(kernels)
    , m_crew(threads)
{
}

MemoryUse CpuProgram::estimate(const Graph &given, const ProgramOptions &options, const Kernels &kernels)
{
    std::optional<Graph> unfolded;
    const Graph &graph = withoutChanges(given, unfolded);
    const auto plan = makePlan(graph);
    return plan ? estimate(graph, *plan, options, kernels) : MemoryUse{};
}

MemoryUse CpuProgram::estimate(const Graph &graph, const Plan &plan, const ProgramOptions &options,
                               const Kernels &kernels)
{
    const std::uint32_t threads = options.threads > 0 ? options.threads : performanceCores();
    return {.weightBytes = WeightStore::bytesNeeded(graph, kernels.lanes, options.repackWeights),
            .kvBytes =
                KvCache::bytesNeeded(graph, KvExtent(graph, options), options.kv) + StateMemory::bytesNeeded(graph),
            .scratchBytes = scratchLayout(graph, plan, options, kernels.lanes, threads).total};
}

Result<std::unique_ptr<Program>> CpuProgram::create(const Graph &given, const ProgramOptions &options,
                                                    const Kernels &kernels, const std::stop_token &stop,
                                                    const CpuProgram *from)
{
    return guarded([&]() -> Result<std::unique_ptr<Program>> {
        std::optional<Graph> unfolded;
        const Graph &graph = withoutChanges(given, unfolded);
        auto plan = makePlan(graph);
        if (!plan) {
            return std::unexpected(plan.error());
        }
        return make(graph, std::move(*plan), options, kernels, stop, from);
    });
}

Result<std::unique_ptr<Program>> CpuProgram::derive(const Graph &graph, std::stop_token stop)
{
    return create(graph, m_options, m_kernels, stop, this);
}

Result<std::unique_ptr<CpuProgram>> CpuProgram::make(const Graph &graph, Plan plan, const ProgramOptions &options,
                                                     const Kernels &kernels, const std::stop_token &stop,
                                                     const CpuProgram *from)
{
    if (options.contextLength == 0 || options.maxBatch == 0) {
        return failure(ErrorCode::InvalidArgument, "a program needs room for at least one token");
    }
    if (auto fits = checkKvType(graph, options.kv); !fits) {
        return std::unexpected(fits.error());
    }
    constexpr std::uint32_t kMostThreads = 256;
    const std::uint32_t threads = std::min(options.threads > 0 ? options.threads : performanceCores(), kMostThreads);
    std::unique_ptr<CpuProgram> program(new CpuProgram(options, kernels, threads));
    program->m_options.threads = threads;
    program->m_plan = std::move(plan);
    program->m_values = graph.values;
    program->m_logitsValue = graph.logits;
    program->m_vocabulary = graph.vocabularySize;
    program->m_tokenLimit = std::numeric_limits<std::uint64_t>::max();
    program->m_pools = pools(graph);
    for (const Op &op : graph.ops) {
        const auto *lookup = std::get_if<GetRows>(&op);
        const std::uint64_t rows = lookup != nullptr ? graph.weights[lookup->table.index].rows() : 0;
        if (lookup != nullptr && lookup->row == RowOf::Token) {
            program->m_tokenLimit = std::min(program->m_tokenLimit, rows);
        } else if (lookup != nullptr && lookup->row == RowOf::Position && rows < options.contextLength) {
            return failure(ErrorCode::InvalidArgument, "the context is longer than the model's table of positions");
        }
    }

    const ScratchLayout layout = scratchLayout(graph, program->m_plan, options, kernels.lanes, threads);
    if (layout.mostPanels > kMaxChunks) {
        return failure(ErrorCode::InvalidArgument, "a batch so large that its experts do not fit one stage");
    }
    auto scratch = Memory::allocate(layout.total);
    if (!scratch) {
        return std::unexpected(scratch.error());
    }
    program->m_scratch = std::move(*scratch);
    std::byte *base = program->m_scratch.data();
    program->m_valueRows = reinterpret_cast<float *>(base + layout.values);
    program->m_blocks = reinterpret_cast<ActivationBlock *>(base + layout.blocks);
    program->m_partials = reinterpret_cast<float *>(base + layout.partials);
    program->m_groups = {.counts = reinterpret_cast<std::uint32_t *>(base + layout.expertCounts),
                         .pairs = reinterpret_cast<std::uint32_t *>(base + layout.pairs),
                         .panels = reinterpret_cast<ExpertPanel *>(base + layout.panels)};
    for (const std::uint64_t table : layout.ropeTables) {
        program->m_ropeTables.push_back(reinterpret_cast<float *>(base + table));
    }
    for (const ThreadOffsets &thread : layout.threads) {
        program->m_threadScratch.push_back({.products = reinterpret_cast<float *>(base + thread.products),
                                            .attention = reinterpret_cast<float *>(base + thread.attention),
                                            .tiles = base + thread.tiles,
                                            .gatheredBlocks = reinterpret_cast<ActivationBlock *>(base + thread.blocks),
                                            .gatheredFloats = reinterpret_cast<float *>(base + thread.floats)});
    }
    const auto filled =
        from != nullptr ? program->fillFrom(*from, graph, stop) : program->fillFresh(graph, options, stop);
    if (!filled) {
        return std::unexpected(filled.error());
    }
    program->m_ropes = graph.ropes;
    program->m_takesTexts = program->canTakeTexts(graph);
    program->m_takesSequences = program->canTakeSequences(graph);
    program->m_options.release = nullptr;
    program->m_options.progress = nullptr;
    return program;
}

bool CpuProgram::holdsAll(const Graph &graph) const
{
    bool held = graph.states.empty();
    for (std::size_t layer = 0; layer < graph.kv.size(); ++layer) {
        held = held && m_extent->slots(layer) >= m_options.contextLength;
    }
    return held;
}

/// Where a text becomes one row, its rows depend on nothing but the text, and all of it stays in the cache.
bool CpuProgram::canTakeTexts(const Graph &graph) const
{
    const bool seesAll = std::ranges::all_of(graph.ops, [](const Op &op) {
        const auto *attention = std::get_if<Attention>(&op);
        return attention == nullptr || attention->mask == Mask::Full;
    });
    return m_pools && seesAll && holdsAll(graph);
}

bool CpuProgram::canTakeSequences(const Graph &graph) const
{
    const bool looksBack = std::ranges::none_of(graph.ops, [](const Op &op) {
        const auto *attention = std::get_if<Attention>(&op);
        return attention != nullptr && attention->mask == Mask::Full;
    });
    return looksBack && !m_pools && !m_plan.wholeSequence && !graph.kv.empty() && holdsAll(graph);
}

Result<void> CpuProgram::fillFresh(const Graph &graph, const ProgramOptions &options, const std::stop_token &stop)
{
    m_sharedWeights = graph.weights.size();
    m_kvLayers = graph.kv;
    m_extent = std::make_shared<KvExtent>(graph, options);
    m_kv = std::make_shared<KvCache>();
    if (auto kv = m_kv->allocate(graph, m_plan.kvHeads, *m_extent, options.kv); !kv) {
        return kv;
    }
    m_states = std::make_shared<StateMemory>();
    if (auto states = m_states->allocate(graph); !states) {
        return states;
    }
    m_snapshots = std::make_shared<StateSnapshots>(StateMemory::sideBytes(graph), options.stateBudget);
    return m_weights.load(graph, options, m_kernels.lanes, m_crew, stop);
}

Result<void> CpuProgram::fillFrom(const CpuProgram &other, const Graph &graph, const std::stop_token &stop)
{
    if (graph.kv != other.m_kvLayers || !other.m_states->isOf(graph)) {
        return failure(ErrorCode::InvalidArgument, "a graph with another cache or other states");
    }
    m_sharedWeights = other.m_sharedWeights;
    m_kvLayers = other.m_kvLayers;
    m_extent = other.m_extent;
    m_kv = other.m_kv;
    m_states = other.m_states;
    m_snapshots = other.m_snapshots;
    return m_weights.extend(other.m_weights, m_sharedWeights, graph, m_kernels.lanes, m_crew, stop);
}

Result<void> CpuProgram::evaluate(const Batch &batch, std::span<float> logits, std::stop_token stop)
{
    const std::size_t count = batch.tokens.size();
    if (count == 0 || count > m_options.maxBatch) {
        return failure(ErrorCode::InvalidArgument, "a batch of " + std::to_string(count) + " tokens");
    }
    if (batch.position > m_options.contextLength || count > m_options.contextLength - batch.position) {
        return failure(ErrorCode::ContextFull, "the batch ends past the context");
    }
    if (m_plan.wholeSequence && batch.position != 0) {
        return failure(ErrorCode::InvalidArgument, "this model takes a sequence in one batch");
    }
    for (const TokenId token : batch.tokens) {
        if (token < 0 || static_cast<std::uint64_t>(token) >= m_tokenLimit) {
            return failure(ErrorCode::InvalidArgument, "token " + std::to_string(token) + " is not in the vocabulary");
        }
    }
    if (auto taken = takeParts(batch); !taken) {
        return taken;
    }
    m_selectedRows = !m_parts.empty()                        ? static_cast<std::uint32_t>(m_selected.size())
                     : batch.logits == LogitsWanted::AllRows ? static_cast<std::uint32_t>(count)
                     : batch.logits == LogitsWanted::LastRow ? 1U
                                                             : 0U;
    const std::size_t wanted = std::size_t{m_selectedRows} * m_vocabulary;
    if (logits.size() < wanted) {
        return failure(ErrorCode::InvalidArgument, "no room for the logits");
    }
    if (m_pools && (batch.position != 0 || batch.logits != LogitsWanted::LastRow)) {
        return failure(ErrorCode::InvalidArgument, "a sequence that becomes one row must be one batch");
    }
    if (!m_extent->resumable(batch.position) || !m_snapshots->hasState(batch.position)) {
        return failure(ErrorCode::InvalidArgument, "the positions before the batch are no longer there");
    }
    // Of several sequences the caller knows what each holds; a cache that takes them is never overrun.
    const auto used = m_parts.empty() ? static_cast<std::uint32_t>(count) : m_parts.back().slot + m_parts.back().count;
    if (!m_apart) {
        m_extent->write(batch.position, used);
        takeUpState(batch.position);
    }
    m_tokens = batch.tokens;
    m_rows = static_cast<std::uint32_t>(count);
    m_position = batch.position;
    m_secondText = batch.secondText;
    m_logits = logits.data();
    m_stop = std::move(stop);
    m_nextStage = 0;
    m_endStage = m_plan.stages.size();
    m_cancelled = false;
    m_crew.run(*this);
    m_stop = {};
    if (m_cancelled) {
        return failure(ErrorCode::Cancelled, "the batch was cancelled");
    }
    if (!m_kernels.allFinite(m_logits, wanted)) {
        return failure(ErrorCode::NotFinite, "the model produced logits that are not finite");
    }
    if (!m_apart) {
        m_states->turn();
        m_snapshots->setLive(batch.position + used);
    }
    return {};
}

std::size_t CpuProgram::textsThatFit(std::span<const std::uint32_t> lengths) const
{
    return m_takesTexts ? placesOf(lengths, m_options.maxBatch, m_options.contextLength).size() : 0;
}

std::uint32_t CpuProgram::sequencesThatFit(std::uint32_t length) const
{
    return m_takesSequences && length > 0 ? m_options.contextLength / sequenceSlots(length) : 0;
}

Result<std::uint32_t> CpuProgram::openSequences(std::uint32_t count, std::uint32_t prefix)
{
    if (!m_takesSequences || count == 0 || prefix > m_extent->written() ||
        sequencesThatFit(std::max(prefix, 1U)) < count) {
        return failure(ErrorCode::InvalidArgument, "sequences that cannot be evaluated together");
    }
    m_sequences = count;
    for (std::uint32_t sequence = 1; sequence < count; ++sequence) {
        m_kv->copyFront(sequence * sequenceStride(), prefix);
    }
    return sequenceStride();
}

std::uint32_t CpuProgram::sequenceStride() const
{
    return m_options.contextLength / m_sequences / kKeySplit * kKeySplit;
}

Result<void> CpuProgram::takeParts(const Batch &batch)
{
    m_parts.clear();
    m_partOf.clear();
    m_selected.clear();
    m_apart = !batch.sequences.empty();
    if (m_apart) {
        return takeSequences(batch);
    }
    return batch.texts.empty() ? Result<void>() : takeTexts(batch);
}

void CpuProgram::addPart(const BatchPart &part)
{
    m_partOf.insert(m_partOf.end(), part.count, static_cast<std::uint32_t>(m_parts.size()));
    m_parts.push_back(part);
}

Result<void> CpuProgram::takeTexts(const Batch &batch)
{
    const std::vector<std::uint32_t> places = placesOf(batch.texts, m_options.maxBatch, m_options.contextLength);
    if (!m_takesTexts || places.size() != batch.texts.size() || batch.position != 0 ||
        batch.logits != LogitsWanted::LastRow ||
        std::accumulate(batch.texts.begin(), batch.texts.end(), std::uint64_t{0}) != batch.tokens.size()) {
        return failure(ErrorCode::InvalidArgument, "texts that cannot be evaluated together");
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        addPart({.first = static_cast<std::uint32_t>(m_partOf.size()), .count = batch.texts[i], .slot = places[i]});
        m_selected.push_back(static_cast<std::uint32_t>(m_partOf.size()) - 1);
    }
    return {};
}

Result<void> CpuProgram::takeSequences(const Batch &batch)
{
    std::uint64_t next = 0; // sequence
    for (const SequenceRows &part : batch.sequences) {
        const std::size_t left = batch.tokens.size() - m_partOf.size();
        if (part.sequence < next || part.sequence >= m_sequences || part.rows == 0 || part.rows > left ||
            std::uint64_t{part.position} + part.rows > sequenceStride()) {
            return failure(ErrorCode::InvalidArgument, "rows that belong to no sequence");
        }
        next = std::uint64_t{part.sequence} + 1;
        addPart({.first = static_cast<std::uint32_t>(m_partOf.size()),
                 .count = part.rows,
                 .slot = part.sequence * sequenceStride(),
                 .position = part.position});
        if (part.logits) {
            m_selected.push_back(static_cast<std::uint32_t>(m_partOf.size()) - 1);
        }
    }
    if (m_partOf.size() != batch.tokens.size() || m_selected.size() > kMaxLogitsRows) {
        return failure(ErrorCode::InvalidArgument, "rows that belong to no sequence");
    }
    return {};
}

std::uint32_t CpuProgram::selectedRow(std::uint32_t index) const
{
    return m_parts.empty() ? static_cast<std::uint32_t>(m_tokens.size()) - m_selectedRows + index : m_selected[index];
}

CpuProgram::Place CpuProgram::placeOf(std::uint32_t row) const
{
    if (m_parts.empty()) {
        return {.position = m_position + row, .length = m_position + static_cast<std::uint32_t>(m_tokens.size())};
    }
    const BatchPart &part = m_parts[m_partOf[row]];
    return {.position = part.position + row - part.first, .length = part.position + part.count, .slot = part.slot};
}

std::uint32_t CpuProgram::rowsOf(bool selected) const
{
    return selected ? m_selectedRows : m_rows;
}

float *CpuProgram::row(ValueId value, std::uint32_t row) const
{
    const std::size_t inBlock = std::size_t{row} * width(value);
    return value == m_logitsValue ? m_logits + inBlock
                                  : m_valueRows + m_plan.valueOffset[value.index] * m_options.maxBatch + inBlock;
}

std::uint32_t CpuProgram::openStage()
{
    for (; m_nextStage < m_endStage; ++m_nextStage) {
        if (m_stop.stop_requested()) {
            m_cancelled = true;
            return 0;
        }
        const Stage &stage = m_plan.stages[m_nextStage];
        const std::uint32_t rows = rowsOf(stage.selected);
        if (rows == 0) {
            continue;
        }
        const auto *rowStage = std::get_if<RowStage>(&stage.work);
        if (rowStage != nullptr && (rows == 1 || rowStage->costPerRow * rows < kSerialCost)) {
            runRows(*rowStage, 0, rows);
            continue;
        }
        m_stage = &stage;
        m_division = std::visit([&](const auto &work) { return divide(work, rows); }, stage.work);
        ++m_nextStage;
        return m_division.chunks;
    }
    m_cancelled = m_stop.stop_requested();
    return 0;
}

void CpuProgram::runChunk(std::uint32_t chunk, std::uint32_t thread)
{
    if (!m_stop.stop_requested()) {
        std::visit([&](const auto &work) { run(work, chunk, thread); }, m_stage->work);
    }
}

CpuProgram::Division CpuProgram::divide(const RowStage &, std::uint32_t rows) const
{
    Division d{.total = rows};
    d.perChunk = std::max<std::uint64_t>(1, rows / (std::uint64_t{m_crew.threads()} * 4));
    d.chunks = static_cast<std::uint32_t>((rows + d.perChunk - 1) / d.perChunk);
    return d;
}

void CpuProgram::run(const RowStage &stage, std::uint32_t chunk, std::uint32_t)
{
    const auto first = static_cast<std::uint32_t>(chunk * m_division.perChunk);
    runRows(stage, first, static_cast<std::uint32_t>(std::min(m_division.total, first + m_division.perChunk)));
}

CpuProgram::Division CpuProgram::divide(const MatMulStage &stage, std::uint32_t rows) const
{
    Division d;
    std::uint64_t work = 0; // multiply-adds per batch row
    for (const MatMulPart &part : stage.parts) {
        d.total += m_weights.tiles(part.op.weight);
        work += m_weights.rows(part.op.weight) * width(stage.in) * (part.gated ? 2 : 1);
    }
    d.panelRows = panelRows(width(stage.in), rows);
    d.panels = (rows + d.panelRows - 1) / d.panelRows;
    const std::uint64_t workPerTile = std::max<std::uint64_t>(1, work / d.total * d.panelRows);
    const std::uint64_t even = d.total * d.panels / (std::uint64_t{m_crew.threads()} * 8);
    const std::uint64_t most = std::max<std::uint64_t>(1, kLargestChunk / workPerTile);
    const std::uint64_t least = d.total * d.panels / kMaxChunks + 1;
    d.perChunk = std::max(std::clamp<std::uint64_t>(even, 1, most), least);
    d.chunks = static_cast<std::uint32_t>((d.total + d.perChunk - 1) / d.perChunk * d.panels);
    return d;
}

void CpuProgram::run(const MatMulStage &stage, std::uint32_t chunk, std::uint32_t thread)
{
    const Division &d = m_division;
    const std::uint32_t batchRows = rowsOf(m_stage->selected);
    const std::uint32_t firstRow = chunk % d.panels * d.panelRows;
    const std::uint32_t rows = std::min(d.panelRows, batchRows - firstRow);
    std::uint64_t begin = chunk / d.panels * d.perChunk;
    std::uint64_t end = std::min(d.total, begin + d.perChunk);
    for (const MatMulPart &part : stage.parts) {
        const std::uint64_t tiles = m_weights.tiles(part.op.weight);
        for (std::uint64_t tile = begin; tile < std::min(end, tiles); ++tile) {
            runTile(stage, part, tile, firstRow, rows, m_threadScratch[thread]);
        }
        if (end <= tiles) {
            break;
        }
        begin = begin > tiles ? begin - tiles : 0;
        end -= tiles;
    }
}

void CpuProgram::runTile(const MatMulStage &stage, const MatMulPart &part, std::uint64_t tile, std::uint32_t firstRow,
                         std::uint32_t rows, const ThreadScratch &scratch)
{
    const Activations x{.blocks = m_blocks, .floats = row(stage.in, 0), .floatStride = width(stage.in)};
    const auto multiply = [&](const MatMul &op, float *products, std::byte *buffer) {
        const TileLayout &layout = m_weights.layout(op.weight);
        const std::byte *weights = m_weights.tile(op.weight, tile, buffer);
        m_kernels.dotTile[static_cast<std::size_t>(layout.type)](layout, weights, x, firstRow, rows, products);
    };
    const std::uint64_t lane = tile * m_kernels.lanes;
    const auto biasOf = [&](const MatMul &op) {
        return op.bias == kNoWeight ? nullptr : m_weights.vector(op.bias).data() + lane;
    };
    TileOutput output{.out = row(part.op.out, firstRow) + lane, .stride = width(part.op.out), .bias = biasOf(part.op)};
    output.valid =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(m_kernels.lanes, m_weights.rows(part.op.weight) - lane));
    multiply(part.op, scratch.products, scratch.tiles);
    if (part.gated) {
        float *up = scratch.products + std::size_t{kPanelRows} * m_kernels.lanes;
        multiply(part.up, up, scratch.tiles);
        m_kernels.storeGlu(part.activation, scratch.products, up, rows, output, biasOf(part.up));
        return;
    }
    if (part.op.hasResidual) {
        output.residual = row(part.op.residual, firstRow) + lane;
        output.residualStride = width(part.op.residual);
    }
    m_kernels.storeTile(scratch.products, rows, output);
}

MemoryUse CpuProgram::memoryUse() const
{
    return {.weightBytes = m_weights.bytes(),
            .kvBytes = m_kv->bytes() + m_states->bytes(),
            .scratchBytes = m_scratch.size()};
}

} // namespace inference::backend::cpu
