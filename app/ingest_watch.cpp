// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ingest_watch.h"

#include "app/platform/folder_watch.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace app {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

IngestWatch::IngestWatch(const WatchOptions &options, std::function<void(const std::string &uuid)> changed)
    : m_options(options)
    , m_changed(std::move(changed))
{
    if (auto watch = platform::FolderWatch::create(options.folders))
        m_watch = std::move(*watch);
    if (m_watch)
        m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

IngestWatch::~IngestWatch()
{
    m_thread.request_stop();
    if (m_watch)
        m_watch->wake();
}

void IngestWatch::watch(const std::string &uuid, WatchedPlaces places)
{
    {
        const std::scoped_lock lock(m_mutex);
        const auto known = m_places.find(uuid);
        if (known != m_places.end() && known->second == places)
            return;
        m_places[uuid] = std::move(places);
        m_new.insert(uuid);
    }
    if (m_watch)
        m_watch->wake();
}

void IngestWatch::forget(const std::string &uuid)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_places.erase(uuid);
        m_new.erase(uuid);
        m_dropped = true;
    }
    if (m_watch)
        m_watch->wake();
}

void IngestWatch::run(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        watchAgain();
        for (const auto &[folder, name] : m_watch->wait(untilNext())) {
            const auto interest = m_interests.find(folder);
            if (interest == m_interests.end())
                continue;
            // Hidden entries are never read, and programs write their temporary files so.
            if (!name.starts_with('.'))
                note(interest->second.whole);
            for (const auto &[wanted, uuids] : interest->second.names) {
                if (name.empty() || name == wanted)
                    note(uuids);
            }
        }
        if (!stop.stop_requested())
            tellWhatSettled();
    }
}

void IngestWatch::note(const std::set<std::string> &uuids)
{
    const auto now = Clock::now();
    for (const std::string &uuid : uuids)
        m_pending.try_emplace(uuid, Pending{now, now}).first->second.last = now;
}

void IngestWatch::watchAgain()
{
    std::map<std::string, WatchedPlaces> places;
    std::set<std::string> anew;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_new.empty() && !m_dropped)
            return;
        anew = std::exchange(m_new, {});
        m_dropped = false;
        places = m_places;
    }
    m_interests.clear();
    const auto next = Clock::now() + m_options.rescan;
    std::erase_if(m_unwatched, [&](const auto &one) { return !places.contains(one.first); });
    std::erase_if(m_pending, [&](const auto &one) { return !places.contains(one.first); });
    for (const auto &[uuid, wanted] : places) {
        if (watchFor(uuid, wanted))
            m_unwatched.erase(uuid);
        else
            m_unwatched.try_emplace(uuid, next);
    }
    std::set<std::string> folders;
    for (const auto &[folder, interest] : m_interests)
        folders.insert(folder);
    m_watch->keepOnly(folders);
    // What changed since the scan, and before anybody watched.
    note(anew);
}

bool IngestWatch::watchFor(const std::string &uuid, const WatchedPlaces &places)
{
    bool all = true;
    for (const std::string &folder : places.folders) {
        all = m_watch->add(folder) && all;
        m_interests[folder].whole.insert(uuid);
    }
    for (const std::string &file : places.files)
        all = watchEntry(uuid, file) && all;
    return all;
}

bool IngestWatch::watchEntry(const std::string &uuid, const std::string &path)
{
    // What is missing comes back below the nearest folder that is there: a drive below where drives are.
    fs::path entry(path);
    std::error_code error;
    while (entry.has_relative_path() && !fs::is_directory(entry.parent_path(), error))
        entry = entry.parent_path();
    const std::string folder = entry.parent_path().native();
    if (folder.empty() || !m_watch->add(folder))
        return false;
    m_interests[folder].names[entry.filename().native()].insert(uuid);
    return true;
}

std::optional<milliseconds> IngestWatch::untilNext() const
{
    std::optional<Clock::time_point> next;
    const auto consider = [&](Clock::time_point time) { next = next ? std::min(*next, time) : time; };
    for (const auto &[uuid, pending] : m_pending)
        consider(std::min(pending.last + m_options.settle, pending.first + m_options.patience));
    for (const auto &[uuid, time] : m_unwatched)
        consider(time);
    if (!next)
        return std::nullopt;
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(*next - Clock::now()));
}

void IngestWatch::tellWhatSettled()
{
    const auto now = Clock::now();
    std::set<std::string> told;
    std::erase_if(m_pending, [&](const auto &one) {
        const auto &[uuid, pending] = one;
        const bool settled = now >= pending.last + m_options.settle || now >= pending.first + m_options.patience;
        if (settled)
            told.insert(uuid);
        return settled;
    });
    for (auto &[uuid, time] : m_unwatched) {
        if (now < time)
            continue;
        told.insert(uuid);
        time = now + m_options.rescan;
    }
    std::ranges::for_each(told, m_changed);
}

} // namespace app
