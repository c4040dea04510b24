// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/storage/golden_content.h"

#include "storage/assistant_store.h"
#include "storage/collection_store.h"
#include "storage/conversation_search.h"
#include "storage/conversation_store.h"
#include "storage/download_store.h"
#include "storage/grounding_store.h"
#include "storage/message_store.h"
#include "storage/model_store.h"
#include "storage/network_ledger.h"
#include "storage/sqlite/connection.h"
#include "tests/storage/support.h"

#include <numeric>
#include <sstream>

namespace storage::test {

namespace {

constexpr const char *kCollection = "00000000-0000-7000-8000-00c000000001";

std::string hash(char digit)
{
    return std::string(64, digit);
}

std::vector<std::int32_t> tokens(std::int32_t first, std::size_t count)
{
    std::vector<std::int32_t> list(count);
    std::iota(list.begin(), list.end(), first);
    return list;
}

std::vector<std::int32_t> joined(std::vector<std::int32_t> list, const std::vector<std::int32_t> &more)
{
    list.insert(list.end(), more.begin(), more.end());
    return list;
}

AnswerRecord recordOf(std::vector<std::int32_t> prompt, std::vector<std::int32_t> generated)
{
    return {.modelSha256 = hash('a'),
            .modelName = "Small Instruct",
            .modelPath = "/usr/share/carrel/models/small.gguf",
            .templateSha256 = hash('b'),
            .adapters = {{.sha256 = hash('c'), .name = "Plain words", .scale = 0.5}},
            .samplingJson = R"({"min_p":0.05,"temperature":0.7,"top_k":40})",
            .seed = 0xfedc'ba98'7654'3210ULL,
            .engineVersion = "0.1.0",
            .device = "Processor with 4 threads",
            .backend = "cpu",
            .instructionSet = "avx2",
            .threads = 4,
            .contextTokens = 4096,
            .batchBoundaries = {32, 8},
            .promptTokens = std::move(prompt),
            .generatedTokens = std::move(generated),
            .cachedTokens = 3,
            .loadMs = 812.5,
            .prefillMs = 120.25,
            .firstTokenMs = 131.75,
            .decodeMs = 640.5,
            .totalMs = 760.75,
            .finishReason = "end_of_generation",
            .detailsJson = R"({"model_id":"small","now":1700000000})"};
}

struct Writer {
    explicit Writer(Database &opened)
        : database(opened)
    {
    }

    Database &database;
    ConversationStore conversations{database};
    MessageStore messages{database};
    AssistantStore assistants{database};
    CollectionStore collections{database};
    GroundingStore grounding{database};
    ModelStore models{database};
    NetworkLedger ledger{database};
    Model small;
    Model gone;
    Assistant reader;

    void all()
    {
        writeModels();
        writeAssistants();
        writeLedger();
        writeTree();
        writeEnds();
        writeTrash();
        writeDrafts();
        writeRunning();
        writeDownloads();
        fixUuids();
    }

    void writeModels()
    {
        small = need(models.put({.sha256 = hash('a'),
                                 .path = "/usr/share/carrel/models/small.gguf",
                                 .name = "Small Instruct",
                                 .sizeBytes = 98'000'000,
                                 .fileModifiedMs = 1'690'000'000'000,
                                 .headerJson = R"({"architecture":"llama","context_length":8192})",
                                 .source = "starter"}));
        need(models.touch(small.id));
        gone = need(models.put({.path = "/srv/models/Modèle 7B.gguf",
                                .name = "Modèle",
                                .sizeBytes = 4'000'000'000,
                                .fileModifiedMs = 1'690'000'001'000,
                                .source = "adopted"}));
        need(models.remove(gone.id));
        need(models.put({.sha256 = hash('d'), .path = "/srv/models/other.gguf", .name = "Other", .source = "adopted"}));
        writeLibrary();
    }

