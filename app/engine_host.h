// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inference_port.h"
#include "inference/engine.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace app {

/// InferencePort over inference::Engine in this process, and the only place where the engine's callbacks become Qt
/// events. Whatever arrives on the engine's thread is gathered in a mailbox; an event is posted only when none is
/// pending.
class EngineHost : public InferencePort {
    Q_OBJECT
public:
    /// `probedDevices`: gives the UUIDs of GPUs that passed their smoke test, asked at each load.
    using ProbedDevices = std::function<std::vector<std::string>()>;

    explicit EngineHost(inference::EngineOptions options, ProbedDevices probedDevices = {}, QObject *parent = nullptr);
    /// For tests: other devices than this machine's.
    EngineHost(inference::EngineOptions options, std::shared_ptr<inference::runtime::DeviceProvider> devices);
    /// Cancels everything and waits for the engine's thread.
    ~EngineHost() override;

    void loadModel(const ModelLoad &load) override;
    void unloadModel() override;
    [[nodiscard]] const ModelStatus &status() const override;
    [[nodiscard]] GenerationOutcome plan(const GenerationRequest &request) const override;
    GenerationId generate(const GenerationRequest &request) override;
    void cancel(GenerationId id) override;
    MeasureId measurePrompt(const PromptMeasureRequest &request) override;
    MeasureId countTokens(std::vector<std::string> texts) override;

    /// How many events were posted to this object so far, for the test of coalescing.
    [[nodiscard]] quint64 postedEvents() const;
    /// The loaded model, or nothing.
    [[nodiscard]] const inference::LoadedModel *loaded() const;

private:
    struct State;

    void drain();
    void acceptLoad(inference::Result<inference::LoadedModel> result);
    void startMeasuring();
    [[nodiscard]] inference::SamplingParams samplingFor(const GenerationRequest &request) const;
    void describeModel(GenerationOutcome &outcome) const;

    std::unique_ptr<State> m_state;
};

} // namespace app
