// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/output_parser.h"
#include "inference/sampling/citation_mask.h"
#include "inference/types.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace inference::runtime {

/// Follows the answer of one generation, as OutputParser divides the output, and keeps its citations to live sources.
/// What the model thinks is not held to that. One thread at a time.
class CitationGuard {
public:
    /// `textOf`: what a token adds to the output, as it was for `tokens`; must outlive the guard. `ids`: sources are
    /// numbered 1 to this. `format`, `opened`: as for OutputParser.
    CitationGuard(std::shared_ptr<const CitationTokens> tokens, std::function<std::string_view(TokenId)> textOf,
                  std::uint32_t ids, OutputFormat format, std::optional<std::size_t> opened);

    /// Before a choice: takes the tokens that may not come out of `logits` (vocabulary).
    void forbid(std::span<float> logits);
    /// After it: the token chosen, or one that may come where the logits left none. Reads it as part of the output.
    TokenId take(TokenId chosen);

private:
    /// The state in which the next token meets the answer, with what the parser still holds back.
    [[nodiscard]] CitationScanner state() const;

    std::shared_ptr<const CitationTokens> m_tokens;
    std::function<std::string_view(TokenId)> m_textOf;
    std::uint32_t m_ids;
    OutputParser m_parser;
    CitationScanner m_answer;
    CitationScanner m_raw; ///< of all bytes of the output, no code told
    std::vector<OutputPiece> m_pieces;
};

} // namespace inference::runtime
