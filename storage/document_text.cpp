// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/document_text.h"

#include "storage/document_rows_p.h"
#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

namespace storage {

using detail::passageFrom;
using detail::required;
using sqlite::Row;

namespace {

// Kept as constants so that each statement is one text and compiled once.
const std::string kSelectPassage = "SELECT " + std::string(detail::kPassageColumns) + " FROM passages p ";
const std::string kSelectBoxes = "SELECT " + std::string(detail::kPassageColumns) + ", p.boxes FROM passages p ";

const std::string kSelectPage =
    "SELECT number, label, width, height, recognised, confidence, text_begin, text FROM pages ";

DocumentPage pageFrom(const Row &row)
{
    return {.number = row.integer32(0),
            .label = row.text(1),
            .width = row.real(2),
            .height = row.real(3),
            .recognised = row.integer(4) != 0,
            .confidence = row.integer32(5),
            .textBegin = row.integer(6),
            .text = row.text(7)};
}

Passage passageWithBoxes(const Row &row)
{
    Passage passage = passageFrom(row, 0);
    passage.boxes = detail::unpackedBoxes(row.blob(detail::kPassageColumnCount));
    return passage;
}

} // namespace

Result<DocumentPage> DocumentText::page(DocumentId document, std::int32_t number)
{
    return required(m_database.connection().first(kSelectPage + "WHERE document_id = :document AND number = :number",
                                                  {{":document", document.value}, {":number", number}}, pageFrom),
                    "page");
}

Result<DocumentPage> DocumentText::pageAt(DocumentId document, std::int64_t offset)
{
    return required(m_database.connection().first(kSelectPage +
                                                      "WHERE document_id = :document AND text_begin <= :offset "
                                                      "ORDER BY number DESC LIMIT 1",
                                                  {{":document", document.value}, {":offset", offset}}, pageFrom),
                    "page");
}

Result<std::vector<std::int32_t>> DocumentText::pagesWithoutText(DocumentId document)
{
    std::vector<std::int32_t> numbers;
    STORAGE_TRY(m_database.connection().each(
        "SELECT number FROM pages WHERE document_id = :document AND text = '' ORDER BY number",
        {{":document", document.value}}, [&](const Row &row) { numbers.push_back(row.integer32(0)); }));
    return numbers;
}

Result<std::vector<Section>> DocumentText::sections(DocumentId document)
{
    std::vector<Section> sections;
    STORAGE_TRY(m_database.connection().each(
        "SELECT number, ifnull(parent, -1), level, title, first_page, text_begin, text_end, token_count FROM sections "
        "WHERE document_id = :document ORDER BY number",
        {{":document", document.value}}, [&](const Row &row) {
            sections.push_back({.number = row.integer32(0),
                                .parent = row.integer32(1),
                                .level = row.integer32(2),
                                .title = row.text(3),
                                .firstPage = row.integer32(4),
                                .textBegin = row.integer(5),
                                .textEnd = row.integer(6),
                                .tokenCount = row.integer32(7)});
        }));
    return sections;
}

Result<Passage> DocumentText::passage(PassageId id)
{
    return required(
        m_database.connection().first(kSelectBoxes + "WHERE p.id = :id", {{":id", id.value}}, passageWithBoxes),
        "passage");
}

Result<std::vector<Passage>> DocumentText::passages(DocumentId document, std::int32_t first, std::int32_t last)
{
    std::vector<Passage> passages;
    STORAGE_TRY(m_database.connection().each(
        kSelectPassage + "WHERE p.document_id = :document AND p.number BETWEEN :first AND :last ORDER BY p.number",
        {{":document", document.value}, {":first", first}, {":last", last}},
        [&](const Row &row) { passages.push_back(passageFrom(row, 0)); }));
    return passages;
}

Result<std::vector<Passage>> DocumentText::passagesOf(DocumentId document, std::int64_t begin, std::int64_t end,
                                                      std::int32_t limit)
{
    std::vector<Passage> passages;
    STORAGE_TRY(m_database.connection().each(
        kSelectBoxes + "WHERE p.document_id = :document AND p.text_begin < :end AND p.text_end > :begin "
                       "ORDER BY p.number LIMIT :limit",
        {{":document", document.value}, {":begin", begin}, {":end", end}, {":limit", limit}},
        [&](const Row &row) { passages.push_back(passageWithBoxes(row)); }));
    return passages;
}

} // namespace storage
