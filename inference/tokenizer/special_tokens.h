// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/types.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace inference {

/// A set of token texts that are recognised as wholes in a text: a trie over bytes. Finding costs at most `maxBytes`
/// steps per position, and one look at a bit where no token begins.
class SpecialTokens {
public:
    static constexpr std::size_t maxBytes = 1024;

    struct Match {
        std::size_t position = 0;
        std::size_t length = 0;
        TokenId token = 0;
    };

    /// Adds a text of 1 to maxBytes bytes; of equal texts the first stays.
    void add(std::string_view text, TokenId token);
    /// The leftmost match at or after `from`, the longest one there.
    [[nodiscard]] std::optional<Match> find(std::string_view text, std::size_t from) const;

private:
    static constexpr TokenId none = -1;
    std::bitset<256> m_firstBytes;
    std::unordered_map<std::uint64_t, std::uint32_t> m_edges; // node << 8 | byte -> node
    std::vector<TokenId> m_tokenAt{none};
};

} // namespace inference
