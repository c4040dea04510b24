// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/mapped_file.h"

#include "inference/model/checked.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace inference {

namespace {

std::string systemMessage(int error)
{
    return std::generic_category().message(error);
}

} // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path &path)
{
    // O_NONBLOCK: opening a FIFO must not wait for a writer. It means nothing for a regular file.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return failure(ErrorCode::FileUnreadable, "open: " + systemMessage(errno));
    }
    MappedFile file(descriptor, {});
    struct stat info{};
    if (::fstat(descriptor, &info) != 0) {
        return failure(ErrorCode::FileUnreadable, "stat: " + systemMessage(errno));
    }
    if (!S_ISREG(info.st_mode)) {
        return failure(ErrorCode::FileUnreadable, "not a regular file");
    }
    if (info.st_size == 0) {
        return failure(ErrorCode::FileTruncated, "the file is empty");
    }
    const auto size = static_cast<std::size_t>(info.st_size);
    void *address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (address == MAP_FAILED) {
        return failure(ErrorCode::FileUnreadable, "map: " + systemMessage(errno));
    }
    file.m_bytes = {static_cast<const std::byte *>(address), size};
    return file;
}

MappedFile::MappedFile(MappedFile &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_bytes(std::exchange(other.m_bytes, {}))
{
}

MappedFile &MappedFile::operator=(MappedFile &&other) noexcept
{
    if (this != &other) {
        release();
        m_descriptor = std::exchange(other.m_descriptor, -1);
        m_bytes = std::exchange(other.m_bytes, {});
    }
    return *this;
}

MappedFile::~MappedFile()
{
    release();
}

void MappedFile::release() noexcept
{
    if (!m_bytes.empty()) {
        ::munmap(const_cast<std::byte *>(m_bytes.data()), m_bytes.size());
    }
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

void MappedFile::dropPages(std::span<const std::byte> part) const
{
    const auto base = reinterpret_cast<std::uintptr_t>(m_bytes.data());
    const auto begin = reinterpret_cast<std::uintptr_t>(part.data());
    if (part.empty() || begin < base || !liesInside(begin - base, part.size(), m_bytes.size())) {
        return;
    }
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const std::uintptr_t first = (begin + page - 1) / page * page;
    const std::uintptr_t last = (begin + part.size()) / page * page;
    if (first < last) {
        ::madvise(reinterpret_cast<void *>(first), last - first, MADV_DONTNEED);
    }
}

Result<void> MappedFile::checkSize() const
{
    struct stat info{};
    if (::fstat(m_descriptor, &info) != 0) {
        return failure(ErrorCode::FileUnreadable, "stat: " + systemMessage(errno));
    }
    if (static_cast<std::uint64_t>(info.st_size) < m_bytes.size()) {
        return failure(ErrorCode::FileTruncated, "the file has become shorter since it was opened");
    }
    return {};
}

} // namespace inference