    void writeLibrary()
    {
        Model away{.sha256 = hash('e'),
                   .path = "/media/stick/Wandernd 3B.gguf",
                   .name = "Wandernd",
                   .sizeBytes = 2'000'000'000,
                   .fileModifiedMs = 1'690'000'002'000,
                   .source = "hub",
                   .listed = true,
                   .slug = "wandernd-3b",
                   .purpose = "chat",
                   .inode = 0xfedc'ba98'7654'3210ULL,
                   .missingMs = 1'700'000'000'500,
                   .folderMissing = true,
                   .previousSha256 = hash('f'),
                   .previousModifiedMs = 1'680'000'000'000,
                   .promisedSha256 = hash('9'),
                   .promisedBy = "catalogue",
                   .checkedMs = 1'690'000'003'000,
                   .checkResult = "changed",
                   .checkDetail = "another hash",
                   .memoryJson = R"([{"device":"cpu","bytes":5}])",
                   .catalogueId = "wandernd-3b",
                   .licenceId = "llama31",
                   .licenceText = std::string("Terms\0of it", 11),
                   .trashedJson = R"([["/media/stick/Wandernd 3B.gguf","/media/stick/.Trash-1000/files/x.gguf"]])"};
        Model adapter{.path = "/srv/models/friendly.gguf",
                      .name = "Friendly",
                      .listed = true,
                      .slug = "friendly",
                      .purpose = "adapter"};
        const auto kept = need(models.keep(std::vector{away, adapter}));
        need(models.addSpeed({.model = kept[0].id,
                              .device = "Processor",
                              .prefillTokens = 300,
                              .prefillMs = 1500,
                              .decodeTokens = 100,
                              .decodeMs = 4000}));
        need(models.setFits(kept[1].id, std::vector<AdapterFit>{{.model = kept[0].id, .fits = true},
                                                                {.model = small.id, .fits = false}}));
        need(models.setFolders(std::vector<std::string>{"/srv/models", "/media/stick"}));
    }

    void writeAssistants()
    {
        Assistant standard = need(assistants.defaultAssistant());
        standard.instructions = "You are an AI assistant. Be brief.";
        need(assistants.update(standard));
        const Collection leases = need(collections.create("Leases"));
        need(collections.setEmbedder(leases.id, hash('e')));
        need(collections.addSources(leases.id, {"/srv/leases"}));
        reader = need(assistants.create({.name = "Reader",
                                         .picture = "book",
                                         .instructions = "Answer from the documents.",
                                         .model = small.id,
                                         .adapters = {{.sha256 = hash('c'), .name = "Plain words", .scale = 0.5}},
                                         .samplingJson = R"({"temperature":0.2})",
                                         .collections = {leases.id},
                                         .position = 1}));
    }

    void writeLedger()
    {
        const LedgerId download =
            need(ledger.begin({.method = "GET", .url = "https://example.org/small.gguf", .purpose = "download"}));
        need(ledger.end(download, {.bytesSent = 420, .bytesReceived = 98'000'000, .status = 200}));
        const LedgerId refused =
            need(ledger.begin({.method = "HEAD", .url = "https://example.org/other.gguf", .purpose = "size"}));
        need(ledger.end(refused, {.error = "no route to host"}));
    }

    void writeDownloads()
    {
        DownloadStore downloads(database);
        Download whole = need(downloads.add({.title = "Small Instruct",
                                             .address = "https://example.org/small.gguf",
                                             .mirrors = {"https://mirror.example.org/small.gguf"},
                                             .folder = "/srv/models",
                                             .fileName = "small.gguf",
                                             .expectedBytes = 98'000'000,
                                             .expectedSha256 = hash('a'),
                                             .sha256Source = "catalogue",
                                             .catalogueId = "small-q4_1",
                                             .licenceId = "apache-2.0",
                                             .licenceText = "Apache License\n",
                                             .purpose = "download"}));
        whole.step = DownloadStep::Done;
        whole.totalBytes = 98'000'000;
        whole.sha256 = hash('a');
        need(downloads.update(whole));
        Download half = need(downloads.add(
            {.title = "Modèle", .address = "https://example.org/m.gguf", .folder = "/srv", .fileName = "m.gguf"}));
        half.step = DownloadStep::Failed;
        half.source = 1;
        half.validator = "\"tag\"";
        half.totalBytes = 9'000'000;
        half.errorCode = "download.unreachable";
        half.errorDetail = "no route to host";
        need(downloads.update(half));
        need(downloads.add({.title = "Modèle",
                            .address = "https://example.org/m-2.gguf",
                            .folder = "/srv",
                            .fileName = "m-2.gguf",
                            .partOf = half.id}));
        need(downloads.addCheckpoints(half.id, {{.endByte = 4'194'304, .sha256 = {std::byte{0xab}}}}));
    }

