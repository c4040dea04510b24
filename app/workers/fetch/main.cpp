// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-fetch: the one program of Carrel that talks to servers. It sends what it is ordered to send, one request for
// one order, and nothing else: redirects, repetitions and names of files are the program's business. Bodies go into
// descriptor 3, a pipe; files it can neither make nor change. The jail is closed before the first order is read.
#include "app/download/fetch_protocol.h"
#include "app/platform/jail.h"
#include "app/workers/fetch/name_lookup.h"
#include "app/workers/fetch/transfer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace app::download;

constexpr int kBody = 3;

void say(const std::string &line)
{
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            ::_exit(0); // the program is gone
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
}

// Lines from standard input.
class Commands {
public:
    /// Reads once, which may wait. False at the end of the input, or when it is not of the protocol.
    bool read()
    {
        std::vector<char> bytes(kLongestLine);
        ssize_t size = 0;
        do {
            size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        } while (size < 0 && errno == EINTR);
        if (size <= 0)
            return false;
        m_text.append(bytes.data(), static_cast<std::size_t>(size));
        for (std::size_t end = 0; (end = m_text.find('\n')) != std::string::npos;) {
            auto command = parseCommand(std::string_view(m_text).substr(0, end));
            if (!command)
                return false;
            m_waiting.push_back(std::move(*command));
            m_text.erase(0, end + 1);
        }
        return m_text.size() <= kLongestLine;
    }

    /// The next; waits for it. Nothing when there is none any more.
    std::optional<Command> next()
    {
        while (m_waiting.empty()) {
            if (!read())
                return {};
        }
        Command command = std::move(m_waiting.front());
        m_waiting.pop_front();
        return command;
    }

    /// A limit of the speed that waits first in line.
    std::optional<std::uint64_t> takeSpeed()
    {
        if (m_waiting.empty() || !std::holds_alternative<std::uint64_t>(m_waiting.front()))
            return {};
        const auto speed = std::get<std::uint64_t>(m_waiting.front());
        m_waiting.pop_front();
        return speed;
    }

private:
    std::string m_text;
    std::deque<Command> m_waiting;
};

// What names, encryption and the C library read when they are first needed. Public on every system.
std::vector<std::string> readablePaths()
{
    std::vector<std::string> paths = {"/etc/ssl",
                                      "/etc/pki",
                                      "/etc/ca-certificates",
                                      "/usr/share/ca-certificates",
                                      "/usr/local/share/ca-certificates",
                                      "/usr/lib/ssl",
                                      "/etc/resolv.conf",
                                      "/run/systemd/resolve",
                                      "/run/NetworkManager",
                                      "/run/resolvconf",
                                      "/etc/nsswitch.conf",
                                      "/etc/hosts",
                                      "/etc/host.conf",
                                      "/etc/gai.conf",
                                      "/etc/services",
                                      "/etc/ld.so.cache",
                                      "/etc/localtime",
                                      "/usr/share/zoneinfo",
                                      "/lib",
                                      "/lib64",
                                      "/usr/lib",
                                      "/usr/lib64",
                                      "/dev/urandom"};
    if (const std::string certificates = Transfer::certificates(); !certificates.empty())
        paths.push_back(certificates);
    return paths;
}

int work()
{
    Commands commands;
    const auto first = commands.next();
    const auto *setup = first ? std::get_if<Setup>(&*first) : nullptr;
    struct stat status{};
    if (setup == nullptr || ::fstat(kBody, &status) != 0 || !S_ISFIFO(status.st_mode))
        return 2;
    Transfer transfer(*setup, kBody);
    if (!transfer.ready())
        return 1;
    loadNameServices();
    constexpr std::uint64_t kMemory = std::uint64_t{512} << 20U;
    constexpr std::uint64_t kProcessorTime = std::uint64_t{24} * 3600; // encryption of a terabyte
    const auto jail = app::platform::enterJail({.readable = readablePaths(),
                                                .memoryBytes = kMemory,
                                                .cpuSeconds = kProcessorTime,
                                                .network = app::platform::JailNetwork::Client});
    if (!jail) {
        std::fprintf(stderr, "carrel-fetch: no jail: %s: %s\n", jail.error().step, std::strerror(jail.error().error));
        return 1;
    }
    say(lineOf(Event(Hello{.landlock = jail->landlock})));
    while (const auto command = commands.next()) {
        if (std::holds_alternative<std::uint64_t>(*command))
            continue; // said when the order it was meant for had just ended
        const auto *order = std::get_if<Order>(&*command);
        if (order == nullptr)
            return 2;
        const auto listen = [&commands, &transfer] {
            if (!commands.read())
                return false;
            while (const auto speed = commands.takeSpeed())
                transfer.limit(*speed);
            return true;
        };
        transfer.carryOut(*order, [](const Event &event) { say(lineOf(event)); }, STDIN_FILENO, listen);
    }
    return 0;
}

} // namespace

int main()
{
    ::signal(SIGPIPE, SIG_IGN);
    int status = 1;
    try {
        status = work();
    } catch (const std::exception &) {
        status = 1;
    }
    // What the libraries would tidy up goes with the process.
    ::_exit(status);
}
