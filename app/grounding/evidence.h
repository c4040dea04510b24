// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How documents and a question become what a model reads. Pure functions; English, which small models follow best; the
// answer's language follows the question.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace app::grounding {

/// Changes with every change of the wording below: with it a recorded answer names the prompt that made it.
inline constexpr std::string_view kEvidencePromptVersion = "evidence-2";

/// Text that an answer may cite as [id].
struct Source {
    std::uint32_t id = 0; ///< 1, 2, … without gaps, in the order in which the model reads them
    std::string document; ///< the name shown to the user
    std::string page;     ///< number of the page, or what it is called; may be empty
    std::string heading;  ///< path of headings, may be empty
    std::string text;
    bool whole = false; ///< all of the document, not a passage of it
};

/// Where an answer may come from.
enum class EvidenceMode : std::uint8_t {
    DocumentsOnly,  ///< from the sources or not at all
    DocumentsFirst, ///< from the sources; beyond them from the model's own knowledge, without a citation
};

/// Instructions for the system message. They depend on the mode alone, so that the prefix of every conversation about
/// documents is the same.
std::string evidenceInstructions(EvidenceMode mode);

/// The sources, numbered, each between fences that its own text cannot hold. A source's part depends on nothing but the
/// source, so that more sources behind it leave what was evaluated as it is. What looks like a citation in a source is
/// written in round brackets, for it would be one in the answer.
std::string evidenceBlock(std::span<const Source> sources);

/// The user message of a first question: the sources, then the question, so that a further question about the same
/// sources shares everything before it.
std::string evidenceMessage(std::span<const Source> sources, std::string_view question);

/// The same for a question without sources that fit, in EvidenceMode::DocumentsFirst: says so.
std::string noEvidenceMessage(std::string_view question);

} // namespace app::grounding
