// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_writer.h"

#include "app/model_provenance.h"
#include "app/model_service.h"
#include "app/thread_guard.h"

#include <QJsonDocument>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace app {

namespace {

/// Without a seed of its own what is written would be another text each time, and nothing of it could be kept.
constexpr std::uint64_t kSeed = 1;

SamplingOverrides withSeed(SamplingOverrides sampling)
{
    if (!sampling.seed)
        sampling.seed = kSeed;
    return sampling;
}

Failure cancelled(const char *detail)
{
    return failureFromCode(QStringLiteral("inference.cancelled"), QString::fromLatin1(detail));
}

/// A result on its way from the GUI thread to a thread that waits. The waiter may give up; what comes then is dropped.
template <class T>
class Pending {
public:
    /// GUI thread.
    void put(std::expected<T, Failure> result)
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_result)
            m_result = std::move(result);
        m_changed.notify_all();
    }
    /// GUI thread: runs `function` while the waiter waits, and not once it has given up.
    template <class Function>
    void whileWaiting(Function &&function)
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_abandoned)
            function();
    }
    /// The waiter; blocks until there is a result or `stop`.
    std::expected<T, Failure> take(const std::stop_token &stop)
    {
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, stop, [this] { return m_result.has_value(); })) {
            m_abandoned = true;
            return std::unexpected(cancelled("stopped"));
        }
        return std::move(*m_result);
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::optional<std::expected<T, Failure>> m_result;
    bool m_abandoned = false;
};

struct Writing {
    GenerationId id{};
    std::string text;
    bool enough = false; ///< the reader has seen all that it wants
    std::function<bool(const std::string &)> onText;
    Pending<WrittenText> pending;
};

} // namespace

struct EngineWriter::State {
    InferencePort &inference;
    ModelService &models;
    ModelProvenance &provenance;
    SamplingOverrides sampling = withSeed({});

    // GUI thread.
    std::shared_ptr<Pending<ReadyModel>> preparing = {};
    QString modelId = {}; ///< that was prepared
    std::shared_ptr<Writing> writing = {};
    MeasureId counting{};
    std::shared_ptr<Pending<std::vector<std::int32_t>>> counts = {};
    MeasureId measuring{};
    std::shared_ptr<Pending<std::int32_t>> measure = {};
};

EngineWriter::EngineWriter(InferencePort &inference, ModelService &models, ModelProvenance &provenance, QObject *parent)
    : QObject(parent)
    , m_state(new State{.inference = inference, .models = models, .provenance = provenance})
{
    connect(&inference, &InferencePort::statusChanged, this, &EngineWriter::advancePrepare);
    connect(&provenance, &ModelProvenance::known, this, &EngineWriter::advancePrepare);
    connect(&provenance, &ModelProvenance::idle, this, &EngineWriter::advancePrepare);
    connect(&inference, &InferencePort::textArrived, this, &EngineWriter::onText);
    connect(&inference, &InferencePort::finished, this, &EngineWriter::onFinished);
    connect(&inference, &InferencePort::tokensCounted, this, [this](MeasureId id, const std::vector<qint32> &tokens) {
        if (id == m_state->counting && m_state->counts)
            std::exchange(m_state->counts, {})->put(tokens);
    });
    connect(&inference, &InferencePort::promptMeasured, this, [this](MeasureId id, const PromptFit &fit) {
        if (id != m_state->measuring || !m_state->measure)
            return;
        const auto measure = std::exchange(m_state->measure, {});
        if (fit.failure.isEmpty())
            measure->put(fit.promptTokens);
        else
            measure->put(std::unexpected(fit.failure));
    });
}

EngineWriter::~EngineWriter() = default;

void EngineWriter::setSampling(const SamplingOverrides &sampling)
{
    expectThread(this);
    m_state->sampling = withSeed(sampling);
}

std::expected<ReadyModel, Failure> EngineWriter::prepare(const std::stop_token &stop)
{
    expectOtherThread(this);
    const auto pending = std::make_shared<Pending<ReadyModel>>();
    QMetaObject::invokeMethod(this, [this, pending] {
        m_state->preparing = pending;
        beginPrepare();
    });
    return pending->take(stop);
}

void EngineWriter::beginPrepare()
{
    if (m_state->models.chosenId().isEmpty() && !m_state->models.isScanning()) {
        std::exchange(m_state->preparing, {})->put(std::unexpected(noModelFailure()));
        return;
    }
    m_state->models.ensureLoaded();
    advancePrepare();
}

void EngineWriter::advancePrepare()
{
    if (!m_state->preparing)
        return;
    const ModelStatus &status = m_state->inference.status();
    if (status.phase == ModelPhase::Failed) {
        std::exchange(m_state->preparing, {})->put(std::unexpected(status.failure));
        return;
    }
    const ModelCard *card = m_state->models.find(status.modelId);
    if (status.phase != ModelPhase::Ready || card == nullptr)
        return;
    m_state->provenance.ensure(*card);
    const QString hash = m_state->provenance.sha256(*card);
    if (hash.isEmpty() && m_state->provenance.isComputing())
        return;
    // A file that changes while it is hashed has no hash; its state tells it from what it was.
    finishPrepare(hash.isEmpty() ? card->path.toStdString() + '\n' + std::to_string(card->fileBytes) + '\n' +
                                       std::to_string(card->fileModifiedMs)
                                 : hash.toStdString());
}

