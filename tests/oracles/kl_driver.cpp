// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// kl_driver MODEL.gguf LOGITS DEVICE: how far Carrel's distributions are from those that llama.cpp's llama-perplexity
// saved with --kl-divergence-base, for compare_model.py. Prints one JSON object: over all scored positions the mean and
// the greatest KL(llama.cpp || Carrel) in nats, the share of positions with the same most likely token, and both
// perplexities.
//
// The file: "_logits_", i32 context, vocabulary and windows, i32 tokens (windows, context); then, for every window and
// every position from context/2 to context-2, f32 step, f32 least log-probability and u16 (vocabulary), padded to an
// even number: log p = step * u16 + least.
#include "inference/runtime/devices.h"
#include "inference/runtime/model_runtime.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace inference;

namespace {

[[noreturn]] void fail(const std::string &what)
{
    std::cerr << "kl_driver: " << what << '\n';
    std::exit(1);
}

template <typename T>
void readInto(std::istream &in, std::span<T> out)
{
    if (!in.read(reinterpret_cast<char *>(out.data()), static_cast<std::streamsize>(out.size_bytes())))
        fail("the file of logits ends too early");
}

/// log(sum(exp(logits)))
double logSum(std::span<const float> logits)
{
    const double greatest = *std::ranges::max_element(logits);
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(logit - greatest);
    return greatest + std::log(sum);
}

struct Totals {
    std::size_t positions = 0;
    std::size_t sameBest = 0;
    double divergence = 0;
    double greatest = 0;
    double surprise = 0;      ///< -log p of the text's tokens by Carrel
    double peersSurprise = 0; ///< by llama.cpp
};

void compare(std::span<const float> logits, std::span<const std::uint16_t> saved, std::size_t next, Totals &totals)
{
    float step = 0;
    float least = 0;
    std::memcpy(&step, saved.data(), sizeof step);
    std::memcpy(&least, saved.data() + 2, sizeof least);
    const auto values = saved.subspan(4, logits.size());
    const double normaliser = logSum(logits);
    double divergence = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double expected = static_cast<double>(step) * values[i] + least;
        // The least representable value stands for everything below it.
        if (values[i] > 0)
            divergence += std::exp(expected) * (expected - (logits[i] - normaliser));
    }
    totals.positions++;
    totals.divergence += divergence;
    totals.greatest = std::max(totals.greatest, divergence);
    totals.surprise += normaliser - logits[next];
    totals.peersSurprise -= static_cast<double>(step) * values[next] + least;
    const auto best = std::ranges::max_element(logits) - logits.begin();
    if (values[static_cast<std::size_t>(best)] == *std::ranges::max_element(values))
        totals.sameBest++;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4) {
        std::cerr << "usage: kl_driver MODEL.gguf LOGITS cpu|vulkan\n";
        return 2;
    }
    std::ifstream in(argv[2], std::ios::binary);
    std::array<char, 8> magic{};
    std::array<std::int32_t, 3> sizes{};
    readInto(in, std::span<char>(magic));
    readInto(in, std::span<std::int32_t>(sizes));
    const auto [context, vocabulary, windows] = sizes;
    if (std::string_view(magic.data(), magic.size()) != "_logits_" || context < 4 || vocabulary < 1 || windows < 1)
        fail("this is not a file that llama-perplexity saved");
    std::vector<TokenId> tokens(static_cast<std::size_t>(windows) * static_cast<std::size_t>(context));
    readInto(in, std::span<TokenId>(tokens));

    LoadOptions options;
    options.path = argv[1];
    options.device = argv[3];
    options.contextLength = static_cast<std::uint32_t>(context);
    options.threads = 2;
    auto loaded = runtime::ModelRuntime::load(options, {}, runtime::systemDevices({}, false), {}, {});
    if (!loaded)
        fail(loaded.error().detail);
    runtime::ModelRuntime &model = **loaded;

    const auto width = static_cast<std::size_t>(vocabulary);
    std::vector<std::uint16_t> saved(4 + (width + 1) / 2 * 2);
    Totals totals;
    for (std::size_t window = 0; window < static_cast<std::size_t>(windows); ++window) {
        const auto length = static_cast<std::size_t>(context);
        std::vector<TokenId> piece(tokens.begin() + static_cast<std::ptrdiff_t>(window * length),
                                   tokens.begin() + static_cast<std::ptrdiff_t>((window + 1) * length));
        if (model.text().addsBos() && model.text().bos())
            piece.front() = *model.text().bos();
        model.kv().truncate(0);
        std::size_t position = length / 2;
        if (!model.evaluate(std::span(piece).first(position), backend::LogitsWanted::None, {}))
            fail("a window could not be evaluated");
        while (position + 1 < length) {
            const std::size_t rows = std::min<std::size_t>(backend::kMaxLogitsRows, length - 1 - position);
            const auto logits =
                model.evaluate(std::span(piece).subspan(position, rows), backend::LogitsWanted::AllRows, {});
            if (!logits || logits->size() != rows * width)
                fail("a window could not be evaluated, or the model is another one");
            for (std::size_t row = 0; row < rows; ++row, ++position) {
                readInto(in, std::span<std::uint16_t>(saved));
                compare(logits->subspan(row * width, width), saved, static_cast<std::size_t>(piece[position + 1]),
                        totals);
            }
        }
    }
    const auto count = static_cast<double>(totals.positions);
    std::cout << "{\"positions\": " << totals.positions << ", \"kl_mean\": " << totals.divergence / count
              << ", \"kl_max\": " << totals.greatest
              << ", \"same_best\": " << static_cast<double>(totals.sameBest) / count
              << ", \"perplexity\": " << std::exp(totals.surprise / count)
              << ", \"peer_perplexity\": " << std::exp(totals.peersSurprise / count) << "}\n";
    return 0;
}
