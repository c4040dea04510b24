// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library_watch.h"

#include "app/platform/folder_watch.h"

#include <string_view>
#include <utility>

namespace app {

namespace {

constexpr std::size_t kMostFolders = 1024;

/// A folder that came or went may hold models; of files only models count.
bool concernsModels(std::string_view name)
{
    return name.ends_with(".gguf") || name.find('.') == std::string_view::npos;
}

} // namespace

LibraryWatch::LibraryWatch(std::chrono::milliseconds settle, std::function<void()> changed)
    : m_settle(settle)
    , m_changed(std::move(changed))
{
    if (auto watch = platform::FolderWatch::create(kMostFolders))
        m_watch = std::move(*watch);
    if (m_watch)
        m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

LibraryWatch::~LibraryWatch()
{
    m_thread.request_stop();
    if (m_watch)
        m_watch->wake();
}

void LibraryWatch::watch(std::set<std::string> folders, std::optional<std::chrono::milliseconds> lookAgain)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_folders = std::move(folders);
        m_lookAgain = lookAgain;
    }
    if (m_watch)
        m_watch->wake();
}

void LibraryWatch::run(const std::stop_token &stop)
{
    using Clock = std::chrono::steady_clock;
    bool pending = false;
    Clock::time_point looked = Clock::now();
    while (!stop.stop_requested()) {
        std::optional<std::chrono::milliseconds> lookAgain;
        std::optional<std::set<std::string>> folders;
        {
            const std::scoped_lock lock(m_mutex);
            folders = std::exchange(m_folders, std::nullopt);
            lookAgain = m_lookAgain;
        }
        if (folders) {
            m_watch->keepOnly(*folders);
            for (const std::string &folder : *folders)
                m_watch->add(folder);
        }
        bool heard = false;
        for (const auto &change : m_watch->wait(pending ? std::optional(m_settle) : lookAgain))
            heard = heard || change.name.empty() || concernsModels(change.name);
        if (stop.stop_requested())
            return;
        pending = pending || heard;
        const bool due = lookAgain && Clock::now() - looked >= *lookAgain;
        if ((pending && !heard) || (!pending && due)) {
            pending = false;
            looked = Clock::now();
            m_changed();
        }
    }
}

} // namespace app
