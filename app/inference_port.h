// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the services need from an engine. EngineHost runs inference::Engine in this process; ScriptedInference plays
// scripts for tests and for carrel-offline.
#pragma once

#include "app/failure.h"
#include "app/sampling_settings.h"
#include "app/types.h"
#include "inference/kv_type.h"
#include "inference/types.h"

#include <QList>
#include <QObject>
#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace app {

/// Which model to load, where and how.
struct ModelLoad {
    QString modelId;           ///< id of ModelService, carried through to ModelStatus
    QString path;              ///< GGUF file
    QString device;            ///< "auto" (a probed real GPU, else the CPU), "cpu", "vulkan", "vulkan:N"
    quint32 contextLength = 0; ///< 0 = the model's own, as far as memory allows
    quint32 threads = 0;       ///< 0 = performance cores
    inference::KvType kv = inference::KvType::F16;
    /// Of how many layers the experts stay in main memory where a graphics card computes; nothing: as few as must.
    std::optional<quint32> hostExperts = {};
    QList<AdapterChoice> adapters = {};
    bool operator==(const ModelLoad &) const = default;
};

/// State of the one loaded model.
struct ModelStatus {
    Q_GADGET
    Q_PROPERTY(app::ModelPhase phase MEMBER phase)
    Q_PROPERTY(QString modelId MEMBER modelId)
    Q_PROPERTY(double progress MEMBER progress)
    Q_PROPERTY(QString deviceId MEMBER deviceId)
    Q_PROPERTY(QString deviceName MEMBER deviceName)
    Q_PROPERTY(QString fallbackReason MEMBER fallbackReason)
    Q_PROPERTY(QString templateNotice MEMBER templateNotice)
    Q_PROPERTY(QString placementNotice MEMBER placementNotice)
    Q_PROPERTY(quint32 contextLength MEMBER contextLength)
    Q_PROPERTY(quint64 memoryBytes MEMBER memoryBytes)
    Q_PROPERTY(app::Failure failure MEMBER failure)
public:
    ModelPhase phase = ModelPhase::None;
    QString modelId;
    double progress = 0.0; ///< 0 … 1 while Loading
    QString deviceId;      ///< "cpu", "vulkan:0" when Ready
    QString deviceName;
    QString fallbackReason;    ///< why the model runs on the CPU although a GPU was asked for; empty = no fallback
    QString templateNotice;    ///< why another chat template than the file's own is used; empty = its own is
    QString placementNotice;   ///< what of a graphics card's model stays in main memory, unasked; empty = nothing
    quint32 contextLength = 0; ///< positions, when Ready
    quint64 memoryBytes = 0;   ///< weights + KV + scratch, when Ready
    double loadMs = 0.0;       ///< when Ready
    Failure failure;           ///< when Failed
    bool operator==(const ModelStatus &) const = default;
};

/// One generation over whole messages; the port renders the model's own template.
struct GenerationRequest {
    std::vector<inference::Message> messages;
    SamplingOverrides sampling; ///< over what the model file recommends; a missing seed is drawn at random
    std::optional<inference::SamplingParams> exactSampling; ///< these settings and no others
    std::optional<bool> thinking;              ///< the template's enable_thinking; absent = the model's default
    qint32 maxTokens = -1;                     ///< -1 = until the context is full
    std::vector<inference::TokenId> promptIds; ///< replay: these ids instead of the messages
    std::vector<quint32> batchStarts;          ///< replay: evaluate the prompt in these batches
    quint32 citableIds = 0; ///< sources 1 to this may be cited and no others; 0 = no rule. A replay needs the same
    bool reusePrefix = true;
    /// Nobody waits for it at the keyboard: others go before it, and a change of the model or its adapters cancels it.
    /// Several that wait are answered together where that is faster.
    bool background = false;
    std::vector<std::string> stopStrings;
    qint64 now = 0; ///< seconds since 1970 handed to the template, kept in the record
};

/// Text that has arrived since the last signal, already split by the model's thinking marks. UTF-8 was complete.
struct TextDelta {
    QString thinking;
    QString answer;
    std::vector<inference::TokenId> tokens; ///< every generated id behind this text, control tokens too
    double tokensPerSecond = 0.0;           ///< of the generation so far
};

/// How far the prompt has been read.
struct PrefillProgress {
    qint32 promptTokens = 0;
    qint32 reusedTokens = 0; ///< found in the KV cache
    qint32 doneTokens = 0;   ///< reused ones included
};

