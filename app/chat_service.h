// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One turn of a chat, from the composer to the record in the database.
#pragma once

#include "app/conversation_types.h"
#include "app/inference_port.h"

#include <QObject>

#include <expected>
#include <functional>
#include <memory>

namespace app {

class AssistantService;
class ChatTurn;
class ModelProvenance;
class ModelService;
class RetrievalService;
class StoreThread;
struct TurnRequest;

/// The open conversation and the one running turn. The turn is a state machine,
/// Idle → Preparing → (Retrieving →) Prefilling → Generating → Done | Stopped | Failed, and each step is persisted: the
/// prompt is committed before inference starts, the answer is journalled at least every 250 ms, its record is written
/// at the end.
///
/// A turn goes on when another conversation is opened. Nothing is overwritten: editing and regenerating make branches.
/// GUI thread.
class ChatService : public QObject {
    Q_OBJECT
    Q_PROPERTY(app::ConversationId conversation READ conversation NOTIFY conversationChanged FINAL)
    Q_PROPERTY(app::AssistantId assistant READ assistant NOTIFY assistantChanged FINAL)
    Q_PROPERTY(app::TurnState state READ state NOTIFY stateChanged FINAL)
    Q_PROPERTY(app::ConversationId turnConversation READ turnConversation NOTIFY stateChanged FINAL)
    Q_PROPERTY(app::MessageId turnMessage READ turnMessage NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool busy READ isBusy NOTIFY stateChanged FINAL)
    Q_PROPERTY(double prefillProgress READ prefillProgress NOTIFY prefillProgressChanged FINAL)
    Q_PROPERTY(double tokensPerSecond READ tokensPerSecond NOTIFY tokensPerSecondChanged FINAL)
    Q_PROPERTY(app::PromptFit fit READ fit NOTIFY fitChanged FINAL)
    Q_PROPERTY(app::OverflowPolicy overflowPolicy READ overflowPolicy NOTIFY overflowPolicyChanged FINAL)
    Q_PROPERTY(QList<app::DocumentValue> documents READ documents NOTIFY documentsChanged FINAL)
    Q_PROPERTY(app::DocumentMode documentMode READ documentMode NOTIFY documentsChanged FINAL)
public:
    /// What a chat needs; all of it is borrowed and outlives the service.
    struct Collaborators {
        StoreThread &store;
        InferencePort &inference;
        ModelService &models;
        AssistantService &assistants;
        ModelProvenance &provenance;
        RetrievalService *retrieval = nullptr; ///< searches documents; null: attached ones do not count
    };
    explicit ChatService(Collaborators collaborators, QObject *parent = nullptr);
    ~ChatService() override;

    /// The conversation shown; invalid for a new chat that has no message yet.
    [[nodiscard]] ConversationId conversation() const;
    /// Who answers in it; the default one where it names none. Invalid until assistants are known.
    [[nodiscard]] AssistantId assistant() const;
    /// Messages on the chosen path, oldest first.
    [[nodiscard]] const QList<MessageValue> &transcript() const;

    [[nodiscard]] TurnState state() const;
    [[nodiscard]] ConversationId turnConversation() const; ///< where the running or last turn belongs
    [[nodiscard]] MessageId turnMessage() const;           ///< the answer of the running or last turn
    [[nodiscard]] bool isBusy() const;                     ///< Preparing, Prefilling or Generating
    [[nodiscard]] double prefillProgress() const;          ///< 0 … 1
    [[nodiscard]] double tokensPerSecond() const;
    [[nodiscard]] const PromptFit &fit() const;          ///< of the transcript with the draft last measured
    [[nodiscard]] OverflowPolicy overflowPolicy() const; ///< of the open conversation
    /// What the open conversation is about: collections and files in the order in which they were attached, then files
    /// that were handed to it.
    [[nodiscard]] const QList<DocumentValue> &documents() const;
    [[nodiscard]] DocumentMode documentMode() const; ///< of the open conversation

