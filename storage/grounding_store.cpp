// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/grounding_store.h"

#include "storage/grounding_p.h"
#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <string>

namespace storage {

using detail::changeRow;
using sqlite::Blob;
using sqlite::Connection;
using sqlite::inTransaction;
using sqlite::Row;

namespace detail {

Result<void> insertCitation(Connection &db, MessageId answer, const Citation &citation)
{
    return db.run(
        "INSERT INTO citations (message_id, ordinal, collection_uuid, document_sha256, document_name, page, last_page, "
        "page_label, heading, start_byte, end_byte, text, lexical_rank, dense_rank, similarity, score, rerank_score, "
        "instructs, used) VALUES (:id, :ordinal, :collection, :document, :name, :page, :last_page, :label, :heading, "
        ":start, :end, :text, :lexical, :dense, :similarity, :score, :rerank, :instructs, :used)",
        {{":id", answer.value},
         {":ordinal", citation.ordinal},
         {":collection", citation.collectionUuid},
         {":document", citation.documentSha256},
         {":name", citation.documentName},
         {":page", citation.page},
         {":last_page", citation.lastPage},
         {":label", citation.pageLabel},
         {":heading", citation.heading},
         {":start", citation.startByte},
         {":end", citation.endByte},
         {":text", citation.text},
         {":lexical", citation.lexicalRank},
         {":dense", citation.denseRank},
         {":similarity", citation.similarity},
         {":score", citation.score},
         {":rerank", citation.rerankScore ? sqlite::Value(*citation.rerankScore) : sqlite::Value(nullptr)},
         {":instructs", citation.instructs},
         {":used", citation.used}});
}

Result<void> writeGrounding(Connection &db, MessageId answer, const Grounding &grounding)
{
    return db.run(
        "INSERT INTO answer_grounding (message_id, mode, material, refused, checked, documents_total, "
        "documents_searched, documents_waiting, words_only, details_json) VALUES (:id, :mode, :material, :refused, "
        ":checked, :total, :searched, :waiting, :words_only, :details) "
        "ON CONFLICT (message_id) DO UPDATE SET mode = excluded.mode, material = excluded.material, "
        "refused = excluded.refused, checked = excluded.checked, documents_total = excluded.documents_total, "
        "documents_searched = excluded.documents_searched, documents_waiting = excluded.documents_waiting, "
        "words_only = excluded.words_only, details_json = excluded.details_json",
        {{":id", answer.value},
         {":mode", toText(grounding.mode)},
         {":material", toText(grounding.material)},
         {":refused", grounding.refused},
         {":checked", grounding.checked},
         {":total", grounding.documentsTotal},
         {":searched", grounding.documentsSearched},
         {":waiting", grounding.documentsWaiting},
         {":words_only", grounding.wordsOnly},
         {":details", grounding.detailsJson}});
}

Result<void> insertSentence(Connection &db, MessageId answer, const SentenceCheck &check)
{
    const auto cited = packed(check.cited);
    return db.run("INSERT INTO answer_sentences (message_id, start_byte, end_byte, verdict, cited, reason) "
                  "VALUES (:id, :start, :end, :verdict, :cited, :reason)",
                  {{":id", answer.value},
                   {":start", check.startByte},
                   {":end", check.endByte},
                   {":verdict", check.verdict},
                   {":cited", Blob(cited)},
                   {":reason", check.reason}});
}

Result<void> insertAttached(Connection &db, ConversationId conversation, const AttachedDocument &document)
{
    return db.run("INSERT INTO conversation_documents (conversation_id, collection_uuid, path, name, attached_ms) "
                  "VALUES (:id, :collection, :path, :name, :now) "
                  "ON CONFLICT (conversation_id, collection_uuid, path) DO NOTHING",
                  {{":id", conversation.value},
                   {":collection", document.collectionUuid},
                   {":path", document.path},
                   {":name", document.name},
                   {":now", document.attachedMs}});
}

std::string_view toText(DocumentMode mode)
{
    return mode == DocumentMode::Only ? "only" : "first";
}

std::string_view toText(Material material)
{
    switch (material) {
    case Material::Nothing:
        return "nothing";
    case Material::Passages:
        return "passages";
    case Material::Whole:
        return "whole";
    }
    return "nothing";
}

std::optional<DocumentMode> modeFrom(std::string_view text)
{
    for (const DocumentMode mode : {DocumentMode::First, DocumentMode::Only}) {
        if (text == toText(mode)) {
            return mode;
        }
    }
    return std::nullopt;
}

std::optional<Material> materialFrom(std::string_view text)
{
    for (const Material material : {Material::Nothing, Material::Passages, Material::Whole}) {
        if (text == toText(material)) {
            return material;
        }
    }
    return std::nullopt;
}

} // namespace detail

GroundingStore::GroundingStore(Database &database)
    : m_database(database)
{
}

Result<std::vector<AttachedDocument>> GroundingStore::attached(ConversationId conversation)
{
    std::vector<AttachedDocument> documents;
    STORAGE_TRY(m_database.connection().each("SELECT collection_uuid, path, name, attached_ms "
                                             "FROM conversation_documents WHERE conversation_id = :id ORDER BY id",
                                             {{":id", conversation.value}}, [&](const Row &row) {
                                                 documents.push_back({.collectionUuid = row.text(0),
                                                                      .path = row.text(1),
                                                                      .name = row.text(2),
                                                                      .attachedMs = row.integer(3)});
                                             }));
    return documents;
}

Result<void> GroundingStore::attach(ConversationId conversation, const AttachedDocument &document)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        const auto known =
            db.integer("SELECT count(*) FROM conversations WHERE id = :id", {{":id", conversation.value}});
        if (!known) {
            return std::unexpected(known.error());
        }
        if (*known == 0) {
            return failure(ErrorCode::NotFound, "no such conversation");
        }
        AttachedDocument now = document;
        now.attachedMs = m_database.now();
        return detail::insertAttached(db, conversation, now);
    });
}

