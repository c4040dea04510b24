// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/state_snapshots.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace inference::graph {

namespace {

/// More tokens than any template puts before an answer.
constexpr std::size_t kAnswerOpening = 16;
/// Tokens between states that are kept of a long prompt.
constexpr std::size_t kInterval = 4096;

} // namespace

StateSnapshots::StateSnapshots(std::uint64_t stateBytes, std::uint64_t budgetBytes)
    : m_stateBytes(stateBytes)
    , m_budgetBytes(budgetBytes)
{
}

void StateSnapshots::keep(std::vector<std::byte> state)
{
    if (m_stateBytes == 0 || !m_live || !livesWithin(*m_live)) {
        return; // no state, one of nothing, or one that is kept already
    }
    const auto place = std::ranges::lower_bound(m_kept, *m_live, {}, &Kept::position);
    m_kept.insert(place, {*m_live, std::move(state)});
    while (bytes() > m_budgetBytes && m_kept.size() > 1) {
        thin();
    }
}

std::span<const std::byte> StateSnapshots::at(std::uint32_t position) const
{
    const auto found = std::ranges::find(m_kept, position, &Kept::position);
    return found != m_kept.end() ? std::span<const std::byte>(found->state) : std::span<const std::byte>();
}

void StateSnapshots::truncate(std::uint32_t position)
{
    std::erase_if(m_kept, [&](const Kept &kept) { return kept.position > position; });
}

bool StateSnapshots::hasState(std::uint32_t position) const
{
    return m_stateBytes == 0 || position == 0 || m_live == position || !at(position).empty();
}

std::vector<backend::ResumeRange> StateSnapshots::resumable(std::vector<backend::ResumeRange> ofCache) const
{
    if (m_stateBytes == 0) {
        return ofCache;
    }
    std::vector<std::uint32_t> points = positions();
    if (m_live) {
        points.push_back(*m_live);
    }
    std::ranges::sort(points);
    const auto repeated = std::ranges::unique(points);
    points.erase(repeated.begin(), repeated.end());
    std::vector<backend::ResumeRange> ranges;
    for (const std::uint32_t point : points) {
        if (backend::resumePoint(ofCache, point) == point) {
            ranges.push_back({point, point});
        }
    }
    return ranges;
}

/// Whether the live state is one of those up to `length` that only the program has.
bool StateSnapshots::livesWithin(std::uint32_t length) const
{
    return m_live && *m_live > 0 && *m_live <= length && at(*m_live).empty();
}

std::uint64_t StateSnapshots::savedBytes(std::uint32_t length) const
{
    if (m_stateBytes == 0) {
        return 0;
    }
    const auto kept = std::ranges::count_if(m_kept, [&](const Kept &one) { return one.position <= length; });
    const std::uint64_t states = static_cast<std::uint64_t>(kept) + (livesWithin(length) ? 1 : 0);
    return sizeof(Count) + states * (sizeof(std::uint32_t) + m_stateBytes);
}

Result<void> StateSnapshots::save(std::uint32_t length, std::span<std::byte> out, const ReadState &readLive) const
{
    if (m_stateBytes == 0) {
        return {};
    }
    const std::uint64_t each = sizeof(std::uint32_t) + m_stateBytes;
    const auto count = static_cast<Count>((savedBytes(length) - sizeof(Count)) / each);
    std::memcpy(out.data(), &count, sizeof count);
    std::uint64_t at = sizeof count;
    const auto next = [&](std::uint32_t position) {
        std::memcpy(out.data() + at, &position, sizeof position);
        const std::span<std::byte> place = out.subspan(at + sizeof position, m_stateBytes);
        at += each;
        return place;
    };
    for (const Kept &kept : m_kept) {
        if (kept.position <= length) {
            std::ranges::copy(kept.state, next(kept.position).begin());
        }
    }
    return livesWithin(length) ? readLive(next(*m_live)) : Result<void>{};
}

Result<void> StateSnapshots::restore(std::uint32_t length, std::span<const std::byte> in)
{
    if (m_stateBytes == 0) {
        return in.empty() ? Result<void>{} : failure(ErrorCode::InvalidArgument, "not a state that was saved");
    }
    Count count = 0;
    const std::uint64_t each = sizeof(std::uint32_t) + m_stateBytes;
    if (in.size() >= sizeof count) {
        std::memcpy(&count, in.data(), sizeof count);
    }
    if (in.size() < sizeof count || in.size() - sizeof count != count * each) {
        return failure(ErrorCode::InvalidArgument, "not a state that was saved");
    }
    std::vector<Kept> kept;
    for (Count i = 0; i < count; ++i) {
        const std::span<const std::byte> one = in.subspan(sizeof count + i * each, each);
        Kept state;
        std::memcpy(&state.position, one.data(), sizeof state.position);
        if (state.position == 0 || state.position > length) {
            return failure(ErrorCode::InvalidArgument, "not a state that was saved");
        }
        state.state.assign(one.begin() + sizeof state.position, one.end());
        kept.push_back(std::move(state));
    }
    // The live one stands last, wherever it was.
    std::ranges::sort(kept, {}, &Kept::position);
    m_kept = std::move(kept);
    m_live.reset();
    return {};
}

std::vector<std::uint32_t> StateSnapshots::positions() const
{
    std::vector<std::uint32_t> all;
    for (const Kept &kept : m_kept) {
        all.push_back(kept.position);
    }
    return all;
}

void StateSnapshots::thin()
{
    // Without a state what follows it is evaluated from the one before, or from the start.
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < m_kept.size(); ++i) {
        const std::uint32_t least = m_kept[best].position - (best == 0 ? 0 : m_kept[best - 1].position);
        if (m_kept[i].position - m_kept[i - 1].position < least) {
            best = i;
        }
    }
    m_kept.erase(m_kept.begin() + static_cast<std::ptrdiff_t>(best));
}

std::optional<std::size_t> nextSnapshot(std::size_t begin, std::size_t promptLength)
{
    const std::size_t onTheWay = (begin / kInterval + 1) * kInterval;
    const std::size_t beforeAnswer = promptLength > kAnswerOpening ? promptLength - kAnswerOpening : 0;
    if (beforeAnswer <= begin) {
        return std::nullopt;
    }
    return std::min(onTheWay, beforeAnswer);
}

} // namespace inference::graph