    /// Shows a conversation; an invalid id shows an empty new chat. transcriptReset() follows.
    Q_INVOKABLE void open(app::ConversationId id);
    /// The same, on the branch that holds `message`, which goes on with this assistant.
    void openAt(app::ConversationId id, app::MessageId message, app::AssistantId assistant);
    /// Sends a user message; a new chat is created with it. An empty text is ignored. When the turn cannot start
    /// (no model, another turn runs, the prompt does not fit) sendRefused() follows and nothing is stored or lost.
    Q_INVOKABLE void send(const QString &text);
    /// Stops the running turn; the text so far is kept.
    Q_INVOKABLE void stop();
    /// Another answer to the same question, as a sibling of `answer`; where that was read from the list of files, the
    /// model's.
    Q_INVOKABLE void regenerate(app::MessageId answer);
    /// Another wording of a question, as a sibling of `question`, and its answer.
    Q_INVOKABLE void edit(app::MessageId question, const QString &text);
    /// Shows the sibling with this index at the place of `message`.
    Q_INVOKABLE void switchBranch(app::MessageId message, qint32 branchIndex);
    /// Runs the failed or interrupted answer again as a sibling; the action behind FailureAction::Retry.
    Q_INVOKABLE void retry(app::MessageId answer);
    /// The user's choice after sendRefused() with an overflow, kept for this conversation.
    Q_INVOKABLE void setOverflowPolicy(app::OverflowPolicy policy);
    /// Who answers in the open conversation from now on; kept with it. A new chat is about the assistant's collections.
    Q_INVOKABLE void setAssistant(app::AssistantId id);
    /// Makes the open conversation about a collection, or about one file of it (a path as the index has it). Answers
    /// are searched for there from now on. documentsChanged() or failed() follows; a new chat gets its row with it.
    Q_INVOKABLE void attachCollection(const QString &uuid, const QString &path = {});
    /// Makes it about files or folders anywhere on the disk, which are then read into an index of its own.
    Q_INVOKABLE void attachFiles(const QStringList &paths);
    /// Takes one of documents() away again.
    Q_INVOKABLE void detach(const app::DocumentValue &document);
    /// Kept with the conversation.
    Q_INVOKABLE void setDocumentMode(app::DocumentMode mode);
    /// Runs a turn of any conversation with a model and settings of its own: those of the request's assistant. Either
    /// turnCommitted() and turnEnded() or sendRefused() follow. Afterwards followAssistant() is to be called.
    void ask(TurnRequest request);
    /// The open conversation's assistant chooses the model again.
    void followAssistant();
    /// Sampling settings over the assistant's own, until the program ends.
    void setSampling(const SamplingOverrides &sampling);
    /// The messages that the newest answer was asked with; of a chat without an answer, what is there to be asked.
    [[nodiscard]] std::vector<inference::Message> lastPrompt() const;
    /// Counts the transcript with this draft; fitChanged() follows. Cheap to call on each key.
    Q_INVOKABLE void measureDraft(const QString &draft);

Q_SIGNALS:
    void conversationChanged();
    void assistantChanged();
    /// The open new chat has a row now, without a message: what is being written in it belongs to that one.
    /// conversationChanged() follows.
    void conversationBegun(app::ConversationId id);
    /// The whole transcript is another one now.
    void transcriptReset();
    /// A message was added at the end of the transcript.
    void messageAppended(const app::MessageValue &message);
    /// State, failure, branch numbers or record of a message changed; its text only grew as textAppended() said.
    void messageChanged(const app::MessageValue &message);
    /// Text of the streaming message grew. Only for messages of the open conversation.
    void textAppended(app::MessageId id, const QString &thinking, const QString &answer);
    /// The same for whichever conversation the turn belongs to.
    void answerGrew(app::MessageId id, const QString &thinking, const QString &answer);
    void stateChanged();
    void prefillProgressChanged();
    void tokensPerSecondChanged();
    void fitChanged();
    void overflowPolicyChanged();
    void documentsChanged();
    /// Files were handed to a conversation or taken from it: the collection of that uuid is to be looked through.
    void filesHanded(const QString &collectionUuid);
    /// The message was not sent; `text` is handed back to the composer. For an overflow `fit.fits` is false and
    /// `fit.possible` tells whether dropping oldest turns helps.
    void sendRefused(const QString &text, const app::Failure &failure, const app::PromptFit &fit);
    /// Question and answer of a turn are on disk; the prompt goes to the model now.
    void turnCommitted(app::MessageId answer);
    /// This much of the running answer's text (UTF-8 bytes) would survive a crash.
    void journalled(app::MessageId answer, qsizetype bytes);
    /// The turn's answer has its final state.
    void turnEnded(const app::MessageValue &answer);
    /// Something that belongs to no message went wrong (a page could not be read).
    void failed(const app::Failure &failure);
    /// A conversation got its first message, a new title or a new time: lists refresh its row.
    void conversationTouched(app::ConversationId id);

private:
    void begin(TurnRequest request);
    void startHere(TurnRequest request);
    void start(TurnRequest request);
    using OnConversation = std::function<void(const std::expected<ConversationId, Failure> &)>;
    void makeConversation(const OnConversation &then);
    void showPath(const QList<MessageValue> &path);
    void reload(ConversationId id, bool switched);
    void onCommitted(const QList<MessageValue> &path);
    MessageValue onAnswerChanged(ChatTurn &turn);
    void checkWhatWasLeft();
    void measureNow();
    [[nodiscard]] std::vector<inference::Message> messagesOf(const QList<MessageValue> &path,
                                                             const QString &question) const;
    [[nodiscard]] bool showsTurn() const;

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
