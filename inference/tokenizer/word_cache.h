// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/types.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace inference {

/// Words met before in the same call and where their ids stand in its output. Direct-mapped, so bounded: a word that
/// falls on another's slot replaces it.
class WordCache {
public:
    explicit WordCache(std::size_t textBytes)
        : m_slots(std::bit_ceil(std::clamp<std::size_t>(textBytes / 4, 16, 16384)))
    {
    }

    /// Copies the ids of `word` to the end of `out` when they are known.
    bool copy(std::string_view word, std::vector<TokenId> &out) const
    {
        const Slot &slot = slotOf(word);
        if (slot.word != word || word.empty())
            return false;
        for (std::size_t i = 0; i < slot.count; ++i)
            out.push_back(out[slot.first + i]);
        return true;
    }

    /// `word` must outlive the cache.
    void remember(std::string_view word, std::size_t first, std::size_t count)
    {
        m_slots[indexOf(word)] = {word, first, count};
    }

private:
    struct Slot {
        std::string_view word;
        std::size_t first = 0;
        std::size_t count = 0;
    };

    [[nodiscard]] std::size_t indexOf(std::string_view word) const
    {
        return std::hash<std::string_view>{}(word) & (m_slots.size() - 1);
    }
    [[nodiscard]] const Slot &slotOf(std::string_view word) const { return m_slots[indexOf(word)]; }

    std::vector<Slot> m_slots;
};

} // namespace inference
