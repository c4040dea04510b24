// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace app {

namespace platform {
class FolderWatch;
}

/// How folders are watched.
struct WatchOptions {
    std::size_t folders = 4096; ///< watched at most, of all collections; the system's own bound is often 8192
    std::chrono::milliseconds settle{2000};     ///< a collection is told when its folders were quiet for so long,
    std::chrono::milliseconds patience{20'000}; ///< or this long after the first change
    std::chrono::milliseconds rescan{600'000};  ///< how often one is told that cannot be watched whole
};

/// What a collection's scan met, to be watched.
struct WatchedPlaces {
    std::vector<std::string> folders; ///< every change in them counts
    std::vector<std::string> files;   ///< these alone count; a missing one counts when it comes
    bool operator==(const WatchedPlaces &) const = default;
};

/// Tells which collections have changed on the disk, on a thread of its own that sleeps while nothing happens. All
/// calls from any thread.
class IngestWatch {
public:
    /// `changed(uuid)` is called on the watching thread.
    IngestWatch(const WatchOptions &options, std::function<void(const std::string &uuid)> changed);
    ~IngestWatch();
    IngestWatch(const IngestWatch &) = delete;
    IngestWatch &operator=(const IngestWatch &) = delete;

    /// Replaces what is watched for a collection; nothing ends it.
    void watch(const std::string &uuid, WatchedPlaces places);
    void forget(const std::string &uuid);

private:
    using Clock = std::chrono::steady_clock;
    struct Interest {
        std::set<std::string> whole;                        ///< collections that want every change
        std::map<std::string, std::set<std::string>> names; ///< name of an entry -> collections
    };
    struct Pending {
        Clock::time_point first;
        Clock::time_point last;
    };

    void run(const std::stop_token &stop);
    void watchAgain();
    void note(const std::set<std::string> &uuids);
    bool watchFor(const std::string &uuid, const WatchedPlaces &places);
    bool watchEntry(const std::string &uuid, const std::string &path);
    [[nodiscard]] std::optional<std::chrono::milliseconds> untilNext() const;
    void tellWhatSettled();

    WatchOptions m_options;
    std::function<void(const std::string &)> m_changed;
    std::unique_ptr<platform::FolderWatch> m_watch; ///< null: this system cannot; collections are told now and then
    std::mutex m_mutex;
    std::map<std::string, WatchedPlaces> m_places; ///< guarded by m_mutex
    std::set<std::string> m_new;                   ///< collections with other places than before; likewise
    bool m_dropped = false;                        ///< likewise
    // Touched on the thread alone.
    std::map<std::string, Interest> m_interests; ///< by folder
    std::map<std::string, Pending> m_pending;
    std::map<std::string, Clock::time_point> m_unwatched; ///< when these are told next
    std::jthread m_thread;
};

} // namespace app
