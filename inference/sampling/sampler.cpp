// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/sampler.h"

#include "inference/sampling/candidates.h"
#include "inference/sampling/mirostat.h"
#include "inference/sampling/penalties.h"
#include "inference/sampling/philox.h"
#include "inference/sampling/truncation.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace inference {

struct Sampler::State {
    State(SamplingParams sampling, std::size_t size, TokenBytes bytes)
        : params(std::move(sampling))
        , tokenBytes(std::move(bytes))
        , mirostat(params.mirostat, params.mirostatTau, params.mirostatEta)
    {
        logits.reserve(size);
    }

    void penalize(std::span<const float> raw, std::span<const TokenId> history);
    void truncate(double exclusion);
    TokenId pick(std::size_t vocabularySize, double uniform);

    SamplingParams params;
    TokenBytes tokenBytes;
    Mirostat mirostat;
    Candidates candidates;
    std::vector<float> logits; ///< (vocabulary), after bias and penalties
    std::uint64_t draws = 0;
};

Sampler::Sampler(SamplingParams params, std::size_t vocabularySize, std::function<std::string_view(TokenId)> tokenBytes)
    : m_state(std::make_unique<State>(std::move(params), vocabularySize, std::move(tokenBytes)))
{
}

Sampler::~Sampler() = default;
Sampler::Sampler(Sampler &&) noexcept = default;
Sampler &Sampler::operator=(Sampler &&) noexcept = default;

void Sampler::State::penalize(std::span<const float> raw, std::span<const TokenId> history)
{
    logits.assign(raw.begin(), raw.end());
    for (const auto &[token, bias] : params.logitBias) {
        if (token >= 0 && static_cast<std::size_t>(token) < logits.size()) {
            logits[static_cast<std::size_t>(token)] += bias;
        }
    }
    applyRepeatPenalties(logits, history, params);
    applyDry(logits, history, params, tokenBytes);
}

void Sampler::State::truncate(double exclusion)
{
    const std::size_t most = params.topK > 0 ? static_cast<std::size_t>(params.topK) : 0;
    if (params.topNSigma >= 0.0F) {
        candidates.select(logits, most, topNSigmaBar(logits, params.topNSigma));
    } else {
        candidates.select(logits, most);
    }
    keepTypical(candidates, params.typicalP);
    keepTopP(candidates, params.topP);
    keepMinP(candidates, params.minP);
    if (exclusion < static_cast<double>(params.xtcProbability)) {
        excludeTopChoices(candidates, params.xtcThreshold);
    }
}

TokenId Sampler::State::pick(std::size_t vocabularySize, double uniform)
{
    float temperature = params.temperature;
    if (params.dynamicTemperatureRange > 0.0F && candidates.size() > 1) {
        temperature = dynamicTemperature(candidates, temperature, params.dynamicTemperatureRange,
                                         params.dynamicTemperatureExponent);
    }
    if (!(temperature > 0.0F)) {
        return candidates.ranked(0).id;
    }
    applyTemperature(candidates, temperature);
    if (params.mirostat != 0) {
        return mirostat.choose(candidates, vocabularySize, uniform);
    }
    candidates.weigh();
    return candidates.draw(uniform).id;
}

TokenId Sampler::sample(std::span<const float> logits, std::span<const TokenId> history,
                        const std::function<void(std::span<float>)> &forbid)
{
    State &state = *m_state;
    const Draw draw = drawOf(state.params.seed, state.draws++);
    state.penalize(logits, history);
    if (forbid) {
        forbid(state.logits);
    }
    if (!(state.params.temperature > 0.0F)) {
        state.candidates.select(state.logits, 1);
        return state.candidates.ranked(0).id;
    }
    if (state.params.mirostat != 0) {
        state.candidates.select(state.logits, 0);
    } else {
        state.truncate(draw.exclusion);
    }
    return state.pick(logits.size(), draw.token);
}

} // namespace inference
