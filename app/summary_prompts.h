// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a model is told at each step of a summary. Short, for small models; the instruction comes first, so that its
// state is shared by all sections. Pure functions.
#pragma once

#include "app/summary_types.h"
#include "inference/types.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// Changes with every word of a prompt and with every rule of what is kept of an answer: what was made before is then
/// made again.
inline constexpr std::int32_t kSummaryPromptVersion = 1;

/// How a summary is to be.
struct SummaryStyle {
    SummaryLength length = SummaryLength::Standard;
    std::string language; ///< "German"; empty: not said
    std::vector<std::string> questions;
};

/// One step: a message, and where the model is stopped.
struct SummaryPrompt {
    std::vector<inference::Message> messages;
    std::int32_t maxTokens = 0;
};

/// The key points of a piece of text, or what it says about the questions. `body`: its passages, each with its number.
SummaryPrompt pointsPrompt(const SummaryStyle &style, std::string_view body);
/// Lists of points joined into one.
SummaryPrompt mergePrompt(const SummaryStyle &style, std::string_view body);
/// The summary itself, of notes or of the whole text.
struct FinalBody {
    std::string_view text;
    bool notes = false;
};
SummaryPrompt finalPrompt(const SummaryStyle &style, const FinalBody &body);
/// The answer to one of the questions. The question comes last: the documents' state is shared by all of them.
SummaryPrompt answerPrompt(const SummaryStyle &style, const FinalBody &body, std::string_view question);

/// The name of a language in English, for a prompt, from a tag ("de", "pt-BR") or from a name; empty when it is empty
/// or a tag that nobody knows.
std::string languageName(const QString &language);

} // namespace app
