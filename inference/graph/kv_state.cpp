// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/kv_state.h"

#include <algorithm>
#include <new>
#include <numeric>

namespace inference::graph {

namespace {

/// Below this many tokens evaluating again is cheaper than copying KV back and forth.
constexpr std::size_t kWorthCopying = 32;

std::size_t commonPrefix(std::span<const TokenId> a, std::span<const TokenId> b)
{
    const std::size_t length = std::min(a.size(), b.size());
    const auto difference = std::ranges::mismatch(a.first(length), b.first(length));
    return static_cast<std::size_t>(difference.in1 - a.begin());
}

} // namespace

void KvState::Sequence::truncate(std::size_t length)
{
    tokens.resize(std::min(tokens.size(), length));
    const auto past = std::ranges::lower_bound(batchStarts, static_cast<std::uint32_t>(tokens.size()));
    batchStarts.erase(past, batchStarts.end());
}

KvState::KvState(std::uint64_t budgetBytes)
    : m_budgetBytes(budgetBytes)
{
}

Result<std::uint32_t> KvState::prepare(backend::Program &program, std::span<const TokenId> prompt)
{
    if (prompt.empty()) {
        return failure(ErrorCode::InvalidArgument, "the prompt has no tokens");
    }
    const std::span<const TokenId> reusable = prompt.first(prompt.size() - 1);
    const std::size_t common = commonPrefix(m_active.tokens, reusable);

    auto best = m_copies.end();
    std::size_t bestCommon = common + kWorthCopying;
    for (auto copy = m_copies.begin(); copy != m_copies.end(); ++copy) {
        const std::size_t length = commonPrefix(copy->sequence.tokens, reusable);
        if (length >= bestCommon) {
            best = copy;
            bestCommon = length;
        }
    }
    // The chosen copy moves to the front first, so that keeping another one cannot evict it.
    if (best != m_copies.end()) {
        m_copies.splice(m_copies.begin(), m_copies, best);
    }
    if (auto kept = keepCopy(program, common); !kept) {
        return std::unexpected(kept.error());
    }
    if (best == m_copies.end()) {
        m_active.truncate(common);
        return static_cast<std::uint32_t>(common);
    }
    if (auto restored = restore(program, best, bestCommon); !restored) {
        return std::unexpected(restored.error());
    }
    return static_cast<std::uint32_t>(bestCommon);
}

Result<void> KvState::keepCopy(backend::Program &program, std::size_t common)
{
    if (m_active.tokens.size() < common + kWorthCopying) {
        return {};
    }
    const std::uint64_t perPosition = std::max<std::uint64_t>(1, program.kvBytesPerPosition());
    const std::size_t length = std::min<std::size_t>(m_active.tokens.size(), m_budgetBytes / perPosition);
    if (length < common + kWorthCopying) {
        return {};
    }
    const std::span<const TokenId> tokens(m_active.tokens.data(), length);
    for (auto copy = m_copies.begin(); copy != m_copies.end(); ++copy) {
        if (commonPrefix(copy->sequence.tokens, tokens) == length) {
            m_copies.splice(m_copies.begin(), m_copies, copy);
            return {};
        }
    }
    Copy copy;
    try {
        copy.sequence = m_active;
        copy.bytes.resize(length * perPosition);
    } catch (const std::bad_alloc &) {
        return {}; // a copy is a convenience: without memory the prompt is simply evaluated again later
    }
    copy.sequence.truncate(length);
    if (auto read = program.readKv(0, static_cast<std::uint32_t>(length), copy.bytes); !read) {
        return read;
    }
    // A copy that the new one begins with adds nothing.
    std::erase_if(m_copies, [&](const Copy &other) {
        return commonPrefix(other.sequence.tokens, tokens) == other.sequence.tokens.size();
    });
    // Behind the front, which prepare() may be about to restore.
    m_copies.insert(m_copies.empty() ? m_copies.end() : std::next(m_copies.begin()), std::move(copy));
    while (copiedBytes() > m_budgetBytes && m_copies.size() > 1) {
        m_copies.pop_back();
    }
    return {};
}

Result<void> KvState::restore(backend::Program &program, std::list<Copy>::iterator copy, std::size_t length)
{
    const std::size_t bytes = length * program.kvBytesPerPosition();
    m_active.truncate(0);
    if (auto written = program.writeKv(0, static_cast<std::uint32_t>(length), std::span(copy->bytes).first(bytes));
        !written) {
        return written;
    }
    m_active = copy->sequence;
    m_active.truncate(length);
    return {};
}

void KvState::append(std::span<const TokenId> batch)
{
    if (batch.empty()) {
        return;
    }
    m_active.batchStarts.push_back(static_cast<std::uint32_t>(m_active.tokens.size()));
    m_active.tokens.insert(m_active.tokens.end(), batch.begin(), batch.end());
}

void KvState::truncate(std::size_t length)
{
    m_active.truncate(length);
}

void KvState::clear()
{
    m_active = {};
    m_copies.clear();
}

std::uint64_t KvState::copiedBytes() const
{
    return std::accumulate(m_copies.begin(), m_copies.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Copy &copy) { return sum + copy.bytes.size(); });
}

} // namespace inference::graph
