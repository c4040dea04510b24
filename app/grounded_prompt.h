// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A conversation about documents as messages of a prompt. Pure functions.
#pragma once

#include "app/conversation_types.h"
#include "app/grounding/evidence.h"
#include "app/retrieval_service.h"
#include "inference/types.h"

#include <QString>

#include <cstddef>
#include <span>
#include <vector>

namespace app {

/// What a conversation about documents says to the model.
struct GroundedConversation {
    QString instructions; ///< of the assistant
    QList<MessageValue> path;
    QString question; ///< empty: the path ends with it
    DocumentMode mode = DocumentMode::First;
    bool whole = false; ///< the sources are all of their documents
    /// Nothing fits the question: the model is told so.
    bool nothing = false;
};

/// The prompt's messages with `sources` as [1], [2], …. Each stands with the question for which it was given first, so
/// that what the model has read stays as it was: the first ones are those that answers on the path were given, as far
/// as their citations say so; the rest goes with the question. Answers that cite other sources lose their numbers,
/// which would name the wrong ones.
///
/// `together`: all sources go with the question, because the turns in front will be left out.
std::vector<inference::Message> groundedMessages(const GroundedConversation &conversation,
                                                 std::span<const RetrievedPassage> sources, bool together);

/// The passages from index `first` on as the model reads them, the one with index i as [i + 1].
std::vector<grounding::Source> sourcesOf(std::span<const RetrievedPassage> passages, std::size_t first, bool whole);

/// What an answer was given.
std::vector<RetrievedPassage> sourcesOf(const MessageValue &answer);
/// What the last answer on the path was given, when it is the kind of answer that the next one can go on from. Those
/// that no model gave do not count.
std::vector<RetrievedPassage> earlierSources(const QList<MessageValue> &path);

/// The question before the one that is asked; empty: there is none.
QString questionBefore(const GroundedConversation &conversation);
/// The question that is asked.
QString questionOf(const GroundedConversation &conversation);

} // namespace app
