// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine for commands on paths: blocking calls, no data folder, Ctrl+C stops what runs.
#pragma once

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/device_service.h"
#include "inference/engine.h"

#include <atomic>
#include <expected>
#include <memory>

namespace app::cli {

/// One inference::Engine used from the main thread. Errors come back as failures with words.
class EngineSession {
public:
    explicit EngineSession(const Program &program);
    ~EngineSession();

    /// Loads a model on the device that the options name, chosen as `ask` chooses it: by probedDevice().
    std::expected<inference::LoadedModel, Failure> load(const QString &path, const ModelOptions &options);
    /// The same on a device that has been chosen: "cpu" or "vulkan:N".
    std::expected<inference::LoadedModel, Failure> loadOn(const QString &device, const QString &path,
                                                          const ModelOptions &options);
    /// `onEvent` runs on the engine's thread.
    std::expected<inference::GenerateResult, Failure> generate(inference::GenerateRequest request,
                                                               const inference::Engine::OnEvent &onEvent = {});
    std::expected<inference::ScoreResult, Failure> score(std::vector<inference::TokenId> tokens);
    std::expected<inference::EmbedResult, Failure> embed(inference::EmbedRequest request,
                                                         const inference::Engine::OnTextProgress &onProgress = {});
    std::expected<inference::RerankResult, Failure> rerank(inference::RerankRequest request,
                                                           const inference::Engine::OnTextProgress &onProgress = {});
    /// The user pressed Ctrl+C.
    [[nodiscard]] bool interrupted() const { return m_interrupted; }

private:
    template <class T, class Start>
    std::expected<T, Failure> wait(Start start);

    const Program &m_program;
    std::atomic<bool> m_interrupted = false;
    std::atomic<std::uint64_t> m_running = 0;
    QString m_subject; ///< the model's file name
    inference::Engine m_engine;
    Interrupt m_interrupt; ///< last: calls into the engine
};

/// Devices as carrel-probe found them, for commands without services. No driver is loaded in this process.
DeviceReport probedDevices(const Program &program, const DeviceTrials &trials);
/// The device that --device means (empty: "auto"); asks carrel-probe unless it is the processor.
std::expected<QString, Failure> probedDevice(const Program &program, const std::string &wanted);

/// Timing as --json shows it.
QJsonObject timingJson(const inference::GenerateStats &stats);

} // namespace app::cli