void EngineWriter::finishPrepare(const std::string &modelHash)
{
    const ModelStatus &status = m_state->inference.status();
    m_state->modelId = status.modelId;
    GenerationRequest request;
    request.sampling = m_state->sampling;
    const GenerationOutcome plan = m_state->inference.plan(request);
    std::string key = modelHash + '\n' + plan.templateSha256.toStdString() + '\n' +
                      QJsonDocument(toJson(plan.sampling)).toJson(QJsonDocument::Compact).toStdString();
    for (const UsedAdapter &adapter : plan.adapters)
        key += '\n' + adapter.sha256.toStdString() + ' ' + std::to_string(adapter.scale);
    std::exchange(m_state->preparing, {})
        ->put(ReadyModel{.contextLength = static_cast<std::int32_t>(status.contextLength), .key = std::move(key)});
}

std::expected<std::vector<std::int32_t>, Failure> EngineWriter::countTokens(std::vector<std::string> texts,
                                                                            const std::stop_token &stop)
{
    expectOtherThread(this);
    const auto pending = std::make_shared<Pending<std::vector<std::int32_t>>>();
    const std::size_t wanted = texts.size();
    QMetaObject::invokeMethod(this, [this, pending, counted = std::move(texts)]() mutable {
        m_state->counts = pending;
        m_state->counting = m_state->inference.countTokens(std::move(counted));
    });
    auto counts = pending->take(stop);
    if (counts && counts->size() != wanted)
        return std::unexpected(cancelled("the model was unloaded"));
    return counts;
}

std::expected<std::int32_t, Failure> EngineWriter::countPrompt(const std::vector<inference::Message> &messages,
                                                               const std::stop_token &stop)
{
    expectOtherThread(this);
    const auto pending = std::make_shared<Pending<std::int32_t>>();
    QMetaObject::invokeMethod(this, [this, pending, messages] {
        m_state->measure = pending;
        m_state->measuring =
            m_state->inference.measurePrompt({.purpose = MeasurePurpose::Turn, .messages = messages, .reserve = 0});
    });
    return pending->take(stop);
}

std::expected<WrittenText, Failure> EngineWriter::write(const WritingTask &task,
                                                        const std::function<bool(const std::string &)> &onText,
                                                        const std::stop_token &stop)
{
    expectOtherThread(this);
    const auto writing = std::make_shared<Writing>();
    writing->onText = onText;
    GenerationRequest request;
    request.messages = task.messages;
    request.maxTokens = task.maxTokens;
    request.thinking = false;
    request.citableIds = static_cast<quint32>(std::max(task.citableIds, 0));
    QMetaObject::invokeMethod(this, [this, writing, wanted = std::move(request)]() mutable {
        const ModelStatus &status = m_state->inference.status();
        if (status.phase != ModelPhase::Ready || status.modelId != m_state->modelId) {
            writing->pending.put(std::unexpected(cancelled("another model was loaded")));
            return;
        }
        wanted.sampling = m_state->sampling;
        m_state->writing = writing;
        writing->id = m_state->inference.generate(wanted);
    });
    auto written = writing->pending.take(stop);
    if (!written && stop.stop_requested()) {
        QMetaObject::invokeMethod(this, [this, writing] {
            if (m_state->writing == writing)
                m_state->inference.cancel(writing->id);
        });
    }
    return written;
}

void EngineWriter::onText(GenerationId id, const TextDelta &delta)
{
    const auto writing = m_state->writing;
    if (!writing || writing->id != id || writing->enough || delta.answer.isEmpty())
        return;
    writing->text += delta.answer.toStdString();
    writing->pending.whileWaiting([&] { writing->enough = !writing->onText(writing->text); });
    if (writing->enough)
        m_state->inference.cancel(id);
}

void EngineWriter::onFinished(GenerationId id, const GenerationOutcome &outcome)
{
    if (!m_state->writing || m_state->writing->id != id)
        return;
    const auto writing = std::exchange(m_state->writing, {});
    const bool isCancelled = outcome.finish == inference::FinishReason::Cancelled;
    if (outcome.failure) {
        writing->pending.put(std::unexpected(*outcome.failure));
    } else if (isCancelled && !writing->enough) {
        writing->pending.put(std::unexpected(cancelled("the engine was stopped")));
    } else {
        writing->pending.put(WrittenText{.text = std::move(writing->text),
                                         .tokens = outcome.generatedTokens,
                                         .cut = outcome.finish != inference::FinishReason::EndOfGeneration &&
                                                outcome.finish != inference::FinishReason::StopString});
    }
}

} // namespace app
