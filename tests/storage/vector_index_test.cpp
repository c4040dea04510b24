// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/vector_index.h"

#include "storage/document_text.h"
#include "storage/embedding_store.h"
#include "storage/vector_codes.h"
#include "tests/storage/index_support.h"

#include <algorithm>

#include <catch2/catch_approx.hpp>

#include <cmath>
#include <limits>
#include <random>

namespace storage {

using namespace test;

namespace {

constexpr std::int32_t kWidth = 100; // not a whole number of any vector

std::vector<float> unit(std::mt19937 &random)
{
    std::normal_distribution<float> normal;
    std::vector<float> vector(kWidth);
    float sum = 0;
    for (float &value : vector) {
        value = normal(random);
        sum += value * value;
    }
    for (float &value : vector) {
        value /= std::sqrt(sum);
    }
    return vector;
}

float product(std::span<const float> a, std::span<const float> b)
{
    float sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

/// Documents with passages that have vectors.
struct Filled {
    explicit Filled(int documents = 5, int passages = 80)
    {
        EmbeddingStore store(*index);
        embedder = need(store.embedder(hashOf('e'), "embedder", kWidth));
        for (int d = 0; d < documents; ++d) {
            const FileStatus file =
                addDocument(*index, "c", "/" + std::to_string(d), hashOf(static_cast<char>('a' + d)),
                            std::vector<std::string>(static_cast<std::size_t>(passages), "text"));
            ids.push_back(file.document.id);
            for (const Passage &passage : need(store.withoutVectors(embedder.id, ids.back(), passages))) {
                vectors.push_back({passage.id, 0, unit(random)});
            }
        }
        need(store.add(embedder.id, vectors));
    }

    std::vector<PassageId> nearest(std::span<const float> query, std::size_t limit) const
    {
        std::vector<PassageVector> sorted = vectors;
        std::ranges::stable_sort(sorted, std::greater{},
                                 [&](const PassageVector &v) { return product(v.values, query); });
        std::vector<PassageId> best;
        for (std::size_t i = 0; i < limit; ++i) {
            best.push_back(sorted[i].passage);
        }
        return best;
    }

    TestIndex index;
    std::mt19937 random{7};
    Embedder embedder;
    std::vector<DocumentId> ids;
    std::vector<PassageVector> vectors;
};

std::vector<PassageId> passagesOf(const std::vector<VectorHit> &hits)
{
    std::vector<PassageId> passages;
    std::ranges::transform(hits, std::back_inserter(passages), &VectorHit::passage);
    return passages;
}

} // namespace

TEST_CASE("codes and halves are near the vector")
{
    const std::vector<float> vector = {
        0.5F, -1.0F, 0, 0.003F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
    const VectorCodes codes = toCodes(vector);
    CHECK(codes.scale == Catch::Approx(1.0 / 127));
    CHECK(codes.values == std::vector<std::int8_t>{64, -127, 0, 0, 0, 0});
    CHECK(toCodes(std::vector<float>(4)).values == std::vector<std::int8_t>(4));
    const std::vector<float> numbers = {0.5F, -1.0F, 0.0999755859375F, 65504.0F};
    CHECK(fromHalves(toHalves(numbers)) == numbers);
}

TEST_CASE("products of codes are exact at every width")
{
    std::mt19937 random(3);
    for (const std::size_t width : {64U, 128U, 384U, 1024U}) {
        std::vector<std::int8_t> rows(3 * width);
        std::vector<std::int8_t> query(width);
        for (std::int8_t &value : rows) {
            value = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
        }
        for (std::int8_t &value : query) {
            value = static_cast<std::int8_t>(random() % 2 == 0 ? -127 : 127);
        }
        std::vector<std::int32_t> sums(3);
        multiplyCodes(rows.data(), 3, width, query.data(), sums.data());
        for (std::size_t row = 0; row < 3; ++row) {
            std::int32_t expected = 0;
            for (std::size_t i = 0; i < width; ++i) {
                expected += rows[row * width + i] * query[i];
            }
            CAPTURE(width, row);
            CHECK(sums[row] == expected);
        }
    }
}

TEST_CASE("the nearest passages are those of an exact search")
{
    Filled filled;
    const VectorIndex index = need(VectorIndex::load(*filled.index, filled.embedder));
    CHECK(index.size() == 400);
    for (int round = 0; round < 10; ++round) {
        const std::vector<float> query = unit(filled.random);
        const auto hits = need(index.search(*filled.index, query, 20, {}));
        CHECK(passagesOf(hits) == filled.nearest(query, 20));
        CHECK(std::ranges::is_sorted(hits, std::greater{}, &VectorHit::similarity));
    }
    CHECK(need(index.search(*filled.index, unit(filled.random), 1000, {})).size() == 400);
}

TEST_CASE("only documents of the scope are found")
{
    Filled filled;
    const VectorIndex index = need(VectorIndex::load(*filled.index, filled.embedder));
    const DocumentSet scope{.all = false, .ids = {filled.ids[1], filled.ids[3]}};
    const auto hits = need(index.search(*filled.index, unit(filled.random), 1000, scope));
    CHECK(hits.size() == 160);
    DocumentText texts(*filled.index);
    for (const VectorHit &hit : hits) {
        CHECK(scope.contains(need(texts.passage(hit.passage)).document));
    }
    CHECK(need(index.search(*filled.index, unit(filled.random), 10, {.all = false})).empty());
}

TEST_CASE("a passage counts by its nearest window")
{
    Filled filled(1, 2);
    EmbeddingStore store(*filled.index);
    const std::vector<float> query = unit(filled.random);
    const PassageId first = filled.vectors[0].passage;
    need(store.add(filled.embedder.id, std::vector<PassageVector>{{first, 1, query}}));
    const VectorIndex index = need(VectorIndex::load(*filled.index, filled.embedder));
    const auto hits = need(index.search(*filled.index, query, 10, {}));
    REQUIRE(hits.size() == 2);
    CHECK(hits[0].passage == first);
    CHECK(hits[0].similarity == Catch::Approx(1).margin(1e-3));
}

TEST_CASE("an index takes over what changed of a document")
{
    Filled filled;
    VectorIndex index = need(VectorIndex::load(*filled.index, filled.embedder));
    DocumentStore documents(*filled.index);
    const std::vector<FileStatus> files = need(documents.files("c"));
    need(documents.removeFile(files[2].file.id));
    need(index.refresh(*filled.index, filled.ids[2]));
    CHECK(index.size() == 320);
    const std::vector<float> query = unit(filled.random);
    const VectorIndex again = need(VectorIndex::load(*filled.index, filled.embedder));
    CHECK(passagesOf(need(index.search(*filled.index, query, 30, {}))) ==
          passagesOf(need(again.search(*filled.index, query, 30, {}))));
}

TEST_CASE("a question's vector of another width is refused")
{
    Filled filled(1, 1);
    const VectorIndex index = need(VectorIndex::load(*filled.index, filled.embedder));
    CHECK(codeOf(index.search(*filled.index, std::vector<float>(3), 1, {})) == ErrorCode::InvalidArgument);
}

TEST_CASE("documents are embedded one after the other, and a document is done when all of it has vectors")
{
    TestIndex index;
    EmbeddingStore store(*index);
    CHECK_FALSE(need(store.latest()).has_value());
    const Embedder embedder = need(store.embedder(hashOf('e'), "embedder", 2));
    CHECK(need(store.embedder(hashOf('e'), "another name", 2)).id == embedder.id);
    CHECK(codeOf(store.embedder(hashOf('e'), "embedder", 3)) == ErrorCode::Conflict);
    CHECK_FALSE(need(store.nextDocument(embedder.id)).has_value());
    const FileStatus file = addDocument(*index, "c", "/a", hashOf('a'), {"one", "two", "three"});
    CHECK(need(store.nextDocument(embedder.id)) == file.document.id);
    const auto passages = need(store.withoutVectors(embedder.id, file.document.id, 2));
    REQUIRE(passages.size() == 2);
    CHECK(passages[0].text == "one");
    need(store.add(embedder.id, std::vector<PassageVector>{{passages[0].id, 0, {1, 0}}, {passages[1].id, 0, {0, 1}}}));
    CHECK(codeOf(store.finishDocument(embedder.id, file.document.id)) == ErrorCode::Conflict);
    CHECK(codeOf(store.add(embedder.id, std::vector<PassageVector>{{passages[0].id, 1, {1}}})) ==
          ErrorCode::InvalidArgument);
    const auto rest = need(store.withoutVectors(embedder.id, file.document.id, 9));
    REQUIRE(rest.size() == 1);
    need(store.add(embedder.id, std::vector<PassageVector>{{rest[0].id, 0, {1, 0}}}));
    need(store.finishDocument(embedder.id, file.document.id));
    CHECK_FALSE(need(store.nextDocument(embedder.id)).has_value());
    CHECK(need(DocumentStore(*index).files("c", embedder.id)).front().embedded);
    CHECK_FALSE(need(DocumentStore(*index).files("c")).front().embedded);

    CHECK(need(store.latest())->id == embedder.id);
    const Embedder next = need(store.embedder(hashOf('f'), "next", 4));
    CHECK(need(store.latest())->id == next.id);
    CHECK(need(store.nextDocument(next.id)) == file.document.id);
    need(store.keepOnly(std::vector{next.id}));
    CHECK(need(VectorIndex::load(*index, embedder)).size() == 0);
}

} // namespace storage
