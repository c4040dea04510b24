// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/engine.h"
#include "inference/error.h"
#include "inference/graph/graph.h"
#include "inference/graph/kv_state.h"
#include "inference/model/gguf_file.h"
#include "inference/runtime/adapter_set.h"
#include "inference/runtime/devices.h"
#include "inference/sampling/citation_mask.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace inference::runtime {

/// Longest context used when nobody asked for one: longer ones cost memory that most chats never use.
inline constexpr std::uint32_t kDefaultContextLength = 8192;
inline constexpr std::uint32_t kMinContextLength = 256;
/// The same for models that read a whole text in one batch, whose scratch memory grows with it.
inline constexpr std::uint32_t kDefaultTextLength = 2048;

/// The context for a request: `requested` (0 = the usual one) bounded by the model's own, then halved until
/// `bytesAt(context)` fits into `availableBytes` (0 = unknown: no bound). A length that was asked for is not shortened:
/// 0 when it does not fit, and also when not even kMinContextLength does.
std::uint32_t fitContext(std::uint32_t requested, std::uint32_t modelContext, std::uint64_t availableBytes,
                         const std::function<std::uint64_t(std::uint32_t)> &bytesAt,
                         std::uint32_t usual = kDefaultContextLength);

/// A loaded model: file, graph, program and KV state, and the way back to the CPU. One thread at a time.
class ModelRuntime {
public:
    static Result<std::unique_ptr<ModelRuntime>> load(const LoadOptions &options, const EngineOptions &engine,
                                                      std::shared_ptr<DeviceProvider> devices,
                                                      const std::function<void(float)> &progress,
                                                      const std::stop_token &stop);

    [[nodiscard]] const LoadedModel &info() const { return m_info; }
    [[nodiscard]] const TextModel &text() const { return *m_info.text; }
    [[nodiscard]] graph::KvState &kv() { return m_kv; }
    [[nodiscard]] backend::Program &program() { return *m_program; }
    /// The tokens that matter to citations, found at the first call. Control tokens, marks too, count as silent.
    std::shared_ptr<const CitationTokens> citationTokens();

    /// Evaluates tokens at the end of the KV state and notes them there. With LastRow the result holds one row of
    /// logits, with AllRows one for each token, else it is empty; the span is valid until the next call.
    Result<std::span<const float>> evaluate(std::span<const TokenId> tokens, backend::LogitsWanted wanted,
                                            const std::stop_token &stop);

    /// Goes on with some of the sequences that Program::openSequences() made of the cache; `rows`: those that end in
    /// logits. The KV state is the caller's to cut back. The span is valid until the next call.
    Result<std::span<const float>> evaluateSequences(std::span<const TokenId> tokens,
                                                     std::span<const backend::SequenceRows> parts, std::size_t rows,
                                                     const std::stop_token &stop);

    /// Evaluates a text on its own; the KV state is empty afterwards. One row of what the graph ends in, or one for
    /// each token of a model that does not pool; the span is valid until the next call.
    Result<std::span<const float>> evaluateText(const EncodedText &text, const std::stop_token &stop);
    /// Several short texts in one go, each as if it were alone: as many of them, from the first on, as textsThatFit()
    /// says. One row for each.
    Result<std::span<const float>> evaluateTexts(std::span<const EncodedText> texts, const std::stop_token &stop);
    /// At least 1: the first text alone, for evaluateText().
    [[nodiscard]] std::size_t textsThatFit(std::span<const EncodedText> texts) const;
    /// Numbers in a row of evaluateText().
    [[nodiscard]] std::uint32_t rowWidth() const { return m_graph.vocabularySize; }
    [[nodiscard]] graph::Ending ending() const { return m_graph.ending; }
    /// WrongPurpose unless the model is made for it.
    [[nodiscard]] Result<void> require(ModelPurpose purpose) const;

    /// Computes with exactly these adapters from now on; what was before stays when this fails. The KV state of others
    /// is kept apart.
    Result<void> setAdapters(std::span<const AdapterOption> wanted, const std::stop_token &stop);

    /// Replaces the device by the CPU after `cause`; the KV state is empty afterwards.
    Result<void> fallBackToCpu(const Error &cause, const std::stop_token &stop);
    /// True for errors after which the CPU can go on: the GPU was lost, ran out of memory or computed nonsense.
    [[nodiscard]] bool canFallBack(const Error &error) const;

private:
    explicit ModelRuntime(std::uint64_t prefixCacheBytes);
    Result<void> compileOn(const DeviceInfo &device, const std::function<void(float)> &progress,
                           const std::stop_token &stop);
    Result<void> compileOnCpu(const std::function<void(float)> &progress, const std::stop_token &stop);
    Result<void> compileOnGpu(const DeviceInfo &device, const std::function<void(float)> &progress,
                              const std::stop_token &stop);
    /// Whether the host has memory for experts that are repacked; else they are read in the mapped file.
    [[nodiscard]] bool repacksHostExperts(const backend::Backend &backend,
                                          const backend::ProgramOptions &options) const;
    /// Angles of some models differ between long contexts and short ones: the graph is written for the context in use.
    Result<void> buildGraphFor(std::uint32_t context);
    /// The program of the model alone, or one with the adapters in use.
    [[nodiscard]] Result<std::unique_ptr<backend::Program>> withAdapters(std::unique_ptr<backend::Program> program,
                                                                         const std::stop_token &stop) const;
    [[nodiscard]] backend::ProgramOptions programOptions(const std::function<void(float)> &progress) const;
    /// Rows of a batch at a context length.
    [[nodiscard]] std::uint32_t batchFor(std::uint32_t context) const;
    Result<void> evaluateBatch(const backend::Batch &batch, std::size_t rows, const std::stop_token &stop);
    [[nodiscard]] std::uint32_t defaultContext() const
    {
        return m_oneBatch ? kDefaultTextLength : kDefaultContextLength;
    }

    LoadOptions m_options;
    std::function<void(const DeviceInfo &, bool)> m_firstSubmission;
    std::shared_ptr<DeviceProvider> m_devices;
    std::shared_ptr<const GgufFile> m_file;
    graph::Graph m_graph;
    std::uint32_t m_graphContext = 0; ///< positions that m_graph was written for
    bool m_readsFile = false;         ///< while it runs; a file that is cut meanwhile must be noticed before
    bool m_oneBatch = false;          ///< a text is read in one batch, whatever its length
    Pooling m_pooling = Pooling::None;
    AdapterSet m_adapters;
    std::unique_ptr<backend::Backend> m_backend;
    std::unique_ptr<backend::Program> m_program; // before m_backend goes
    graph::KvState m_kv;
    std::vector<float> m_logits; ///< (rows, vocabulary)
    LoadedModel m_info;
    std::shared_ptr<const CitationTokens> m_citationTokens;
};

} // namespace inference::runtime
