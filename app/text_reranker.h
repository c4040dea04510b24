// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"
#include "storage/passage_search.h"

#include <QString>

#include <cstddef>
#include <expected>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// The best so many passages of a search are judged again: each costs time, and on Cranfield 50 in place of 20 changed
/// nothing among the best 10.
inline constexpr std::size_t kRerankedPassages = 30;

/// Judges how well texts answer a question, each text read together with it. Calls block; one at a time, from any
/// thread but the GUI's.
class TextReranker {
public:
    virtual ~TextReranker() = default;

    /// A score for each text, in order; higher is better. Scores of one model compare with each other alone. Of a text
    /// that is too long the beginning counts. Code "inference.cancelled" after `stop`.
    virtual std::expected<std::vector<float>, Failure>
    scores(const QString &query, const std::vector<std::string> &texts, const std::stop_token &stop) = 0;
};

/// Has the first kRerankedPassages hits of a search judged again, headings included. What the model says of each stays
/// in PassageHit::rerankScore. Its ranking is fused with those that the search was made of, as a third one beside them:
/// PassageHit::score grows, and the judged stand in its order. Alone it would be worse than the search where texts are
/// of another kind than the model was trained on (Cranfield: nDCG@10 0.545, 0.570 without, 0.579 fused). Blocks.
std::expected<void, Failure> rerank(std::vector<storage::PassageHit> &hits, const QString &question,
                                    TextReranker &reranker, const std::stop_token &stop);

} // namespace app
