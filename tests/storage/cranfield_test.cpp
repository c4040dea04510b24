// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/cranfield_set.h"

#include "storage/chunker.h"
#include "storage/passage_search.h"
#include "tests/storage/index_support.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace storage {

using namespace test;
using namespace tests;

TEST_CASE("search by words finds no less of Cranfield than plain full-text search")
{
    const std::filesystem::path folder = CARREL_CRANFIELD;
    const CranfieldSet cranfield = readCranfield(folder);
    const auto baseline = nlohmann::json::parse(readFile(folder / "fts5_baseline.json"));
    REQUIRE(cranfield.papers.size() == 1400);
    REQUIRE(cranfield.questions.size() == baseline["questions"]);

    TestIndex index;
    DocumentStore store(*index);
    for (const Paper &paper : cranfield.papers) {
        const CollectionFile file = need(store.noteFile("cranfield", paper.id, 1, 1));
        Document document = need(store.linkContent(file.id, paper.id, 1));
        need(store.beginReading(document.id));
        ChunkInput input{.text = paper.text, .title = paper.title, .tokens = [](std::string_view text) {
                             return static_cast<std::int32_t>(std::ranges::count(text, ' '));
                         }};
        input.blocks.push_back({.end = static_cast<std::int64_t>(paper.text.size())});
        // Undivided, as the script that it is compared with has them.
        need(store.addPassages(document.id, chunk(input, {.least = 1, .most = 10'000}).passages));
        document.state = DocumentState::Read;
        need(store.finishReading(document));
    }
    // All passages with any word are scored, or those that few words choose, as in a large index.
    for (const std::size_t scored : {PassageSearch::kScored, std::size_t{200}}) {
        PassageSearch search(*index, scored);
        double gain = 0;
        double found = 0;
        for (const JudgedQuestion &question : cranfield.questions) {
            std::vector<std::string> ranking;
            for (const PassageHit &hit : need(search.search(question.text, {}, nullptr, 150, {}))) {
                if (std::ranges::find(ranking, hit.file.path) == ranking.end()) {
                    ranking.push_back(hit.file.path);
                }
            }
            gain += ndcg(ranking, question.relevant);
            found += recall(ranking, question.relevant);
        }
        const auto questions = static_cast<double>(cranfield.questions.size());
        INFO("scored " << scored << ", nDCG@10 " << gain / questions << ", recall@100 " << found / questions);
        CHECK(gain / questions >= baseline["ndcg10"].get<double>());
        CHECK(found / questions >= baseline["recall100"].get<double>());
    }
}

TEST_CASE("rankings are scored as the literature does")
{
    CHECK(ndcg({"a", "b"}, {"a", "b"}) == 1);
    CHECK(ndcg({"x", "a"}, {"a"}) == 1 / std::log2(3));
    CHECK(ndcg({}, {"a"}) == 0);
    CHECK(ndcg({"a"}, {}) == 0);
    CHECK(ndcg({"x", "x", "a"}, {"a"}, 2) == 0);
    CHECK(recall({"a", "x"}, {"a", "b"}) == 0.5);
    CHECK(recall({"x", "a"}, {"a"}, 1) == 0);
}

} // namespace storage
