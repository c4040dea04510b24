// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/host_memory.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace inference::runtime {

namespace {

std::string readAll(const char *path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::optional<std::uint64_t> firstNumber(std::string_view text)
{
    const std::size_t at = text.find_first_of("0123456789");
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(text.data() + at, text.data() + text.size(), value);
    return parsed.ec == std::errc() ? std::optional(value) : std::nullopt;
}

std::uint64_t kibibytesAfter(std::string_view text, std::string_view key)
{
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) {
        return 0;
    }
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    return firstNumber(line.substr(key.size())).value_or(0) * 1024;
}

} // namespace

HostMemory parseMemInfo(std::string_view text)
{
    return {kibibytesAfter(text, "MemTotal:"), kibibytesAfter(text, "MemAvailable:")};
}

HostMemory hostMemory()
{
    HostMemory memory = parseMemInfo(readAll("/proc/meminfo"));
    // A container's limit (cgroup v2) counts too; "max" has no digits.
    const auto limit = firstNumber(readAll("/sys/fs/cgroup/memory.max"));
    const auto used = firstNumber(readAll("/sys/fs/cgroup/memory.current"));
    if (limit && used) {
        memory.totalBytes = std::min(memory.totalBytes, *limit);
        memory.availableBytes = std::min(memory.availableBytes, *limit - std::min(*limit, *used));
    }
    return memory;
}

} // namespace inference::runtime
