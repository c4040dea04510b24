// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/oracles/adapter_cases.h"

#include "inference/adapters/adapted_graph.h"
#include "inference/adapters/lora_fit.h"
#include "inference/families/families.h"
#include "tests/inference/backend/op_reference.h"
#include "tests/support/seeded_weights.h"

#include <nlohmann/json.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace tests {

using namespace inference;
using nlohmann::json;

namespace {

AdapterCase::File adapterFile(const json &description, const std::string &architecture)
{
    GgufWriter writer;
    writer.string("general.type", "adapter")
        .string("general.architecture", architecture)
        .string("adapter.type", "lora");
    if (const json &alpha = description.at("alpha"); !alpha.is_null()) {
        writer.f32("adapter.lora.alpha", alpha.get<float>());
    }
    for (const json &tensor : description.at("tensors")) {
        const std::string name = tensor.at("name");
        const auto shape = tensor.at("shape").get<std::vector<std::uint64_t>>();
        std::uint64_t count = 1;
        for (const std::uint64_t dimension : shape) {
            count *= dimension;
        }
        const WeightStream stream{.seed = description.at("seed"), .tensor = name};
        writer.tensor(name, shape, TensorType::F32,
                      seededMatrix(stream, count, tensor.at("exponent"), TensorType::F32));
    }
    return {.bytes = writer.bytes(), .scale = description.at("scale").get<float>()};
}

/// Logits of the prompt's last rows. Every row is asked for, so that the whole prompt goes through one way.
std::vector<float> logitsOf(backend::Program &program, const OracleModel &model)
{
    const std::span<const TokenId> prompt = model.prompt;
    const std::size_t before = prompt.size() - model.rows();
    if (before > 0) {
        REQUIRE(program.evaluate({.tokens = prompt.first(before), .logits = backend::LogitsWanted::None}, {}, {})
                    .has_value());
    }
    std::vector<float> logits(model.logits.size());
    const auto done = program.evaluate({.tokens = prompt.subspan(before),
                                        .position = static_cast<std::uint32_t>(before),
                                        .logits = backend::LogitsWanted::AllRows},
                                       logits, {});
    INFO((done ? std::string() : done.error().detail));
    REQUIRE(done.has_value());
    return logits;
}

std::unique_ptr<backend::Program> taken(Result<std::unique_ptr<backend::Program>> program)
{
    INFO((program ? std::string() : program.error().detail));
    REQUIRE(program.has_value());
    return std::move(*program);
}

void checkCase(backend::Backend &backend, std::string_view device, const AdapterCase &which, const FidelityCase &one)
{
    const Bytes bytes = which.model.file(one.type);
    const auto file = *GgufFile::parse(bytes, GgufScope::Whole);
    const auto pass = families::buildForwardPass(*file, which.model.context, families::Admission::Any);
    REQUIRE(pass.has_value());
    std::vector<adapters::LoraFile> files;
    std::vector<adapters::AppliedLora> applied;
    for (const AdapterCase::File &adapter : which.adapters) {
        auto lora = adapters::readLora(*GgufFile::parse(adapter.bytes, GgufScope::Whole));
        INFO((lora ? std::string() : lora.error().detail));
        REQUIRE(lora.has_value());
        REQUIRE(adapters::checkFit(*lora, *file).has_value());
        files.push_back(std::move(*lora));
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
        applied.push_back({.lora = &files[i], .scale = which.adapters[i].scale});
    }
    const auto adapted = adapters::adaptGraph(pass->graph, applied);
    INFO((adapted ? std::string() : adapted.error().detail));
    REQUIRE(adapted.has_value());

    const backend::ProgramOptions options{
        .contextLength = which.model.context, .maxBatch = which.model.context, .threads = 2};
    auto plain = taken(backend.compile(pass->graph, options, {}));
    const std::vector<float> before = logitsOf(*plain, which.model);
    auto with = taken(plain->derive(adapted->graph, {}));
    plain.reset();
    const double error = backend::normalisedError(which.model.logits, logitsOf(*with, which.model));
    CHECK(error <= one.bound);
    CHECK(backend::normalisedError(which.model.logits, before) > 100 * one.bound);
    reportFidelity(which.model, std::string(device) + " " + std::string(one.name), error);
    auto without = taken(with->derive(pass->graph, {}));
    with.reset();
    const std::vector<float> after = logitsOf(*without, which.model);
    CHECK(std::memcmp(before.data(), after.data(), before.size() * sizeof(float)) == 0);
}

} // namespace

std::vector<AdapterCase> adapterCases(const std::filesystem::path &folder)
{
    const std::vector<OracleModel> models = oracleModels(folder);
    std::vector<AdapterCase> cases;
    for (const auto &entry : std::filesystem::directory_iterator(folder / "adapters")) {
        const auto logits = std::filesystem::path(entry.path()).replace_extension(".f32");
        if (entry.path().extension() != ".json" || !std::filesystem::exists(logits)) {
            continue;
        }
        std::ifstream in(entry.path());
        const json description = json::parse(in);
        const auto model = std::ranges::find(models, description.at("model").get<std::string>(), &OracleModel::name);
        if (model == models.end()) {
            throw std::runtime_error(entry.path().string() + " is of a model that is not there");
        }
        AdapterCase one{.model = *model, .adapters = {}};
        one.model.name = "adapters/" + entry.path().stem().string();
        one.model.logits = readLogits(logits);
        if (one.model.logits.size() != model->logits.size()) {
            throw std::runtime_error(logits.string() + " has not as many logits as the model's");
        }
        for (const json &adapter : description.at("adapters")) {
            one.adapters.push_back(adapterFile(adapter, one.model.architecture));
        }
        cases.push_back(std::move(one));
    }
    std::ranges::sort(cases, {}, [](const AdapterCase &one) { return one.model.name; });
    return cases;
}

void checkAdapters(backend::Backend &backend, std::string_view device, const std::filesystem::path &folder,
                   std::span<const FidelityCase> cases)
{
    const std::vector<AdapterCase> all = adapterCases(folder);
    REQUIRE(!all.empty());
    for (const AdapterCase &which : all) {
        for (const FidelityCase &one : cases) {
            if (which.model.fits(one.type)) {
                CAPTURE(which.model.name, one.name);
                checkCase(backend, device, which, one);
            }
        }
    }
}

} // namespace tests
