// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/topology.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>
#include <thread>
#include <vector>

#include <sched.h>

namespace inference::backend::cpu {

namespace {

std::string firstLine(const std::string &path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// Numbers of a kernel list such as "0-3,8".
std::set<int> parseList(std::string_view list)
{
    std::set<int> result;
    while (!list.empty()) {
        const std::string_view item = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), item.size() + 1));
        int first = 0;
        const auto parsed = std::from_chars(item.data(), item.data() + item.size(), first);
        if (parsed.ec != std::errc()) {
            break;
        }
        int last = first;
        if (parsed.ptr != item.data() + item.size() && *parsed.ptr == '-') {
            std::from_chars(parsed.ptr + 1, item.data() + item.size(), last);
        }
        constexpr int kMostCpus = 8192;
        for (int cpu = first; cpu <= std::min(last, kMostCpus); ++cpu) {
            result.insert(cpu);
        }
    }
    return result;
}

std::vector<int> allowedCpus()
{
    std::vector<int> cpus;
    cpu_set_t mask;
    CPU_ZERO(&mask);
    if (sched_getaffinity(0, sizeof mask, &mask) == 0) {
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
            if (CPU_ISSET(static_cast<std::size_t>(cpu), &mask)) {
                cpus.push_back(cpu);
            }
        }
    }
    return cpus;
}

} // namespace

std::uint32_t performanceCores()
{
    const std::vector<int> allowed = allowedCpus();
    // Intel hybrids list their fast cores here.
    const std::set<int> fast = parseList(firstLine("/sys/devices/cpu_core/cpus"));
    std::set<std::string> cores;
    std::set<std::string> fastCores;
    for (const int cpu : allowed) {
        const std::string siblings =
            firstLine("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
        const std::string core = siblings.empty() ? std::to_string(cpu) : siblings;
        cores.insert(core);
        if (fast.contains(cpu)) {
            fastCores.insert(core);
        }
    }
    const std::size_t count = fastCores.empty() ? cores.size() : fastCores.size();
    if (count == 0) {
        return std::max(1U, std::thread::hardware_concurrency());
    }
    return static_cast<std::uint32_t>(count);
}

std::string processorName()
{
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) {
            const std::size_t colon = line.find(": ");
            if (colon != std::string::npos) {
                return line.substr(colon + 2);
            }
        }
    }
    return "Processor";
}

SystemMemory systemMemory()
{
    SystemMemory memory;
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string key;
        std::uint64_t kilobytes = 0;
        words >> key >> kilobytes;
        if (key == "MemTotal:") {
            memory.total = kilobytes * 1024;
        } else if (key == "MemAvailable:") {
            memory.available = kilobytes * 1024;
        }
    }
    return memory;
}

} // namespace inference::backend::cpu
