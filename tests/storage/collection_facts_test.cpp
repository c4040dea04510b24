// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/collection_facts.h"

#include <catch2/catch_test_macros.hpp>

namespace storage {

namespace {

FileStatus file(std::string path, std::int64_t bytes, std::int64_t modified, Document document)
{
    FileStatus status{.file = {.path = std::move(path), .sizeBytes = bytes, .modifiedNs = modified}};
    status.document = std::move(document);
    return status;
}

Document read(std::string format, std::int32_t pages, std::int64_t words)
{
    return {.id = {1},
            .state = DocumentState::Read,
            .format = std::move(format),
            .pageCount = pages,
            .pagesWithText = pages,
            .wordCount = words,
            .passageCount = 2};
}

struct Question {
    const char *text;
    CollectionTopic topic;
};

} // namespace

TEST_CASE("facts are sums over a collection's files, and name what stands out")
{
    std::vector<FileStatus> files = {
        file("/a.pdf", 500, 30, read("pdf", 10, 900)), file("/b.txt", 900, 10, read("text", 1, 2000)),
        file("/c.pdf", 100, 20,
             {.id = {3},
              .state = DocumentState::Partial,
              .reason = "pictures",
              .format = "pdf",
              .pageCount = 5,
              .pagesWithText = 3,
              .wordCount = 100,
              .passageCount = 1}),
        file("/d.pdf", 100, 20, {.id = {4}, .state = DocumentState::Encrypted, .reason = "locked", .format = "pdf"})};
    const CollectionFacts facts = collectionFacts(files);
    CHECK(facts.files == 4);
    CHECK(facts.searchable == 3);
    CHECK(facts.bytes == 1600);
    CHECK(facts.pages == 16);
    CHECK(facts.pagesWithText == 14);
    CHECK(facts.words == 3000);
    CHECK(facts.passages == 5);
    const std::vector<FormatFacts> formats = {{"pdf", 3, 15, 1000}, {"text", 1, 1, 2000}};
    CHECK(facts.formats == formats);
    CHECK(facts.newest == FileFact{"/a.pdf", 30});
    CHECK(facts.oldest == FileFact{"/b.txt", 10});
    CHECK(facts.biggest == FileFact{"/b.txt", 900});
    CHECK(facts.longest == FileFact{"/b.txt", 2000});
    REQUIRE(facts.missing.size() == 2);
    CHECK(facts.missing[0].path == "/c.pdf");
    CHECK(facts.missing[0].why == WhyMissing::PagesWithoutText);
    CHECK(facts.missing[0].pages - facts.missing[0].pagesWithText == 2);
    CHECK(facts.missing[1].why == WhyMissing::NotRead);
    CHECK(facts.missing[1].state == DocumentState::Encrypted);
    CHECK(facts.missing[1].reason == "locked");
}

TEST_CASE("every way in which a file can be missing has its name")
{
    FileStatus fresh = file("/new", 1, 1, {});
    FileStatus waiting = file("/waiting", 1, 1, {.id = {1}, .state = DocumentState::Waiting});
    FileStatus away = file("/away", 1, 1, {});
    away.file.presence = FilePresence::Offline;
    FileStatus awayButRead = file("/kept", 1, 1, read("text", 1, 5));
    awayButRead.file.presence = FilePresence::Offline;
    FileStatus closed = file("/closed", 1, 1, {});
    closed.file.presence = FilePresence::Unreadable;
    const std::vector<FileStatus> files = {fresh, waiting, away, awayButRead, closed};
    const CollectionFacts facts = collectionFacts(files);
    CHECK(facts.offline == 2);
    REQUIRE(facts.missing.size() == 4);
    CHECK(facts.missing[0].why == WhyMissing::NotLookedAt);
    CHECK(facts.missing[1].why == WhyMissing::NotLookedAt);
    CHECK(facts.missing[2].why == WhyMissing::Offline);
    CHECK(facts.missing[3].why == WhyMissing::Unreadable);
}

TEST_CASE("an empty collection has no facts but zeros")
{
    const CollectionFacts facts = collectionFacts({});
    CHECK(facts.files == 0);
    CHECK(facts.formats.empty());
    CHECK(!facts.newest);
    CHECK(!facts.longest);
}

TEST_CASE("questions about a collection itself are known in four languages")
{
    using enum CollectionTopic;
    const Question questions[] = {
        {"Which files are in this collection?", Files},
        {"what documents are there", Files},
        {"List all the files in my library.", Files},
        {"What's in the folder?", Files},
        {"Which documents do you know?", Files},
        {"How many files are there?", Count},
        {"How many documents does this collection contain?", Count},
        {"How many pages are in the collection?", Pages},
        {"How many pages are there in total?", Pages},
        {"how many pages are there?", Pages},
        {"How many words are there?", Words},
        {"Which documents are in here?", Files},
        {"how many words does my collection have", Words},
        {"Which file formats are there in this collection?", Formats},
        {"What kinds of files are there?", Formats},
        {"What could not be read?", CollectionTopic::Missing},
        {"Which files couldn't be read?", CollectionTopic::Missing},
        {"Which pages have no text?", CollectionTopic::Missing},
        {"Did you read everything?", CollectionTopic::Missing},
        {"What is missing from this collection?", CollectionTopic::Missing},
        {"What is the newest file?", Newest},
        {"Which is the oldest document in this collection?", Oldest},
        {"Which document is the longest?", Biggest},
        {"Welche Dateien sind in dieser Sammlung?", Files},
        {"Welche Dokumente gibt es?", Files},
        {"Wie viele Dateien gibt es in meiner Sammlung?", Count},
        {"Wie viele Seiten hat die Sammlung?", Pages},
        {"Wie viele Seiten gibt es?", Pages},
        {"Wie viele Wörter hat diese Sammlung?", Words},
        {"Welche Dateiformate gibt es?", Formats},
        {"Was konnte nicht gelesen werden?", CollectionTopic::Missing},
        {"Welche Seiten konntest du nicht lesen?", CollectionTopic::Missing},
        {"Was ist die größte Datei?", Biggest},
        {"Was ist die älteste Datei in dieser Sammlung?", Oldest},
        {"Quels fichiers y a-t-il dans cette collection ?", Files},
        {"Qu’y a-t-il dans le dossier ?", Files},
        {"Combien de documents y a-t-il ?", Count},
        {"Combien de pages y a-t-il dans la collection ?", Pages},
        {"Combien de pages y a-t-il ?", Pages},
        {"Qu'est-ce qui n'a pas pu être lu ?", CollectionTopic::Missing},
        {"Quel est le document le plus récent ?", Newest},
        {"¿Qué archivos hay en esta colección?", Files},
        {"¿Cuántos documentos hay?", Count},
        {"¿Cuántas páginas hay en la biblioteca?", Pages},
        {"¿Cuántas páginas hay?", Pages},
        {"¿Qué archivos no se pudieron leer?", CollectionTopic::Missing},
        {"¿Cuál es el documento más antiguo?", Oldest},
    };
    for (const Question &question : questions) {
        CAPTURE(question.text);
        CHECK(collectionQuestion(question.text) == question.topic);
    }
}

TEST_CASE("what may refer to something that was said is about the collection only where nothing was said")
{
    for (const char *question : {"What is missing?", "what's missing", "Is anything missing?", "Was fehlt?",
                                 "Fehlt etwas?", "Que manque-t-il ?", "Qu'est-ce qui manque ?", "¿Qué falta?"}) {
        CAPTURE(question);
        CHECK(collectionQuestion(question, {.first = true}) == CollectionTopic::Missing);
        CHECK(!collectionQuestion(question));
    }
    for (const char *question : {"What is missing from the delivery?", "What is missing in the contract?",
                                 "Is anything missing from the inventory?", "Was fehlt im Vertrag?",
                                 "Que manque-t-il au dossier de Marie ?", "¿Qué falta en el contrato?"}) {
        CAPTURE(question);
        CHECK(!collectionQuestion(question, {.first = true}));
    }
}

TEST_CASE("a collection may be called by its name")
{
    const std::vector<std::string> names = {"Mietrecht 2024"};
    CHECK(collectionQuestion("Which files are in Mietrecht 2024?", {.names = names}) == CollectionTopic::Files);
    CHECK(collectionQuestion("Wie viele Seiten sind in mietrecht 2024?", {.names = names}) == CollectionTopic::Pages);
    CHECK(!collectionQuestion("Which files are in Mietrecht 2023?", {.names = names}));
    CHECK(!collectionQuestion("What does Mietrecht 2024 say about files?", {.names = names}));
    CHECK(!collectionQuestion("Which files are in Mietrecht 2024?"));
    const std::vector<std::string> common = {"Documents"};
    CHECK(collectionQuestion("Which documents are there?", {.names = common}) == CollectionTopic::Files);
    CHECK(collectionQuestion("What is in Documents?", {.names = common}) == CollectionTopic::Files);
}

TEST_CASE("questions about what documents say are left to them")
{
    for (const char *question : {"",
                                 "?",
                                 "files",
                                 "How many pages does the contract have?",
                                 "How many files did the court receive?",
                                 "Which files are mentioned in the letter?",
                                 "What is missing?",
                                 "What is missing from the delivery?",
                                 "Who could not read?",
                                 "What is the oldest building?",
                                 "What is the newest version of the software?",
                                 "How many words does the poem have?",
                                 "How many pages are there in the annex?",
                                 "How many pages are there per chapter?",
                                 "How many words are there in the preamble?",
                                 "Which files could not be read by the court?",
                                 "Which files could not be read because of the fire?",
                                 "Which documents are in the safe?",
                                 "Which documents are missing from the application?",
                                 "How many documents are there in the annex?",
                                 "What could not be read on the stone?",
                                 "What is the latest file format?",
                                 "Which document is the oldest known copy?",
                                 "Wie viele Seiten gibt es im Anhang?",
                                 "Combien de pages y a-t-il dans le contrat ?",
                                 "¿Cuántas páginas hay en el anexo?",
                                 "What is in the box?",
                                 "Which documents do I need for the visa?",
                                 "What could not be proven?",
                                 "Which pages of the diary were torn out?",
                                 "How big is the garden?",
                                 "Welche Dateien löscht das Programm?",
                                 "Was fehlt im Vertrag?",
                                 "Wie viele Seiten hat der Vertrag?",
                                 "Wie viele Dokumente braucht man für den Antrag?",
                                 "Welche Unterlagen sind nötig?",
                                 "Combien de pages contient le contrat ?",
                                 "Quels documents faut-il fournir ?",
                                 "¿Cuántas páginas tiene el contrato?",
                                 "¿Qué documentos hay que presentar?",
                                 "Summarize all documents in this collection",
                                 "Which files are in this collection and what do they say?"}) {
        CAPTURE(question);
        CHECK(!collectionQuestion(question));
    }
    CHECK(!collectionQuestion(std::string(10'000, 'a')));
}

} // namespace storage
