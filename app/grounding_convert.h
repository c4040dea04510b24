// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What answers take from documents, between rows of storage, values for the window, and passages of the index.
#pragma once

#include "app/answer_check.h"
#include "app/conversation_types.h"
#include "app/retrieval_service.h"
#include "storage/grounding_store.h"
#include "storage/records.h"

#include <QList>

#include <vector>

namespace app {

/// What the database says about an answer's documents.
struct StoredGrounding {
    storage::Grounding grounding;
    std::vector<storage::Citation> citations;
    std::vector<storage::SentenceCheck> checks;
};

/// Nothing for an answer without documents.
storage::Result<std::optional<StoredGrounding>> readGrounding(storage::GroundingStore &store,
                                                              storage::MessageId answer);

/// Fills in a message's grounding, citations and checks; its text is there.
void setGrounding(MessageValue &message, const StoredGrounding &stored);

GroundingValue groundingFrom(const storage::Grounding &row);
CitationValue citationFrom(const storage::Citation &row);
/// `text`: of the answer, UTF-8; places outside of it are cut.
SentenceCheckValue checkFrom(const storage::SentenceCheck &row, const std::string &text);

/// `ordinal`: the n of [n].
storage::Citation citationOf(const RetrievedPassage &passage, std::int32_t ordinal);
/// A passage that an earlier answer was given, as far as its citation says.
RetrievedPassage passageOf(const CitationValue &citation);
/// Material::Index is kept in the row's details.
storage::Grounding groundingRow(const GroundingValue &value);

/// Whether an answer that has ended will be compared with its sources, or was not because the program ended.
bool isToBeChecked(const MessageValue &message);
/// Puts what comparing gave into the message.
void setFindings(MessageValue &message, const AnswerFindings &findings);

storage::DocumentMode toStore(DocumentMode mode);
storage::Material toStore(Material material);

} // namespace app
