// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/continuation.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace inference::runtime {

namespace {

double millisecondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
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

} // namespace

Continuation::Continuation(ModelRuntime &runtime, const GenerateRequest &request, const Engine::OnEvent &onEvent)
    : m_runtime(runtime)
    , m_request(request)
    , m_onEvent(onEvent)
{
}

Result<void> Continuation::encodePrompt()
{
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
    return {};
}

void Continuation::begin(std::uint32_t reused, const std::vector<std::uint32_t> &batchStarts)
{
    m_result.stats.reusedTokens = reused;
    if (m_onEvent) {
        m_onEvent(PromptEncoded{m_result.promptTokens, reused, batchStarts});
    }
    const TextModel &text = m_runtime.text();
    m_sampler.emplace(samplingOf(m_request, text), text.vocabularySize(),
                      [&text](TokenId token) { return text.tokenBytes(token); });
    m_guard = citationGuard();
}

void Continuation::tellPrefill(std::size_t done) const
{
    if (m_onEvent) {
        m_onEvent(PrefillProgress{static_cast<std::uint32_t>(done), m_result.stats.reusedTokens,
                                  static_cast<std::uint32_t>(m_promptLength)});
    }
}

std::optional<CitationGuard> Continuation::citationGuard() const
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

std::optional<FinishReason> Continuation::take(std::span<const float> logits)
{
    const TextModel &text = m_runtime.text();
    if (isPrefilling()) {
        m_result.stats.prefillMs = millisecondsSince(m_start);
        m_decodeStart = Clock::now();
    }
    const std::function<void(std::span<float>)> forbid =
        m_guard ? [this](std::span<float> values) { m_guard->forbid(values); }
                : std::function<void(std::span<float>)>();
    const TokenId choice = m_sampler->sample(logits, m_log, forbid);
    const TokenId token = m_guard ? m_guard->take(choice) : choice;
    if (m_result.generated.empty()) {
        m_result.stats.firstTokenMs = millisecondsSince(m_start);
    }
    m_log.push_back(token);
    m_result.generated.push_back(token);
    m_result.stats.decodeMs = millisecondsSince(m_decodeStart);

    TokenChunk chunk;
    chunk.token = token;
    if (m_request.topLogits > 0) {
        chunk.topLogits = highest(logits, m_request.topLogits);
    }
    const bool ended = text.endsGeneration(token) && !m_request.ignoreEndOfGeneration;
    const std::string_view bytes = outputBytes(text, token, m_request.keepMarks);
    const bool stopped = !ended && m_decoder.push(bytes, chunk.text);
    if (m_onEvent) {
        m_onEvent(chunk);
    }
    if (ended) {
        return FinishReason::EndOfGeneration;
    }
    if (stopped) {
        return FinishReason::StopString;
    }
    if (m_request.maxTokens >= 0 && m_result.generated.size() >= static_cast<std::size_t>(m_request.maxTokens)) {
        return FinishReason::TokenLimit;
    }
    if (m_log.size() >= m_runtime.info().contextLength) {
        return FinishReason::ContextFull;
    }
    return std::nullopt;
}

GenerateResult Continuation::finished(FinishReason reason, std::span<const std::uint32_t> batchStarts)
{
    m_decoder.finish(m_result.tailText);
    m_result.finish = reason;
    m_result.device = m_runtime.info().device;
    m_result.adapters = m_runtime.info().adapters;
    for (const std::uint32_t start : batchStarts) {
        if (start < m_promptLength) {
            m_result.batchStarts.push_back(start);
        }
    }
    m_result.stats.generatedTokens = static_cast<std::uint32_t>(m_result.generated.size());
    return std::move(m_result);
}

} // namespace inference::runtime
