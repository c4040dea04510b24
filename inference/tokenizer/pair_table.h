// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace inference {

/// What two neighbouring symbols become, and how early.
struct Merge {
    std::uint32_t rank = 0;
    std::uint32_t result = 0;
};

/// Hash table from pairs of symbols to merges: open addressing, filled once, then read only. Looking a pair up is the
/// inner loop of merging, so that a node-based map would dominate its time.
class PairTable {
public:
    /// Room for `count` pairs; more may not be added.
    explicit PairTable(std::size_t count)
        : m_slots(std::bit_ceil(count * 2 + 2))
        , m_mask(m_slots.size() - 1)
    {
    }

    /// Of equal pairs the first stays.
    void add(std::uint32_t left, std::uint32_t right, Merge merge)
    {
        const std::uint64_t wanted = key(left, right);
        std::size_t slot = hash(wanted) & m_mask;
        while (m_slots[slot].key != empty) {
            if (m_slots[slot].key == wanted)
                return;
            slot = (slot + 1) & m_mask;
        }
        m_slots[slot] = {wanted, merge};
    }

    [[nodiscard]] const Merge *find(std::uint32_t left, std::uint32_t right) const
    {
        const std::uint64_t wanted = key(left, right);
        for (std::size_t slot = hash(wanted) & m_mask; m_slots[slot].key != empty; slot = (slot + 1) & m_mask) {
            if (m_slots[slot].key == wanted)
                return &m_slots[slot].merge;
        }
        return nullptr;
    }

private:
    static constexpr std::uint64_t empty = ~std::uint64_t{0}; // symbols are far below 2^32 - 1
    struct Slot {
        std::uint64_t key = empty;
        Merge merge;
    };

    static std::uint64_t key(std::uint32_t left, std::uint32_t right) { return (std::uint64_t{left} << 32U) | right; }
    static std::uint64_t hash(std::uint64_t value)
    {
        // Finaliser of MurmurHash3 (public domain): neighbouring ids spread over the table.
        value = (value ^ (value >> 33U)) * 0xFF51AFD7ED558CCDULL;
        value = (value ^ (value >> 33U)) * 0xC4CEB9FE1A85EC53ULL;
        return value ^ (value >> 33U);
    }

    std::vector<Slot> m_slots;
    std::size_t m_mask;
};

} // namespace inference
