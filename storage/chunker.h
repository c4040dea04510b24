// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_records.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

enum class ChunkKind {
    Paragraph, ///< of running text or of a list
    Heading,
    TableRow,
    Code,
};

/// A run of a document's text that stays together where it can. Offsets are bytes of the document's text.
struct ChunkBlock {
    ChunkKind kind = ChunkKind::Paragraph;
    std::int32_t level = 0; ///< of a heading, from 1
    bool header = false;    ///< a table row that names the columns
    std::int32_t page = 0;
    std::int64_t begin = 0;
    std::int64_t end = 0;
};

/// Where a word stands on its page.
struct ChunkWord {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    LineBox box;
};

struct ChunkInput {
    std::string_view text;               ///< the document's
    std::string title = {};              ///< goes in front of every passage's headings
    std::string language = {};           ///< BCP 47, may be empty
    std::vector<ChunkBlock> blocks = {}; ///< ascending, without running heads
    std::vector<ChunkWord> words = {};   ///< ascending; empty: no layout
    /// Tokens of a text, as the embedder counts them.
    std::function<std::int32_t(std::string_view)> tokens = {};
};

struct ChunkLimits {
    std::int32_t least = 150; ///< tokens of a passage, where its section has that many
    std::int32_t most = 350;
};

struct Chunks {
    std::vector<Section> sections;
    std::vector<Passage> passages; ///< without ids
    std::int64_t tokens = 0;       ///< of all blocks
};

/// Divides a document into its sections, and these into passages: groups of whole paragraphs of about equal size inside
/// one heading. Longer paragraphs are divided at sentences, longer sentences where a line could be. A table that spans
/// passages shows its header row in each. A heading with nothing under it is a passage of its own.
/// (Paragraph groups found more than cuts of a fixed size, of 36 methods: arXiv 2603.06976.)
Chunks chunk(const ChunkInput &input, const ChunkLimits &limits = {});

/// The lines of the words that lie in [begin, end): words beside each other become one box.
std::vector<LineBox> lineBoxes(const std::vector<ChunkWord> &words, std::int64_t begin, std::int64_t end);

} // namespace storage
