// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Between rows of storage (UTF-8, integers) and values of the services (QString, QDateTime).
#pragma once

#include "app/conversation_types.h"
#include "app/inference_port.h"
#include "storage/conversation_search.h"
#include "storage/records.h"

namespace app {

inline storage::ConversationId toStore(ConversationId id)
{
    return {id.value};
}
inline storage::MessageId toStore(MessageId id)
{
    return {id.value};
}
inline storage::AssistantId toStore(AssistantId id)
{
    return {id.value};
}
inline ConversationId fromStore(storage::ConversationId id)
{
    return {id.value};
}
inline MessageId fromStore(storage::MessageId id)
{
    return {id.value};
}
inline AssistantId fromStore(storage::AssistantId id)
{
    return {id.value};
}

ConversationSummary summaryFrom(const storage::Conversation &row);
/// The record is left empty: recordFrom() fills it when one was read.
MessageValue messageFrom(const storage::PathMessage &row);
SearchHit hitFrom(const storage::SearchHit &hit);
AnswerRecord recordFrom(const storage::AnswerRecord &row);

/// What a record says besides the outcome of the generation.
struct RecordContext {
    QString modelName;
    QString modelPath;
    QString modelId;
    QString modelSha256;   ///< empty: not computed yet
    qint64 modelBytes = 0; ///< of the file when it was read, as is the next: names its state until the hash does
    qint64 modelModifiedMs = 0;
    qint32 droppedTurns = 0;
    double loadMs = 0.0;
    qint64 now = 0; ///< handed to the template
};

/// What the KV cache kept, or nothing when the record names a type that this version does not know.
std::optional<inference::KvType> kvTypeOf(const storage::AnswerRecord &record);

/// Of how many layers the experts stayed in main memory beside a graphics card.
quint32 hostExpertsOf(const storage::AnswerRecord &record);

/// How many sources the answer could cite; 0: it was about no documents.
quint32 citableIdsOf(const storage::AnswerRecord &record);

/// The record of an answer as it is stored.
storage::AnswerRecord recordFor(const GenerationOutcome &outcome, const RecordContext &context);

/// First positions of prefill batches from their sizes, as a replay needs them, and back.
std::vector<quint32> batchStartsFrom(const std::vector<std::int32_t> &sizes);
std::vector<std::int32_t> batchSizesFrom(const std::vector<quint32> &starts, std::size_t promptTokens);

} // namespace app
