// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/passage_search.h"

#include "storage/embedding_store.h"
#include "tests/storage/index_support.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace storage {

using namespace test;

namespace {

std::vector<std::string> textsOf(const std::vector<PassageHit> &hits)
{
    std::vector<std::string> texts;
    for (const PassageHit &hit : hits) {
        texts.push_back(hit.passage.text);
    }
    return texts;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("passages are found by the stems of their words, headings before text")
{
    TestIndex index;
    addDocument(*index, "c", "/lease.txt", hashOf('a'),
                {"The tenant pays the rent.", "Either party may end the lease with three months' notice.",
                 "Größe der Wohnung: 60 m²."});
    addDocument(*index, "c", "/other.txt", hashOf('b'), {"Nothing of the kind."}, "Notices of tenants");
    PassageSearch search(*index);
    const auto texts = [&](std::string_view question) {
        return textsOf(need(search.search(question, {}, nullptr, 10, {})));
    };
    CHECK(texts("What about ending leases?") == Texts{"Either party may end the lease with three months' notice."});
    CHECK(texts("notice")[0] == "Nothing of the kind.");
    CHECK(texts("notice").size() == 2);
    CHECK(texts("grosse").empty());
    CHECK(texts("GROSSE wohnungen rent") == Texts{"The tenant pays the rent."});
    CHECK(texts("Größe") == Texts{"Größe der Wohnung: 60 m²."});
    CHECK(texts("\"unbalanced OR (").empty());
    CHECK(texts("").empty());
}

TEST_CASE("parts of words are found where no word is")
{
    TestIndex index;
    addDocument(*index, "c", "/a.txt", hashOf('a'), {"Rechnung AB-2024-00817 vom Mai", "Donaudampfschifffahrt"});
    PassageSearch search(*index);
    CHECK(textsOf(need(search.search("dampfschiff", {}, nullptr, 10, {}))) == Texts{"Donaudampfschifffahrt"});
    CHECK(textsOf(need(search.search("0081", {}, nullptr, 10, {}))) == Texts{"Rechnung AB-2024-00817 vom Mai"});
    CHECK(need(search.search("dampfzug", {}, nullptr, 10, {})).empty());
}

TEST_CASE("scripts without spaces are found by characters in a row")
{
    TestIndex index;
    addDocument(*index, "c", "/a.txt", hashOf('a'),
                {"本契約の有効期間は三年とする。", "家賃は毎月末日までに支払う。", "สัญญาเช่ามีกำหนดสามปี"});
    PassageSearch search(*index);
    CHECK(textsOf(need(search.search("契約の有効期間はどれくらいですか", {}, nullptr, 10, {})))[0] ==
          "本契約の有効期間は三年とする。");
    CHECK(textsOf(need(search.search("สัญญาเช่า", {}, nullptr, 10, {}))) == Texts{"สัญญาเช่ามีกำหนดสามปี"});
}

TEST_CASE("a scope restricts collections, files, formats and dates")
{
    TestIndex index;
    const FileStatus a = addDocument(*index, "c", "/a.txt", hashOf('a'), {"alpha word"});
    addDocument(*index, "d", "/b.txt", hashOf('b'), {"beta word"});
    addDocument(*index, "d", "/a-again.txt", hashOf('a'), {});
    PassageSearch search(*index);
    const auto texts = [&](const SearchScope &scope) {
        auto found = textsOf(need(search.search("word", {}, nullptr, 10, scope)));
        std::ranges::sort(found);
        return found;
    };
    const Texts both = {"alpha word", "beta word"};
    CHECK(texts({}) == both);
    CHECK(texts({.collections = {"c"}}) == Texts{"alpha word"});
    CHECK(texts({.collections = {"d"}}) == both);
    CHECK(texts({.collections = {"none"}}).empty());
    CHECK(texts({.files = {a.file.id}}) == Texts{"alpha word"});
    CHECK(texts({.formats = {"text"}}) == both);
    CHECK(texts({.formats = {"pdf"}}).empty());
    CHECK(texts({.modifiedFromNs = 7}) == both);
    CHECK(texts({.modifiedFromNs = 8}).empty());
    CHECK(texts({.modifiedUntilNs = 6}).empty());
    const auto hits = need(search.search("alpha", {}, nullptr, 10, {.collections = {"d"}}));
    REQUIRE(hits.size() == 1);
    CHECK(hits[0].file.path == "/a-again.txt");
    CHECK(hits[0].documentSha256 == hashOf('a'));
}

TEST_CASE("what is being read is not found yet")
{
    TestIndex index;
    addDocument(*index, "c", "/a.txt", hashOf('a'), {"whole word"});
    DocumentStore store(*index);
    const CollectionFile file = need(store.noteFile("c", "/b.txt", 1, 1));
    const Document half = need(store.linkContent(file.id, hashOf('b'), 1));
    need(store.beginReading(half.id));
    need(store.addPassages(half.id, std::vector<Passage>{{.textEnd = 9, .text = "half word"}}));
    CHECK(textsOf(need(PassageSearch(*index).search("word", {}, nullptr, 10, {}))) == Texts{"whole word"});
}

TEST_CASE("both rankings are fused, and each hit says where it stood")
{
    TestIndex index;
    EmbeddingStore store(*index);
    const Embedder embedder = need(store.embedder(hashOf('e'), "embedder", 2));
    const FileStatus file = addDocument(*index, "c", "/a.txt", hashOf('a'), {"word in both", "word alone", "meaning"});
    const auto passages = need(store.withoutVectors(embedder.id, file.document.id, 9));
    need(store.add(embedder.id, std::vector<PassageVector>{{passages[0].id, 0, {0.8F, 0.6F}},
                                                           {passages[1].id, 0, {0, 1}},
                                                           {passages[2].id, 0, {1, 0}}}));
    const VectorIndex vectors = need(VectorIndex::load(*index, embedder));
    const std::vector<float> question = {1, 0};
    const auto hits = need(PassageSearch(*index).search("word", question, &vectors, 10, {}));
    REQUIRE(hits.size() == 3);
    CHECK(hits[0].passage.text != "meaning");
    for (const PassageHit &hit : hits) {
        CAPTURE(hit.passage.text);
        CHECK((hit.lexicalRank > 0) == (hit.passage.text != "meaning"));
        CHECK((hit.lexicalScore > 0) == (hit.lexicalRank > 0));
        CHECK(hit.denseRank == (hit.passage.text == "meaning" ? 1 : hit.passage.text == "word in both" ? 2 : 3));
    }
    CHECK(need(PassageSearch(*index).search("word", question, &vectors, 1, {})).size() == 1);
}

TEST_CASE("a score is the BM25 of the words that are there, headings twice")
{
    TestIndex index;
    addDocument(*index, "c", "/a.txt", hashOf('a'), {"Rent and rents.", "Nothing more than five words."}, "Rent");
    addDocument(*index, "c", "/b.txt", hashOf('b'), {"one two", "three", "four"});
    const auto hits = need(PassageSearch(*index).lexical("rent, renting, absent", 10, {}));
    REQUIRE(hits.size() == 2);
    // Of 5 passages 2 hold the word; lengths count headings.
    const double idf = std::log((5 - 2 + 0.5) / (2 + 0.5));
    const double meanLength = (4 + 6 + 2 + 1 + 1) / 5.0;
    const auto expected = [&](double frequency, double length) {
        return idf * frequency * 2.8 / (frequency + 1.8 * (0.25 + 0.75 * length / meanLength));
    };
    // Both of the question's words have one stem: each counts.
    CHECK(std::abs(hits[0].score - 2 * expected(4, 4)) < 1e-9);
    CHECK(std::abs(hits[1].score - 2 * expected(2, 6)) < 1e-9);
}

TEST_CASE("frequent words choose passages together, and count in all that are chosen")
{
    TestIndex index;
    std::vector<std::string> texts;
    for (int i = 0; i < 60; ++i) {
        texts.push_back(std::string(i % 2 == 0 ? "red" : "blue") + (i % 3 == 0 ? " house" : " boat") +
                        (i % 5 == 0 ? " fast" : " slow") + " number" + std::to_string(i));
    }
    addDocument(*index, "c", "/a.txt", hashOf('a'), texts);
    addDocument(*index, "d", "/b.txt", hashOf('b'), {"red house fast elsewhere"});
    PassageSearch all(*index);
    PassageSearch few(*index, 3);
    const auto best = [&](PassageSearch &search, std::string_view question, std::size_t limit,
                          const DocumentSet &documents = {}) {
        std::vector<std::pair<PassageId, double>> found;
        for (const auto &hit : need(search.lexical(question, limit, documents))) {
            found.emplace_back(hit.passage, hit.score);
        }
        return found;
    };
    SECTION("a rare word's passages have the scores of all words")
    {
        const auto found = best(few, "number36 red house slow", 1);
        CHECK(found == best(all, "number36 red house slow", 1));
    }
    SECTION("passages that have all frequent words are found beside a rare word's")
    {
        const auto every = best(all, "number36 red house fast", 60);
        const auto found = best(few, "number36 red house fast", 3);
        CHECK(found == std::vector(every.begin(), every.begin() + 3));
    }
    SECTION("where few have several of them, one is enough")
    {
        const auto found = best(few, "red fast", 30);
        REQUIRE(found.size() > 7);
        const auto every = best(all, "red fast", 61);
        CHECK(std::ranges::equal(std::span(found).first(7), std::span(every).first(7)));
        CHECK(std::ranges::all_of(found, [&](const auto &one) { return std::ranges::contains(every, one); }));
    }
    SECTION("a lone frequent word is looked for as ever")
    {
        CHECK(best(few, "red", 10) == best(all, "red", 10));
        CHECK(best(few, "number36 red", 10) == best(all, "number36 red", 10));
    }
    SECTION("within a scope, and without documents that are left out")
    {
        const PassageId elsewhere = best(all, "elsewhere", 1).at(0).first;
        const DocumentSet inside = need(few.documents({.collections = {"d"}}));
        const auto found = best(few, "red house fast", 10, inside);
        REQUIRE(found.size() == 1);
        CHECK(found[0].first == elsewhere);
        const DocumentSet without{.all = false, .ids = inside.ids, .leftOut = true};
        const auto others = best(few, "red house fast", 10, without);
        CHECK(!others.empty());
        CHECK(std::ranges::none_of(others, [&](const auto &one) { return one.first == elsewhere; }));
    }
}

} // namespace storage
