// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare_service.h"

#include "app/assistant_service.h"
#include "app/chat_service.h"
#include "app/chat_turn.h"
#include "app/inference_port.h"
#include "app/model_service.h"
#include "app/thread_guard.h"

#include <algorithm>
#include <array>

namespace app {

struct CompareService::State {
    explicit State(Collaborators collaborators)
        : with(collaborators)
    {
    }

    Collaborators with;
    std::array<CompareSide, 2> sides;
    QString question;
    QList<MessageValue> path; ///< before the question
    ConversationId conversation;
    OverflowPolicy policy = OverflowPolicy::Ask;
    MessageId firstAnswer; ///< valid: the question is stored, further answers stand beside this one
    std::uint64_t seed = 0;
    QList<int> queue; ///< sides that are still to be asked
    int current = -1; ///< the side that is being asked

    [[nodiscard]] CompareSide &asked() { return sides.at(static_cast<std::size_t>(current)); }
};

CompareService::CompareService(Collaborators collaborators, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(collaborators))
{
    ChatService &chat = collaborators.chat;
    connect(&chat, &ChatService::turnCommitted, this, [this](MessageId answer) {
        if (m_state->current < 0)
            return;
        m_state->asked().message = answer;
        m_state->conversation = m_state->with.chat.turnConversation();
        if (!m_state->firstAnswer.isValid())
            m_state->firstAnswer = answer;
        onStatus();
    });
    connect(&chat, &ChatService::answerGrew, this,
            [this](MessageId answer, const QString &thinking, const QString &text) {
                if (m_state->current < 0 || answer != m_state->asked().message)
                    return;
                CompareSide &side = m_state->asked();
                side.state = CompareState::Writing;
                side.thinking += thinking;
                side.text += text;
                side.tokensPerSecond = m_state->with.chat.tokensPerSecond();
                Q_EMIT changed();
            });
    connect(&chat, &ChatService::stateChanged, this, &CompareService::onStatus);
    connect(&chat, &ChatService::prefillProgressChanged, this, &CompareService::onStatus);
    connect(&collaborators.inference, &InferencePort::statusChanged, this, &CompareService::onStatus);
    connect(&chat, &ChatService::sendRefused, this,
            [this](const QString &, const Failure &failure, const PromptFit &) { onRefused(failure); });
    connect(&chat, &ChatService::turnEnded, this, &CompareService::onEnded);
    connect(&collaborators.models, &ModelService::modelsChanged, this, &CompareService::choiceChanged);
}

CompareService::~CompareService() = default;

const CompareSide &CompareService::side(int number) const
{
    return m_state->sides.at(static_cast<std::size_t>(std::clamp(number, 0, 1)));
}

QString CompareService::question() const
{
    return m_state->question;
}

bool CompareService::isRunning() const
{
    return m_state->current >= 0 || !m_state->queue.isEmpty();
}

bool CompareService::fitTogether() const
{
    const ModelService &models = m_state->with.models;
    const ModelCard *one = models.find(left().modelId);
    const ModelCard *other = models.find(right().modelId);
    if (one == nullptr || other == nullptr || one == other)
        return true;
    return models.fitsBeside(*one, *other);
}

QString CompareService::obstacle() const
{
    for (const CompareSide &one : m_state->sides) {
        const ModelCard *card = m_state->with.models.find(one.modelId);
        if (card == nullptr)
            return tr("Choose a model for each side.");
        if (!card->usable)
            return tr("%1 cannot be used: %2.").arg(card->name, card->failure.title);
        if (card->fit == FitLevel::WontFit)
            return tr("%1 does not fit this computer. Choose another model for that side.").arg(card->name);
    }
    const CompareSide &one = left();
    const CompareSide &other = right();
    if (one.modelId == other.modelId && one.assistant == other.assistant &&
        qFuzzyCompare(one.temperature + 2.0, other.temperature + 2.0))
        return tr("Both sides are the same. Choose another model, assistant or setting for one of them.");
    return {};
}

void CompareService::prepare()
{
    expectThread(this);
    if (isRunning())
        return;
    const ModelService &models = m_state->with.models;
    const AssistantId assistant = m_state->with.chat.assistant();
    const QString chosen = models.chosenId();
    const auto fits = [&](const ModelCard &card) {
        return card.usable && card.fit != FitLevel::WontFit && card.id != chosen;
    };
    const auto other = std::ranges::find_if(models.models(), fits);
    m_state->sides = {};
    m_state->question.clear();
    m_state->sides[0].modelId = chosen;
    m_state->sides[1].modelId = other == models.models().end() ? chosen : other->id;
    for (CompareSide &one : m_state->sides)
        one.assistant = assistant;
    Q_EMIT changed();
    Q_EMIT choiceChanged();
}

void CompareService::chooseModel(int side, const QString &modelId)
{
    if (isRunning())
        return;
    m_state->sides.at(static_cast<std::size_t>(side)).modelId = modelId;
    Q_EMIT changed();
    Q_EMIT choiceChanged();
}

void CompareService::chooseAssistant(int side, AssistantId id)
{
    if (isRunning())
        return;
    CompareSide &chosen = m_state->sides.at(static_cast<std::size_t>(side));
    chosen.assistant = id;
    const AssistantValue assistant = m_state->with.assistants.assistant(id);
    if (const ModelCard *card = m_state->with.models.find(assistant.modelPath); card != nullptr && card->usable)
        chosen.modelId = card->id;
    Q_EMIT changed();
    Q_EMIT choiceChanged();
}

void CompareService::chooseTemperature(int side, double temperature)
{
    if (isRunning())
        return;
    m_state->sides.at(static_cast<std::size_t>(side)).temperature = temperature;
    Q_EMIT changed();
    Q_EMIT choiceChanged();
}

AssistantValue CompareService::assistantOf(const CompareSide &side) const
{
    AssistantValue assistant = m_state->with.assistants.assistant(side.assistant);
    const ModelCard *card = m_state->with.models.find(side.modelId);
    // Adapters go with the assistant's own model alone.
    if (card != nullptr && card->path != assistant.modelPath)
        assistant.adapters.clear();
    assistant.modelPath = card != nullptr ? card->path : QString();
    if (side.temperature >= 0.0)
        assistant.sampling.temperature = static_cast<float>(side.temperature);
    // Where chance decides, it decides alike on both sides.
    if (!assistant.sampling.seed)
        assistant.sampling.seed = m_state->seed;
    return assistant;
}

bool CompareService::isFaster(const CompareSide &one, const CompareSide &other) const
{
    const ModelService &models = m_state->with.models;
    const ModelCard *mine = models.find(one.modelId);
    const ModelCard *theirs = models.find(other.modelId);
    if (mine == nullptr || theirs == nullptr)
        return false;
    // What was measured here goes before what sizes let one expect.
    if (mine->decodeTps > 0.0 && theirs->decodeTps > 0.0)
        return mine->decodeTps > theirs->decodeTps;
    return mine->fileBytes < theirs->fileBytes;
}

void CompareService::start(const QString &question)
{
    expectThread(this);
    State &state = *m_state;
    if (isRunning() || question.trimmed().isEmpty() || !obstacle().isEmpty() || state.with.chat.isBusy())
        return;
    state.question = question;
    state.path = state.with.chat.transcript();
    state.conversation = state.with.chat.conversation();
    state.policy = state.with.chat.overflowPolicy();
    state.firstAnswer = {};
    state.seed = randomSeed();
    for (CompareSide &one : state.sides) {
        const CompareSide chosen = one;
        one = {.modelId = chosen.modelId,
               .assistant = chosen.assistant,
               .temperature = chosen.temperature,
               .state = CompareState::Waiting};
    }
    state.queue = isFaster(state.sides[1], state.sides[0]) ? QList<int>{1, 0} : QList<int>{0, 1};
    next();
}

void CompareService::next()
{
    State &state = *m_state;
    if (state.current >= 0)
        return;
    if (state.queue.isEmpty()) {
        state.with.chat.followAssistant();
        Q_EMIT changed();
        return;
    }
    state.current = state.queue.takeFirst();
    CompareSide &side = state.asked();
    side.state = CompareState::Loading;
    TurnRequest request{.kind = TurnKind::Send,
                        .conversation = state.conversation,
                        .text = state.question,
                        .path = state.path,
                        .assistant = assistantOf(side),
                        .policy = state.policy};
    if (state.firstAnswer.isValid()) {
        request.kind = TurnKind::Regenerate;
        request.target = state.firstAnswer;
        request.text.clear();
        request.path.append({.conversation = state.conversation, .role = MessageRole::User, .text = state.question});
        request.askModel = true;
    }
    Q_EMIT changed();
    state.with.chat.ask(std::move(request));
}

void CompareService::onStatus()
{
    if (m_state->current < 0)
        return;
    CompareSide &side = m_state->asked();
    const ModelStatus &status = m_state->with.inference.status();
    const TurnState turn = m_state->with.chat.state();
    const CompareState before = side.state;
    const double progress = side.progress;
    if (turn == TurnState::Preparing || turn == TurnState::Retrieving) {
        side.state = status.phase == ModelPhase::Loading ? CompareState::Loading : CompareState::Reading;
        side.progress = status.phase == ModelPhase::Loading ? status.progress : 0.0;
    } else if (turn == TurnState::Prefilling) {
        side.state = CompareState::Reading;
        side.progress = m_state->with.chat.prefillProgress();
    }
    if (side.state != before || !qFuzzyCompare(progress + 1.0, side.progress + 1.0))
        Q_EMIT changed();
}

void CompareService::endSide(CompareState state)
{
    m_state->asked().state = state;
    // Whoever asked for this is not called back in the middle of it.
    QMetaObject::invokeMethod(this, &CompareService::next, Qt::QueuedConnection);
    m_state->current = -1;
    Q_EMIT changed();
}

void CompareService::onRefused(const Failure &failure)
{
    if (m_state->current < 0)
        return;
    m_state->asked().failure = failure;
    endSide(CompareState::Failed);
}

void CompareService::onEnded(const MessageValue &answer)
{
    if (m_state->current < 0 || answer.id != m_state->asked().message)
        return;
    CompareSide &side = m_state->asked();
    side.record = answer.record;
    side.text = answer.text;
    side.thinking = answer.thinking;
    side.tokensPerSecond = answer.record.tokensPerSecond;
    side.failure = answer.failure;
    endSide(answer.state == MessageState::Failed    ? CompareState::Failed
            : answer.state == MessageState::Stopped ? CompareState::Stopped
                                                    : CompareState::Done);
}

void CompareService::stop(int side)
{
    expectThread(this);
    if (side == m_state->current) {
        m_state->with.chat.stop();
        return;
    }
    if (m_state->queue.removeAll(side) > 0) {
        m_state->sides.at(static_cast<std::size_t>(side)).state = CompareState::Stopped;
        Q_EMIT changed();
    }
}

void CompareService::stopAll()
{
    for (const int side : QList<int>(m_state->queue))
        stop(side);
    if (m_state->current >= 0)
        stop(m_state->current);
}

void CompareService::keep(int side)
{
    expectThread(this);
    const CompareSide &chosen = this->side(side);
    if (isRunning() || !chosen.message.isValid())
        return;
    ChatService &chat = m_state->with.chat;
    // Opening it brings the assistant's own model; the one that gave the answer goes before that.
    connect(
        &chat, &ChatService::conversationChanged, this,
        [this, id = chosen.modelId] {
            if (m_state->with.models.chosenId() != id)
                m_state->with.models.choose(id);
        },
        Qt::SingleShotConnection);
    chat.openAt(m_state->conversation, chosen.message, chosen.assistant);
    Q_EMIT kept();
}

} // namespace app
