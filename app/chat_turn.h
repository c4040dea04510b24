// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Private to ChatService: one turn, from the wish to the record.
#pragma once

#include "app/assistant_service.h"
#include "app/conversation_types.h"
#include "app/inference_port.h"
#include "app/model_service.h"
#include "storage/message_store.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <optional>

namespace app {

class ModelProvenance;
class RetrievalService;
class StoreThread;
class TurnGrounding;
struct ConversationDocuments;

/// What a turn does to the message tree.
enum class TurnKind {
    Send,       ///< a question below the path
    Edit,       ///< a question beside `target`
    Regenerate, ///< an answer beside `target`
};

/// What a turn starts from.
struct TurnRequest {
    TurnKind kind = TurnKind::Send;
    ConversationId conversation{}; ///< invalid: a new one is made
    MessageId target{};
    QString text{};             ///< of the question; empty for Regenerate
    QList<MessageValue> path{}; ///< what goes before `text`; for Regenerate it ends with the question
    AssistantValue assistant{};
    OverflowPolicy policy = OverflowPolicy::Ask;
    bool askModel = false; ///< also where the question is about the files themselves: another answer than the list's
};

/// One turn as a state machine. Either refused() comes and nothing was stored, or committed() and later ended().
/// GUI thread.
class ChatTurn : public QObject {
    Q_OBJECT
public:
    struct Collaborators {
        StoreThread &store;
        InferencePort &inference;
        ModelService &models;
        ModelProvenance &provenance;
        RetrievalService *retrieval = nullptr; ///< null: conversations are about no documents
    };
    ChatTurn(Collaborators collaborators, TurnRequest request, QObject *parent);

    void start();
    void stop();
    /// The conversation is about others now. Counts for a turn that still waits for some of them to be read.
    void takeDocuments(const ConversationDocuments &documents);

    [[nodiscard]] TurnState state() const { return m_state; }
    [[nodiscard]] bool isRunning() const;
    /// Everything that can be known of it is on disk: it may be deleted.
    [[nodiscard]] bool isSettled() const;
    [[nodiscard]] const TurnRequest &request() const { return m_request; }
    [[nodiscard]] ConversationId conversation() const { return m_request.conversation; }
    /// The answer as it stands; its id is invalid before committed().
    [[nodiscard]] const MessageValue &answer() const { return m_answer; }
    [[nodiscard]] double prefillProgress() const { return m_prefillProgress; }
    [[nodiscard]] double tokensPerSecond() const { return m_tokensPerSecond; }

Q_SIGNALS:
    void stateChanged();
    void refused(const app::Failure &failure, const app::PromptFit &fit);
    /// Question and empty answer are on disk.
    void committed(const QList<app::MessageValue> &path);
    void progressed();
    void textAppended(const QString &thinking, const QString &answer);
    /// This much of the answer (UTF-8 bytes) is on disk.
    void journalled(qsizetype bytes);
    /// Writing failed; the text is kept in memory and writing is tried again.
    void savingFailed(const app::Failure &failure);
    /// The answer has its final state.
    void ended();
    /// After ended(): a record was completed, or a write that had failed succeeded.
    void changed();

private:
    void setState(TurnState state);
    void prepareGrounding();
    void begin();
    void refuse(const Failure &failure, const PromptFit &fit);
    void onStatus(const ModelStatus &status);
    void measure();
    void onMeasured(MeasureId id, const PromptFit &fit);
    void onSourcesMeasured(const PromptFit &fit);
    void commit();
    void goOn();
    void answerWith(const QString &text);
    storage::AnswerRecord prepare();
    [[nodiscard]] storage::AnswerRecord recordOf(const GenerationOutcome &outcome) const;
    [[nodiscard]] storage::AnswerRecord begunRecordOf(const GenerationOutcome &outcome) const;
    [[nodiscard]] bool hasUnwritten() const;
    void generate();
    void launch();
    void onBegan(GenerationId id, const GenerationOutcome &outcome);
    void onText(GenerationId id, const TextDelta &delta);
    void onFinished(GenerationId id, const GenerationOutcome &outcome);
    void scheduleJournal();
    void writeJournal();
    void end(TurnState state, const Failure &failure);
    void save();
    void saveRecord();
    void completeRecord(const QString &path, const QString &sha256);

    Collaborators m_with;
    TurnRequest m_request;
    TurnState m_state = TurnState::Idle;
    MessageValue m_answer;
    TurnGrounding *m_grounding; ///< what it takes from documents; its parent is the turn
    std::vector<inference::Message> m_messages;
    bool m_committed = false;
    bool m_measured = false;
    bool m_stopWanted = false;
    MeasureId m_measure{};
    GenerationId m_generation{};
    qint32 m_droppedTurns = 0;
    qint32 m_promptTokens = 0;                    ///< without documents
    bool m_kept = false;                          ///< what the answer is given is on disk
    GenerationRequest m_work;                     ///< once prepared
    std::optional<storage::AnswerRecord> m_begun; ///< what the database knows of the answer before it begins
    std::optional<storage::AnswerRecord> m_news;  ///< what it has to know besides, written with the journal
    qint64 m_now = 0;
    double m_prefillProgress = 0.0;
    double m_tokensPerSecond = 0.0;
    QElapsedTimer m_thinkingClock;

    storage::JournalEntry m_entry; ///< what is not on disk yet; its sequence is the next one
    qsizetype m_journalledBytes = 0;
    bool m_writing = false;
    QTimer m_journalTimer;
    storage::AnswerEnd m_end; ///< once ended
    TurnState m_finalState = TurnState::Done;
    Failure m_finalFailure;
    bool m_ended = false;
    bool m_saved = false;
    bool m_announced = false;
    QTimer m_saveTimer; ///< next attempt to write m_end
    ModelCard m_model;  ///< as it was when this turn was prepared
};

} // namespace app
