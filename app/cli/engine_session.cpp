// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_session.h"

#include "app/device_access.h"
#include "inference/driver_files.h"

#include <QFileInfo>

#include <future>

namespace app::cli {

DeviceReport probedDevices(const Program &program, const DeviceTrials &trials)
{
    const Quarantine quarantine = deviceQuarantine();
    quarantine.adoptMarks();
    return probeDevices(program.broker, quarantine, trials, inference::DriverSearch::fromEnvironment());
}

std::expected<QString, Failure> probedDevice(const Program &program, const std::string &wanted)
{
    // A named processor needs no look at graphics drivers, which may take a second.
    if (wanted == "cpu")
        return QStringLiteral("cpu");
    const QString setting = QString::fromStdString(wanted);
    return deviceFor(devicesFrom(probedDevices(program, {.named = setting})), setting);
}

EngineSession::EngineSession(const Program &program)
    : m_program(program)
    , m_engine(engineOptions(deviceQuarantine()))
    , m_interrupt([this] {
        m_interrupted = true;
        if (const std::uint64_t id = m_running; id != 0)
            m_engine.cancel(static_cast<inference::RequestId>(id));
    })
{
}

EngineSession::~EngineSession() = default;

template <class T, class Start>
std::expected<T, Failure> EngineSession::wait(Start start)
{
    std::promise<inference::Result<T>> promise;
    std::future<inference::Result<T>> future = promise.get_future();
    const inference::RequestId id =
        start([&promise](inference::Result<T> result) { promise.set_value(std::move(result)); });
    m_running = static_cast<std::uint64_t>(id);
    if (m_interrupted)
        m_engine.cancel(id);
    inference::Result<T> result = future.get();
    m_running = 0;
    if (!result)
        return std::unexpected(failureFrom(result.error(), m_subject));
    return std::move(*result);
}

std::expected<inference::LoadedModel, Failure> EngineSession::load(const QString &path, const ModelOptions &options)
{
    const auto device = probedDevice(m_program, options.device);
    if (!device)
        return std::unexpected(device.error());
    return loadOn(*device, path, options);
}

std::expected<inference::LoadedModel, Failure> EngineSession::loadOn(const QString &device, const QString &path,
                                                                     const ModelOptions &options)
{
    m_subject = QFileInfo(path).fileName();
    std::vector<inference::AdapterOption> adapters;
    for (const AdapterChoice &adapter : options.adapters)
        adapters.push_back({.path = adapter.path.toStdString(), .scale = adapter.scale});
    inference::LoadOptions load{.path = path.toStdString(),
                                .adapters = std::move(adapters),
                                .device = device.toStdString(),
                                .probedDevices = {},
                                .contextLength = options.context,
                                .threads = options.threads,
                                .kv = options.kv.value_or(inference::KvType::F16),
                                .pooling = options.pooling,
                                .hostExpertLayers = options.hostExperts};
    return wait<inference::LoadedModel>(
        [&](auto done) { return m_engine.load(std::move(load), [](float) {}, std::move(done)); });
}

std::expected<inference::GenerateResult, Failure> EngineSession::generate(inference::GenerateRequest request,
                                                                          const inference::Engine::OnEvent &onEvent)
{
    return wait<inference::GenerateResult>([&](auto done) {
        return m_engine.generate(
            std::move(request),
            [&onEvent](const inference::GenerateEvent &event) {
                if (onEvent)
                    onEvent(event);
            },
            std::move(done));
    });
}

std::expected<inference::ScoreResult, Failure> EngineSession::score(std::vector<inference::TokenId> tokens)
{
    return wait<inference::ScoreResult>([&](auto done) { return m_engine.score(std::move(tokens), std::move(done)); });
}

std::expected<inference::EmbedResult, Failure> EngineSession::embed(inference::EmbedRequest request,
                                                                    const inference::Engine::OnTextProgress &onProgress)
{
    return wait<inference::EmbedResult>(
        [&](auto done) { return m_engine.embed(std::move(request), onProgress, std::move(done)); });
}

std::expected<inference::RerankResult, Failure>
EngineSession::rerank(inference::RerankRequest request, const inference::Engine::OnTextProgress &onProgress)
{
    return wait<inference::RerankResult>(
        [&](auto done) { return m_engine.rerank(std::move(request), onProgress, std::move(done)); });
}

QJsonObject timingJson(const inference::GenerateStats &stats)
{
    QJsonObject timing{{QStringLiteral("first_token_ms"), stats.firstTokenMs},
                       {QStringLiteral("prefill_ms"), stats.prefillMs},
                       {QStringLiteral("decode_ms"), stats.decodeMs}};
    const auto evaluated = static_cast<double>(stats.promptTokens - stats.reusedTokens);
    if (stats.prefillMs > 0.0)
        timing.insert(QStringLiteral("prefill_tps"), 1000.0 * evaluated / stats.prefillMs);
    if (stats.decodeMs > 0.0 && stats.generatedTokens > 1)
        timing.insert(QStringLiteral("decode_tps"), 1000.0 * (stats.generatedTokens - 1) / stats.decodeMs);
    return timing;
}

} // namespace app::cli
