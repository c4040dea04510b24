// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/files/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>

namespace storage::files {

namespace {

Error systemFailure(ErrorCode code, const std::filesystem::path &path)
{
    return Error{code, path.filename().string() + ": " + std::generic_category().message(errno)};
}

ErrorCode openErrorCode()
{
    switch (errno) {
    case ENOSPC:
    case EDQUOT:
        return ErrorCode::DiskFull;
    case EROFS:
        return ErrorCode::ReadOnly;
    default:
        return ErrorCode::FileUnreadable;
    }
}

} // namespace

FileLock::~FileLock()
{
    if (m_descriptor >= 0) {
        close(m_descriptor);
    }
}

Result<FileLock> FileLock::acquire(const std::filesystem::path &path)
{
    FileLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (lock.m_descriptor < 0) {
        return std::unexpected(systemFailure(openErrorCode(), path));
    }
    if (flock(lock.m_descriptor, LOCK_EX | LOCK_NB) != 0) {
        return std::unexpected(systemFailure(errno == EWOULDBLOCK ? ErrorCode::Busy : ErrorCode::FileUnreadable, path));
    }
    // The number is a courtesy to the reader; on a full disk the lock holds without it.
    const std::string id = std::to_string(getpid()) + "\n";
    if (ftruncate(lock.m_descriptor, 0) == 0) {
        (void)!pwrite(lock.m_descriptor, id.data(), id.size(), 0);
    }
    return lock;
}

Result<FileLock> FileLock::acquireShared(const std::filesystem::path &path)
{
    FileLock lock(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (lock.m_descriptor >= 0 && flock(lock.m_descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return std::unexpected(systemFailure(ErrorCode::Busy, path));
    }
    return lock;
}

std::int64_t FileLock::holder(const std::filesystem::path &path)
{
    const FileLock file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    std::array<char, 32> text{};
    const ssize_t size = file.m_descriptor < 0 ? 0 : pread(file.m_descriptor, text.data(), text.size(), 0);
    std::int64_t id = 0;
    if (size > 0) {
        std::from_chars(text.data(), text.data() + size, id);
    }
    return id > 0 ? id : 0;
}

} // namespace storage::files
