// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The rows of carrel.db as plain values. All text is UTF-8, all times are milliseconds since 1970 (UTC),
/// every `uuid` is a version 7 UUID in lower case that stays the same through export and restore.
namespace storage {

using TimestampMs = std::int64_t;

/// Who speaks in a message.
enum class Role { System, User, Assistant, Tool };

/// Where a message is in its life. User messages are always Complete.
enum class MessageState {
    Complete,    ///< finished by itself
    Streaming,   ///< being generated now
    Interrupted, ///< the program ended while it was being generated; holds the journalled text
    Stopped,     ///< the user stopped it
    Failed,      ///< an error ended it; `errorCode` and `errorDetail` say which
};

struct Folder {
    FolderId id = {};
    std::string uuid = {};
    FolderId parent = {}; ///< none: at the top
    std::string name = {};
    std::int32_t position = 0; ///< order among the folders of one parent
};

/// One row of the sidebar.
struct Conversation {
    ConversationId id = {};
    std::string uuid = {};
    std::string title = {}; ///< empty until the user or the model gives one
    bool pinned = false;
    FolderId folder = {};       ///< none: at the top
    AssistantId assistant = {}; ///< none: the assistant was removed
    ModelId model = {};         ///< none: the assistant's
    TimestampMs createdMs = 0;
    TimestampMs updatedMs = 0; ///< last message written, not last rename
    TimestampMs trashedMs = 0; ///< 0: not in the trash
};

struct Message {
    MessageId id = {};
    std::string uuid = {};
    ConversationId conversation = {};
    MessageId parent = {}; ///< none: first message of its branch
    Role role = Role::User;
    MessageState state = MessageState::Complete;
    std::string content = {};
    std::string thinking = {};    ///< what a reasoning model thought before it answered
    std::int64_t thinkingMs = 0;  ///< how long it thought
    std::string errorCode = {};   ///< name of the error that ended it, empty unless Failed
    std::string errorDetail = {}; ///< technical sentence, empty unless Failed
    TimestampMs createdMs = 0;
    TimestampMs finishedMs = 0; ///< 0 while Streaming
};

/// A message on the path shown, with its place among the branches that start where it does: ‹2/3›.
struct PathMessage {
    Message message = {};
    std::int32_t sibling = 1;   ///< 1-based
    std::int32_t siblings = 1;  ///< how many, this one included
    bool hasRecord = false;     ///< an AnswerRecord is stored
    std::int32_t citations = 0; ///< how many passages are stored
};

/// What is written at one tick of the journal: all that was generated since the last one.
struct JournalEntry {
    std::int64_t sequence = 0; ///< 0, 1, 2 … within one answer; a gap or a repetition is a Conflict
    std::vector<std::int32_t> tokens = {};
    std::string text = {};     ///< belongs to the answer
    std::string thinking = {}; ///< belongs to the thinking before it
};

struct AdapterUse {
    std::string sha256 = {};
    std::string name = {};
    double scale = 1.0;
    std::string path = {}; ///< of an assistant's; an answer's record has its paths elsewhere
    bool enabled = true;   ///< an assistant may have one that is switched off
    friend bool operator==(const AdapterUse &, const AdapterUse &) = default;
};

/// Everything needed to say how an answer came about and to generate it again.
struct AnswerRecord {
    std::string modelSha256 = {};
    std::string modelName = {};
    std::string modelPath = {};
    std::string templateSha256 = {};
    std::vector<AdapterUse> adapters = {};
    std::string samplingJson = "{}"; ///< every sampling setting
    std::uint64_t seed = 0;
    std::string engineVersion = {};
    std::string device = {};         ///< as the user sees it
    std::string backend = {};        ///< "cpu" or "vulkan"
    std::string instructionSet = {}; ///< for example "avx2"; driver and version for a GPU
    std::int32_t threads = 0;
    std::int32_t contextTokens = 0;
    std::vector<std::int32_t> batchBoundaries = {}; ///< sizes of the prefill batches, in order
    std::vector<std::int32_t> promptTokens = {};
    std::vector<std::int32_t> generatedTokens = {};
    std::int32_t cachedTokens = 0; ///< leading prompt tokens whose KV was reused
    double loadMs = 0;
    double prefillMs = 0;
    double firstTokenMs = 0; ///< from the request to the first token
    double decodeMs = 0;
    double totalMs = 0;
    std::string finishReason = {};  ///< for example "end_of_generation", "stop_string", "interrupted"
    std::string detailsJson = "{}"; ///< anything a later version adds
    friend bool operator==(const AnswerRecord &, const AnswerRecord &) = default;
};

/// A passage an answer was given. Keeps its own text: re-indexing or removing the document changes nothing here.
struct Citation {
    std::int32_t ordinal = 1; ///< the n of [n]
    std::string collectionUuid = {};
    std::string documentSha256 = {};
    std::string documentName = {}; ///< as shown: file name at that time
    std::int32_t page = 0;         ///< 1-based, where it begins; 0: not known
    std::int32_t lastPage = 0;     ///< 1-based, where it ends; 0: not known
    std::string pageLabel = {};    ///< what people call its first page; empty: they do not count these pages
    std::string heading = {};
    std::int64_t startByte = 0;
    std::int64_t endByte = 0; ///< one past the last, in the document's extracted text
    std::string text = {};
    std::int32_t lexicalRank = 0; ///< 1-based, 0: not found lexically
    std::int32_t denseRank = 0;   ///< 1-based, 0: not found by meaning
    double similarity = 0;        ///< cosine with the question; 0: not found by meaning
    double score = 0;
    std::optional<double> rerankScore = {}; ///< none: no reranker looked at it
    bool instructs = false;                 ///< holds text that reads like orders to the model
    bool used = false;                      ///< the answer refers to it
    friend bool operator==(const Citation &, const Citation &) = default;
};

/// How far a conversation trusts what does not stand in its documents.
enum class DocumentMode {
    First, ///< documents first; the model may add what it knows
    Only,  ///< an answer comes from the documents or not at all
};

/// What an answer was given of the documents.
enum class Material {
    Nothing,  ///< nothing in them answers the question
    Passages, ///< the citations, out of more
    Whole,    ///< every word of them; the citations are all there is
};

/// What an answer rests on besides its citations.
struct Grounding {
    DocumentMode mode = DocumentMode::First;
    Material material = Material::Nothing;
    bool refused = false;               ///< the model was not asked; the citations are the passages that came nearest
    bool checked = false;               ///< its sentences were looked at
    std::int32_t documentsTotal = 0;    ///< files that the question was about
    std::int32_t documentsSearched = 0; ///< of these, had text that could be searched then
    std::int32_t documentsWaiting = 0;  ///< of these, were still to be read
    bool wordsOnly = false;             ///< not searched by meaning
    std::string detailsJson = "{}";     ///< anything a later version adds
    friend bool operator==(const Grounding &, const Grounding &) = default;
};

/// One sentence of an answer, and whether its citations bear it out.
struct SentenceCheck {
    std::int64_t startByte = 0; ///< in the answer's text
    std::int64_t endByte = 0;
    std::string verdict = {};             ///< for example "supported", "not_found"
    std::vector<std::int32_t> cited = {}; ///< ordinals of citations
    std::string reason = {};              ///< technical, never text of the document
    friend bool operator==(const SentenceCheck &, const SentenceCheck &) = default;
};

/// A collection, or one file of it, that a conversation is about.
struct AttachedDocument {
    std::string collectionUuid = {};
    std::string path = {}; ///< the file system's bytes; empty: the whole collection
    std::string name = {}; ///< as it was called then
    TimestampMs attachedMs = 0;
    friend bool operator==(const AttachedDocument &, const AttachedDocument &) = default;
};

/// What the user talks to.
struct Assistant {
    AssistantId id = {};
    std::string uuid = {};
    std::string name = {};
    std::string picture = {}; ///< name of a built-in picture, or a data URL of at most 256 KiB
    std::string instructions = {};
    ModelId model = {}; ///< none: the application's choice
    std::vector<AdapterUse> adapters = {};
    std::string samplingJson = "{}"; ///< only what differs from the model's own recommendation
    std::vector<CollectionId> collections = {};
    bool isDefault = false; ///< exactly one assistant is
    std::int32_t position = 0;
    TimestampMs createdMs = 0;
    TimestampMs updatedMs = 0;
};

struct Model {
    ModelId id = {};
    std::string sha256 = {}; ///< empty until computed
    std::string path = {};
    std::string name = {};
    std::int64_t sizeBytes = 0;
    TimestampMs fileModifiedMs = 0; ///< of the file when it was read; a difference asks for a new look
    std::string headerJson = "{}";  ///< summary of the header for the card
    std::string source = {};        ///< where it came from: URL, "adopted", "starter", the name of a program
    TimestampMs addedMs = 0;
    TimestampMs lastUsedMs = 0; ///< 0: never
    TimestampMs removedMs = 0;  ///< 0: on this computer; else its card remains for the answers it gave

