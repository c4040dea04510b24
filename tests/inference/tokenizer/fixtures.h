// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The fixtures of tests/oracles/make_tokenizer_fixtures.py.
#pragma once

#include "inference/tokenizer/tokenizer.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fixtures {

nlohmann::json load(const std::string &name);

std::vector<std::string> texts();

/// Undoes the compact form of words.json.
std::vector<std::size_t> lengths(std::string_view compact);

/// The small vocabulary: SmolLM2's control tokens, bytes and first merges.
inference::Vocabulary smallVocabulary(std::string_view pre);

/// A vocabulary whose tokens are the 256 bytes, the results of `merges`, and then `extra` tokens.
struct Extra {
    std::string text;
    inference::TokenKind kind;
};
inference::Vocabulary byteVocabulary(const std::vector<std::pair<std::string, std::string>> &merges,
                                     const std::vector<Extra> &extra);

/// The vocabulary under "keys" of a scheme in schemes.json.
inference::Vocabulary schemeVocabulary(const nlohmann::json &keys);

/// A vocabulary of scored pieces, for the schemes "llama" and "t5".
struct Piece {
    std::string text;
    float score = 0;
    inference::TokenKind kind = inference::TokenKind::Normal;
};
inference::Vocabulary pieceVocabulary(std::string_view model, const std::vector<Piece> &pieces);

/// "<0xNN>"
std::string byteToken(unsigned byte);

} // namespace fixtures
