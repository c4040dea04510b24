// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/summary_store.h"

#include "tests/storage/index_support.h"

#include <array>

namespace storage {

using namespace test;

namespace {

using Documents = std::vector<std::string>;

SummaryNode nodeOf(char key, std::string text = "a point", SummaryKind kind = SummaryKind::Points)
{
    return {.key = hashOf(key), .kind = kind, .text = std::move(text), .tokens = 3};
}

bool has(SummaryStore &store, char key)
{
    return need(store.outcomes(std::array{hashOf(key)})).front().has_value();
}

} // namespace

TEST_CASE("a node is found again as it was, also after a restart")
{
    TestIndex index;
    const SummaryNode node{.key = hashOf('1'),
                           .kind = SummaryKind::Merge,
                           .outcome = SummaryOutcome::Loop,
                           .text = "ab\n\xC3\xA9",
                           .tokens = 40,
                           .cut = true};
    need(SummaryStore(*index).put(node, Documents{hashOf('a'), hashOf('b')}));
    index.open();
    SummaryStore store(*index);
    CHECK(need(store.use(hashOf('1'), {})) == node);
    CHECK(need(store.use(hashOf('2'), {})) == std::nullopt);
    need(store.put(nodeOf('1', "another"), {}));
    CHECK(need(store.use(hashOf('1'), {}))->text == "another");
    const std::array keys = {hashOf('2'), hashOf('1')};
    CHECK(need(store.outcomes(keys)) == std::vector<std::optional<SummaryOutcome>>{std::nullopt, SummaryOutcome::Kept});
    CHECK(index->check().has_value());
}

TEST_CASE("above the limit the nodes that were not used for longest go")
{
    TestIndex index;
    SummaryStore store(*index, 100);
    const std::string text(40, 'x');
    need(store.put(nodeOf('1', text), {}));
    need(store.put(nodeOf('2', text), {}));
    CHECK(need(store.use(hashOf('1'), {})).has_value());
    // All but the newest may go at once; what was just written stays even when it alone is too large.
    need(store.put(nodeOf('3', std::string(200, 'y')), {}));
    CHECK(has(store, '3'));
    CHECK_FALSE(has(store, '2'));
    need(store.put(nodeOf('4', text), {}));
    CHECK(has(store, '4'));
    CHECK_FALSE(has(store, '3'));
}

TEST_CASE("what was said of a document goes with it, and stays when it is edited")
{
    TestIndex index;
    SummaryStore store(*index);
    DocumentStore documents(*index);
    const FileStatus first = addDocument(*index, "c", "/a.txt", hashOf('a'), {"one two"});
    addDocument(*index, "c", "/b.txt", hashOf('b'), {"three"});
    need(store.put(nodeOf('1'), Documents{hashOf('a')}));
    need(store.put(nodeOf('2'), Documents{hashOf('b')}));
    need(store.put(nodeOf('3', "both", SummaryKind::Final), Documents{hashOf('a'), hashOf('b')}));

    SECTION("removed")
    {
        need(documents.removeFile(first.file.id));
        CHECK_FALSE(has(store, '1'));
        CHECK(has(store, '2'));
        CHECK_FALSE(has(store, '3'));
    }
    SECTION("removed while another file has the same content")
    {
        addDocument(*index, "d", "/copy.txt", hashOf('a'), {"one two"});
        need(documents.removeFile(first.file.id));
        CHECK(has(store, '1'));
        CHECK(has(store, '3'));
    }
    SECTION("edited, and then removed with its collection")
    {
        const auto changed = need(documents.noteFile("c", "/a.txt", 99, 99));
        CHECK(has(store, '1'));
        need(documents.linkContent(changed.id, hashOf('e'), 99));
        CHECK(need(store.use(hashOf('1'), Documents{hashOf('e')})).has_value());
        need(store.put(nodeOf('4'), Documents{hashOf('a')})); // of a passage that the new content has no more
        addDocument(*index, "d", "/x.txt", hashOf('f'), {"x"});
        CHECK_FALSE(need(documents.removeFiles("d", 5)));
        CHECK(has(store, '1'));
        CHECK_FALSE(has(store, '4'));
        CHECK_FALSE(has(store, '3'));
        CHECK_FALSE(need(documents.removeFiles("c", 5)));
        CHECK_FALSE(has(store, '1'));
        CHECK_FALSE(has(store, '2'));
    }
}

} // namespace storage
