// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/lowering.h"

#include "inference/graph/graph_check.h"
#include "inference/graph/scratch_packing.h"
#include "shaders/include/kernel_params.h"

#include <algorithm>

namespace inference::backend::vulkan {

namespace {

constexpr std::uint64_t kRegionAlignment = 256;
constexpr std::uint32_t kSplitPositions = 256;
constexpr std::uint32_t kMostSplits = 32;

std::uint64_t alignRegion(std::uint64_t bytes)
{
    return (bytes + kRegionAlignment - 1) / kRegionAlignment * kRegionAlignment;
}

CacheLayer cacheLayer(const graph::KvLayer &layer, KvType type, std::uint32_t slots)
{
    if (type == KvType::F16) {
        return {.keyWords = layer.keyWidth / 2, .valueWords = layer.valueWidth / 2, .slots = slots};
    }
    const std::uint32_t blockWords = type == KvType::Q8_0 ? 8 : 4;
    const auto integers = [&](std::uint32_t width) { return width / kKvBlock * blockWords; };
    const auto words = [&](std::uint32_t width) { return integers(width) + (width / kKvBlock + 1) / 2; };
    return {.keyWords = words(layer.keyWidth),
            .valueWords = words(layer.valueWidth),
            .keyScales = integers(layer.keyWidth),
            .valueScales = integers(layer.valueWidth),
            .slots = slots};
}

} // namespace

Result<Plan> makePlan(const graph::Graph &graph, const ProgramOptions &options, const DeviceTraits &traits)
{
    return Lowering(graph, options, traits).run();
}

Lowering::Lowering(const graph::Graph &graph, const ProgramOptions &options, const DeviceTraits &traits)
    : m_graph(graph)
    , m_options(options)
    , m_traits(traits)
    , m_views(graph.values.size())
    , m_int8(graph.values.size())
    , m_groups(graph.values.size())
    , m_readers(graph.values.size())
    , m_writer(graph.values.size())
    , m_weightUses(graph.weights.size())
    , m_matrix(graph.weights.size())
    , m_done(graph.ops.size())
    , m_ropeGroups(graph.ops.size())
    , m_ropeFirst(graph.ropes.size())
    , m_onHost(graph.ops.size())
{
}

Result<Plan> Lowering::run()
{
    m_plan.maxBatch = m_options.maxBatch;
    m_plan.passRows = m_options.maxBatch;
    m_plan.pools = graph::pools(m_graph);
    const std::uint32_t mostSelected = m_graph.ending == graph::Ending::Embedding ? m_options.maxBatch : kMaxLogitsRows;
    m_plan.maxSelected = m_plan.pools ? 1 : std::min(m_options.maxBatch, mostSelected);
    m_plan.contextLength = m_options.contextLength;
    m_plan.vocabulary = m_graph.vocabularySize;
    m_plan.extent = graph::KvExtent(m_graph, m_options);
    for (std::size_t i = 0; i < m_graph.kv.size(); ++i) {
        m_plan.kv.push_back(cacheLayer(m_graph.kv[i], m_options.kv, m_plan.extent.slots(i)));
    }
    m_plan.states = m_graph.states;
    const std::uint32_t perSplit = (m_options.contextLength + kMostSplits - 1) / kMostSplits;
    m_plan.splitLength = (perSplit + kSplitPositions - 1) / kSplitPositions * kSplitPositions;
    if (auto checked = graph::checkGraph(m_graph); !checked) {
        return std::unexpected(checked.error());
    }
    if (auto checked = checkLimits(); !checked) {
        return std::unexpected(checked.error());
    }
    for (std::size_t i = 0; i < m_graph.ops.size(); ++i) {
        const graph::OpValues values = graph::valuesOf(m_graph.ops[i]);
        for (std::size_t r = 0; r < values.readCount; ++r) {
            m_readers[values.reads[r].index].push_back(i);
        }
        if (values.writes) {
            m_writer[values.written.index] = i;
        }
        if (const auto *op = std::get_if<graph::MatMul>(&m_graph.ops[i])) {
            ++m_weightUses[op->weight.index];
        } else if (const auto *rows = std::get_if<graph::GetRows>(&m_graph.ops[i])) {
            ++m_weightUses[rows->table.index];
        } else if (const auto *experts = std::get_if<graph::ExpertMatMul>(&m_graph.ops[i])) {
            ++m_weightUses[experts->weight.index];
        }
    }
    findRopeGroups();
    findHostBlocks();
    for (const bool selectedRows : {false, true}) {
        if (auto lowered = lowerAll(selectedRows); !lowered) {
            return std::unexpected(lowered.error());
        }
    }
    if (m_plan.passRows == 0 || ((m_plan.wholeSequence || m_plan.pools) && m_plan.passRows < m_plan.maxBatch)) {
        return failure(ErrorCode::InvalidArgument, "a batch with more chosen experts than the device takes workgroups");
    }
    finishSteps();
    if (auto packed = packScratch(); !packed) {
        return std::unexpected(packed.error());
    }
    m_plan.weightBytes = std::uint64_t{m_plan.constantFloats} * 4;
    for (const Slice &slice : m_plan.slices) {
        m_plan.weightBytes += slice.layout.bytes;
    }
    for (const CacheLayer &layer : m_plan.kv) {
        m_plan.kvBytes += layer.slots * 4ULL * (layer.keyWords + layer.valueWords);
    }
    for (const graph::RecurrentState &state : m_plan.states) {
        m_plan.stateBytes += state.numbers * 4;
    }
    m_plan.kvBytes += 2 * m_plan.stateBytes;
    for (const ScratchTensor &tensor : m_plan.scratch) {
        if (tensor.bytes > m_traits.storageRange) {
            return failure(ErrorCode::OutOfMemory, "a batch of this size does not fit one binding of the device");
        }
    }
    const std::uint64_t logitsBytes = std::uint64_t{m_plan.maxSelected} * m_plan.vocabulary * 4;
    if (std::max(logitsBytes, std::uint64_t{m_plan.ropeEntries} * 8) > m_traits.storageRange ||
        std::uint64_t{m_plan.constantFloats} * 4 > m_traits.storageRange) {
        return failure(ErrorCode::OutOfMemory, "a vocabulary of this size does not fit one binding of the device");
    }
    return std::move(m_plan);
}

Result<void> Lowering::lowerAll(bool selectedRows)
{
    std::size_t layer = 0;
    m_cuts.push_back(m_plan.steps.size());
    for (std::size_t i = 0; i < m_graph.ops.size(); ++i) {
        if (layer < m_graph.layerEnds.size() && m_graph.layerEnds[layer] == i) {
            m_cuts.push_back(m_plan.steps.size());
            ++layer;
        }
        const graph::OpValues values = graph::valuesOf(m_graph.ops[i]);
        const bool isSelected = values.writes && selected(values.written);
        if (isSelected != selectedRows || (m_done[i] && !m_ropeGroups[i])) {
            continue;
        }
        if (auto lowered = lower(i); !lowered) {
            return lowered;
        }
        m_done[i] = true;
    }
    return {};
}

Result<void> Lowering::lower(std::size_t index)
{
    m_op = index;
    if (const auto &group = m_ropeGroups[index]) {
        emitRope(group->query ? &std::get<graph::Rope>(m_graph.ops[*group->query]) : nullptr,
                 &std::get<graph::Rope>(m_graph.ops[group->key]), &std::get<graph::KvWrite>(m_graph.ops[group->write]));
        return {};
    }
    return std::visit([this](const auto &op) { return lowerOp(op); }, m_graph.ops[index]);
}

std::uint32_t Lowering::rowsOf(bool isSelected) const
{
    return isSelected ? m_plan.maxSelected : m_plan.maxBatch;
}

BoundTo Lowering::newScratch(std::uint64_t bytes)
{
    m_plan.scratch.push_back({.bytes = alignRegion(bytes)});
    return {Memory::Scratch, static_cast<std::uint32_t>(m_plan.scratch.size() - 1)};
}

Result<void> Lowering::emitFileRows(const graph::GetRows &op)
{
    const graph::Weight &table = m_graph.weights[op.table.index];
    const auto index = static_cast<std::uint32_t>(m_plan.fileTables.size());
    m_plan.fileTables.push_back({.type = table.type,
                                 .data = table.data,
                                 .columns = width(op.out),
                                 .scale = op.scale,
                                 .first = m_plan.fileRowBytes});
    const std::uint64_t bytes = std::uint64_t{m_plan.maxBatch} * width(op.out) * 4;
    if (bytes > m_traits.storageRange) {
        return failure(ErrorCode::OutOfMemory,
                       "a batch's rows of " + table.name + " do not fit one binding of the device");
    }
    m_plan.fileRowBytes += alignRegion(bytes);
    m_plan.tokenLimit =
        std::min(m_plan.tokenLimit, static_cast<std::uint32_t>(std::min<std::uint64_t>(table.rows(), 0x7FFFFFFFU)));
    m_views[op.out.index] = {{Memory::FileRows, index}, 0, width(op.out)};
    return {};
}

View Lowering::newRows(std::uint32_t rowWidth, bool isSelected)
{
    return {newScratch(std::uint64_t{rowsOf(isSelected)} * rowWidth * 4), 0, rowWidth};
}

View Lowering::define(graph::ValueId value)
{
    View &defined = m_views[value.index];
    if (value == m_graph.logits) {
        defined = {{Memory::Logits, 0}, 0, width(value)};
    } else {
        defined = newRows(width(value), selected(value));
    }
    return defined;
}

BoundTo Lowering::newInt8(graph::ValueId value)
{
    const std::uint64_t blocks = (width(value) + 31) / 32;
    m_int8[value.index] = newScratch(rowsOf(selected(value)) * blocks * 40);
    return *m_int8[value.index];
}

std::uint32_t Lowering::int8Scales(graph::ValueId value) const
{
    return rowsOf(selected(value)) * ((width(value) + 31) / 32) * 4;
}

BoundTo Lowering::int8Of(graph::ValueId value)
{
    if (const auto &existing = m_int8[value.index]) {
        return *existing;
    }
    const View &in = view(value);
    const BoundTo out = newInt8(value);
    Step &step = addStep(StepKind::Norm, selected(value));
    step.bindings = {in.memory, {}, {}, out};
    step.constants = {kNormNone, 0, 1};
    step.items = (width(value) + 31) / 32;
    step.setPush(NormPush{.columns = width(value),
                          .blocks = step.items,
                          .factorFirst = 0,
                          .biasFirst = 0,
                          .parameters = 0,
                          .parameterStride = 0,
                          .inFirst = in.first,
                          .inStride = in.stride,
                          .outFirst = 0,
                          .outStride = 0,
                          .outScales = int8Scales(value),
                          .epsilon = 0.0F});
    return out;
}

Step &Lowering::addStep(StepKind kind, bool isSelected)
{
    Step &step = m_plan.steps.emplace_back();
    step.kind = kind;
    step.selected = isSelected;
    step.op = m_op;
    return step;
}

bool Lowering::runsInt8(graph::WeightId weight) const
{
    return m_traits.fastDot && isQuantized(m_graph.weights[weight.index].type);
}

bool Lowering::readsInt8(const graph::Op &op, graph::ValueId value) const
{
    if (const auto *matMul = std::get_if<graph::MatMul>(&op)) {
        return matMul->in == value && runsInt8(matMul->weight);
    }
    const auto *experts = std::get_if<graph::ExpertMatMul>(&op);
    return experts != nullptr && experts->in == value && runsInt8(experts->weight);
}

std::uint32_t Lowering::constantsOf(std::vector<graph::WeightId> parts, std::vector<std::uint32_t> counts,
                                    bool alternating)
{
    const std::uint32_t first = m_plan.constantFloats;
    for (const std::uint32_t count : counts) {
        m_plan.constantFloats += count;
    }
    m_plan.constants.push_back({std::move(parts), std::move(counts), alternating, first});
    return first;
}

Result<std::uint32_t> Lowering::matrixOf(std::vector<graph::WeightId> parts, bool alternating, std::uint64_t mostRows)
{
    const graph::Weight &front = m_graph.weights[parts.front().index];
    std::optional<std::uint32_t> &known = m_matrix[parts.front().index];
    if (parts.size() == 1 && known) {
        return *known;
    }
    Matrix matrix{.type = front.type,
                  .columns = static_cast<std::uint32_t>(front.shape[0]),
                  .rows = 0,
                  .parts = parts,
                  .alternating = alternating};
    for (const graph::WeightId part : parts) {
        matrix.rows += m_graph.weights[part.index].rows();
    }
    const auto number = addMatrix(std::move(matrix), front.name, mostRows);
    if (number && parts.size() == 1) {
        known = *number;
    }
    return number;
}

Result<std::uint32_t> Lowering::addMatrix(Matrix matrix, const std::string &name, std::uint64_t mostRows)
{
    // Row indices stay below 2^32 bytes of a binding.
    const std::uint64_t limit = std::min<std::uint64_t>(m_traits.storageRange, 0xFFFFFF00U);
    const std::uint64_t most = std::min(rowsWithin(matrix.type, matrix.columns, limit), mostRows);
    if (most == 0) {
        return failure(ErrorCode::OutOfMemory, name + " has rows too long for one binding of the device");
    }
    const auto number = static_cast<std::uint32_t>(m_plan.matrices.size());
    matrix.firstSlice = static_cast<std::uint32_t>(m_plan.slices.size());
    for (std::uint64_t row = 0; row < matrix.rows; row += most) {
        m_plan.slices.push_back(
            {number, row, sliceLayout(matrix.type, matrix.columns, std::min(most, matrix.rows - row))});
        ++matrix.sliceCount;
    }
    m_plan.matrices.push_back(std::move(matrix));
    return number;
}

std::uint32_t Lowering::ropeConfig(const graph::Rope &op)
{
    std::optional<std::uint32_t> &first = m_ropeFirst[op.table];
    if (!first) {
        first = m_plan.ropeEntries;
        m_plan.ropes.push_back({.table = m_graph.ropes[op.table], .first = *first});
        m_plan.ropeEntries += op.rotatedDims / 2 * m_plan.maxBatch;
    }
    return *first;
}

void Lowering::findRopeGroups()
{
    const auto ropeWriting = [&](graph::ValueId value) -> std::optional<std::size_t> {
        const auto writer = m_writer[value.index];
        const bool alone = m_readers[value.index].size() == 1;
        return writer && alone && std::holds_alternative<graph::Rope>(m_graph.ops[*writer]) ? writer : std::nullopt;
    };
    for (std::size_t i = 0; i < m_graph.ops.size(); ++i) {
        const auto *write = std::get_if<graph::KvWrite>(&m_graph.ops[i]);
        if (write == nullptr) {
            continue;
        }
        const auto key = ropeWriting(write->key);
        if (!key) {
            continue;
        }
        const auto &keyRope = std::get<graph::Rope>(m_graph.ops[*key]);
        if (m_graph.kv[write->layer].valueWidth % (2 * keyRope.heads) != 0 || keyRope.headDim % 2 != 0) {
            continue;
        }
        RopeGroup group{.query = std::nullopt, .key = *key, .write = i};
        for (std::size_t j = i + 1; j < m_graph.ops.size(); ++j) {
            const auto *next = std::get_if<graph::KvWrite>(&m_graph.ops[j]);
            if (next != nullptr && next->layer == write->layer) {
                break; // layers of an encoder share a cache
            }
            const auto *attention = std::get_if<graph::Attention>(&m_graph.ops[j]);
            if (attention == nullptr || attention->layer != write->layer) {
                continue;
            }
            const auto query = ropeWriting(attention->query);
            if (!query) {
                continue;
            }
            const auto &rope = std::get<graph::Rope>(m_graph.ops[*query]);
            if (rope.headDim == keyRope.headDim && rope.kind == keyRope.kind && rope.table == keyRope.table) {
                group.query = query;
            }
            break; // layers behind may read the cache too
        }
        m_done[group.key] = true;
        m_done[group.write] = true;
        if (group.query) {
            m_done[*group.query] = true;
        }
        m_ropeGroups[std::max({group.key, group.write, group.query.value_or(0)})] = group;
    }
}

void Lowering::finishSteps()
{
    for (Step &step : m_plan.steps) {
        const auto index = static_cast<std::size_t>(&step - m_plan.steps.data());
        for (const BoundTo &bound : step.bindings) {
            if (bound.memory == Memory::Scratch) {
                ScratchTensor &tensor = m_plan.scratch[bound.index];
                if (tensor.lastStep == 0 && tensor.firstStep == 0) {
                    tensor.firstStep = index + 1;
                }
                tensor.lastStep = index + 1;
            }
        }
    }
    std::ranges::sort(m_cuts);
    m_cuts.push_back(m_plan.steps.size());
    for (std::size_t i = 0; i + 1 < m_cuts.size(); ++i) {
        if (m_cuts[i] == m_cuts[i + 1]) {
            continue;
        }
        Segment &segment = m_plan.segments.emplace_back(m_plan.steps[m_cuts[i]].selected, m_cuts[i], m_cuts[i + 1]);
        const auto host = std::ranges::find(m_hostCuts, segment.end);
        if (host != m_hostCuts.end()) {
            segment.host = static_cast<std::size_t>(host - m_hostCuts.begin());
        }
    }
}

Result<void> Lowering::packScratch()
{
    std::vector<graph::ScratchInterval> intervals;
    intervals.reserve(m_plan.scratch.size());
    for (const ScratchTensor &tensor : m_plan.scratch) {
        intervals.push_back({.size = tensor.bytes, .first = tensor.firstStep, .last = tensor.lastStep});
    }
    const auto packing = graph::packScratch(intervals, kRegionAlignment);
    if (!packing) {
        return std::unexpected(packing.error());
    }
    for (std::size_t i = 0; i < intervals.size(); ++i) {
        m_plan.scratch[i].offset = packing->offsets[i];
    }
    m_plan.scratchBytes = packing->total;
    return {};
}

} // namespace inference::backend::vulkan
