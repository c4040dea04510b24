// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_steps.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <utility>

namespace app {

namespace {

std::string firstPoints(std::string_view list, std::size_t count)
{
    std::size_t end = 0;
    for (; count > 0 && end != std::string_view::npos; --count)
        end = list.find('\n', end == 0 ? 0 : end + 1);
    return std::string(list.substr(0, end));
}

} // namespace

std::string keyOf(const SummaryStep &step, const ReadyModel &model)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const auto add = [&hash](std::string_view field) {
        hash.addData(QByteArray::number(static_cast<qulonglong>(field.size())));
        hash.addData(QByteArrayView(":"));
        hash.addData(QByteArrayView(field.data(), static_cast<qsizetype>(field.size())));
    };
    add(std::to_string(kSummaryPromptVersion));
    add(std::to_string(static_cast<int>(step.kind)));
    add(std::to_string(step.prompt.maxTokens));
    add(std::to_string(step.list ? 1 : 0));
    add(model.key);
    for (const inference::Message &message : step.prompt.messages)
        add(message.content);
    return hash.result().toHex().toStdString();
}

std::string bodyOf(const PlannedDocument &planned, std::size_t first, std::size_t end, std::size_t document,
                   CitationTable &citations)
{
    const SummaryDocument &read = planned.document;
    std::string body;
    std::int32_t section = -1;
    for (std::size_t unit = first; unit < end; ++unit) {
        const SummaryUnit &part = planned.units[unit];
        const storage::Passage &passage = read.passages[part.passage];
        if (passage.section != std::exchange(section, passage.section) && section >= 0 &&
            std::cmp_less(section, read.sections.size())) {
            const std::string &title = read.sections[static_cast<std::size_t>(section)].title;
            if (!title.empty() && title != passage.text)
                body += withoutCitationLookalikes(title) + "\n\n";
        }
        body += withoutCitationLookalikes(std::string_view(passage.text).substr(part.begin, part.end - part.begin)) +
                " [" + std::to_string(citations.idOf({document, part.passage})) + "]\n\n";
    }
    if (body.ends_with("\n\n"))
        body.resize(body.size() - 2);
    return body;
}

std::string bodyOf(std::span<const SummaryNote> notes, CitationTable &citations)
{
    std::string body;
    for (const SummaryNote &note : notes) {
        if (!body.empty())
            body += "\n\n";
        if (!note.title.empty())
            body += note.title + ":\n";
        body += renumbered(note.cited, citations);
    }
    return body;
}

Attribution::Attribution(std::vector<TellingWords> sources)
    : m_sources(std::move(sources))
{
}

const std::string &Attribution::numberFor(std::string_view part)
{
    const auto known = m_known.find(part);
    if (known != m_known.end())
        return known->second;
    const std::size_t source = likeliestSource(part, m_sources);
    std::string number = source > 0 ? " [" + std::to_string(source) + ']' : std::string();
    return m_known.emplace(part, std::move(number)).first->second;
}

std::string Attribution::attributed(std::string_view text, bool ended)
{
    std::string made;
    const std::vector<std::string_view> parts = partsOf(text);
    for (std::size_t index = 0; index < parts.size(); ++index) {
        const std::string_view part = parts[index];
        // Numbers behind the end of a sentence are its own.
        const bool citedBehind = index + 1 < parts.size() && parts[index + 1].starts_with('[');
        const bool open = index + 1 == parts.size() && !ended;
        const std::size_t end = part.find_last_not_of(" \n") + 1;
        made += part.substr(0, end);
        if (!open && !citedBehind && end > 0 && citedIds(part).empty())
            made += numberFor(part.substr(0, end));
        made += part.substr(end);
    }
    return made;
}

std::int32_t tokensOf(std::span<const SummaryNote> notes)
{
    std::int32_t sum = 0;
    for (const SummaryNote &note : notes)
        sum += note.tokens;
    return sum;
}

SummaryNote firstPointsOf(std::span<const SummaryNote> notes)
{
    constexpr std::size_t kept = 3;
    SummaryNote made;
    CitationTable citations;
    for (const SummaryNote &note : notes) {
        const CitedText some{.text = firstPoints(note.cited.text, kept), .passages = note.cited.passages};
        made.cited.text += (made.cited.text.empty() ? "" : "\n") + renumbered(some, citations);
        made.tokens += note.tokens / 2;
    }
    made.cited.passages = citations.passages();
    return made;
}

std::size_t joinable(std::span<const SummaryNote> notes, std::int32_t room)
{
    std::size_t count = 1;
    for (std::int32_t tokens = notes[0].tokens; count < notes.size(); ++count) {
        const SummaryNote &next = notes[count];
        if (tokens + next.tokens > room)
            break;
        const bool sameChapter = next.document == notes[0].document && next.chapter == notes[0].chapter;
        if (!sameChapter && tokens > room / 2)
            break;
        tokens += next.tokens;
    }
    return count;
}

} // namespace app