Result<void> GroundingStore::detach(ConversationId conversation, std::string_view collectionUuid, std::string_view path)
{
    return changeRow(m_database.connection(), "document of the conversation",
                     "DELETE FROM conversation_documents WHERE conversation_id = :id "
                     "AND collection_uuid = :collection AND path = :path",
                     {{":id", conversation.value}, {":collection", collectionUuid}, {":path", path}});
}

Result<void> GroundingStore::put(MessageId answer, const Grounding &grounding, const std::vector<Citation> &citations)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        const auto known =
            db.integer("SELECT count(*) FROM messages WHERE id = :id AND role = 'assistant'", {{":id", answer.value}});
        if (!known) {
            return std::unexpected(known.error());
        }
        if (*known == 0) {
            return failure(ErrorCode::NotFound, "no such answer");
        }
        STORAGE_TRY(db.run("DELETE FROM citations WHERE message_id = :id", {{":id", answer.value}}));
        STORAGE_TRY(db.run("DELETE FROM answer_sentences WHERE message_id = :id", {{":id", answer.value}}));
        STORAGE_TRY(detail::writeGrounding(db, answer, grounding));
        for (const Citation &citation : citations) {
            STORAGE_TRY(detail::insertCitation(db, answer, citation));
        }
        return {};
    });
}

Result<void> GroundingStore::putChecks(MessageId answer, const std::vector<SentenceCheck> &checks,
                                       const std::vector<std::int32_t> &usedOrdinals)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        STORAGE_TRY(changeRow(db, "answer from documents",
                              "UPDATE answer_grounding SET checked = 1 WHERE message_id = :id",
                              {{":id", answer.value}}));
        STORAGE_TRY(db.run("DELETE FROM answer_sentences WHERE message_id = :id", {{":id", answer.value}}));
        for (const SentenceCheck &check : checks) {
            STORAGE_TRY(detail::insertSentence(db, answer, check));
        }
        STORAGE_TRY(db.run("UPDATE citations SET used = 0 WHERE message_id = :id", {{":id", answer.value}}));
        for (const std::int32_t ordinal : usedOrdinals) {
            STORAGE_TRY(db.run("UPDATE citations SET used = 1 WHERE message_id = :id AND ordinal = :ordinal",
                               {{":id", answer.value}, {":ordinal", ordinal}}));
        }
        return {};
    });
}

Result<std::optional<Grounding>> GroundingStore::grounding(MessageId answer)
{
    return m_database.connection().first(
        "SELECT mode, material, refused, checked, documents_total, documents_searched, documents_waiting, words_only, "
        "details_json FROM answer_grounding WHERE message_id = :id",
        {{":id", answer.value}}, [](const Row &row) {
            return Grounding{.mode = detail::modeFrom(row.text(0)).value_or(DocumentMode::First),
                             .material = detail::materialFrom(row.text(1)).value_or(Material::Nothing),
                             .refused = row.integer(2) != 0,
                             .checked = row.integer(3) != 0,
                             .documentsTotal = row.integer32(4),
                             .documentsSearched = row.integer32(5),
                             .documentsWaiting = row.integer32(6),
                             .wordsOnly = row.integer(7) != 0,
                             .detailsJson = row.text(8)};
        });
}

Result<std::vector<Citation>> GroundingStore::citations(MessageId answer)
{
    std::vector<Citation> rows;
    STORAGE_TRY(m_database.connection().each(
        "SELECT ordinal, collection_uuid, document_sha256, document_name, page, last_page, page_label, heading, "
        "start_byte, end_byte, text, lexical_rank, dense_rank, similarity, score, rerank_score, instructs, used "
        "FROM citations WHERE message_id = :id ORDER BY ordinal",
        {{":id", answer.value}}, [&](const Row &row) {
            rows.push_back({.ordinal = row.integer32(0),
                            .collectionUuid = row.text(1),
                            .documentSha256 = row.text(2),
                            .documentName = row.text(3),
                            .page = row.integer32(4),
                            .lastPage = row.integer32(5),
                            .pageLabel = row.text(6),
                            .heading = row.text(7),
                            .startByte = row.integer(8),
                            .endByte = row.integer(9),
                            .text = row.text(10),
                            .lexicalRank = row.integer32(11),
                            .denseRank = row.integer32(12),
                            .similarity = row.real(13),
                            .score = row.real(14),
                            .rerankScore = row.isNull(15) ? std::nullopt : std::optional(row.real(15)),
                            .instructs = row.integer(16) != 0,
                            .used = row.integer(17) != 0});
        }));
    return rows;
}

Result<std::vector<SentenceCheck>> GroundingStore::checks(MessageId answer)
{
    std::vector<SentenceCheck> rows;
    STORAGE_TRY(m_database.connection().each("SELECT start_byte, end_byte, verdict, cited, reason "
                                             "FROM answer_sentences WHERE message_id = :id ORDER BY start_byte",
                                             {{":id", answer.value}}, [&](const Row &row) {
                                                 rows.push_back({.startByte = row.integer(0),
                                                                 .endByte = row.integer(1),
                                                                 .verdict = row.text(2),
                                                                 .cited = detail::unpacked(row.blob(3)),
                                                                 .reason = row.text(4)});
                                             }));
    return rows;
}

} // namespace storage
