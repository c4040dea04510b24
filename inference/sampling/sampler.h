// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/types.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace inference {

/// Chooses tokens from logits by the chain: logit bias, penalties, DRY, top-n-sigma, top-k, typical-p, top-p, min-p,
/// XTC, temperature, draw; mirostat replaces the tail. The n-th draw of a sampler depends on (seed, n) alone, through
/// a counter-based generator (Philox-4x32-10, Salmon et al. 2011), so a recorded answer replays.
class Sampler {
public:
    /// `tokenBytes` gives a token's bytes (for DRY's sequence breakers); it must outlive the sampler.
    Sampler(SamplingParams params, std::size_t vocabularySize, std::function<std::string_view(TokenId)> tokenBytes);
    ~Sampler();
    Sampler(Sampler &&) noexcept;
    Sampler &operator=(Sampler &&) noexcept;

    /// Chooses the next token. `logits`: (vocabulary), not changed. `history`: prompt and answer so far, for
    /// penalties. At temperature 0 ties go to the lower id.
    /// `forbid` may set logits to minus infinity, so that their tokens are not chosen; it sees them with bias and
    /// penalties. Where none is left the choice is token 0.
    TokenId sample(std::span<const float> logits, std::span<const TokenId> history,
                   const std::function<void(std::span<float>)> &forbid = nullptr);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace inference
