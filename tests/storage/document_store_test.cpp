// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/document_store.h"

#include "storage/document_text.h"
#include "storage/embedding_store.h"
#include "storage/vector_index.h"

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
    CHECK(need(DocumentText(*index).passages(moved.document.id, 0, 9)).front().text == "one two");
    CHECK(need(store.collections()) == std::vector<std::string>{"c", "d"});
    need(store.removeFile(first.file.id));
    CHECK(need(store.document(first.document.id)).id == first.document.id);
    CHECK_FALSE(need(store.removeFiles("d", 10)));
    CHECK(codeOf(store.document(first.document.id)) == ErrorCode::NotFound);
    CHECK(codeOf(store.removeFile(first.file.id)) == ErrorCode::NotFound);
}

TEST_CASE("files are found by their path and by a folder above it")
{
    TestIndex index;
    DocumentStore store(*index);
    std::vector<FileId> files;
    for (const char *path : {"/a/b", "/a/b/c", "/a/b/d/e", "/a/b0", "/a/bb"}) {
        files.push_back(need(store.noteFile("c", path, 1, 1)).id);
    }
    const FileId copy = need(store.noteFile("d", "/a/b/c", 1, 1)).id;
    const struct {
        const char *path;
        std::vector<FileId> found;
    } cases[] = {{"/a/b", {files[0], files[1], copy, files[2]}},
                 {"/a/b/", {files[1], copy, files[2]}},
                 {"/a/b/c", {files[1], copy}},
                 {"/a/bb", {files[4]}},
                 {"/", {files[0], files[1], copy, files[2], files[3], files[4]}},
                 {"/a/B", {}},
                 {"/b", {}}};
    for (const auto &[path, found] : cases) {
        CAPTURE(path);
        CHECK(need(store.filesAt(path)) == found);
    }
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

TEST_CASE("what goes first is looked at and read before what came before it")
{
    TestIndex index;
    DocumentStore store(*index);
    const Document old = waiting(*index, "/old", 'a');
    const auto handed = need(store.noteFile("chat", "/handed", 10, 1));
    need(store.noteFile("c", "/unknown", 10, 1));
    need(store.putFirst(std::vector<std::string>{"chat"}));
    const auto first = need(store.unknownFiles(1));
    REQUIRE(first.size() == 1);
    CHECK(first.front().path == "/handed");
    CHECK(need(store.unknownFiles(5)).size() == 2);
    const Document content = need(store.linkContent(handed.id, hashOf('b'), 10));
    auto next = need(store.nextWaiting());
    REQUIRE(next.has_value());
    CHECK(next->document.id == content.id);
    need(store.putFirst({}));
    next = need(store.nextWaiting());
    REQUIRE(next.has_value());
    CHECK(next->document.id == old.id);
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
    CHECK(codeOf(DocumentText(*index).page(document.id, 0)) == ErrorCode::NotFound);
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
        CHECK(need(DocumentText(*index).passages(document.id, 0, 9)).empty());
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
    CHECK(need(DocumentText(*index).passages(document.id, 0, 9)).empty());
    CHECK(need(store.recover()) == 0);
}

TEST_CASE("an end of the whole program speaks against a document half as much as that of its reader")
{
    TestIndex index;
    DocumentStore store(*index);
    const Document document = waiting(*index, "/a", 'a');
    const auto stateAfter = [&](bool readerDied) {
        need(store.beginReading(document.id));
        if (readerDied) {
            return need(store.abandonReading(document.id, "crashed"));
        }
        CHECK(need(store.recover()) == 1);
        return need(store.document(document.id)).state;
    };
    SECTION("four ends of the program")
    {
        for (int i = 0; i < 3; ++i) {
            CHECK(stateAfter(false) == DocumentState::Waiting);
        }
        CHECK(stateAfter(false) == DocumentState::Failed);
    }
    SECTION("two deaths of the reader")
    {
        CHECK(stateAfter(true) == DocumentState::Waiting);
        CHECK(stateAfter(true) == DocumentState::Failed);
    }
    SECTION("one after the other")
    {
        CHECK(stateAfter(false) == DocumentState::Waiting);
        CHECK(stateAfter(true) == DocumentState::Waiting);
        CHECK(stateAfter(false) == DocumentState::Failed);
    }
    need(store.readAgain(document.id));
    CHECK(stateAfter(true) == DocumentState::Waiting);
}

TEST_CASE("files of a content, and the newest ones")
{
    TestIndex index;
    DocumentStore store(*index);
    const FileStatus first = addDocument(*index, "c", "/a", hashOf('a'), {"one"});
    const FileStatus copy = addDocument(*index, "d", "/b", hashOf('a'), {"one"});
    const FileStatus second = addDocument(*index, "c", "/z", hashOf('b'), {"two"});
    waiting(*index, "/waits", 'c');
    need(store.setPresence(first.file.id, FilePresence::Offline));
    const std::vector<CollectionFile> files = need(store.filesOf(first.document.id));
    REQUIRE(files.size() == 2);
    CHECK(files[0].id == copy.file.id);
    CHECK(files[1].presence == FilePresence::Offline);
    const std::vector<FileStatus> newest = need(store.newestFiles(10));
    REQUIRE(newest.size() == 2);
    CHECK(newest[0].file.id == second.file.id);
    CHECK(newest[1].file.id == copy.file.id);
    CHECK(newest[1].document.id == first.document.id);
    CHECK(need(store.newestFiles(1)).size() == 1);
}

TEST_CASE("states have names of their own, and say which documents can be searched")
{
    for (int state = 0; state <= static_cast<int>(DocumentState::Failed); ++state) {
        const auto value = static_cast<DocumentState>(state);
        CHECK_FALSE(name(value).empty());
        CHECK(isSearchable(value) == (value == DocumentState::Read || value == DocumentState::Partial));
    }
}

TEST_CASE("totals count files, and contents for each file that holds them")
{
    TestIndex index;
    DocumentStore store(*index);
    CHECK(need(store.totals()).empty());
    const FileStatus first = addDocument(*index, "c", "/a.txt", hashOf('a'), {"one two", "three"});
    addDocument(*index, "c", "/copy.txt", hashOf('a'), {});
    need(store.noteFile("c", "/new.txt", 40, 1));
    waiting(*index, "/waits.txt", 'b');
    const Document scan = waiting(*index, "/scan.pdf", 'd');
    need(store.beginReading(scan.id));
    need(store.finishReading({.id = scan.id, .state = DocumentState::Scanned, .pageCount = 3}));
    const CollectionFile away = need(store.noteFile("d", "/away.txt", 5, 1));
    need(store.setPresence(away.id, FilePresence::Offline));

    const auto all = need(store.totals());
    REQUIRE(all.size() == 2);
    const CollectionTotals &c = all[0];
    CHECK(c.collectionUuid == "c");
    CHECK(c.files == 5);
    CHECK(c.toRead == 2);
    CHECK(c.searchable == 2);
    CHECK(c.embedded == 0);
    CHECK(c.troubled == 1);
    CHECK(c.passages == 4);
    CHECK(c.pages == 3 + 2 * first.document.pageCount);
    CHECK(c.bytesToRead == 50);
    CHECK(all[1] == CollectionTotals{.collectionUuid = "d", .files = 1, .offline = 1});

    EmbeddingStore embeddings(*index);
    const Embedder embedder = need(embeddings.embedder(hashOf('e'), "e", 2));
    for (const Passage &passage : need(embeddings.withoutVectors(embedder.id, first.document.id, 9)))
        need(embeddings.add(embedder.id, std::vector<PassageVector>{{passage.id, 0, {1, 0}}}));
    need(embeddings.finishDocument(embedder.id, first.document.id));
    CHECK(need(store.totals(embedder.id))[0].embedded == 2);
    CHECK(need(store.totals(embedder.id))[0].passagesEmbedded == 4);
    CHECK(need(store.totals())[0].embedded == 0);

    const auto files = need(store.statusesOf(first.document.id, embedder.id));
    REQUIRE(files.size() == 2);
    CHECK(files[1].file.path == "/copy.txt");
    CHECK(files[1].embedded);
}

TEST_CASE("totals of a folder count what lies below it, and nothing beside it")
{
    TestIndex index;
    DocumentStore store(*index);
    const FileStatus one = addDocument(*index, "c", "/letters/one.txt", hashOf('a'), {"one", "two"});
    need(store.noteFile("c", "/letters/2019/two.txt", 40, 1));
    for (const char *beside : {"/letters.txt", "/letters 2/x.txt", "/letters0", "/a.txt"})
        need(store.noteFile("c", beside, 5, 1));
    need(store.noteFile("d", "/letters/other.txt", 5, 1));

    const CollectionTotals folder = need(store.totalsOf("c", "/letters"));
    CHECK(folder.collectionUuid == "c");
    CHECK(folder.files == 2);
    CHECK(folder.toRead == 1);
    CHECK(folder.searchable == 1);
    CHECK(folder.passages == one.document.passageCount);
    CHECK(need(store.totalsOf("c", "/letters/one.txt")).files == 1);
    CHECK(need(store.totalsOf("c", "/nowhere")) == CollectionTotals{.collectionUuid = "c"});

    const auto file = need(store.fileAt("c", "/letters/one.txt"));
    REQUIRE(file.has_value());
    CHECK(file->document.id == one.document.id);
    CHECK_FALSE(need(store.fileAt("c", "/letters")).has_value());
    CHECK_FALSE(need(store.fileAt("e", "/letters/one.txt")).has_value());
}

TEST_CASE("an embedder's vectors go a few passages at a time")
{
    TestIndex index;
    EmbeddingStore embeddings(*index);
    const Embedder old = need(embeddings.embedder(hashOf('e'), "old", 2));
    const Embedder next = need(embeddings.embedder(hashOf('f'), "new", 2));
    const FileStatus file = addDocument(*index, "c", "/a.txt", hashOf('a'), {"one", "two", "three"});
    for (const Embedder &embedder : {old, next}) {
        for (const Passage &passage : need(embeddings.withoutVectors(embedder.id, file.document.id, 9)))
            need(embeddings.add(embedder.id, std::vector<PassageVector>{{passage.id, 0, {1, 0}}}));
        need(embeddings.finishDocument(embedder.id, file.document.id));
    }
    CHECK(need(embeddings.removeSome(old.id, 2)));
    // From the first step on it has not seen the document whole.
    CHECK(need(embeddings.nextDocument(old.id)) == file.document.id);
    CHECK_FALSE(need(embeddings.removeSome(old.id, 2)));
    const auto left = need(embeddings.list());
    REQUIRE(left.size() == 1);
    CHECK(left[0].id == next.id);
    CHECK(need(VectorIndex::load(*index, next)).size() == 3);
}

TEST_CASE("who holds copies of passages hears when they go")
{
    TestIndex index;
    DocumentStore store(*index);
    std::vector<DocumentId> gone;
    store.onForgotten([&](DocumentId id) { gone.push_back(id); });
    const FileStatus first = addDocument(*index, "c", "/a.txt", hashOf('a'), {"one"});
    const FileStatus second = addDocument(*index, "c", "/b.txt", hashOf('b'), {"two"});
    CHECK(gone.empty());
    need(store.readAgain(first.document.id));
    CHECK(gone == std::vector{first.document.id});
    need(store.noteFile("c", "/b.txt", 999, 9));
    CHECK(gone.back() == second.document.id);
    need(store.removeFile(first.file.id));
    CHECK(gone.size() == 3);
}

} // namespace storage
