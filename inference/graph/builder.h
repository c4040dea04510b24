// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/graph/graph.h"
#include "inference/model/gguf_file.h"

#include <optional>
#include <string>
#include <vector>

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

    /// The numbers of an f32 vector that the graph's construction needs, such as rope factors; empty when it is absent.
    std::vector<float> optionalNumbers(const std::string &name);

    ValueId getRows(WeightId table, float scale = 1.0F);
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
    /// `op.query`, `op.out` are filled in.
    ValueId attention(ValueId query, Attention op);
    ValueId glu(ValueId gate, ValueId up, Activation activation);
    ValueId activate(ValueId in, Activation activation);
    ValueId softcap(ValueId in, float cap);
    ValueId add(ValueId a, ValueId b);
    ValueId scale(ValueId in, float factor);
    ValueId selectRows(ValueId in);
    void endLayer();

    /// Declares the logits and hands the graph out.
    Result<Graph> finish(ValueId logits);

private:
    ValueId newValue(std::uint64_t width, bool selectedRows);
    ValueId like(ValueId value);
    [[nodiscard]] bool selected(ValueId value) const;

    const GgufFile &m_file;
    Graph m_graph;
    std::string m_missing;
};

} // namespace inference::graph
