// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/adapters/adapted_graph.h"

#include "inference/model/printable.h"
#include "inference/quant/dequantize.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace inference::adapters {

using namespace graph;

namespace {

/// One adapter's factors of a tensor.
struct Change {
    const LoraFactors *factors = nullptr;
    const GgufFile *file = nullptr;
    double factor = 1.0; ///< scale * alpha / rank
};

std::vector<float> numbersOf(const GgufFile &file, const GgufTensor &tensor)
{
    std::vector<float> numbers(tensor.shape[0] * tensor.shape[1] * tensor.shape[2]);
    dequantize(traitsOf(tensor.ggmlType)->type, file.data(tensor), numbers);
    return numbers;
}

std::unexpected<Error> unused(const std::string &tensor)
{
    return failure(ErrorCode::AdapterUnfit,
                   "it changes tensor " + printable(tensor) + ", which is no matrix that this version can change");
}

class Adapting {
public:
    Adapting(const Graph &model, std::span<const AppliedLora> adapters)
        : m_model(model)
        , m_pairs(model.weights.size())
    {
        for (const AppliedLora &applied : adapters) {
            for (const LoraFactors &factors : applied.lora->factors) {
                if (applied.scale != 0.0F) {
                    m_changes[factors.tensor].push_back(
                        {.factors = &factors,
                         .file = applied.lora->file.get(),
                         .factor = applied.lora->factorOf(factors) * static_cast<double>(applied.scale)});
                }
            }
        }
    }

    Result<AdaptedGraph> run()
    {
        Graph &graph = m_result.graph;
        graph = m_model;
        graph.ops.clear();
        graph.layerEnds.clear();
        std::size_t layer = 0;
        const auto endLayers = [&](std::size_t ops) {
            for (; layer < m_model.layerEnds.size() && m_model.layerEnds[layer] == ops; ++layer) {
                graph.layerEnds.push_back(static_cast<std::uint32_t>(graph.ops.size()));
            }
        };
        for (std::size_t i = 0; i < m_model.ops.size(); ++i) {
            endLayers(i);
            Op op = m_model.ops[i];
            if (auto *rows = std::get_if<GetRows>(&op)) {
                adaptTable(*rows);
            } else if (auto *product = std::get_if<MatMul>(&op)) {
                product->change = pairOf(product->weight);
                graph.ops.push_back(op);
            } else if (auto *experts = std::get_if<ExpertMatMul>(&op);
                       experts != nullptr && experts->scale == kNoWeight) {
                experts->change = pairOf(experts->weight);
                graph.ops.push_back(op);
            } else {
                graph.ops.push_back(op);
            }
        }
        endLayers(m_model.ops.size());
        if (auto checked = checkAllUsed(); !checked) {
            return std::unexpected(checked.error());
        }
        return std::move(m_result);
    }

private:
    /// Every tensor, and of one that was cut apart every part: the model would else be changed in half.
    Result<void> checkAllUsed() const
    {
        for (const auto &[tensor, changes] : m_changes) {
            if (!m_used.contains(tensor)) {
                return unused(tensor);
            }
        }
        for (std::size_t i = 0; i < m_model.weights.size(); ++i) {
            WeightId root{static_cast<std::uint32_t>(i)};
            while (!(m_model.weights[root.index].whole == kNoWeight)) {
                root = m_model.weights[root.index].whole;
            }
            const std::string &tensor = m_model.weights[root.index].name;
            if (root.index != i && m_changes.contains(tensor) && !m_pairs[i].isThere()) {
                return unused(tensor);
            }
        }
        return {};
    }

    WeightId addWeight(std::string name, TensorType type, const std::array<std::uint64_t, 4> &shape,
                       std::span<const std::byte> data)
    {
        Weight weight;
        weight.name = std::move(name);
        weight.type = type;
        weight.shape = shape;
        weight.data = data;
        m_result.graph.weights.push_back(std::move(weight));
        return WeightId{static_cast<std::uint32_t>(m_result.graph.weights.size() - 1)};
    }

    WeightId addNumbers(std::string name, const std::array<std::uint64_t, 4> &shape, std::vector<float> numbers)
    {
        m_result.numbers.push_back(std::move(numbers));
        return addWeight(std::move(name), TensorType::F32, shape, std::as_bytes(std::span(m_result.numbers.back())));
    }

    /// The factors of all adapters for a matrix; nothing where none changes it. Made once for each matrix.
    LowRank pairOf(WeightId id)
    {
        const Weight &weight = m_model.weights[id.index];
        // Where experts are fused in one tensor, rows of it are not rows of each expert.
        const bool isPart = !(weight.whole == kNoWeight);
        const WeightId tensorId = isPart ? weight.whole : id;
        const Weight &tensor = m_model.weights[tensorId.index];
        const auto changes = m_changes.find(tensor.name);
        if (changes == m_changes.end() || tensor.name == kEmbedding || (isPart && tensor.shape[2] != 1) ||
            !(tensor.whole == kNoWeight)) {
            return {};
        }
        m_used.insert(tensor.name);
        LowRank &pair = m_pairs[id.index];
        if (!pair.isThere()) {
            const auto [shared, isNew] = m_downs.try_emplace(tensorId.index);
            if (isNew) {
                shared->second = down(tensor, changes->second);
            }
            pair.down = shared->second;
            pair.up = up(weight, tensor.shape[1], isPart ? weight.first : 0, changes->second);
        }
        return pair;
    }

