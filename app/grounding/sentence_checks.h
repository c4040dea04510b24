// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether the sentences of an answer stand in its sources. The checks are literal where they can be (quotations,
// numbers, dates, names) and a measure where they cannot: "supported" means that nothing speaks against the sentence
// and enough of it is there, not that a reader would have to agree.
#pragma once

#include "app/grounding/evidence.h"
#include "storage/sentences.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app::grounding {

enum class Verdict : std::uint8_t {
    Supported,
    NotFound,   ///< "not found in your documents"
    NotChecked, ///< claims nothing that a document could hold
};

enum class FindingKind : std::uint8_t {
    QuoteDiffers,  ///< in quotation marks, and not word for word in a source
    NumberMissing, ///< a number, one with another unit, or one that is said of something else
    DateMissing,   ///< likewise
    NameMissing,
    LittleInCommon, ///< too few of the sentence's words are in any of its sources
    NoSource,       ///< cites nothing, and no source fits
    InvalidId,      ///< cites a number that is no source's
};

/// What speaks against a sentence.
struct Finding {
    FindingKind kind = FindingKind::NoSource;
    storage::TextSpan span;          ///< in the Markdown
    std::uint32_t nearestSource = 0; ///< QuoteDiffers: id of the source with the closest words; 0: none is close
    storage::TextSpan nearest = {};  ///< in that source's text
    bool operator==(const Finding &) const = default;
};

enum class Unchecked : std::uint8_t {
    None,
    Heading,
    Code,
    Question,
    Meta,  ///< of the answer or the documents themselves: "The documents do not say."
    Short, ///< too few words to compare
};

/// One sentence.
struct SentenceCheck {
    storage::TextSpan span; ///< in the Markdown, its citations included
    Verdict verdict = Verdict::NotChecked;
    Unchecked reason = Unchecked::None;
    std::vector<std::uint32_t> cited;      ///< live ids, by the answer itself
    std::vector<std::uint32_t> attributed; ///< found afterwards, where the answer cites nothing or what does not fit
    std::vector<Finding> findings;
    double overlap = 0;    ///< share of its words in its best source, rare words counting more
    double similarity = 0; ///< greatest cosine with a part of a source; 0 without vectors
};

/// The limits below which a sentence counts as not found. Documented with the figures that chose them in
/// tests/app/grounding/README.md.
struct SupportLimits {
    double overlap = 0.35;              ///< at least this alone …
    double overlapWithSimilarity = 0.2; ///< … or this with
    double similarity = 0.6;
    /// An uncited sentence needs more to be given to a source.
    double attributedOverlap = 0.5;
    double attributedOverlapWithSimilarity = 0.3;
    double attributedSimilarity = 0.65;
};

/// Vectors of unit length for some texts, in order; none when they cannot be had. Called once, may block.
using SentenceVectors = std::function<std::vector<std::vector<float>>(const std::vector<std::string> &)>;

struct AnswerCheck {
    std::string_view markdown;       ///< the finished answer
    std::string_view question = {};  ///< its names and quotations need no source
    std::span<const Source> sources; ///< as the model read them
    SupportLimits limits = {};
};

/// Checks every sentence of an answer, in order. Time grows with the answer times the sources.
std::vector<SentenceCheck> checkSentences(const AnswerCheck &check, const SentenceVectors &vectors = {});

} // namespace app::grounding
