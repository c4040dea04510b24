// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The real starter model, against llama.cpp's tokens and margins (tests/oracles/make_greedy.py). Needs the model file
// in CARREL_STARTER_MODEL.
#include "inference/runtime/generation.h"
#include "inference/runtime/model_runtime.h"
#include "inference/sampling/citation_mask.h"
#include "inference/sampling/sampler.h"
#include "tests/support/shown_text.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

using namespace inference;
using namespace inference::runtime;

namespace {

struct Case {
    std::string prompt;
    std::vector<TokenId> promptTokens;
    std::vector<TokenId> tokens;
    std::vector<float> margins; ///< between the two best logits of each step
};

std::vector<Case> readCases()
{
    std::ifstream file(CARREL_FIXTURES "/greedy_smollm2.json");
    std::vector<Case> cases;
    const auto fixture = nlohmann::json::parse(file);
    for (const auto &entry : fixture.at("cases")) {
        cases.push_back({entry.at("prompt"), entry.at("prompt_tokens"), entry.at("tokens"), entry.at("margins")});
    }
    REQUIRE(cases.size() >= 10);
    return cases;
}

std::filesystem::path starterModel()
{
    const char *path = std::getenv("CARREL_STARTER_MODEL");
    if (path == nullptr || !std::filesystem::exists(path)) {
        SKIP("CARREL_STARTER_MODEL names no file");
    }
    return path;
}

/// Two logits closer than this may change places between engines (design: near ties).
constexpr float kNearTie = 0.1F;

std::unique_ptr<ModelRuntime> load(const std::string &device, std::uint32_t threads = 2)
{
    LoadOptions options;
    options.path = starterModel();
    options.device = device;
    options.contextLength = 1024;
    options.threads = threads;
    auto loaded = ModelRuntime::load(options, {}, systemDevices({}, false), {}, {});
    INFO((loaded ? std::string() : loaded.error().detail));
    REQUIRE(loaded.has_value());
    REQUIRE((*loaded)->info().fallbackReason.empty());
    return std::move(*loaded);
}

/// Every step of the recorded continuation, with the recorded tokens before it, so that all steps are compared.
void checkForcedSteps(ModelRuntime &runtime, const Case &expected, std::size_t steps)
{
    std::vector<TokenId> log = expected.promptTokens;
    log.insert(log.end(), expected.tokens.begin(), expected.tokens.begin() + static_cast<std::ptrdiff_t>(steps) - 1);
    runtime.kv().truncate(0);
    const std::size_t prefix = expected.promptTokens.size() - 1;
    if (prefix > 0) {
        REQUIRE(runtime.evaluate(std::span(log).first(prefix), backend::LogitsWanted::None, {}).has_value());
    }
    std::size_t step = 0;
    while (step < steps) {
        const std::size_t rows = std::min<std::size_t>(steps - step, 16);
        const auto logits =
            runtime.evaluate(std::span(log).subspan(prefix + step, rows), backend::LogitsWanted::AllRows, {});
        REQUIRE(logits.has_value());
        const std::size_t vocabulary = logits->size() / rows;
        for (std::size_t row = 0; row < rows; ++row, ++step) {
            const auto values = logits->subspan(row * vocabulary, vocabulary);
            const auto best = std::ranges::max_element(values) - values.begin();
            CAPTURE(step, best, expected.tokens[step], expected.margins[step]);
            CHECK((best == expected.tokens[step] || expected.margins[step] < kNearTie));
        }
    }
}

/// Free-running greedy text until the first near tie.
void checkFreeRun(ModelRuntime &runtime, const Case &expected, std::int32_t steps)
{
    GenerateRequest request;
    request.prompt = TokenPrompt{expected.promptTokens};
    request.sampling.temperature = 0;
    request.maxTokens = steps;
    const auto result = generate(runtime, request, {}, {});
    REQUIRE(result.has_value());
    for (std::size_t i = 0; i < result->generated.size() && i < expected.tokens.size(); ++i) {
        if (result->generated[i] != expected.tokens[i]) {
            CAPTURE(i);
            CHECK(expected.margins[i] < kNearTie);
            return;
        }
    }
}

} // namespace

TEST_CASE("the starter model's prompts become llama.cpp's tokens")
{
    const auto model = TextModel::open(starterModel());
    REQUIRE(model.has_value());
    for (const Case &expected : readCases()) {
        CAPTURE(expected.prompt);
        CHECK((*model)->encodeText(expected.prompt, true, true) == expected.promptTokens);
    }
}

