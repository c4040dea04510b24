// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/scope_survey.h"

#include "tests/storage/index_support.h"

#include <algorithm>

namespace storage {

using namespace test;

namespace {

std::vector<std::string> pathsOf(const ScopeSurvey &survey)
{
    std::vector<std::string> paths;
    for (const ScopeSurvey::Content &content : survey.contents) {
        paths.push_back(content.path);
    }
    return paths;
}

using Paths = std::vector<std::string>;

} // namespace

TEST_CASE("a survey counts files and names each content once")
{
    TestIndex index;
    addDocument(*index, "c", "/b.txt", hashOf('b'), {"beta"});
    addDocument(*index, "c", "/a.txt", hashOf('a'), {"alpha"});
    addDocument(*index, "c", "/empty.txt", hashOf('c'), {});
    addDocument(*index, "d", "/a-again.txt", hashOf('a'), {});
    DocumentStore documents(*index);
    need(documents.noteFile("c", "/new.txt", 1, 1));
    const CollectionFile linked = need(documents.noteFile("c", "/waits.txt", 1, 1));
    need(documents.linkContent(linked.id, hashOf('d'), 1));

    const ScopeSurvey one = need(surveyScope(*index, {"c"}, {}));
    CHECK(one.files == 5);
    CHECK(one.searchable == 2);
    CHECK(one.waiting == 2);
    CHECK(pathsOf(one) == Paths{"/a.txt", "/b.txt"});
    CHECK(one.scope.files.empty());
    CHECK(one.scope.collections == Paths{"c"});
    const ScopeSurvey both = need(surveyScope(*index, {"c", "d"}, {}));
    CHECK(both.files == 6);
    CHECK(both.searchable == 3);
    CHECK(pathsOf(both) == Paths{"/a.txt", "/b.txt"});
    CHECK(need(surveyScope(*index, {"none"}, {})).files == 0);
    CHECK(need(surveyScope(*index, {}, {})).files == 0);
}

TEST_CASE("single files stand beside whole collections, and a search finds in these alone")
{
    TestIndex index;
    addDocument(*index, "c", "/a.txt", hashOf('a'), {"alpha word"});
    addDocument(*index, "c", "/b.txt", hashOf('b'), {"beta word"});
    addDocument(*index, "d", "/d.txt", hashOf('d'), {"delta word"});
    PassageSearch search(*index);
    const auto found = [&](const ScopeSurvey &survey) {
        Paths texts;
        for (const PassageHit &hit : need(search.search("word", {}, nullptr, 10, survey.scope))) {
            texts.push_back(hit.passage.text);
        }
        std::ranges::sort(texts);
        return texts;
    };
    const ScopeSurvey file = need(surveyScope(*index, {}, {{"c", "/b.txt"}}));
    CHECK(file.files == 1);
    CHECK(found(file) == Paths{"beta word"});
    const ScopeSurvey mixed = need(surveyScope(*index, {"d"}, {{"c", "/a.txt"}, {"d", "/d.txt"}}));
    CHECK(mixed.files == 2);
    CHECK(found(mixed) == Paths{"alpha word", "delta word"});
    CHECK(need(surveyScope(*index, {}, {{"d", "/a.txt"}})).files == 0);
}

TEST_CASE("pages keep what the document calls them")
{
    TestIndex index;
    const FileStatus a = addDocument(*index, "c", "/a.txt", hashOf('a'), {"one", "two"});
    CHECK(need(pageLabels(*index, a.document.id)).size() == 2);
    CHECK(need(pageLabels(*index, {99})).empty());
}

} // namespace storage
