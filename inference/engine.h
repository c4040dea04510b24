// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine: one model at a time on one device, on a thread of its own. With text_model.h and probe.h this is all
// that the rest of Carrel sees of inference.
#pragma once

#include "inference/embedding.h"
#include "inference/error.h"
#include "inference/kv_type.h"
#include "inference/text_model.h"
#include "inference/types.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inference {

namespace runtime {
class DeviceProvider;
}

/// Names a running request; never reused within an engine.
enum class RequestId : std::uint64_t {};

/// An adapter that changes the model while it computes (LoRA, as a GGUF file).
struct AdapterOption {
    std::filesystem::path path;
    float scale = 1.0F; ///< how much of it counts; 0: nothing, below 0: its opposite
    bool operator==(const AdapterOption &) const = default;
};

/// Most adapters at once.
inline constexpr std::size_t kMostAdapters = 64;

/// Which model to load, and where.
struct LoadOptions {
    std::filesystem::path path;
    std::vector<AdapterOption> adapters = {}; ///< see Engine::setAdapters()
    /// "auto": the best device of `probedDevices`, else the CPU. "cpu". "vulkan": the best real GPU, or the software
    /// device where there is no other. "vulkan:N": exactly this one.
    std::string device = "auto";
    /// UUIDs of GPUs that passed their smoke test; "auto" uses no other.
    std::vector<std::string> probedDevices = {};
    std::uint32_t contextLength = 0;     ///< 0: the model's own, or what fits into memory
    std::uint32_t threads = 0;           ///< 0: the performance cores
    KvType kv = KvType::F16;             ///< quantized: InvalidArgument for models whose heads are not whole blocks
    std::optional<Pooling> pooling = {}; ///< in place of what the file says: makes an embedder of any model
    /// On a graphics device: of how many layers with experts, the first, these stay in host memory and run on the
    /// processor; as many as there are where there are fewer. Nothing: as few as make the rest fit.
    std::optional<std::uint32_t> hostExpertLayers = {};
};

/// An adapter in use.
struct LoadedAdapter {
    std::filesystem::path path;
    std::string name;   ///< general.name, else the file's stem
    std::string sha256; ///< of the file, hex
    float scale = 1.0F;
    bool operator==(const LoadedAdapter &) const = default;
};

/// A model that is ready to answer.
struct LoadedModel {
    std::shared_ptr<const TextModel> text;
    DeviceInfo device;
    std::string instructionSet; ///< of CPU kernels, for the record: "AVX3_ZEN4"
    std::string fallbackReason; ///< why not the device asked for, empty when it is
    std::uint32_t contextLength = 0;
    std::uint32_t threads = 0;
    KvType kv = KvType::F16;
    std::uint32_t expertLayers = 0;     ///< layers with experts
    std::uint32_t hostExpertLayers = 0; ///< of these, whose experts a graphics device leaves in host memory
    bool mapped = false; ///< runs on the file's own layout because repacked weights do not fit into memory
    std::vector<LoadedAdapter> adapters; ///< in the order in which they were asked for
    MemoryUse memory;
    double loadMs = 0;
    std::uint64_t fileModified = 0; ///< identifies the file's state together with its size
};

/// What to continue. Chats go through the template; text and tokens go in raw.
struct ChatPrompt {
    std::vector<Message> messages;
    ChatOptions options;
};
struct TextPrompt {
    std::string text;
};
struct TokenPrompt {
    std::vector<TokenId> tokens;
};
using Prompt = std::variant<ChatPrompt, TextPrompt, TokenPrompt>;

/// A generation.
struct GenerateRequest {
    Prompt prompt;
    SamplingParams sampling;
    std::vector<std::string> stopStrings;
    std::int32_t maxTokens = -1;        ///< -1: until the context is full
    std::int32_t topLogits = 0;         ///< report the K highest logits of every step
    bool ignoreEndOfGeneration = false; ///< for benchmarks
    bool reusePrefix = true;            ///< off: evaluate the whole prompt again
    /// Work that nobody waits for at the keyboard: other requests go before it, and loading a model or changing its
    /// adapters cancels it. Requests of this kind that wait together are answered together where that is faster
    /// (runtime::generateQueued()), each as it would be alone; they should have a `maxTokens`.
    bool background = false;
    /// Sources numbered 1 to this may be cited: outside code a bracket and digits only go on to such a number. 0: off.
    /// A replay needs the same.
    std::uint32_t citableIds = 0;
    /// Control tokens that mark parts of an answer (TextModel::outputFormat()) stay in its text, for OutputParser.
    bool keepMarks = false;
    /// Replay: evaluate the prompt in exactly these batches (first positions, ascending, starting with 0).
    std::vector<std::uint32_t> batchStarts;
};

/// One candidate of a step.
struct TokenLogit {
    TokenId id = 0;
    float logit = 0;
};

