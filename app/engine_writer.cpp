// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_writer.h"

#include "app/model_provenance.h"
#include "app/model_service.h"
#include "app/thread_guard.h"

#include <QJsonDocument>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace app {

namespace {

/// Without a seed of its own what is written would be another text each time, and nothing of it could be kept.
constexpr std::uint64_t kSeed = 1;

/// Texts that are asked for at a time: more than the engine writes at once, so that one is at hand when one ends.
constexpr std::size_t kAhead = 8;

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
    /// The waiter; blocks until there is a result or `stop`.
    std::expected<T, Failure> take(const std::stop_token &stop)
    {
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, stop, [this] { return m_result.has_value(); }))
            return std::unexpected(cancelled("stopped"));
        return std::move(*m_result);
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::optional<std::expected<T, Failure>> m_result;
};

} // namespace

/// Texts that are asked for in one call, on their way to the thread that waits for them.
struct EngineWriter::Texts {
    using Written = std::expected<WrittenText, Failure>;

    // GUI thread.
    struct Writing {
        std::size_t task = 0;
        std::string text;
        bool enough = false; ///< the reader has seen all that it wants
    };
    std::map<GenerationId, Writing> running;

    /// GUI thread.
    void put(std::size_t task, Written written)
    {
        const std::scoped_lock lock(m_mutex);
        m_written.emplace_back(task, std::move(written));
        m_changed.notify_all();
    }
    /// GUI thread: true where the waiter has given up, or wants no more of the text.
    bool isEnough(std::size_t task, const std::string &text)
    {
        const std::scoped_lock lock(m_mutex);
        return m_abandoned || !m_onText(task, text);
    }
    /// The waiter; blocks until a text has ended or `stop`.
    std::optional<std::pair<std::size_t, Written>> take(const std::stop_token &stop)
    {
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, stop, [this] { return !m_written.empty(); }))
            return std::nullopt;
        auto first = std::move(m_written.front());
        m_written.pop_front();
        return first;
    }
    /// The waiter: `onText` is not called from here on.
    void abandon()
    {
        const std::scoped_lock lock(m_mutex);
        m_abandoned = true;
    }

    explicit Texts(OnTextOf onText)
        : m_onText(std::move(onText))
    {
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    OnTextOf m_onText;
    std::deque<std::pair<std::size_t, Written>> m_written;
    bool m_abandoned = false;
};

struct EngineWriter::State {
    InferencePort &inference;
    ModelService &models;
    ModelProvenance &provenance;
    SamplingOverrides sampling = withSeed({});

    // GUI thread.
    std::shared_ptr<Pending<ReadyModel>> preparing = {};
    QString modelId = {};              ///< that was prepared
    std::shared_ptr<Texts> texts = {}; ///< that are being written
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
    WrittenText text;
    const auto ended = writeEach(
        {task}, [&onText](std::size_t, const std::string &soFar) { return onText(soFar); },
        [&text](std::size_t, WrittenText written) -> std::expected<void, Failure> {
            text = std::move(written);
            return {};
        },
        stop);
    if (!ended)
        return std::unexpected(ended.error());
    return text;
}

std::expected<void, Failure> EngineWriter::writeEach(std::vector<WritingTask> tasks, const OnTextOf &onText,
                                                     const OnWritten &onWritten, const std::stop_token &stop)
{
    expectOtherThread(this);
    const auto texts = std::make_shared<Texts>(onText);
    std::size_t asked = 0;
    std::size_t written = 0;
    std::expected<void, Failure> result;
    while (result && written < tasks.size()) {
        for (; asked < tasks.size() && asked < written + kAhead; ++asked) {
            const WritingTask &task = tasks[asked];
            GenerationRequest request;
            request.messages = task.messages;
            request.maxTokens = task.maxTokens;
            request.thinking = false;
            request.citableIds = static_cast<quint32>(std::max(task.citableIds, 0));
            request.background = true;
            QMetaObject::invokeMethod(this, [this, texts, index = asked, wanted = std::move(request)]() mutable {
                begin(texts, index, std::move(wanted));
            });
        }
        auto next = texts->take(stop);
        if (!next)
            result = std::unexpected(cancelled("stopped"));
        else if (!next->second)
            result = std::unexpected(next->second.error());
        else
            result = onWritten(next->first, std::move(*next->second));
        ++written;
    }
    if (!result) {
        texts->abandon();
        QMetaObject::invokeMethod(this, [this, texts] { cancelAll(texts); });
    }
    return result;
}

void EngineWriter::begin(const std::shared_ptr<Texts> &texts, std::size_t task, GenerationRequest request)
{
    const ModelStatus &status = m_state->inference.status();
    if (status.phase != ModelPhase::Ready || status.modelId != m_state->modelId) {
        texts->put(task, std::unexpected(cancelled("another model was loaded")));
        return;
    }
    request.sampling = m_state->sampling;
    m_state->texts = texts;
    texts->running[m_state->inference.generate(request)] = {.task = task};
}

void EngineWriter::cancelAll(const std::shared_ptr<Texts> &texts)
{
    // An engine may end them at once.
    const auto running = std::exchange(texts->running, {});
    for (const auto &[id, writing] : running)
        m_state->inference.cancel(id);
    if (m_state->texts == texts)
        m_state->texts.reset();
}

void EngineWriter::onText(GenerationId id, const TextDelta &delta)
{
    const auto texts = m_state->texts;
    if (!texts || delta.answer.isEmpty())
        return;
    const auto running = texts->running.find(id);
    if (running == texts->running.end() || running->second.enough)
        return;
    running->second.text += delta.answer.toStdString();
    running->second.enough = texts->isEnough(running->second.task, running->second.text);
    if (running->second.enough)
        m_state->inference.cancel(id);
}

void EngineWriter::onFinished(GenerationId id, const GenerationOutcome &outcome)
{
    const auto texts = m_state->texts;
    const auto running = texts ? texts->running.find(id) : decltype(texts->running.end()){};
    if (!texts || running == texts->running.end())
        return;
    Texts::Writing writing = std::move(running->second);
    texts->running.erase(running);
    const bool isCancelled = outcome.finish == inference::FinishReason::Cancelled;
    if (outcome.failure) {
        texts->put(writing.task, std::unexpected(*outcome.failure));
    } else if (isCancelled && !writing.enough) {
        texts->put(writing.task, std::unexpected(cancelled("the engine was stopped")));
    } else {
        texts->put(writing.task, WrittenText{.text = std::move(writing.text),
                                             .tokens = outcome.generatedTokens,
                                             .cut = outcome.finish != inference::FinishReason::EndOfGeneration &&
                                                    outcome.finish != inference::FinishReason::StopString});
    }
}

} // namespace app
