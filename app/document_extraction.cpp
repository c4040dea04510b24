// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document_extraction.h"

#include "app/platform/broken_pipe.h"
#include "app/recognition_languages.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace app {

namespace {

using extraction::AnswerDecoder;
using Clock = std::chrono::steady_clock;
using Kind = ExtractionFailure::Kind;

constexpr std::chrono::milliseconds kLookUp{50}; // how soon a stop is seen
constexpr std::chrono::milliseconds kExitTime{5000};

QString words(const char *text)
{
    return QCoreApplication::translate("DocumentExtraction", text);
}

// Bounded: a request is shorter than a pipe is deep.
bool writeRequest(int pipe, std::span<const std::byte> frame)
{
    const platform::WithoutBrokenPipe guard;
    ssize_t written = 0;
    do {
        written = ::write(pipe, frame.data(), frame.size());
    } while (written < 0 && errno == EINTR);
    return written == static_cast<ssize_t>(frame.size());
}

/// Whether something is there to be read, or the pipe has ended.
bool hasWord(int pipe)
{
    pollfd ready{.fd = pipe, .events = POLLIN, .revents = 0};
    return ::poll(&ready, 1, 0) > 0;
}

std::string describe(const std::optional<platform::ExitStatus> &status)
{
    if (!status)
        return "the worker ended";
    return (status->bySignal ? "the worker was ended by signal " : "the worker ended with status ") +
           std::to_string(status->value);
}

struct KindWords {
    Kind kind;
    const char *code;
    const char *title;
    const char *explanation;
};

constexpr KindWords kKinds[] = {
    {Kind::Unreadable, "extraction.unreadable",
     QT_TRANSLATE_NOOP("DocumentExtraction", "The document cannot be opened"),
     QT_TRANSLATE_NOOP(
         "DocumentExtraction",
         "%1 does not exist, is no file, or may not be read by you. Check where it is and its permissions.")},
    {Kind::NotStarted, "extraction.not_started",
     QT_TRANSLATE_NOOP("DocumentExtraction", "Documents cannot be read here"),
     QT_TRANSLATE_NOOP("DocumentExtraction",
                       "The program that reads %1 and other documents did not start. Install Carrel again.")},
    {Kind::Crashed, "extraction.crashed", QT_TRANSLATE_NOOP("DocumentExtraction", "The reader crashed"),
     QT_TRANSLATE_NOOP(
         "DocumentExtraction",
         "Reading %1 ended the program that reads documents; nothing else was harmed. The file may be damaged "
         "or made to do this. Try another copy of it.")},
    {Kind::TimedOut, "extraction.timed_out",
     QT_TRANSLATE_NOOP("DocumentExtraction", "The reader did not come to an end"),
     QT_TRANSLATE_NOOP("DocumentExtraction",
                       "Reading %1 took too long and was ended. The file may be damaged. Try another "
                       "copy of it, or a part of it.")},
    {Kind::Nonsense, "extraction.nonsense", QT_TRANSLATE_NOOP("DocumentExtraction", "The reader gave no sound answer"),
     QT_TRANSLATE_NOOP(
         "DocumentExtraction",
         "What came back from reading %1 was not what a reader says, so it was thrown away. The file may be "
         "made to do this. Try another copy of it.")},
    {Kind::Cancelled, "extraction.cancelled", QT_TRANSLATE_NOOP("DocumentExtraction", "Stopped"),
     QT_TRANSLATE_NOOP("DocumentExtraction", "Reading %1 was stopped before it was done.")},
};

} // namespace

std::expected<DocumentExtraction, ExtractionFailure>
DocumentExtraction::open(platform::Broker &broker, const QString &path, const ExtractionTimes &times)
{
    return open(broker, QFile::encodeName(path).toStdString(), times);
}

std::expected<DocumentExtraction, ExtractionFailure>
DocumentExtraction::open(platform::Broker &broker, const std::string &path, const ExtractionTimes &times)
{
    // A pipe without a writer would wait for ever.
    platform::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file)
        return std::unexpected(ExtractionFailure{Kind::Unreadable, std::strerror(errno)});
    struct stat status{};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return std::unexpected(ExtractionFailure{Kind::Unreadable, "not a regular file"});
    auto worker = broker.startWorker(platform::WorkerKind::Extract, std::move(file));
    if (!worker)
        return std::unexpected(
            ExtractionFailure{Kind::NotStarted, "broker error " + std::to_string(static_cast<int>(worker.error()))});
    // The name itself is nobody's business.
    const std::string name = "." + QFileInfo(QFile::decodeName(path.c_str())).suffix().left(32).toStdString();
    return DocumentExtraction(std::move(*worker), name, times);
}

ExtractionFailure DocumentExtraction::end(Kind kind, std::string detail)
{
    m_worker.input.reset();
    m_worker.output.reset();
    if (kind == Kind::Crashed)
        detail = describe(platform::waitForExit(m_worker.lifetime, kExitTime));
    // Closing it kills what still runs.
    m_worker.lifetime.reset();
    return {.kind = kind, .detail = std::move(detail)};
}

