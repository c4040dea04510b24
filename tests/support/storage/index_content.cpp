// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/storage/index_content.h"

#include "storage/sqlite/connection.h"

#include <array>
#include <string_view>

namespace tests {

namespace {

// Rows are named by what stays: a document by its hash, a passage by its number.
constexpr std::array<std::string_view, 8> kTables = {
    "SELECT 'document ' || sha256 || ' ' || size_bytes || ' ' || state || ' ' || quote(reason) || ' ' || attempts || ' "
    "' "
    "|| reader_version || ' ' || format || ' ' || quote(title) || ' ' || quote(author) || ' ' || language || ' ' || "
    "numbered || ' ' || page_count || ' ' || pages_with_text || ' ' || word_count || ' ' || token_count || ' ' || "
    "passage_count || ' ' || notices_json FROM documents ORDER BY sha256",
    "SELECT 'file ' || f.collection_uuid || ' ' || quote(f.path) || ' ' || f.presence || ' ' || d.sha256 FROM files f "
    "LEFT JOIN documents d ON d.id = f.document_id ORDER BY f.collection_uuid, f.path",
    "SELECT 'page ' || d.sha256 || ' ' || p.number || ' ' || quote(p.label) || ' ' || p.width || ' ' || p.height || ' "
    "' "
    "|| p.recognised || ' ' || p.confidence || ' ' || p.text_begin || ' ' || quote(p.text) FROM pages p "
    "JOIN documents d ON d.id = p.document_id ORDER BY d.sha256, p.number",
    "SELECT 'section ' || d.sha256 || ' ' || s.number || ' ' || quote(s.parent) || ' ' || s.level || ' ' || "
    "quote(s.title) || ' ' || s.first_page || ' ' || s.text_begin || ' ' || s.text_end || ' ' || s.token_count "
    "FROM sections s JOIN documents d ON d.id = s.document_id ORDER BY d.sha256, s.number",
    "SELECT 'passage ' || d.sha256 || ' ' || p.number || ' ' || p.section || ' ' || p.first_page || ' ' || p.last_page "
    "|| ' ' || p.text_begin || ' ' || p.text_end || ' ' || p.token_count || ' ' || quote(p.heading) || ' ' || "
    "quote(p.text) || ' ' || quote(p.boxes) FROM passages p JOIN documents d ON d.id = p.document_id "
    "ORDER BY d.sha256, p.number",
    "SELECT 'embedder ' || sha256 || ' ' || name || ' ' || width FROM embedders ORDER BY sha256",
    "SELECT 'embedded ' || e.sha256 || ' ' || d.sha256 FROM embedded x JOIN embedders e ON e.id = x.embedder_id "
    "JOIN documents d ON d.id = x.document_id ORDER BY e.sha256, d.sha256",
    "SELECT 'vector ' || e.sha256 || ' ' || d.sha256 || ' ' || p.number || ' ' || v.window || ' ' || v.scale || ' ' || "
    "quote(v.codes) || ' ' || quote(h.halves) FROM vectors v JOIN embedders e ON e.id = v.embedder_id "
    "JOIN passages p ON p.id = v.passage_id JOIN documents d ON d.id = p.document_id "
    "LEFT JOIN vector_halves h ON h.embedder_id = v.embedder_id AND h.passage_id = v.passage_id AND h.window = "
    "v.window "
    "ORDER BY e.sha256, d.sha256, p.number, v.window",
};

} // namespace

storage::Result<std::string> indexContent(storage::IndexDatabase &index)
{
    std::string content;
    for (const std::string_view sql : kTables) {
        const auto read = index.connection().each(sql, {}, [&](const storage::sqlite::Row &row) {
            content += row.text(0);
            content += '\n';
        });
        if (!read)
            return std::unexpected(read.error());
    }
    return content;
}

} // namespace tests
