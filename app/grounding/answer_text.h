// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A finished answer as a reader sees it, with the way back to its Markdown.
#pragma once

#include "storage/sentences.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace app::grounding {

enum class BlockKind : std::uint8_t { Paragraph, Heading, Code, Cell };

/// A leaf of the answer's tree of blocks.
struct AnswerBlock {
    BlockKind kind = BlockKind::Paragraph;
    bool quoted = false;               ///< in a block quotation
    std::string text;                  ///< what is shown, without marks
    std::vector<std::uint32_t> origin; ///< per byte of the text: where it stands in the Markdown
    std::vector<bool> isCode;          ///< per byte: in a span of code
    std::vector<bool> isLink;          ///< per byte: in a link's text

    /// The bytes of the Markdown from the first to the last of [begin, end) of the text.
    [[nodiscard]] storage::TextSpan source(std::size_t begin, std::size_t end) const;
};

/// The blocks with any text, in order; line breaks inside a block are spaces or line ends. Any bytes are Markdown; of
/// texts beyond 16 MiB the rest is left out.
std::vector<AnswerBlock> answerBlocks(std::string_view markdown);

} // namespace app::grounding
