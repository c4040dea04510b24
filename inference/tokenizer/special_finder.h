// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/tokenizer/special_tokens.h"
#include "inference/tokenizer/tokenizer.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace inference {

/// Finds special tokens from left to right: user-defined ones anywhere, control tokens where the text is trusted.
/// Each part of the text is searched once.
class SpecialFinder {
public:
    using Match = SpecialTokens::Match;

    /// `text` is the joined text of `spans`; it and the token sets must outlive the finder.
    SpecialFinder(std::string_view text, std::span<const TextSpan> spans, const SpecialTokens &all,
                  const SpecialTokens &userDefined);

    /// The first special token at or after `position`, which must not decrease from call to call.
    std::optional<Match> next(std::size_t position);

private:
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    std::string_view m_text;
    const SpecialTokens &m_all;
    const SpecialTokens &m_userDefined;
    std::vector<Range> m_trusted;
    std::size_t m_range = 0;
    std::optional<Match> m_control;
    std::optional<Match> m_user;
    bool m_userDone = false;
};

} // namespace inference
