// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/graph_check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace inference::graph {

namespace {

constexpr std::uint64_t kLargestDimension = std::uint64_t{1} << 24U;
constexpr std::uint64_t kMostWeights = std::uint64_t{1} << 40U; ///< in one tensor

/// By index in Op.
constexpr std::array<std::string_view, 26> kOpNames = {
    "GetRows",     "Norm",       "MatMul",          "Rope",         "KvWrite",
    "Attention",   "Glu",        "Activate",        "Softcap",      "Add",
    "Scale",       "SelectRows", "RouteExperts",    "ExpertMatMul", "CombineExperts",
    "RouteToEach", "JoinHeads",  "ScaleByPosition", "Clamp",        "Pool",
    "CausalConv",  "GatedDelta", "StateScan",       "MixStreams",   "MatchMagnitude",
    "Sparsify"};
static_assert(kOpNames.size() == std::variant_size_v<Op>);

/// Checks one op after the other; `bad` turns true at the first thing that does not fit.
struct Checker {
    const Graph &graph;
    std::vector<bool> written;
    std::vector<std::uint64_t> routedTo{}; ///< by value: how many experts RouteExperts chose from, 0 for other values
    std::vector<bool> advanced{};          ///< by state: an op before advances it
    bool bad = false;

    void require(bool condition) { bad = bad || !condition; }

    /// The width of a value that an op before has written, 0 once something is bad.
    std::uint64_t read(ValueId id)
    {
        require(id.index < graph.values.size() && written[id.index]);
        return bad ? 0 : graph.values[id.index].width;
    }
    /// The width of a value that no op before has written, 0 once something is bad.
    std::uint64_t write(ValueId id)
    {
        require(id.index < graph.values.size() && !written[id.index]);
        if (bad) {
            return 0;
        }
        written[id.index] = true;
        return graph.values[id.index].width;
    }
    [[nodiscard]] bool selected(ValueId id) const { return !bad && graph.values[id.index].selectedRows; }
    void sameRows(ValueId a, ValueId b) { require(selected(a) == selected(b)); }
    /// Cache and positions are those of all rows.
    void allRows(ValueId id) { require(!selected(id)); }

    const Weight *weight(WeightId id)
    {
        require(id.index < graph.weights.size());
        return bad ? nullptr : &graph.weights[id.index];
    }
    void matrix(WeightId id, std::uint64_t columns, std::uint64_t rows)
    {
        if (const Weight *w = weight(id)) {
            require(w->shape[0] == columns && w->rows() == rows);
        }
    }
    /// So many numbers, or so many for each of the equal parts that a row has.
    void vector(WeightId id, std::uint64_t width, std::uint64_t parts = 1)
    {
        if (id == kNoWeight) {
            return;
        }
        if (const Weight *w = weight(id)) {
            const std::uint64_t numbers = w->shape[0] * w->rows();
            require(numbers == width || numbers == width / parts);
        }
    }
    /// Two factors of a matrix like `of`, for each of its experts.
    void change(const LowRank &change, const Weight &of)
    {
        if (!change.isThere()) {
            require(change.up == kNoWeight);
            return;
        }
        const Weight *down = weight(change.down);
        const Weight *up = weight(change.up);
        if (down == nullptr || up == nullptr) {
            return;
        }
        const std::uint64_t rank = down->shape[1];
        require(down->type == TensorType::F32 && up->type == TensorType::F32);
        require(down->shape == std::array{of.shape[0], rank, of.shape[2], std::uint64_t{1}});
        require(up->shape == std::array{rank, of.shape[1], of.shape[2], std::uint64_t{1}});
    }
    /// So many numbers in any shape; the weight may not be absent.
    void numbers(WeightId id, std::uint64_t count)
    {
        if (const Weight *w = weight(id)) {
            require(w->shape[0] * w->rows() == count);
        }
    }
    void sameWidth(ValueId in, ValueId out)
    {
        // Read before written, so that no op reads what it makes itself.
        const std::uint64_t width = read(in);
        require(write(out) == width);
    }
    /// An op that makes each number of `out` from that of `in`.
    void eachNumber(ValueId in, ValueId out)
    {
        sameWidth(in, out);
        sameRows(in, out);
    }

