// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prompt_builder.h"

#include <QStringList>

#include <algorithm>

namespace app {

namespace {

using inference::Message;
using inference::Role;

void append(std::vector<Message> &messages, Role role, const QString &text)
{
    if (!messages.empty() && messages.back().role == role) {
        messages.back().content += "\n\n" + text.toStdString();
        return;
    }
    messages.push_back({.role = role, .content = text.toStdString()});
}

std::size_t systemMessages(std::span<const Message> messages)
{
    const auto end =
        std::ranges::find_if(messages, [](const Message &message) { return message.role != Role::System; });
    return static_cast<std::size_t>(end - messages.begin());
}

} // namespace

std::vector<Message> buildMessages(const QString &instructions, std::span<const MessageValue> path,
                                   const QString &draft)
{
    std::vector<Message> messages;
    if (!instructions.trimmed().isEmpty())
        messages.push_back({.role = Role::System, .content = instructions.toStdString()});
    for (const MessageValue &message : path) {
        if (message.text.trimmed().isEmpty())
            continue;
        switch (message.role) {
        case MessageRole::System:
            append(messages, Role::System, message.text);
            break;
        case MessageRole::User:
            append(messages, Role::User, message.text);
            break;
        case MessageRole::Assistant:
            append(messages, Role::Assistant, message.text);
            break;
        }
    }
    if (!draft.trimmed().isEmpty())
        append(messages, Role::User, draft);
    return messages;
}

std::size_t droppableTurns(std::span<const Message> messages)
{
    const auto turns = std::ranges::count(messages.subspan(systemMessages(messages)), Role::User, &Message::role);
    return turns > 0 ? static_cast<std::size_t>(turns) - 1 : 0;
}

std::vector<Message> withoutOldestTurns(std::span<const Message> messages, std::size_t count)
{
    const std::size_t front = systemMessages(messages);
    std::vector<Message> kept(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(front));
    const std::span<const Message> rest = messages.subspan(front);
    std::size_t toDrop = std::min(count, droppableTurns(messages));
    std::size_t first = 0;
    // An answer before any question (an imported chat) goes with the oldest turn.
    if (toDrop > 0) {
        while (first < rest.size() && rest[first].role != Role::User)
            ++first;
    }
    while (toDrop > 0) {
        ++first;
        while (first < rest.size() && rest[first].role != Role::User)
            ++first;
        --toDrop;
    }
    kept.insert(kept.end(), rest.begin() + static_cast<std::ptrdiff_t>(first), rest.end());
    return kept;
}

PromptFit fitPrompt(std::span<const Message> messages, qint32 contextLength, qint32 reserve, const TokenCounter &count)
{
    PromptFit fit{.known = true, .contextLength = contextLength};
    if (messages.empty())
        return fit;
    const auto tokensWithout = [&](std::size_t turns) -> qint32 {
        const auto tokens = turns == 0 ? count(messages) : count(withoutOldestTurns(messages, turns));
        if (tokens)
            return static_cast<qint32>(std::min<std::size_t>(*tokens, INT32_MAX));
        if (fit.failure.isEmpty())
            fit.failure = failureFrom(tokens.error());
        return 0;
    };
    const qint32 budget = contextLength - reserve;
    fit.promptTokens = tokensWithout(0);
    fit.tokensAfterDrop = fit.promptTokens;
    fit.fits = fit.promptTokens <= budget;
    if (fit.fits || !fit.failure.isEmpty())
        return fit;

    // Leaving out more turns never makes the prompt longer, so the smallest number is found by halving.
    std::size_t low = 0; // does not fit
    std::size_t high = droppableTurns(messages);
    fit.tokensAfterDrop = tokensWithout(high);
    fit.possible = fit.tokensAfterDrop <= budget;
    while (fit.possible && high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        const qint32 tokens = tokensWithout(middle);
        if (tokens <= budget) {
            high = middle;
            fit.tokensAfterDrop = tokens;
        } else {
            low = middle;
        }
    }
    fit.turnsToDrop = static_cast<qint32>(high);
    return fit;
}

qint32 answerReserve(qint32 contextLength)
{
    return std::min(512, contextLength / 4);
}

QString titleFrom(const QString &text)
{
    constexpr qsizetype kLongest = 60;
    QString title;
    for (const QStringView line : QStringView(text).split(QLatin1Char('\n'))) {
        title = line.toString().simplified();
        if (!title.isEmpty())
            break;
    }
    if (title.size() <= kLongest)
        return title;
    qsizetype cut = title.lastIndexOf(QLatin1Char(' '), kLongest - 1);
    if (cut < kLongest / 2)
        cut = kLongest - 1;
    // Never between the halves of a surrogate pair.
    if (title.at(cut - 1).isHighSurrogate())
        --cut;
    return title.left(cut) + QChar(0x2026);
}

} // namespace app
