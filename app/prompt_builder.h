// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a conversation's path to the messages of a prompt, and what to leave out when they are too many. Pure functions.
#pragma once

#include "app/conversation_types.h"
#include "app/inference_port.h"
#include "inference/error.h"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace app {

/// Tokens of these messages rendered with the generation prompt, or the template's failure.
using TokenCounter = std::function<inference::Result<std::size_t>(std::span<const inference::Message>)>;

/// Messages for a prompt: the instructions as system message (none when empty), then the path, then `draft` as the
/// newest user message (none when empty). Thinking is left out; answers without text are left out; neighbours of the
/// same role, which arise when an answer failed, are joined by an empty line, because many templates insist on taking
/// turns.
std::vector<inference::Message> buildMessages(const QString &instructions, std::span<const MessageValue> path,
                                              const QString &draft);

/// Turns that may be left out: all but the last. A turn is a user message with what follows it up to the next one.
std::size_t droppableTurns(std::span<const inference::Message> messages);

/// The messages without the `count` oldest turns (at most droppableTurns()); system messages at the front stay.
std::vector<inference::Message> withoutOldestTurns(std::span<const inference::Message> messages, std::size_t count);

/// Counts the messages and, when they do not leave `reserve` positions of the context free, finds the smallest number
/// of oldest turns to leave out (about log2 of the turns counts).
PromptFit fitPrompt(std::span<const inference::Message> messages, qint32 contextLength, qint32 reserve,
                    const TokenCounter &count);

/// Positions to keep free for an answer: a quarter of the context, at most 512.
qint32 answerReserve(qint32 contextLength);

/// A title from the first words of a text: its first line that has any, at most 60 characters, cut at a word.
QString titleFrom(const QString &text);

} // namespace app
