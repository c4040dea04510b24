// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download/part_file.h"

#include "app/download/address.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace app::download {

namespace {

using Kind = FileFault::Kind;

// What other programs and the databases need meanwhile.
constexpr std::uint64_t kLeftOver = std::uint64_t{64} << 20U;

Kind kindOf(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return Kind::NoSpace;
    case EFBIG:
        return Kind::TooLarge;
    default:
        return Kind::Failed;
    }
}

std::unexpected<FileFault> fault(int error)
{
    return std::unexpected(FileFault{.kind = kindOf(error), .error = error});
}

std::unexpected<FileFault> fault(Kind kind, int error = 0)
{
    return std::unexpected(FileFault{.kind = kind, .error = error});
}

bool lies(int folder, const std::string &name)
{
    struct stat status{};
    return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

} // namespace

FileResult<PartFile> PartFile::open(const std::filesystem::path &folder, const std::string &name)
{
    if (!isPlainFileName(name))
        return fault(Kind::BadName);
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    platform::Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened)
        return fault(Kind::NoFolder, errno);
    if (lies(opened.get(), name))
        return fault(Kind::Exists);
    // A link in its place would make us write elsewhere.
    const std::string part = name + ".part";
    platform::Descriptor file(
        ::openat(opened.get(), part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    struct stat status{};
    if (!file)
        return errno == ENOSPC ? fault(errno) : fault(Kind::NoFolder, errno);
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1)
        return fault(Kind::Failed, EINVAL);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
        return fault(errno == EWOULDBLOCK ? Kind::InUse : Kind::Failed, errno);
    // Whoever held the lock may have given the file its final name, or deleted it, in between.
    struct stat named{};
    if (::fstatat(opened.get(), part.c_str(), &named, AT_SYMLINK_NOFOLLOW) != 0 || named.st_ino != status.st_ino ||
        named.st_dev != status.st_dev)
        return fault(Kind::InUse);
    return PartFile(std::move(opened), std::move(file), folder, name);
}

FileResult<std::uint64_t> PartFile::size() const
{
    struct stat status{};
    if (::fstat(m_file.get(), &status) != 0)
        return fault(errno);
    return static_cast<std::uint64_t>(status.st_size);
}

FileResult<void> PartFile::reserve(std::uint64_t bytes)
{
    struct stat status{};
    struct statvfs disk{};
    if (::fstat(m_file.get(), &status) != 0 || ::fstatvfs(m_file.get(), &disk) != 0)
        return fault(errno);
    constexpr std::uint64_t kSector = 512;
    const std::uint64_t taken = static_cast<std::uint64_t>(status.st_blocks) * kSector;
    const std::uint64_t needed = bytes > taken ? bytes - taken : 0;
    const std::uint64_t free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
    if (needed > 0 && (free < kLeftOver || free - kLeftOver < needed))
        return std::unexpected(
            FileFault{.kind = Kind::NoSpace, .error = ENOSPC, .freeBytes = free, .neededBytes = needed});
    const auto length = static_cast<off_t>(bytes);
    if (status.st_size > length && ::ftruncate(m_file.get(), length) != 0)
        return fault(errno);
    const int error = bytes > 0 ? ::posix_fallocate(m_file.get(), 0, length) : 0;
    // Some file systems (over a network) cannot; then the room is taken as it is written.
    if (error == EOPNOTSUPP || error == EINVAL)
        return ::ftruncate(m_file.get(), length) == 0 ? FileResult<void>{} : fault(errno);
    if (error != 0)
        return std::unexpected(
            FileFault{.kind = kindOf(error), .error = error, .freeBytes = free, .neededBytes = needed});
    return {};
}

FileResult<void> PartFile::clear()
{
    if (::ftruncate(m_file.get(), 0) != 0)
        return fault(errno);
    return {};
}

FileResult<void> PartFile::write(std::uint64_t at, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(m_file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return fault(written < 0 ? errno : EIO);
        at += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

FileResult<void> PartFile::read(std::uint64_t at, std::span<std::byte> bytes) const
{
    while (!bytes.empty()) {
        const ssize_t count = ::pread(m_file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return fault(count < 0 ? errno : ENODATA);
        at += static_cast<std::uint64_t>(count);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
}

FileResult<void> PartFile::publish()
{
    if (::fsync(m_file.get()) != 0)
        return fault(errno);
    int done = ::renameat2(m_folder.get(), partName().c_str(), m_folder.get(), m_name.c_str(), RENAME_NOREPLACE);
    // File systems without it: a second name is never made over another file either.
    if (done != 0 && errno == EINVAL) {
        done = ::linkat(m_folder.get(), partName().c_str(), m_folder.get(), m_name.c_str(), 0);
        if (done == 0)
            ::unlinkat(m_folder.get(), partName().c_str(), 0);
    }
    if (done != 0)
        return fault(errno == EEXIST ? Kind::Exists : kindOf(errno), errno);
    m_published = true;
    if (::fsync(m_folder.get()) != 0)
        return fault(errno);
    return {};
}

void PartFile::remove()
{
    if (!m_published)
        ::unlinkat(m_folder.get(), partName().c_str(), 0);
}

std::filesystem::path PartFile::path() const
{
    return m_path / (m_published ? m_name : partName());
}

} // namespace app::download
