// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether documents can answer a question, and whether an answer keeps to them: passages of the index, handed to the
// functions of app/grounding/.
#pragma once

#include "app/retrieval_service.h"
#include "app/types.h"
#include "storage/records.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace app {

class StoreThread;
class TextEmbedder;

/// Whether what was found can answer the question.
struct Answerable {
    bool answerable = false;
    double score = 0; ///< 0 to 1
    double threshold = 0;
};
Answerable answerability(const Retrieved &found, std::string_view question);

/// What is compared.
struct AnswerToCheck {
    std::string markdown; ///< the finished answer
    std::string question;
    std::vector<RetrievedPassage> given; ///< the first is [1]
    bool whole = false;                  ///< all of their documents
};

/// What comparing gave.
struct AnswerFindings {
    std::vector<storage::SentenceCheck> sentences;
    std::vector<std::int32_t> used; ///< ordinals that it refers to, or that bear a sentence out; ascending
};

/// Compares each sentence with the passages. Blocks: milliseconds, and as long as `embedder` (null: none) takes.
AnswerFindings checkAnswer(const AnswerToCheck &answer, TextEmbedder *embedder);

/// Does so off this thread, keeps with the answer what came of it, then calls `done`, which `context` receives; not
/// when that is gone. What could not be kept is told nevertheless: another look costs nothing.
void checkAndKeep(const AnswerToCheck &answer, MessageId id, StoreThread &store, RetrievalService &retrieval,
                  QObject *context, const std::function<void(const AnswerFindings &)> &done);

} // namespace app
