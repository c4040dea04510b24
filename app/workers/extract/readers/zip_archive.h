// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// ZIP archives, read in memory. Names of entries are keys and never become paths.
#pragma once

#include "app/workers/extract/readers/byte_source.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct zip;

namespace app::extraction {

/// Limits hold while bytes come out, whatever the archive says of itself: entries, unpacked bytes (of the whole
/// extraction's budget), and the ratio of what an entry unpacks to.
class ZipArchive {
public:
    /// The bytes and the context must outlive the archive. Malformed: no directory, or a name twice in it. TooLarge:
    /// more entries than the budget has.
    static Result<ZipArchive> open(Bytes file, const Context &context);

    /// Whether `name` is there; a part of an office file is found whatever its case, as their writers demand.
    [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }

    /// The entry's bytes as they are inflated. Encrypted: the entry is; Malformed: it is not there or has an unknown
    /// compression. The source must not outlive the archive.
    [[nodiscard]] Result<std::unique_ptr<ByteSource>> stream(std::string_view name) const;

    /// The whole entry. TooLarge: over `most` bytes.
    [[nodiscard]] Result<std::string> read(std::string_view name, std::size_t most) const;

    [[nodiscard]] const std::vector<std::string> &names() const { return m_names; }

private:
    struct Closer {
        void operator()(zip *archive) const;
    };

    ZipArchive() = default;
    [[nodiscard]] const std::uint64_t *find(std::string_view name) const;

    std::unique_ptr<zip, Closer> m_zip;
    const Context *m_context = nullptr;
    std::vector<std::string> m_names;
    std::unordered_map<std::string, std::uint64_t> m_exact;
    std::unordered_map<std::string, std::uint64_t> m_folded;
};

} // namespace app::extraction