    // A question asked again, an answer made again, an answer written over by the user; records built on each other.
    void writeTree()
    {
        const FolderId work = need(conversations.createFolder("Work")).id;
        const FolderId leases = need(conversations.createFolder("Leases", work)).id;
        const auto id =
            need(conversations.create({.title = "Notice periods", .assistant = reader.id, .model = small.id})).id;
        need(conversations.move(id, leases));
        need(conversations.setPinned(id, true));
        need(conversations.setSetting(id, "overflow", R"("drop_oldest")"));

        const auto first = need(messages.startTurn(id, "How long is the notice period?"));
        const auto prompt = tokens(100, 40);
        const auto generated = tokens(500, 20);
        need(messages.finish(first.answer, {.content = "Three months [1].", .record = recordOf(prompt, generated)}));
        need(grounding.attach(id, {.collectionUuid = kCollection, .name = "Leases"}));
        need(grounding.attach(id, {.collectionUuid = kCollection, .path = "/srv/leases/lease.pdf", .name = "lease"}));
        need(grounding.put(first.answer,
                           {.mode = DocumentMode::Only,
                            .material = Material::Passages,
                            .documentsTotal = 4,
                            .documentsSearched = 3,
                            .documentsWaiting = 1,
                            .wordsOnly = true,
                            .detailsJson = R"({"later":1})"},
                           {{.ordinal = 1,
                             .collectionUuid = kCollection,
                             .documentSha256 = hash('f'),
                             .documentName = "lease.pdf",
                             .page = 12,
                             .lastPage = 13,
                             .pageLabel = "xii",
                             .heading = "Lease > Notice",
                             .startByte = 3400,
                             .endByte = 3460,
                             .text = "The notice period is three months.",
                             .lexicalRank = 1,
                             .denseRank = 2,
                             .similarity = 0.75,
                             .score = 0.03125,
                             .rerankScore = 4.5,
                             .used = true},
                            {.ordinal = 2,
                             .collectionUuid = kCollection,
                             .documentSha256 = hash('f'),
                             .documentName = "lease.pdf",
                             .page = 13,
                             .text = "Heating is included.",
                             .denseRank = 1,
                             .score = 0.015625,
                             .instructs = true}}));
        need(grounding.putChecks(first.answer,
                                 {{.endByte = 17, .verdict = "supported", .cited = {1}, .reason = "quote"},
                                  {.startByte = 17, .endByte = 18, .verdict = "not_found"}},
                                 {1}));

        const auto second = need(messages.startTurn(id, "And for the garage?\nIt has a contract of its own."));
        const auto longer = joined(joined(prompt, generated), tokens(900, 35));
        need(messages.finish(second.answer, {.content = "One month.", .record = recordOf(longer, tokens(2000, 9))}));
        const MessageId again = need(messages.regenerate(second.answer));
        need(messages.finish(again, {.state = MessageState::Stopped,
                                     .content = "It depends on",
                                     .thinking = "Two contracts, so two periods.",
                                     .thinkingMs = 1250,
                                     .record = recordOf(longer, tokens(3000, 4))}));
        const auto edited = need(messages.editUserMessage(second.user, "And for the cellar? 日本語 🙂 Größe"));
        need(messages.finish(edited.answer, {.content = "The same.", .record = recordOf(tokens(1, 7), {8, 9})}));
        const MessageId own = need(messages.editAnswer(first.answer, "Three months, to the end of a month."));
        REQUIRE(own.valid());
        need(messages.show(again));
    }

