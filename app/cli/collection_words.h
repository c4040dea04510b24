// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files of collections in words and as --json shows them.
#pragma once

#include "app/cli/service_session.h"
#include "app/index_thread.h"
#include "storage/collection_store.h"

#include <QJsonObject>
#include <QString>

namespace app::cli {

/// "ready", "partial", "waiting" …: a file's state as `collection status` shows it. `withVectors`: an embedder is
/// installed, so that a file is ready only when it has its vectors.
QString fileState(const storage::FileStatus &status, bool withVectors);

/// Opens the data folder and its index of documents, and waits for both.
std::expected<void, Failure> openDocuments(ServiceSession &session);

/// Runs a function on the index's thread and waits for its result.
template <class Function>
auto onIndex(ServiceSession &session, Function function)
    -> std::expected<typename std::invoke_result_t<Function, IndexStores &>::value_type, Failure>
{
    using Answer = std::invoke_result_t<Function, IndexStores &>;
    std::optional<Answer> answer;
    session.loop([&](QEventLoop &events) {
        session.services().index().run(std::move(function)).then(&events, [&](const Answer &result) {
            answer = result;
            events.quit();
        });
    });
    if (!answer)
        return std::unexpected(failureFromCode(QStringLiteral("inference.cancelled"), {}));
    if (!*answer)
        return std::unexpected(failureFrom(answer->error(), session.services().dataFolder()));
    if constexpr (std::is_void_v<typename Answer::value_type>)
        return {};
    else
        return std::move(**answer);
}

/// How the files of collections were read.
struct ReadReport {
    bool byMeaning = false; ///< an embedding model is installed
};

/// Looks through a collection, and reads and embeds everything of all collections that is not done yet; blocks in an
/// event loop until it is done, or Ctrl+C. `onRead` is called on a worker thread for each document that was read.
std::expected<ReadReport, Failure> readCollection(ServiceSession &session, const Program &program,
                                                  const storage::Collection &collection,
                                                  const std::function<void(const storage::FileStatus &)> &onRead = {});

/// The collection with that name; code "app.unknown_collection" when there is none.
std::expected<storage::Collection, Failure> collectionNamed(ServiceSession &session, const std::string &name);

} // namespace app::cli
