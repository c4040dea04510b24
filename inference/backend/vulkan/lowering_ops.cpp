// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lowering of each op.
#include "inference/backend/vulkan/lowering.h"

#include "inference/graph/graph_check.h"
#include "shaders/include/kernel_params.h"

#include <algorithm>

namespace inference::backend::vulkan {

namespace {

static_assert(kRowToken == static_cast<std::uint32_t>(graph::RowOf::Token) &&
              kRowPosition == static_cast<std::uint32_t>(graph::RowOf::Position) &&
              kRowText == static_cast<std::uint32_t>(graph::RowOf::Text));
static_assert(kSilu == static_cast<std::uint32_t>(graph::Activation::Silu) &&
              kGeluTanh == static_cast<std::uint32_t>(graph::Activation::GeluTanh) &&
              kGelu == static_cast<std::uint32_t>(graph::Activation::Gelu) &&
              kReluSquared == static_cast<std::uint32_t>(graph::Activation::ReluSquared) &&
              kClampedSwiglu == static_cast<std::uint32_t>(graph::Activation::ClampedSwiglu) &&
              kSigmoid == static_cast<std::uint32_t>(graph::Activation::Sigmoid) &&
              kIdentity == static_cast<std::uint32_t>(graph::Activation::Identity));
static_assert(kMaskCausal == static_cast<std::uint32_t>(graph::Mask::Causal) &&
              kMaskChunked == static_cast<std::uint32_t>(graph::Mask::Chunked) &&
              kMaskFull == static_cast<std::uint32_t>(graph::Mask::Full));
static_assert(kCacheF16 == static_cast<std::uint32_t>(KvType::F16) &&
              kCacheQ8 == static_cast<std::uint32_t>(KvType::Q8_0) &&
              kCacheQ4 == static_cast<std::uint32_t>(KvType::Q4_0));

/// What adapters add is computed from f32 activations.
bool isChanged(const graph::Op &op)
{
    const auto *product = std::get_if<graph::MatMul>(&op);
    const auto *experts = std::get_if<graph::ExpertMatMul>(&op);
    return (product != nullptr && product->change.isThere()) || (experts != nullptr && experts->change.isThere());
}

} // namespace

Result<void> Lowering::checkLimits() const
{
    if (m_options.maxBatch == 0 || m_options.contextLength == 0) {
        return failure(ErrorCode::InvalidArgument, "the context and the batch must hold at least one token");
    }
    if (m_options.maxBatch > m_traits.maxGroupsY) {
        return failure(ErrorCode::InvalidArgument, "the batch has more rows than one call of a kernel");
    }
    const auto odd = [](std::uint32_t dims) { return dims % 2 != 0; };
    for (const graph::Op &op : m_graph.ops) {
        const auto *rope = std::get_if<graph::Rope>(&op);
        const auto *attention = std::get_if<graph::Attention>(&op);
        if ((rope != nullptr && odd(rope->headDim)) ||
            (attention != nullptr && (odd(attention->headDim) || odd(attention->valueDim)))) {
            return failure(ErrorCode::UnsupportedFile, "the kernels take the numbers of a head in pairs");
        }
    }
    for (std::size_t i = 0; i < m_graph.kv.size(); ++i) {
        const graph::KvLayer &layer = m_graph.kv[i];
        if (odd(layer.keyWidth) || odd(layer.valueWidth)) {
            return failure(ErrorCode::UnsupportedFile, "the kernels take keys and values in pairs");
        }
        const std::uint64_t widest = std::max(m_plan.kv[i].keyWords, m_plan.kv[i].valueWords);
        if (widest * 4 * m_plan.kv[i].slots > m_traits.storageRange) {
            return failure(ErrorCode::OutOfMemory, "the cache of one layer does not fit one binding of the device");
        }
    }
    for (const graph::RecurrentState &state : m_graph.states) {
        if (state.numbers * 8 > std::min<std::uint64_t>(m_traits.storageRange, 0xFFFFFFFFU)) {
            return failure(ErrorCode::OutOfMemory, "the state of one layer does not fit one binding of the device");
        }
    }
    return graph::checkKvType(m_graph, m_options.kv);
}

Result<void> Lowering::lowerOp(const graph::GetRows &op)
{
    if (op.fromFile) {
        return emitFileRows(op);
    }
    const auto matrix = matrixOf({op.table}, false, dispatchRows());
    if (!matrix) {
        return std::unexpected(matrix.error());
    }
    const View out = define(op.out);
    const Matrix &table = m_plan.matrices[*matrix];
    if (op.row == graph::RowOf::Token) {
        m_plan.tokenLimit =
            std::min(m_plan.tokenLimit, static_cast<std::uint32_t>(std::min<std::uint64_t>(table.rows, 0x7FFFFFFFU)));
    } else if (op.row == graph::RowOf::Position && table.rows < m_options.contextLength) {
        return failure(ErrorCode::InvalidArgument, "the context is longer than the model's table of positions");
    }
    const bool onlyRow = op.row == graph::RowOf::Text && table.rows == 1;
    for (std::uint32_t s = table.firstSlice; s < table.firstSlice + table.sliceCount; ++s) {
        const Slice &slice = m_plan.slices[s];
        GetRowsPush push{};
        push.rowFirst = static_cast<std::uint32_t>(slice.rowFirst);
        push.rows = static_cast<std::uint32_t>(slice.layout.rows);
        push.columns = table.columns;
        push.outFirst = out.first;
        push.outStride = out.stride;
        push.scale = op.scale;
        setPlanes(push, slice.layout);
        Step &step = addStep(StepKind::GetRows, false);
        step.bindings = {{Memory::Slice, s}, out.memory, {Memory::Batch, 0}};
        step.type = table.type;
        step.constants[0] = onlyRow ? kRowFirst : static_cast<std::uint32_t>(op.row);
        step.items = slice.layout.blocks;
        step.setPush(push);
    }
    return {};
}

Result<void> Lowering::lowerOp(const graph::Norm &op)
{
    bool wantsFloat = op.out == m_graph.logits;
    bool wantsInt8 = false;
    for (const std::size_t reader : m_readers[op.out.index]) {
        const auto *matMul = std::get_if<graph::MatMul>(&m_graph.ops[reader]);
        // Blocks of an int8 row may lie across two groups, so int8 is made of the whole row where it is read.
        const bool asInt8 = !m_onHost[reader] && readsInt8(m_graph.ops[reader], op.out) && op.groups == 1;
        const bool asFloat = !asInt8 || (matMul != nullptr && matMul->hasResidual && matMul->residual == op.out) ||
                             isChanged(m_graph.ops[reader]);
        wantsInt8 |= asInt8;
        wantsFloat |= asFloat;
    }
    const View in = view(op.in);
    View out;
    BoundTo int8;
    if (wantsFloat || !wantsInt8) {
        wantsFloat = true;
        out = define(op.out);
    }
    if (wantsInt8) {
        int8 = newInt8(op.out);
    }
    const std::uint32_t columns = width(op.in) / op.groups;
    bool shared = true;
    const auto parameters = [&](graph::WeightId id) {
        if (id == graph::kNoWeight) {
            return 0U;
        }
        const auto numbers =
            static_cast<std::uint32_t>(m_graph.weights[id.index].shape[0] * m_graph.weights[id.index].rows());
        shared = shared && numbers == columns;
        return constantsOf({id}, {numbers}, false);
    };
    const std::uint32_t factors = parameters(op.weight);
    const std::uint32_t biases = parameters(op.bias);
    const bool any = op.weight != graph::kNoWeight || op.bias != graph::kNoWeight;
    Step &step = addStep(StepKind::Norm, selected(op.out));
    step.bindings = {in.memory, any ? BoundTo{Memory::Constants, factors} : BoundTo{}, out.memory, int8};
    step.constants = {op.kind == graph::NormKind::Rms ? kNormRms : kNormLayer, wantsFloat ? 1U : 0U,
                      wantsInt8 ? 1U : 0U};
    step.items = (columns + 31) / 32;
    step.groups = op.groups;
    step.setPush(
        NormPush{.columns = columns,
                 .blocks = step.items,
                 .factorFirst = factors,
                 .biasFirst = biases,
                 .parameters = (op.weight != graph::kNoWeight ? 1U : 0U) | (op.bias != graph::kNoWeight ? 2U : 0U),
                 .parameterStride = shared ? 0 : columns,
                 .inFirst = in.first,
                 .inStride = in.stride,
                 .outFirst = out.first,
                 .outStride = out.stride,
                 .outScales = int8Scales(op.out),
                 .epsilon = op.epsilon});
    return {};
}

std::vector<std::size_t> Lowering::mergeable(std::size_t index) const
{
    const auto &first = std::get<graph::MatMul>(m_graph.ops[index]);
    std::vector<std::size_t> group{index};
    const auto alone = [&](const graph::MatMul &op) {
        return !op.hasResidual && m_weightUses[op.weight.index] == 1 && op.out != m_graph.logits;
    };
    if (!alone(first)) {
        return group;
    }
    for (const std::size_t reader : m_readers[first.in.index]) {
        const auto *other = std::get_if<graph::MatMul>(&m_graph.ops[reader]);
        if (other != nullptr && reader > index && !m_done[reader] && alone(*other) &&
            selected(other->out) == selected(first.out) &&
            m_graph.weights[other->weight.index].type == m_graph.weights[first.weight.index].type) {
            group.push_back(reader);
        }
    }
    return group;
}

std::optional<std::size_t> Lowering::gluOf(graph::ValueId gate, graph::ValueId up) const
{
    const auto &readers = m_readers[gate.index];
    if (readers.size() != 1 || m_readers[up.index].size() != 1 || width(gate) != width(up)) {
        return std::nullopt;
    }
    const auto *op = std::get_if<graph::Glu>(&m_graph.ops[readers.front()]);
    const bool gates = op != nullptr && op->gate == gate && op->up == up && !(op->out == m_graph.logits);
    return gates ? std::optional(readers.front()) : std::nullopt;
}

Result<void> Lowering::lowerOp(const graph::MatMul &op)
{
    const std::vector<std::size_t> group = mergeable(m_op);
    for (const std::size_t a : group) {
        for (const std::size_t b : group) {
            const auto &gate = std::get<graph::MatMul>(m_graph.ops[a]);
            const auto &up = std::get<graph::MatMul>(m_graph.ops[b]);
            const auto glu = a == b ? std::nullopt : gluOf(gate.out, up.out);
            if (glu && (gate.out == op.out || up.out == op.out)) {
                return emitMatMul(std::array{a, b}, &std::get<graph::Glu>(m_graph.ops[*glu]));
            }
        }
    }
    return emitMatMul(group, nullptr);
}

Result<void> Lowering::emitMatMul(std::span<const std::size_t> ops, const graph::Glu *glu)
{
    const auto &front = std::get<graph::MatMul>(m_graph.ops[ops.front()]);
    const bool int8 = runsInt8(front.weight);
    const bool isSelected = selected(front.out);
    std::vector<graph::WeightId> weights;
    std::vector<graph::WeightId> biases;
    std::vector<std::uint32_t> counts;
    bool anyBias = false;
    for (const std::size_t index : ops) {
        const auto &op = std::get<graph::MatMul>(m_graph.ops[index]);
        weights.push_back(op.weight);
        biases.push_back(op.bias);
        counts.push_back(width(op.out));
        anyBias |= op.bias != graph::kNoWeight;
        m_done[index] = true;
    }
    const auto matrix = matrixOf(weights, glu != nullptr, dispatchRows());
    if (!matrix) {
        return std::unexpected(matrix.error());
    }

    View out;
    if (glu != nullptr) {
        out = define(glu->out);
        m_done[m_readers[front.out.index].front()] = true;
    } else if (ops.size() == 1) {
        out = define(front.out);
    } else {
        out = newRows(static_cast<std::uint32_t>(m_plan.matrices[*matrix].rows), isSelected);
        std::uint32_t first = 0;
        for (std::size_t i = 0; i < ops.size(); ++i) {
            m_views[std::get<graph::MatMul>(m_graph.ops[ops[i]]).out.index] = {out.memory, first, out.stride};
            first += counts[i];
        }
    }
    Product product{.matrix = *matrix, .in = front.in, .int8 = int8, .out = out, .glu = glu, .selected = isSelected};
    if (anyBias) {
        product.bias = constantsOf(biases, counts, glu != nullptr);
    }
    auto changes = emitChanges(ops, glu != nullptr);
    if (!changes) {
        return std::unexpected(changes.error());
    }
    product.residual = *changes;
    if (!product.residual && front.hasResidual) {
        product.residual = view(front.residual);
    }
    emitProduct(product);
    return {};
}

void Lowering::emitProduct(const Product &product)
{
    const BoundTo in = product.int8     ? int8Of(product.in)
                       : product.inRows ? product.inRows->memory
                                        : view(product.in).memory;
    const View inRows = product.inRows ? *product.inRows : view(product.in);
    const View residual = product.residual.value_or(View{});
    const graph::Glu *const glu = product.glu;
    const Matrix merged = m_plan.matrices[product.matrix];
    for (std::uint32_t s = merged.firstSlice; s < merged.firstSlice + merged.sliceCount; ++s) {
        const Slice &slice = m_plan.slices[s];
        const auto row = static_cast<std::uint32_t>(slice.rowFirst);
        MatMulPush push{};
        push.rows = static_cast<std::uint32_t>(slice.layout.rows);
        push.columns = merged.columns;
        push.inFirst = product.int8 ? 0 : inRows.first;
        push.inStride = product.int8 ? 0 : inRows.stride;
        push.inScales = product.int8 ? int8Scales(product.in) : 0;
        push.outFirst = product.out.first + (glu != nullptr ? row / 2 : row);
        push.outStride = product.out.stride;
        push.residualFirst = residual.first + row;
        push.residualStride = residual.stride;
        push.biasFirst = product.bias.value_or(0) + row;
        setPlanes(push, slice.layout);
        Step &step = addStep(StepKind::MatMul, product.selected);
        step.bindings = {{Memory::Slice, s},
                         in,
                         product.out.memory,
                         residual.memory,
                         product.bias ? BoundTo{Memory::Constants, *product.bias} : BoundTo{},
                         {Memory::Batch, 0}};
        step.type = merged.type;
        step.int8 = product.int8;
        step.padded = !product.int8 && (merged.columns % 32 != 0 || push.inFirst % 4 != 0 || push.inStride % 4 != 0);
        step.epilogue =
            (product.bias ? kEpilogueBias : 0) | (product.residual ? kEpilogueResidual : 0) |
            (glu != nullptr ? kEpilogueGlu | static_cast<std::uint32_t>(glu->activation) << kEpilogueActivation : 0);
        step.items = push.rows;
        step.blocks = push.blocks;
        step.setPush(push);
    }
}

void Lowering::emitRope(const graph::Rope *query, const graph::Rope *key, const graph::KvWrite *write)
{
    const graph::Rope *const any = query != nullptr ? query : key;
    RopePush push{};
    View in;
    View out;
    View keys;
    View values;
    const std::uint32_t table = any != nullptr ? ropeConfig(*any) : 0;
    if (any != nullptr) {
        push.headDim = any->headDim;
        push.rotatedDims = any->rotatedDims;
        push.neox = any->kind == graph::RopeKind::Neox ? 1 : 0;
        push.tableFirst = table;
    }
    if (query != nullptr) {
        in = view(query->in);
        out = define(query->out);
        push.queryHeads = query->heads;
    }
    if (write != nullptr) {
        keys = view(key != nullptr ? key->in : write->key);
        push.kvHeads = key != nullptr ? key->heads : 1;
        push.headDim = key != nullptr ? key->headDim : width(write->key);
        if (write->hasValue) {
            values = view(write->value);
            push.valueDim = width(write->value) / push.kvHeads;
        }
    }
    push.queryFirst = in.first;
    push.queryStride = in.stride;
    push.keyFirst = keys.first;
    push.keyStride = keys.stride;
    push.valueFirst = values.first;
    push.valueStride = values.stride;
    push.outFirst = out.first;
    push.outStride = out.stride;
    push.slots = write != nullptr ? m_plan.kv[write->layer].slots : 1;
    Step &step = addStep(StepKind::RopeKv, any != nullptr && query != nullptr && selected(query->out));
    step.bindings = {in.memory,
                     keys.memory,
                     values.memory,
                     {Memory::RopeTable, 0},
                     out.memory,
                     write != nullptr ? BoundTo{Memory::Keys, write->layer} : BoundTo{},
                     write != nullptr && write->hasValue ? BoundTo{Memory::Values, write->layer} : BoundTo{},
                     {Memory::Batch, 0}};
    step.items = (push.queryHeads * push.headDim + push.kvHeads * (push.headDim + push.valueDim)) / 2;
    if (write != nullptr && m_options.kv != KvType::F16) {
        // An invocation for two blocks.
        const auto pairs = [](std::uint32_t numbers) { return (numbers / kKvBlock + 1) / 2; };
        step.items = push.queryHeads * push.headDim / 2 + pairs(push.kvHeads * push.headDim) +
                     pairs(push.kvHeads * push.valueDim);
        step.constants[0] = static_cast<std::uint32_t>(m_options.kv);
    }
    step.setPush(push);
}

Result<void> Lowering::lowerOp(const graph::Rope &op)
{
    emitRope(&op, nullptr, nullptr);
    return {};
}

Result<void> Lowering::lowerOp(const graph::KvWrite &op)
{
    emitRope(nullptr, nullptr, &op);
    return {};
}

Result<void> Lowering::lowerOp(const graph::Attention &op)
{
    const View query = view(op.query);
    const View out = define(op.out);
    const bool ownValues = m_graph.kv[op.layer].valueWidth > 0;
    const CacheLayer &cache = m_plan.kv[op.layer];
    const BoundTo keys{Memory::Keys, op.layer};
    const BoundTo values = ownValues ? BoundTo{Memory::Values, op.layer} : keys;
    const bool hasSinks = op.sinks != graph::kNoWeight;
    const std::uint32_t sinksFirst = hasSinks ? constantsOf({op.sinks}, {op.heads}, false) : 0;
    const BoundTo sinks = hasSinks ? BoundTo{Memory::Constants, sinksFirst} : BoundTo{};
    m_plan.wholeSequence |= op.mask == graph::Mask::Full;
    const std::uint32_t splits = (m_plan.contextLength + m_plan.splitLength - 1) / m_plan.splitLength;
    const std::uint64_t partialRows = std::min(kSmallRows, m_plan.maxBatch);
    const BoundTo partials = newScratch(partialRows * op.heads * splits * (op.valueDim + 2) * 4);
    const AttentionPush push{.headsPerKv = op.heads / op.kvHeads,
                             .queryFirst = query.first,
                             .queryStride = query.stride,
                             .keyStride = cache.keyWords,
                             .valueStride = ownValues ? cache.valueWords : cache.keyWords,
                             .keyScales = cache.keyScales,
                             .valueScales = ownValues ? cache.valueScales : cache.keyScales,
                             .valueHeadStride = ownValues ? op.valueDim : op.headDim,
                             .slots = cache.slots,
                             .outFirst = out.first,
                             .outStride = out.stride,
                             .splitLength = m_plan.splitLength,
                             .splits = splits,
                             .heads = op.heads,
                             .scale = op.scale,
                             .softcap = op.softcap,
                             .window = op.window,
                             .mask = static_cast<std::uint32_t>(op.mask),
                             .hasSinks = hasSinks ? 1U : 0U,
                             .sinksFirst = sinksFirst};
    for (const StepKind kind : {StepKind::AttentionWhole, StepKind::AttentionSplit, StepKind::AttentionCombine}) {
        Step &step = addStep(kind, false);
        step.bindings = {query.memory,       keys, values, kind == StepKind::AttentionWhole ? out.memory : partials,
                         {Memory::Batch, 0}, sinks};
        if (kind == StepKind::AttentionCombine) {
            step.bindings = {partials, out.memory, {Memory::Batch, 0}, sinks};
        }
        step.constants[0] = static_cast<std::uint32_t>(m_options.kv);
        step.heads = op.heads;
        step.kvHeads = op.kvHeads;
        step.keyPairs = op.headDim / 2;
        step.valuePairs = op.valueDim / 2;
        step.items = op.heads * op.valueDim;
        step.setPush(push);
    }
    return {};
}

void Lowering::emitElement(std::uint32_t operation, graph::ValueId a, std::optional<graph::ValueId> b,
                           graph::ValueId out, float factor, graph::Activation activation)
{
    const View first = view(a);
    const View second = b ? view(*b) : View{};
    addElement({.operation = operation,
                .a = first,
                .b = second,
                .out = define(out),
                .columns = width(out),
                .selected = selected(out),
                .factor = factor,
                .activation = activation});
}

void Lowering::addElement(const Element &element)
{
    Step &step = addStep(StepKind::Element, element.selected);
    step.bindings = {element.a.memory, element.b.memory, element.out.memory, {Memory::Batch, 0}};
    step.constants = {element.operation, static_cast<std::uint32_t>(element.activation), 0};
    step.items = element.columns;
    step.setPush(ElementPush{.columns = element.columns,
                             .aFirst = element.a.first,
                             .aStride = element.a.stride,
                             .bFirst = element.b.first,
                             .bStride = element.b.stride,
                             .outFirst = element.out.first,
                             .outStride = element.out.stride,
                             .factor = element.factor});
}

Result<void> Lowering::lowerOp(const graph::Glu &op)
{
    emitElement(kElementGlu, op.gate, op.up, op.out, 1.0F, op.activation);
    return {};
}

Result<void> Lowering::lowerOp(const graph::Activate &op)
{
    emitElement(kElementActivate, op.in, std::nullopt, op.out, 1.0F, op.activation);
    return {};
}

Result<void> Lowering::lowerOp(const graph::Softcap &op)
{
    emitElement(kElementSoftcap, op.in, std::nullopt, op.out, op.cap);
    return {};
}

Result<void> Lowering::lowerOp(const graph::Add &op)
{
    emitElement(kElementAdd, op.a, op.b, op.out);
    return {};
}

Result<void> Lowering::lowerOp(const graph::Scale &op)
{
    emitElement(kElementScale, op.in, std::nullopt, op.out, op.factor);
    return {};
}

Result<void> Lowering::lowerOp(const graph::JoinHeads &op)
{
    // Part of a row needs no copy: other ops read it where it stands.
    const View first = view(op.a.in);
    if (op.heads == 1 && op.b.count == 0 && !(op.out == m_graph.logits)) {
        m_views[op.out.index] = {first.memory, first.first + op.a.first, first.stride};
        return {};
    }
    const View second = op.b.count > 0 ? view(op.b.in) : View{};
    const View out = define(op.out);
    Step &step = addStep(StepKind::JoinHeads, selected(op.out));
    step.bindings = {first.memory, second.memory, out.memory};
    step.items = width(op.out);
    step.setPush(JoinHeadsPush{.columns = width(op.out),
                               .aCount = op.a.count,
                               .aFirst = first.first + op.a.first,
                               .aStride = first.stride,
                               .aHead = op.a.stride,
                               .bCount = op.b.count,
                               .bFirst = second.first + op.b.first,
                               .bStride = second.stride,
                               .bHead = op.b.stride,
                               .outFirst = out.first,
                               .outStride = out.stride});
    return {};
}

Result<void> Lowering::lowerOp(const graph::ScaleByPosition &op)
{
    emitElement(kElementScaleByPosition, op.in, std::nullopt, op.out, op.rate);
    Step &step = m_plan.steps.back();
    ElementPush push{};
    std::memcpy(&push, step.push.data(), sizeof push);
    push.bFirst = op.offset;
    push.bStride = op.length;
    step.setPush(push);
    return {};
}

Result<void> Lowering::lowerOp(const graph::Clamp &op)
{
    emitElement(kElementClamp, op.in, std::nullopt, op.out, op.limit);
    return {};
}

Result<void> Lowering::lowerOp(const graph::SelectRows &op)
{
    emitElement(kElementSelect, op.in, std::nullopt, op.out);
    return {};
}

Result<void> Lowering::lowerOp(const graph::Pool &op)
{
    emitElement(op.kind == graph::PoolKind::First ? kElementFirst : kElementMean, op.in, std::nullopt, op.out);
    return {};
}

} // namespace inference::backend::vulkan
