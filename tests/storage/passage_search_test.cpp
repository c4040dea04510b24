// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/passage_search.h"

#include "storage/embedding_store.h"
#include "tests/storage/index_support.h"

#include <algorithm>

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

} // namespace storage
