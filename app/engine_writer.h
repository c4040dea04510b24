// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inference_port.h"
#include "app/writing_model.h"

#include <QObject>

#include <memory>

namespace app {

class ModelProvenance;
class ModelService;

/// The chosen model behind an InferencePort, for jobs that wait. Lives on the GUI thread; collaborators are borrowed
/// and outlive it, and jobs end before it does.
class EngineWriter : public QObject, public WritingModel {
    Q_OBJECT
public:
    EngineWriter(InferencePort &inference, ModelService &models, ModelProvenance &provenance,
                 QObject *parent = nullptr);
    ~EngineWriter() override;

    /// Of what is written from the next prepare() on, over the model's own recommendation. GUI thread.
    void setSampling(const SamplingOverrides &sampling);

    std::expected<ReadyModel, Failure> prepare(const std::stop_token &stop) override;
    std::expected<std::vector<std::int32_t>, Failure> countTokens(std::vector<std::string> texts,
                                                                  const std::stop_token &stop) override;
    std::expected<std::int32_t, Failure> countPrompt(const std::vector<inference::Message> &messages,
                                                     const std::stop_token &stop) override;
    std::expected<WrittenText, Failure> write(const WritingTask &task,
                                              const std::function<bool(const std::string &)> &onText,
                                              const std::stop_token &stop) override;
    std::expected<void, Failure> writeEach(std::vector<WritingTask> tasks, const OnTextOf &onText,
                                           const OnWritten &onWritten, const std::stop_token &stop) override;

private:
    void beginPrepare();
    void advancePrepare();
    void finishPrepare(const std::string &modelHash);
    struct Texts;
    void begin(const std::shared_ptr<Texts> &texts, std::size_t task, GenerationRequest request);
    void cancelAll(const std::shared_ptr<Texts> &texts);
    void onText(GenerationId id, const TextDelta &delta);
    void onFinished(GenerationId id, const GenerationOutcome &outcome);

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
