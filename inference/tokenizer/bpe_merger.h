// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/pair_table.h"
#include "inference/tokenizer/vocabulary.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace inference {

/// Byte-pair merging of single words: the pair of neighbours with the lowest rank merges first, the leftmost of equals.
/// Built from a vocabulary, then immutable; scratch memory is the caller's.
class BpeMerger {
public:
    /// `isText[id]` tells which tokens text may become; a word that would end in another token (a control token that
    /// merges happen to spell) is left as bytes. Merges need not have tokens as parts or results.
    BpeMerger(const Vocabulary &vocabulary, const std::vector<bool> &isText);

    /// Memory of merge(), reused between words.
    struct Scratch {
        struct Symbol {
            std::uint32_t id = 0;
            std::size_t start = 0; ///< byte in the word
            std::size_t previous = 0;
            std::size_t next = 0;
        };
        struct Candidate {
            std::uint32_t rank = 0;
            std::uint32_t leftId = 0;
            std::uint32_t rightId = 0;
            std::size_t left = 0; ///< index of the left symbol
        };
        std::vector<Symbol> symbols;
        std::vector<Candidate> heap;
    };

    /// Appends the ids of `word` (any bytes). Bytes that the vocabulary has no token for are left out, as its training
    /// did. Returns the number of heap operations: at most three per byte.
    std::uint64_t merge(std::string_view word, Scratch &scratch, std::vector<TokenId> &out) const;

private:
    void appendSymbol(std::uint32_t symbol, std::string_view bytes, std::vector<TokenId> &out) const;
    static void offer(const PairTable &pairs, Scratch &scratch, std::size_t left);

    PairTable m_pairs;
    std::vector<TokenId> m_tokenOf; // per symbol; noToken: no token that text may become
    std::array<std::uint32_t, 256> m_byteSymbols{};
};

} // namespace inference
