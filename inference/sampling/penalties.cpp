// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/penalties.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

namespace inference {

namespace {

std::span<const TokenId> lastOf(std::span<const TokenId> history, std::int32_t count)
{
    return count < 0 || static_cast<std::size_t>(count) >= history.size()
               ? history
               : history.last(static_cast<std::size_t>(count));
}

bool holdsBreaker(std::string_view bytes, const std::vector<std::string> &breakers)
{
    return std::ranges::any_of(
        breakers, [bytes](const std::string &breaker) { return !breaker.empty() && bytes.contains(breaker); });
}

// Number of tokens at the end of `window` after the last token in which an occurrence of a breaker ends. A breaker may
// lie across tokens.
std::size_t tokensAfterBreaker(std::span<const TokenId> window, const std::vector<std::string> &breakers,
                               const TokenBytes &tokenBytes)
{
    std::size_t longest = 0;
    for (const std::string &breaker : breakers) {
        longest = std::max(longest, breaker.size());
    }
    if (longest == 0) {
        return window.size();
    }
    for (std::size_t after = 0; after < window.size(); ++after) {
        const std::size_t at = window.size() - 1 - after;
        std::string bytes(tokenBytes(window[at]));
        const std::size_t own = bytes.size();
        // An occurrence that ends in this token begins at most `longest - 1` bytes before it.
        for (std::size_t before = at; before > 0 && bytes.size() < own + longest - 1; --before) {
            bytes.insert(0, tokenBytes(window[before - 1]));
        }
        const std::size_t context = std::min(bytes.size() - own, longest - 1);
        const std::string_view searched = std::string_view(bytes).substr(bytes.size() - own - context);
        for (const std::string &breaker : breakers) {
            const std::size_t found = breaker.empty() ? std::string_view::npos : searched.rfind(breaker);
            if (found != std::string_view::npos && found + breaker.size() > context) {
                return after;
            }
        }
    }
    return window.size();
}

} // namespace

void applyRepeatPenalties(std::span<float> logits, std::span<const TokenId> history, const SamplingParams &params)
{
    const bool repeats = params.repeatPenalty > 0.0F && params.repeatPenalty != 1.0F;
    if (!repeats && params.frequencyPenalty == 0.0F && params.presencePenalty == 0.0F) {
        return;
    }
    std::map<TokenId, std::size_t> counts;
    for (const TokenId token : lastOf(history, params.penaltyLastN)) {
        ++counts[token];
    }
    for (const auto &[token, count] : counts) {
        if (token < 0 || static_cast<std::size_t>(token) >= logits.size()) {
            continue;
        }
        float &logit = logits[static_cast<std::size_t>(token)];
        if (repeats) {
            logit = logit > 0.0F ? logit / params.repeatPenalty : logit * params.repeatPenalty;
        }
        logit -= static_cast<float>(count) * params.frequencyPenalty + params.presencePenalty;
    }
}

std::vector<Repetition> findRepetitions(std::span<const TokenId> history, const SamplingParams &params,
                                        const TokenBytes &tokenBytes)
{
    const auto window = lastOf(history, params.dryLastN);
    const std::size_t n = window.size();
    const std::size_t allowed = static_cast<std::size_t>(std::max(params.dryAllowedLength, 1));
    if (n < 2) {
        return {};
    }
    const std::size_t limit = tokensAfterBreaker(window, params.drySequenceBreakers, tokenBytes);
    if (limit < allowed) {
        return {};
    }
    // Z-function of the reversed window: z[k] = how many tokens before (and with) place n-1-k equal the window's end.
    const auto reversed = [window, n](std::size_t i) { return window[n - 1 - i]; };
    std::vector<std::size_t> z(n, 0);
    std::size_t left = 0;
    std::size_t right = 0;
    std::map<TokenId, std::size_t> longest;
    for (std::size_t k = 1; k < n; ++k) {
        z[k] = k < right ? std::min(right - k, z[k - left]) : 0;
        while (k + z[k] < n && reversed(z[k]) == reversed(k + z[k])) {
            ++z[k];
        }
        if (k + z[k] > right) {
            left = k;
            right = k + z[k];
        }
        const std::size_t length = std::min(z[k], limit);
        if (length >= allowed) {
            std::size_t &best = longest[reversed(k - 1)];
            best = std::max(best, length);
        }
    }
    std::vector<Repetition> found;
    for (const auto &[token, length] : longest) {
        if (!holdsBreaker(tokenBytes(token), params.drySequenceBreakers)) {
            found.push_back({token, length});
        }
    }
    return found;
}

void applyDry(std::span<float> logits, std::span<const TokenId> history, const SamplingParams &params,
              const TokenBytes &tokenBytes)
{
    if (params.dryMultiplier == 0.0F || !(params.dryBase >= 1.0F) || params.dryLastN == 0) {
        return;
    }
    const std::size_t allowed = static_cast<std::size_t>(std::max(params.dryAllowedLength, 1));
    for (const Repetition &repetition : findRepetitions(history, params, tokenBytes)) {
        if (repetition.token < 0 || static_cast<std::size_t>(repetition.token) >= logits.size()) {
            continue;
        }
        const double power =
            std::pow(static_cast<double>(params.dryBase), static_cast<double>(repetition.length - allowed));
        // A long repetition would make the penalty infinite; the greatest finite one is enough.
        const double penalty = std::min(static_cast<double>(params.dryMultiplier) * power,
                                        static_cast<double>(std::numeric_limits<float>::max()) / 4);
        logits[static_cast<std::size_t>(repetition.token)] -= static_cast<float>(penalty);
    }
}

} // namespace inference
