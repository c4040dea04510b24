// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_host.h"

#include "app/engine_mailbox.h"
#include "app/prompt_builder.h"
#include "app/thread_guard.h"

#include <QCryptographicHash>
#include <QThreadPool>

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

namespace app {

namespace {

QString text(std::string_view value)
{
    return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
}

std::vector<inference::AdapterOption> optionsOf(const QList<AdapterChoice> &adapters)
{
    std::vector<inference::AdapterOption> options;
    for (const AdapterChoice &adapter : adapters)
        options.push_back({.path = adapter.path.toStdString(), .scale = adapter.scale});
    return options;
}

QList<UsedAdapter> usedAdapters(const std::vector<inference::LoadedAdapter> &adapters)
{
    QList<UsedAdapter> used;
    for (const inference::LoadedAdapter &adapter : adapters) {
        used.append({.name = text(adapter.name),
                     .path = text(adapter.path.string()),
                     .sha256 = text(adapter.sha256),
                     .scale = adapter.scale});
    }
    return used;
}

QString placementNotice(const inference::LoadedModel &model)
{
    if (model.hostExpertLayers == 0)
        return {};
    return EngineHost::tr("%1 has no room for all experts: those of %2 of %3 layers stay in main memory and run on the "
                          "processor")
        .arg(text(model.device.name))
        .arg(model.hostExpertLayers)
        .arg(model.expertLayers);
}

inference::OutputParser parserFor(const std::shared_ptr<const inference::TextModel> &model,
                                  const GenerationRequest &request)
{
    if (!model)
        return {inference::commonOutputFormat(), std::nullopt};
    std::optional<std::size_t> opened;
    if (!request.messages.empty()) {
        // Whether the template opens a thinking part depends on its generation prompt: the newest message is enough.
        const inference::Message newest = request.messages.back();
        const auto encoded =
            model->encodeChat(std::span(&newest, 1),
                              {.addGenerationPrompt = true, .enableThinking = request.thinking, .now = request.now});
        if (encoded)
            opened = inference::openedThinking(encoded->text, model->outputFormat());
    }
    return {model->outputFormat(), opened};
}

} // namespace

struct EngineHost::State {
    /// `engineArguments`: of the engine's constructor.
    template <class... EngineArguments>
    State(EngineHost &host, ProbedDevices probed, EngineArguments &&...engineArguments)
        : probedDevices(std::move(probed))
        , mailbox([&host] { QMetaObject::invokeMethod(&host, [&host] { host.drain(); }, Qt::QueuedConnection); })
        , engine(std::forward<EngineArguments>(engineArguments)...)
    {
        measurer.setMaxThreadCount(1);
    }

    struct Running {
        inference::RequestId request{};
        GenerationOutcome known; ///< so far
    };

    ProbedDevices probedDevices;
    ModelStatus status;
    std::optional<inference::LoadedModel> model;
    ModelLoad load; ///< that `model` came of
    QString templateSha256;
    quint64 lastSerial = 0;
    quint64 loadSerial = 0; ///< of the load whose outcome counts
    std::map<GenerationId, Running> running;

    struct Measure {
        MeasureId id{};
        PromptMeasureRequest request;
    };
    bool measuring = false;
    std::deque<Measure> measures; ///< waiting; at most one of them for the meter
    quint64 lastMeasure = 0;
    QThreadPool measurer;

