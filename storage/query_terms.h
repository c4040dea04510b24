// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storage {

/// Whether a text has characters of scripts that are written without spaces between words, where an index of words
/// holds whole sentences.
bool isUnspaced(std::string_view text);

/// With A to Z in lower case; everything else as it is.
std::string lowerAscii(std::string_view text);

/// Whether a word stands in every text and says nothing: articles, pronouns, question words of several languages.
bool isStopWord(std::string_view word);

/// What a question is looked up by.
struct QueryTerms {
    std::vector<std::string> words; ///< in order, each once; without words that say nothing, unless there are no others
    std::vector<std::string> pieces; ///< runs of scripts without spaces
};

/// At most 64 of both together.
QueryTerms queryTerms(std::string_view question);

/// An FTS5 expression that any of the words matches: each is quoted, so that nothing in it can be an operator.
std::string anyOf(const std::vector<std::string> &words);

/// The groups of three characters of the runs, for an index of them; shorter runs have none.
std::vector<std::string> trigrams(const std::vector<std::string> &pieces);

} // namespace storage
