// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download/address.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace app::download {

namespace {

constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestName = 240; // 255 bytes with ".part" and some room

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isHostCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || isDigit(c) || c == '-' || c == '.';
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    for (char &c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

std::optional<std::uint16_t> portFrom(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || port == 0)
        return {};
    return port;
}

struct Authority {
    std::string host;
    std::uint16_t port = 0;
};

std::optional<Authority> authorityFrom(std::string_view text, std::uint16_t usualPort)
{
    Authority authority{.port = usualPort};
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos || end < 3)
            return {};
        authority.host = lowered(text.substr(1, end - 1));
        const bool isAddress = std::ranges::all_of(
            authority.host, [](char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.'; });
        if (!isAddress)
            return {};
        port = text.substr(end + 1);
        if (!port.empty() && !port.starts_with(':'))
            return {};
        port = port.substr(port.empty() ? 0 : 1);
        if (port.empty() && end + 1 != text.size())
            return {};
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        authority.host = lowered(text.substr(0, colon));
        if (!std::ranges::all_of(authority.host, isHostCharacter) || authority.host.starts_with('.') ||
            authority.host.starts_with('-') || authority.host.find("..") != std::string::npos)
            return {};
        if (colon < text.size()) {
            port = text.substr(colon + 1);
            if (port.empty())
                return {};
        }
    }
    if (authority.host.empty() || authority.host.size() > kLongestHost)
        return {};
    if (!port.empty()) {
        const auto number = portFrom(port);
        if (!number)
            return {};
        authority.port = *number;
    }
    return authority;
}

bool isLoopback(std::string_view host)
{
    return host == "127.0.0.1" || host == "localhost" || host == "::1";
}

int hexValue(char c)
{
    if (isDigit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

// Nothing when an escape is broken.
std::optional<std::string> unescaped(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        if (i + 2 >= text.size())
            return {};
        const int high = hexValue(text[i + 1]);
        const int low = hexValue(text[i + 2]);
        if (high < 0 || low < 0)
            return {};
        plain += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return plain;
}

} // namespace

std::optional<Address> parseAddress(std::string_view text, Reach reach)
{
    if (text.size() > kLongestAddress)
        return {};
    const bool plain = std::ranges::all_of(
        text, [](char c) { return c > ' ' && c < 0x7f && c != '\\' && c != '#' && c != '"' && c != '<' && c != '>'; });
    const std::size_t colon = text.find("://");
    if (!plain || colon == std::string_view::npos)
        return {};
    Address address{.scheme = lowered(text.substr(0, colon))};
    if (address.scheme != "https" && (address.scheme != "http" || reach != Reach::Loopback))
        return {};
    std::string_view rest = text.substr(colon + 3);
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, end);
    // A user in front of the host makes people take one host for another.
    if (authority.find('@') != std::string_view::npos)
        return {};
    const auto parts = authorityFrom(authority, address.secure() ? 443 : 80);
    if (!parts || (!address.secure() && !isLoopback(parts->host)))
        return {};
    address.host = parts->host;
    address.port = parts->port;
    rest.remove_prefix(end);
    address.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
    return address;
}

bool mayFollow(const Address &from, const Address &to)
{
    return to.secure() || !from.secure();
}

bool isPlainFileName(std::string_view name)
{
    constexpr std::string_view kForbidden = "/\\:*?\"<>|";
    if (name.empty() || name.size() > kLongestName || name.front() == '.' || name.front() == '-' ||
        name.front() == ' ' || name.back() == '.' || name.back() == ' ')
        return false;
    return std::ranges::none_of(name, [kForbidden](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte >= 0x7f || kForbidden.find(c) != std::string_view::npos;
    });
}

std::optional<std::string> fileNameOf(const Address &address)
{
    const std::string_view path = std::string_view(address.target).substr(0, address.target.find('?'));
    auto name = unescaped(path.substr(path.rfind('/') + 1));
    if (!name || !isPlainFileName(*name))
        return {};
    return name;
}

std::optional<ProxyPoint> parseProxy(std::string_view text)
{
    struct Scheme {
        std::string_view name;
        std::uint16_t port;
    };
    constexpr std::array<Scheme, 4> kSchemes = {{{"http", 1080}, {"https", 443}, {"socks5", 1080}, {"socks5h", 1080}}};
    constexpr std::size_t kLongestProxy = 1024;
    const std::size_t colon = text.find("://");
    if (text.size() > kLongestProxy || colon == std::string_view::npos ||
        !std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '\\'; }))
        return {};
    const auto scheme = std::ranges::find(kSchemes, std::string_view(lowered(text.substr(0, colon))), &Scheme::name);
    if (scheme == kSchemes.end())
        return {};
    std::string_view rest = text.substr(colon + 3);
    if (rest.find('@') != std::string_view::npos)
        return {};
    if (rest.ends_with('/'))
        rest.remove_suffix(1);
    auto authority = authorityFrom(rest, scheme->port);
    if (!authority)
        return {};
    return ProxyPoint{
        .host = std::move(authority->host), .port = authority->port, .namesStayHere = scheme->name == "socks5"};
}

} // namespace app::download
