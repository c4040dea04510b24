// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/grounding/answer_text.h"
#include "storage/sentences.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace app::grounding {

/// "[2]" or "[1, 3]" in an answer.
struct CitationMark {
    storage::TextSpan span;         ///< in the Markdown, brackets included
    std::vector<std::uint32_t> ids; ///< as written, each once; numbers that are too great are the greatest
    bool operator==(const CitationMark &) const = default;
};

/// The citations of finished Markdown, in order: outside code and links, numbers alone in square brackets. Whether
/// their sources exist is not looked at.
std::vector<CitationMark> citationsIn(std::string_view markdown);

/// The same for one block; `at`: the mark's place in the block's text.
struct BlockCitation {
    CitationMark mark;
    storage::TextSpan at;
};
std::vector<BlockCitation> citationsIn(const AnswerBlock &block);

/// The ids of citations that name none of the sources 1 to `sources`, each once.
std::vector<std::uint32_t> invalidCitations(std::string_view markdown, std::uint32_t sources);

} // namespace app::grounding
