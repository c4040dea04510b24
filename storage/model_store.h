// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

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
    /// a removed one is present again.
    Result<Model> put(const Model &model);
    Result<void> touch(ModelId id); ///< used now
    /// Keeps the row for the answers it gave, marked removed. The file is the caller's business.
    Result<void> remove(ModelId id);

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
    Database &m_database;
};

} // namespace storage
