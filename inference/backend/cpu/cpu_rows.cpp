// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The stages of a CpuProgram that work row by row.
#include "inference/backend/cpu/cpu_program.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace inference::backend::cpu {

using namespace graph;

/// One row through the ops of a row stage.
struct CpuProgram::RowRunner {
    CpuProgram &program;
    std::uint32_t row;

    [[nodiscard]] float *at(ValueId value) const { return program.row(value, row); }
    [[nodiscard]] const Kernels &kernels() const { return program.m_kernels; }

    [[nodiscard]] std::uint64_t tableRow(const GetRows &op) const
    {
        switch (op.row) {
        case RowOf::Token:
            break;
        case RowOf::Position:
            return program.placeOf(row).position;
        case RowOf::Text:
            return program.m_position + row >= program.m_secondText && program.m_weights.rows(op.table) > 1 ? 1 : 0;
        }
        return static_cast<std::uint64_t>(program.m_tokens[row]);
    }
    void operator()(const GetRows &op) const
    {
        const std::uint32_t n = program.width(op.out);
        program.m_weights.readRow(op.table, tableRow(op), {at(op.out), n});
        if (op.scale != 1.0F) {
            kernels().scale(at(op.out), op.scale, n, at(op.out));
        }
    }
    void operator()(const Norm &op) const
    {
        const std::uint32_t n = program.width(op.in) / op.groups;
        for (std::uint32_t group = 0; group < op.groups; ++group) {
            const auto parameters = [&](WeightId id) -> const float * {
                if (id == kNoWeight) {
                    return nullptr;
                }
                const std::span<const float> all = program.m_weights.vector(id);
                return all.data() + (all.size() == n ? 0 : std::size_t{group} * n);
            };
            const std::size_t first = std::size_t{group} * n;
            kernels().norm(op.kind, at(op.in) + first, parameters(op.weight), parameters(op.bias), n, op.epsilon,
                           at(op.out) + first);
        }
    }
    void operator()(const FillRopeTable &op) const
    {
        const Rope &rope = program.m_plan.ropes[op.table];
        const std::size_t n = rope.rotatedDims;
        float *cosines = program.m_ropeTables[op.table] + row * n * 2;
        float *sines = cosines + n;
        const std::vector<double> &frequencies = program.m_ropes[rope.table].frequencies;
        const auto magnitude = static_cast<double>(program.m_ropes[rope.table].magnitude);
        const auto position = static_cast<double>(program.placeOf(row).position);
        for (std::size_t i = 0; i < n / 2; ++i) {
            const double angle = frequencies[i] * position;
            const auto cosine = static_cast<float>(std::cos(angle) * magnitude);
            const auto sine = static_cast<float>(std::sin(angle) * magnitude);
            if (rope.kind == RopeKind::Norm) {
                cosines[2 * i] = cosine;
                cosines[2 * i + 1] = cosine;
                sines[2 * i] = -sine;
                sines[2 * i + 1] = sine;
            } else {
                cosines[i] = cosine;
                sines[i] = sine;
            }
        }
    }
    void operator()(const RopeByTable &op) const
    {
        const float *table = program.m_ropeTables[op.table] + std::size_t{row} * op.op.rotatedDims * 2;
        kernels().rope(at(op.op.in), table, op.op, at(op.op.out));
    }
    void operator()(const KvWrite &op) const
    {
        const Place place = program.placeOf(row);
        program.m_kv->write(kernels(), op.layer, place.slot + place.position, at(op.key),
                            op.hasValue ? at(op.value) : nullptr);
    }
    void operator()(const Glu &op) const
    {
        kernels().glu(op.activation, at(op.gate), at(op.up), program.width(op.out), at(op.out));
    }
    void operator()(const Activate &op) const
    {
        kernels().activate(op.activation, at(op.in), program.width(op.out), at(op.out));
    }
    void operator()(const Softcap &op) const
    {
        kernels().softcap(at(op.in), op.cap, program.width(op.out), at(op.out));
    }
    void operator()(const Add &op) const { kernels().add(at(op.a), at(op.b), program.width(op.out), at(op.out)); }
    void operator()(const Scale &op) const { kernels().scale(at(op.in), op.factor, program.width(op.out), at(op.out)); }
    void operator()(const SelectRows &op) const
    {
        std::copy_n(program.row(op.in, program.selectedRow(row)), program.width(op.in), at(op.out));
    }
    void operator()(const Pool &op) const
    {
        const std::uint32_t n = program.width(op.out);
        const auto all = static_cast<std::uint32_t>(program.m_tokens.size());
        const BatchPart text = program.m_parts.empty() ? BatchPart{.count = all} : program.m_parts[row];
        const std::uint32_t rows = op.kind == PoolKind::Mean ? text.count : 1;
        std::copy_n(program.row(op.in, text.first), n, at(op.out));
        for (std::uint32_t r = 1; r < rows; ++r) {
            kernels().add(at(op.out), program.row(op.in, text.first + r), n, at(op.out));
        }
        kernels().scale(at(op.out), 1.0F / static_cast<float>(rows), n, at(op.out));
    }
    void operator()(const RouteExperts &op) const
    {
        const float *bias = op.selectionBias == kNoWeight ? nullptr : program.m_weights.vector(op.selectionBias).data();
        routeExperts(op, {at(op.logits), program.width(op.logits)}, bias, at(op.out));
    }
    void operator()(const CombineExperts &op) const
    {
        const std::uint32_t used = program.width(op.routing) / 2;
        kernels().combine(at(op.in), op.weighted ? at(op.routing) + used : nullptr, used,
                          op.hasResidual ? at(op.residual) : nullptr, program.width(op.out), at(op.out));
    }
    void operator()(const RouteToEach &op) const
    {
        const std::uint32_t experts = program.width(op.out) / 2;
        float *out = at(op.out);
        for (std::uint32_t expert = 0; expert < experts; ++expert) {
            out[expert] = static_cast<float>(expert);
            out[experts + expert] = 1.0F;
        }
    }
    void operator()(const JoinHeads &op) const
    {
        float *out = at(op.out);
        for (std::uint32_t head = 0; head < op.heads; ++head) {
            for (const HeadPart &part : {op.a, op.b}) {
                if (part.count > 0) {
                    out = std::copy_n(at(part.in) + part.first + std::size_t{head} * part.stride, part.count, out);
                }
            }
        }
    }
    void operator()(const ScaleByPosition &op) const
    {
        const std::uint64_t steps = (std::uint64_t{program.placeOf(row).position} + op.offset) / op.length;
        const double factor = 1.0 + static_cast<double>(op.rate) * std::log1p(static_cast<double>(steps));
        kernels().scale(at(op.in), static_cast<float>(factor), program.width(op.out), at(op.out));
    }
    void operator()(const Clamp &op) const
    {
        std::transform(at(op.in), at(op.in) + program.width(op.in), at(op.out),
                       [&](float x) { return std::clamp(x, -op.limit, op.limit); });
    }
    void operator()(const MixStreams &op) const
    {
        const std::uint32_t n = program.width(op.out) / op.targets;
        std::array<float, kMaxStreams> factors{};
        for (std::uint32_t target = 0; target < op.targets; ++target) {
            const float *given = at(op.coefficients) + std::size_t{target} * op.sources;
            std::transform(given, given + op.sources, factors.begin(), [&](float c) { return c + op.offset; });
            const std::size_t first = std::size_t{target} * n;
            kernels().combine(at(op.in), factors.data(), op.sources, at(op.base) + first, n, at(op.out) + first);
        }
    }
    /// In double precision, so that the order of the sum does not show.
    static double meanSquare(const float *x, std::uint32_t n, double mean)
    {
        return std::accumulate(x, x + n, 0.0,
                               [&](double sum, float number) {
                                   const double difference = static_cast<double>(number) - mean;
                                   return sum + difference * difference;
                               }) /
               n;
    }
    void operator()(const MatchMagnitude &op) const
    {
        const std::uint32_t n = program.width(op.out);
        const double own = meanSquare(at(op.in), n, 0.0);
        const auto least = static_cast<double>(op.least);
        const double factor = std::sqrt(meanSquare(at(op.like), n, 0.0) / (own < least ? least : own));
        kernels().scale(at(op.in), static_cast<float>(factor), n, at(op.out));
    }
    void operator()(const Sparsify &op) const
    {
        const std::uint32_t n = program.width(op.out);
        const float *x = at(op.in);
        const double mean = std::accumulate(x, x + n, 0.0) / n;
        const auto deviations = static_cast<double>(op.deviations);
        const auto cutoff = static_cast<float>(mean + deviations * std::sqrt(meanSquare(x, n, mean)));
        std::transform(x, x + n, at(op.out), [&](float number) {
            const float rest = number - cutoff;
            return rest < 0.0F ? 0.0F : rest; // a NaN stays one
        });
    }
    void operator()(const Quantize &op) const
    {
        const std::uint32_t n = program.width(op.in);
        kernels().quantize(at(op.in), n, program.m_blocks + std::size_t{row} * (n / 32));
    }
    void operator()(const MergeSplits &merge) const { program.mergeSplits(merge.op); }
};

void CpuProgram::runRows(const RowStage &stage, std::uint32_t first, std::uint32_t end)
{
    for (std::uint32_t row = first; row < end; ++row) {
        for (const RowOp &op : stage.ops) {
            std::visit(RowRunner{*this, row}, op);
        }
    }
}

} // namespace inference::backend::cpu
