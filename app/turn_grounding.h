// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Private to ChatTurn: what one turn takes from the documents of its conversation.
#pragma once

#include "app/chat_documents.h"
#include "app/evidence_packer.h"
#include "app/grounded_prompt.h"
#include "storage/collection_facts.h"
#include "storage/records.h"

#include <QObject>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

class RetrievalService;
class StoreThread;
struct AnswerFindings;
struct TurnRequest;

/// Searches, chooses what is given, and afterwards compares the answer with it. Each step says when it is done; none
/// comes after stop(). GUI thread.
class TurnGrounding : public QObject {
    Q_OBJECT
public:
    /// `retrieval` null: no conversation is about documents.
    TurnGrounding(StoreThread &store, RetrievalService *retrieval, const TurnRequest &request, QObject *parent);
    ~TurnGrounding() override;

    /// Reads which documents the conversation is about; ready() or failed() follows, at once where it has no row yet.
    void prepare();
    /// Whether the conversation is about documents; after ready().
    [[nodiscard]] bool isAbout() const { return !m_documents.isEmpty(); }
    /// Whether the question is about the files themselves, so that list() answers it without a model; after ready().
    [[nodiscard]] bool isAboutFiles() const { return m_topic.has_value(); }

    /// Reads the answer from the index: answered() or failed() follows.
    void list();

    /// Searches. `context`: positions of the model; `taken`: tokens of the prompt without documents; `reserve`: of the
    /// answer. found(), answered() or failed() follows.
    void retrieve(qint32 context, qint32 taken, qint32 reserve);
    /// The conversation is about others now: while it waits for some to be read, it looks again among these.
    void takeDocuments(const ConversationDocuments &documents);
    /// What was found does not fit: gives less. found() or failed() follows, or nothing is left and found() says so.
    void shrink();
    void stop();

    /// The prompt's messages with what is given now. `together` as in groundedMessages().
    [[nodiscard]] std::vector<inference::Message> messages(bool together) const;
    /// Whether the answer is there without a model.
    [[nodiscard]] bool hasAnswered() const { return m_grounding.refused || m_grounding.material == Material::Index; }
    [[nodiscard]] quint32 citableIds() const { return static_cast<quint32>(m_given.size()); }

    /// Keeps with the answer what it is given: on disk before kept().
    void keep(MessageId answer);
    /// Puts grounding and citations into the answer as it is shown.
    void show(MessageValue &answer) const;

    /// Compares the answer, which has ended, with what it was given, then keeps and tells what came of it: checked().
    void check(const MessageValue &answer);
    [[nodiscard]] bool isChecking() const { return m_checking; }

Q_SIGNALS:
    void ready();
    void found();
    /// The model is not to be asked; this is the answer: what the index says, or that the documents say nothing.
    void answered(const QString &text);
    void kept();
    void checked(const app::AnswerFindings &findings);
    void failed(const app::Failure &failure);

private:
    void search();
    void onRetrieved(const RetrievalAnswer &answer);
    void pack();

    StoreThread &m_store;
    RetrievalService *m_retrieval;
    ConversationId m_conversation;
    GroundedConversation m_prompt;
    bool m_askModel;
    ConversationDocuments m_documents;
    std::optional<storage::CollectionTopic> m_topic; ///< of a question about the files themselves
    std::stop_source m_stop;

    qint64 m_room = 0;      ///< tokens for all sources
    qint64 m_wholeRoom = 0; ///< documents up to so many are given whole
    std::string m_lookedUp;
    std::uint64_t m_progress = 0;       ///< of reading, when the search began
    QMetaObject::Connection m_awaiting; ///< while it waits for documents to be read
    bool m_isOther = false;             ///< the documents changed since the search began
    std::vector<RetrievedPassage> m_earlier;
    Retrieved m_found;
    PackLimits m_limits;
    std::vector<RetrievedPassage> m_given; ///< of a refusal: what came nearest
    GroundingValue m_grounding;
    bool m_checking = false;
};

} // namespace app