    static std::uint64_t rankOf(const std::vector<Change> &changes)
    {
        std::uint64_t rank = 0;
        for (const Change &change : changes) {
            rank += change.factors->rank;
        }
        return rank;
    }

    /// (n_in, sum of ranks, experts): the adapters' rows below each other.
    WeightId down(const Weight &tensor, const std::vector<Change> &changes)
    {
        const std::uint64_t columns = tensor.shape[0];
        const std::uint64_t experts = tensor.shape[2];
        const std::uint64_t rank = rankOf(changes);
        std::vector<float> all(columns * rank * experts);
        std::uint64_t firstRow = 0;
        for (const Change &change : changes) {
            const std::vector<float> one = numbersOf(*change.file, *change.factors->down);
            const std::uint64_t rows = change.factors->rank;
            for (std::uint64_t expert = 0; expert < experts; ++expert) {
                const std::uint64_t source = change.factors->down->shape[2] == 1 ? 0 : expert;
                std::copy_n(one.data() + source * rows * columns, rows * columns,
                            all.data() + (expert * rank + firstRow) * columns);
            }
            firstRow += rows;
        }
        return addNumbers(tensor.name + ".lora_a", {columns, rank, experts, 1}, std::move(all));
    }

    /// (sum of ranks, n_out, experts): each row is the adapters' rows after each other, with their factors. `weight`
    /// has the rows of the tensor from `firstRow` on.
    WeightId up(const Weight &weight, std::uint64_t tensorRows, std::uint64_t firstRow,
                const std::vector<Change> &changes)
    {
        const std::uint64_t rows = weight.shape[1];
        const std::uint64_t experts = weight.shape[2];
        const std::uint64_t rank = rankOf(changes);
        std::vector<float> all(rank * rows * experts);
        std::uint64_t firstColumn = 0;
        for (const Change &change : changes) {
            const std::vector<float> one = numbersOf(*change.file, *change.factors->up);
            const std::uint64_t columns = change.factors->rank;
            for (std::uint64_t row = 0; row < rows * experts; ++row) {
                const std::uint64_t expert = change.factors->up->shape[2] == 1 ? 0 : row / rows;
                const float *from = one.data() + (expert * tensorRows + firstRow + row % rows) * columns;
                std::transform(from, from + columns, all.data() + row * rank + firstColumn, [&](float number) {
                    return static_cast<float>(static_cast<double>(number) * change.factor);
                });
            }
            firstColumn += columns;
        }
        return addNumbers(weight.name + ".lora_b", {rank, rows, experts, 1}, std::move(all));
    }

    /// Rows of a table, and what the adapters add to each: up (row of down).
    void adaptTable(const GetRows &op)
    {
        Graph &graph = m_result.graph;
        const auto changes = m_changes.find(m_model.weights[op.table.index].name);
        if (changes == m_changes.end() || m_model.weights[op.table.index].name != kEmbedding) {
            graph.ops.emplace_back(op);
            return;
        }
        m_used.insert(changes->first);
        const auto newValue = [&](std::uint64_t width) {
            graph.values.push_back({static_cast<std::uint32_t>(width), false});
            return ValueId{static_cast<std::uint32_t>(graph.values.size() - 1)};
        };
        const std::uint32_t width = graph.values[op.out.index].width;
        GetRows rows = op;
        rows.out = newValue(width);
        graph.ops.emplace_back(rows);
        ValueId sum = rows.out;
        for (const Change &change : changes->second) {
            const GgufTensor &down = *change.factors->down;
            const WeightId table = addWeight(change.factors->tensor + ".lora_a", traitsOf(down.ggmlType)->type,
                                             down.shape, change.file->data(down));
            const ValueId small = newValue(change.factors->rank);
            graph.ops.emplace_back(GetRows{.table = table, .out = small, .scale = op.scale, .row = op.row});
            std::vector<float> up = numbersOf(*change.file, *change.factors->up);
            for (float &number : up) {
                number = static_cast<float>(static_cast<double>(number) * change.factor);
            }
            const WeightId matrix =
                addNumbers(change.factors->tensor + ".lora_b", {change.factors->rank, width, 1, 1}, std::move(up));
            const bool last = &change == &changes->second.back();
            const ValueId out = last ? op.out : newValue(width);
            graph.ops.emplace_back(
                MatMul{.weight = matrix, .in = small, .out = out, .hasResidual = true, .residual = sum});
            sum = out;
        }
    }

    const Graph &m_model;
    std::map<std::string, std::vector<Change>, std::less<>> m_changes; ///< by tensor
    std::set<std::string, std::less<>> m_used;                         ///< tensors whose changes take effect
    std::vector<LowRank> m_pairs;                                      ///< by weight of the model
    std::map<std::uint32_t, WeightId> m_downs;                         ///< by tensor: its parts share it
    AdaptedGraph m_result;
};

} // namespace

Result<AdaptedGraph> adaptGraph(const Graph &model, std::span<const AppliedLora> adapters)
{
    return Adapting(model, adapters).run();
}

} // namespace inference::adapters
