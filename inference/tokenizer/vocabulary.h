// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace inference {

/// `tokenizer.ggml.token_type`.
enum class TokenKind : std::uint8_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

/// A model file's tokenizer keys, checked but not interpreted.
struct Vocabulary {
    std::string model;                                       ///< tokenizer.ggml.model: "gpt2", "llama", …
    std::string pre;                                         ///< tokenizer.ggml.pre, empty when absent
    std::vector<std::string> tokens;                         ///< as in the file (BPE: GPT-2's printable alphabet)
    std::vector<TokenKind> kinds;                            ///< same length
    std::vector<float> scores;                               ///< same length or empty
    std::vector<std::pair<std::string, std::string>> merges; ///< in rank order
    std::optional<TokenId> bos, eos, eot, eom, unknown, separator, padding, mask;
    std::vector<TokenId> fimPadRepSep; ///< fill-in-the-middle pad, rep and sep ids: end generation too
    std::vector<TokenId> suppressed;   ///< tokenizer.ggml.suppress_tokens: never generated
    std::optional<bool> addBos, addEos, addSep, addSpacePrefix;
    std::optional<bool> removeExtraWhitespaces;  ///< "t5": runs of spaces become one
    std::optional<bool> lowercase, stripAccents; ///< "bert": normalizer.lowercase, normalizer.strip_accents
    bool composes = false;                       ///< normalizer.nfc: canonical composition before anything else
    bool stripsAfterSpecial = false;             ///< white space after special tokens is no part of a text (Phi-3)
    std::string charsmap;                        ///< "t5": precompiled_charsmap, bytes as in the file; may be empty
};

} // namespace inference
