// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/family_sampling.h"

#include <algorithm>
#include <optional>
#include <string>

namespace inference {

namespace {

struct Family {
    std::string_view words; ///< in the name as dashed() writes it, whole words
    float temperature;
    std::optional<float> topP = {};
    std::optional<std::int32_t> topK = {};
    std::optional<float> minP = {};
};

// From the generation_config.json or the model card that each family was published with. The first that fits counts.
constexpr Family families[] = {
    {"smollm", 0.2F, 0.9F},
    {"smollm2", 0.2F, 0.9F},
    {"smollm3", 0.6F, 0.95F},
    {"deepseek-r1", 0.6F, 0.95F},
    {"llama-3", 0.6F, 0.9F},
    {"llama3", 0.6F, 0.9F},
    {"qwen3", 0.6F, 0.95F, 20, 0.0F},
    {"qwen2-5", 0.7F, 0.8F, 20, 0.0F},
    {"gemma-3", 1.0F, 0.95F, 64, 0.0F},
    {"gemma3", 1.0F, 0.95F, 64, 0.0F},
    {"mistral-nemo", 0.3F},
    {"mistral-small", 0.15F},
};

/// Lower case, everything but letters and digits a dash, one at each end: "Llama 3.1 8B" is "-llama-3-1-8b-".
std::string dashed(std::string_view text)
{
    std::string written = "-";
    for (const char c : text) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool plain = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain) {
            written.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
        } else if (!written.ends_with('-')) {
            written.push_back('-');
        }
    }
    if (!written.ends_with('-')) {
        written.push_back('-');
    }
    return written;
}

} // namespace

SamplingParams familySampling(std::string_view name)
{
    SamplingParams params;
    const std::string written = dashed(name);
    const auto *const family = std::ranges::find_if(families, [&](const Family &one) {
        // A whole word: SmolLM-360M is no SmolLM3.
        return written.contains("-" + std::string(one.words) + "-");
    });
    if (family != std::end(families)) {
        params.temperature = family->temperature;
        params.topP = family->topP.value_or(params.topP);
        params.topK = family->topK.value_or(params.topK);
        params.minP = family->minP.value_or(params.minP);
    }
    return params;
}

} // namespace inference