    bool listed = false;                ///< in the library; else known for the answers it gave
    std::string slug = {};              ///< what settings and people call it; stays when the file moves
    std::string purpose = {};           ///< "chat", "embedding", "reranking", "adapter"; empty: not known
    std::uint64_t inode = 0;            ///< of the first file
    TimestampMs missingMs = 0;          ///< since when its file is not there; 0: it is
    bool folderMissing = false;         ///< nor is the folder that it lay in
    std::string previousSha256 = {};    ///< of the file that was there before, until the change is accepted
    TimestampMs previousModifiedMs = 0; ///< likewise; 0: the file did not change
    std::string promisedSha256 = {};    ///< what its source says
    std::string promisedBy = {};        ///< "catalogue", "hub", the name of a program
    TimestampMs checkedMs = 0;          ///< when the whole file was last checked; 0: never
    std::string checkResult = {};       ///< "sound", "changed", "damaged"
    std::string checkDetail = {};       ///< technical English
    std::string memoryJson = "[]";      ///< what it took when it was loaded here; the latest first
    std::string catalogueId = {};       ///< of the entry it was downloaded as; empty: none
    std::string licenceId = {};         ///< what applied at the download; empty: unknown, or not downloaded
    std::string licenceText = {};       ///< bytes, as shown before the download; empty: not fetched
    std::string trashedJson = "[]";     ///< pairs of paths: where the files were, where they are in the trash
};

/// How fast a model was on a device, summed over answers.
struct ModelSpeed {
    ModelId model = {};
    std::string device = {}; ///< its name
    std::int64_t prefillTokens = 0;
    double prefillMs = 0;
    std::int64_t decodeTokens = 0;
    double decodeMs = 0;
    TimestampMs measuredMs = 0; ///< the newest
};

/// An adapter that was compared with a model.
struct AdapterFit {
    ModelId adapter = {};
    ModelId model = {};
    bool fits = false;
};

/// One request that left the machine.
struct LedgerEntry {
    LedgerId id = {};
    TimestampMs atMs = 0;
    std::string method = {};
    std::string url = {};
    std::string purpose = {}; ///< which user action asked for it
    std::int64_t bytesSent = 0;
    std::int64_t bytesReceived = 0;
    std::int32_t status = 0; ///< HTTP status, 0: none came
    std::string error = {};  ///< empty: none
};

} // namespace storage