    EngineMailbox mailbox;
    inference::Engine engine; ///< last, so that it is gone before what its callbacks use
};

EngineHost::EngineHost(inference::EngineOptions options, ProbedDevices probedDevices, QObject *parent)
    : InferencePort(parent)
    , m_state(std::make_unique<State>(*this, std::move(probedDevices), std::move(options)))
{
}

EngineHost::EngineHost(inference::EngineOptions options, std::shared_ptr<inference::runtime::DeviceProvider> devices)
    : m_state(std::make_unique<State>(*this, ProbedDevices(), std::move(options), std::move(devices)))
{
}

EngineHost::~EngineHost()
{
    m_state->measurer.waitForDone();
}

const ModelStatus &EngineHost::status() const
{
    return m_state->status;
}

const inference::LoadedModel *EngineHost::loaded() const
{
    return m_state->model ? &*m_state->model : nullptr;
}

quint64 EngineHost::postedEvents() const
{
    return m_state->mailbox.wakes();
}

void EngineHost::loadModel(const ModelLoad &load)
{
    expectThread(this);
    for (const auto &[id, running] : m_state->running)
        m_state->engine.cancel(running.request);
    const quint64 serial = ++m_state->lastSerial;
    m_state->loadSerial = serial;
    ModelLoad known = std::exchange(m_state->load, load);
    known.adapters = load.adapters;
    const bool loadedAlready = m_state->model && known == load;
    m_state->model.reset();
    m_state->status = {.phase = ModelPhase::Loading, .modelId = load.modelId};
    Q_EMIT statusChanged(m_state->status);

    if (loadedAlready) {
        m_state->engine.setAdapters(optionsOf(load.adapters), [&mailbox = m_state->mailbox,
                                                               serial](inference::Result<inference::LoadedModel> set) {
            mailbox.putLoadResult(serial, std::move(set));
        });
        return;
    }
    inference::LoadOptions options{.path = load.path.toStdString(),
                                   .adapters = optionsOf(load.adapters),
                                   .device = load.device.toStdString(),
                                   .probedDevices = {},
                                   .contextLength = load.contextLength,
                                   .threads = load.threads,
                                   .kv = load.kv,
                                   .hostExpertLayers = load.hostExperts};
    if (m_state->probedDevices)
        options.probedDevices = m_state->probedDevices();
    EngineMailbox &mailbox = m_state->mailbox;
    m_state->engine.load(
        std::move(options), [&mailbox, serial](float progress) { mailbox.putLoadProgress(serial, progress); },
        [&mailbox, serial](inference::Result<inference::LoadedModel> result) {
            mailbox.putLoadResult(serial, std::move(result));
        });
}

void EngineHost::unloadModel()
{
    expectThread(this);
    m_state->loadSerial = ++m_state->lastSerial;
    for (const auto &[id, running] : m_state->running)
        m_state->engine.cancel(running.request);
    m_state->model.reset();
    m_state->status = {};
    m_state->engine.unload([] {});
    Q_EMIT statusChanged(m_state->status);
}

inference::SamplingParams EngineHost::samplingFor(const GenerationRequest &request) const
{
    if (request.exactSampling)
        return *request.exactSampling;
    inference::SamplingParams sampling = applied(
        request.sampling, m_state->model ? m_state->model->text->recommendedSampling() : inference::SamplingParams{});
    if (!request.sampling.seed)
        sampling.seed = randomSeed();
    return sampling;
}

void EngineHost::describeModel(GenerationOutcome &outcome) const
{
    const State &state = *m_state;
    outcome.engineVersion = text(inference::engineVersion());
    outcome.templateSha256 = state.templateSha256;
    if (state.model) {
        outcome.instructionSet = text(state.model->instructionSet);
        outcome.threads = static_cast<qint32>(state.model->threads);
        outcome.contextLength = static_cast<qint32>(state.model->contextLength);
        outcome.kv = state.model->kv;
        outcome.hostExperts = state.model->hostExpertLayers;
        if (outcome.adapters.isEmpty())
            outcome.adapters = usedAdapters(state.model->adapters);
    }
    if (outcome.deviceName.isEmpty()) {
        outcome.deviceId = state.status.deviceId;
        outcome.deviceName = state.status.deviceName;
    }
    if (outcome.fallbackReason.isEmpty())
        outcome.fallbackReason = state.status.fallbackReason;
}

GenerationOutcome EngineHost::plan(const GenerationRequest &request) const
{
    expectThread(this);
    GenerationOutcome outcome;
    outcome.sampling = samplingFor(request);
    outcome.citableIds = request.citableIds;
    describeModel(outcome);
    return outcome;
}

GenerationId EngineHost::generate(const GenerationRequest &request)
{
    expectThread(this);
    const GenerationId id{++m_state->lastSerial};
    const auto model = m_state->model ? m_state->model->text : nullptr;

    inference::GenerateRequest work;
    if (!request.promptIds.empty()) {
        work.prompt = inference::TokenPrompt{request.promptIds};
    } else {
        work.prompt = inference::ChatPrompt{
            .messages = request.messages,
            .options = {.addGenerationPrompt = true, .enableThinking = request.thinking, .now = request.now}};
    }
    work.sampling = samplingFor(request);
    work.stopStrings = request.stopStrings;
    work.maxTokens = request.maxTokens;
    work.reusePrefix = request.reusePrefix;
    work.batchStarts = request.batchStarts;
    work.citableIds = request.citableIds;
    work.keepMarks = true;
    work.background = request.background;

    const auto sink =
        std::make_shared<GenerationSink>(m_state->mailbox, id, [model, request] { return parserFor(model, request); });
    State::Running &running = m_state->running[id];
    running.known.sampling = work.sampling;
    running.known.citableIds = work.citableIds;
    describeModel(running.known);
    running.request = m_state->engine.generate(
        std::move(work), [sink](const inference::GenerateEvent &event) { sink->onEvent(event); },
        [sink](inference::Result<inference::GenerateResult> result) { sink->onDone(std::move(result)); });
    return id;
}

void EngineHost::cancel(GenerationId id)
{
    expectThread(this);
    if (const auto running = m_state->running.find(id); running != m_state->running.end())
        m_state->engine.cancel(running->second.request);
}

void EngineHost::acceptLoad(inference::Result<inference::LoadedModel> result)
{
    State &state = *m_state;
    if (!result) {
        state.status = {
            .phase = ModelPhase::Failed, .modelId = state.status.modelId, .failure = failureFrom(result.error())};
        Q_EMIT statusChanged(state.status);
        return;
    }
    state.model = std::move(*result);
    const std::string_view source = state.model->text->templateSource();
    state.templateSha256 = QString::fromLatin1(
        QCryptographicHash::hash(QByteArrayView(source.data(), static_cast<qsizetype>(source.size())),
                                 QCryptographicHash::Sha256)
            .toHex());
    state.status = {.phase = ModelPhase::Ready,
                    .modelId = state.status.modelId,
                    .progress = 1.0,
                    .deviceId = text(state.model->device.id),
                    .deviceName = text(state.model->device.name),
                    .fallbackReason = text(state.model->fallbackReason),
                    .templateNotice = text(state.model->text->templateWarning()),
                    .placementNotice = state.load.hostExperts ? QString() : placementNotice(*state.model),
                    .contextLength = state.model->contextLength,
                    .memoryBytes = state.model->memory.total(),
                    .loadMs = state.model->loadMs,
                    .failure = {}};
    Q_EMIT statusChanged(state.status);
}

namespace {

// A result brings everything, an error leaves what was known.
GenerationOutcome outcomeOf(inference::Result<inference::GenerateResult> &result, const GenerationOutcome &known)
{
    GenerationOutcome outcome;
    if (!result) {
        outcome = known;
        if (result.error().code == inference::ErrorCode::Cancelled)
            outcome.finish = inference::FinishReason::Cancelled;
        else
            outcome.failure = failureFrom(result.error());
        return outcome;
    }
    const inference::GenerateStats &stats = result->stats;
    outcome.finish = result->finish;
    outcome.sampling = result->sampling;
    outcome.citableIds = result->citableIds;
    outcome.promptTokens = static_cast<qint32>(stats.promptTokens);
    outcome.reusedTokens = static_cast<qint32>(stats.reusedTokens);
    outcome.generatedTokens = static_cast<qint32>(stats.generatedTokens);
    outcome.queuedMs = stats.queuedMs;
    outcome.prefillMs = stats.prefillMs;
    outcome.firstTokenMs = stats.firstTokenMs;
    outcome.decodeMs = stats.decodeMs;
    // The first token belongs to the prefill: decoding made the others.
    if (stats.decodeMs > 0.0 && stats.generatedTokens > 1)
        outcome.tokensPerSecond = 1000.0 * static_cast<double>(stats.generatedTokens - 1) / stats.decodeMs;
    outcome.adapters = usedAdapters(result->adapters);
    outcome.deviceId = text(result->device.id);
    outcome.deviceName = text(result->device.name);
    outcome.promptIds = std::move(result->promptTokens);
    outcome.generatedIds = std::move(result->generated);
    outcome.batchStarts = std::move(result->batchStarts);
    outcome.promptText = text(result->promptText);
    return outcome;
}

} // namespace

void EngineHost::drain()
{
    expectThread(this);
    State &state = *m_state;
    EngineMailbox::Contents contents = state.mailbox.take();

    if (contents.load && contents.load->serial == state.loadSerial) {
        if (contents.load->result) {
            acceptLoad(std::move(*contents.load->result));
        } else {
            state.status.progress = contents.load->progress;
            Q_EMIT statusChanged(state.status);
        }
    }

    for (EngineMailbox::Generation &entry : contents.generations) {
        const auto running = state.running.find(entry.id);
        if (running == state.running.end())
            continue;
        GenerationOutcome &known = running->second.known;
        if (entry.prompt) {
            known.promptTokens = static_cast<qint32>(entry.prompt->tokens.size());
            known.reusedTokens = static_cast<qint32>(entry.prompt->reused);
            known.promptIds = std::move(entry.prompt->tokens);
            known.batchStarts = std::move(entry.prompt->batchStarts);
        }
        if (entry.deviceChanged) {
            known.fallbackReason = failureFrom(entry.deviceChanged->cause).title;
            known.deviceId = text(entry.deviceChanged->device.id);
            known.deviceName = text(entry.deviceChanged->device.name);
            state.status.deviceId = known.deviceId;
            state.status.deviceName = known.deviceName;
            state.status.fallbackReason = known.fallbackReason;
            Q_EMIT statusChanged(state.status);
        }
        if (entry.prompt || entry.deviceChanged)
            Q_EMIT began(entry.id, known);
        if (entry.prefill) {
            Q_EMIT prefillProgressed(entry.id, {.promptTokens = static_cast<qint32>(entry.prefill->total),
                                                .reusedTokens = static_cast<qint32>(entry.prefill->reused),
                                                .doneTokens = static_cast<qint32>(entry.prefill->done)});
        }
        known.generatedIds.insert(known.generatedIds.end(), entry.tokens.begin(), entry.tokens.end());
        known.generatedTokens = static_cast<qint32>(known.generatedIds.size());
        if (!entry.tokens.empty() || !entry.answer.empty() || !entry.thinking.empty()) {
            Q_EMIT textArrived(entry.id, {.thinking = text(entry.thinking),
                                          .answer = text(entry.answer),
                                          .tokens = std::move(entry.tokens),
                                          .tokensPerSecond = entry.tokensPerSecond});
        }
        if (!entry.result)
            continue;
        GenerationOutcome outcome = outcomeOf(*entry.result, known);
        outcome.fallbackReason = known.fallbackReason;
        describeModel(outcome);
        state.running.erase(running);
        Q_EMIT finished(entry.id, outcome);
    }
}

MeasureId EngineHost::measurePrompt(const PromptMeasureRequest &request)
{
    expectThread(this);
    const MeasureId id{++m_state->lastMeasure};
    if (request.purpose == MeasurePurpose::Meter) {
        std::erase_if(m_state->measures,
                      [](const State::Measure &waiting) { return waiting.request.purpose == MeasurePurpose::Meter; });
    }
    m_state->measures.push_back({.id = id, .request = request});
    if (!m_state->measuring)
        startMeasuring();
    return id;
}

MeasureId EngineHost::countTokens(std::vector<std::string> texts)
{
    expectThread(this);
    const MeasureId id{++m_state->lastMeasure};
    m_state->measurer.start(
        [this, id, wanted = std::move(texts), model = m_state->model ? m_state->model->text : nullptr] {
            std::vector<qint32> tokens;
            if (model) {
                for (const std::string &text : wanted)
                    tokens.push_back(static_cast<qint32>(model->encodeText(text, false, false).size()));
            }
            QMetaObject::invokeMethod(this, [this, id, tokens] { Q_EMIT tokensCounted(id, tokens); });
        });
    return id;
}

void EngineHost::startMeasuring()
{
    if (m_state->measures.empty())
        return;
    m_state->measuring = true;
    State::Measure next = std::move(m_state->measures.front());
    m_state->measures.pop_front();
    m_state->measurer.start([this, measure = std::move(next), model = m_state->model ? m_state->model->text : nullptr,
                             context = m_state->model ? static_cast<qint32>(m_state->model->contextLength) : 0] {
        PromptFit fit;
        if (model) {
            fit = fitPrompt(measure.request.messages, context, measure.request.reserve,
                            [&](std::span<const inference::Message> messages) -> inference::Result<std::size_t> {
                                const auto encoded = model->encodeChat(messages, {});
                                if (!encoded)
                                    return std::unexpected(encoded.error());
                                return encoded->tokens.size();
                            });
        }
        QMetaObject::invokeMethod(this, [this, id = measure.id, fit] {
            m_state->measuring = false;
            Q_EMIT promptMeasured(id, fit);
            if (!m_state->measuring)
                startMeasuring();
        });
    });
}

} // namespace app
