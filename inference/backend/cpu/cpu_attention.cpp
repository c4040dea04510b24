// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The attention stages of a CpuProgram.
#include "inference/backend/cpu/cpu_program.h"
#include "inference/backend/cpu/scratch_layout.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace inference::backend::cpu {

using namespace graph;

namespace {

/// Positions begin … end - 1.
struct Seen {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// What the token at `position` sees of a sequence that ends before `length`.
Seen seenBy(const Attention &op, std::uint32_t position, std::uint32_t length)
{
    std::uint32_t before = position;
    std::uint32_t after = 0;
    switch (op.mask) {
    case Mask::Causal:
        before = op.window == 0 ? position : std::min(position, op.window - 1);
        break;
    case Mask::Chunked:
        before = position % op.window;
        break;
    case Mask::Full:
        after = length - position - 1;
        if (op.window > 0) {
            before = std::min(position, op.window / 2);
            after = std::min(after, op.window / 2);
        }
        break;
    }
    return {position - before, position + after + 1};
}

} // namespace

/// What the sum of a head's weighted values is multiplied with: one over the softmax's denominator.
float CpuProgram::softmaxFactor(const Attention &op, std::uint32_t head, const float *state) const
{
    if (op.sinks == kNoWeight) {
        return 1.0F / state[1];
    }
    const float sink = m_weights.vector(op.sinks)[head];
    const float peak = std::max(state[0], sink);
    const float shrink = std::exp(state[0] - peak);
    return shrink / (state[1] * shrink + std::exp(sink - peak));
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
    d.splitKeys = rows == 1 && isLoneRow() && splits() > 1;
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
    if (m_apart) {
        for (const BatchPart &part : m_parts) {
            d.total += (std::uint64_t{part.count} * group + d.perChunk - 1) / d.perChunk;
        }
    } else {
        d.total = (queryRows + d.perChunk - 1) / d.perChunk;
    }
    d.chunks = static_cast<std::uint32_t>(d.total * op.kvHeads);
    return d;
}

/// Sequences have no key in common: none of the blocks that attention is divided into has rows of two.
CpuProgram::QueryBlock CpuProgram::queryBlock(std::uint64_t block, std::uint32_t group) const
{
    const std::uint64_t most = m_division.perChunk;
    std::uint64_t first = 0;
    std::uint64_t rows = std::uint64_t{m_rows} * group;
    if (m_apart) {
        for (const BatchPart &part : m_parts) {
            first = std::uint64_t{part.first} * group;
            rows = std::uint64_t{part.count} * group;
            const std::uint64_t blocks = (rows + most - 1) / most;
            if (block < blocks) {
                break;
            }
            block -= blocks;
        }
    }
    return {.first = first + block * most, .count = static_cast<std::uint32_t>(std::min(most, rows - block * most))};
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
    const auto [first, count] = queryBlock(block, group);

    std::array<QueryRow, kQueryRows> rows;
    std::array<float *, kQueryRows> outputs{};
    std::array<std::uint32_t, kQueryRows> heads{};
    const std::size_t partial = op.valueDim + 2;
    float *sums = scratch.attention;
    float *later = scratch.attention + kQueryRows * partial;
    std::uint32_t longest = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto token = static_cast<std::uint32_t>((first + i) / group);
        const auto head = static_cast<std::uint32_t>(std::uint64_t{kvHead} * group + (first + i) % group);
        heads[i] = head;
        rows[i].query = row(op.query, token) + std::size_t{head} * op.headDim;
        const Place place = placeOf(token);
        const Seen seen = seenBy(op, place.position, place.length);
        rows[i].begin = place.slot + seen.begin;
        rows[i].end = place.slot + seen.end;
        rows[i].state = sums + i * partial;
        rows[i].values = rows[i].state + 2;
        outputs[i] = row(op.out, token) + std::size_t{head} * op.valueDim;
        longest = std::max(longest, rows[i].end);
    }
    const HeadCache cache = m_kv->head(op.layer, kvHead, op.valueDim);
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
            } else if (rows[i].end > start) {
                m_kernels.mergePartials(rows[i].state, rows[i].values, next[i].state, next[i].values, op.valueDim);
            }
        }
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        m_kernels.scale(rows[i].values, softmaxFactor(op, heads[i], rows[i].state), op.valueDim, outputs[i]);
    }
}

/// Joins the splits of a lone row.
void CpuProgram::mergeSplits(const Attention &op) const
{
    const std::uint32_t all = splits();
    if (!isLoneRow() || all == 1) {
        return;
    }
    const std::uint32_t begin = seenBy(op, m_position, m_position + 1).begin / kKeySplit;
    for (std::uint32_t head = 0; head < op.heads; ++head) {
        float *state = partialState(head, begin, op.valueDim);
        for (std::uint32_t split = begin + 1; split < all; ++split) {
            const float *other = partialState(head, split, op.valueDim);
            m_kernels.mergePartials(state, state + 2, other, other + 2, op.valueDim);
        }
        m_kernels.scale(state + 2, softmaxFactor(op, head, state), op.valueDim,
                        row(op.out, 0) + std::size_t{head} * op.valueDim);
    }
}

/// Some keys for the heads of a lone row that share a KV head.
void CpuProgram::attendSplit(const Attention &op, std::uint32_t item)
{
    const std::uint32_t group = op.heads / op.kvHeads;
    const std::uint32_t kvHead = item % op.kvHeads;
    const std::uint32_t split = item / op.kvHeads;
    const HeadCache cache = m_kv->head(op.layer, kvHead, op.valueDim);
    const std::uint32_t begin = seenBy(op, m_position, m_position + 1).begin;
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
            rows[i].end = m_position + 1;
            rows[i].state = partialState(head, split, op.valueDim);
            rows[i].values = rows[i].state + 2;
        }
        m_kernels.attend(cache, rows.data(), count, split * kKeySplit, {op.scale, op.softcap});
    }
}

} // namespace inference::backend::cpu
