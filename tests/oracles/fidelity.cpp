// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/oracles/fidelity.h"

#include "inference/families/families.h"
#include "inference/model/gguf_file.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdlib>
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
Result<std::vector<float>> logitsOf(backend::Backend &backend, const OracleModel &model, TensorType type)
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
    const auto program = backend.compile(forwardPass->graph,
                                         {.contextLength = model.context, .maxBatch = model.context, .threads = 2}, {});
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

} // namespace

void checkFidelity(backend::Backend &backend, std::string_view device, const std::filesystem::path &folder,
                   std::span<const FidelityCase> cases)
{
    std::vector<OracleModel> models = oracleModels(folder);
    if (const char *part = std::getenv("CARREL_FIDELITY_ONLY")) {
        std::erase_if(models, [&](const OracleModel &model) { return !model.name.contains(part); });
    }
    REQUIRE(!models.empty());
    for (const OracleModel &model : models) {
        for (const FidelityCase &one : cases) {
            if (!model.fits(one.type)) {
                continue;
            }
            CAPTURE(model.name, one.name);
            const auto logits = logitsOf(backend, model, one.type);
            if (!logits) {
                FAIL_CHECK(logits.error().detail);
                continue;
            }
            const double error = backend::normalisedError(model.logits, *logits);
            constexpr double kQuantizedBound = 1e-3;
            CHECK(error <= (model.isQuantized() ? kQuantizedBound : one.bound));
            reportFidelity(model, std::string(device) + " " + std::string(one.name), error);
        }
    }
}

} // namespace tests
