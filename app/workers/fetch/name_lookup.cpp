// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/fetch/name_lookup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <memory>

namespace app::download {

namespace {

struct ListDeleter {
    void operator()(addrinfo *list) const { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, ListDeleter>;

bool isAddress(const std::string &host)
{
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

std::string written(const addrinfo &entry)
{
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(entry.ai_addr, entry.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        return {};
    return entry.ai_family == AF_INET6 ? "[" + std::string(text.data()) + "]" : std::string(text.data());
}

} // namespace

std::expected<std::string, std::string> lookUp(const std::string &host, std::uint16_t port)
{
    if (isAddress(host))
        return std::string();
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_family = AF_UNSPEC;
    addrinfo *found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
    const AddressList list(found);
    if (error != 0)
        return std::unexpected(std::string(::gai_strerror(error)));
    std::string entry = host + ":" + std::to_string(port) + ":";
    bool any = false;
    for (const addrinfo *one = list.get(); one != nullptr; one = one->ai_next) {
        const std::string address = written(*one);
        if (address.empty())
            continue;
        entry += any ? "," + address : address;
        any = true;
    }
    if (!any)
        return std::unexpected("no address");
    return entry;
}

void loadNameServices()
{
    (void)lookUp("localhost", 1);
}

} // namespace app::download
