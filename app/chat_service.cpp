// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/chat_service.h"

#include "app/chat_documents.h"
#include "app/chat_turn.h"
#include "app/grounded_prompt.h"
#include "app/grounding_convert.h"
#include "app/opened_conversation.h"
#include "app/prompt_builder.h"
#include "app/store_convert.h"
#include "app/store_thread.h"
#include "app/turn_store.h"

#include <QPointer>

#include <algorithm>

namespace app {

struct ChatService::State {
    explicit State(Collaborators collaborators)
        : with(collaborators)
    {
    }

    Collaborators with;
    ConversationId conversation;
    AssistantId assistant;
    OverflowPolicy policy = OverflowPolicy::Ask;
    SamplingOverrides sampling; ///< over the assistant's
    QList<MessageValue> transcript;
    quint64 openSerial = 0;

    ChatDocuments *documents = nullptr; ///< its parent is the service
    /// Who waits for the new chat's row, while it is being made. Shared with what makes it: another chat may be opened
    /// meanwhile.
    std::shared_ptr<std::vector<OnConversation>> awaiting;

    QPointer<ChatTurn> turn; ///< the running or last one
    QString draft;
    MeasureId measure{};
    PromptFit fit;
};

ChatService::ChatService(Collaborators collaborators, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(collaborators))
{
    m_state->documents =
        new ChatDocuments(collaborators.store, [this](const OnConversation &then) { makeConversation(then); }, this);
    connect(m_state->documents, &ChatDocuments::changed, this, [this] {
        if (m_state->turn && m_state->turn->conversation() == m_state->conversation)
            m_state->turn->takeDocuments(m_state->documents->current());
        Q_EMIT documentsChanged();
    });
    connect(m_state->documents, &ChatDocuments::filesHanded, this, &ChatService::filesHanded);
    connect(m_state->documents, &ChatDocuments::failed, this, &ChatService::failed);
    connect(&collaborators.inference, &InferencePort::promptMeasured, this, [this](MeasureId id, const PromptFit &fit) {
        if (id != m_state->measure || fit == m_state->fit)
            return;
        m_state->fit = fit;
        Q_EMIT fitChanged();
    });
    connect(&collaborators.inference, &InferencePort::statusChanged, this,
            [this, last = ModelPhase::None](const ModelStatus &status) mutable {
                if (std::exchange(last, status.phase) != status.phase)
                    measureNow();
            });
    connect(&collaborators.assistants, &AssistantService::assistantsChanged, this, [this] {
        Q_EMIT assistantChanged();
        if (!isBusy())
            followAssistant();
    });
}

ChatService::~ChatService() = default;

ConversationId ChatService::conversation() const
{
    return m_state->conversation;
}
AssistantId ChatService::assistant() const
{
    return m_state->with.assistants.assistant(m_state->assistant).id;
}
const QList<MessageValue> &ChatService::transcript() const
{
    return m_state->transcript;
}
TurnState ChatService::state() const
{
    return m_state->turn ? m_state->turn->state() : TurnState::Idle;
}
ConversationId ChatService::turnConversation() const
{
    return m_state->turn ? m_state->turn->conversation() : ConversationId{};
}
MessageId ChatService::turnMessage() const
{
    return m_state->turn ? m_state->turn->answer().id : MessageId{};
}
bool ChatService::isBusy() const
{
    return m_state->turn && m_state->turn->isRunning();
}
double ChatService::prefillProgress() const
{
    return m_state->turn ? m_state->turn->prefillProgress() : 0.0;
}
double ChatService::tokensPerSecond() const
{
    return m_state->turn ? m_state->turn->tokensPerSecond() : 0.0;
}
const PromptFit &ChatService::fit() const
{
    return m_state->fit;
}
OverflowPolicy ChatService::overflowPolicy() const
{
    return m_state->policy;
}

const QList<DocumentValue> &ChatService::documents() const
{
    return m_state->documents->current().documents;
}
DocumentMode ChatService::documentMode() const
{
    return m_state->documents->current().mode;
}

bool ChatService::showsTurn() const
{
    return m_state->turn && m_state->turn->answer().id.isValid() &&
           m_state->turn->conversation() == m_state->conversation;
}

// Transcript

void ChatService::showPath(const QList<MessageValue> &path)
{
    QList<MessageValue> next = path;
    // What the journal has not got yet stands in the turn.
    if (m_state->turn) {
        const auto running = std::ranges::find(next, m_state->turn->answer().id, &MessageValue::id);
        if (running != next.end() && m_state->turn->answer().id.isValid()) {
            MessageValue answer = m_state->turn->answer();
            answer.branchIndex = running->branchIndex;
            answer.branchCount = running->branchCount;
            *running = answer;
        }
    }
    const QList<MessageValue> &shown = m_state->transcript;
    const bool extends =
        next.size() >= shown.size() && !shown.isEmpty() &&
        std::equal(shown.begin(), shown.end(), next.begin(),
                   [](const MessageValue &left, const MessageValue &right) { return left.id == right.id; });
    const qsizetype known = shown.size();
    m_state->transcript = std::move(next);
    if (!extends) {
        Q_EMIT transcriptReset();
        return;
    }
    for (qsizetype i = known; i < m_state->transcript.size(); ++i)
        Q_EMIT messageAppended(m_state->transcript.at(i));
}

void ChatService::reload(ConversationId id, bool switched)
{
    const quint64 serial = ++m_state->openSerial;
    m_state->with.store.run([id](Stores &stores) { return readConversation(stores, id); })
        .then(this, [this, id, serial, switched](const storage::Result<OpenedConversation> &opened) {
            if (serial != m_state->openSerial)
                return;
            if (!opened) {
                Q_EMIT failed(failureFrom(opened.error()));
                return;
            }
            m_state->conversation = id;
            const bool another = std::exchange(m_state->assistant, opened->assistant) != opened->assistant;
            if (another || switched) {
                Q_EMIT assistantChanged();
                if (!isBusy())
                    followAssistant();
            }
            if (std::exchange(m_state->policy, opened->policy) != opened->policy)
                Q_EMIT overflowPolicyChanged();
            if (switched) {
                m_state->transcript.clear();
                Q_EMIT conversationChanged();
            }
            m_state->documents->show(id, opened->documents);
            showPath(opened->path);
            checkWhatWasLeft();
            measureNow();
        });
}

// An answer that a crash cut was not compared with its documents.
void ChatService::checkWhatWasLeft()
{
    if (m_state->with.retrieval == nullptr)
        return;
    QString question;
    for (const MessageValue &message : m_state->transcript) {
        if (message.role == MessageRole::User)
            question = message.text;
        const bool own = m_state->turn && m_state->turn->answer().id == message.id;
        if (own || !isToBeChecked(message))
            continue;
        AnswerToCheck answer{.markdown = message.text.toStdString(),
                             .question = question.toStdString(),
                             .given = sourcesOf(message),
                             .whole = message.isWholeMaterial()};
        checkAndKeep(answer, message.id, m_state->with.store, *m_state->with.retrieval, this,
                     [this, id = message.id](const AnswerFindings &findings) {
                         const auto shown = std::ranges::find(m_state->transcript, id, &MessageValue::id);
                         if (shown == m_state->transcript.end())
                             return;
                         setFindings(*shown, findings);
                         Q_EMIT messageChanged(*shown);
                     });
    }
}

void ChatService::open(ConversationId id)
{
    expectThread(this);
    m_state->awaiting.reset();
    if (id.isValid()) {
        reload(id, true);
        return;
    }
    ++m_state->openSerial;
    m_state->conversation = {};
    m_state->assistant = {};
    Q_EMIT assistantChanged();
    if (!isBusy())
        followAssistant();
    m_state->transcript.clear();
    m_state->documents->show({}, {});
    if (std::exchange(m_state->policy, OverflowPolicy::Ask) != OverflowPolicy::Ask)
        Q_EMIT overflowPolicyChanged();
    Q_EMIT conversationChanged();
    Q_EMIT transcriptReset();
    measureNow();
}

void ChatService::openAt(ConversationId id, MessageId message, AssistantId assistant)
{
    expectThread(this);
    m_state->with.store
        .run([id, message, assistant](Stores &stores) -> storage::Result<void> {
            if (auto shown = stores.messages.show(toStore(message)); !shown)
                return shown;
            return assistant.isValid() ? stores.conversations.setAssistant(toStore(id), toStore(assistant))
                                       : storage::Result<void>();
        })
        .then(this, [this, id](const storage::Result<void> &shown) {
            if (!shown)
                Q_EMIT failed(failureFrom(shown.error()));
            open(id);
        });
}

void ChatService::followAssistant()
{
    const AssistantValue assistant = m_state->with.assistants.assistant(m_state->assistant);
    m_state->with.models.follow(assistant.modelPath, assistant.activeAdapters());
}

void ChatService::switchBranch(MessageId message, qint32 branchIndex)
{
    expectThread(this);
    m_state->with.store
        .run([message, branchIndex](Stores &stores) {
            return stores.messages.showSibling(toStore(message), branchIndex + 1);
        })
        .then(this, [this](const storage::Result<void> &shown) {
            if (shown)
                reload(m_state->conversation, false);
            else
                Q_EMIT failed(failureFrom(shown.error()));
        });
}

void ChatService::setOverflowPolicy(OverflowPolicy policy)
{
    expectThread(this);
    if (m_state->policy == policy)
        return;
    m_state->policy = policy;
    Q_EMIT overflowPolicyChanged();
    if (!m_state->conversation.isValid())
        return; // stored with the first message
    const std::string json = policy == OverflowPolicy::DropOldest ? R"("drop_oldest")" : "";
    m_state->with.store
        .run([id = m_state->conversation, json](Stores &stores) {
            return stores.conversations.setSetting(toStore(id), "overflow", json);
        })
        .then(this, [this](const storage::Result<void> &kept) {
            if (!kept)
                Q_EMIT failed(failureFrom(kept.error()));
        });
}

void ChatService::setAssistant(AssistantId id)
{
    expectThread(this);
    m_state->assistant = id;
    Q_EMIT assistantChanged();
    if (!isBusy())
        followAssistant();
    measureNow();
    if (!m_state->conversation.isValid()) {
        // The rest is stored with the row, which comes with these or the first message.
        const QStringList collections = m_state->with.assistants.assistant(id).collections;
        for (const QString &uuid : collections)
            m_state->documents->attach(uuid, {});
        return;
    }
    m_state->with.store
        .run([conversation = m_state->conversation, id](Stores &stores) {
            return stores.conversations.setAssistant(toStore(conversation), toStore(id));
        })
        .then(this, [this](const storage::Result<void> &kept) {
            if (!kept)
                Q_EMIT failed(failureFrom(kept.error()));
        });
}

void ChatService::setSampling(const SamplingOverrides &sampling)
{
    m_state->sampling = sampling;
}

// Documents

void ChatService::makeConversation(const OnConversation &then)
{
    if (m_state->conversation.isValid()) {
        then(m_state->conversation);
        return;
    }
    if (m_state->awaiting) {
        m_state->awaiting->push_back(then);
        return;
    }
    m_state->awaiting = std::make_shared<std::vector<OnConversation>>(1, then);
    const quint64 serial = ++m_state->openSerial;
    AssistantId assistant = m_state->assistant;
    if (!assistant.isValid())
        assistant = m_state->with.assistants.defaultId();
    m_state->with.store
        .run([assistant, policy = m_state->policy](Stores &stores) {
            return app::makeConversation(stores, {}, assistant, policy);
        })
        .then(this, [this, serial, assistant,
                     awaiting = m_state->awaiting](const storage::Result<storage::Conversation> &made) {
            if (m_state->awaiting == awaiting)
                m_state->awaiting.reset();
            if (!made) {
                for (const OnConversation &waiting : *awaiting)
                    waiting(std::unexpected(failureFrom(made.error())));
                return;
            }
            const ConversationId id = fromStore(made->id);
            if (serial == m_state->openSerial) {
                m_state->conversation = id;
                m_state->assistant = assistant;
                m_state->documents->show(id, {});
                Q_EMIT conversationBegun(id);
                Q_EMIT conversationChanged();
            }
            Q_EMIT conversationTouched(id);
            for (const OnConversation &waiting : *awaiting)
                waiting(id);
        });
}

void ChatService::attachCollection(const QString &uuid, const QString &path)
{
    expectThread(this);
    m_state->documents->attach(uuid, path);
}

void ChatService::attachFiles(const QStringList &paths)
{
    expectThread(this);
    if (!paths.isEmpty())
        m_state->documents->hand(paths);
}

void ChatService::detach(const DocumentValue &document)
{
    expectThread(this);
    m_state->documents->detach(document);
}

void ChatService::setDocumentMode(DocumentMode mode)
{
    expectThread(this);
    m_state->documents->setMode(mode);
}

// Turns

void ChatService::send(const QString &text)
{
    expectThread(this);
    if (text.trimmed().isEmpty())
        return;
    begin({.kind = TurnKind::Send, .text = text, .path = m_state->transcript});
}

void ChatService::edit(MessageId question, const QString &text)
{
    expectThread(this);
    const auto at = std::ranges::find(m_state->transcript, question, &MessageValue::id);
    if (at == m_state->transcript.end() || at->role != MessageRole::User || text.trimmed().isEmpty())
        return;
    begin({.kind = TurnKind::Edit,
           .target = question,
           .text = text,
           .path = m_state->transcript.first(at - m_state->transcript.begin())});
}

void ChatService::regenerate(MessageId answer)
{
    expectThread(this);
    const auto at = std::ranges::find(m_state->transcript, answer, &MessageValue::id);
    if (at == m_state->transcript.end() || at->role != MessageRole::Assistant)
        return;
    // Who is not content with the list of files, wants to hear what the model says.
    const bool hasModel = !m_state->with.models.chosenId().isEmpty();
    begin({.kind = TurnKind::Regenerate,
           .target = answer,
           .text = {},
           .path = m_state->transcript.first(at - m_state->transcript.begin()),
           .askModel = hasModel && at->grounding.material == Material::Index});
}

void ChatService::retry(MessageId answer)
{
    regenerate(answer);
}

void ChatService::begin(TurnRequest request)
{
    if (isBusy()) {
        Q_EMIT sendRefused(request.text, busyFailure(), {});
        return;
    }
    request.conversation = m_state->conversation;
    const QStringList collections = m_state->with.assistants.assistant(m_state->assistant).collections;
    if (!request.conversation.isValid() && !m_state->awaiting && m_state->with.retrieval != nullptr) {
        // What the default assistant's chats are about.
        for (const QString &uuid : collections)
            m_state->documents->attach(uuid, {});
    }
    if (!m_state->awaiting) {
        startHere(std::move(request));
        return;
    }
    // The new chat's row is being made for its documents.
    m_state->awaiting->emplace_back([this, request](const std::expected<ConversationId, Failure> &made) mutable {
        if (!made) {
            Q_EMIT sendRefused(request.text, made.error(), {});
            return;
        }
        request.conversation = *made;
        startHere(std::move(request));
    });
}

void ChatService::startHere(TurnRequest request)
{
    request.policy = m_state->policy;
    request.assistant = m_state->with.assistants.assistant(m_state->assistant);
    request.assistant.sampling = merged(m_state->sampling, request.assistant.sampling);
    start(std::move(request));
}

void ChatService::ask(TurnRequest request)
{
    expectThread(this);
    if (isBusy()) {
        Q_EMIT sendRefused(request.text, busyFailure(), {});
        return;
    }
    m_state->with.models.follow(request.assistant.modelPath, request.assistant.activeAdapters());
    start(std::move(request));
}

void ChatService::start(TurnRequest request)
{

    if (m_state->turn && m_state->turn->isSettled())
        m_state->turn->deleteLater();
    auto *turn = new ChatTurn({.store = m_state->with.store,
                               .inference = m_state->with.inference,
                               .models = m_state->with.models,
                               .provenance = m_state->with.provenance,
                               .retrieval = m_state->with.retrieval},
                              std::move(request), this);
    m_state->turn = turn;
    connect(turn, &ChatTurn::stateChanged, this, [this, turn] {
        if (turn == m_state->turn)
            Q_EMIT stateChanged();
    });
    connect(turn, &ChatTurn::refused, this, [this, turn](const Failure &failure, const PromptFit &fit) {
        m_state->turn.clear();
        turn->deleteLater();
        Q_EMIT stateChanged();
        Q_EMIT sendRefused(turn->request().text, failure, fit);
    });
    connect(turn, &ChatTurn::committed, this, &ChatService::onCommitted);
    connect(turn, &ChatTurn::progressed, this, [this] {
        Q_EMIT prefillProgressChanged();
        Q_EMIT tokensPerSecondChanged();
    });
    connect(turn, &ChatTurn::textAppended, this, [this, turn](const QString &thinking, const QString &answer) {
        Q_EMIT answerGrew(turn->answer().id, thinking, answer);
        if (!showsTurn())
            return;
        const MessageId id = turn->answer().id;
        const auto message = std::ranges::find(m_state->transcript, id, &MessageValue::id);
        if (message == m_state->transcript.end())
            return;
        message->thinking += thinking;
        message->text += answer;
        Q_EMIT textAppended(id, thinking, answer);
    });
    connect(turn, &ChatTurn::journalled, this,
            [this, turn](qsizetype bytes) { Q_EMIT journalled(turn->answer().id, bytes); });
    connect(turn, &ChatTurn::savingFailed, this, &ChatService::failed);
    connect(turn, &ChatTurn::changed, this, [this, turn] { onAnswerChanged(*turn); });
    connect(turn, &ChatTurn::ended, this, [this, turn] {
        const MessageValue answer = onAnswerChanged(*turn);
        Q_EMIT conversationTouched(turn->conversation());
        Q_EMIT turnEnded(answer);
        measureNow();
    });
    turn->start();
}

void ChatService::onCommitted(const QList<MessageValue> &path)
{
    const ChatTurn &turn = *m_state->turn;
    const bool isNew =
        turn.request().kind == TurnKind::Send && turn.request().path.isEmpty() && !m_state->conversation.isValid();
    // The user may have opened another conversation while the first message was being stored.
    if (isNew && m_state->transcript.isEmpty()) {
        m_state->conversation = turn.conversation();
        m_state->assistant = turn.request().assistant.id;
        ++m_state->openSerial;
        Q_EMIT assistantChanged();
        Q_EMIT conversationChanged();
    }
    if (showsTurn()) {
        const QList<MessageValue> shown = std::exchange(m_state->transcript, {});
        // What goes with an answer is read once, when a conversation is opened; the new path brings none.
        QList<MessageValue> next = path;
        for (MessageValue &message : next) {
            const auto old = std::ranges::find(shown, message.id, &MessageValue::id);
            if (old == shown.end())
                continue;
            message.record = old->record;
            message.grounding = old->grounding;
            message.citations = old->citations;
            message.checks = old->checks;
        }
        m_state->transcript = shown;
        showPath(next);
    }
    Q_EMIT stateChanged();
    Q_EMIT turnCommitted(turn.answer().id);
    Q_EMIT conversationTouched(turn.conversation());
}

MessageValue ChatService::onAnswerChanged(ChatTurn &turn)
{
    MessageValue answer = turn.answer();
    const auto message = std::ranges::find(m_state->transcript, answer.id, &MessageValue::id);
    if (message != m_state->transcript.end()) {
        answer.branchIndex = message->branchIndex;
        answer.branchCount = message->branchCount;
        *message = answer;
        Q_EMIT messageChanged(answer);
    }
    if (&turn != m_state->turn && turn.isSettled())
        turn.deleteLater();
    return answer;
}

void ChatService::stop()
{
    expectThread(this);
    if (m_state->turn)
        m_state->turn->stop();
}

// Meter

void ChatService::measureDraft(const QString &draft)
{
    expectThread(this);
    m_state->draft = draft;
    measureNow();
}

std::vector<inference::Message> ChatService::messagesOf(const QList<MessageValue> &path, const QString &question) const
{
    const AssistantService &assistants = m_state->with.assistants;
    const AssistantValue *assistant = assistants.find(m_state->assistant);
    if (assistant == nullptr)
        assistant = assistants.find(assistants.defaultId());
    const QString instructions = assistant != nullptr ? assistant->instructions : QString();
    const ConversationDocuments &documents = m_state->documents->current();
    // What a question will be given is not known yet; what the last one was given counts.
    return documents.isEmpty()
               ? buildMessages(instructions, path, question)
               : groundedMessages(
                     {.instructions = instructions, .path = path, .question = question, .mode = documents.mode},
                     earlierSources(m_state->transcript), false);
}

std::vector<inference::Message> ChatService::lastPrompt() const
{
    const QList<MessageValue> &shown = m_state->transcript;
    const auto question = std::find_if(shown.crbegin(), shown.crend(),
                                       [](const MessageValue &message) { return message.role == MessageRole::User; });
    if (question == shown.crend())
        return {};
    const qsizetype at = shown.crend() - question - 1;
    const std::vector<inference::Message> messages = messagesOf(shown.first(at), question->text);
    const qint32 dropped = shown.constLast().record.droppedTurns;
    return withoutOldestTurns(messages, static_cast<std::size_t>(std::max(dropped, 0)));
}

void ChatService::measureNow()
{
    const auto context = static_cast<qint32>(m_state->with.inference.status().contextLength);
    m_state->measure =
        m_state->with.inference.measurePrompt({.purpose = MeasurePurpose::Meter,
                                               .messages = messagesOf(m_state->transcript, m_state->draft),
                                               .reserve = answerReserve(context)});
}

} // namespace app
