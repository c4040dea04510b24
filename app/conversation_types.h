// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Conversations and messages as the window and the terminal see them.
#pragma once

#include "app/document_types.h"
#include "app/failure.h"
#include "app/types.h"

#include <QDateTime>
#include <QList>
#include <QString>

namespace app {

/// The full record of an answer: which model, which settings, which device gave it.
struct AnswerRecord {
    Q_GADGET
    Q_PROPERTY(QString modelId MEMBER modelId)
    Q_PROPERTY(QString modelName MEMBER modelName)
    Q_PROPERTY(QString modelSha256 MEMBER modelSha256)
    Q_PROPERTY(QDateTime modelModified MEMBER modelModified)
    Q_PROPERTY(QString templateSha256 MEMBER templateSha256)
    Q_PROPERTY(QString adaptersText READ adaptersText)
    Q_PROPERTY(QString settingsText MEMBER settingsText)
    Q_PROPERTY(QString seed MEMBER seed)
    Q_PROPERTY(QString engineVersion MEMBER engineVersion)
    Q_PROPERTY(QString deviceName MEMBER deviceName)
    Q_PROPERTY(QString fallbackReason MEMBER fallbackReason)
    Q_PROPERTY(QString finish MEMBER finish)
    Q_PROPERTY(qint32 promptTokens MEMBER promptTokens)
    Q_PROPERTY(qint32 reusedTokens MEMBER reusedTokens)
    Q_PROPERTY(qint32 generatedTokens MEMBER generatedTokens)
    Q_PROPERTY(qint32 droppedTurns MEMBER droppedTurns)
    Q_PROPERTY(double firstTokenMs MEMBER firstTokenMs)
    Q_PROPERTY(double decodeMs MEMBER decodeMs)
    Q_PROPERTY(double thinkingMs MEMBER thinkingMs)
    Q_PROPERTY(double tokensPerSecond MEMBER tokensPerSecond)
public:
    QString modelId;
    QString modelName;
    QString modelSha256;
    QDateTime modelModified; ///< when the model's file was last changed then; invalid: not known
    QString templateSha256;
    QList<UsedAdapter> adapters; ///< without their paths
    QString settingsText;        ///< all sampling settings, one "name = value" per line
    QString seed;                ///< decimal; a string because QML numbers end at 2^53
    QString engineVersion;
    QString deviceName;
    QString fallbackReason; ///< empty: ran where it was meant to
    QString finish;         ///< as finishName(), or "failed"
    qint32 promptTokens = 0;
    qint32 reusedTokens = 0;
    qint32 generatedTokens = 0;
    qint32 droppedTurns = 0; ///< oldest turns left out of the prompt
    double firstTokenMs = 0.0;
    double decodeMs = 0.0;
    double thinkingMs = 0.0; ///< time until the thinking part was closed, 0 without one
    double tokensPerSecond = 0.0;
    [[nodiscard]] bool isEmpty() const { return engineVersion.isEmpty(); }
    /// One a line: its name, how much of it counted, and its file's SHA-256.
    [[nodiscard]] QString adaptersText() const;
    bool operator==(const AnswerRecord &) const = default;
};

/// One message on the open path of a conversation's tree.
struct MessageValue {
    MessageId id;
    ConversationId conversation;
    MessageId parent; ///< invalid for the first message
    MessageRole role = MessageRole::User;
    MessageState state = MessageState::Complete;
    QString text;     ///< Markdown of the model, plain text of the user
    QString thinking; ///< what the model thought before answering, empty for most
    QDateTime createdAt;
    qint32 branchIndex = 0; ///< 0-based place among its siblings
    qint32 branchCount = 1;
    Failure failure;                  ///< with MessageState::Failed
    AnswerRecord record;              ///< of answers, filled when they have ended
    GroundingValue grounding;         ///< of answers from documents; the next two belong to it
    QList<CitationValue> citations;   ///< by ordinal; known when the model is asked
    QList<SentenceCheckValue> checks; ///< by place; known some time after the answer has ended
    /// Answered from every word of the documents.
    [[nodiscard]] bool isWholeMaterial() const { return grounding.material == Material::Whole; }
    bool operator==(const MessageValue &) const = default;
};

/// A row of the sidebar.
struct ConversationSummary {
    ConversationId id;
    QString title; ///< empty: not named yet; show "New chat"
    QDateTime createdAt;
    QDateTime updatedAt;
    QDateTime trashedAt; ///< invalid: not in the trash
    bool pinned = false;
    AssistantId assistant;
    bool operator==(const ConversationSummary &) const = default;
};

/// A page of the sidebar, newest first, pinned ones before all.
struct ConversationPage {
    QList<ConversationSummary> rows;
    bool atEnd = true; ///< no further page
};

/// A piece of an excerpt that matched: UTF-16 units.
struct SearchMark {
    qint32 start = 0;
    qint32 length = 0;
    bool operator==(const SearchMark &) const = default;
};

/// A message that a search found.
struct SearchHit {
    ConversationId conversation;
    MessageId message; ///< invalid when the title matched
    QString title;
    QString excerpt;         ///< one line of plain text around the match
    QList<SearchMark> marks; ///< pieces of the excerpt that matched
    QDateTime updatedAt;     ///< of the conversation
    bool operator==(const SearchHit &) const = default;
};

} // namespace app
