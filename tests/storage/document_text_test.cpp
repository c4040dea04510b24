// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/document_text.h"

#include "storage/document_store.h"

#include "tests/storage/index_support.h"

namespace storage {

using namespace test;

TEST_CASE("pages, sections and passages come back as they were written")
{
    TestIndex index;
    DocumentStore store(*index);
    DocumentText texts(*index);
    const CollectionFile file = need(store.noteFile("c", "/a", 10, 1));
    const Document document = need(store.linkContent(file.id, hashOf('a'), 10));
    need(store.beginReading(document.id));
    const std::vector<DocumentPage> pages = {
        {.label = "iv", .width = 595.5, .height = 842, .text = "Grüße"},
        {.number = 1, .recognised = true, .confidence = 80, .textBegin = 8, .text = "second"}};
    const std::vector<Section> sections = {{.textEnd = 8},
                                           {.number = 1,
                                            .parent = 0,
                                            .level = 2,
                                            .title = "T",
                                            .firstPage = 1,
                                            .textBegin = 8,
                                            .textEnd = 14,
                                            .tokenCount = 3}};
    Passage passage{.document = document.id,
                    .section = 1,
                    .firstPage = 0,
                    .lastPage = 1,
                    .textBegin = 0,
                    .textEnd = 14,
                    .tokenCount = 9,
                    .heading = "Title > T",
                    .text = "Grüße second",
                    .boxes = {{0, 1, 2, 3, 4}, {1, 5.5F, 6, 7, 8}}};
    need(store.addPages(document.id, pages));
    need(store.addSections(document.id, sections));
    need(store.addPassages(document.id, std::vector<Passage>{passage}));
    Document read = document;
    read.state = DocumentState::Read;
    read.title = "Title";
    read.language = "de";
    read.numbered = true;
    read.wordCount = 2;
    read.readerVersion = 4;
    need(store.finishReading(read));

    const Document stored = need(store.document(document.id));
    CHECK(stored.title == "Title");
    CHECK(stored.language == "de");
    CHECK(stored.numbered);
    CHECK(stored.wordCount == 2);
    CHECK(stored.passageCount == 1);
    CHECK(stored.readMs > 0);
    CHECK(need(store.madeBefore(5)) == std::vector{document.id});
    CHECK(need(store.madeBefore(4)).empty());
    CHECK(need(texts.page(document.id, 0)).label == "iv");
    CHECK(need(texts.page(document.id, 0)).width == 595.5);
    CHECK(need(texts.page(document.id, 1)).recognised);
    CHECK(need(texts.page(document.id, 1)).confidence == 80);
    CHECK(need(texts.sections(document.id)) == sections);
    const std::vector<Passage> listed = need(texts.passages(document.id, 0, 0));
    REQUIRE(listed.size() == 1);
    passage.id = listed[0].id;
    CHECK(need(texts.passage(passage.id)) == passage);
}

TEST_CASE("the page and the passages of a place in the text are found")
{
    TestIndex index;
    DocumentText texts(*index);
    const DocumentId id = addDocument(*index, "c", "/a", hashOf('a'), {"first", "second", "third"}).document.id;
    const struct {
        std::int64_t offset;
        std::int32_t page;
    } pages[] = {{0, 0}, {5, 0}, {6, 1}, {12, 1}, {13, 2}, {999, 2}};
    for (const auto &[offset, page] : pages) {
        CAPTURE(offset);
        CHECK(need(texts.pageAt(id, offset)).number == page);
    }
    CHECK(codeOf(texts.pageAt(id, -1)) == ErrorCode::NotFound);
    const struct {
        std::int64_t begin;
        std::int64_t end;
        std::vector<std::int32_t> passages;
    } ranges[] = {{0, 5, {0}}, {2, 9, {0, 1}}, {5, 6, {}}, {0, 99, {0, 1}}, {13, 14, {2}}};
    for (const auto &[begin, end, numbers] : ranges) {
        CAPTURE(begin, end);
        std::vector<std::int32_t> found;
        for (const Passage &passage : need(texts.passagesOf(id, begin, end, 2))) {
            found.push_back(passage.number);
            CHECK(passage == need(texts.passage(passage.id)));
        }
        CHECK(found == numbers);
    }
}

TEST_CASE("pages without text are known by their numbers")
{
    TestIndex index;
    DocumentStore documents(*index);
    const auto file = need(documents.noteFile("c", "/s.pdf", 1, 1));
    const auto document = need(documents.linkContent(file.id, hashOf('s'), 1));
    need(documents.beginReading(document.id));
    const std::vector<DocumentPage> pages = {
        {.number = 0}, {.number = 1, .textBegin = 1, .text = "text"}, {.number = 2, .textBegin = 6}};
    need(documents.addPages(document.id, pages));
    CHECK(need(DocumentText(*index).pagesWithoutText(document.id)) == std::vector<std::int32_t>{0, 2});
}

} // namespace storage
