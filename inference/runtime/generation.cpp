// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/generation.h"

#include "inference/graph/state_snapshots.h"
#include "inference/runtime/citation_guard.h"
#include "inference/sampling/sampler.h"
#include "inference/tokenizer/stream_decoder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>

namespace inference::runtime {

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// What the request asks for, without the tokens that the model's file forbids.
SamplingParams samplingOf(const GenerateRequest &request, const TextModel &text)
{
    SamplingParams sampling = request.sampling;
    for (const TokenId token : text.suppressed()) {
        sampling.logitBias[token] = -std::numeric_limits<float>::infinity();
    }
    return sampling;
}

std::vector<TokenLogit> highest(std::span<const float> logits, std::int32_t count)
{
    const std::size_t k = std::min<std::size_t>(logits.size(), static_cast<std::size_t>(std::max(0, count)));
    std::vector<TokenId> ids(logits.size());
    std::iota(ids.begin(), ids.end(), 0);
    const auto better = [&](TokenId a, TokenId b) {
        return logits[static_cast<std::size_t>(a)] != logits[static_cast<std::size_t>(b)]
                   ? logits[static_cast<std::size_t>(a)] > logits[static_cast<std::size_t>(b)]
                   : a < b;
    };
    std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(k), ids.end(), better);
    std::vector<TokenLogit> result;
    result.reserve(static_cast<std::size_t>(k));
    for (std::size_t i = 0; i < k; ++i) {
        result.push_back({ids[i], logits[static_cast<std::size_t>(ids[i])]});
    }
    return result;
}

Result<EncodedPrompt> encode(const TextModel &text, const Prompt &prompt)
{
    if (const auto *chat = std::get_if<ChatPrompt>(&prompt)) {
        return text.encodeChat(chat->messages, chat->options);
    }
    EncodedPrompt encoded;
    if (const auto *raw = std::get_if<TextPrompt>(&prompt)) {
        encoded.tokens = text.encodeText(raw->text, true, false);
        encoded.text = raw->text;
        return encoded;
    }
    encoded.tokens = std::get<TokenPrompt>(prompt).tokens;
    for (const TokenId token : encoded.tokens) {
        if (token < 0 || static_cast<std::size_t>(token) >= text.vocabularySize()) {
            return failure(ErrorCode::InvalidArgument, "token " + std::to_string(token) + " is not in the vocabulary");
        }
    }
    encoded.text = text.decode(encoded.tokens, true);
    return encoded;
}

/// What a token adds to the output.
std::string_view outputBytes(const TextModel &text, TokenId token, bool keepMarks)
{
    const bool isText = !text.isControl(token) || (keepMarks && text.isMark(token));
    return isText ? text.tokenBytes(token) : std::string_view();
}

/// One generation's state.
class Generation {
public:
    Generation(ModelRuntime &runtime, const GenerateRequest &request, const Engine::OnEvent &onEvent,
               const std::stop_token &stop)
        : m_runtime(runtime)
        , m_request(request)
        , m_onEvent(onEvent)
        , m_stop(stop)
    {
    }

    Result<GenerateResult> run();

private:
    /// Evaluates m_log[kv length ...] so that the logits of its last token are at hand; replaces a failing device.
    Result<std::span<const float>> evaluateLog();
    Result<std::span<const float>> evaluateLogOnce();
    [[nodiscard]] std::size_t batchEnd(std::size_t begin) const;
    /// First positions of the prompt's batches: of those in the KV state and of those to come.
    [[nodiscard]] std::vector<std::uint32_t> plannedBatchStarts() const;
    GenerateResult finished(FinishReason reason);
    [[nodiscard]] std::optional<CitationGuard> citationGuard() const;

    ModelRuntime &m_runtime;
    const GenerateRequest &m_request;
    const Engine::OnEvent &m_onEvent;
    const std::stop_token &m_stop;
    std::vector<TokenId> m_log; ///< prompt and answer: the truth that KV can always be made from
    std::size_t m_promptLength = 0;
    bool m_prefilling = true;
    StreamDecoder m_decoder{{}};
    GenerateResult m_result;
};

std::size_t Generation::batchEnd(std::size_t begin) const
{
    // While replaying, a batch ends where the recorded next one starts.
    std::size_t end = std::min(m_log.size(), begin + m_runtime.program().options().maxBatch);
    if (m_prefilling && m_request.batchStarts.empty() && m_runtime.program().stateBytes() > 0) {
        end = std::min(end, graph::nextSnapshot(begin, m_promptLength).value_or(end));
    }
    const auto next = std::ranges::upper_bound(m_request.batchStarts, static_cast<std::uint32_t>(begin));
    if (next != m_request.batchStarts.end()) {
        end = std::min<std::size_t>(end, *next);
    }
    return end;
}

