// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which files are in the files and folders that a collection names.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace app {

struct FoundFile {
    std::string path; ///< the file system's bytes
    std::int64_t sizeBytes = 0;
    std::int64_t modifiedNs = 0;
};

/// Of a regular file; nothing for everything else.
std::optional<FoundFile> fileAt(const std::string &path);

/// How a source was met.
enum class SourceState {
    There,
    Absent,     ///< neither file nor folder: its drive may be gone
    Unreadable, ///< a folder that may not be read
};

struct SourceReport {
    std::string path;
    SourceState state = SourceState::There;
    bool operator==(const SourceReport &) const = default;
};

struct WalkResult {
    std::vector<FoundFile> files;     ///< each path once
    std::vector<std::string> folders; ///< that were looked into
    std::vector<SourceReport> sources;
    std::vector<std::string> unreadable; ///< folders below sources that may not be read
};

/// Looks through sources. Hidden files and folders are passed over, and those in which the system shows itself; links
/// inside a folder are not followed: they lead out of it, or in circles. What was found until then after `stop`.
/// Blocks.
WalkResult walkSources(const std::vector<std::string> &sources, const std::stop_token &stop);

/// Whether a path is a source or lies below it.
bool liesIn(std::string_view path, std::string_view source);

} // namespace app