    // Every other way in which an answer ends.
    void writeEnds()
    {
        const auto id = need(conversations.create({.title = "Ends", .model = gone.id})).id;
        const auto failed = need(messages.startTurn(id, "What fails?"));
        need(messages.finish(failed.answer, {.state = MessageState::Failed,
                                             .content = "Some",
                                             .errorCode = "inference.out_of_memory",
                                             .errorDetail = "2 GB short"}));
        const auto cut = need(messages.startTurn(id, "What is cut?"));
        need(messages.appendJournal(cut.answer, {.sequence = 0, .tokens = {31, 32}, .text = "Cut he"}));
        need(messages.finish(cut.answer, {.state = MessageState::Interrupted}));
        const auto unnamed = need(messages.startTurn(id, "Which file?"));
        AnswerRecord record = recordOf(tokens(1, 5), {6});
        record.modelSha256.clear();
        record.modelName = "Modèle";
        record.modelPath = "/srv/models/Modèle 7B.gguf";
        record.detailsJson = R"({"model_bytes":4000000000,"model_modified_ms":1690000001000})";
        need(messages.finish(unnamed.answer, {.content = std::string("a\0b", 3), .record = record}));
    }

    void writeTrash()
    {
        const auto id = need(conversations.create({.title = "Thrown away"})).id;
        const auto turn = need(messages.startTurn(id, "Forget this"));
        need(messages.finish(turn.answer, {.content = "Gladly."}));
        need(conversations.trash(id));
    }

    void writeDrafts()
    {
        const auto empty = need(conversations.create({})).id;
        need(conversations.setDraft(empty, "half a thou"));
        Collection own = need(collections.forConversation(empty));
        need(collections.addSources(own.id, {"/srv/dropped.pdf"}));
        need(conversations.setDraft({}, "for a new chat"));
    }

    // As a program leaves it that is killed while it answers.
    void writeRunning()
    {
        const auto id = need(conversations.create({.title = "Killed"})).id;
        const auto turn = need(messages.startTurn(id, "Tell me everything"));
        AnswerRecord begun = recordOf({}, {});
        begun.finishReason.clear();
        need(messages.putRecord(turn.answer, begun));
        need(messages.appendJournal(turn.answer,
                                    {.sequence = 0, .tokens = {41, 42}, .text = "", .thinking = "Everything?"}));
        // Cut inside a character: "ä" comes in two entries.
        need(messages.appendJournal(turn.answer, {.sequence = 1, .tokens = {43}, .text = "The be\xC3"}));
        need(messages.appendJournal(turn.answer, {.sequence = 2, .tokens = {44}, .text = "\xA4r"}));
    }

    // Random ones would make every writing differ.
    void fixUuids()
    {
        for (const char *sql : {"UPDATE folders SET uuid = printf('00000000-0000-7000-8000-00f0%08x', id)",
                                "UPDATE assistants SET uuid = printf('00000000-0000-7000-8000-00a0%08x', id) "
                                "WHERE is_default = 0",
                                "UPDATE collections SET uuid = printf('00000000-0000-7000-8000-00c0%08x', id)",
                                "UPDATE conversations SET uuid = printf('00000000-0000-7000-8000-00d0%08x', id)",
                                "UPDATE messages SET uuid = printf('00000000-0000-7000-8000-00e0%08x', id)",
                                "UPDATE downloads SET uuid = printf('00000000-0000-7000-8000-00f1%08x', id)"}) {
            need(database.connection().run(sql));
        }
    }
};

std::string printable(std::string_view text)
{
    std::string line;
    for (const char byte : text) {
        if (byte == '\n') {
            line += "\\n";
        } else if (byte == '\0') {
            line += "\\0";
        } else {
            line += byte;
        }
    }
    return '"' + line + '"';
}

std::string listed(const std::vector<std::int32_t> &numbers)
{
    std::string line = std::to_string(numbers.size()) + ':';
    for (const std::int32_t number : numbers) {
        line += ' ' + std::to_string(number);
    }
    return line;
}

std::string listed(const std::vector<AdapterUse> &adapters)
{
    std::ostringstream out;
    for (const AdapterUse &adapter : adapters) {
        out << " [" << adapter.sha256 << ' ' << printable(adapter.name) << ' ' << adapter.scale << ']';
    }
    return out.str();
}

struct Describer {
    explicit Describer(Database &opened)
        : database(opened)
    {
    }

