// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The stages of a CpuProgram that work row by row, and attention.
#include "inference/backend/cpu/cpu_program.h"
#include "inference/backend/cpu/scratch_layout.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace inference::backend::cpu {

using namespace graph;

namespace {

/// First position that the token at `position` sees.
std::uint32_t firstSeen(const Attention &op, std::uint32_t position)
{
    return op.window == 0 || position < op.window ? 0 : position + 1 - op.window;
}

} // namespace

/// One row through the ops of a row stage.
struct CpuProgram::RowRunner {
    CpuProgram &program;
    std::uint32_t row;

    [[nodiscard]] float *at(ValueId value) const { return program.row(value, row); }
    [[nodiscard]] const Kernels &kernels() const { return program.m_kernels; }

    void operator()(const GetRows &op) const
    {
        const std::uint32_t n = program.width(op.out);
        program.m_weights.readRow(op.table, static_cast<std::uint64_t>(program.m_tokens[row]), {at(op.out), n});
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
        for (std::size_t i = 0; i < n / 2; ++i) {
            const double angle = frequencies[i] * static_cast<double>(program.m_position + row);
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
        program.m_kv.write(kernels(), op.layer, program.m_position + row, at(op.key), at(op.value));
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
        const auto first = static_cast<std::uint32_t>(program.m_tokens.size()) - program.m_selectedRows;
        std::copy_n(program.row(op.in, first + row), program.width(op.in), at(op.out));
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
        const std::uint64_t steps = (std::uint64_t{program.m_position} + row + op.offset) / op.length;
        const double factor = 1.0 + static_cast<double>(op.rate) * std::log1p(static_cast<double>(steps));
        kernels().scale(at(op.in), static_cast<float>(factor), program.width(op.out), at(op.out));
    }
    void operator()(const Clamp &op) const
    {
        std::transform(at(op.in), at(op.in) + program.width(op.in), at(op.out),
                       [&](float x) { return std::clamp(x, -op.limit, op.limit); });
    }
    void operator()(const Quantize &op) const
    {
        const std::uint32_t n = program.width(op.in);
        kernels().quantize(at(op.in), n, program.m_blocks + std::size_t{row} * (n / 32));
    }
    void operator()(const MergeSplits &merge) const
    {
        const Attention &op = merge.op;
        const std::uint32_t splits = program.splits();
        if (program.m_tokens.size() != 1 || splits == 1) {
            return;
        }
        const std::uint32_t begin = firstSeen(op, program.m_position) / kKeySplit;
        for (std::uint32_t head = 0; head < op.heads; ++head) {
            float *state = program.partialState(head, begin, op.valueDim);
            for (std::uint32_t split = begin + 1; split < splits; ++split) {
                const float *other = program.partialState(head, split, op.valueDim);
                kernels().mergePartials(state, state + 2, other, other + 2, op.valueDim);
            }
            kernels().scale(state + 2, 1.0F / state[1], op.valueDim, at(op.out) + std::size_t{head} * op.valueDim);
        }
    }
};

void CpuProgram::runRows(const RowStage &stage, std::uint32_t first, std::uint32_t end)
{
    for (std::uint32_t row = first; row < end; ++row) {
        for (const RowOp &op : stage.ops) {
            std::visit(RowRunner{*this, row}, op);
        }
    }
}

std::uint32_t CpuProgram::splits() const
{
    return keySplits(m_position + static_cast<std::uint32_t>(m_tokens.size()));
}

float *CpuProgram::partialState(std::uint32_t head, std::uint32_t split, std::uint32_t valueDim) const
{
    return m_partials + (std::size_t{head} * keySplits(m_options.contextLength) + split) * (valueDim + 2);
}

CpuProgram::Division CpuProgram::divide(const Attention &op, std::uint32_t rows) const
{
    Division d;
    const std::uint32_t group = op.heads / op.kvHeads;
    d.splitKeys = rows == 1 && splits() > 1;
    if (d.splitKeys) {
        d.total = std::uint64_t{op.kvHeads} * splits();
        d.perChunk = (d.total + kMaxChunks - 1) / kMaxChunks;
        d.chunks = static_cast<std::uint32_t>((d.total + d.perChunk - 1) / d.perChunk);
        return d;
    }
    // perChunk: query rows of one KV head; fewer when there are not enough chunks for all threads.
    const std::uint64_t queryRows = std::uint64_t{rows} * group;
    const std::uint64_t fair =
        std::max<std::uint64_t>(1, queryRows * op.kvHeads / (std::uint64_t{m_crew.threads()} * 4));
    d.perChunk = std::min<std::uint64_t>(
        {kQueryRows, std::max<std::uint64_t>(fair, std::min<std::uint64_t>(group, 8)), queryRows});
    d.total = (queryRows + d.perChunk - 1) / d.perChunk;
    d.chunks = static_cast<std::uint32_t>(d.total * op.kvHeads);
    return d;
}

void CpuProgram::run(const Attention &op, std::uint32_t chunk, std::uint32_t thread)
{
    if (m_division.splitKeys) {
        const std::uint64_t end = std::min(m_division.total, (chunk + 1) * m_division.perChunk);
        for (std::uint64_t i = chunk * m_division.perChunk; i < end; ++i) {
            attendSplit(op, static_cast<std::uint32_t>(i));
        }
    } else {
        attendWhole(op, chunk, m_threadScratch[thread]);
    }
}

/// All keys for some query rows of one KV head.
void CpuProgram::attendWhole(const Attention &op, std::uint32_t chunk, const ThreadScratch &scratch)
{
    const std::uint32_t group = op.heads / op.kvHeads;
    // Later rows see more keys: they come first, so that the stage does not end with a long chunk.
    const std::uint64_t block = m_division.total - 1 - chunk / op.kvHeads;
    const std::uint32_t kvHead = chunk % op.kvHeads;
    const std::uint64_t first = block * m_division.perChunk;
    const auto count = static_cast<std::uint32_t>(std::min(m_division.perChunk, m_tokens.size() * group - first));

    std::array<QueryRow, kQueryRows> rows;
    std::array<float *, kQueryRows> outputs{};
    const std::size_t partial = op.valueDim + 2;
    float *sums = scratch.attention;
    float *later = scratch.attention + kQueryRows * partial;
    std::uint32_t longest = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto token = static_cast<std::uint32_t>((first + i) / group);
        const auto head = static_cast<std::uint32_t>(std::uint64_t{kvHead} * group + (first + i) % group);
        rows[i].query = row(op.query, token) + std::size_t{head} * op.headDim;
        rows[i].begin = firstSeen(op, m_position + token);
        rows[i].length = m_position + token + 1;
        rows[i].state = sums + i * partial;
        rows[i].values = rows[i].state + 2;
        outputs[i] = row(op.out, token) + std::size_t{head} * op.valueDim;
        longest = std::max(longest, rows[i].length);
    }
    const HeadCache cache = m_kv.head(op.layer, kvHead);
    const ScoreShape shape{op.scale, op.softcap};
    // Rows stand in the order of positions, so that the first sees the earliest key.
    std::uint32_t start = rows[0].begin / kKeySplit * kKeySplit;
    m_kernels.attend(cache, rows.data(), count, start, shape);
    for (start += kKeySplit; start < longest; start += kKeySplit) {
        std::array<QueryRow, kQueryRows> next = rows;
        for (std::uint32_t i = 0; i < count; ++i) {
            next[i].state = later + i * partial;
            next[i].values = next[i].state + 2;
        }
        m_kernels.attend(cache, next.data(), count, start, shape);
        for (std::uint32_t i = 0; i < count; ++i) {
            if (rows[i].begin >= start) {
                std::copy_n(next[i].state, partial, rows[i].state); // nothing was seen before
            } else if (rows[i].length > start) {
                m_kernels.mergePartials(rows[i].state, rows[i].values, next[i].state, next[i].values, op.valueDim);
            }
        }
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        m_kernels.scale(rows[i].values, 1.0F / rows[i].state[1], op.valueDim, outputs[i]);
    }
}

/// Some keys for the heads of a lone row that share a KV head.
void CpuProgram::attendSplit(const Attention &op, std::uint32_t item)
{
    const std::uint32_t group = op.heads / op.kvHeads;
    const std::uint32_t kvHead = item % op.kvHeads;
    const std::uint32_t split = item / op.kvHeads;
    const HeadCache cache = m_kv.head(op.layer, kvHead);
    const std::uint32_t begin = firstSeen(op, m_position);
    if ((split + 1) * kKeySplit <= begin) {
        return;
    }
    for (std::uint32_t first = 0; first < group; first += kQueryRows) {
        std::array<QueryRow, kQueryRows> rows;
        const std::uint32_t count = std::min(kQueryRows, group - first);
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint32_t head = kvHead * group + first + i;
            rows[i].query = row(op.query, 0) + std::size_t{head} * op.headDim;
            rows[i].begin = begin;
            rows[i].length = m_position + 1;
            rows[i].state = partialState(head, split, op.valueDim);
            rows[i].values = rows[i].state + 2;
        }
        m_kernels.attend(cache, rows.data(), count, split * kKeySplit, {op.scale, op.softcap});
    }
}

} // namespace inference::backend::cpu
