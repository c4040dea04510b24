// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/engine.h"
#include "inference/error.h"
#include "inference/runtime/citation_guard.h"
#include "inference/runtime/model_runtime.h"
#include "inference/sampling/sampler.h"
#include "inference/tokenizer/stream_decoder.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace inference::runtime {

/// One request on its way: the log of its tokens, and what logits make of it. Whoever holds it evaluates. One thread at
/// a time.
class Continuation {
public:
    /// Everything is borrowed.
    Continuation(ModelRuntime &runtime, const GenerateRequest &request, const Engine::OnEvent &onEvent);
    Continuation(const Continuation &) = delete;
    Continuation &operator=(const Continuation &) = delete;

    /// Makes the prompt's tokens. InvalidArgument, or ContextFull where they leave no room for an answer.
    Result<void> encodePrompt();
    /// Tells of the prompt. `reused`: its leading tokens whose KV is there; `batchStarts`: as PromptEncoded.
    void begin(std::uint32_t reused, const std::vector<std::uint32_t> &batchStarts);
    /// Tells how many tokens of the prompt were evaluated or reused.
    void tellPrefill(std::size_t done) const;
    /// Chooses the token behind the log from its logits (vocabulary). The reason once it was the last one.
    std::optional<FinishReason> take(std::span<const float> logits);
    /// What came of it; once. `batchStarts`: first positions of the batches that were evaluated.
    GenerateResult finished(FinishReason reason, std::span<const std::uint32_t> batchStarts);

    /// Prompt and answer: the truth that KV can always be made from.
    [[nodiscard]] const std::vector<TokenId> &log() const { return m_log; }
    [[nodiscard]] std::size_t promptLength() const { return m_promptLength; }
    [[nodiscard]] bool isPrefilling() const { return m_log.size() == m_promptLength; }
    [[nodiscard]] const Engine::OnEvent &onEvent() const { return m_onEvent; }

private:
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] std::optional<CitationGuard> citationGuard() const;

    ModelRuntime &m_runtime;
    const GenerateRequest &m_request;
    const Engine::OnEvent &m_onEvent;
    std::vector<TokenId> m_log;
    std::size_t m_promptLength = 0;
    StreamDecoder m_decoder{{}};
    std::optional<Sampler> m_sampler;
    std::optional<CitationGuard> m_guard;
    GenerateResult m_result;
    Clock::time_point m_start = Clock::now();
    Clock::time_point m_decodeStart;
};

} // namespace inference::runtime