    Database &database;
    ConversationStore conversations{database};
    MessageStore messages{database};
    GroundingStore grounding{database};
    std::ostringstream out;

    // Of what schema 3 brought, that which older databases cannot have.
    void library()
    {
        const ModelStore::Library known = need(ModelStore(database).library());
        for (const Model &row : known.models) {
            if (row.slug.empty()) {
                continue;
            }
            out << "listed " << row.id.value << ' ' << printable(row.slug) << ' ' << row.listed << ' ' << row.purpose
                << " inode " << row.inode << " missing " << row.missingMs << ' ' << row.folderMissing << " before "
                << row.previousSha256 << ' ' << row.previousModifiedMs << " promised " << row.promisedSha256 << ' '
                << row.promisedBy << " checked " << row.checkedMs << ' ' << row.checkResult << ' ' << row.checkDetail
                << ' ' << row.memoryJson << ' ' << printable(row.trashedJson) << '\n';
            if (!row.licenceText.empty()) {
                out << "terms " << row.id.value << ' ' << row.catalogueId << ' ' << row.licenceId << ' '
                    << printable(row.licenceText) << '\n';
            }
            for (const ModelSpeed &speed : known.speeds) {
                if (speed.model == row.id) {
                    out << "speed " << speed.model.value << ' ' << speed.device << ' ' << speed.prefillTokens << ' '
                        << speed.prefillMs << ' ' << speed.decodeTokens << ' ' << speed.decodeMs << ' '
                        << speed.measuredMs << '\n';
                }
            }
        }
        for (const AdapterFit &fit : known.fits) {
            out << "fit " << fit.adapter.value << ' ' << fit.model.value << ' ' << fit.fits << '\n';
        }
        for (const std::string &folder : known.folders) {
            out << "models in " << printable(folder) << '\n';
        }
    }

    std::string all()
    {
        for (const Folder &row : need(conversations.folders())) {
            out << "folder " << row.id.value << ' ' << row.uuid << " in " << row.parent.value << ' '
                << printable(row.name) << " at " << row.position << '\n';
        }
        for (const Model &row : need(ModelStore(database).list(ModelStore::Which::WithRemoved))) {
            out << "model " << row.id.value << ' ' << printable(row.sha256) << ' ' << printable(row.path) << ' '
                << printable(row.name) << ' ' << row.sizeBytes << " bytes of " << row.fileModifiedMs << ' '
                << row.headerJson << ' ' << row.source << " added " << row.addedMs << " used " << row.lastUsedMs
                << " removed " << row.removedMs << '\n';
        }
        library();
        for (const Assistant &row : need(AssistantStore(database).list())) {
            out << "assistant " << row.id.value << ' ' << row.uuid << ' ' << printable(row.name) << ' '
                << printable(row.picture) << ' ' << printable(row.instructions) << " model " << row.model.value
                << " adapters" << listed(row.adapters) << ' ' << row.samplingJson << " collections";
            for (const CollectionId collection : row.collections) {
                out << ' ' << collection.value;
            }
            out << (row.isDefault ? " default" : "") << " at " << row.position << ' ' << row.createdMs << ' '
                << row.updatedMs << '\n';
        }
        need(database.connection().each(
            "SELECT id, uuid, name, embedder_sha256, sources_json, created_ms, conversation_id FROM collections "
            "ORDER BY id",
            {}, [&](const sqlite::Row &row) {
                out << "collection " << row.integer(0) << ' ' << row.text(1) << ' ' << printable(row.text(2)) << ' '
                    << row.text(3) << ' ' << row.text(4) << ' ' << row.integer(5)
                    << (row.isNull(6) ? "" : " of " + row.text(6)) << '\n';
            }));
        for (const LedgerEntry &row : need(NetworkLedger(database).list())) {
            out << "request " << row.id.value << ' ' << row.atMs << ' ' << row.method << ' ' << row.url << ' '
                << printable(row.purpose) << ' ' << row.bytesSent << ' ' << row.bytesReceived << ' ' << row.status
                << ' ' << printable(row.error) << '\n';
        }
        DownloadStore downloads(database);
        for (const Download &row : need(downloads.list())) {
            out << "download " << row.id.value << ' ' << row.uuid << ' ' << printable(row.title) << ' ' << row.address;
            for (const std::string &mirror : row.mirrors) {
                out << " or " << mirror;
            }
            out << " to " << row.folder << ' ' << row.fileName << ' ' << row.expectedBytes << ' ' << row.expectedSha256
                << ' ' << row.sha256Source << ' ' << row.catalogueId << ' ' << row.licenceId << ' '
                << printable(row.licenceText) << ' ' << row.purpose << " step " << static_cast<int>(row.step)
                << " source " << row.source << ' ' << printable(row.validator) << ' ' << row.totalBytes << ' '
                << row.sha256 << ' ' << row.errorCode << ' ' << row.errorDetail << ' ' << row.createdMs << ' '
                << row.finishedMs << '\n';
            if (row.partOf.valid()) {
                out << "  part of " << row.partOf.value << '\n';
            }
            for (const DownloadCheckpoint &checkpoint : need(downloads.checkpoints(row.id))) {
                out << "  checked to " << checkpoint.endByte << ' ' << static_cast<int>(checkpoint.sha256[0]) << '\n';
            }
        }
        out << "draft of a new chat " << printable(need(conversations.draft({}))) << '\n';
        for (const ListScope scope : {ListScope::All, ListScope::Trash}) {
            for (const Conversation &row : need(conversations.list({.scope = scope, .limit = 1000})).rows) {
                conversation(row);
            }
        }
        for (const char *query : {"notice", "日本語", "grös", "forget", "depends"}) {
            for (const SearchHit &hit : need(ConversationSearch(database).find(query))) {
                out << "found " << query << ": " << hit.conversation.value << ' ' << hit.message.value << ' '
                    << printable(hit.snippet) << '\n';
            }
        }
        return out.str();
    }