    void operator()(const GetRows &op)
    {
        const std::uint64_t width = write(op.out);
        allRows(op.out);
        if (const Weight *table = weight(op.table)) {
            require(table->shape[0] == width);
        }
        require(!op.fromFile || op.row == RowOf::Token);
    }
    void operator()(const Norm &op)
    {
        const std::uint64_t width = read(op.in);
        eachNumber(op.in, op.out);
        require(op.groups > 0 && width % std::max(op.groups, 1U) == 0);
        vector(op.weight, width, op.groups);
        vector(op.bias, width, op.groups);
    }
    void operator()(const MatMul &op)
    {
        const std::uint64_t columns = read(op.in);
        const std::uint64_t residual = op.hasResidual ? read(op.residual) : 0;
        const std::uint64_t rows = write(op.out);
        sameRows(op.in, op.out);
        if (op.hasResidual) {
            require(residual == rows);
            sameRows(op.in, op.residual);
        }
        matrix(op.weight, columns, rows);
        vector(op.bias, rows);
        if (const Weight *w = weight(op.weight)) {
            change(op.change, *w);
        }
    }
    void operator()(const Rope &op)
    {
        const std::uint64_t width = read(op.in);
        eachNumber(op.in, op.out);
        allRows(op.in);
        require(std::uint64_t{op.heads} * op.headDim == width);
        require(op.rotatedDims <= op.headDim && op.table < graph.ropes.size());
        require(!bad && graph.ropes[op.table].frequencies.size() * 2 == op.rotatedDims);
    }
    void operator()(const KvWrite &op)
    {
        const std::uint64_t keys = read(op.key);
        const std::uint64_t values = op.hasValue ? read(op.value) : 0;
        allRows(op.key);
        if (op.hasValue) {
            allRows(op.value);
        }
        require(op.layer < graph.kv.size());
        require(!bad && graph.kv[op.layer].keyWidth == keys && graph.kv[op.layer].valueWidth == values);
    }
    void operator()(const Attention &op)
    {
        require(read(op.query) == std::uint64_t{op.heads} * op.headDim);
        require(write(op.out) == std::uint64_t{op.heads} * op.valueDim);
        allRows(op.query);
        allRows(op.out);
        require(op.kvHeads > 0 && op.heads % std::max(op.kvHeads, 1U) == 0 && op.layer < graph.kv.size());
        require(!bad && graph.kv[op.layer].keyWidth == std::uint64_t{op.kvHeads} * op.headDim);
        require(!bad && (graph.kv[op.layer].valueWidth == 0
                             ? op.valueDim <= op.headDim
                             : graph.kv[op.layer].valueWidth == std::uint64_t{op.kvHeads} * op.valueDim));
        require(op.mask != Mask::Chunked || op.window > 0);
        // What a ring may have overwritten nobody looks at.
        const std::uint32_t kept = bad ? 0 : graph.kv[op.layer].window;
        require(kept == 0 || (op.mask != Mask::Full && op.window > 0 && op.window <= kept));
        vector(op.sinks, op.heads);
    }
    void operator()(const Glu &op)
    {
        require(read(op.gate) == read(op.up));
        sameRows(op.gate, op.up);
        eachNumber(op.gate, op.out);
    }
    void operator()(const Activate &op)
    {
        eachNumber(op.in, op.out);
        require(op.activation != Activation::ClampedSwiglu);
    }
    void operator()(const Softcap &op)
    {
        eachNumber(op.in, op.out);
        require(op.cap > 0);
    }
    void operator()(const Add &op)
    {
        require(read(op.a) == read(op.b));
        sameRows(op.a, op.b);
        eachNumber(op.a, op.out);
    }
    void operator()(const Scale &op) { eachNumber(op.in, op.out); }
    void operator()(const SelectRows &op)
    {
        sameWidth(op.in, op.out);
        allRows(op.in);
        require(selected(op.out));
    }
    void operator()(const Pool &op)
    {
        sameWidth(op.in, op.out);
        allRows(op.in);
        require(selected(op.out));
    }
    void operator()(const RouteExperts &op)
    {
        const std::uint64_t experts = read(op.logits);
        require(write(op.out) == 2 * std::uint64_t{op.used});
        sameRows(op.logits, op.out);
        require(op.used > 0 && experts <= kMaxExperts && op.groups > 0 && op.groups <= kMaxExpertGroups);
        require(op.groupsUsed > 0 && op.groupsUsed <= op.groups);
        require(!bad && experts % op.groups == 0 && op.used <= experts / op.groups * op.groupsUsed);
        vector(op.selectionBias, experts);
        if (!bad) {
            routedTo[op.out.index] = experts;
        }
    }
    void advance(std::uint32_t state, std::uint64_t numbers)
    {
        require(state < graph.states.size() && !advanced[state] && graph.states[state].numbers == numbers);
        if (!bad) {
            advanced[state] = true;
        }
    }
    void operator()(const CausalConv &op)
    {
        const std::uint64_t channels = read(op.in);
        eachNumber(op.in, op.out);
        allRows(op.in);
        require(op.taps >= 2 && op.taps <= kMaxTaps);
        matrix(op.weight, op.taps, channels);
        vector(op.bias, channels);
        advance(op.state, stateNumbers(op, channels));
    }
    void operator()(const GatedDelta &op)
    {
        const std::uint64_t values = std::uint64_t{op.valueHeads} * op.valueDim;
        require(read(op.in) == 2 * std::uint64_t{op.keyHeads} * op.keyDim + values);
        const std::uint64_t logits = op.logitsByKeyHead ? 2 * std::uint64_t{op.valueHeads} : op.valueHeads;
        require(read(op.decay) == logits && read(op.write) == logits);
        require(!op.logitsByKeyHead || (op.decay == op.write && !op.keysAlternate));
        require(write(op.out) == values);
        for (const ValueId value : {op.in, op.decay, op.write, op.out}) {
            allRows(value);
        }
        require(op.keyHeads > 0 && op.valueHeads > 0 && op.valueDim > 0);
        require(!bad && op.valueHeads % op.keyHeads == 0 && op.keyDim > 0 && op.keyDim <= kMaxStateRows);
        numbers(op.rate, op.valueHeads);
        numbers(op.decayBias, op.valueHeads);
        advance(op.state, stateNumbers(op));
    }
    void operator()(const StateScan &op)
    {
        const std::uint64_t width = std::uint64_t{op.heads} * op.headDim;
        require(read(op.in) == width + 2 * std::uint64_t{op.groups} * op.stateDim);
        require(read(op.step) == op.heads && write(op.out) == width);
        for (const ValueId value : {op.in, op.step, op.out}) {
            allRows(value);
        }
        require(op.groups > 0 && op.heads > 0 && op.headDim > 0);
        require(!bad && op.heads % op.groups == 0 && op.stateDim > 0 && op.stateDim <= kMaxStateRows);
        numbers(op.stepBias, op.heads);
        numbers(op.rate, op.heads);
        numbers(op.skip, op.heads);
        advance(op.state, stateNumbers(op));
    }
    void operator()(const MixStreams &op)
    {
        const std::uint64_t sources = read(op.in);
        const std::uint64_t coefficients = read(op.coefficients);
        const std::uint64_t base = read(op.base);
        const std::uint64_t targets = write(op.out);
        for (const ValueId value : {op.coefficients, op.base, op.out}) {
            sameRows(op.in, value);
        }
        require(op.sources > 0 && op.sources <= kMaxStreams && op.targets > 0 && op.targets <= kMaxStreams);
        require(!bad && coefficients == std::uint64_t{op.sources} * op.targets && base == targets);
        require(!bad && targets % op.targets == 0 && sources == targets / op.targets * op.sources);
    }
    void operator()(const MatchMagnitude &op)
    {
        require(read(op.like) == read(op.in));
        sameRows(op.in, op.like);
        eachNumber(op.in, op.out);
        require(op.least > 0);
    }
    void operator()(const Sparsify &op)
    {
        eachNumber(op.in, op.out);
        require(std::isfinite(op.deviations));
    }
    /// How many experts each row uses.
    std::uint64_t readRouting(ValueId routing)
    {
        const std::uint64_t used = read(routing) / 2;
        require(!bad && routedTo[routing.index] > 0);
        return used;
    }
    void operator()(const ExpertMatMul &op)
    {
        const std::uint64_t used = readRouting(op.routing);
        const std::uint64_t columns = read(op.in);
        const std::uint64_t rows = write(op.out);
        sameRows(op.in, op.routing);
        sameRows(op.in, op.out);
        const Weight *w = weight(op.weight);
        if (w == nullptr) {
            return;
        }
        const std::uint64_t experts = routedTo[op.routing.index];
        require(w->shape[2] == experts && w->shape[3] == 1 && rows == used * w->shape[1]);
        require(columns == w->shape[0] || columns == used * w->shape[0]);
        vector(op.bias, experts * w->shape[1]);
        vector(op.scale, experts);
        change(op.change, *w);
    }
    void operator()(const RouteToEach &op)
    {
        const std::uint64_t experts = write(op.out) / 2;
        require(experts > 0 && experts <= kMaxExperts && !bad && graph.values[op.out.index].width % 2 == 0);
        if (!bad) {
            routedTo[op.out.index] = experts;
        }
    }
    void part(const HeadPart &part, std::uint64_t heads)
    {
        const std::uint64_t width = read(part.in);
        require(std::uint64_t{part.first} + (heads - 1) * part.stride + part.count <= width);
    }
    void operator()(const JoinHeads &op)
    {
        require(op.heads > 0 && op.heads <= kLargestDimension && op.a.count > 0);
        if (bad) {
            return;
        }
        part(op.a, op.heads);
        const std::uint64_t second = op.b.count;
        if (second > 0) {
            part(op.b, op.heads);
        }
        require(write(op.out) == op.heads * (op.a.count + second));
        sameRows(op.a.in, op.out);
        if (second > 0) {
            sameRows(op.b.in, op.out);
        }
    }
    void operator()(const ScaleByPosition &op)
    {
        eachNumber(op.in, op.out);
        allRows(op.in);
        require(op.length > 0);
    }
    void operator()(const Clamp &op)
    {
        eachNumber(op.in, op.out);
        require(op.limit > 0);
    }
    void operator()(const CombineExperts &op)
    {
        const std::uint64_t used = readRouting(op.routing);
        const std::uint64_t width = read(op.in);
        const std::uint64_t residual = op.hasResidual ? read(op.residual) : 0;
        const std::uint64_t out = write(op.out);
        require(used * out == width);
        sameRows(op.in, op.routing);
        sameRows(op.in, op.out);
        if (op.hasResidual) {
            require(residual == out);
            sameRows(op.in, op.residual);
        }
    }
};

bool weightFits(const Weight &weight)
{
    std::uint64_t elements = 1;
    for (const std::uint64_t n : weight.shape) {
        if (n == 0 || n > kLargestDimension || elements > kMostWeights / n) {
            return false;
        }
        elements *= n;
    }
    const TypeTraits info = traits(weight.type);
    return weight.shape[0] % info.blockWeights == 0 &&
           weight.data.size() == elements / info.blockWeights * info.blockBytes;
}

std::unexpected<Error> invalid(std::string detail)
{
    return failure(ErrorCode::InvalidArgument, std::move(detail));
}

} // namespace