std::vector<std::uint32_t> Generation::plannedBatchStarts() const
{
    const auto known = m_runtime.kv().batchStarts();
    std::vector<std::uint32_t> starts(known.begin(), known.end());
    for (std::size_t begin = m_runtime.kv().tokens().size(); begin < m_promptLength; begin = batchEnd(begin)) {
        starts.push_back(static_cast<std::uint32_t>(begin));
    }
    return starts;
}

Result<std::span<const float>> Generation::evaluateLogOnce()
{
    std::span<const float> logits;
    while (m_runtime.kv().tokens().size() < m_log.size()) {
        if (m_stop.stop_requested()) {
            return failure(ErrorCode::Cancelled, "stopped while reading the prompt");
        }
        const std::size_t begin = m_runtime.kv().tokens().size();
        const std::size_t end = batchEnd(begin);
        const auto wanted = end == m_log.size() ? backend::LogitsWanted::LastRow : backend::LogitsWanted::None;
        auto evaluated = m_runtime.evaluate(std::span(m_log).subspan(begin, end - begin), wanted, m_stop);
        if (!evaluated) {
            return std::unexpected(evaluated.error());
        }
        logits = *evaluated;
        if (m_prefilling && graph::nextSnapshot(begin, m_promptLength) == end) {
            if (auto kept = m_runtime.program().keepState(); !kept) {
                return std::unexpected(kept.error());
            }
        }
        if (m_prefilling && m_onEvent) {
            m_onEvent(PrefillProgress{static_cast<std::uint32_t>(end), m_result.stats.reusedTokens,
                                      static_cast<std::uint32_t>(m_promptLength)});
        }
    }
    return logits;
}

Result<std::span<const float>> Generation::evaluateLog()
{
    auto logits = evaluateLogOnce();
    if (!logits && m_runtime.canFallBack(logits.error())) {
        const Error cause = logits.error();
        if (auto replaced = m_runtime.fallBackToCpu(cause, m_stop); !replaced) {
            return std::unexpected(replaced.error());
        }
        if (m_onEvent) {
            m_onEvent(DeviceChanged{m_runtime.info().device, cause});
        }
        logits = evaluateLogOnce();
    }
    return logits;
}

GenerateResult Generation::finished(FinishReason reason)
{
    m_decoder.finish(m_result.tailText);
    m_result.finish = reason;
    m_result.device = m_runtime.info().device;
    m_result.adapters = m_runtime.info().adapters;
    for (const std::uint32_t start : m_runtime.kv().batchStarts()) {
        if (start < m_promptLength) {
            m_result.batchStarts.push_back(start);
        }
    }
    m_result.stats.generatedTokens = static_cast<std::uint32_t>(m_result.generated.size());
    return std::move(m_result);
}

std::optional<CitationGuard> Generation::citationGuard() const
{
    if (m_request.citableIds == 0) {
        return std::nullopt;
    }
    const TextModel &text = m_runtime.text();
    return CitationGuard(
        m_runtime.citationTokens(),
        [&text, keepMarks = m_request.keepMarks](TokenId token) { return outputBytes(text, token, keepMarks); },
        m_request.citableIds, text.outputFormat(), openedThinking(m_result.promptText, text.outputFormat()));
}