/// Progress of a generation. Delivered on the engine's thread, in order; must return quickly.
///
/// Comes first, once the prompt is tokenized: with the settings, what an answer that is cut needs to be run again.
struct PromptEncoded {
    std::vector<TokenId> tokens;
    std::uint32_t reused = 0;               ///< leading tokens whose KV is there
    std::vector<std::uint32_t> batchStarts; ///< as GenerateResult will have them, unless the device changes
};
struct PrefillProgress {
    std::uint32_t done = 0;   ///< prompt tokens evaluated or reused
    std::uint32_t reused = 0; ///< of these, taken from the KV cache
    std::uint32_t total = 0;
};
struct TokenChunk {
    TokenId token = 0;
    std::string text;                  ///< whole UTF-8 that may be shown now; often empty, may belong to earlier tokens
    std::vector<TokenLogit> topLogits; ///< when asked for
};
/// The turn goes on on another device after a failure; `reason` is one sentence in English.
struct DeviceChanged {
    DeviceInfo device;
    Error cause;
};
using GenerateEvent = std::variant<PromptEncoded, PrefillProgress, TokenChunk, DeviceChanged>;

/// Time and tokens of a finished generation.
struct GenerateStats {
    std::uint32_t promptTokens = 0;
    std::uint32_t reusedTokens = 0;
    std::uint32_t generatedTokens = 0;
    double queuedMs = 0;     ///< waiting for earlier requests
    double firstTokenMs = 0; ///< from the start of work to the first token
    double prefillMs = 0;
    double decodeMs = 0;
};

/// Everything that a record of the answer needs besides the model.
struct GenerateResult {
    FinishReason finish = FinishReason::EndOfGeneration;
    std::string tailText; ///< what was held back and is certain now
    std::vector<TokenId> promptTokens;
    std::string promptText;
    std::vector<TokenId> generated; ///< end token included
    std::vector<std::uint32_t> batchStarts;
    SamplingParams sampling;
    std::uint32_t citableIds = 0; ///< as in the request
    DeviceInfo device;
    std::vector<LoadedAdapter> adapters;
    bool thinkingOpened = false;
    GenerateStats stats;
};

/// Log-probabilities of a text under the model, for perplexity and for comparing devices.
struct ScoreResult {
    std::vector<float> logProbabilities; ///< natural log of p(token[i] | token[0..i-1]) for i >= 1
};

/// How the engine is made.
struct EngineOptions {
    std::filesystem::path cacheFolder; ///< pipeline caches; empty: none
    bool vulkanValidation = false;
    std::uint64_t prefixCacheBytes = 96U << 20U; ///< KV of other chats kept in RAM
    /// Called right before (true) and after (false) the first submission to a GPU, so that a driver crash in between
    /// can be told at the next start.
    std::function<void(const DeviceInfo &, bool starting)> firstSubmission;
    std::function<void(std::string_view)> log; ///< technical lines without any user's text; any thread
};

/// Accepts commands from any thread, runs them in order on its own thread. Callbacks come on that thread, each
/// request's last one being `done`, also after cancel() and in the destructor.
class Engine {
public:
    explicit Engine(EngineOptions options);
    /// For tests: other devices than this machine's.
    Engine(EngineOptions options, std::shared_ptr<runtime::DeviceProvider> devices);
    /// Cancels everything, waits for the thread.
    ~Engine();
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;

    using LoadDone = std::function<void(Result<LoadedModel>)>;
    using Progress = std::function<void(float)>;
    /// Replaces the loaded model. The old one is gone even when loading fails.
    RequestId load(LoadOptions options, Progress progress, LoadDone done);
    /// Frees the model.
    RequestId unload(std::function<void()> done);

    /// From the next request on the loaded model computes with exactly these adapters. It stays where it is: only what
    /// the adapters add is brought to the device. State computed with others is kept apart. On failure (AdapterUnfit,
    /// OutOfMemory) those before stay in use. `done` has the model with its new adapters.
    RequestId setAdapters(std::vector<AdapterOption> adapters, LoadDone done);

    using OnEvent = std::function<void(const GenerateEvent &)>;
    using GenerateDone = std::function<void(Result<GenerateResult>)>;
    RequestId generate(GenerateRequest request, OnEvent onEvent, GenerateDone done);

    /// Scores tokens[1..] in one context. Fails with ContextFull when they do not fit.
    RequestId score(std::vector<TokenId> tokens, std::function<void(Result<ScoreResult>)> done);

    using OnTextProgress = std::function<void(const TextProgress &)>;
    /// Fails with WrongPurpose unless the model is an embedder, or loaded as one.
    RequestId embed(EmbedRequest request, OnTextProgress onProgress, std::function<void(Result<EmbedResult>)> done);
    /// Fails with WrongPurpose unless the model is a reranker.
    RequestId rerank(RerankRequest request, OnTextProgress onProgress, std::function<void(Result<RerankResult>)> done);

    /// Stops a queued or running request within one token; its `done` still comes.
    void cancel(RequestId id);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Version of the engine, for records: results may differ between versions.
std::string_view engineVersion();

} // namespace inference
