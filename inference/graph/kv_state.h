// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/error.h"
#include "inference/types.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace inference::graph {

/// How many leading tokens two sequences have in common.
std::size_t commonPrefix(std::span<const TokenId> a, std::span<const TokenId> b);

/// What the program's KV cache holds, as the log of tokens at its positions, and copies of what it held before.
///
/// A conversation's state is its token ids: any prompt that begins like the cache, or like a copy of it, starts from
/// there. So another turn, an edited message, a switch between chats or between branches costs only the new part. A
/// program that cannot be cut back to the common beginning (Program::resumeRanges()) starts from an earlier place.
class KvState {
public:
    /// `budgetBytes`: most RAM that copies may take.
    explicit KvState(std::uint64_t budgetBytes);

    /// Makes the cache hold the longest known prefix of `prompt` and returns its length: at most prompt.size() - 1,
    /// because the last token must be evaluated to give logits. What the cache loses is copied if it is worth it.
    Result<std::uint32_t> prepare(backend::Program &program, std::span<const TokenId> prompt);
    /// What the model computes from now on depends on `variant` (which adapters, at which scales): state of other
    /// variants is kept and not reused. Call prepare() or truncate() before the next append().
    void setVariant(std::string variant) { m_variant = std::move(variant); }
    /// Notes a batch that was evaluated at the end of the cache.
    void append(std::span<const TokenId> batch);
    /// Drops the tail: costs nothing.
    void truncate(std::size_t length);
    /// The program is another one: the cache and the copies are gone.
    void clear();

    [[nodiscard]] std::span<const TokenId> tokens() const { return m_active.tokens; }
    /// First positions of the batches that filled the cache, ascending.
    [[nodiscard]] std::span<const std::uint32_t> batchStarts() const { return m_active.batchStarts; }
    [[nodiscard]] std::uint64_t copiedBytes() const;

private:
    struct Sequence {
        std::string variant;
        std::vector<TokenId> tokens;
        std::vector<std::uint32_t> batchStarts;
        void truncate(std::size_t length);
    };
    struct Copy {
        Sequence sequence;
        std::vector<backend::ResumeRange> ranges; ///< where it can be taken up
        std::vector<std::byte> bytes;             ///< Program::save() of the whole sequence
    };

    /// `wanted`: a copy that must stay, or null.
    Result<void> keepCopy(backend::Program &program, std::size_t common, const Copy *wanted);
    /// The longest sequence not over `length` that can be taken up again and whose copy is within the budget.
    [[nodiscard]] std::uint32_t copyLength(const backend::Program &program, std::size_t length) const;
    Result<void> restore(backend::Program &program, std::list<Copy>::iterator copy, std::size_t length);

    /// Leading tokens of the sequence that `prompt` begins with too; none where another variant made it.
    [[nodiscard]] std::size_t commonWith(const Sequence &sequence, std::span<const TokenId> prompt) const;

    std::uint64_t m_budgetBytes;
    std::string m_variant;
    Sequence m_active;
    std::list<Copy> m_copies; ///< most recently used first
};

} // namespace inference::graph
