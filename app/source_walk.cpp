// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/source_walk.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <unordered_set>
#include <utility>

namespace app {

namespace fs = std::filesystem;

namespace {

bool isHidden(const fs::path &path)
{
    return path.filename().native().starts_with('.');
}

/// Where files are no documents, and reading some of them never ends.
bool isOfTheSystem(const fs::path &path)
{
    constexpr std::string_view folders[] = {"/dev", "/proc", "/run", "/sys"};
    return std::ranges::find(folders, std::string_view(path.native())) != std::end(folders);
}

/// Whether a folder's entries can be listed and looked at.
bool mayBeRead(const fs::path &folder)
{
    return ::access(folder.c_str(), R_OK | X_OK) == 0;
}

/// False when it ended before the folder did.
bool walkFolder(const fs::path &root, WalkResult &result, const std::stop_token &stop)
{
    result.folders.push_back(root.native());
    std::error_code error;
    fs::recursive_directory_iterator entry(root, fs::directory_options::skip_permission_denied, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (stop.stop_requested())
            return true;
        std::error_code ignored;
        if (isHidden(entry->path()) || isOfTheSystem(entry->path())) {
            entry.disable_recursion_pending();
        } else if (!entry->is_symlink(ignored)) {
            if (entry->is_directory(ignored)) {
                const bool readable = mayBeRead(entry->path());
                (readable ? result.folders : result.unreadable).push_back(entry->path().native());
                if (!readable)
                    entry.disable_recursion_pending();
            } else if (auto file = fileAt(entry->path().native())) {
                result.files.push_back(std::move(*file));
            }
        }
    }
    return !error;
}

} // namespace

std::optional<FoundFile> fileAt(const std::string &path)
{
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
        return std::nullopt;
    return FoundFile{path, status.st_size, status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec};
}

bool liesIn(std::string_view path, std::string_view source)
{
    while (source.size() > 1 && source.ends_with('/'))
        source.remove_suffix(1);
    return path.starts_with(source) && (path.size() == source.size() || path[source.size()] == '/' || source == "/");
}

WalkResult walkSources(const std::vector<std::string> &sources, const std::stop_token &stop)
{
    WalkResult result;
    for (const std::string &source : sources) {
        std::error_code error;
        SourceReport report{source, SourceState::There};
        if (auto file = fileAt(source))
            result.files.push_back(std::move(*file));
        else if (!fs::is_directory(source, error))
            report.state = SourceState::Absent;
        else if (!mayBeRead(source))
            report.state = SourceState::Unreadable;
        else if (!walkFolder(source, result, stop))
            report.state = SourceState::Absent;
        result.sources.push_back(std::move(report));
        if (stop.stop_requested())
            break;
    }
    // One source may lie in another.
    std::unordered_set<std::string_view> seen;
    const auto again = std::ranges::stable_partition(
        result.files, [&](const FoundFile &file) { return seen.insert(file.path).second; });
    result.files.erase(again.begin(), again.end());
    return result;
}

} // namespace app
