// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

/// The models on this computer, and the cards of removed ones that gave answers.
///
/// Belongs to the thread of its Database, which must outlive it. Each call is one transaction.
class ModelStore {
public:
    explicit ModelStore(Database &database);

    /// Those on this computer, last used first; with `WithRemoved` the others after them.
    enum class Which { Present, WithRemoved };
    Result<std::vector<Model>> list(Which which = Which::Present);
    Result<Model> get(ModelId id);
    /// The model at a path, whether removed or not.
    Result<Model> findByPath(std::string_view path);
    Result<Model> findBySha256(std::string_view sha256);

    /// Adds a model, or writes what is known now about the one at the same path. `id` and `addedMs` are ignored;
    /// a removed one is present again, unless the library's list took it off.
    Result<Model> put(const Model &model);
    Result<void> touch(ModelId id); ///< used now
    /// Keeps the row for the answers it gave, marked removed. The file is the caller's business.
    Result<void> remove(ModelId id);

    /// All there is to know for a list of models.
    struct Library {
        std::vector<Model> models; ///< all rows, removed ones too
        std::vector<ModelSpeed> speeds;
        std::vector<AdapterFit> fits;
        std::vector<std::string> folders; ///< that are watched, in the order in which they were added
    };
    Result<Library> library();
    /// Writes everything but `addedMs` and `lastUsedMs` of rows, known by their id, or new ones by their path; all or
    /// none. A row without a hash keeps the one that is known of the same state of the file. A row that moves to the
    /// path of another takes that one's references over, and the other is gone. Gives the rows as they are stored.
    Result<std::vector<Model>> keep(std::span<const Model> rows);
    /// Adds an answer's tokens and times to what is known of the model on that device.
    Result<void> addSpeed(const ModelSpeed &answer);
    /// Replaces what is known of an adapter.
    Result<void> setFits(ModelId adapter, std::span<const AdapterFit> fits);
    /// Replaces the folders that are watched.
    Result<void> setFolders(std::span<const std::string> folders);

    /// The state of a model file that gave answers.
    struct FileState {
        std::string path = {};
        std::int64_t sizeBytes = 0;
        TimestampMs modifiedMs = 0;
        friend bool operator==(const FileState &, const FileState &) = default;
    };
    /// Files whose hash was not known when they answered (the program ended first), each once.
    Result<std::vector<FileState>> answersWithoutHash();
    /// Writes the hash of a file into the records of the answers it gave in just this state.
    Result<void> nameAnswers(const FileState &file, std::string_view sha256);

private:
    Result<void> write(const Model &row);
    Result<void> absorb(ModelId from, ModelId into);

    Database &m_database;
};

} // namespace storage
