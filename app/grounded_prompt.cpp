// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounded_prompt.h"

#include "app/grounding/citations.h"
#include "app/grounding_convert.h"
#include "app/prompt_builder.h"

#include <QFile>

#include <algorithm>
#include <ranges>
#include <string>
#include <utility>

namespace app {

namespace {

bool isSame(const CitationValue &citation, const RetrievedPassage &passage)
{
    return citation.documentSha256 == QString::fromStdString(passage.documentSha256) &&
           citation.begin == passage.begin && citation.end == passage.end &&
           citation.text == QString::fromStdString(passage.text);
}

bool hasSources(const MessageValue &message)
{
    return message.role == MessageRole::Assistant && !message.grounding.refused && !message.citations.isEmpty();
}

/// Whether an answer was given the first of the sources and no others.
bool wasGiven(const MessageValue &answer, std::span<const RetrievedPassage> sources)
{
    return hasSources(answer) && static_cast<std::size_t>(answer.citations.size()) <= sources.size() &&
           std::ranges::equal(answer.citations, sources.first(static_cast<std::size_t>(answer.citations.size())),
                              isSame);
}

QString withoutCitations(const QString &text)
{
    std::string markdown = text.toStdString();
    for (const grounding::CitationMark &mark : grounding::citationsIn(markdown) | std::views::reverse)
        markdown.erase(mark.span.begin, mark.span.end - mark.span.begin);
    return QString::fromStdString(markdown);
}

QString asked(std::span<const RetrievedPassage> all, std::size_t first, std::size_t end, bool whole,
              const QString &question)
{
    if (first == end)
        return question;
    return QString::fromStdString(
        grounding::evidenceMessage(sourcesOf(all.first(end), first, whole), question.toStdString()));
}

} // namespace

std::vector<grounding::Source> sourcesOf(std::span<const RetrievedPassage> passages, std::size_t first, bool whole)
{
    std::vector<grounding::Source> sources;
    for (std::size_t i = first; i < passages.size(); ++i) {
        const RetrievedPassage &passage = passages[i];
        const auto ofItsDocument =
            std::ranges::count(passages, passage.documentSha256, &RetrievedPassage::documentSha256);
        sources.push_back({.id = static_cast<std::uint32_t>(i + 1),
                           .document = QFile::decodeName(passage.documentName.c_str()).toStdString(),
                           .page = passage.pageLabel,
                           .heading = passage.heading,
                           .text = passage.text,
                           .whole = whole && ofItsDocument == 1});
    }
    return sources;
}

QString questionOf(const GroundedConversation &conversation)
{
    if (!conversation.question.isEmpty() || conversation.path.isEmpty())
        return conversation.question;
    return conversation.path.constLast().text;
}

QString questionBefore(const GroundedConversation &conversation)
{
    bool own = conversation.question.isEmpty();
    for (const MessageValue &message : conversation.path | std::views::reverse) {
        if (message.role == MessageRole::User && !std::exchange(own, false))
            return message.text;
    }
    return {};
}

std::vector<RetrievedPassage> sourcesOf(const MessageValue &answer)
{
    std::vector<RetrievedPassage> sources;
    for (const CitationValue &citation : answer.citations)
        sources.push_back(passageOf(citation));
    return sources;
}

std::vector<RetrievedPassage> earlierSources(const QList<MessageValue> &path)
{
    const auto answers = path | std::views::reverse;
    const auto last = std::ranges::find_if(answers, [](const MessageValue &message) {
        return message.role == MessageRole::Assistant && message.grounding.material != Material::Index;
    });
    return last != answers.end() && hasSources(*last) ? sourcesOf(*last) : std::vector<RetrievedPassage>();
}

std::vector<inference::Message> groundedMessages(const GroundedConversation &conversation,
                                                 std::span<const RetrievedPassage> sources, bool together)
{
    QList<MessageValue> path = conversation.path;
    QString question = conversation.question;
    QString &current = question.isEmpty() && !path.isEmpty() ? path.last().text : question;
    std::size_t given = 0;
    qsizetype asking = -1; // the question above an answer
    for (qsizetype i = 0; i < path.size(); ++i) {
        MessageValue &message = path[i];
        if (message.role == MessageRole::User) {
            asking = i;
        } else if (!together && asking >= 0 && wasGiven(message, sources) &&
                   static_cast<std::size_t>(message.citations.size()) >= given) {
            const auto end = static_cast<std::size_t>(message.citations.size());
            path[asking].text = asked(sources, given, end, conversation.whole, path.at(asking).text);
            given = end;
        } else if (hasSources(message) && !wasGiven(message, sources)) {
            message.text = withoutCitations(message.text);
        }
    }
    if (conversation.nothing)
        current = QString::fromStdString(grounding::noEvidenceMessage(current.toStdString()));
    else
        current = asked(sources, given, sources.size(), conversation.whole, current);

    QString instructions = QString::fromStdString(grounding::evidenceInstructions(
        conversation.mode == DocumentMode::Only ? grounding::EvidenceMode::DocumentsOnly
                                                : grounding::EvidenceMode::DocumentsFirst));
    if (!conversation.instructions.trimmed().isEmpty())
        instructions += QStringLiteral("\n\n") + conversation.instructions;
    return buildMessages(instructions, path, question);
}

} // namespace app
