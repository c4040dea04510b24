// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inference_port.h"

#include <QList>

#include <optional>

namespace app {

/// An InferencePort without an engine: whoever holds it decides what happens, step by step and without timers. Tests
/// drive it by hand; carrel-offline drives it with OfflinePlayer. Tokens are counted as words. One generation runs at a
/// time; the others wait, those in the background behind the rest.
class ScriptedInference : public InferencePort {
    Q_OBJECT
public:
    using InferencePort::InferencePort;

    void loadModel(const ModelLoad &load) override;
    void unloadModel() override;
    [[nodiscard]] const ModelStatus &status() const override { return m_status; }
    [[nodiscard]] GenerationOutcome plan(const GenerationRequest &request) const override;
    GenerationId generate(const GenerationRequest &request) override;
    void cancel(GenerationId id) override;
    MeasureId measurePrompt(const PromptMeasureRequest &request) override;
    MeasureId countTokens(std::vector<std::string> texts) override;

    /// What was asked for.
    struct Generation {
        GenerationId id{};
        GenerationRequest request;
        bool cancelled = false;
    };
    [[nodiscard]] const std::vector<ModelLoad> &loads() const { return m_loads; }
    [[nodiscard]] const std::vector<Generation> &generations() const { return m_generations; }
    /// The generation that neither finished nor failed, or nothing.
    [[nodiscard]] const Generation *running() const;

    /// On (the default): loadModel() ends as Ready by itself, and cancel() ends the generation by itself.
    void setAutomatic(bool automatic) { m_automatic = automatic; }
    /// Context of models that become ready.
    void setContextLength(quint32 length) { m_contextLength = length; }
    /// What models that become ready run on, and why not on the device asked for (empty: they do).
    void setDevice(const QString &name, const QString &fallbackReason = {});
    /// Why models that become ready are prompted in another format than their file's (empty: they are not).
    void setTemplateNotice(const QString &notice) { m_templateNotice = notice; }
    void setPlacementNotice(const QString &notice) { m_placementNotice = notice; }

    // The script. All act at once, on the running generation where there is one.
    void setLoadProgress(double progress);
    void finishLoading();
    void failLoading(const inference::Error &error);
    void begin(); ///< the prompt is tokenized
    void prefill(qint32 done, qint32 total);
    void write(const QString &answer, const QString &thinking = {}, qint32 tokens = 1);
    void finish(inference::FinishReason reason = inference::FinishReason::EndOfGeneration);
    void fail(const inference::Error &error);

Q_SIGNALS:
    /// A generation begins to run, for the first one within generate(); it is running().
    void started();

private:
    void setStatus(ModelStatus status);
    void startNext();
    void cancelWaiting(std::size_t generation);
    void end(inference::FinishReason reason, const std::optional<Failure> &failure);

    ModelStatus m_status;
    std::vector<ModelLoad> m_loads;
    std::vector<Generation> m_generations;
    std::optional<std::size_t> m_running; ///< index of m_generations
    std::vector<std::size_t> m_waiting;   ///< the same, in the order in which they came
    std::vector<inference::TokenId> m_written;
    quint64 m_lastId = 0;
    quint32 m_contextLength = 8192;
    QString m_deviceName = QStringLiteral("Scripted device");
    QString m_fallbackReason;
    QString m_templateNotice;
    QString m_placementNotice;
    bool m_automatic = true;
};

} // namespace app