TEST_CASE("the starter model's chat template gives the prompt it was trained on")
{
    const auto model = TextModel::open(starterModel());
    REQUIRE(model.has_value());
    const std::vector<Message> messages = {{Role::User, "Count from one to ten."}};
    const auto prompt = (*model)->encodeChat(messages, {});
    REQUIRE(prompt.has_value());
    const std::vector<Case> cases = readCases();
    const auto chat =
        std::ranges::find_if(cases, [](const Case &c) { return c.prompt.contains("Count from one to ten."); });
    REQUIRE(chat != cases.end());
    CHECK(prompt->text == chat->prompt);
    CHECK(prompt->tokens == chat->promptTokens);
}

TEST_CASE("greedy on the CPU equals llama.cpp but at near ties")
{
    const auto runtime = load("cpu");
    for (const Case &expected : readCases()) {
        CAPTURE(expected.prompt);
        checkForcedSteps(*runtime, expected, expected.tokens.size());
        checkFreeRun(*runtime, expected, 64);
    }
}

TEST_CASE("the CPU gives the same bits for one and two threads, and for any split of the prompt")
{
    const auto one = load("cpu", 1);
    const auto two = load("cpu", 2);
    const std::vector<Case> cases = readCases();
    const Case &expected = *std::ranges::max_element(cases, {}, [](const Case &c) { return c.promptTokens.size(); });
    const auto whole = one->evaluate(expected.promptTokens, backend::LogitsWanted::LastRow, {});
    REQUIRE(whole.has_value());
    std::size_t done = 0;
    std::span<const float> last;
    for (const std::size_t rows : {1U, 7U, 64U, 33U, 1000U}) {
        const std::size_t count = std::min(rows, expected.promptTokens.size() - done);
        const auto part =
            two->evaluate(std::span(expected.promptTokens).subspan(done, count), backend::LogitsWanted::LastRow, {});
        REQUIRE(part.has_value());
        last = *part;
        done += count;
    }
    REQUIRE(done == expected.promptTokens.size());
    CHECK(std::ranges::equal(*whole, last));
}

TEST_CASE("with its whole vocabulary and any logits no citation is of a source that is not there")
{
    const auto text = TextModel::open(starterModel());
    REQUIRE(text.has_value());
    const auto textOf = [&model = **text](TokenId token) {
        return model.isControl(token) ? std::string_view() : model.tokenBytes(token);
    };
    const std::size_t size = (*text)->vocabularySize();
    const CitationTokens tokens(size, textOf);
    REQUIRE(tokens.complete());
    CHECK(tokens.bracketed().size() + tokens.digits().size() < 1000); // what is looked at in a bracket
    std::mt19937 random(5); // NOLINT(bugprone-random-generator-seed): the same answers in each run
    int cited = 0;
    for (int answer = 0; answer < 20; ++answer) {
        CitationScanner scanner(8);
        Sampler sampler({.temperature = 1.0F, .topK = 0, .seed = static_cast<std::uint64_t>(answer)}, size, textOf);
        std::string written;
        for (int step = 0; step < 80 || !scanner.mayEnd(); ++step) {
            std::vector<float> logits(size);
            for (std::size_t i = 0; i < size; ++i) {
                const std::string_view piece = textOf(static_cast<TokenId>(i));
                const bool likely = piece.size() < 4 && piece.find_first_of("[]`\n123") != std::string_view::npos;
                logits[i] = static_cast<float>(random() % 1000) * 0.01F + (likely ? 12.0F : 0.0F);
            }
            const TokenId token = sampler.sample(
                logits, {}, [&](std::span<float> values) { forbidWrongCitations(scanner, tokens, textOf, values); });
            REQUIRE(scanner.push(textOf(token)));
            written += textOf(token);
        }
        CAPTURE(written);
        for (const std::uint64_t id : tests::shownCitations(written)) {
            CHECK((id >= 1 && id <= 8));
            ++cited;
        }
    }
    CHECK(cited > 0);
}

#ifdef CARREL_HAS_VULKAN
TEST_CASE("greedy on Vulkan equals llama.cpp but at near ties")
{
    const auto runtime = load("vulkan");
    const char *campaign = std::getenv("CARREL_CAMPAIGN");
    // Token by token costs a software device a minute for all of them; the forced steps see every prompt anyway.
    std::size_t freeRuns = campaign != nullptr && std::string_view(campaign) == "full" ? 1000 : 3;
    for (const Case &expected : readCases()) {
        CAPTURE(expected.prompt);
        checkForcedSteps(*runtime, expected, expected.tokens.size());
        if (freeRuns > 0) {
            checkFreeRun(*runtime, expected, 64);
            --freeRuns;
        }
    }
}
#endif
