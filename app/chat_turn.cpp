// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/chat_turn.h"

#include "app/grounding_convert.h"
#include "app/model_provenance.h"
#include "app/model_service.h"
#include "app/prompt_builder.h"
#include "app/store_convert.h"
#include "app/store_thread.h"
#include "app/turn_grounding.h"
#include "app/turn_store.h"

#include <QDateTime>

#include <chrono>

namespace app {

namespace {

using namespace std::chrono_literals;

// With the time of a commit this stays below the 250 ms that a crash may cost.
constexpr auto kJournalInterval = 150ms;
constexpr auto kSaveAgain = 2s;
/// Of the context, for passages: a conversation that leaves no room for them cannot be about documents.
constexpr qint32 kSourcesShare = 4;

storage::MessageState storedState(TurnState state)
{
    switch (state) {
    case TurnState::Failed:
        return storage::MessageState::Failed;
    case TurnState::Stopped:
        return storage::MessageState::Stopped;
    default:
        return storage::MessageState::Complete;
    }
}

bool isEmpty(const storage::JournalEntry &entry)
{
    return entry.tokens.empty() && entry.text.empty() && entry.thinking.empty();
}

MessageState shownState(TurnState state)
{
    switch (state) {
    case TurnState::Failed:
        return MessageState::Failed;
    case TurnState::Stopped:
        return MessageState::Stopped;
    default:
        return MessageState::Complete;
    }
}

} // namespace

ChatTurn::ChatTurn(Collaborators collaborators, TurnRequest request, QObject *parent)
    : QObject(parent)
    , m_with(collaborators)
    , m_request(std::move(request))
    , m_grounding(new TurnGrounding(m_with.store, m_with.retrieval, m_request, this))
    , m_messages(buildMessages(m_request.assistant.instructions, m_request.path, m_request.text))
{
    prepareGrounding();
    m_journalTimer.setSingleShot(true);
    m_journalTimer.setTimerType(Qt::PreciseTimer);
    m_saveTimer.setSingleShot(true);
    connect(&m_journalTimer, &QTimer::timeout, this, &ChatTurn::writeJournal);
    connect(&m_saveTimer, &QTimer::timeout, this, &ChatTurn::save);
    connect(&m_with.inference, &InferencePort::promptMeasured, this, &ChatTurn::onMeasured);
    connect(&m_with.inference, &InferencePort::began, this, &ChatTurn::onBegan);
    connect(&m_with.inference, &InferencePort::textArrived, this, &ChatTurn::onText);
    connect(&m_with.inference, &InferencePort::finished, this, &ChatTurn::onFinished);
    connect(&m_with.inference, &InferencePort::prefillProgressed, this,
            [this](GenerationId id, const PrefillProgress &progress) {
                if (id != m_generation || progress.promptTokens <= 0)
                    return;
                m_prefillProgress = static_cast<double>(progress.doneTokens) / progress.promptTokens;
                Q_EMIT progressed();
            });
    connect(&m_with.provenance, &ModelProvenance::known, this, &ChatTurn::completeRecord);
}

void ChatTurn::prepareGrounding()
{
    // What comes after a stop comes too late.
    const auto on = [this](auto signal, auto handle) {
        connect(m_grounding, signal, this, [this, handle](const auto &...values) {
            if (!m_ended)
                handle(values...);
        });
    };
    connect(m_grounding, &TurnGrounding::ready, this, &ChatTurn::begin);
    on(&TurnGrounding::failed, [this](const Failure &failure) {
        if (m_committed)
            end(TurnState::Failed, failure);
        else
            refuse(failure, {});
    });
    on(&TurnGrounding::answered, [this](const QString &text) { answerWith(text); });
    on(&TurnGrounding::found, [this] {
        m_messages = m_grounding->messages(m_droppedTurns > 0);
        measure();
    });
    on(&TurnGrounding::kept, [this] {
        m_kept = true;
        m_grounding->show(m_answer);
        if (m_grounding->hasAnswered()) {
            end(TurnState::Done, {});
            return;
        }
        Q_EMIT changed();
        goOn();
    });
    connect(m_grounding, &TurnGrounding::checked, this, [this](const AnswerFindings &findings) {
        setFindings(m_answer, findings);
        Q_EMIT changed();
    });
}

bool ChatTurn::isRunning() const
{
    return m_state == TurnState::Preparing || m_state == TurnState::Retrieving || m_state == TurnState::Prefilling ||
           m_state == TurnState::Generating;
}

bool ChatTurn::isSettled() const
{
    return m_saved && !m_grounding->isChecking() && (!m_end.record || !m_end.record->modelSha256.empty());
}

void ChatTurn::setState(TurnState state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged();
}

void ChatTurn::start()
{
    setState(TurnState::Preparing);
    m_grounding->prepare();
}

void ChatTurn::refuse(const Failure &failure, const PromptFit &fit)
{
    setState(TurnState::Idle);
    Q_EMIT refused(failure, fit);
}

void ChatTurn::begin()
{
    if (m_grounding->isAboutFiles()) {
        commit();
        return;
    }
    if (m_with.models.chosenId().isEmpty() && !m_with.models.isScanning()) {
        refuse(noModelFailure(), {});
        return;
    }
    m_with.models.ensureLoaded();
    if (m_grounding->isAbout())
        m_messages = m_grounding->messages(false);
    // A model that is ready says at once whether the prompt fits, so an overflow is announced before anything is
    // stored. Loading may take minutes: then the question is kept first.
    if (m_with.inference.status().phase == ModelPhase::Ready)
        measure();
    else
        commit();
}

void ChatTurn::measure()
{
    const auto context = static_cast<qint32>(m_with.inference.status().contextLength);
    const bool withSources = m_state == TurnState::Retrieving;
    qint32 reserve = answerReserve(context);
    if (m_grounding->isAbout() && !withSources)
        reserve += context / kSourcesShare;
    m_measure = m_with.inference.measurePrompt(
        {.purpose = MeasurePurpose::Turn,
         .messages =
             withSources ? withoutOldestTurns(m_messages, static_cast<std::size_t>(m_droppedTurns)) : m_messages,
         .reserve = reserve});
}

void ChatTurn::onMeasured(MeasureId id, const PromptFit &fit)
{
    if (id != m_measure || m_ended)
        return;
    m_measure = {};
    if (m_state == TurnState::Retrieving) {
        onSourcesMeasured(fit);
        return;
    }
    if (m_state != TurnState::Preparing)
        return;
    m_measured = true;
    m_promptTokens = fit.promptTokens;
    Failure failure = fit.failure;
    if (failure.isEmpty() && !fit.fits) {
        if (!fit.possible)
            failure = promptTooLongFailure(fit.tokensAfterDrop, fit.contextLength);
        else if (m_request.policy == OverflowPolicy::Ask)
            failure = overflowFailure(fit.promptTokens, fit.contextLength);
        else
            m_droppedTurns = fit.turnsToDrop;
        m_promptTokens = fit.tokensAfterDrop;
    }
    if (!failure.isEmpty()) {
        if (m_committed)
            end(TurnState::Failed, failure);
        else
            refuse(failure, fit);
        return;
    }
    if (m_committed)
        goOn();
    else
        commit();
}

void ChatTurn::onSourcesMeasured(const PromptFit &fit)
{
    if (!fit.failure.isEmpty())
        end(TurnState::Failed, fit.failure);
    else if (fit.fits)
        m_grounding->keep(m_answer.id);
    else if (m_grounding->citableIds() > 0)
        m_grounding->shrink();
    else
        end(TurnState::Failed, promptTooLongFailure(fit.promptTokens, fit.contextLength));
}

// The question is on disk, and where a model is to answer it, its prompt without documents fits.
void ChatTurn::goOn()
{
    if (!m_grounding->isAbout() || m_kept) {
        generate();
        return;
    }
    setState(TurnState::Retrieving);
    if (m_grounding->isAboutFiles()) {
        m_grounding->list();
        return;
    }
    const auto context = static_cast<qint32>(m_with.inference.status().contextLength);
    m_grounding->retrieve(context, m_promptTokens, answerReserve(context));
}

// The model is not asked.
void ChatTurn::answerWith(const QString &text)
{
    m_answer.text = text;
    m_grounding->show(m_answer);
    Q_EMIT textAppended({}, text);
    m_grounding->keep(m_answer.id);
}

void ChatTurn::commit()
{
    std::optional<storage::AnswerRecord> record;
    if (m_measured && !m_grounding->isAbout() && m_with.inference.status().phase == ModelPhase::Ready)
        record = prepare();
    m_with.store.run([request = m_request, record](Stores &stores) { return storeTurn(stores, request, record); })
        .then(this, [this, record](const storage::Result<CommittedTurn> &done) {
            if (!done) {
                refuse(failureFrom(done.error()), {});
                return;
            }
            m_committed = true;
            m_begun = record;
            m_request.conversation = fromStore(done->conversation);
            QList<MessageValue> path;
            for (const storage::PathMessage &row : done->path) {
                path.append(messageFrom(row));
                if (row.message.id == done->answer)
                    m_answer = path.constLast();
            }
            Q_EMIT committed(path);
            if (m_stopWanted) {
                end(TurnState::Stopped, {});
                return;
            }
            const ModelStatus &status = m_with.inference.status();
            if (m_grounding->isAboutFiles() || (status.phase == ModelPhase::Ready && m_measured)) {
                goOn();
                return;
            }
            connect(&m_with.inference, &InferencePort::statusChanged, this, &ChatTurn::onStatus);
            onStatus(status);
        });
}

void ChatTurn::onStatus(const ModelStatus &status)
{
    if (m_state != TurnState::Preparing || m_ended || m_measure != MeasureId{})
        return;
    if (status.phase == ModelPhase::Ready)
        measure();
    else if (status.phase == ModelPhase::Failed)
        end(TurnState::Failed, status.failure);
    else if (status.phase == ModelPhase::None && !m_with.models.isScanning() && m_with.models.chosenId().isEmpty())
        end(TurnState::Failed, noModelFailure());
}

storage::AnswerRecord ChatTurn::recordOf(const GenerationOutcome &outcome) const
{
    const ModelStatus &status = m_with.inference.status();
    return recordFor(outcome, {.modelName = m_model.name,
                               .modelPath = m_model.path,
                               .modelId = m_model.id.isEmpty() ? status.modelId : m_model.id,
                               .modelSha256 = m_with.provenance.sha256(m_model),
                               .modelBytes = static_cast<qint64>(m_model.fileBytes),
                               .modelModifiedMs = m_model.fileModifiedMs,
                               .droppedTurns = m_droppedTurns,
                               .loadMs = status.loadMs,
                               .now = m_now});
}

// What is known while the answer is being made. Its tokens are the journal's.
storage::AnswerRecord ChatTurn::begunRecordOf(const GenerationOutcome &outcome) const
{
    storage::AnswerRecord record = recordOf(outcome);
    record.finishReason.clear();
    record.generatedTokens.clear();
    return record;
}

// Fills in m_work, and says of the answer what is known before it begins. Time and seed are drawn once for a turn.
storage::AnswerRecord ChatTurn::prepare()
{
    if (m_now == 0)
        m_now = QDateTime::currentSecsSinceEpoch();
    if (const ModelCard *card = m_with.models.find(m_with.inference.status().modelId))
        m_model = *card;
    SamplingOverrides sampling = m_request.assistant.sampling;
    if (m_work.exactSampling)
        sampling.seed = m_work.exactSampling->seed;
    m_work = {};
    m_work.messages = withoutOldestTurns(m_messages, static_cast<std::size_t>(m_droppedTurns));
    m_work.sampling = sampling;
    m_work.citableIds = m_grounding->citableIds();
    m_work.now = m_now;
    const GenerationOutcome planned = m_with.inference.plan(m_work);
    m_work.exactSampling = planned.sampling;
    return begunRecordOf(planned);
}

void ChatTurn::generate()
{
    const storage::AnswerRecord record = prepare();
    if (!m_model.id.isEmpty())
        m_with.provenance.ensure(m_model);
    if (m_begun == record) {
        launch();
        return;
    }
    // The question was stored before the model was there.
    m_with.store
        .run([answer = toStore(m_answer.id), record](Stores &stores) {
            return stores.messages.putRecord(answer, record);
        })
        .then(this, [this, record](const storage::Result<void> &written) {
            if (written)
                m_begun = record;
            else
                Q_EMIT savingFailed(failureFrom(written.error()));
            launch();
        });
}

void ChatTurn::launch()
{
    // Stopped, or launched by a newer measurement, while the record was on its way.
    if (m_ended || (m_state != TurnState::Preparing && m_state != TurnState::Retrieving))
        return;
    setState(TurnState::Prefilling);
    m_generation = m_with.inference.generate(m_work);
}

void ChatTurn::stop()
{
    if (m_ended)
        return;
    switch (m_state) {
    case TurnState::Preparing:
    case TurnState::Retrieving:
        if (m_committed)
            end(TurnState::Stopped, {});
        else
            m_stopWanted = true;
        break;
    case TurnState::Prefilling:
    case TurnState::Generating:
        m_with.inference.cancel(m_generation);
        break;
    default:
        break;
    }
}

void ChatTurn::takeDocuments(const ConversationDocuments &documents)
{
    if (m_state == TurnState::Retrieving && !m_ended)
        m_grounding->takeDocuments(documents);
}

void ChatTurn::onBegan(GenerationId id, const GenerationOutcome &outcome)
{
    if (id != m_generation || m_ended)
        return;
    m_news = begunRecordOf(outcome);
    scheduleJournal();
}

void ChatTurn::onText(GenerationId id, const TextDelta &delta)
{
    if (id != m_generation || m_ended)
        return;
    setState(TurnState::Generating);
    if (!delta.thinking.isEmpty() && !m_thinkingClock.isValid())
        m_thinkingClock.start();
    if (!delta.answer.isEmpty() && m_thinkingClock.isValid() && m_answer.record.thinkingMs <= 0.0)
        m_answer.record.thinkingMs = static_cast<double>(m_thinkingClock.elapsed());
    m_answer.thinking += delta.thinking;
    m_answer.text += delta.answer;
    m_tokensPerSecond = delta.tokensPerSecond;
    m_entry.tokens.insert(m_entry.tokens.end(), delta.tokens.begin(), delta.tokens.end());
    m_entry.text += delta.answer.toStdString();
    m_entry.thinking += delta.thinking.toStdString();
    Q_EMIT textAppended(delta.thinking, delta.answer);
    Q_EMIT progressed();
    scheduleJournal();
}

void ChatTurn::scheduleJournal()
{
    if (!m_writing && !m_ended && !m_journalTimer.isActive())
        m_journalTimer.start(kJournalInterval);
}

bool ChatTurn::hasUnwritten() const
{
    return m_news || !isEmpty(m_entry);
}

// The record goes first: no text is ever on disk without the prompt that it answers.
void ChatTurn::writeJournal()
{
    if (m_ended || !hasUnwritten())
        return;
    m_writing = true;
    std::optional<storage::AnswerRecord> news = std::exchange(m_news, {});
    storage::JournalEntry entry;
    entry.sequence = m_entry.sequence;
    if (!isEmpty(m_entry)) {
        entry = std::move(m_entry);
        m_entry = {.sequence = entry.sequence + 1, .tokens = {}, .text = {}, .thinking = {}};
    }
    m_with.store
        .run([answer = toStore(m_answer.id), news, entry](Stores &stores) -> storage::Result<void> {
            if (news) {
                if (auto put = stores.messages.putRecord(answer, *news); !put)
                    return put;
            }
            if (isEmpty(entry))
                return {};
            return stores.messages.appendJournal(answer, entry);
        })
        .then(this, [this, news, entry](const storage::Result<void> &written) mutable {
            m_writing = false;
            // The end carries the whole text, so what the journal missed no longer matters.
            if (m_ended)
                return;
            if (!written) {
                // Back to the front of what waits, under the same number.
                if (!m_news)
                    m_news = std::move(news);
                entry.tokens.insert(entry.tokens.end(), m_entry.tokens.begin(), m_entry.tokens.end());
                entry.text += m_entry.text;
                entry.thinking += m_entry.thinking;
                m_entry = std::move(entry);
                Q_EMIT savingFailed(failureFrom(written.error()));
            } else if (!isEmpty(entry)) {
                m_journalledBytes += static_cast<qsizetype>(entry.text.size());
                Q_EMIT journalled(m_journalledBytes);
            }
            if (hasUnwritten())
                scheduleJournal();
        });
}

void ChatTurn::onFinished(GenerationId id, const GenerationOutcome &outcome)
{
    if (id != m_generation || m_ended)
        return;
    m_end.record = recordOf(outcome);
    m_tokensPerSecond = outcome.tokensPerSecond;
    if (outcome.failure)
        end(TurnState::Failed, *outcome.failure);
    else
        end(outcome.finish == inference::FinishReason::Cancelled ? TurnState::Stopped : TurnState::Done, {});
}

void ChatTurn::end(TurnState state, const Failure &failure)
{
    m_ended = true;
    m_grounding->stop();
    m_journalTimer.stop();
    if (m_thinkingClock.isValid() && m_answer.record.thinkingMs <= 0.0)
        m_answer.record.thinkingMs = static_cast<double>(m_thinkingClock.elapsed());
    m_end.state = storedState(state);
    m_end.content = m_answer.text.toStdString();
    m_end.thinking = m_answer.thinking.toStdString();
    m_end.thinkingMs = static_cast<std::int64_t>(m_answer.record.thinkingMs);
    m_end.errorCode = failure.code.toStdString();
    m_end.errorDetail = failure.details.toStdString();
    m_answer.state = shownState(state);
    m_answer.failure = failure;
    if (m_end.record) {
        const double thinkingMs = m_answer.record.thinkingMs;
        m_answer.record = recordFrom(*m_end.record);
        m_answer.record.thinkingMs = thinkingMs;
        m_answer.record.tokensPerSecond = m_tokensPerSecond;
    }
    m_finalState = state;
    m_finalFailure = failure;
    save();
}

void ChatTurn::save()
{
    m_with.store
        .run([answer = toStore(m_answer.id), end = m_end](Stores &stores) {
            return stores.messages.finish(answer, end);
        })
        .then(this,
              [this, named = m_end.record && !m_end.record->modelSha256.empty()](const storage::Result<void> &saved) {
                  if (saved) {
                      m_saved = true;
                      if (m_end.record && !named && !m_end.record->modelSha256.empty())
                          saveRecord();
                      m_answer.failure = m_finalFailure;
                      m_answer.state = shownState(m_finalState);
                      m_grounding->check(m_answer);
                  } else {
                      // The text stays on the screen and in memory, and the message says why it is not kept yet.
                      m_answer.state = MessageState::Failed;
                      m_answer.failure = failureFrom(saved.error());
                      m_saveTimer.start(kSaveAgain);
                  }
                  setState(m_finalState);
                  if (!std::exchange(m_announced, true))
                      Q_EMIT ended();
                  else
                      Q_EMIT changed();
              });
}

void ChatTurn::completeRecord(const QString &path, const QString &sha256)
{
    if (!m_end.record || path != m_model.path || !m_end.record->modelSha256.empty())
        return;
    m_end.record->modelSha256 = sha256.toStdString();
    m_answer.record.modelSha256 = sha256;
    // Before that the record is on its way to the disk without the hash, or not yet.
    if (!m_saved)
        return;
    // At once, since nothing more comes of the model's provenance that others could wait for.
    Q_EMIT changed();
    saveRecord();
}

void ChatTurn::saveRecord()
{
    m_with.store
        .run([answer = toStore(m_answer.id), record = *m_end.record](Stores &stores) {
            return stores.messages.putRecord(answer, record);
        })
        .then(this, [this](const storage::Result<void> &) { Q_EMIT changed(); });
}

} // namespace app