/// How a generation ended, with what its record needs. One that failed has what was known of it until then.
struct GenerationOutcome {
    std::optional<Failure> failure; ///< set: it failed; text that came before is kept
    inference::FinishReason finish = inference::FinishReason::EndOfGeneration;
    inference::SamplingParams sampling; ///< as used, seed included
    quint32 citableIds = 0;             ///< as in the request
    qint32 promptTokens = 0;
    qint32 reusedTokens = 0;
    qint32 generatedTokens = 0;
    double queuedMs = 0.0;
    double prefillMs = 0.0;
    double firstTokenMs = 0.0; ///< from the start of work to the first token
    double decodeMs = 0.0;
    double tokensPerSecond = 0.0; ///< decode
    QString modelSha256;          ///< hex of the whole file, empty when not known yet
    QString templateSha256;
    QList<UsedAdapter> adapters;
    QString deviceId;
    QString deviceName;
    QString fallbackReason; ///< the turn moved to the CPU on the way
    QString engineVersion;
    QString instructionSet; ///< of the CPU kernels
    qint32 threads = 0;
    qint32 contextLength = 0;
    inference::KvType kv = inference::KvType::F16;
    quint32 hostExperts = 0; ///< layers whose experts stayed in main memory beside a graphics card
    std::vector<inference::TokenId> promptIds;
    std::vector<inference::TokenId> generatedIds; ///< the end token included
    std::vector<quint32> batchStarts;             ///< prefill batches, for replays on Vulkan
    QString promptText;                           ///< what the model saw
};

/// Whether a measurement may be overtaken.
enum class MeasurePurpose {
    Meter, ///< for the eye: while one waits, a newer one takes its place and it is never answered
    Turn,  ///< decides what is sent: always answered
};

/// What a conversation would cost in tokens. Turns are a user message with its answer.
struct PromptMeasureRequest {
    MeasurePurpose purpose = MeasurePurpose::Meter;
    std::vector<inference::Message> messages; ///< system first when there is one, the newest user message last
    qint32 reserve = 256;                     ///< positions kept free for the answer
};

/// Answer to a measurement. `known` is false while no model is ready.
struct PromptFit {
    Q_GADGET
    Q_PROPERTY(bool known MEMBER known)
    Q_PROPERTY(qint32 promptTokens MEMBER promptTokens)
    Q_PROPERTY(qint32 contextLength MEMBER contextLength)
    Q_PROPERTY(bool fits MEMBER fits)
    Q_PROPERTY(bool possible MEMBER possible)
    Q_PROPERTY(qint32 turnsToDrop MEMBER turnsToDrop)
    Q_PROPERTY(qint32 tokensAfterDrop MEMBER tokensAfterDrop)
public:
    bool known = false;
    qint32 promptTokens = 0; ///< all messages, rendered
    qint32 contextLength = 0;
    bool fits = true;       ///< promptTokens + reserve <= contextLength
    bool possible = true;   ///< false: not even the newest message with the system prompt fits
    qint32 turnsToDrop = 0; ///< oldest whole turns to leave out so that it fits
    qint32 tokensAfterDrop = 0;
    Failure failure; ///< the template failed; else empty
    bool operator==(const PromptFit &) const = default;
};

/// Lives on the thread that owns it (the GUI's, or main in the terminal); every call returns at once and every signal
/// arrives on that thread. One model at a time, one generation at a time: a second generate() waits for the first.
class InferencePort : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Replaces the loaded model; running generations are cancelled first. Where only the adapters differ from the
    /// model that is ready, that stays loaded.
    virtual void loadModel(const ModelLoad &load) = 0;
    virtual void unloadModel() = 0;
    [[nodiscard]] virtual const ModelStatus &status() const = 0;

    /// What is known of a generation before it begins: settings with their seed (drawn where the request has none),
    /// model and device. What runs is the same only when the settings are handed to generate() as `exactSampling`.
    /// Needs a model that is ready.
    [[nodiscard]] virtual GenerationOutcome plan(const GenerationRequest &request) const = 0;
    /// Starts a generation. finished() follows exactly once for each id, also after cancel() and failures.
    virtual GenerationId generate(const GenerationRequest &request) = 0;
    /// Seen within one token, or within one prefill segment. Unknown ids are ignored.
    virtual void cancel(GenerationId id) = 0;

    /// Counts tokens off this thread; promptMeasured() follows, see MeasurePurpose.
    virtual MeasureId measurePrompt(const PromptMeasureRequest &request) = 0;
    /// Tokens of each of these texts as they stand, without a template, counted off this thread; tokensCounted()
    /// follows. Needs a model that is ready; without one the counts are empty.
    virtual MeasureId countTokens(std::vector<std::string> texts) = 0;

Q_SIGNALS:
    void statusChanged(const app::ModelStatus &status);
    /// The prompt is tokenized: plan() with its ids, batches and reused tokens. Comes before progress and text, and
    /// again when the device changes on the way, then with the tokens so far.
    void began(app::GenerationId id, const app::GenerationOutcome &outcome);
    void prefillProgressed(app::GenerationId id, const app::PrefillProgress &progress);
    /// At most one such event is queued at any time, however many tokens came.
    void textArrived(app::GenerationId id, const app::TextDelta &delta);
    void finished(app::GenerationId id, const app::GenerationOutcome &outcome);
    void promptMeasured(app::MeasureId id, const app::PromptFit &fit);
    void tokensCounted(app::MeasureId id, const std::vector<qint32> &tokens);
};

} // namespace app
