// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/grounding/answer_text.h"
#include "app/grounding/sentence_checks.h"
#include "storage/sentences.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace app::grounding {

/// A sentence of an answer with what it cites.
struct AnswerSentence {
    std::size_t block = 0;                 ///< index among the blocks
    storage::TextSpan at;                  ///< in the block's text, citations included
    std::string text;                      ///< its citations are spaces, so that offsets stay
    std::vector<std::uint32_t> ids;        ///< cited, each once
    std::vector<storage::TextSpan> quotes; ///< in `text`; a block quotation is one as a whole
    Unchecked reason = Unchecked::None;    ///< as far as its form tells
};

/// The sentences of all blocks in order; a block of code or a heading is one. A citation that stands behind the end of
/// a sentence belongs to it.
std::vector<AnswerSentence> sentencesOf(const std::vector<AnswerBlock> &blocks);

/// Whether a sentence speaks of the answer or says what the documents do not say.
bool isMeta(std::string_view sentence);

} // namespace app::grounding
