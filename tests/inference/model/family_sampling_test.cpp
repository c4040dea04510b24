// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/family_sampling.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

TEST_CASE("a family is known by its name however it is written")
{
    struct Case {
        const char *name;
        float temperature;
        float topP;
    };
    const Case cases[] = {
        {"Smollm2 135M 8k Lc100K Mix1 Ep2", 0.2F, 0.9F},
        {"SmolLM-360M-Instruct", 0.2F, 0.9F},
        {"SmolLM3-3B", 0.6F, 0.95F},
        {"Meta Llama 3.1 8B Instruct", 0.6F, 0.9F},
        {"DeepSeek R1 Distill Llama 8B", 0.6F, 0.95F},
        {"Qwen2.5-0.5B-Instruct", 0.7F, 0.8F},
        {"Gemma 3 270m it", 1.0F, 0.95F},
    };
    for (const Case &one : cases) {
        INFO(one.name);
        CHECK(familySampling(one.name).temperature == one.temperature);
        CHECK(familySampling(one.name).topP == one.topP);
    }
    CHECK(familySampling("Qwen3 8B").topK == 20);
}

TEST_CASE("an unknown family gets the neutral chain")
{
    CHECK(familySampling("") == SamplingParams{});
    CHECK(familySampling("open_llama 3b") == SamplingParams{});
    CHECK(familySampling("Tiny") == SamplingParams{});
    CHECK(familySampling("\xff\xfe llama") == SamplingParams{});
}
