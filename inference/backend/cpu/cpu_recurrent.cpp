// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The stages of a CpuProgram that carry a state: columns of the state are divided among the threads, and each thread
// takes the rows of the batch one after the other, as if they came alone.
#include "inference/backend/cpu/cpu_program.h"

#include <algorithm>

namespace inference::backend::cpu {

using namespace graph;

namespace {

/// Columns of a head that are taken together: few enough that their part of the state stays in the first-level cache.
constexpr std::uint32_t kColumnsTogether = 32;

std::uint32_t blocksOf(std::uint32_t columns)
{
    return (columns + kColumnsTogether - 1) / kColumnsTogether;
}

} // namespace

CpuProgram::Division CpuProgram::divideEvenly(std::uint64_t total, std::uint64_t least) const
{
    Division d{.total = total};
    const std::uint64_t even = total / (std::uint64_t{m_crew.threads()} * 4);
    d.perChunk = std::max({even / least * least, least, (total + kMaxChunks - 1) / kMaxChunks});
    d.chunks = static_cast<std::uint32_t>((total + d.perChunk - 1) / d.perChunk);
    return d;
}

CpuProgram::Division CpuProgram::divide(const CausalConv &op, std::uint32_t) const
{
    constexpr std::uint64_t kLeastChannels = 64;
    return divideEvenly(width(op.in), kLeastChannels);
}

CpuProgram::Division CpuProgram::divide(const GatedDelta &op, std::uint32_t) const
{
    return divideEvenly(std::uint64_t{op.valueHeads} * blocksOf(op.valueDim), 1);
}

CpuProgram::Division CpuProgram::divide(const StateScan &op, std::uint32_t) const
{
    return divideEvenly(std::uint64_t{op.heads} * blocksOf(op.headDim), 1);
}

void CpuProgram::run(const CausalConv &op, std::uint32_t chunk, std::uint32_t)
{
    const std::uint64_t first = chunk * m_division.perChunk;
    const float *from = m_states->from(op.state);
    m_kernels.convolve({.in = numbers(op.in, first),
                        .out = row(op.out, 0) + first,
                        .outStride = width(op.out),
                        .weights = m_weights.vector(op.weight).data() + first * op.taps,
                        .bias = op.bias == kNoWeight ? nullptr : m_weights.vector(op.bias).data() + first,
                        .from = from != nullptr ? from + first : nullptr,
                        .to = m_states->to(op.state) + first,
                        .stateStride = width(op.in),
                        .rows = m_tokens.size(),
                        .channels = std::min(m_division.perChunk, m_division.total - first),
                        .taps = op.taps,
                        .silu = op.silu});
}

void CpuProgram::run(const GatedDelta &op, std::uint32_t chunk, std::uint32_t)
{
    const std::uint32_t blocks = blocksOf(op.valueDim);
    const std::uint64_t end = std::min(m_division.total, (chunk + 1) * m_division.perChunk);
    for (std::uint64_t i = chunk * m_division.perChunk; i < end; ++i) {
        advance(op, static_cast<std::uint32_t>(i / blocks), static_cast<std::uint32_t>(i % blocks));
    }
}

void CpuProgram::run(const StateScan &op, std::uint32_t chunk, std::uint32_t)
{
    const std::uint32_t blocks = blocksOf(op.headDim);
    const std::uint64_t end = std::min(m_division.total, (chunk + 1) * m_division.perChunk);
    for (std::uint64_t i = chunk * m_division.perChunk; i < end; ++i) {
        advance(op, static_cast<std::uint32_t>(i / blocks), static_cast<std::uint32_t>(i % blocks));
    }
}

StateColumns CpuProgram::columnsOf(std::uint32_t state, const HeadShape &shape, std::uint32_t head,
                                   std::uint32_t block) const
{
    const std::size_t first = std::size_t{block} * kColumnsTogether;
    const std::size_t inState = std::size_t{head} * shape.rows * shape.columns + first;
    const float *from = m_states->from(state);
    return {.from = from != nullptr ? from + inState : nullptr,
            .to = m_states->to(state) + inState,
            .stateStride = shape.columns,
            .stateRows = shape.rows,
            .columns = std::min<std::size_t>(kColumnsTogether, shape.columns - first),
            .rows = m_tokens.size(),
            .values = numbers(shape.in, shape.valuesFirst + std::size_t{head} * shape.columns + first),
            .out = row(shape.out, 0) + std::size_t{head} * shape.columns + first,
            .outStride = width(shape.out)};
}

void CpuProgram::advance(const GatedDelta &op, std::uint32_t head, std::uint32_t block)
{
    const std::uint32_t perKey = op.valueHeads / op.keyHeads;
    const std::uint32_t keyHead = op.keysAlternate ? head % op.keyHeads : head / perKey;
    const std::size_t keys = std::size_t{op.keyHeads} * op.keyDim;
    const std::size_t write = op.logitsByKeyHead ? std::size_t{keyHead} * 2 * perKey + head % perKey : head;
    const HeadShape shape{
        .rows = op.keyDim, .columns = op.valueDim, .in = op.in, .valuesFirst = 2 * keys, .out = op.out};
    m_kernels.gatedDelta({.state = columnsOf(op.state, shape, head, block),
                          .query = numbers(op.in, std::size_t{keyHead} * op.keyDim),
                          .key = numbers(op.in, keys + std::size_t{keyHead} * op.keyDim),
                          .decay = numbers(op.decay, op.logitsByKeyHead ? write + perKey : head),
                          .write = numbers(op.write, write),
                          .rate = m_weights.vector(op.rate)[head],
                          .decayBias = m_weights.vector(op.decayBias)[head],
                          .epsilon = op.epsilon});
}

void CpuProgram::advance(const StateScan &op, std::uint32_t head, std::uint32_t block)
{
    const std::size_t group = head / (op.heads / op.groups);
    const std::size_t first = std::size_t{op.heads} * op.headDim + group * op.stateDim;
    const HeadShape shape{.rows = op.stateDim, .columns = op.headDim, .in = op.in, .valuesFirst = 0, .out = op.out};
    m_kernels.stateScan({.state = columnsOf(op.state, shape, head, block),
                         .in = numbers(op.in, first),
                         .read = numbers(op.in, first + std::size_t{op.groups} * op.stateDim),
                         .step = numbers(op.step, head),
                         .stepBias = m_weights.vector(op.stepBias)[head],
                         .rate = m_weights.vector(op.rate)[head],
                         .skip = m_weights.vector(op.skip)[head]});
}

RowNumbers CpuProgram::numbers(ValueId value, std::size_t first) const
{
    return {row(value, 0) + first, width(value)};
}

} // namespace inference::backend::cpu
