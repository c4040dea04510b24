// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What goes into a step of a summary, and by which name it is known. Pure functions.
#pragma once

#include "app/summary_coverage.h"
#include "app/summary_prompts.h"
#include "app/summary_text.h"
#include "app/writing_model.h"
#include "storage/summary_store.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// Points or a summary of one part, as the next level reads them.
struct SummaryNote {
    CitedText cited;
    std::string title;
    std::int32_t tokens = 0; ///< in a prompt
    std::size_t document = 0;
    std::int32_t chapter = 0; ///< SummaryPiece::chapter
};

/// What the model is asked, and of which documents.
struct SummaryStep {
    storage::SummaryKind kind = storage::SummaryKind::Points;
    SummaryPrompt prompt;
    CitationTable citations;            ///< what its numbers stand for
    std::vector<std::string> documents; ///< hashes
    bool list = false;                  ///< the answer is a list of points
};

/// A hash of all that decides what the model answers: where a passage stands, and in which file, is none of it.
std::string keyOf(const SummaryStep &step, const ReadyModel &model);

/// The passages of units [first, end), each with its number behind it, and a heading wherever another section begins.
std::string bodyOf(const PlannedDocument &planned, std::size_t first, std::size_t end, std::size_t document,
                   CitationTable &citations);
/// Notes under their titles, numbered anew.
std::string bodyOf(std::span<const SummaryNote> notes, CitationTable &citations);

/// What small models leave out: behind a sentence that cites nothing, the number of the source that says the same.
/// Where a sentence stands in a text changes nothing, so that a text can be given while it grows.
class Attribution {
public:
    /// Source i has the number i + 1.
    explicit Attribution(std::vector<TellingWords> sources);
    /// `ended`: the last sentence is complete.
    std::string attributed(std::string_view text, bool ended);

private:
    const std::string &numberFor(std::string_view part);

    std::vector<TellingWords> m_sources;
    std::map<std::string, std::string, std::less<>> m_known; ///< " [n]" or nothing, of each sentence
};

std::int32_t tokensOf(std::span<const SummaryNote> notes);

/// The first points of each note, in one list, and about its tokens: what is kept when the model cannot join them.
SummaryNote firstPointsOf(std::span<const SummaryNote> notes);

/// How many of the notes from the first on are joined next: neighbours with at most `room` tokens together, of another
/// chapter only while the room is half empty.
std::size_t joinable(std::span<const SummaryNote> notes, std::int32_t room);

} // namespace app