Result<void> checkGraph(const Graph &graph)
{
    for (const Weight &weight : graph.weights) {
        if (!weightFits(weight)) {
            return invalid("the bytes of weight " + weight.name + " do not fit its shape");
        }
    }
    for (const ValueInfo &value : graph.values) {
        if (value.width == 0 || value.width > kLargestDimension) {
            return invalid("a value has no width or too much");
        }
    }
    for (const KvLayer &layer : graph.kv) {
        if (std::max(layer.keyWidth, layer.valueWidth) > kLargestDimension) {
            return invalid("a layer's keys or values are too wide");
        }
    }
    Checker checker{.graph = graph,
                    .written = std::vector<bool>(graph.values.size()),
                    .routedTo = std::vector<std::uint64_t>(graph.values.size()),
                    .advanced = std::vector<bool>(graph.states.size())};
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        std::visit(checker, graph.ops[i]);
        if (checker.bad) {
            return invalid("op " + std::to_string(i) + ", " + std::string(kOpNames[graph.ops[i].index()]) +
                           ", does not fit its operands");
        }
    }
    if (std::ranges::contains(checker.advanced, false)) {
        return invalid("a recurrent state is advanced by no op");
    }
    if (graph.logits.index >= graph.values.size() || !checker.written[graph.logits.index] ||
        !graph.values[graph.logits.index].selectedRows ||
        graph.values[graph.logits.index].width != graph.vocabularySize) {
        return invalid("the graph does not end in logits of selected rows");
    }
    if (!std::ranges::is_sorted(graph.layerEnds) ||
        (!graph.layerEnds.empty() && graph.layerEnds.back() > graph.ops.size())) {
        return invalid("the ends of layers are not in order");
    }
    return {};
}

Result<void> checkKvType(const Graph &graph, KvType type)
{
    if (type == KvType::F16) {
        return {};
    }
    for (const Op &op : graph.ops) {
        const auto *attention = std::get_if<Attention>(&op);
        if (attention == nullptr) {
            continue;
        }
        for (const std::uint32_t width : {attention->headDim, attention->valueDim}) {
            if (width % kKvBlock != 0) {
                return invalid("a " + std::string(name(type)) + " KV cache keeps blocks of " +
                               std::to_string(kKvBlock) + " numbers, and this model's heads have " +
                               std::to_string(width) + ": load it with an f16 KV cache");
            }
        }
    }
    return {};
}

} // namespace inference::graph
