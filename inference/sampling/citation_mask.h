// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which tokens of a vocabulary may come next where sources are cited.
#pragma once

#include "inference/sampling/citation_scanner.h"
#include "inference/types.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace inference {

/// The tokens of a vocabulary that can matter to citations, found once: at a step only these are looked at. Immutable.
class CitationTokens {
public:
    /// `textOf`: what a token adds to a text, empty for control tokens. Called once for each token, and later by those
    /// who hand the same function to the functions below.
    CitationTokens(std::size_t vocabularySize, const std::function<std::string_view(TokenId)> &textOf);

    [[nodiscard]] std::size_t vocabularySize() const { return m_size; }
    /// Tokens with a bracket that a digit follows.
    [[nodiscard]] std::span<const TokenId> bracketed() const { return m_bracketed; }
    /// Tokens that begin with a digit, or with white space and a digit.
    [[nodiscard]] std::span<const TokenId> digits() const { return m_digits; }
    /// Tokens that may go on with the numbers of a citation.
    [[nodiscard]] std::span<const TokenId> continuing() const { return m_continuing; }
    /// Tokens that may end a line or a cell.
    [[nodiscard]] std::span<const TokenId> breaking() const { return m_breaking; }
    /// Tokens without text: control tokens, the ends of generation.
    [[nodiscard]] std::span<const TokenId> silent() const { return m_silent; }
    /// The vocabulary can write every citation to its end. If it cannot, no citation may be begun: a scanner for it has
    /// 0 ids.
    [[nodiscard]] bool complete() const { return m_complete; }

private:
    std::size_t m_size;
    std::vector<TokenId> m_bracketed;
    std::vector<TokenId> m_digits;
    std::vector<TokenId> m_continuing;
    std::vector<TokenId> m_breaking;
    std::vector<TokenId> m_silent;
    bool m_complete = false;
};

/// Whether a token with this text (empty: control token) may come.
bool mayFollow(const CitationScanner &scanner, std::string_view text);

/// Sets the logits of tokens that may not come to minus infinity; at least one is left. `logits`: (vocabulary).
void forbidWrongCitations(const CitationScanner &scanner, const CitationTokens &tokens,
                          const std::function<std::string_view(TokenId)> &textOf, std::span<float> logits);

/// `chosen` where it may come, else the lowest token that may: for logits that were minus infinity anyway.
TokenId permittedToken(const CitationScanner &scanner, const CitationTokens &tokens,
                       const std::function<std::string_view(TokenId)> &textOf, TokenId chosen);

} // namespace inference
