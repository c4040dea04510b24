// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What of the passages that were found a model is given, and in which order. Pure functions.
#pragma once

#include "app/retrieval_service.h"

#include <cstdint>
#include <vector>

namespace app {

/// How much a model is given.
struct PackLimits {
    std::int64_t tokens = 2'000;    ///< of all passages, their headings included, as the index counts
    std::size_t passages = 12;      ///< numbers to cite; of documents that are given whole there may be more
    std::int32_t tokensOfOne = 600; ///< neighbours become one passage up to so many
};

/// The passages to give, in the order of their numbers: by document, the one with the best hit first, then by place.
///
/// Of documents that are given whole all are there, whether they are within the limits or not. Else the best hits that
/// have room, then, while there is room, what stands beside them in their sections. Neighbours on one page become one
/// passage, so that a number still names a page.
///
/// `earlier` is what the last answer was given: when it holds the best hits, it is given again as it is, and when
/// there is room for both, what is new follows it. So the model need not read again what it has read.
std::vector<RetrievedPassage> packEvidence(const Retrieved &found, const PackLimits &limits,
                                           const std::vector<RetrievedPassage> &earlier = {});

/// What a passage costs in a prompt, as the index counts, its number and heading included.
std::int64_t evidenceTokens(const RetrievedPassage &passage);
std::int64_t evidenceTokens(const std::vector<RetrievedPassage> &passages);

/// What to look up for a question in a conversation: one that hardly says anything by itself ("And for the cellar?") is
/// looked up together with the one before it.
std::string lookedUp(const std::string &question, const std::string &before);

} // namespace app
