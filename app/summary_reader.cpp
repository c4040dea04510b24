// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_reader.h"

#include "app/file_hash.h"
#include "app/passage_builder.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <unordered_set>
#include <utility>

namespace app {

namespace fs = std::filesystem;
using storage::DocumentState;

namespace {

QString words(const char *text)
{
    return QCoreApplication::translate("SummaryReader", text);
}

QString shown(const std::string &path)
{
    return QFile::decodeName(path.c_str());
}

class Reader {
public:
    Reader(const SummarySources &sources, const std::function<void(const QString &)> &onReading,
           const std::stop_token &stop)
        : m_sources(sources)
        , m_onReading(onReading)
        , m_stop(stop)
    {
    }

    std::expected<void, Failure> readPath(const std::string &path)
    {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            if (!fs::exists(path, error))
                return std::unexpected(failureFromCode(QStringLiteral("app.document_unreadable"), {}, shown(path)));
            return readFile(path);
        }
        std::vector<std::string> files;
        // Links inside a folder are not followed: they lead out of it, or in circles.
        fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, error);
        for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
            std::error_code ignored;
            if (entry->path().filename().native().starts_with('.'))
                entry.disable_recursion_pending();
            else if (!entry->is_symlink(ignored) && entry->is_regular_file(ignored))
                files.push_back(entry->path().native());
            if (m_stop.stop_requested())
                return std::unexpected(stopped());
        }
        std::ranges::sort(files);
        for (const std::string &file : files) {
            if (const auto read = readFile(file); !read)
                return read;
        }
        return {};
    }

    std::expected<void, Failure> readCollection(const std::string &uuid)
    {
        const auto files = m_sources.index->ask([&](IndexStores &stores) { return stores.documents.files(uuid); });
        if (!files)
            return std::unexpected(files.error());
        for (const storage::FileStatus &file : *files) {
            if (m_stop.stop_requested())
                return std::unexpected(stopped());
            if (!file.document.id.valid()) {
                unread(file.file.path, file.file.presence == storage::FilePresence::Unreadable
                                           ? words("You may not read it.")
                                           : unreadSentence(DocumentState::Waiting));
            } else if (const auto read = takeFromIndex(file.document, file.file.path); !read) {
                return read;
            }
        }
        return {};
    }

    std::expected<ReadDocuments, Failure> finish()
    {
        if (!m_result.documents.empty())
            return std::move(m_result);
        if (m_failure && m_result.unread.size() == 1)
            return std::unexpected(*m_failure);
        Failure failure = failureFromCode(QStringLiteral("app.no_text"), {});
        if (m_result.unread.size() == 1) {
            failure.explanation =
                QFileInfo(m_result.unread[0].document).fileName() + QStringLiteral(": ") + m_result.unread[0].reason;
        } else if (!m_result.unread.isEmpty()) {
            failure.explanation =
                words("None of the %1 files has any. The first is %2: %3")
                    .arg(QString::number(m_result.unread.size()), QFileInfo(m_result.unread[0].document).fileName(),
                         m_result.unread[0].reason);
        }
        return std::unexpected(failure);
    }

private:
    static Failure stopped() { return failureFromCode(QStringLiteral("inference.cancelled"), {}); }

    void unread(const std::string &path, const QString &reason)
    {
        m_result.unread.append({.document = shown(path), .reason = reason});
    }

    void take(SummaryDocument document)
    {
        if (!m_seen.insert(document.sha256).second)
            return;
        if (document.passages.empty()) {
            unread(document.path, unreadSentence(document.state));
            return;
        }
        if (!storage::isSearchable(document.state))
            unread(document.path, unreadSentence(document.state));
        m_result.documents.push_back(std::move(document));
    }

    std::expected<void, Failure> takeFromIndex(const storage::Document &document, const std::string &path)
    {
        // Before its final state a document's rows are not all there.
        if (document.state == DocumentState::Waiting || document.state == DocumentState::Reading ||
            document.passageCount == 0) {
            if (m_seen.insert(document.sha256).second)
                unread(path, unreadSentence(document.state));
            return {};
        }
        auto read =
            m_sources.index->ask([&](IndexStores &stores) { return summaryDocument(stores.texts, document, path); });
        if (!read)
            return std::unexpected(read.error());
        take(std::move(*read));
        return {};
    }

    std::expected<void, Failure> readFile(const std::string &path)
    {
        if (m_onReading)
            m_onReading(shown(path));
        const std::string hash = sha256OfFiles({path}, [this] { return m_stop.stop_requested(); });
        if (m_stop.stop_requested())
            return std::unexpected(stopped());
        if (hash.empty()) {
            unread(path, words("It cannot be read."));
            m_failure = failureFromCode(QStringLiteral("app.document_unreadable"), {}, shown(path));
            return {};
        }
        const auto known =
            m_sources.index->ask([&](IndexStores &stores) { return stores.documents.documentByHash(hash); });
        if (!known)
            return std::unexpected(known.error());
        if (*known && (*known)->readerVersion == kReaderVersion && (*known)->state != DocumentState::Waiting &&
            (*known)->state != DocumentState::Reading)
            return takeFromIndex(**known, path);

        auto extraction = m_sources.read(path, m_stop);
        if (!extraction) {
            if (extraction.error().kind == ExtractionFailure::Kind::Cancelled)
                return std::unexpected(stopped());
            m_failure = failureFrom(extraction.error(), QFileInfo(shown(path)).fileName());
            if (extraction.error().kind == ExtractionFailure::Kind::NotStarted)
                return std::unexpected(*m_failure);
            unread(path, m_failure->sentence());
            return {};
        }
        // Sizes of passages need only be about right: the model counts its own tokens.
        const CountTokens tokens = [](std::string_view text) {
            return static_cast<std::int32_t>(countWords(text) * 4 / 3);
        };
        take(
            summaryDocument(buildDocument(std::move(*extraction), fs::path(path).stem().native(), tokens), path, hash));
        return {};
    }

    const SummarySources &m_sources;
    const std::function<void(const QString &)> &m_onReading;
    const std::stop_token &m_stop;
    ReadDocuments m_result;
    std::unordered_set<std::string> m_seen; ///< contents
    std::optional<Failure> m_failure;       ///< of the last file that could not be read at all
};

} // namespace

std::expected<ReadDocuments, Failure> readForSummary(const SummaryRequest &request, const SummarySources &sources,
                                                     const std::function<void(const QString &path)> &onReading,
                                                     const std::stop_token &stop)
{
    Reader reader(sources, onReading, stop);
    for (const QString &path : request.paths) {
        if (const auto read = reader.readPath(QFile::encodeName(path).toStdString()); !read)
            return std::unexpected(read.error());
    }
    if (!request.collection.isEmpty()) {
        if (const auto read = reader.readCollection(request.collection.toStdString()); !read)
            return std::unexpected(read.error());
    }
    return reader.finish();
}

} // namespace app
