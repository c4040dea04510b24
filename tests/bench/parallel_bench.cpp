// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Several answers at once beside one after another, as the pieces of a summary are read: through the engine, each
// prompt with a beginning that all have and a rest of its own.
//
//   parallel_bench MODEL [answers 4] [prompt 256] [generated 64] [repetitions 3]
//
// Prints JSON: tokens a second, of prompts and answers, `together` and `apart`, medians of runs in turns; `same`:
// whether each answer was the same.
#include "inference/engine.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <future>
#include <iostream>
#include <map>
#include <vector>

namespace {

using namespace inference;

struct Run {
    double tokensPerSecond = 0;
    std::map<int, std::vector<TokenId>> answers;
};

Run run(Engine &engine, int answers, int prompt, int generated, bool together)
{
    constexpr TokenId firstToken = 1000; // of ordinary words, in every vocabulary that has so many
    constexpr int common = 32;
    Run made;
    std::vector<std::future<Result<GenerateResult>>> pending;
    const auto start = std::chrono::steady_clock::now();
    for (int answer = 0; answer < answers; ++answer) {
        GenerateRequest request;
        std::vector<TokenId> tokens;
        for (int i = 0; i < prompt; ++i) {
            tokens.push_back(firstToken + (i < common ? i : (i * (2 * answer + 3) + answer) % 997));
        }
        request.prompt = TokenPrompt{std::move(tokens)};
        request.sampling.temperature = 0;
        request.maxTokens = generated;
        request.ignoreEndOfGeneration = true;
        request.background = together;
        const auto promise = std::make_shared<std::promise<Result<GenerateResult>>>();
        pending.push_back(promise->get_future());
        engine.generate(std::move(request), {},
                        [promise](Result<GenerateResult> result) { promise->set_value(std::move(result)); });
    }
    double tokens = 0;
    for (int answer = 0; answer < answers; ++answer) {
        auto result = pending[static_cast<std::size_t>(answer)].get();
        if (!result) {
            std::cerr << "parallel_bench: " << name(result.error().code) << ": " << result.error().detail << '\n';
            std::exit(1);
        }
        tokens += prompt + static_cast<double>(result->generated.size());
        made.answers[answer] = std::move(result->generated);
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    made.tokensPerSecond = tokens / seconds.count();
    return made;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::cerr << "parallel_bench MODEL [answers] [prompt] [generated] [repetitions]\n";
        return 2;
    }
    const auto number = [&](int index, int usual) { return argc > index ? std::atoi(argv[index]) : usual; };
    const int answers = number(2, 4);
    const int prompt = number(3, 256);
    const int generated = number(4, 64);
    const int repetitions = std::max(1, number(5, 3));
    Engine engine({.prefixCacheBytes = 0});
    std::promise<Result<LoadedModel>> loaded;
    LoadOptions options;
    options.path = argv[1];
    options.device = "cpu";
    options.threads = 2;
    engine.load(options, {}, [&loaded](Result<LoadedModel> result) { loaded.set_value(std::move(result)); });
    if (const auto model = loaded.get_future().get(); !model) {
        std::cerr << "parallel_bench: " << model.error().detail << '\n';
        return 1;
    }
    std::vector<double> together;
    std::vector<double> apart;
    bool same = true;
    for (int i = 0; i < repetitions; ++i) {
        const Run one = run(engine, answers, prompt, generated, true);
        const Run other = run(engine, answers, prompt, generated, false);
        together.push_back(one.tokensPerSecond);
        apart.push_back(other.tokensPerSecond);
        same = same && one.answers == other.answers;
    }
    std::cout << "{\"together\": " << median(together) << ", \"apart\": " << median(apart)
              << ", \"same\": " << (same ? "true" : "false") << "}\n";
}
