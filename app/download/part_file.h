// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A file that grows beside its final name, and gets that name only when it is whole.
#pragma once

#include "app/platform/descriptor.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>

namespace app::download {

/// Why the file system did not do what it was asked.
struct FileFault {
    enum class Kind {
        BadName,  ///< not a plain name
        NoFolder, ///< the folder does not exist and cannot be made, or may not be written
        InUse,    ///< another download writes this file
        Exists,   ///< a file has the final name already
        NoSpace,  ///< not enough room on the disk
        TooLarge, ///< the file system takes no file of this size
        Failed,   ///< the disk
    };
    Kind kind = Kind::Failed;
    int error = 0;               ///< errno
    std::uint64_t freeBytes = 0; ///< of NoSpace
    std::uint64_t neededBytes = 0;
};

template <class T>
using FileResult = std::expected<T, FileFault>;

/// NAME.part in a folder, locked against every other writer. Any thread, one at a time; calls may wait for the disk.
class PartFile {
public:
    /// Opens or makes it, with the folder. `name`: see isPlainFileName().
    static FileResult<PartFile> open(const std::filesystem::path &folder, const std::string &name);

    /// Bytes that lie in it now, of its size as a file.
    FileResult<std::uint64_t> size() const;
    /// Makes it `bytes` long and takes the room on the disk, after a look whether there is enough. What it held before
    /// up to there stays.
    FileResult<void> reserve(std::uint64_t bytes);
    /// Empties it.
    FileResult<void> clear();
    FileResult<void> write(std::uint64_t at, std::span<const std::byte> bytes);
    /// Exactly that many bytes; fewer are a fault.
    FileResult<void> read(std::uint64_t at, std::span<std::byte> bytes) const;
    /// Gives it its final name: on the disk before, and never over another file. Afterwards only path() is of use.
    FileResult<void> publish();
    /// Deletes it.
    void remove();

    /// Where it lies: the part until publish(), then the file.
    [[nodiscard]] std::filesystem::path path() const;

private:
    PartFile(platform::Descriptor folder, platform::Descriptor file, std::filesystem::path path, std::string name)
        : m_folder(std::move(folder))
        , m_file(std::move(file))
        , m_path(std::move(path))
        , m_name(std::move(name))
    {
    }
    [[nodiscard]] std::string partName() const { return m_name + ".part"; }

    platform::Descriptor m_folder; ///< names are looked up in it alone, wherever it is moved
    platform::Descriptor m_file;
    std::filesystem::path m_path; ///< of the folder
    std::string m_name;
    bool m_published = false;
};

} // namespace app::download
