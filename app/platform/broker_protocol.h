// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What passes between a program and its broker: one packet per message, each with its length in front. Both sides read
// the other's packets as hostile bytes.
#pragma once

#include "app/platform/descriptor.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app::platform {

/// The programs that a broker starts, each by its own file name in a folder that was fixed before the first message.
enum class WorkerKind : std::uint8_t { Probe = 1, Extract = 2, Fetch = 3 };

/// Why a broker did not do what it was asked.
enum class BrokerError : std::uint8_t {
    None = 0,
    Gone,         ///< the broker has ended or does not answer
    Malformed,    ///< the packet does not follow the protocol
    NotInstalled, ///< the program to start is not there
    NotAllowed,   ///< the link or file is of a kind that is not opened
    StartFailed,  ///< the system refused to make a process
    TooMany,      ///< as many processes as allowed are running already
};

/// What a broker can be asked for.
enum class RequestKind : std::uint8_t {
    StartWorker = 1,   ///< worker; at most one descriptor, which becomes the worker's number 3
    OpenLink = 2,      ///< text: a link
    OpenFile = 3,      ///< text: an absolute path
    WatchRefusals = 4, ///< one descriptor: the seccomp listener of the program's network ban
    CountRefusals = 5,
};

struct Request {
    RequestKind kind = RequestKind::CountRefusals;
    WorkerKind worker = WorkerKind::Probe;
    std::string text;
};

struct Reply {
    BrokerError error = BrokerError::None;
    std::uint64_t count = 0; ///< of CountRefusals
};

/// How a process ended.
struct ExitStatus {
    bool bySignal = false;
    std::int32_t value = 0; ///< exit status or signal number
    bool operator==(const ExitStatus &) const = default;
};

inline constexpr std::size_t kMaxPacket = 8192;
inline constexpr std::size_t kMaxDescriptors = 4;
using Packet = std::vector<std::byte>;

/// A request or reply as one packet: u32 length of what follows, then the fields. All integers in the machine's own
/// order.
Packet encode(const Request &request);
Packet encode(const Reply &reply);
/// Nothing when the length, a field or the text is not exactly as the protocol has it.
std::optional<Request> parseRequest(std::span<const std::byte> packet);
std::optional<Reply> parseReply(std::span<const std::byte> packet);

std::array<std::byte, 8> encode(const ExitStatus &status);
std::optional<ExitStatus> parseExitStatus(std::span<const std::byte> bytes);

/// A packet as it came from a socket, with the descriptors beside it.
struct Received {
    Packet packet;
    std::vector<Descriptor> descriptors;
};

/// Sends one packet on a SOCK_SEQPACKET socket; false when the other side is gone.
bool sendPacket(int socket, std::span<const std::byte> packet, std::span<const int> descriptors);
/// Receives one packet; nothing at the end of the stream, on an error, or when anything was cut off.
std::optional<Received> receivePacket(int socket);

/// Whether a link may be handed to another program: http or https with a host, or mailto without an attachment;
/// printable ASCII alone.
bool isOpenableLink(std::string_view link);
/// Whether a file may be handed to another program: an absolute path of a document or folder that exists, no program
/// and no launcher. Touches the file system.
bool isOpenableFile(const std::string &path);

} // namespace app::platform
