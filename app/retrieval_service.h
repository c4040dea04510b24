// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a question and the documents it is about to what the model is given of them.
#pragma once

#include "app/database_thread.h"
#include "app/failure.h"
#include "app/text_embedder.h"
#include "app/text_reranker.h"
#include "storage/scope_survey.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

class IndexThread;

/// What is asked, and of which documents.
struct RetrievalRequest {
    std::string question;
    std::vector<std::string> collections;  ///< uuids, whole
    std::vector<storage::NamedFile> files; ///< single files besides
    std::int64_t wholeTokens = 0;          ///< documents of at most so many tokens are given whole
    std::size_t limit = 24;                ///< passages that are found otherwise
    std::string awaited = {};              ///< collection whose files the question cannot do without; empty: none
    std::int32_t awaitedFiles = 0;         ///< files and folders in it
};

/// A passage, or several that follow each other.
struct RetrievedPassage {
    std::string collectionUuid;
    std::string path; ///< of a file that holds it
    std::string documentSha256;
    std::string documentName; ///< the file's
    std::string heading;
    std::string text;
    std::int32_t section = 0;
    std::int32_t firstNumber = 0; ///< among the document's passages
    std::int32_t lastNumber = 0;
    std::int32_t firstPage = 0; ///< from 0
    std::int32_t lastPage = 0;
    std::string pageLabel;  ///< as people call the first page; empty: they do not count these pages
    std::int64_t begin = 0; ///< bytes of the document's text
    std::int64_t end = 0;
    std::int32_t tokens = 0; ///< as the index counts them
    std::int32_t lexicalRank = 0;
    std::int32_t denseRank = 0;
    double lexicalScore = 0;
    double similarity = 0;
    double score = 0;                 ///< 0: not found, stands beside one that was
    std::optional<float> rerankScore; ///< of a model that judged it again
    bool operator==(const RetrievedPassage &) const = default;
};

/// What there is for an answer.
struct Retrieved {
    std::vector<RetrievedPassage> hits;   ///< the best first
    std::vector<RetrievedPassage> beside; ///< stand next to hits, in no order
    bool whole = false;                   ///< the documents are small enough to be given whole
    std::vector<RetrievedPassage> all;    ///< then: every passage, in the order of their files' names
    std::int32_t documentsTotal = 0;      ///< files
    std::int32_t documentsSearched = 0;
    std::int32_t documentsWaiting = 0;
    std::int32_t awaited = 0; ///< files of the awaited collection that were not read yet
    bool wordsOnly = false;   ///< not searched by meaning
};

using RetrievalAnswer = std::expected<Retrieved, Failure>;

/// Which files are asked about.
struct ListRequest {
    std::vector<std::string> collections = {};  ///< uuids, whole
    std::vector<storage::NamedFile> files = {}; ///< single files besides
    std::string handedTo = {};                  ///< one of `collections`: that of the files handed over; empty: none
    std::int32_t handed = 0;                    ///< files and folders in it
};

/// What the index knows of them.
struct FileListing {
    std::vector<storage::FileStatus> files; ///< by collection, then by path
    std::int32_t unheard = 0;               ///< handed over a moment ago; the index has not heard of them
};

/// Searches on a thread of its own, with the embedder of all questions, which is loaded when it is first needed and let
/// go when it was not needed for a while. Requests are answered in turn. GUI thread.
class RetrievalService : public QObject {
    Q_OBJECT
public:
    /// What it works with; functions are called on the service's thread, and may block.
    struct Collaborators {
        IndexThread &index;
        std::function<void()> openIndex; ///< on the GUI thread, before the first request; may be empty
        /// Null: none is installed. A failure is told in the log, and passages are found by their words. `path`: as
        /// servingEmbedder() says.
        std::function<std::expected<std::unique_ptr<TextEmbedder>, Failure>(const QString &path)> loadEmbedder;
        std::function<std::expected<std::unique_ptr<TextReranker>, Failure>()> loadReranker; ///< likewise
        /// On the GUI thread: path of the model whose vectors serve; another one is loaded when it changes. May be
        /// empty, and say nothing.
        std::function<QString()> servingEmbedder = {};
        /// On the GUI thread: whether files are being read, so that waiting for noteProgress() has a point. Empty: no.
        std::function<bool()> isReading = {};
    };
    explicit RetrievalService(Collaborators collaborators, QObject *parent = nullptr);
    /// Waits for what is being searched.
    ~RetrievalService() override;

    /// Code "inference.cancelled" after `stop`.
    StoreAnswer<RetrievalAnswer> retrieve(const RetrievalRequest &request, const std::stop_token &stop);

    /// Searches nothing and needs no model. In turn with what is retrieved; code "inference.cancelled" after `stop`.
    StoreAnswer<std::expected<FileListing, Failure>> list(const ListRequest &request, const std::stop_token &stop);

    [[nodiscard]] bool isReading() const;
    /// Files were read, or will not be: progressed() says so to who waits for them.
    void noteProgress()
    {
        ++m_progress;
        Q_EMIT progressed();
    }
    /// How often; a search that began at another number may have missed something.
    [[nodiscard]] std::uint64_t progress() const { return m_progress; }

    /// Runs `work` in turn on the service's thread, with the embedder (null: none).
    template <std::invocable<TextEmbedder *> Work>
    auto withEmbedder(Work work) -> StoreAnswer<std::invoke_result_t<Work, TextEmbedder *>>
    {
        using Answer = std::invoke_result_t<Work, TextEmbedder *>;
        QPromise<Answer> promise;
        QFuture<Answer> future = promise.future();
        promise.start();
        post([this, task = std::move(work), done = std::move(promise)]() mutable {
            done.addResult(task(embedder()));
            done.finish();
        });
        return StoreAnswer<Answer>(std::move(future));
    }

Q_SIGNALS:
    void progressed();

private:
    void post(std::move_only_function<void()> work);
    // On the service's thread.
    void run(const std::stop_token &stop);
    TextEmbedder *embedder();
    void useEmbedder(const QString &path);
    TextReranker *reranker();
    RetrievalAnswer find(const RetrievalRequest &request, const std::stop_token &stop);
    std::expected<FileListing, Failure> filesOf(const ListRequest &request, const std::stop_token &stop);
    std::expected<void, Failure> search(const RetrievalRequest &request, const storage::ScopeSurvey &survey,
                                        Retrieved &found, const std::stop_token &stop);
    std::expected<void, Failure> takeAll(const storage::ScopeSurvey &survey, Retrieved &found,
                                         const std::stop_token &stop);

    struct State;
    std::unique_ptr<State> m_state;
    std::uint64_t m_progress = 0;
};

} // namespace app
