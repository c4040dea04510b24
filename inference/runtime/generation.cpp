// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/generation.h"

#include "inference/graph/state_snapshots.h"
#include "inference/runtime/continuation.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace inference::runtime {

namespace {

/// One generation that has the model to itself.
class Generation {
public:
    Generation(ModelRuntime &runtime, const GenerateRequest &request, const Engine::OnEvent &onEvent,
               const std::stop_token &stop)
        : m_runtime(runtime)
        , m_request(request)
        , m_stop(stop)
        , m_turn(runtime, request, onEvent)
    {
    }

    Result<GenerateResult> run();

private:
    /// Evaluates the log from the KV state's end on, so that the logits of its last token are at hand; replaces a
    /// failing device.
    Result<std::span<const float>> evaluateLog();
    Result<std::span<const float>> evaluateLogOnce();
    [[nodiscard]] std::size_t batchEnd(std::size_t begin) const;
    /// First positions of the prompt's batches: of those in the KV state and of those to come.
    [[nodiscard]] std::vector<std::uint32_t> plannedBatchStarts() const;

    ModelRuntime &m_runtime;
    const GenerateRequest &m_request;
    const std::stop_token &m_stop;
    Continuation m_turn;
};

std::size_t Generation::batchEnd(std::size_t begin) const
{
    // While replaying, a batch ends where the recorded next one starts.
    std::size_t end = std::min(m_turn.log().size(), begin + m_runtime.program().options().maxBatch);
    if (m_turn.isPrefilling() && m_request.batchStarts.empty() && m_runtime.program().stateBytes() > 0) {
        end = std::min(end, graph::nextSnapshot(begin, m_turn.promptLength()).value_or(end));
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
    for (std::size_t begin = m_runtime.kv().tokens().size(); begin < m_turn.promptLength(); begin = batchEnd(begin)) {
        starts.push_back(static_cast<std::uint32_t>(begin));
    }
    return starts;
}

Result<std::span<const float>> Generation::evaluateLogOnce()
{
    const std::vector<TokenId> &log = m_turn.log();
    std::span<const float> logits;
    while (m_runtime.kv().tokens().size() < log.size()) {
        if (m_stop.stop_requested()) {
            return failure(ErrorCode::Cancelled, "stopped while reading the prompt");
        }
        const std::size_t begin = m_runtime.kv().tokens().size();
        const std::size_t end = batchEnd(begin);
        const auto wanted = end == log.size() ? backend::LogitsWanted::LastRow : backend::LogitsWanted::None;
        auto evaluated = m_runtime.evaluate(std::span(log).subspan(begin, end - begin), wanted, m_stop);
        if (!evaluated) {
            return std::unexpected(evaluated.error());
        }
        logits = *evaluated;
        if (m_turn.isPrefilling() && graph::nextSnapshot(begin, m_turn.promptLength()) == end) {
            if (auto kept = m_runtime.program().keepState(); !kept) {
                return std::unexpected(kept.error());
            }
        }
        if (m_turn.isPrefilling()) {
            m_turn.tellPrefill(end);
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
        if (m_turn.onEvent()) {
            m_turn.onEvent()(DeviceChanged{m_runtime.info().device, cause});
        }
        logits = evaluateLogOnce();
    }
    return logits;
}

Result<GenerateResult> Generation::run()
{
    if (auto encoded = m_turn.encodePrompt(); !encoded) {
        return std::unexpected(encoded.error());
    }
    std::uint32_t reused = 0;
    if (m_request.reusePrefix && m_request.batchStarts.empty()) {
        // A device that fails here fails again below, where the way back to the CPU is.
        if (const auto known = m_runtime.kv().prepare(m_runtime.program(), m_turn.log())) {
            reused = *known;
        } else {
            m_runtime.kv().clear();
        }
    } else {
        m_runtime.kv().truncate(0);
    }
    m_turn.begin(reused, plannedBatchStarts());
    auto logits = evaluateLog();
    while (logits) {
        if (const auto reason = m_turn.take(*logits)) {
            return m_turn.finished(*reason, m_runtime.kv().batchStarts());
        }
        logits = evaluateLog();
    }
    // A stopped answer keeps what it has; a stop before the first token is a finished, empty answer.
    if (logits.error().code == ErrorCode::Cancelled) {
        return m_turn.finished(FinishReason::Cancelled, m_runtime.kv().batchStarts());
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
