// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/folder_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <utility>

namespace app::platform {

namespace {

constexpr std::uint32_t kHeard =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

} // namespace

FolderWatch::FolderWatch(Descriptor inotify, Descriptor bell, std::size_t most)
    : m_inotify(std::move(inotify))
    , m_bell(std::move(bell))
    , m_most(most)
{
}

std::expected<std::unique_ptr<FolderWatch>, int> FolderWatch::create(std::size_t most)
{
    Descriptor inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify)
        return std::unexpected(errno);
    Descriptor bell(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!bell)
        return std::unexpected(errno);
    return std::unique_ptr<FolderWatch>(new FolderWatch(std::move(inotify), std::move(bell), most));
}

bool FolderWatch::add(const std::string &folder)
{
    // Asked before the bound is: a folder that is watched already has its watch given back.
    const int watch = ::inotify_add_watch(m_inotify.get(), folder.c_str(), kHeard | IN_ONLYDIR);
    if (watch < 0)
        return false;
    if (!m_folders.contains(watch) && m_folders.size() >= m_most) {
        ::inotify_rm_watch(m_inotify.get(), watch);
        return false;
    }
    std::vector<std::string> &names = m_folders[watch];
    if (std::ranges::find(names, folder) == names.end())
        names.push_back(folder);
    return true;
}

void FolderWatch::keepOnly(const std::set<std::string> &folders)
{
    std::erase_if(m_folders, [&](auto &one) {
        std::erase_if(one.second, [&](const std::string &name) { return !folders.contains(name); });
        if (one.second.empty())
            ::inotify_rm_watch(m_inotify.get(), one.first);
        return one.second.empty();
    });
}

std::vector<FolderWatch::Change> FolderWatch::wait(std::optional<std::chrono::milliseconds> limit)
{
    std::array<pollfd, 2> ready{pollfd{.fd = m_inotify.get(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = m_bell.get(), .events = POLLIN, .revents = 0}};
    const auto milliseconds = limit ? std::clamp<std::int64_t>(limit->count(), 0, INT_MAX) : -1;
    if (::poll(ready.data(), ready.size(), static_cast<int>(milliseconds)) <= 0)
        return {};
    std::uint64_t rung = 0;
    (void)!::read(m_bell.get(), &rung, sizeof rung);
    return readChanges();
}

std::vector<FolderWatch::Change> FolderWatch::readChanges()
{
    std::vector<Change> changes;
    alignas(inotify_event) std::array<char, 16384> bytes{};
    ssize_t size = 0;
    while ((size = ::read(m_inotify.get(), bytes.data(), bytes.size())) > 0) {
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(size);) {
            inotify_event event{};
            std::memcpy(&event, &bytes[at], sizeof event);
            // Its own length ends the name, or zeros that fill it up.
            const char *name = &bytes[at + sizeof event];
            if ((event.mask & IN_Q_OVERFLOW) != 0) {
                for (const auto &[watch, names] : m_folders)
                    std::ranges::for_each(names, [&](const std::string &folder) { changes.push_back({folder, {}}); });
            } else if (const auto known = m_folders.find(event.wd); known != m_folders.end()) {
                for (const std::string &folder : known->second)
                    changes.push_back({folder, std::string(name, ::strnlen(name, event.len))});
                if ((event.mask & IN_IGNORED) != 0)
                    m_folders.erase(known);
            }
            at += sizeof event + event.len;
        }
    }
    return changes;
}

void FolderWatch::wake()
{
    const std::uint64_t one = 1;
    (void)!::write(m_bell.get(), &one, sizeof one);
}

} // namespace app::platform
