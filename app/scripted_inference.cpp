// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scripted_inference.h"

#include "app/prompt_builder.h"
#include "app/thread_guard.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace app {

namespace {

constexpr double kTokensPerSecond = 40.0;

std::size_t countWords(std::span<const inference::Message> messages)
{
    std::size_t words = 0;
    for (const inference::Message &message : messages)
        words += static_cast<std::size_t>(
            QString::fromStdString(message.content).simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts).size());
    return words;
}

// A word is a token, numbered by its place.
void countPrompt(GenerationOutcome &outcome, const GenerationRequest &request)
{
    outcome.promptIds.resize(countWords(request.messages));
    std::iota(outcome.promptIds.begin(), outcome.promptIds.end(), 0);
    outcome.promptTokens = static_cast<qint32>(outcome.promptIds.size());
    outcome.batchStarts = {0};
}

} // namespace

void ScriptedInference::setDevice(const QString &name, const QString &fallbackReason)
{
    m_deviceName = name;
    m_fallbackReason = fallbackReason;
}

void ScriptedInference::setStatus(ModelStatus status)
{
    m_status = std::move(status);
    Q_EMIT statusChanged(m_status);
}

void ScriptedInference::loadModel(const ModelLoad &load)
{
    expectThread(this);
    const auto behind = std::exchange(m_waiting, {});
    if (m_running)
        finish(inference::FinishReason::Cancelled);
    for (const std::size_t waiting : behind)
        cancelWaiting(waiting);
    m_loads.push_back(load);
    setStatus({.phase = ModelPhase::Loading, .modelId = load.modelId});
    if (m_automatic)
        finishLoading();
}

void ScriptedInference::unloadModel()
{
    setStatus({});
}

void ScriptedInference::setLoadProgress(double progress)
{
    ModelStatus status = m_status;
    status.progress = progress;
    setStatus(status);
}

void ScriptedInference::finishLoading()
{
    setStatus({.phase = ModelPhase::Ready,
               .modelId = m_loads.empty() ? QString() : m_loads.back().modelId,
               .progress = 1.0,
               .deviceId = QStringLiteral("cpu"),
               .deviceName = m_deviceName,
               .fallbackReason = m_fallbackReason,
               .templateNotice = m_templateNotice,
               .placementNotice = m_placementNotice,
               .contextLength = m_contextLength,
               .memoryBytes = 1 << 20,
               .loadMs = 1.0,
               .failure = {}});
}

void ScriptedInference::failLoading(const inference::Error &error)
{
    setStatus({.phase = ModelPhase::Failed, .modelId = m_status.modelId, .failure = failureFrom(error)});
}

GenerationOutcome ScriptedInference::plan(const GenerationRequest &request) const
{
    GenerationOutcome outcome;
    outcome.sampling = request.exactSampling.value_or(applied(request.sampling, {}));
    outcome.deviceId = m_status.deviceId;
    outcome.deviceName = m_status.deviceName;
    outcome.engineVersion = QStringLiteral("scripted");
    outcome.contextLength = static_cast<qint32>(m_contextLength);
    return outcome;
}

GenerationId ScriptedInference::generate(const GenerationRequest &request)
{
    expectThread(this);
    const GenerationId id{++m_lastId};
    m_generations.push_back({.id = id, .request = request});
    m_waiting.push_back(m_generations.size() - 1);
    startNext();
    return id;
}

void ScriptedInference::startNext()
{
    if (m_running || m_waiting.empty())
        return;
    auto next = std::ranges::find_if(m_waiting, [this](std::size_t i) { return !m_generations[i].request.background; });
    if (next == m_waiting.end())
        next = m_waiting.begin();
    m_running = *next;
    m_waiting.erase(next);
    m_written.clear();
    Q_EMIT started();
}

/// It never ran.
void ScriptedInference::cancelWaiting(std::size_t generation)
{
    m_generations[generation].cancelled = true;
    GenerationOutcome outcome = plan(m_generations[generation].request);
    outcome.finish = inference::FinishReason::Cancelled;
    Q_EMIT finished(m_generations[generation].id, outcome);
}

