// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/types.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace inference {

/// Hash table from texts to token ids: open addressing, filled once, then read only. The texts stay where they are and
/// must outlive the table.
class TextTable {
public:
    static constexpr TokenId none = -1;

    /// Room for `count` texts; more may not be added.
    explicit TextTable(std::size_t count)
        : m_slots(std::bit_ceil(count * 2 + 2))
        , m_mask(m_slots.size() - 1)
    {
    }

    /// Of equal texts the first stays.
    void add(std::string_view text, TokenId token)
    {
        const std::uint64_t wanted = hash(text);
        std::size_t index = wanted & m_mask;
        for (; m_slots[index].token != none; index = (index + 1) & m_mask) {
            if (m_slots[index].hash == static_cast<std::uint32_t>(wanted >> 32U) && m_slots[index].text == text)
                return;
        }
        m_slots[index] = {text, token, static_cast<std::uint32_t>(wanted >> 32U)};
        m_longest = text.size() > m_longest ? text.size() : m_longest;
    }

    [[nodiscard]] TokenId find(std::string_view text) const
    {
        if (text.size() > m_longest)
            return none;
        const std::uint64_t wanted = hash(text);
        for (std::size_t index = wanted & m_mask; m_slots[index].token != none; index = (index + 1) & m_mask) {
            if (m_slots[index].hash == static_cast<std::uint32_t>(wanted >> 32U) && m_slots[index].text == text)
                return m_slots[index].token;
        }
        return none;
    }

    /// Bytes of the longest text.
    [[nodiscard]] std::size_t longest() const { return m_longest; }

private:
    struct Slot {
        std::string_view text;
        TokenId token = none;
        std::uint32_t hash = 0; ///< the half that does not choose the slot
    };

    static std::uint64_t hash(std::string_view text) { return std::hash<std::string_view>{}(text); }

    std::vector<Slot> m_slots;
    std::size_t m_mask;
    std::size_t m_longest = 0;
};

} // namespace inference
