// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/vocabulary.h"

#include <vector>

namespace inference {

/// What each token of a vocabulary may be used for. All vectors have the vocabulary's length.
struct TokenRoles {
    std::vector<TokenKind> kinds; ///< the file's, but well-known end tokens marked Normal become Control
    std::vector<bool> isText;     ///< ordinary text may become this token
    std::vector<bool> endsGeneration;
};

/// Works out the roles: the end-of-generation set is eos, eot, eom, the fill-in-the-middle pad, rep and sep ids, and
/// every token with a well-known end token's text, unless merges spell it (then it is text, like "</s>" in HTML). A
/// vocabulary with "<|call|>" or "<|calls|>" beside "<|return|>" or "<|flush|>" (harmony and its kin) goes on after
/// "<|end|>", which only ends a channel; one with "<|tool_response>" has "</s>" for HTML.
TokenRoles tokenRoles(const Vocabulary &vocabulary);

} // namespace inference
