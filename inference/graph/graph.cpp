// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/graph.h"

#include <algorithm>

namespace inference::graph {

namespace {

struct ValuesVisitor {
    OpValues result;

    void read(ValueId value) { result.reads[result.readCount++] = value; }
    void write(ValueId value)
    {
        result.writes = true;
        result.written = value;
    }

    void operator()(const GetRows &op) { write(op.out); }
    void operator()(const Norm &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const MatMul &op)
    {
        read(op.in);
        if (op.hasResidual) {
            read(op.residual);
        }
        write(op.out);
    }
    void operator()(const Rope &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const KvWrite &op)
    {
        read(op.key);
        if (op.hasValue) {
            read(op.value);
        }
    }
    void operator()(const Attention &op)
    {
        read(op.query);
        write(op.out);
    }
    void operator()(const Glu &op)
    {
        read(op.gate);
        read(op.up);
        write(op.out);
    }
    void operator()(const Activate &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const Softcap &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const Add &op)
    {
        read(op.a);
        read(op.b);
        write(op.out);
    }
    void operator()(const Scale &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const SelectRows &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const CausalConv &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const GatedDelta &op)
    {
        read(op.in);
        read(op.decay);
        read(op.write);
        write(op.out);
    }
    void operator()(const StateScan &op)
    {
        read(op.in);
        read(op.step);
        write(op.out);
    }
    void operator()(const MixStreams &op)
    {
        read(op.in);
        read(op.coefficients);
        read(op.base);
        write(op.out);
    }
    void operator()(const MatchMagnitude &op)
    {
        read(op.in);
        read(op.like);
        write(op.out);
    }
    void operator()(const Sparsify &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const RouteExperts &op)
    {
        read(op.logits);
        write(op.out);
    }
    void operator()(const ExpertMatMul &op)
    {
        read(op.in);
        read(op.routing);
        write(op.out);
    }
    void operator()(const CombineExperts &op)
    {
        read(op.in);
        read(op.routing);
        if (op.hasResidual) {
            read(op.residual);
        }
        write(op.out);
    }
    void operator()(const Pool &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const RouteToEach &op) { write(op.out); }
    void operator()(const JoinHeads &op)
    {
        read(op.a.in);
        if (op.b.count > 0) {
            read(op.b.in);
        }
        write(op.out);
    }
    void operator()(const ScaleByPosition &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const Clamp &op)
    {
        read(op.in);
        write(op.out);
    }
};

} // namespace

bool pools(const Graph &graph)
{
    return std::ranges::any_of(graph.ops, [](const Op &op) { return std::holds_alternative<Pool>(op); });
}

OpValues valuesOf(const Op &op)
{
    ValuesVisitor visitor;
    std::visit([&](const auto &one) { visitor(one); }, op);
    return visitor.result;
}

} // namespace inference::graph
