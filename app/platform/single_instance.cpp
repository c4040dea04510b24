// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/single_instance.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace app::platform {

namespace {

constexpr std::string_view kGreeting = "raise ";
constexpr std::size_t kMaxMessage = 512;

std::optional<sockaddr_un> addressOf(const std::string &path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return {};
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

// A program that hangs must not make another one hang.
void limitWaiting(int socket, long milliseconds)
{
    const timeval limit{.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

} // namespace

SingleInstance::~SingleInstance()
{
    if (m_listener)
        ::unlink(m_path.c_str());
}

bool SingleInstance::raiseOther(const std::string &token) const
{
    const auto address = addressOf(m_path);
    const Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (!address || !socket)
        return false;
    limitWaiting(socket.get(), 2000);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr *>(&*address), sizeof *address) != 0)
        return false;
    const std::string message = std::string(kGreeting) + token;
    char answer = 0;
    return ::send(socket.get(), message.data(), std::min(message.size(), kMaxMessage), MSG_NOSIGNAL) > 0 &&
           ::recv(socket.get(), &answer, 1, 0) == 1;
}

bool SingleInstance::listen()
{
    const auto address = addressOf(m_path);
    Descriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!address || !socket)
        return false;
    ::unlink(m_path.c_str());
    if (::bind(socket.get(), reinterpret_cast<const sockaddr *>(&*address), sizeof *address) != 0 ||
        ::listen(socket.get(), 4) != 0)
        return false;
    m_listener = std::move(socket);
    return true;
}

std::optional<std::string> SingleInstance::accept() const
{
    const Descriptor other(::accept4(m_listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ucred peer{};
    socklen_t size = sizeof peer;
    if (!other || ::getsockopt(other.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != ::getuid())
        return {};
    limitWaiting(other.get(), 100);
    std::array<char, kMaxMessage> bytes{};
    const ssize_t received = ::recv(other.get(), bytes.data(), bytes.size(), 0);
    const std::string_view message(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(received, 0)));
    if (!message.starts_with(kGreeting) || !std::ranges::all_of(message, [](char c) { return c >= ' ' && c <= '~'; }))
        return {};
    ::send(other.get(), "k", 1, MSG_NOSIGNAL);
    return std::string(message.substr(kGreeting.size()));
}

} // namespace app::platform