const ScriptedInference::Generation *ScriptedInference::running() const
{
    return m_running ? &m_generations[*m_running] : nullptr;
}

void ScriptedInference::cancel(GenerationId id)
{
    const auto waiting = std::ranges::find(m_waiting, id, [this](std::size_t i) { return m_generations[i].id; });
    if (waiting != m_waiting.end()) {
        const std::size_t generation = *waiting;
        m_waiting.erase(waiting);
        cancelWaiting(generation);
        return;
    }
    if (!m_running || m_generations[*m_running].id != id)
        return;
    m_generations[*m_running].cancelled = true;
    if (m_automatic)
        finish(inference::FinishReason::Cancelled);
}

MeasureId ScriptedInference::measurePrompt(const PromptMeasureRequest &request)
{
    const MeasureId id{++m_lastId};
    PromptFit fit;
    if (m_status.phase == ModelPhase::Ready) {
        fit = fitPrompt(request.messages, static_cast<qint32>(m_status.contextLength), request.reserve,
                        [](std::span<const inference::Message> messages) { return countWords(messages); });
    }
    QMetaObject::invokeMethod(this, [this, id, fit] { Q_EMIT promptMeasured(id, fit); }, Qt::QueuedConnection);
    return id;
}

MeasureId ScriptedInference::countTokens(std::vector<std::string> texts)
{
    const MeasureId id{++m_lastId};
    std::vector<qint32> tokens;
    if (m_status.phase == ModelPhase::Ready) {
        for (std::string &text : texts) {
            const inference::Message message{.role = inference::Role::User, .content = std::move(text)};
            tokens.push_back(static_cast<qint32>(countWords(std::span(&message, 1))));
        }
    }
    QMetaObject::invokeMethod(this, [this, id, tokens] { Q_EMIT tokensCounted(id, tokens); }, Qt::QueuedConnection);
    return id;
}

void ScriptedInference::begin()
{
    if (!m_running)
        return;
    const Generation &generation = m_generations[*m_running];
    GenerationOutcome outcome = plan(generation.request);
    countPrompt(outcome, generation.request);
    Q_EMIT began(generation.id, outcome);
}

void ScriptedInference::prefill(qint32 done, qint32 total)
{
    if (m_running)
        Q_EMIT prefillProgressed(m_generations[*m_running].id,
                                 {.promptTokens = total, .reusedTokens = 0, .doneTokens = done});
}

void ScriptedInference::write(const QString &answer, const QString &thinking, qint32 tokens)
{
    if (!m_running)
        return;
    TextDelta delta{.thinking = thinking, .answer = answer, .tokens = {}, .tokensPerSecond = kTokensPerSecond};
    for (qint32 token = 0; token < tokens; ++token)
        delta.tokens.push_back(static_cast<inference::TokenId>(m_written.size()) + token);
    m_written.insert(m_written.end(), delta.tokens.begin(), delta.tokens.end());
    Q_EMIT textArrived(m_generations[*m_running].id, delta);
}

void ScriptedInference::finish(inference::FinishReason reason)
{
    end(reason, {});
}

void ScriptedInference::fail(const inference::Error &error)
{
    end({}, failureFrom(error));
}

void ScriptedInference::end(inference::FinishReason reason, const std::optional<Failure> &failure)
{
    if (!m_running)
        return;
    const Generation &generation = m_generations[*m_running];
    GenerationOutcome outcome = plan(generation.request);
    outcome.finish = reason;
    outcome.failure = failure;
    countPrompt(outcome, generation.request);
    outcome.generatedTokens = static_cast<qint32>(m_written.size());
    outcome.tokensPerSecond = kTokensPerSecond;
    outcome.firstTokenMs = 300.0;
    outcome.decodeMs = outcome.generatedTokens / kTokensPerSecond * 1000.0;
    outcome.generatedIds = m_written;
    const GenerationId id = generation.id;
    m_running.reset();
    Q_EMIT finished(id, outcome);
    startNext();
}

} // namespace app
