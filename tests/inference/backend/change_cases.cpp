// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/change_cases.h"

#include "tests/inference/backend/recurrent_cases.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace inference::backend {

using namespace graph;

std::vector<ChangeCase> changeCases(TensorType type)
{
    const TinyLlama dense{.type = type, .embedding = type};
    const TinyLlama mixture{.layers = 1, .experts = 5, .usedExperts = 2, .type = type, .embedding = type};
    return {
        {.name = "every product", .shape = dense, .rank = 16},
        {.name = "query and value, of a rank that no block divides",
         .shape = dense,
         .rank = 3,
         .changes = [](std::size_t product) { return product < 14 && (product % 7 == 0 || product % 7 == 2); }},
        {.name = "gate without up", .shape = dense, .changes = [](std::size_t product) { return product % 7 == 4; }},
        {.name = "up without gate", .shape = dense, .changes = [](std::size_t product) { return product == 5; }},
        {.name = "output and down, which have residuals",
         .shape = dense,
         .changes = [](std::size_t product) { return product % 7 == 3 || product % 7 == 6; }},
        {.name = "the logits", .shape = dense, .changes = [](std::size_t product) { return product == 14; }},
        {.name = "every product of a mixture", .shape = mixture, .rank = 8},
        {.name = "gate of experts", .shape = mixture, .rank = 5, .changes = [](std::size_t p) { return p == 5; }},
        {.name = "up and down of experts", .shape = mixture, .changes = [](std::size_t p) { return p == 6 || p == 7; }},
    };
}

ChangedModel changedModel(const ChangeCase &which, std::uint32_t seed)
{
    return changedModel(GraphFixture::llama(which.shape, seed), which.rank, which.changes);
}

ChangedModel changedModel(std::unique_ptr<GraphFixture> fixture, std::uint32_t rank,
                          const std::function<bool(std::size_t product)> &changes)
{
    ChangedModel model{.fixture = std::move(fixture), .plain = {}, .changed = {}};
    model.plain = model.fixture->graph();
    const auto pair = [&](WeightId id) {
        const auto [columns, rows, experts, rest] = model.plain.weights[id.index].shape;
        const auto matrices = [&](std::uint64_t width, std::uint64_t height) {
            return model.fixture->expertWeights(TensorType::F32, width, height, experts,
                                                1.2F / std::sqrt(static_cast<float>(width)));
        };
        return LowRank{.down = matrices(columns, rank), .up = matrices(rank, rows)};
    };
    std::size_t number = 0;
    for (Op &op : model.fixture->graph().ops) {
        auto *product = std::get_if<MatMul>(&op);
        auto *experts = std::get_if<ExpertMatMul>(&op);
        if ((product == nullptr && experts == nullptr) || !changes(number++)) {
            continue;
        }
        (product != nullptr ? product->change : experts->change) =
            pair(product != nullptr ? product->weight : experts->weight);
    }
    model.changed = model.fixture->graph();
    return model;
}

ChangedModel changedRecurrentModel(std::uint32_t tokens)
{
    constexpr std::uint32_t kWidth = 48;
    auto fixture = std::make_unique<GraphFixture>(4);
    GraphFixture &f = *fixture;
    const auto product = [&](ValueId in, std::uint32_t columns, std::uint32_t rows) {
        const WeightId matrix = f.weight(TensorType::F32, columns, rows, 1.7F / std::sqrt(static_cast<float>(columns)));
        return f.apply(MatMul{.weight = matrix, .in = in, .out = {}}, rows);
    };
    const ValueId in = product(f.input(kWidth, tokens), kWidth, kChainIn);
    f.finish(product(recurrentChainOf(f, in, tokens), kChainOut, kWidth));
    return changedModel(std::move(fixture), 4, [](std::size_t) { return true; });
}

ProgramOptions spoiling(ProgramOptions options)
{
    options.release = [](std::span<const std::byte> bytes) {
        auto *data = const_cast<std::byte *>(bytes.data()); // NOLINT: the fixture's own bytes are not const
        std::fill_n(data, bytes.size(), std::byte{0x7F});
    };
    return options;
}

} // namespace inference::backend
