// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whole texts and pairs of texts as embedders and rerankers read them: special tokens around them, cut to what fits.
#pragma once

#include "inference/text_model.h"
#include "inference/tokenizer/tokenizer.h"

#include <cstddef>
#include <string_view>

namespace inference {

/// BOS or CLS, the text, EOS or SEP, as the tokenizer says. The text loses its end where all do not fit into `most`
/// tokens.
EncodedText encodeWhole(const Tokenizer &tokenizer, std::string_view text, std::size_t most);

/// A query and a document in the form that the tokenizer's scheme trained for: "[CLS] query [SEP] document [SEP]", or
/// "<s> query </s></s> document </s>". The document loses its end where both do not fit, and a query its own beyond
/// half of the room.
EncodedText encodePair(const Tokenizer &tokenizer, std::string_view query, std::string_view document, std::size_t most);

/// The same in a template with the places "{query}" and "{document}", whose own text alone is searched for control
/// tokens. What stands before the document's end loses its end where all do not fit.
EncodedText encodePairByTemplate(const Tokenizer &tokenizer, std::string_view pairTemplate, std::string_view query,
                                 std::string_view document, std::size_t most);

} // namespace inference
