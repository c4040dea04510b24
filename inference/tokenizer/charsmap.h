// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// SentencePiece's normalizer table (`precompiled_charsmap`): a u32 with the size of a trie in bytes, the trie, and
/// replacement texts that end with NUL. The trie is a double array in the compact form of the Darts-clone library: a
/// node is a u32 with its label in bits 0-7 (bit 31 clear), "a value hangs here" in bit 8, and the offset to its
/// children in bits 10-30, shifted by 8 more where bit 9 is set; a value is the lower 31 bits of the child with label
/// 0. The bytes are hostile: every step is checked, and nothing matches where the table makes no sense.
class Charsmap {
public:
    static constexpr std::size_t longestPrefix = 256;      ///< bytes of text that one replacement can cover
    static constexpr std::size_t longestReplacement = 256; ///< bytes

    /// Without a table nothing matches.
    Charsmap() = default;
    /// Reads the file's bytes; none give an empty table.
    static Result<Charsmap> read(std::string_view bytes);

    struct Match {
        std::size_t length = 0; ///< bytes of the text; 0: nothing matches
        std::string_view replacement;
    };
    /// The longest prefix of `text` that has a replacement. The replacement lives as long as the table.
    [[nodiscard]] Match longestMatch(std::string_view text) const;

private:
    std::vector<std::uint32_t> m_nodes;
    std::string m_replacements;
};

} // namespace inference
