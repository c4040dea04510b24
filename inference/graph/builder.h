// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/graph/graph.h"
#include "inference/model/gguf_file.h"

#include <optional>
#include <string>

namespace inference::graph {

/// Writes a Graph op by op so that an architecture's file reads like its paper. Each call appends one op and returns
/// the value it writes. Weights that the file lacks are remembered and reported once by finish().
class Builder {
public:
    explicit Builder(const GgufFile &file);

    /// The named tensor; a missing one makes finish() fail.
    WeightId weight(const std::string &name);
    /// The named tensor or kNoWeight.
    WeightId optionalWeight(const std::string &name);

    ValueId getRows(WeightId table, float scale = 1.0F);
    ValueId rmsNorm(ValueId in, WeightId weight, float epsilon);
    ValueId matMul(WeightId weight, ValueId in, WeightId bias = kNoWeight);
    /// W in + bias + residual
    ValueId matMulAdd(WeightId weight, ValueId in, ValueId residual, WeightId bias = kNoWeight);
    /// `op.in`, `op.out` are filled in.
    ValueId rope(ValueId in, Rope op);
    void kvWrite(std::uint32_t layer, ValueId key, ValueId value);
    /// `op.query`, `op.out` are filled in.
    ValueId attention(ValueId query, Attention op);
    ValueId swiGlu(ValueId gate, ValueId up);
    ValueId selectRows(ValueId in);
    void endLayer();

    /// Declares the logits and hands the graph out.
    Result<Graph> finish(ValueId logits);

private:
    ValueId newValue(std::uint64_t width, bool selectedRows);
    [[nodiscard]] bool selected(ValueId value) const;

    const GgufFile &m_file;
    Graph m_graph;
    std::string m_missing;
};

} // namespace inference::graph
