// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Addresses that may be asked and names that may be given to files. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace app::download {

/// Who may be asked.
enum class Reach {
    Web,      ///< https alone: all that the product ever uses
    Loopback, ///< and plain http to this machine itself: for tests
};

/// An address in its parts; what is not one of ours gives none.
struct Address {
    std::string scheme; ///< "https" or "http"
    std::string host;   ///< lower case, as written; an IPv6 address without its brackets
    std::uint16_t port = 0;
    std::string target; ///< path and query, beginning with "/"
    [[nodiscard]] bool secure() const { return scheme == "https"; }
    bool operator==(const Address &) const = default;
};

/// Longest address that is used, in bytes.
inline constexpr std::size_t kLongestAddress = 8192;

/// Reads an address: printable ASCII without a user, a fragment or a backslash, with a scheme that `reach` allows. A
/// fragment is refused because no server ever sees one.
std::optional<Address> parseAddress(std::string_view text, Reach reach);

/// Whether a server's redirect may be followed: never from https to http.
bool mayFollow(const Address &from, const Address &to);

/// Whether a text may be the name of a file: one component, not hidden, no longer than what a file system keeps
/// together with ".part", without characters that a terminal, a shell or another system would understand as more.
bool isPlainFileName(std::string_view name);

/// The name that an address gives its file, when that is a plain one.
std::optional<std::string> fileNameOf(const Address &address);

/// Where a proxy is.
struct ProxyPoint {
    std::string host;
    std::uint16_t port = 0;
    bool namesStayHere = false; ///< the proxy is told addresses, so that names are looked up on this machine
    bool operator==(const ProxyPoint &) const = default;
};

/// Reads the address of a proxy: http, https, socks5 or socks5h, a host, and at most a port behind it. A user and a
/// password in front of the host are refused: they would lie in a file of settings for everybody to read.
std::optional<ProxyPoint> parseProxy(std::string_view text);

} // namespace app::download