    void conversation(const Conversation &row)
    {
        out << "conversation " << row.id.value << ' ' << row.uuid << ' ' << printable(row.title)
            << (row.pinned ? " pinned" : "") << " in " << row.folder.value << " assistant " << row.assistant.value
            << " model " << row.model.value << ' ' << row.createdMs << ' ' << row.updatedMs << ' ' << row.trashedMs
            << '\n';
        for (const auto &[key, value] : need(conversations.settings(row.id))) {
            out << "  setting " << key << " = " << value << '\n';
        }
        if (const std::string text = need(conversations.draft(row.id)); !text.empty()) {
            out << "  draft " << printable(text) << '\n';
        }
        for (const AttachedDocument &document : need(grounding.attached(row.id))) {
            out << "  about " << document.collectionUuid << ' ' << printable(document.path) << ' '
                << printable(document.name) << ' ' << document.attachedMs << '\n';
        }
        out << "  shown";
        for (const PathMessage &entry : need(messages.path(row.id))) {
            out << ' ' << entry.message.id.value << '(' << entry.sibling << '/' << entry.siblings << ')';
        }
        out << '\n';
        std::vector<MessageId> ids;
        need(database.connection().each("SELECT id FROM messages WHERE conversation_id = :id ORDER BY id",
                                        {{":id", row.id.value}},
                                        [&](const sqlite::Row &found) { ids.push_back({found.integer(0)}); }));
        for (const MessageId id : ids) {
            message(id);
        }
    }