Result<GenerateResult> Generation::run()
{
    const auto start = Clock::now();
    auto prompt = encode(m_runtime.text(), m_request.prompt);
    if (!prompt) {
        return std::unexpected(prompt.error());
    }
    const std::size_t context = m_runtime.info().contextLength;
    if (prompt->tokens.empty()) {
        return failure(ErrorCode::InvalidArgument, "the prompt has no tokens");
    }
    if (prompt->tokens.size() >= context) {
        return failure(ErrorCode::ContextFull, "the prompt has " + std::to_string(prompt->tokens.size()) +
                                                   " tokens, the context holds " + std::to_string(context) +
                                                   " with room for an answer");
    }
    m_log = prompt->tokens;
    m_promptLength = m_log.size();
    // A raw prompt's continuation begins in the middle of a text, where a space counts.
    const bool dropsSpace =
        std::holds_alternative<ChatPrompt>(m_request.prompt) && m_runtime.text().dropsLeadingSpace();
    m_decoder = StreamDecoder(m_request.stopStrings,
                              dropsSpace ? StreamDecoder::LeadingSpace::Drop : StreamDecoder::LeadingSpace::Keep);
    m_result.promptTokens = std::move(prompt->tokens);
    m_result.promptText = std::move(prompt->text);
    m_result.thinkingOpened = prompt->thinkingOpened;
    m_result.sampling = m_request.sampling;
    m_result.citableIds = m_request.citableIds;
    m_result.stats.promptTokens = static_cast<std::uint32_t>(m_promptLength);

    if (m_request.reusePrefix && m_request.batchStarts.empty()) {
        auto reused = m_runtime.kv().prepare(m_runtime.program(), m_log);
        // A device that fails here fails again below, where the way back to the CPU is.
        m_result.stats.reusedTokens = reused ? *reused : 0;
        if (!reused) {
            m_runtime.kv().clear();
        }
    } else {
        m_runtime.kv().truncate(0);
    }
    if (m_onEvent) {
        m_onEvent(PromptEncoded{m_result.promptTokens, m_result.stats.reusedTokens, plannedBatchStarts()});
    }

    const TextModel &text = m_runtime.text();
    Sampler sampler(samplingOf(m_request, text), text.vocabularySize(),
                    [&text](TokenId token) { return text.tokenBytes(token); });
    std::optional<CitationGuard> guard = citationGuard();
    const std::function<void(std::span<float>)> forbid =
        guard ? [&guard](std::span<float> values) { guard->forbid(values); } : std::function<void(std::span<float>)>();
    auto logits = evaluateLog();
    m_prefilling = false;
    m_result.stats.prefillMs = millisecondsSince(start);
    const auto decodeStart = Clock::now();
    while (logits) {
        const TokenId choice = sampler.sample(*logits, m_log, forbid);
        const TokenId token = guard ? guard->take(choice) : choice;
        if (m_result.generated.empty()) {
            m_result.stats.firstTokenMs = millisecondsSince(start);
        }
        m_log.push_back(token);
        m_result.generated.push_back(token);
        m_result.stats.decodeMs = millisecondsSince(decodeStart);

        TokenChunk chunk;
        chunk.token = token;
        if (m_request.topLogits > 0) {
            chunk.topLogits = highest(*logits, m_request.topLogits);
        }
        const bool ended = text.endsGeneration(token) && !m_request.ignoreEndOfGeneration;
        const std::string_view bytes = outputBytes(text, token, m_request.keepMarks);
        const bool stopped = !ended && m_decoder.push(bytes, chunk.text);
        if (m_onEvent) {
            m_onEvent(chunk);
        }
        if (ended) {
            return finished(FinishReason::EndOfGeneration);
        }
        if (stopped) {
            return finished(FinishReason::StopString);
        }
        if (m_request.maxTokens >= 0 && m_result.generated.size() >= static_cast<std::size_t>(m_request.maxTokens)) {
            return finished(FinishReason::TokenLimit);
        }
        if (m_log.size() >= context) {
            return finished(FinishReason::ContextFull);
        }
        logits = evaluateLog();
    }
    // A stopped answer keeps what it has; a stop before the first token is a finished, empty answer.
    if (logits.error().code == ErrorCode::Cancelled) {
        return finished(FinishReason::Cancelled);
    }
    return std::unexpected(logits.error());
}

} // namespace

Result<GenerateResult> generate(ModelRuntime &runtime, const GenerateRequest &request, const Engine::OnEvent &onEvent,
                                const std::stop_token &stop)
{
    if (request.maxTokens == 0) {
        return failure(ErrorCode::InvalidArgument, "maxTokens is 0");
    }
    return Generation(runtime, request, onEvent, stop).run();
}

Result<ScoreResult> score(ModelRuntime &runtime, std::span<const TokenId> tokens, const std::stop_token &stop)
{
    if (tokens.size() > runtime.info().contextLength) {
        return failure(ErrorCode::ContextFull, std::to_string(tokens.size()) + " tokens do not fit into a context of " +
                                                   std::to_string(runtime.info().contextLength));
    }
    runtime.kv().truncate(0);
    ScoreResult result;
    std::size_t done = 0;
    while (done < tokens.size()) {
        const std::size_t rows = std::min<std::size_t>(
            {tokens.size() - done, backend::kMaxLogitsRows, runtime.program().options().maxBatch});
        auto logits = runtime.evaluate(tokens.subspan(done, rows), backend::LogitsWanted::AllRows, stop);
        if (!logits) {
            return std::unexpected(logits.error());
        }
        const std::size_t vocabulary = logits->size() / rows;
        for (std::size_t row = 0; row < rows && done + row + 1 < tokens.size(); ++row) {
            const std::span<const float> values = logits->subspan(row * vocabulary, vocabulary);
            const TokenId next = tokens[done + row + 1];
            if (next < 0 || static_cast<std::size_t>(next) >= vocabulary) {
                return failure(ErrorCode::InvalidArgument, "a token is not in the vocabulary");
            }
            const double maximum = std::ranges::max(values);
            double sum = 0;
            for (const float value : values) {
                sum += std::exp(value - maximum);
            }
            result.logProbabilities.push_back(
                static_cast<float>(values[static_cast<std::size_t>(next)] - maximum - std::log(sum)));
        }
        done += rows;
    }
    return result;
}

} // namespace inference::runtime
