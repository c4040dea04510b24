// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Hears what changes in folders (inotify): entries that come, go or are closed after writing.
#pragma once

#include "app/platform/descriptor.h"

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace app::platform {

/// Not what lies in folders below. wake() from any thread, everything else from one.
class FolderWatch {
public:
    /// At most `most` folders are watched. Or the system's error number.
    static std::expected<std::unique_ptr<FolderWatch>, int> create(std::size_t most);

    struct Change {
        std::string folder; ///< as it was added
        std::string name;   ///< of the entry; empty: the folder itself, or the system lost count
        bool operator==(const Change &) const = default;
    };

    /// Again for a folder that is watched changes nothing. False: there are `most`, the system allows no more, or it is
    /// no folder that may be read.
    bool add(const std::string &folder);
    /// Forgets all others.
    void keepOnly(const std::set<std::string> &folders);
    [[nodiscard]] std::size_t size() const { return m_folders.size(); }

    /// Waits for changes: those that are there together. Nothing after `limit` or wake().
    std::vector<Change> wait(std::optional<std::chrono::milliseconds> limit);
    /// Ends a wait, or the next one.
    void wake();

private:
    FolderWatch(Descriptor inotify, Descriptor bell, std::size_t most);
    std::vector<Change> readChanges();

    Descriptor m_inotify;
    Descriptor m_bell;
    std::size_t m_most;
    /// By watch. Several names may lead to one folder.
    std::unordered_map<int, std::vector<std::string>> m_folders;
};

} // namespace app::platform
