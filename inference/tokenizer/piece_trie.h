// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/types.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace inference {

/// A trie over the bytes of texts, built at once and then read only: for walking all texts that start at a place.
class PieceTrie {
public:
    using Node = std::uint32_t;
    static constexpr Node root = 0;
    static constexpr TokenId none = -1;

    /// Of equal texts the first stays; empty ones are left out. Takes time and memory linear in the texts' bytes, of
    /// which there must be fewer than 2^31.
    explicit PieceTrie(std::span<const std::pair<std::string_view, TokenId>> texts);

    [[nodiscard]] std::optional<Node> child(Node node, char byte) const;
    /// The token whose text ends here.
    [[nodiscard]] TokenId token(Node node) const { return m_tokens[node]; }

private:
    std::vector<std::uint32_t> m_firstChild; // per node; its children are neighbours; one more at the end
    std::vector<TokenId> m_tokens;
    std::vector<unsigned char> m_labels; // of each node, sorted among siblings
};

} // namespace inference
