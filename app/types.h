// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Enumerations, ids and small values that services, the window and the terminal share. Plain values, safe to copy
// between threads.
#pragma once

#include <QHashFunctions>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QtTypes>

#include <compare>

namespace app {
Q_NAMESPACE
// Several enumerations share names of values: QML says App.TurnState.Done, never App.Done.
Q_CLASSINFO("RegisterEnumClassesUnscoped", "false")

/// Who wrote a message.
enum class MessageRole { System, User, Assistant };
Q_ENUM_NS(MessageRole)

/// What became of a message. User messages are always Complete.
enum class MessageState {
    Complete,    ///< finished by itself
    Streaming,   ///< being written now
    Stopped,     ///< the user stopped it; its text is kept
    Interrupted, ///< the program ended while it was written; its text up to the last journal entry is kept
    Failed,      ///< ended by a failure, which stands in MessageValue::failure; its text is kept
};
Q_ENUM_NS(MessageState)

/// Where a turn stands. Done, Stopped and Failed are final: the next turn starts from them as from Idle.
enum class TurnState {
    Idle,
    Preparing,  ///< the model is being loaded or the prompt measured; nothing is written yet
    Retrieving, ///< the question is committed and its documents are being searched
    Prefilling, ///< the prompt is committed and is being read by the model
    Generating, ///< text arrives
    Done,
    Stopped,
    Failed,
};
Q_ENUM_NS(TurnState)

/// What to do when a conversation no longer fits into the model's context. The system prompt always stays.
enum class OverflowPolicy {
    Ask,        ///< announce it and send nothing until the user has chosen
    DropOldest, ///< leave the oldest whole turns out of the prompt (they stay in the conversation)
};
Q_ENUM_NS(OverflowPolicy)

/// Whether a model can run here.
enum class FitLevel { Unknown, Fits, Slow, WontFit };
Q_ENUM_NS(FitLevel)

/// How far a conversation trusts what does not stand in its documents.
enum class DocumentMode {
    First, ///< documents first; the model may add what it knows
    Only,  ///< an answer comes from the documents or not at all
};
Q_ENUM_NS(DocumentMode)

/// What an answer was given of its conversation's documents.
enum class Material {
    None,     ///< the conversation was about none
    Nothing,  ///< nothing in them answers the question
    Passages, ///< the citations, out of more
    Whole,    ///< every word of them
    Index,    ///< the list of files and what the index knows of them; no model was asked
};
Q_ENUM_NS(Material)

/// Whether the documents bear a sentence out.
enum class SentenceVerdict {
    Unchecked, ///< it claims nothing that could be looked up
    Supported,
    NotFound, ///< to be marked: not found in the documents
};
Q_ENUM_NS(SentenceVerdict)

/// Kinds of documents that people tell apart.
enum class DocumentKind {
    Any,
    Pdf,
    Writing, ///< text documents and web pages
    Slides,
    Tables,
    Books,
    Mail,
    Code,
};
Q_ENUM_NS(DocumentKind)

/// How long ago a file was last changed, at most.
enum class DocumentAge { Any, Week, Month, Year };
Q_ENUM_NS(DocumentAge)

/// Where a model file comes from.
enum class ModelOrigin {
    Starter, ///< belongs to the installation; visible from every data folder, not removable
    Added,   ///< a file that the user pointed to; it stays where it is
};
Q_ENUM_NS(ModelOrigin)

/// What a model is made for.
enum class ModelUse {
    Chat,
    Embedding, ///< turns texts into vectors, for search by meaning
    Reranking, ///< tells how well a passage answers a question
    Adapter,   ///< changes a model; see AdapterCard
};
Q_ENUM_NS(ModelUse)

/// What came of checking a model's whole file.
enum class CheckResult {
    None,    ///< not checked
    Sound,   ///< its bytes are what its source says, or what they were at first; its numbers are numbers
    Changed, ///< its bytes are not what its source says or what they were
    Damaged, ///< it breaks the format, or its weights hold no numbers
};
Q_ENUM_NS(CheckResult)

/// State of the one loaded model.
enum class ModelPhase { None, Loading, Ready, Failed };
Q_ENUM_NS(ModelPhase)

/// How far looking into a model file has come.
enum class InspectionPhase { None, Reading, Ready, Failed };
Q_ENUM_NS(InspectionPhase)

/// What a part of a prompt is.
enum class PromptPartKind {
    Opening, ///< what the template says before the first message
    System,
    Earlier, ///< messages before the last few, together
    User,
    Assistant,
    Tool,
    Answer, ///< what opens the answer
};
Q_ENUM_NS(PromptPartKind)

/// How one side of a comparison stands. From Done on it is over.
enum class CompareState {
    Empty,   ///< nothing was asked yet
    Waiting, ///< its turn comes after the other side's
    Loading, ///< its model is being loaded
    Reading, ///< the prompt is being read
    Writing, ///< text arrives
    Done,
    Stopped,
    Failed,
};
Q_ENUM_NS(CompareState)

/// Colours of the window.
enum class Appearance { System, Light, Dark };
Q_ENUM_NS(Appearance)

/// How much of the machine reading documents may take.
enum class IndexingSpeed {
    Full,   ///< all cores but one, whenever no chat needs them
    Gentle, ///< one core, at most half of the time
};
Q_ENUM_NS(IndexingSpeed)

/// What reading documents is doing.
enum class IndexingPhase {
    Starting,   ///< collections are not known yet
    Idle,       ///< everything is read
    Working,    ///< files are looked for, read, embedded
    Paused,     ///< by the user
    ChatGoesOn, ///< an answer is being written; it goes on after that
    Halted,     ///< by a failure
};
Q_ENUM_NS(IndexingPhase)

/// How a collection's file stands.
enum class FileCondition {
    Found,       ///< its content was not looked at yet
    Waiting,     ///< to be read
    Reading,     ///< being read
    WordsOnly,   ///< read; found by its words, not yet by its meaning
    Ready,       ///< read whole
    Partial,     ///< some of its pages or parts have no text
    NoText,      ///< read, and there is no text in it
    Scanned,     ///< pictures of text
    Encrypted,   ///< a password is needed
    Unsupported, ///< a kind of file that is not read
    TooLarge,    ///< over a limit
    Malformed,   ///< damaged
    Failed,      ///< its reader died twice
    Stopped,     ///< the user left it out
    Offline,     ///< not there now; what was read of it stays
    Unreadable,  ///< it may not be read
};
Q_ENUM_NS(FileCondition)

/// What a failure offers as the next step. Words stand in Failure::actionLabel.
enum class FailureAction {
    None,
    Retry,            ///< run the same turn again
    ChooseModel,      ///< open the models room
    RunOnCpu,         ///< switch the device to the processor and run again
    ShortenContext,   ///< load the model with a smaller context
    LongerContext,    ///< load the model with a larger context
    DropOldestTurns,  ///< send again without the oldest turns
    FreeDiskSpace,    ///< make room, then try again
    OpenDataFolder,   ///< show the folder in the file manager
    ChooseDataFolder, ///< start with another data folder
    OpenSettings,
};
Q_ENUM_NS(FailureAction)

/// What kind of device this is, in the order of preference for running models.
enum class DeviceClass { DiscreteGpu, IntegratedGpu, VirtualGpu, Cpu, SoftwareGpu };
Q_ENUM_NS(DeviceClass)

/// What became of a document since an answer quoted it.
enum class SourceStanding {
    Looking,    ///< not known yet
    Fine,       ///< the file is what was read
    Changed,    ///< the file is another one now
    Gone,       ///< the file is not there any more
    Offline,    ///< its drive or folder is not there now
    Unreadable, ///< the file may not be read
    NotIndexed, ///< no collection holds the document any more
};
Q_ENUM_NS(SourceStanding)

/// Of a page's picture.
enum class PictureState {
    None,    ///< the format has no layout, or the file is not what was read
    Drawing, ///< a worker draws it
    Ready,
    Failed,
};
Q_ENUM_NS(PictureState)

/// A conversation of the open data folder. 0 is none.
struct ConversationId {
    Q_GADGET
    Q_PROPERTY(qint64 value MEMBER value)
    Q_PROPERTY(bool valid READ isValid)
public:
    qint64 value = 0;
    [[nodiscard]] bool isValid() const { return value > 0; }
    auto operator<=>(const ConversationId &) const = default;
    friend size_t qHash(ConversationId id, size_t seed = 0) noexcept { return ::qHash(id.value, seed); }
};

/// A message of the open data folder. 0 is none.
struct MessageId {
    Q_GADGET
    Q_PROPERTY(qint64 value MEMBER value)
    Q_PROPERTY(bool valid READ isValid)
public:
    qint64 value = 0;
    [[nodiscard]] bool isValid() const { return value > 0; }
    auto operator<=>(const MessageId &) const = default;
    friend size_t qHash(MessageId id, size_t seed = 0) noexcept { return ::qHash(id.value, seed); }
};

/// An assistant of the open data folder. 0 is none.
struct AssistantId {
    Q_GADGET
    Q_PROPERTY(qint64 value MEMBER value)
    Q_PROPERTY(bool valid READ isValid)
public:
    qint64 value = 0;
    [[nodiscard]] bool isValid() const { return value > 0; }
    auto operator<=>(const AssistantId &) const = default;
    friend size_t qHash(AssistantId id, size_t seed = 0) noexcept { return ::qHash(id.value, seed); }
};

/// A collection of the open data folder. 0 is none.
struct CollectionId {
    Q_GADGET
    Q_PROPERTY(qint64 value MEMBER value)
    Q_PROPERTY(bool valid READ isValid)
public:
    qint64 value = 0;
    [[nodiscard]] bool isValid() const { return value > 0; }
    auto operator<=>(const CollectionId &) const = default;
    friend size_t qHash(CollectionId id, size_t seed = 0) noexcept { return ::qHash(id.value, seed); }
};

/// One generation or measurement asked of an InferencePort; unique within one run of the program.
enum class GenerationId : quint64 {};
enum class MeasureId : quint64 {};

/// An adapter's file and how much of it counts.
struct AdapterChoice {
    QString path;
    float scale = 1.0F;
    bool operator==(const AdapterChoice &) const = default;
};

/// An adapter of an assistant.
struct AssistantAdapter {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(double scale MEMBER scale)
    Q_PROPERTY(bool enabled MEMBER enabled)
public:
    QString name;
    QString path;
    double scale = 1.0; ///< -2 … 2; 1: as it was trained
    bool enabled = true;
    bool operator==(const AssistantAdapter &) const = default;
};

/// An adapter that an answer was made with.
struct UsedAdapter {
    QString name;
    QString path;
    QString sha256; ///< hex, of the file
    float scale = 1.0F;
    bool operator==(const UsedAdapter &) const = default;
};

} // namespace app
