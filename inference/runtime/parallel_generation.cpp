// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/parallel_generation.h"

#include "inference/graph/kv_state.h"
#include "inference/runtime/continuation.h"
#include "inference/runtime/generation.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace inference::runtime {

namespace {

/// Fewer common tokens than this are read by each.
constexpr std::size_t kLeastPrefix = 8;

/// A request with its tokens.
struct Turn {
    explicit Turn(ParallelTurn given, ModelRuntime &runtime)
        : asked(std::move(given))
        , continuation(runtime, asked.request, asked.onEvent)
    {
    }

    /// Positions that it needs at most, but for its last token, which is never evaluated.
    [[nodiscard]] std::uint64_t length() const
    {
        return continuation.promptLength() + static_cast<std::uint64_t>(std::max(asked.request.maxTokens, 0));
    }
    void end(Result<GenerateResult> result)
    {
        if (result) {
            result->stats.queuedMs = asked.queuedMs;
        }
        asked.done(std::move(result));
    }

    ParallelTurn asked;
    Continuation continuation;
};

/// A replay, one that takes nothing over and one without an end need the model for themselves.
bool canShare(const GenerateRequest &request)
{
    return request.maxTokens > 0 && request.reusePrefix && request.batchStarts.empty();
}

/// Stops as soon as one of several asks for it.
class StopWithAny {
public:
    void add(std::stop_token token)
    {
        m_watched.push_back(std::make_unique<Callback>(std::move(token), Request{m_source}));
    }
    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

private:
    struct Request {
        std::stop_source source;
        void operator()() const { source.request_stop(); }
    };
    using Callback = std::stop_callback<Request>;
    std::stop_source m_source;
    std::vector<std::unique_ptr<Callback>> m_watched;
};

/// One of the sequences that the cache is divided among.
struct Sequence {
    std::unique_ptr<Turn> turn;
    std::vector<TokenId> held; ///< tokens whose KV is there
    std::vector<std::uint32_t> batchStarts;

    [[nodiscard]] std::size_t missing() const { return turn->continuation.log().size() - held.size(); }
};

/// Several requests at once.
class ParallelGeneration {
public:
    ParallelGeneration(ModelRuntime &runtime, TurnQueue &queue, std::deque<std::unique_ptr<Turn>> turns)
        : m_runtime(runtime)
        , m_queue(queue)
        , m_waiting(std::move(turns))
    {
    }

    void run(std::uint32_t length);

private:
    Result<std::size_t> readPrefix();
    void admit();
    void seat(Sequence &sequence, std::unique_ptr<Turn> turn);
    void dropStopped();
    void yieldToOthers();
    /// The next token of each that has its prompt, and a piece of one prompt.
    void planBatch();
    Result<void> step();
    void failAll(const Error &error);

    ModelRuntime &m_runtime;
    TurnQueue &m_queue;
    std::deque<std::unique_ptr<Turn>> m_waiting;
    std::vector<Sequence> m_sequences;
    std::uint32_t m_length = 0; ///< positions of each sequence

