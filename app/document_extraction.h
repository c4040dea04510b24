// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program's side of carrel-extract: one worker for one document.
#pragma once

#include "app/extraction/extraction_protocol.h"
#include "app/failure.h"
#include "app/platform/broker.h"

#include <QString>

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace app {

/// Why there is no answer. What the document itself is (encrypted, broken, too large) is an answer: extraction::State.
struct ExtractionFailure {
    enum class Kind {
        Unreadable, ///< the file does not exist, may not be read, or is none
        NotStarted, ///< there is no worker
        Crashed,    ///< the worker ended: a death to be counted
        TimedOut,   ///< nothing came for too long, and the worker was killed: likewise a death
        Nonsense,   ///< the answer breaks the protocol: likewise
        Cancelled,
    };
    Kind kind = Kind::Crashed;
    std::string detail; ///< technical; never text of the document
    bool operator==(const ExtractionFailure &) const = default;
};

struct ExtractionTimes {
    std::chrono::milliseconds silence{60'000}; ///< longest wait for the next byte; progress counts
    std::chrono::milliseconds total{6LL * 3'600'000};
};

/// A document that a worker holds. Calls block for as long as reading takes, so never from the GUI thread; otherwise
/// from any thread, one at a time. The worker ends with this object.
class DocumentExtraction {
public:
    using ProgressFunction = std::function<void(std::uint32_t done, std::uint32_t total)>;

    /// Opens the file and starts a worker for it. Nothing is read yet.
    static std::expected<DocumentExtraction, ExtractionFailure> open(platform::Broker &broker, const QString &path,
                                                                     const ExtractionTimes &times = {});
    /// The same of a path in the file system's bytes, which need not be text.
    static std::expected<DocumentExtraction, ExtractionFailure> open(platform::Broker &broker, const std::string &path,
                                                                     const ExtractionTimes &times = {});

    /// All text. `request.task` and `request.name` are set here. After a failure this object answers no more.
    std::expected<extraction::Extraction, ExtractionFailure>
    text(extraction::Request request, const std::stop_token &stop = {}, const ProgressFunction &progress = {});
    /// One page as it looks; page, scale and maxPixels as the request has them.
    std::expected<extraction::Picture, ExtractionFailure> picture(extraction::Request request,
                                                                  const std::stop_token &stop = {});

    /// How the worker is held; known after the first answer.
    [[nodiscard]] const std::optional<extraction::Hello> &hello() const { return m_hello; }

private:
    DocumentExtraction(platform::Worker worker, std::string name, const ExtractionTimes &times)
        : m_worker(std::move(worker))
        , m_name(std::move(name))
        , m_times(times)
    {
    }
    std::expected<extraction::AnswerDecoder, ExtractionFailure>
    ask(const extraction::Request &request, const std::stop_token &stop, const ProgressFunction &progress);
    ExtractionFailure end(ExtractionFailure::Kind kind, std::string detail);

    platform::Worker m_worker;
    std::string m_name; ///< of the file: its extension is a hint
    ExtractionTimes m_times;
    std::optional<extraction::Hello> m_hello;
};

/// What else matters when a document is read.
struct DocumentReading {
    std::optional<std::string> password;                     ///< of an encrypted one
    DocumentExtraction::ProgressFunction progress = nullptr; ///< may be empty
};

/// Reads the text of the document at `path` (the file system's bytes) by a worker of its own; pages that are pictures
/// in the languages of this system. Blocks. Without a broker: NotStarted.
std::expected<extraction::Extraction, ExtractionFailure> readDocument(platform::Broker *broker, const std::string &path,
                                                                      const std::stop_token &stop,
                                                                      const DocumentReading &how = {});

/// Reads the text of the document at a path (the file system's bytes); blocks.
using ReadDocument = std::function<std::expected<extraction::Extraction, ExtractionFailure>(const std::string &,
                                                                                            const std::stop_token &)>;
/// readDocument() by `broker`, which is borrowed.
ReadDocument documentReader(platform::Broker *broker);

/// In people's words. `subject`: the file's name.
Failure failureFrom(const ExtractionFailure &failure, const QString &subject);

/// What a state means for the reader of a list of files, one sentence; empty for Read.
QString stateSentence(extraction::State state);
/// "read", "no_text", …: stable, for JSON and the database.
QString stateName(extraction::State state);
/// "pdf", "docx", …: stable.
QString formatName(extraction::Format format);

} // namespace app
