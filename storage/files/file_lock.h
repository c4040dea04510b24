// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"

#include <cstdint>
#include <filesystem>
#include <utility>

namespace storage::files {

/// An exclusive lock on a file beside the database, held until destruction or the death of the process. Move-only.
/// The lock file stays: removing it would let two processes lock two files of the same name.
class FileLock {
public:
    FileLock() = default;
    FileLock(FileLock &&other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
    {
    }
    FileLock &operator=(FileLock &&other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    ~FileLock();

    /// Makes and locks `path`, and writes this process's id into it. Busy when another process holds it.
    static Result<FileLock> acquire(const std::filesystem::path &path);
    /// Locks `path` without writing, against writers alone. A missing or unreadable file is no obstacle: then there is
    /// no lock to hold. Busy when a writer holds it.
    static Result<FileLock> acquireShared(const std::filesystem::path &path);

    /// The process id in a lock file, 0 when there is none.
    static std::int64_t holder(const std::filesystem::path &path);

private:
    explicit FileLock(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    int m_descriptor = -1;
};

} // namespace storage::files