    // The batch in flight.
    std::vector<TokenId> m_tokens;
    std::vector<backend::SequenceRows> m_parts;
    bool m_reads = false; ///< a prompt
};

/// Reads what all prompts begin with; how much that is.
Result<std::size_t> ParallelGeneration::readPrefix()
{
    const std::vector<TokenId> &first = m_waiting.front()->continuation.log();
    std::size_t common = first.size() - 1;
    for (const auto &turn : m_waiting) {
        common = std::min(
            {common, graph::commonPrefix(first, turn->continuation.log()), turn->continuation.log().size() - 1});
    }
    const auto reused = m_runtime.kv().prepare(m_runtime.program(), first);
    if (!reused) {
        return std::unexpected(reused.error());
    }
    std::size_t known = *reused;
    StopWithAny stop;
    stop.add(m_queue.othersWait());
    for (const auto &turn : m_waiting) {
        stop.add(turn->asked.stop);
    }
    const std::size_t most = m_runtime.program().options().maxBatch;
    while (common >= kLeastPrefix && known < common) {
        const std::size_t rows = std::min(most, common - known);
        const auto read =
            m_runtime.evaluate(std::span(first).subspan(known, rows), backend::LogitsWanted::None, stop.token());
        if (!read && read.error().code == ErrorCode::Cancelled) {
            break;
        }
        if (!read) {
            return std::unexpected(read.error());
        }
        known += rows;
    }
    return std::min(known, common);
}

void ParallelGeneration::seat(Sequence &sequence, std::unique_ptr<Turn> turn)
{
    const Continuation &continuation = turn->continuation;
    // The last token is evaluated in any case, for its logits.
    const std::size_t reused =
        std::min(graph::commonPrefix(sequence.held, continuation.log()), continuation.promptLength() - 1);
    sequence.held.resize(reused);
    sequence.batchStarts.clear();
    if (reused > 0) {
        sequence.batchStarts.push_back(0);
    }
    sequence.turn = std::move(turn);
    std::vector<std::uint32_t> starts = sequence.batchStarts;
    starts.push_back(static_cast<std::uint32_t>(reused));
    sequence.turn->continuation.begin(static_cast<std::uint32_t>(reused), starts);
}

void ParallelGeneration::admit()
{
    for (Sequence &sequence : m_sequences) {
        while (!sequence.turn) {
            if (!m_waiting.empty()) {
                seat(sequence, std::move(m_waiting.front()));
                m_waiting.pop_front();
                break;
            }
            std::optional<ParallelTurn> next = m_queue.next();
            if (!next) {
                return;
            }
            if (!canShare(next->request)) {
                m_queue.giveBack(std::move(*next));
                return;
            }
            auto turn = std::make_unique<Turn>(std::move(*next), m_runtime);
            if (auto encoded = turn->continuation.encodePrompt(); !encoded) {
                turn->end(std::unexpected(encoded.error()));
            } else if (turn->length() > m_length) {
                m_queue.giveBack(std::move(turn->asked));
                return;
            } else {
                seat(sequence, std::move(turn));
            }
        }
    }
}

void ParallelGeneration::dropStopped()
{
    for (Sequence &sequence : m_sequences) {
        if (sequence.turn && sequence.turn->asked.stop.stop_requested()) {
            auto turn = std::move(sequence.turn);
            turn->end(turn->continuation.finished(FinishReason::Cancelled, sequence.batchStarts));
        }
    }
}

void ParallelGeneration::yieldToOthers()
{
    if (!m_queue.othersWait().stop_requested()) {
        return;
    }
    // The latest first, since each goes before those that were given back before it.
    for (auto waiting = m_waiting.rbegin(); waiting != m_waiting.rend(); ++waiting) {
        m_queue.giveBack(std::move((*waiting)->asked));
    }
    m_waiting.clear();
    for (auto sequence = m_sequences.rbegin(); sequence != m_sequences.rend(); ++sequence) {
        if (sequence->turn && sequence->turn->continuation.isPrefilling()) {
            m_queue.giveBack(std::move(std::exchange(sequence->turn, nullptr)->asked));
        }
    }
}

void ParallelGeneration::planBatch()
{
    m_tokens.clear();
    m_parts.clear();
    m_reads = false;
    const auto answering = [](const Sequence &sequence) {
        return sequence.turn && !sequence.turn->continuation.isPrefilling();
    };
    std::size_t room = m_runtime.program().options().maxBatch -
                       static_cast<std::size_t>(std::ranges::count_if(m_sequences, answering));
    for (std::size_t index = 0; index < m_sequences.size(); ++index) {
        const Sequence &sequence = m_sequences[index];
        if (!sequence.turn) {
            continue;
        }
        std::size_t rows = sequence.missing();
        if (sequence.turn->continuation.isPrefilling()) {
            rows = std::min(rows, room);
            room -= rows;
            m_reads = m_reads || rows > 0;
        }
        if (rows == 0) {
            continue;
        }
        const auto first = std::span(sequence.turn->continuation.log()).subspan(sequence.held.size(), rows);
        m_parts.push_back({.sequence = static_cast<std::uint32_t>(index),
                           .position = static_cast<std::uint32_t>(sequence.held.size()),
                           .rows = static_cast<std::uint32_t>(rows),
                           .logits = rows == sequence.missing()});
        m_tokens.insert(m_tokens.end(), first.begin(), first.end());
    }
}

Result<void> ParallelGeneration::step()
{
    planBatch();
    StopWithAny stop;
    for (const Sequence &sequence : m_sequences) {
        if (sequence.turn) {
            stop.add(sequence.turn->asked.stop);
        }
    }
    if (m_reads) {
        stop.add(m_queue.othersWait());
    }
    const auto wanted = static_cast<std::size_t>(std::ranges::count_if(m_parts, &backend::SequenceRows::logits));
    const auto logits = m_runtime.evaluateSequences(m_tokens, m_parts, wanted, stop.token());
    if (!logits) {
        // Whoever stopped it leaves; for the others the batch is made again.
        return logits.error().code == ErrorCode::Cancelled ? Result<void>() : std::unexpected(logits.error());
    }
    const std::size_t vocabulary = wanted == 0 ? 0 : logits->size() / wanted;
    std::size_t row = 0;
    auto token = m_tokens.begin();
    for (const backend::SequenceRows &part : m_parts) {
        Sequence &sequence = m_sequences[part.sequence];
        Continuation &continuation = sequence.turn->continuation;
        if (continuation.isPrefilling()) {
            sequence.batchStarts.push_back(part.position);
        }
        sequence.held.insert(sequence.held.end(), token, token + part.rows);
        token += part.rows;
        if (continuation.isPrefilling()) {
            continuation.tellPrefill(sequence.held.size());
        }
        if (!part.logits) {
            continue;
        }
        if (const auto reason = continuation.take(logits->subspan(row * vocabulary, vocabulary))) {
            auto turn = std::move(sequence.turn);
            turn->end(turn->continuation.finished(*reason, sequence.batchStarts));
        }
        ++row;
    }
    return {};
}

void ParallelGeneration::failAll(const Error &error)
{
    m_runtime.kv().clear();
    for (Sequence &sequence : m_sequences) {
        if (sequence.turn) {
            std::exchange(sequence.turn, nullptr)->end(std::unexpected(error));
        }
    }
    for (const auto &turn : std::exchange(m_waiting, {})) {
        turn->end(std::unexpected(error));
    }
}

void ParallelGeneration::run(std::uint32_t length)
{
    const auto prefix = readPrefix();
    if (!prefix) {
        return failAll(prefix.error());
    }
    const std::uint32_t count =
        std::min(m_runtime.program().sequencesThatFit(length), static_cast<std::uint32_t>(kMostParallel));
    const auto opened = m_runtime.program().openSequences(count, static_cast<std::uint32_t>(*prefix));
    if (!opened) {
        return failAll(opened.error());
    }
    m_length = *opened;
    const auto known = m_runtime.kv().tokens().first(*prefix);
    for (std::uint32_t sequence = 0; sequence < count; ++sequence) {
        m_sequences.push_back({.turn = nullptr, .held = {known.begin(), known.end()}, .batchStarts = {}});
    }
    for (;;) {
        dropStopped();
        yieldToOthers();
        if (!m_queue.othersWait().stop_requested()) {
            admit();
        }
        if (std::ranges::none_of(m_sequences, [](const Sequence &sequence) { return sequence.turn != nullptr; })) {
            break;
        }
        if (auto stepped = step(); !stepped) {
            return failAll(stepped.error());
        }
    }
    // The first sequence is the one that the others go on from.
    m_runtime.kv().truncate(graph::commonPrefix(m_runtime.kv().tokens(), m_sequences.front().held));
}

} // namespace