    void message(MessageId id)
    {
        static constexpr const char *kRoles[] = {"system", "user", "assistant", "tool"};
        static constexpr const char *kStates[] = {"complete", "streaming", "interrupted", "stopped", "failed"};
        const Message row = need(messages.get(id));
        out << "  message " << id.value << ' ' << row.uuid << " below " << row.parent.value << ' '
            << kRoles[static_cast<int>(row.role)] << ' ' << kStates[static_cast<int>(row.state)] << ' '
            << printable(row.content) << " thinking " << printable(row.thinking) << ' ' << row.thinkingMs << " error "
            << printable(row.errorCode) << ' ' << printable(row.errorDetail) << ' ' << row.createdMs << ' '
            << row.finishedMs << '\n';
        if (const auto record = need(messages.record(id))) {
            out << "    record " << printable(record->modelSha256) << ' ' << printable(record->modelName) << ' '
                << printable(record->modelPath) << ' ' << printable(record->templateSha256) << " adapters"
                << listed(record->adapters) << ' ' << record->samplingJson << " seed " << record->seed << ' '
                << printable(record->engineVersion) << ' ' << printable(record->device) << ' '
                << printable(record->backend) << ' ' << printable(record->instructionSet) << ' ' << record->threads
                << ' ' << record->contextTokens << ' ' << record->cachedTokens << ' ' << record->loadMs << ' '
                << record->prefillMs << ' ' << record->firstTokenMs << ' ' << record->decodeMs << ' ' << record->totalMs
                << ' ' << printable(record->finishReason) << ' ' << record->detailsJson << "\n      batches "
                << listed(record->batchBoundaries) << "\n      prompt " << listed(record->promptTokens)
                << "\n      generated " << listed(record->generatedTokens) << '\n';
        }
        if (const auto given = need(grounding.grounding(id))) {
            out << "    given " << static_cast<int>(given->mode) << ' ' << static_cast<int>(given->material)
                << (given->refused ? " refused" : "") << (given->checked ? " checked" : "") << ' '
                << given->documentsTotal << ' ' << given->documentsSearched << ' ' << given->documentsWaiting
                << (given->wordsOnly ? " by words " : " ") << given->detailsJson << '\n';
        }
        for (const SentenceCheck &check : need(grounding.checks(id))) {
            out << "    sentence " << check.startByte << '-' << check.endByte << ' ' << check.verdict << ' '
                << listed(check.cited) << ' ' << printable(check.reason) << '\n';
        }
        for (const Citation &cited : need(grounding.citations(id))) {
            out << "    cited " << cited.ordinal << ' ' << cited.collectionUuid << ' ' << cited.documentSha256 << ' '
                << printable(cited.documentName) << " page " << cited.page << ' ' << cited.startByte << '-'
                << cited.endByte << ' ' << printable(cited.text) << ' ' << cited.lexicalRank << ' ' << cited.denseRank
                << ' ' << cited.score << (cited.used ? " used" : "");
            // Since schema 2; a citation of schema 1 has none of it.
            if (cited.lastPage > 0 || cited.instructs) {
                out << " to page " << cited.lastPage << ' ' << printable(cited.pageLabel) << ' '
                    << printable(cited.heading) << ' ' << cited.similarity << ' ' << cited.rerankScore.value_or(0)
                    << (cited.instructs ? " instructs" : "");
            }
            out << '\n';
        }
    }
};

} // namespace

void writeGoldenDatabase(const std::filesystem::path &path)
{
    FakeClock clock;
    {
        const Opened opened = Database::open({.path = path, .now = clock.function()});
        REQUIRE(opened.report.outcome == OpenOutcome::Created);
        Writer(*opened.database).all();
    }
    // The second day notes when the file was last looked at.
    clock.nowMs += 2LL * 24 * 3600 * 1000;
    const Opened again = Database::open({.path = path, .now = clock.function()});
    REQUIRE(again.report.outcome == OpenOutcome::Current);
}

std::string described(Database &database)
{
    return Describer(database).all();
}

std::string schemaOf(Database &database)
{
    auto &db = database.connection();
    std::string text;
    need(db.each("SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' "
                 "ORDER BY type, name",
                 {}, [&](const sqlite::Row &row) {
                     text += row.text(0) + ' ' + row.text(1) + ' ' + row.text(2) + '\n' + row.text(3) + '\n';
                 }));
    for (const char *pragma : {"PRAGMA application_id", "PRAGMA user_version", "PRAGMA journal_mode"}) {
        text += std::string(pragma) + ' ' + need(db.text(pragma)) + '\n';
    }
    return text + "min_reader " + need(db.text("SELECT value FROM meta WHERE key = 'min_reader'")) + '\n';
}

} // namespace storage::test
