// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/oracles/fidelity.h"

#include "inference/families/families.h"
#include "inference/graph/expert_blocks.h"
#include "inference/model/gguf_file.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>

namespace tests {

using namespace inference;

namespace {

/// Sizes of the batches of a prompt: those before the rows that count, then a batch, a single token and the rest, which
/// are three ways through the kernels.
std::vector<std::size_t> batchesOf(const OracleModel &model)
{
    std::vector<std::size_t> batches;
    for (std::size_t left = model.prompt.size() - model.rows(); left > 0; left -= batches.back()) {
        batches.push_back(std::min<std::size_t>(left, 47));
    }
    REQUIRE(model.rows() > 22);
    batches.insert(batches.end(), {21, 1, model.rows() - 22});
    return batches;
}

/// Logits of the prompt's last rows, (rows, vocabulary).
Result<std::vector<float>> logitsOf(backend::Backend &backend, const OracleModel &model, TensorType type,
                                    const ProgramChange &change = {})
{
    const Bytes bytes = model.file(type);
    const auto file = GgufFile::parse(bytes, GgufScope::Whole);
    if (!file) {
        return std::unexpected(file.error());
    }
    const auto forwardPass = families::buildForwardPass(**file, model.context, families::Admission::Any);
    if (!forwardPass) {
        return std::unexpected(forwardPass.error());
    }
    backend::ProgramOptions options{.contextLength = model.context, .maxBatch = model.context, .threads = 2};
    if (change) {
        change(options);
    }
    const auto program = backend.compile(forwardPass->graph, options, {});
    if (!program) {
        return std::unexpected(program.error());
    }
    std::vector<float> logits(model.logits.size());
    if (model.embeds) {
        const bool pooled = model.rows() == 1;
        const auto done =
            (*program)->evaluate({.tokens = model.prompt,
                                  .logits = pooled ? backend::LogitsWanted::LastRow : backend::LogitsWanted::AllRows,
                                  .secondText = model.second},
                                 logits, {});
        return done ? Result<std::vector<float>>(std::move(logits)) : std::unexpected(done.error());
    }
    const std::size_t unseen = model.prompt.size() - model.rows();
    std::size_t first = 0;
    for (const std::size_t count : batchesOf(model)) {
        const bool wanted = first >= unseen;
        const auto rows = wanted ? std::span(logits).subspan((first - unseen) * model.width, count * model.width)
                                 : std::span<float>();
        const auto done =
            (*program)->evaluate({.tokens = std::span(model.prompt).subspan(first, count),
                                  .position = static_cast<std::uint32_t>(first),
                                  .logits = wanted ? backend::LogitsWanted::AllRows : backend::LogitsWanted::None},
                                 rows, {});
        if (!done) {
            return std::unexpected(done.error());
        }
        first += count;
    }
    return logits;
}

/// Those that CARREL_FIDELITY_ONLY leaves.
std::vector<OracleModel> chosenModels(const std::filesystem::path &folder)
{
    std::vector<OracleModel> models = oracleModels(folder);
    if (const char *part = std::getenv("CARREL_FIDELITY_ONLY")) {
        std::erase_if(models, [&](const OracleModel &model) { return !model.name.contains(part); });
    }
    return models;
}

/// The error of a model's logits, checked; nothing when there are none, which is a failure too.
std::optional<double> checkedError(backend::Backend &backend, const OracleModel &model, const FidelityCase &one,
                                   const ProgramChange &change)
{
    CAPTURE(model.name, one.name);
    const auto logits = logitsOf(backend, model, one.type, change);
    if (!logits) {
        FAIL_CHECK(logits.error().detail);
        return std::nullopt;
    }
    const double error = backend::normalisedError(model.logits, *logits);
    constexpr double kQuantizedBound = 1e-3;
    CHECK(error <= (model.isQuantized() ? kQuantizedBound : one.bound));
    return error;
}

std::uint32_t expertLayers(const OracleModel &model)
{
    const Bytes bytes = model.file(TensorType::F32);
    const auto file = GgufFile::parse(bytes, GgufScope::Whole);
    REQUIRE(file.has_value());
    const auto pass = families::buildForwardPass(**file, model.context, families::Admission::Any);
    REQUIRE(pass.has_value());
    // Every mixture must be one that can leave the device.
    const std::vector<graph::ExpertBlock> blocks = graph::expertBlocks(pass->graph);
    std::set<std::uint32_t> routed;
    for (const graph::Op &op : pass->graph.ops) {
        if (const auto *router = std::get_if<graph::RouteExperts>(&op)) {
            routed.insert(router->out.index);
        }
    }
    for (const graph::Op &op : pass->graph.ops) {
        const auto *product = std::get_if<graph::ExpertMatMul>(&op);
        if (product != nullptr && routed.contains(product->routing.index)) {
            CAPTURE(model.name);
            CHECK(std::ranges::contains(blocks, product->routing, &graph::ExpertBlock::routing));
        }
    }
    return static_cast<std::uint32_t>(blocks.size());
}

} // namespace

void checkFidelity(backend::Backend &backend, std::string_view device, const std::filesystem::path &folder,
                   std::span<const FidelityCase> cases)
{
    const std::vector<OracleModel> models = chosenModels(folder);
    REQUIRE(!models.empty());
    for (const OracleModel &model : models) {
        for (const FidelityCase &one : cases) {
            if (!model.fits(one.type)) {
                continue;
            }
            if (const auto error = checkedError(backend, model, one, {})) {
                reportFidelity(model, std::string(device) + " " + std::string(one.name), *error);
            }
        }
    }
}

void checkHostExperts(backend::Backend &backend, std::shared_ptr<backend::HostExpertsMaker> maker,
                      const std::filesystem::path &folder, std::span<const FidelityCase> cases)
{
    std::size_t mixtures = 0;
    for (const OracleModel &model : chosenModels(folder)) {
        const std::uint32_t layers = expertLayers(model);
        mixtures += layers > 0 ? 1 : 0;
        for (const FidelityCase &one : cases) {
            if (layers == 0 || !model.fits(one.type)) {
                continue;
            }
            for (const std::uint32_t host : std::set{1U, layers}) {
                CAPTURE(host, layers);
                checkedError(backend, model, one, [&](backend::ProgramOptions &options) {
                    options.hostExpertLayers = host;
                    options.hostExperts = maker;
                });
            }
        }
    }
    CHECK((mixtures > 0 || std::getenv("CARREL_FIDELITY_ONLY") != nullptr));
}

} // namespace tests