void generateQueued(ModelRuntime &runtime, TurnQueue &queue)
{
    std::deque<std::unique_ptr<Turn>> turns;
    std::uint64_t length = 0;
    const bool sharing = runtime.program().sequencesThatFit(1) > 1;
    while (turns.size() < kMostParallel) {
        std::optional<ParallelTurn> next = queue.next();
        if (!next) {
            break;
        }
        auto turn = std::make_unique<Turn>(std::move(*next), runtime);
        if (sharing && canShare(turn->asked.request)) {
            if (auto encoded = turn->continuation.encodePrompt(); !encoded) {
                turn->end(std::unexpected(encoded.error()));
                continue;
            }
            const std::uint64_t longest = std::max(length, turn->length());
            const bool fits = longest <= runtime.info().contextLength &&
                              runtime.program().sequencesThatFit(static_cast<std::uint32_t>(longest)) > turns.size();
            if (fits) {
                length = longest;
                turns.push_back(std::move(turn));
                continue;
            }
        }
        if (turns.empty()) {
            turns.push_back(std::move(turn));
        } else {
            queue.giveBack(std::move(turn->asked));
        }
        break;
    }
    if (turns.size() > 1) {
        return ParallelGeneration(runtime, queue, std::move(turns)).run(static_cast<std::uint32_t>(length));
    }
    if (turns.size() == 1) {
        const ParallelTurn &asked = turns.front()->asked;
        auto result = generate(runtime, asked.request, asked.onEvent, asked.stop);
        if (!result) {
            // After an error in the middle of a batch the cache's content is unknown.
            runtime.kv().clear();
        }
        turns.front()->end(std::move(result));
    }
}

} // namespace inference::runtime