std::expected<AnswerDecoder, ExtractionFailure> DocumentExtraction::ask(const extraction::Request &request,
                                                                        const std::stop_token &stop,
                                                                        const ProgressFunction &progress)
{
    if (!m_worker.input)
        return std::unexpected(ExtractionFailure{Kind::Crashed, "the worker has ended"});
    // What was said behind the last answer must not be taken for this one.
    if (m_hello && hasWord(m_worker.output.get())) {
        std::byte byte{};
        const bool said = ::read(m_worker.output.get(), &byte, 1) > 0;
        return std::unexpected(said ? end(Kind::Nonsense, "the worker spoke unasked") : end(Kind::Crashed, {}));
    }
    const extraction::Frame frame = encode(request);
    if (frame.size() > extraction::kMaxRequest || !writeRequest(m_worker.input.get(), frame))
        return std::unexpected(end(Kind::Crashed, {}));
    AnswerDecoder decoder(request, !m_hello);
    std::vector<std::byte> bytes(std::size_t{256} << 10U);
    extraction::Progress reported;
    const auto start = Clock::now();
    auto heard = start;
    while (decoder.status() == AnswerDecoder::Status::Going) {
        if (stop.stop_requested())
            return std::unexpected(end(Kind::Cancelled, {}));
        const auto now = Clock::now();
        if (now - heard > m_times.silence || now - start > m_times.total)
            return std::unexpected(end(Kind::TimedOut, "nothing came for too long"));
        pollfd ready{.fd = m_worker.output.get(), .events = POLLIN, .revents = 0};
        const int count = ::poll(&ready, 1, static_cast<int>(kLookUp.count()));
        if (count == 0 || (count < 0 && errno == EINTR))
            continue;
        const ssize_t size = ::read(m_worker.output.get(), bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return std::unexpected(end(Kind::Crashed, {}));
        heard = Clock::now();
        decoder.push(std::span(bytes).first(static_cast<std::size_t>(size)));
        if (progress && !(decoder.progress() == reported)) {
            reported = decoder.progress();
            progress(reported.done, reported.total);
        }
    }
    if (decoder.status() == AnswerDecoder::Status::Broken)
        return std::unexpected(end(Kind::Nonsense, std::string(decoder.reason())));
    if (decoder.hello())
        m_hello = decoder.hello();
    return decoder;
}

std::expected<extraction::Extraction, ExtractionFailure>
DocumentExtraction::text(extraction::Request request, const std::stop_token &stop, const ProgressFunction &progress)
{
    request.task = extraction::Task::Text;
    request.name = m_name;
    auto answer = ask(request, stop, progress);
    if (!answer)
        return std::unexpected(std::move(answer.error()));
    return answer->takeExtraction();
}

std::expected<extraction::Picture, ExtractionFailure> DocumentExtraction::picture(extraction::Request request,
                                                                                  const std::stop_token &stop)
{
    request.task = extraction::Task::Picture;
    request.name = m_name;
    auto answer = ask(request, stop, {});
    if (!answer)
        return std::unexpected(std::move(answer.error()));
    return answer->takePicture();
}

std::expected<extraction::Extraction, ExtractionFailure>
readDocument(platform::Broker *broker, const std::string &path, const std::stop_token &stop, const DocumentReading &how)
{
    if (broker == nullptr)
        return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::NotStarted, "there is no broker"});
    auto opened = DocumentExtraction::open(*broker, path);
    if (!opened)
        return std::unexpected(opened.error());
    static const std::string languages = recognitionLanguages();
    return opened->text({.password = how.password, .recognition = languages}, stop, how.progress);
}

ReadDocument documentReader(platform::Broker *broker)
{
    return [broker](const std::string &path, const std::stop_token &stop) { return readDocument(broker, path, stop); };
}

Failure failureFrom(const ExtractionFailure &failure, const QString &subject)
{
    for (const KindWords &row : kKinds) {
        if (row.kind == failure.kind)
            return {.code = QString::fromLatin1(row.code),
                    .title = words(row.title),
                    .explanation = words(row.explanation).arg(subject),
                    .details = QString::fromStdString(failure.detail)};
    }
    return {};
}

QString stateSentence(extraction::State state)
{
    using extraction::State;
    switch (state) {
    case State::Read:
        break;
    case State::Partial:
        return words(QT_TRANSLATE_NOOP("DocumentExtraction", "Some pages or parts have no text or could not be read."));
    case State::NoText:
        return words(QT_TRANSLATE_NOOP(
            "DocumentExtraction", "It is made of pictures. Install language data of Tesseract to have them read."));
    case State::Encrypted:
        return words(QT_TRANSLATE_NOOP("DocumentExtraction", "It is encrypted. Its password opens it."));
    case State::WrongPassword:
        return words(QT_TRANSLATE_NOOP("DocumentExtraction", "It is encrypted, and this password does not open it."));
    case State::Unsupported:
        return words(QT_TRANSLATE_NOOP("DocumentExtraction", "Carrel does not read this kind of file."));
    case State::Malformed:
        return words(QT_TRANSLATE_NOOP("DocumentExtraction", "It is damaged: nothing in it could be read."));
    case State::TooLarge:
        return words(QT_TRANSLATE_NOOP("DocumentExtraction", "It is over one of the limits of what is read."));
    }
    return {};
}

QString stateName(extraction::State state)
{
    constexpr std::array kNames = {"read",           "partial",     "no_text",   "encrypted",
                                   "wrong_password", "unsupported", "malformed", "too_large"};
    return QString::fromLatin1(kNames.at(static_cast<std::size_t>(state)));
}

QString formatName(extraction::Format format)
{
    constexpr std::array kNames = {"unknown", "pdf",  "docx",     "odt",  "pptx",   "odp", "xlsx", "ods",    "csv",
                                   "epub",    "html", "markdown", "text", "source", "rtf", "mail", "mailbox"};
    return QString::fromLatin1(kNames.at(static_cast<std::size_t>(format)));
}

} // namespace app
