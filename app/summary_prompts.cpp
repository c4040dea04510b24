// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_prompts.h"

#include <QLocale>

#include <utility>

namespace app {

namespace {

SummaryPrompt prompt(std::string text, std::int32_t maxTokens)
{
    return {.messages = {{.role = inference::Role::User, .content = std::move(text)}}, .maxTokens = maxTokens};
}

std::string questionList(const SummaryStyle &style)
{
    std::string list;
    for (const std::string &question : style.questions)
        list += "- " + question + '\n';
    return list;
}

/// What is wanted of a final text; %1 is "text" or "notes".
struct Wish {
    const char *words;
    const char *end; ///< behind the body
    std::int32_t maxTokens;
};

Wish wishFor(SummaryLength length)
{
    switch (length) {
    case SummaryLength::Short:
        return {.words = "Summarize the %1 below in two or three sentences", .end = "Summary:", .maxTokens = 160};
    case SummaryLength::Standard:
        return {
            .words = "Summarize the %1 below in one to three short paragraphs", .end = "Summary:", .maxTokens = 448};
    case SummaryLength::Detailed:
        return {.words = "Write a detailed summary of the %1 below, with a short heading for each subject",
                .end = "Detailed summary:",
                .maxTokens = 1200};
    case SummaryLength::Points:
        return {.words = "List the most important points of the %1 below, in at most ten lines that begin with \"- \"",
                .end = "The most important points:",
                .maxTokens = 400};
    }
    return {.words = "Summarize the %1 below", .end = "Summary:", .maxTokens = 448};
}

/// The words for this body.
std::string about(std::string words, const FinalBody &body)
{
    constexpr std::string_view place = "%1";
    words.replace(words.find(place), place.size(), body.notes ? "notes" : "text");
    return words;
}

/// The instruction with what it says of citations and of the language; then the body, then its end.
std::string assembled(const SummaryStyle &style, std::string_view instruction, const FinalBody &body,
                      std::string_view end)
{
    std::string text(instruction);
    text += body.notes ? ", with the numbers in square brackets as the notes have them."
                       : ", with the numbers in square brackets as the text has them.";
    if (!style.language.empty())
        text += " Write in " + style.language + '.';
    text += "\n\n";
    text += body.text;
    text += "\n\n";
    text += end;
    return text;
}

} // namespace

SummaryPrompt pointsPrompt(const SummaryStyle &style, std::string_view body)
{
    constexpr std::int32_t most = 192;
    constexpr std::int32_t mostDetailed = 288;
    const bool detailed = style.length == SummaryLength::Detailed;
    if (style.questions.empty()) {
        return prompt(assembled(style,
                                detailed ? "Summarize the text below in four to six short sentences"
                                         : "Summarize the text below in two to four short sentences",
                                {.text = body}, "Summary of this text:"),
                      detailed ? mostDetailed : most);
    }
    // The questions stand in front: all sections share them.
    const std::string instruction = "Questions:\n" + questionList(style) +
                                    "\nNote what the text below says about these questions, or \"none\" if it says "
                                    "nothing about them, in one to four short sentences";
    return prompt(assembled(style, instruction, {.text = body}, "What this text says about the questions:"), most);
}

SummaryPrompt mergePrompt(const SummaryStyle &style, std::string_view body)
{
    constexpr std::int32_t most = 288;
    constexpr std::int32_t mostDetailed = 416;
    const bool detailed = style.length == SummaryLength::Detailed;
    return prompt(assembled(style,
                            detailed ? "Summarize the notes below in five to eight short sentences"
                                     : "Summarize the notes below in three to five short sentences",
                            {.text = body, .notes = true}, "Summary of these notes:"),
                  detailed ? mostDetailed : most);
}

SummaryPrompt finalPrompt(const SummaryStyle &style, const FinalBody &body)
{
    const Wish wish = wishFor(style.length);
    return prompt(assembled(style, about(wish.words, body), body, wish.end), wish.maxTokens);
}

SummaryPrompt answerPrompt(const SummaryStyle &style, const FinalBody &body, std::string_view question)
{
    constexpr std::int32_t most = 256;
    const std::string end = "Question: " + std::string(question) + "\nAnswer:";
    const std::string words = about("Answer the question at the end from the %1 below, or say that the answer is not "
                                    "there, in one to four sentences",
                                    body);
    return prompt(assembled(style, words, body, end), most);
}

std::string languageName(const QString &language)
{
    const QString name = language.simplified();
    constexpr qsizetype longestCode = 3;
    const QString code = name.section(QLatin1Char('-'), 0, 0).section(QLatin1Char('_'), 0, 0);
    if (code.size() > longestCode)
        return name.toStdString();
    const QLocale::Language known = QLocale::codeToLanguage(code);
    return known == QLocale::AnyLanguage || known == QLocale::C ? std::string()
                                                                : QLocale::languageToString(known).toStdString();
}

} // namespace app
