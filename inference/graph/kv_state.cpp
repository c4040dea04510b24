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

} // namespace

std::size_t commonPrefix(std::span<const TokenId> a, std::span<const TokenId> b)
{
    const std::size_t length = std::min(a.size(), b.size());
    const auto difference = std::ranges::mismatch(a.first(length), b.first(length));
    return static_cast<std::size_t>(difference.in1 - a.begin());
}

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
    const auto usable = [&](const Sequence &sequence, std::span<const backend::ResumeRange> ranges) -> std::size_t {
        return backend::resumePoint(ranges, static_cast<std::uint32_t>(commonWith(sequence, reusable)));
    };
    const std::size_t common = usable(m_active, program.resumeRanges());

    auto best = m_copies.end();
    std::size_t bestCommon = common + kWorthCopying;
    for (auto copy = m_copies.begin(); copy != m_copies.end(); ++copy) {
        const std::size_t length = usable(copy->sequence, copy->ranges);
        if (length >= bestCommon) {
            best = copy;
            bestCommon = length;
        }
    }
    // The chosen copy moves to the front first, so that keeping another one cannot evict it.
    if (best != m_copies.end()) {
        m_copies.splice(m_copies.begin(), m_copies, best);
    }
    if (auto kept = keepCopy(program, common, best == m_copies.end() ? nullptr : &*best); !kept) {
        return std::unexpected(kept.error());
    }
    if (best == m_copies.end()) {
        truncate(common);
        return static_cast<std::uint32_t>(common);
    }
    if (auto restored = restore(program, best, bestCommon); !restored) {
        return std::unexpected(restored.error());
    }
    return static_cast<std::uint32_t>(bestCommon);
}

std::uint32_t KvState::copyLength(const backend::Program &program, std::size_t length) const
{
    const std::vector<backend::ResumeRange> ranges = program.resumeRanges();
    const std::uint32_t whole = backend::resumePoint(ranges, static_cast<std::uint32_t>(length));
    if (program.savedBytes(whole) <= m_budgetBytes) {
        return whole;
    }
    // A longer sequence never takes less.
    std::uint32_t fits = 0;
    for (std::uint32_t tooLong = whole; tooLong - fits > 1;) {
        const std::uint32_t middle = fits + (tooLong - fits) / 2;
        (program.savedBytes(middle) <= m_budgetBytes ? fits : tooLong) = middle;
    }
    return backend::resumePoint(ranges, fits);
}

Result<void> KvState::keepCopy(backend::Program &program, std::size_t common, const Copy *wanted)
{
    if (m_active.tokens.size() < common + kWorthCopying) {
        return {};
    }
    const std::uint32_t length = copyLength(program, m_active.tokens.size());
    if (length < common + kWorthCopying) {
        return {};
    }
    const std::span<const TokenId> tokens(m_active.tokens.data(), length);
    for (auto copy = m_copies.begin(); copy != m_copies.end(); ++copy) {
        if (copy->sequence.variant == m_active.variant && commonPrefix(copy->sequence.tokens, tokens) == length &&
            backend::resumePoint(copy->ranges, length) == length) {
            m_copies.splice(m_copies.begin(), m_copies, copy);
            return {};
        }
    }
    Copy copy;
    try {
        copy.sequence = m_active;
        copy.bytes.resize(program.savedBytes(length));
    } catch (const std::bad_alloc &) {
        return {}; // a copy is a convenience: without memory the prompt is simply evaluated again later
    }
    copy.sequence.truncate(length);
    copy.ranges = program.resumeRanges();
    if (auto saved = program.save(length, copy.bytes); !saved) {
        return saved;
    }
    // A copy that can be taken up nowhere but where the new one can too adds nothing.
    std::erase_if(m_copies, [&](const Copy &other) {
        const auto size = static_cast<std::uint32_t>(other.sequence.tokens.size());
        return &other != wanted && other.sequence.variant == m_active.variant &&
               commonPrefix(other.sequence.tokens, tokens) == size && backend::resumePoint(copy.ranges, size) == size;
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
    m_active.truncate(0);
    const auto whole = static_cast<std::uint32_t>(copy->sequence.tokens.size());
    if (auto restored = program.restore(whole, copy->bytes); !restored) {
        return restored;
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
    m_active.truncate(m_active.variant == m_variant ? length : 0);
    m_active.variant = m_variant;
}

std::size_t KvState::commonWith(const Sequence &sequence, std::span<const TokenId> prompt) const
{
    return sequence.variant == m_variant ? commonPrefix(sequence.tokens, prompt) : 0;
}

void KvState::clear()
{
    m_active = {};
    m_active.variant = m_variant;
    m_copies.clear();
}

std::uint64_t KvState::copiedBytes() const
{
    return std::accumulate(m_copies.begin(), m_copies.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const Copy &copy) { return sum + copy.bytes.size(); });
}

} // namespace inference::graph
