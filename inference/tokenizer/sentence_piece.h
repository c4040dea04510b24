// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What vocabularies made by SentencePiece have in common: U+2581 stands for the space, and "<0xNN>" for a byte.
#pragma once

#include "inference/tokenizer/vocabulary.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

inline constexpr std::string_view escapedSpace = "\xE2\x96\x81"; ///< U+2581

/// The byte a token text of the form "<0xNN>" names.
std::optional<unsigned char> namedByte(std::string_view text);

/// Appends `text` with every space as U+2581.
void appendEscaped(std::string &out, std::string_view text);

/// Appends what a token stands for: normal and unused tokens with U+2581 as space, byte tokens their byte, others
/// their text as it is.
void appendPieceBytes(std::string &out, std::string_view text, TokenKind kind);

/// The tokens that bytes fall back to where no token fits, and the unknown token where there are no such tokens.
class ByteFallback {
public:
    explicit ByteFallback(const Vocabulary &vocabulary);

    /// Appends the ids of `bytes`: their byte tokens; in vocabularies without all 256 of them one unknown token, which
    /// joins an unknown token that `out` ends with at or after `start`, or nothing where there is none either.
    void append(std::string_view bytes, std::size_t start, std::vector<TokenId> &out) const;
    [[nodiscard]] bool complete() const { return m_complete; }

private:
    std::array<TokenId, 256> m_tokens{};
    std::optional<TokenId> m_unknown;
    bool m_complete = true;
};

} // namespace inference
