// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/grounding/normal_text.h"
#include "storage/sentences.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app::grounding {

/// What stands between quotation marks, in bytes of the text, marks left out. Single marks are apostrophes too often to
/// count. A mark without a partner quotes nothing.
std::vector<storage::TextSpan> quotesIn(std::string_view text);

/// Whether a quotation stands in a text word for word, as far as normalized() makes texts equal. Points at its end are
/// the quoting sentence's; "…" and "[…]" leave out words between parts that follow each other.
bool isVerbatim(std::string_view quote, const NormalText &text);

/// The run of a text that is closest to a quotation.
struct NearestSpan {
    std::size_t text = 0;        ///< index among the texts
    storage::TextSpan span = {}; ///< in the source of that text
    double share = 0;            ///< of the quotation's words that it holds
};
/// Nothing where no run holds half of the words.
std::optional<NearestSpan> nearestSpan(std::string_view quote, std::span<const NormalText> texts);

} // namespace app::grounding
