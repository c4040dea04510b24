// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

namespace app {

namespace platform {
class FolderWatch;
}

/// Tells when something changed in the folders of models, on a thread of its own that sleeps while nothing happens.
class LibraryWatch {
public:
    /// `changed` is called on the watching thread, once things have been quiet for `settle`.
    LibraryWatch(std::chrono::milliseconds settle, std::function<void()> changed);
    ~LibraryWatch();
    LibraryWatch(const LibraryWatch &) = delete;
    LibraryWatch &operator=(const LibraryWatch &) = delete;

    /// Replaces what is watched. `lookAgain`: also tell that often, for drives that may come back.
    void watch(std::set<std::string> folders, std::optional<std::chrono::milliseconds> lookAgain);

private:
    void run(const std::stop_token &stop);

    std::chrono::milliseconds m_settle;
    std::function<void()> m_changed;
    std::unique_ptr<platform::FolderWatch> m_watch; ///< null: this system cannot
    std::mutex m_mutex;
    std::optional<std::set<std::string>> m_folders;       ///< to be watched from now on; guarded by m_mutex
    std::optional<std::chrono::milliseconds> m_lookAgain; ///< likewise
    std::jthread m_thread;
};

} // namespace app
