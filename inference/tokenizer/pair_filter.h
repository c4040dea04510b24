// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace inference {

/// Remembers which characters stand side by side in a set of texts. A text may be cut between two characters that
/// never do: no merge can join across such a place if all results of merges were added. Answers may err towards "side
/// by side" (pairs share bits by their hash), never the other way.
class PairFilter {
public:
    PairFilter();

    /// Adds every pair of neighbours in `text`; an invalid UTF-8 subpart is one character.
    void add(std::string_view text);
    /// The length of the leading part of a non-empty `text` up to the first place where it may be cut.
    [[nodiscard]] std::size_t separablePrefix(std::string_view text) const;

private:
    std::vector<std::uint64_t> m_bits;
};

} // namespace inference
