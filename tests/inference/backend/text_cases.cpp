// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/text_cases.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kVocabulary = 29;

ProgramOptions optionsFor(const TextCase &shape)
{
    return {.contextLength = shape.tokens, .maxBatch = shape.tokens, .threads = 2};
}

} // namespace

std::vector<TextCase> textCases()
{
    std::vector<TextCase> cases;
    for (const PoolKind kind : {PoolKind::First, PoolKind::Mean}) {
        for (const std::uint32_t width : {1U, 32U, 33U, 100U}) {
            for (const std::uint32_t tokens : {1U, 2U, 9U, 130U}) {
                cases.push_back({.kind = kind, .width = width, .tokens = tokens, .secondText = tokens / 2});
            }
        }
        cases.push_back({.kind = kind, .texts = 1, .secondText = 2});
        cases.push_back({.kind = kind, .secondText = 0xFFFFFFFFU});
        cases.push_back({.kind = kind, .width = 64, .type = TensorType::Q8_0});
        for (const TensorType type : {TensorType::F32, TensorType::Q8_0, TensorType::Q4_0}) {
            cases.push_back({.kind = kind, .width = 96, .tokens = 70, .type = type, .fromFile = true});
        }
    }
    return cases;
}

std::unique_ptr<GraphFixture> textGraph(const TextCase &shape)
{
    auto fixture = std::make_unique<GraphFixture>(shape.width + shape.tokens);
    GraphFixture &f = *fixture;
    const auto rows = [&](std::uint32_t count, RowOf row) {
        const WeightId table = f.weight(shape.type, shape.width, count);
        const bool fromFile = shape.fromFile && row == RowOf::Token;
        const float scale = fromFile ? 1.5F : 1.0F;
        return f.apply(GetRows{.table = table, .out = {}, .scale = scale, .row = row, .fromFile = fromFile},
                       shape.width);
    };
    ValueId x = rows(kVocabulary, RowOf::Token);
    x = f.apply(Add{.a = x, .b = rows(shape.texts, RowOf::Text), .out = {}}, shape.width);
    x = f.apply(Add{.a = x, .b = rows(shape.tokens, RowOf::Position), .out = {}}, shape.width);
    const float amplitude = 1.7F / std::sqrt(static_cast<float>(shape.width));
    const WeightId matrix = f.weight(TensorType::F32, shape.width, shape.width, amplitude);
    x = f.apply(MatMul{.weight = matrix, .in = x, .out = {}}, shape.width);
    const ValueId pooled = f.newValue(shape.width, true);
    f.add(Pool{.in = x, .out = pooled, .kind = shape.kind});
    // What comes behind the pool runs on the one row.
    f.graph().logits = f.newValue(shape.width, true);
    f.add(MatMul{.weight = f.weight(TensorType::F32, shape.width, shape.width, amplitude),
                 .in = pooled,
                 .out = f.graph().logits});
    f.graph().vocabularySize = shape.width;
    f.graph().ending = Ending::Embedding;
    return fixture;
}

double textError(Backend &backend, const TextCase &shape)
{
    const auto fixture = textGraph(shape);
    const auto program = backend.compile(fixture->graph(), optionsFor(shape), {});
    REQUIRE(program.has_value());
    const auto tokens = randomTokens(shape.tokens, kVocabulary);
    std::vector<float> row(shape.width);
    const auto done = (*program)->evaluate({.tokens = tokens, .secondText = shape.secondText}, row, {});
    INFO((done ? "" : done.error().detail));
    REQUIRE(done.has_value());
    OpReference reference(fixture->graph(), shape.tokens);
    return normalisedError(reference.run(tokens, 0, LogitsWanted::LastRow, shape.secondText), row);
}

void checkTextRefusals(Backend &backend)
{
    const TextCase shape;
    const auto fixture = textGraph(shape);
    const auto program = backend.compile(fixture->graph(), optionsFor(shape), {});
    REQUIRE(program.has_value());
    const std::vector<TokenId> tokens(shape.tokens, 1);
    const auto code = [&](const Batch &batch, std::size_t rows) {
        std::vector<float> out(rows * shape.width);
        const auto done = (*program)->evaluate(batch, out, {});
        return done ? std::optional<ErrorCode>() : std::optional(done.error().code);
    };
    CHECK(code({.tokens = tokens}, 1) == std::nullopt);
    CHECK(code({.tokens = tokens, .logits = LogitsWanted::AllRows}, shape.tokens) == ErrorCode::InvalidArgument);
    CHECK(code({.tokens = tokens, .logits = LogitsWanted::None}, 0) == ErrorCode::InvalidArgument);
    CHECK(code({.tokens = std::span(tokens).first(2), .position = 2}, 1) == ErrorCode::InvalidArgument);
    ProgramOptions longer = optionsFor(shape);
    longer.contextLength += 1;
    const auto refused = backend.compile(fixture->graph(), longer, {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
}

} // namespace inference::backend
