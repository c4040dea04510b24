// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/error.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace inference::graph {

/// Recurrent states that a program keeps of its sequence, each after so many of its tokens: the only lengths to which
/// the sequence can be cut back, besides where it is (live). Without states (0 bytes) there is nothing to keep and a
/// sequence can be cut back wherever its cache can.
class StateSnapshots {
public:
    StateSnapshots() = default;
    /// `stateBytes`: of one state; `budgetBytes`: most that all may take, but for the latest.
    StateSnapshots(std::uint64_t stateBytes, std::uint64_t budgetBytes);

    /// Of one state; 0: there is none.
    [[nodiscard]] std::uint64_t stateBytes() const { return m_stateBytes; }
    /// How many tokens the program's own state has seen; nothing when it is that of another sequence.
    [[nodiscard]] std::optional<std::uint32_t> live() const { return m_live; }
    void setLive(std::uint32_t position) { m_live = position; }

    /// Notes a state at the live position; of two at one position the first stays.
    void keep(std::vector<std::byte> state);
    /// The state after so many tokens, empty when none was kept.
    [[nodiscard]] std::span<const std::byte> at(std::uint32_t position) const;
    /// A batch is about to begin there: what lies behind is gone.
    void truncate(std::uint32_t position);

    /// Of the lengths that the cache allows those for which there is a state.
    [[nodiscard]] std::vector<backend::ResumeRange> resumable(std::vector<backend::ResumeRange> ofCache) const;
    [[nodiscard]] bool hasState(std::uint32_t position) const;

    /// As Program::save() and restore() have them; readLive gives the live state where it is among them.
    [[nodiscard]] std::uint64_t savedBytes(std::uint32_t length) const;
    using ReadState = std::function<Result<void>(std::span<std::byte>)>;
    Result<void> save(std::uint32_t length, std::span<std::byte> out, const ReadState &readLive) const;
    /// InvalidArgument when the bytes are not those of states up to `length`; then nothing has changed.
    Result<void> restore(std::uint32_t length, std::span<const std::byte> in);

    [[nodiscard]] std::uint64_t bytes() const { return m_kept.size() * m_stateBytes; }
    [[nodiscard]] std::vector<std::uint32_t> positions() const;

private:
    struct Kept {
        std::uint32_t position = 0;
        std::vector<std::byte> state;
    };
    using Count = std::uint32_t;

    /// Drops the one without which the fewest tokens must be evaluated again, never the last.
    void thin();
    [[nodiscard]] bool livesWithin(std::uint32_t length) const;

    std::uint64_t m_stateBytes = 0;
    std::uint64_t m_budgetBytes = 0;
    std::vector<Kept> m_kept; ///< ascending
    std::optional<std::uint32_t> m_live = 0;
};

/// Where reading a prompt should pause to keep a state: the first such place behind `begin`, none when there is none
/// before the prompt's end. The next turn of a chat often differs from this prompt in the few tokens that open the
/// answer, so there is one shortly before its end, and in long prompts there are more on the way.
std::optional<std::size_t> nextSnapshot(std::size_t begin, std::size_t promptLength);

} // namespace inference::graph
