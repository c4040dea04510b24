// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/vector_index.h"

#include "storage/sqlite/connection.h"
#include "storage/store_p.h"
#include "storage/vector_codes.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <unordered_map>

namespace storage {

using sqlite::Connection;

namespace {

/// Best passages by codes whose places are decided by their halves.
constexpr std::size_t kRescored = 200;
/// Rows whose products are computed at once: they stay in the first-level cache with the query.
constexpr std::size_t kRowsAtOnce = 1024;

constexpr std::string_view kSelect = "SELECT v.passage_id, p.document_id, v.scale, v.codes FROM vectors v "
                                     "JOIN passages p ON p.id = v.passage_id WHERE v.embedder_id = :embedder";

} // namespace

bool DocumentSet::contains(DocumentId id) const
{
    return all || std::ranges::binary_search(ids, id) != leftOut;
}

Result<VectorIndex> VectorIndex::load(IndexDatabase &database, const Embedder &embedder)
{
    Connection &db = database.connection();
    VectorIndex index;
    index.m_embedder = embedder;
    index.m_width = paddedWidth(static_cast<std::size_t>(embedder.width));
    const auto count =
        db.integer("SELECT count(*) FROM vectors WHERE embedder_id = :embedder", {{":embedder", embedder.id.value}});
    if (!count) {
        return std::unexpected(count.error());
    }
    index.m_rows.reserve(static_cast<std::size_t>(*count));
    index.m_codes.reserve(static_cast<std::size_t>(*count) * index.m_width);
    STORAGE_TRY(
        db.each(kSelect, {{":embedder", embedder.id.value}}, [&](const sqlite::Row &row) { index.append(row); }));
    return index;
}

void VectorIndex::append(const sqlite::Row &row)
{
    const sqlite::Blob codes = row.blob(3);
    const std::int64_t document = row.integer(1);
    if (!std::cmp_equal(codes.size(), m_embedder.width) || document > std::numeric_limits<std::int32_t>::max()) {
        return; // not what EmbeddingStore writes
    }
    m_rows.push_back({row.integer(0), static_cast<std::int32_t>(document), static_cast<float>(row.real(2))});
    m_codes.resize(m_codes.size() + m_width);
    std::memcpy(m_codes.data() + m_codes.size() - m_width, codes.data(), codes.size());
}

Result<void> VectorIndex::refresh(IndexDatabase &database, DocumentId document)
{
    std::size_t kept = 0;
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row].document == document.value) {
            continue;
        }
        if (kept != row) {
            m_rows[kept] = m_rows[row];
            std::memmove(&m_codes[kept * m_width], &m_codes[row * m_width], m_width);
        }
        ++kept;
    }
    m_rows.resize(kept);
    m_codes.resize(kept * m_width);
    static const std::string sql = std::string(kSelect) + " AND p.document_id = :document";
    return database.connection().each(sql, {{":embedder", m_embedder.id.value}, {":document", document.value}},
                                      [&](const sqlite::Row &row) { append(row); });
}

Result<std::vector<VectorHit>> VectorIndex::search(IndexDatabase &database, std::span<const float> query,
                                                   std::size_t limit, const DocumentSet &scope) const
{
    if (!std::cmp_equal(query.size(), m_embedder.width)) {
        return failure(ErrorCode::InvalidArgument, "a question's vector of another width");
    }
    VectorCodes codes = toCodes(query);
    codes.values.resize(m_width);
    struct Scored {
        float score = 0;
        std::size_t row = 0;
    };
    std::vector<Scored> scored;
    scored.reserve(m_rows.size());
    std::vector<std::int32_t> sums(kRowsAtOnce);
    std::int32_t lastDocument = -1;
    bool inScope = false;
    for (std::size_t first = 0; first < m_rows.size(); first += kRowsAtOnce) {
        const std::size_t count = std::min(kRowsAtOnce, m_rows.size() - first);
        multiplyCodes(&m_codes[first * m_width], count, m_width, codes.values.data(), sums.data());
        for (std::size_t i = 0; i < count; ++i) {
            const Row &row = m_rows[first + i];
            if (row.document != lastDocument) {
                lastDocument = row.document;
                inScope = scope.contains({row.document});
            }
            if (inScope) {
                scored.push_back({static_cast<float>(sums[i]) * row.scale, first + i});
            }
        }
    }
    const std::size_t candidates = std::min(scored.size(), std::max(kRescored, limit));
    const auto better = [](const Scored &a, const Scored &b) {
        return a.score != b.score ? a.score > b.score : a.row < b.row;
    };
    std::ranges::partial_sort(scored, scored.begin() + static_cast<std::ptrdiff_t>(candidates), better);
    scored.resize(candidates);

    std::unordered_map<std::int64_t, float> best;
    std::vector<std::uint16_t> halves(query.size());
    for (const Scored &one : scored) {
        const std::int64_t passage = m_rows[one.row].passage;
        if (!best.emplace(passage, -2.0F).second) {
            continue;
        }
        STORAGE_TRY(database.connection().each(
            "SELECT halves FROM vector_halves WHERE embedder_id = :embedder AND passage_id = :passage",
            {{":embedder", m_embedder.id.value}, {":passage", passage}}, [&](const sqlite::Row &row) {
                const sqlite::Blob bytes = row.blob(0);
                if (bytes.size() != halves.size() * sizeof(std::uint16_t)) {
                    return;
                }
                std::memcpy(halves.data(), bytes.data(), bytes.size());
                const std::vector<float> vector = fromHalves(halves);
                float product = 0;
                for (std::size_t i = 0; i < vector.size(); ++i) {
                    product += vector[i] * query[i];
                }
                best[passage] = std::max(best[passage], product);
            }));
    }
    std::vector<VectorHit> hits;
    hits.reserve(best.size());
    for (const auto &[passage, similarity] : best) {
        if (similarity > -2.0F) {
            hits.push_back({{passage}, similarity});
        }
    }
    std::ranges::sort(hits, [](const VectorHit &a, const VectorHit &b) {
        return a.similarity != b.similarity ? a.similarity > b.similarity : a.passage < b.passage;
    });
    hits.resize(std::min(hits.size(), limit));
    return hits;
}

} // namespace storage
