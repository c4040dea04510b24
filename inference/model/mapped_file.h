// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace inference {

/// A regular file mapped read-only. Owns the mapping and keeps the descriptor open, so that the file can be asked for
/// its size again. Move-only; const members may be called from several threads.
class MappedFile {
public:
    /// FileUnreadable when the file cannot be opened or mapped or is no regular file; FileTruncated when it is empty.
    static Result<MappedFile> open(const std::filesystem::path &path);

    MappedFile(MappedFile &&other) noexcept;
    MappedFile &operator=(MappedFile &&other) noexcept;
    ~MappedFile();

    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }
    /// Lets the system take back the whole pages inside `part` (a part of bytes()); they are read again when touched.
    void dropPages(std::span<const std::byte> part) const;
    /// FileTruncated when the file has become shorter than the mapping: touching its end would raise SIGBUS.
    [[nodiscard]] Result<void> checkSize() const;

private:
    MappedFile(int descriptor, std::span<const std::byte> bytes)
        : m_descriptor(descriptor)
        , m_bytes(bytes)
    {
    }
    void release() noexcept;

    int m_descriptor = -1;
    std::span<const std::byte> m_bytes;
};

} // namespace inference
