// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/scope_survey.h"

#include "storage/sqlite/connection.h"
#include "storage/store_p.h"

#include <algorithm>
#include <set>

namespace storage {

using sqlite::Connection;
using sqlite::Row;

std::int64_t ScopeSurvey::tokens() const
{
    std::int64_t sum = 0;
    for (const Content &content : contents) {
        sum += content.tokens;
    }
    return sum;
}

Result<ScopeSurvey> surveyScope(IndexDatabase &database, const std::vector<std::string> &collections,
                                const std::vector<NamedFile> &files)
{
    Connection &db = database.connection();
    ScopeSurvey survey;
    std::set<std::int64_t> seenFiles;
    std::set<std::int64_t> seenContents;
    const auto take = [&](const Row &row, const std::string &uuid) {
        if (!seenFiles.insert(row.integer(0)).second) {
            return;
        }
        ++survey.files;
        if (!files.empty()) {
            survey.scope.files.push_back({row.integer(0)});
        }
        const std::string state = row.isNull(2) ? "waiting" : row.text(3);
        if (state == "waiting" || state == "reading") {
            ++survey.waiting;
        } else if (state == "read" || state == "partial") {
            // Without a word in it there is nothing to find.
            if (row.integer(5) == 0) {
                return;
            }
            ++survey.searchable;
            if (seenContents.insert(row.integer(2)).second) {
                survey.contents.push_back({.document = {row.integer(2)},
                                           .path = row.text(1),
                                           .collectionUuid = uuid,
                                           .tokens = row.integer(4)});
            }
        }
    };
    const auto mention = [&](const std::string &uuid) {
        if (std::ranges::find(survey.scope.collections, uuid) == survey.scope.collections.end()) {
            survey.scope.collections.push_back(uuid);
        }
    };
    for (const std::string &uuid : collections) {
        mention(uuid);
        STORAGE_TRY(db.each("SELECT f.id, f.path, f.document_id, d.state, d.token_count, d.passage_count FROM files f "
                            "LEFT JOIN documents d ON d.id = f.document_id WHERE f.collection_uuid = :uuid "
                            "ORDER BY f.path",
                            {{":uuid", uuid}}, [&](const Row &row) { take(row, uuid); }));
    }
    for (const NamedFile &file : files) {
        mention(file.collectionUuid);
        STORAGE_TRY(db.each("SELECT f.id, f.path, f.document_id, d.state, d.token_count, d.passage_count FROM files f "
                            "LEFT JOIN documents d ON d.id = f.document_id WHERE f.collection_uuid = :uuid "
                            "AND f.path = :path",
                            {{":uuid", file.collectionUuid}, {":path", file.path}},
                            [&](const Row &row) { take(row, file.collectionUuid); }));
    }
    return survey;
}

Result<std::vector<std::string>> pageLabels(IndexDatabase &database, DocumentId document)
{
    std::vector<std::string> labels;
    STORAGE_TRY(database.connection().each("SELECT label FROM pages WHERE document_id = :id ORDER BY number",
                                           {{":id", document.value}},
                                           [&](const Row &row) { labels.push_back(row.text(0)); }));
    return labels;
}

} // namespace storage
