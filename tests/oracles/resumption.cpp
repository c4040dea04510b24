// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/oracles/resumption.h"

#include "inference/families/families.h"
#include "inference/graph/kv_state.h"
#include "inference/graph/state_snapshots.h"
#include "inference/model/gguf_file.h"
#include "tests/inference/backend/op_reference.h"
#include "tests/oracles/oracle_model.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace tests {

using namespace inference;

namespace {

using Tokens = std::vector<TokenId>;

/// Logits of all rows, in batches of these sizes, the last one repeated.
std::vector<float> rowsOf(backend::Program &program, std::uint32_t vocabulary, const Tokens &tokens,
                          const std::vector<std::size_t> &batches)
{
    std::vector<float> logits(tokens.size() * vocabulary);
    for (std::size_t at = 0, i = 0; at < tokens.size(); ++i) {
        const std::size_t count = std::min(batches[std::min(i, batches.size() - 1)], tokens.size() - at);
        const auto done = program.evaluate({.tokens = std::span(tokens).subspan(at, count),
                                            .position = static_cast<std::uint32_t>(at),
                                            .logits = backend::LogitsWanted::AllRows},
                                           std::span(logits).subspan(at * vocabulary, count * vocabulary), {});
        REQUIRE(done.has_value());
        at += count;
    }
    return logits;
}

/// The last row's logits of a prompt that starts from what is known, with pauses for snapshots.
std::vector<float> answer(backend::Program &program, graph::KvState &state, std::uint32_t vocabulary,
                          const Tokens &prompt, std::uint32_t expectedStart)
{
    const auto start = state.prepare(program, prompt);
    REQUIRE(start.has_value());
    CHECK(*start == expectedStart);
    std::vector<float> logits(vocabulary);
    for (std::size_t at = *start; at < prompt.size();) {
        const std::size_t end = graph::nextSnapshot(at, prompt.size()).value_or(prompt.size());
        const auto batch = std::span(prompt).subspan(at, end - at);
        REQUIRE(program
                    .evaluate({.tokens = batch,
                               .position = static_cast<std::uint32_t>(at),
                               .logits = backend::LogitsWanted::LastRow},
                              logits, {})
                    .has_value());
        state.append(batch);
        if (end < prompt.size()) {
            REQUIRE(program.keepState().has_value());
        }
        at = end;
    }
    return logits;
}

} // namespace

void checkResumption(backend::Backend &backend, const std::filesystem::path &folder, Pieces pieces)
{
    std::size_t recurrent = 0;
    for (const OracleModel &model : oracleModels(folder)) {
        CAPTURE(model.name);
        const Bytes bytes = model.file(TensorType::F32);
        const auto file = GgufFile::parse(bytes, GgufScope::Whole);
        REQUIRE(file.has_value());
        const auto forwardPass = families::buildForwardPass(**file, model.context, families::Admission::Any);
        REQUIRE(forwardPass.has_value());
        if (forwardPass->graph.states.empty()) {
            continue;
        }
        ++recurrent;
        auto program = backend.compile(forwardPass->graph,
                                       {.contextLength = model.context, .maxBatch = model.context, .threads = 2}, {});
        REQUIRE(program.has_value());
        const std::uint32_t vocabulary = model.vocabulary;
        const auto whole = rowsOf(**program, vocabulary, model.prompt, {model.prompt.size()});
        const std::vector<std::vector<std::size_t>> divisions{{1}, {1, 2, 3, 9, 4}, {model.prompt.size() - 5, 1}};
        for (const std::vector<std::size_t> &batches : divisions) {
            const auto divided = rowsOf(**program, vocabulary, model.prompt, batches);
            if (pieces == Pieces::SameBits) {
                CHECK(divided == whole);
            } else {
                const std::vector<double> expected(whole.begin(), whole.end());
                CHECK(backend::normalisedError(expected, divided) < 1e-6);
            }
        }

        // The last tokens but ten differ.
        Tokens edited = model.prompt;
        std::ranges::reverse(std::span(edited).last(10));
        edited.resize(edited.size() - 3);
        const auto start = static_cast<std::uint32_t>(model.prompt.size() - 16);
        graph::KvState state(1U << 24U);
        const auto first = answer(**program, state, vocabulary, model.prompt, 0);
        const auto again = answer(**program, state, vocabulary, model.prompt, start);
        CHECK(again == first);
        const auto resumed = answer(**program, state, vocabulary, edited, start);
        // Batches end where they did for the resumed run.
        const auto fresh = rowsOf(**program, vocabulary, edited, {start, edited.size() - start});
        CHECK(std::ranges::equal(resumed, std::span(fresh).last(vocabulary)));
    }
    CHECK(recurrent > 0);
}

} // namespace tests
