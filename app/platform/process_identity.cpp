// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/process_identity.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

namespace app::platform {

namespace {

std::string contentOf(const std::string &path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Field 22 of proc_pid_stat(5), counted after the name, which may itself hold spaces and brackets.
std::string startTime(const std::string &stat)
{
    const std::size_t afterName = stat.rfind(')');
    if (afterName == std::string::npos)
        return {};
    std::istringstream fields(stat.substr(afterName + 1));
    std::string field;
    for (int number = 3; number <= 22; ++number) {
        if (!(fields >> field))
            return {};
        // A zombie has ended.
        if (number == 3 && (field == "Z" || field == "X"))
            return {};
    }
    return field;
}

std::string thisBoot()
{
    std::string boot = contentOf("/proc/sys/kernel/random/boot_id");
    while (boot.ends_with('\n'))
        boot.pop_back();
    return boot;
}

} // namespace

std::string processIdentity(pid_t process)
{
    const std::string number = std::to_string(process);
    const std::string start = startTime(contentOf("/proc/" + number + "/stat"));
    return start.empty() ? std::string() : number + ' ' + start + ' ' + thisBoot();
}

bool isOfThisBoot(const std::string &identity)
{
    const std::string boot = thisBoot();
    return !boot.empty() && identity.ends_with(' ' + boot);
}

bool isRunning(const std::string &identity)
{
    pid_t process = -1;
    const auto [end, error] = std::from_chars(identity.data(), identity.data() + identity.size(), process);
    return error == std::errc() && process > 0 && processIdentity(process) == identity;
}

} // namespace app::platform
