// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/graph/graph.h"
#include "inference/model/gguf_file.h"

#include <array>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inference::graph {

/// Writes a Graph op by op so that a family's file reads like its paper. Each call appends one op and returns the value
/// it writes. Every tensor is asked for with the shape that the hyperparameters demand; the first that is missing, has
/// another shape or a type that Carrel does not read is remembered and reported by finish(), and so is a tensor that
/// nobody asked for: it belongs to a variant that would be computed wrongly. Reads the header alone, but for numbers().
class Builder {
public:
    explicit Builder(const GgufFile &file);

    /// The named tensor of `rows` rows of `columns` weights, for y = W x with x as wide as `columns`.
    WeightId matrix(const std::string &name, std::uint64_t columns, std::uint64_t rows);
    /// A norm's weight or a bias, of a float type.
    WeightId vector(const std::string &name, std::uint64_t width);
    /// `count` of them in one tensor.
    WeightId vectors(const std::string &name, std::uint64_t width, std::uint64_t count);
    /// The same, or kNoWeight when the file has no such tensor.
    WeightId optionalMatrix(const std::string &name, std::uint64_t columns, std::uint64_t rows);
    WeightId optionalVector(const std::string &name, std::uint64_t width);
    /// A matrix for each of `count` experts in one tensor.
    WeightId experts(const std::string &name, std::uint64_t columns, std::uint64_t rows, std::uint64_t count);
    /// `count` vectors in one tensor, or kNoWeight when the file has no such tensor.
    WeightId optionalVectors(const std::string &name, std::uint64_t width, std::uint64_t count);
    /// `count` rows of a matrix, or numbers of a vector, from `first` on: tensors that the file keeps fused.
    WeightId part(WeightId whole, std::uint64_t first, std::uint64_t count);
    /// The numbers of a vector that the graph's construction itself needs, such as rope factors. Ones where the file
    /// ends after its header, none where it does not fit.
    std::vector<float> numbers(const std::string &name, std::uint64_t width);
    /// The same; none when the file has no such tensor.
    std::vector<float> optionalNumbers(const std::string &name, std::uint64_t width);
    [[nodiscard]] std::uint32_t width(ValueId value) const { return m_graph.values[value.index].width; }
    [[nodiscard]] bool has(const std::string &name) const { return m_file.tensor(name) != nullptr; }
    /// Rows of a tensor where no hyperparameter tells how many it has; 0 when the file has no such tensor.
    [[nodiscard]] std::uint64_t rowsOf(const std::string &name) const;
    /// The forward pass does not need the tensors whose names begin like this.
    void ignoreAll(std::string prefix) { m_ignored.push_back(std::move(prefix)); }
    /// What finish() reports when nothing failed before.
    void fail(ErrorCode code, std::string detail);

    ValueId getRows(WeightId table, float scale = 1.0F, RowOf row = RowOf::Token);
    /// The same of a table that stays in the file.
    ValueId getRowsFromFile(WeightId table, float scale);
    /// `op.in`, `op.out` are filled in.
    ValueId norm(ValueId in, Norm op);
    ValueId matMul(WeightId weight, ValueId in, WeightId bias = kNoWeight);
    /// W in + bias + residual
    ValueId matMulAdd(WeightId weight, ValueId in, ValueId residual, WeightId bias = kNoWeight);
    /// Index of the table in the graph; equal tables are kept once.
    std::uint32_t ropeTable(RopeTable table);
    /// `op.in`, `op.out` are filled in.
    ValueId rope(ValueId in, Rope op);
    void kvWrite(std::uint32_t layer, ValueId key, ValueId value);
    /// Of a layer whose values are parts of its keys.
    void kvWrite(std::uint32_t layer, ValueId key);
    /// `op.query`, `op.out` are filled in.
    ValueId attention(ValueId query, Attention op);
    ValueId glu(ValueId gate, ValueId up, Activation activation);
    ValueId activate(ValueId in, Activation activation);
    ValueId softcap(ValueId in, float cap);
    ValueId add(ValueId a, ValueId b);
    ValueId scale(ValueId in, float factor);
    ValueId clamp(ValueId in, float limit);
    /// `op.in`, `op.out` are filled in.
    ValueId scaleByPosition(ValueId in, ScaleByPosition op);
    /// `op.out` is filled in.
    ValueId joinHeads(JoinHeads op);
    ValueId selectRows(ValueId in);
    ValueId pool(ValueId in, PoolKind kind);
    /// `op.in`, `op.out` and `op.state` are filled in.
    ValueId causalConv(ValueId in, CausalConv op);
    ValueId gatedDelta(ValueId in, GatedDelta op);
    ValueId stateScan(ValueId in, StateScan op);
    /// `op.out` is filled in.
    ValueId mixStreams(MixStreams op);
    ValueId matchMagnitude(ValueId in, ValueId like);
    ValueId sparsify(ValueId in, float deviations);
    /// `op.logits`, `op.out` are filled in.
    ValueId routeExperts(ValueId logits, RouteExperts op);
    /// What sends rows to each of `experts` experts.
    ValueId routeToEach(std::uint32_t experts);
    /// `op.weight`, `op.in`, `op.routing`, `op.out` are filled in.
    ValueId expertMatMul(WeightId weight, ValueId in, ValueId routing, ExpertMatMul op = {});
    /// `op.in`, `op.routing`, `op.out` are filled in.
    ValueId combineExperts(ValueId in, ValueId routing, CombineExperts op = {});
    void endLayer();

    /// Declares the logits, or what an embedder ends in, and hands the graph out. FileMalformed or UnsupportedFile
    /// name the tensor.
    Result<Graph> finish(ValueId logits, Ending ending = Ending::Logits);

private:
    KvLayer &kvLayer(std::uint32_t layer);
    /// How far back anything looks at each layer.
    void setWindows();
    std::uint32_t newState(std::uint64_t numbers);
    ValueId newValue(std::uint64_t width, bool selectedRows);
    ValueId like(ValueId value);
    [[nodiscard]] bool selected(ValueId value) const;

    enum class Content { Matrix, Vector }; ///< vectors are of float types
    enum class Presence { Required, Optional };
    WeightId find(const std::string &name, const std::array<std::uint64_t, 4> &shape, Content content,
                  Presence presence);
    std::vector<float> taken(WeightId vector);
    [[nodiscard]] bool isWanted(std::string_view name) const;

    const GgufFile &m_file;
    Graph m_graph;
    std::set<std::string, std::less<>> m_used;
    std::vector<std::string> m_ignored;
    std::optional<Error> m_error;
};

} // namespace inference::graph
