// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a document's sections to the pieces that are read one by one. Pure functions.
#pragma once

#include "app/summary_document.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace app {

/// What is never divided: a passage, or a run of whole sentences of one that alone is too long for a piece.
struct SummaryUnit {
    std::size_t passage = 0; ///< index
    std::size_t begin = 0;   ///< bytes of the passage's text
    std::size_t end = 0;
    std::int32_t tokens = 0;
    bool operator==(const SummaryUnit &) const = default;
};

/// What the model reads at once.
struct SummaryPiece {
    std::size_t first = 0; ///< units [first, end)
    std::size_t end = 0;
    std::int32_t tokens = 0;  ///< with frames
    std::string title;        ///< of its section, as the document has it; empty: none
    std::int32_t chapter = 0; ///< number of the highest section around it: what is merged first
    bool operator==(const SummaryPiece &) const = default;
};

/// What a passage costs in a prompt beside its text: its number and the space around it.
inline constexpr std::int32_t kUnitFrame = 6; // tokens

/// Tokens of a piece, with its passages' frames.
struct PieceLimits {
    std::int32_t least = 200; ///< neighbouring sections below this are read together
    std::int32_t most = 2000; ///< sections above this are divided
};

/// The document's units. A passage above `most` tokens is divided at sentences, or where a line could be broken.
std::vector<SummaryUnit> summaryUnits(const SummaryDocument &document, std::int32_t most);

/// A piece is a section with all below it where that is not too long; else the section's own text, in parts of about
/// equal size, and then its subsections. Short neighbours below one heading are read together. Where a piece ends
/// depends on its own section alone, so that an edited section changes no other's pieces.
std::vector<SummaryPiece> summaryPieces(const SummaryDocument &document, const std::vector<SummaryUnit> &units,
                                        const PieceLimits &limits);

} // namespace app
