// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/document_store.h"

#include "tests/storage/index_support.h"

#include <utility>

namespace storage {

using namespace test;

namespace {

/// A file whose content waits to be read.
Document waiting(IndexDatabase &index, std::string_view path, char digit)
{
    DocumentStore store(index);
    const CollectionFile file = need(store.noteFile("c", path, 10, 1));
    return need(store.linkContent(file.id, hashOf(digit), 10));
}

} // namespace

TEST_CASE("a file keeps its content until its size or time changes")
{
    TestIndex index;
    DocumentStore store(*index);
    const FileStatus first = addDocument(*index, "c", "/a.txt", hashOf('a'), {"one two"});
    CHECK(first.document.state == DocumentState::Read);
    CHECK(first.document.passageCount == 1);
    CHECK(need(store.noteFile("c", "/a.txt", 100, 7)).document == first.document.id);
    const CollectionFile touched = need(store.noteFile("c", "/a.txt", 100, 8));
    CHECK(touched.id == first.file.id);
    CHECK_FALSE(touched.document.valid());
    CHECK(codeOf(store.document(first.document.id)) == ErrorCode::NotFound);
    CHECK(need(store.unknownFiles(10)).size() == 1);
}

TEST_CASE("one content in several files is read once and goes with the last of them")
{
    TestIndex index;
    DocumentStore store(*index);
    const FileStatus first = addDocument(*index, "c", "/a.txt", hashOf('a'), {"one two"});
    const FileStatus moved = addDocument(*index, "d", "/b.txt", hashOf('a'), {"never read"});
    CHECK(moved.document.id == first.document.id);
    CHECK(need(store.passages(moved.document.id, 0, 9)).front().text == "one two");
    CHECK(need(store.collections()) == std::vector<std::string>{"c", "d"});
    need(store.removeFile(first.file.id));
    CHECK(need(store.document(first.document.id)).id == first.document.id);
    CHECK_FALSE(need(store.removeFiles("d", 10)));
    CHECK(codeOf(store.document(first.document.id)) == ErrorCode::NotFound);
    CHECK(codeOf(store.removeFile(first.file.id)) == ErrorCode::NotFound);
}

TEST_CASE("files of a collection are removed a few at a time")
{
    TestIndex index;
    DocumentStore store(*index);
    for (const char digit : {'a', 'b', 'c'}) {
        addDocument(*index, "c", std::string("/") + digit, hashOf(digit), {"text"});
    }
    CHECK(need(store.removeFiles("c", 2)));
    CHECK(need(store.files("c")).size() == 1);
    CHECK_FALSE(need(store.removeFiles("c", 2)));
    CHECK(need(store.collections()).empty());
}

TEST_CASE("documents wait in the order in which they came, and only where a file is present")
{
    TestIndex index;
    DocumentStore store(*index);
    CHECK_FALSE(need(store.nextWaiting()).has_value());
    const Document a = waiting(*index, "/a", 'a');
    const Document b = waiting(*index, "/b", 'b');
    auto next = need(store.nextWaiting());
    REQUIRE(next.has_value());
    CHECK(next->document.id == a.id);
    need(store.setPresence(next->file.id, FilePresence::Offline));
    next = need(store.nextWaiting());
    REQUIRE(next.has_value());
    CHECK(next->document.id == b.id);
    need(store.setPresence(next->file.id, FilePresence::Unreadable));
    CHECK_FALSE(need(store.nextWaiting()).has_value());
    CHECK(need(store.noteFile("c", "/b", 10, 1)).presence == FilePresence::Present);
    CHECK(need(store.nextWaiting()).has_value());
}

TEST_CASE("a document that kills its reader twice is left alone")
{
    TestIndex index;
    DocumentStore store(*index);
    const Document document = waiting(*index, "/a", 'a');
    need(store.beginReading(document.id));
    CHECK(codeOf(store.beginReading(document.id)) == ErrorCode::NotFound);
    need(store.addPages(document.id, std::vector<DocumentPage>{{.text = "half"}}));
    CHECK(need(store.abandonReading(document.id, "the reader crashed")) == DocumentState::Waiting);
    CHECK(need(store.document(document.id)).reason == "the reader crashed");
    CHECK(codeOf(store.page(document.id, 0)) == ErrorCode::NotFound);
    need(store.beginReading(document.id));
    CHECK(need(store.abandonReading(document.id, "again")) == DocumentState::Failed);
    CHECK_FALSE(need(store.nextWaiting()).has_value());
    need(store.readAgain(document.id));
    CHECK(need(store.nextWaiting()).has_value());
    need(store.beginReading(document.id));
    Document read = document;
    read.state = DocumentState::Partial;
    need(store.finishReading(read));
    CHECK(need(store.document(document.id)).attempts == 0);
    CHECK(codeOf(store.finishReading(read)) == ErrorCode::Conflict);
    read.state = DocumentState::Reading;
    CHECK(codeOf(store.finishReading(read)) == ErrorCode::InvalidArgument);
}

TEST_CASE("reading that the program stopped itself does not count")
{
    TestIndex index;
    DocumentStore store(*index);
    const Document document = waiting(*index, "/a", 'a');
    for (int round = 0; round < 5; ++round) {
        need(store.beginReading(document.id));
        need(store.addPassages(document.id, std::vector<Passage>{{.textEnd = 4, .text = "half"}}));
        need(store.postponeReading(document.id));
        CHECK(need(store.document(document.id)).state == DocumentState::Waiting);
        CHECK(need(store.passages(document.id, 0, 9)).empty());
    }
    CHECK(need(store.document(document.id)).attempts == 0);
    CHECK(codeOf(store.postponeReading(document.id)) == ErrorCode::NotFound);
}

TEST_CASE("what was being read when the program ended is taken out and waits again")
{
    TestIndex index;
    const Document document = waiting(*index, "/a", 'a');
    {
        DocumentStore store(*index);
        need(store.beginReading(document.id));
        need(store.addPages(document.id, std::vector<DocumentPage>{{.text = "half"}}));
        need(store.addPassages(document.id, std::vector<Passage>{{.textEnd = 4, .text = "half"}}));
    }
    index.open();
    DocumentStore store(*index);
    CHECK(need(store.recover()) == 1);
    CHECK(need(store.document(document.id)).state == DocumentState::Waiting);
    CHECK(need(store.passages(document.id, 0, 9)).empty());
    CHECK(need(store.recover()) == 0);
    need(store.beginReading(document.id));
    CHECK(need(store.recover()) == 1);
    CHECK(need(store.document(document.id)).state == DocumentState::Failed);
}

TEST_CASE("pages, sections and passages come back as they were written")
{
    TestIndex index;
    DocumentStore store(*index);
    const Document document = waiting(*index, "/a", 'a');
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
    CHECK(need(store.page(document.id, 0)).label == "iv");
    CHECK(need(store.page(document.id, 0)).width == 595.5);
    CHECK(need(store.page(document.id, 1)).recognised);
    CHECK(need(store.page(document.id, 1)).confidence == 80);
    CHECK(need(store.sections(document.id)) == sections);
    const std::vector<Passage> listed = need(store.passages(document.id, 0, 0));
    REQUIRE(listed.size() == 1);
    passage.id = listed[0].id;
    CHECK(need(store.passage(passage.id)) == passage);
}

TEST_CASE("text between two offsets is taken from the pages that it lies on")
{
    TestIndex index;
    DocumentStore store(*index);
    const FileStatus file = addDocument(*index, "c", "/a", hashOf('a'), {"first", "second", "third"});
    const struct {
        std::int64_t begin;
        std::int64_t end;
        const char *text;
    } cases[] = {{0, 5, "first"}, {0, 6, "first\f"},   {2, 9, "rst\fsec"}, {6, 12, "second"},
                 {5, 6, "\f"},    {13, 99, "third\f"}, {50, 60, ""},       {4, 4, ""}};
    for (const auto &[begin, end, text] : cases) {
        CAPTURE(begin, end);
        CHECK(need(store.text(file.document.id, begin, end)) == text);
    }
}

TEST_CASE("states have names of their own, and say which documents can be searched")
{
    for (int state = 0; state <= static_cast<int>(DocumentState::Failed); ++state) {
        const auto value = static_cast<DocumentState>(state);
        CHECK_FALSE(name(value).empty());
        CHECK(isSearchable(value) == (value == DocumentState::Read || value == DocumentState::Partial));
    }
}

} // namespace storage
