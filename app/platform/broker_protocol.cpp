// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/broker_protocol.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace app::platform {

namespace {

constexpr std::size_t kLengthBytes = sizeof(std::uint32_t);

template <class T>
void append(Packet &packet, T value)
{
    const std::size_t at = packet.size();
    packet.resize(at + sizeof value);
    std::memcpy(packet.data() + at, &value, sizeof value);
}

Packet withLength(Packet body)
{
    Packet packet;
    append(packet, static_cast<std::uint32_t>(body.size()));
    packet.insert(packet.end(), body.begin(), body.end());
    return packet;
}

// What follows the length, when the length is true.
std::optional<std::span<const std::byte>> bodyOf(std::span<const std::byte> packet)
{
    std::uint32_t length = 0;
    if (packet.size() < kLengthBytes || packet.size() > kMaxPacket)
        return {};
    std::memcpy(&length, packet.data(), kLengthBytes);
    const auto body = packet.subspan(kLengthBytes);
    return length == body.size() ? std::optional(body) : std::nullopt;
}

char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

std::string lowered(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

int hexDigit(char letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

// Percent escapes decoded; expects lower case.
std::string unescaped(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape =
            text[i] == '%' && text.size() - i > 2 && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0;
        result += escape ? static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2])) : text[i];
        i += escape ? 2 : 0;
    }
    return result;
}

} // namespace

Packet encode(const Request &request)
{
    Packet body;
    append(body, static_cast<std::uint8_t>(request.kind));
    append(body, static_cast<std::uint8_t>(request.worker));
    const auto text = std::as_bytes(std::span(request.text));
    body.insert(body.end(), text.begin(), text.end());
    return withLength(std::move(body));
}

Packet encode(const Reply &reply)
{
    Packet body;
    append(body, static_cast<std::uint8_t>(reply.error));
    append(body, reply.count);
    return withLength(std::move(body));
}

std::optional<Request> parseRequest(std::span<const std::byte> packet)
{
    const auto body = bodyOf(packet);
    if (!body || body->size() < 2)
        return {};
    const auto kind = std::to_integer<std::uint8_t>((*body)[0]);
    const auto worker = std::to_integer<std::uint8_t>((*body)[1]);
    if (kind < static_cast<std::uint8_t>(RequestKind::StartWorker) ||
        kind > static_cast<std::uint8_t>(RequestKind::CountRefusals) ||
        worker < static_cast<std::uint8_t>(WorkerKind::Probe) || worker > static_cast<std::uint8_t>(WorkerKind::Fetch))
        return {};
    Request request{.kind = static_cast<RequestKind>(kind), .worker = static_cast<WorkerKind>(worker), .text = {}};
    const auto text = body->subspan(2);
    request.text.assign(reinterpret_cast<const char *>(text.data()), text.size());
    const bool wantsText = request.kind == RequestKind::OpenLink || request.kind == RequestKind::OpenFile;
    if (request.text.empty() == wantsText || request.text.contains('\0'))
        return {};
    return request;
}

std::optional<Reply> parseReply(std::span<const std::byte> packet)
{
    const auto body = bodyOf(packet);
    Reply reply;
    if (!body || body->size() != 1 + sizeof reply.count)
        return {};
    const auto error = std::to_integer<std::uint8_t>((*body)[0]);
    if (error > static_cast<std::uint8_t>(BrokerError::TooMany))
        return {};
    reply.error = static_cast<BrokerError>(error);
    std::memcpy(&reply.count, body->data() + 1, sizeof reply.count);
    return reply;
}

std::array<std::byte, 8> encode(const ExitStatus &status)
{
    std::array<std::byte, 8> bytes{};
    const std::int32_t bySignal = status.bySignal ? 1 : 0;
    std::memcpy(bytes.data(), &bySignal, sizeof bySignal);
    std::memcpy(bytes.data() + sizeof bySignal, &status.value, sizeof status.value);
    return bytes;
}

std::optional<ExitStatus> parseExitStatus(std::span<const std::byte> bytes)
{
    std::int32_t bySignal = 0;
    ExitStatus status;
    if (bytes.size() != sizeof bySignal + sizeof status.value)
        return {};
    std::memcpy(&bySignal, bytes.data(), sizeof bySignal);
    std::memcpy(&status.value, bytes.data() + sizeof bySignal, sizeof status.value);
    if (bySignal != 0 && bySignal != 1)
        return {};
    status.bySignal = bySignal == 1;
    return status;
}

bool sendPacket(int socket, std::span<const std::byte> packet, std::span<const int> descriptors)
{
    if (packet.size() > kMaxPacket || descriptors.size() > kMaxDescriptors)
        return false;
    iovec part{.iov_base = const_cast<std::byte *>(packet.data()), .iov_len = packet.size()};
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!descriptors.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
        cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
        std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
    }
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(packet.size());
}

std::optional<Received> receivePacket(int socket)
{
    Received received;
    received.packet.resize(kMaxPacket);
    iovec part{.iov_base = received.packet.data(), .iov_len = received.packet.size()};
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t size = 0;
    do {
        size = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    // Descriptors are taken over before anything is judged, so that none stays open in a packet that is refused.
    if (size >= 0) {
        for (cmsghdr *header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
            if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
                continue;
            const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (std::size_t i = 0; i < count; ++i) {
                int fd = -1;
                std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
                received.descriptors.emplace_back(fd);
            }
        }
    }
    if (size <= 0 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0)
        return {};
    received.packet.resize(static_cast<std::size_t>(size));
    return received;
}

bool isOpenableLink(std::string_view link)
{
    constexpr std::string_view kNeverInLinks = "\"<>\\^`{|}";
    if (link.size() > kMaxPacket / 2)
        return false;
    for (const char letter : link) {
        if (letter <= ' ' || letter > '~' || kNeverInLinks.contains(letter))
            return false;
    }
    const std::string text = lowered(link);
    for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
        if (text.starts_with(scheme)) {
            const std::string_view rest = std::string_view(text).substr(scheme.size());
            return !rest.empty() && rest.find_first_of("/?#:@") != 0;
        }
    }
    // Some mail programs attach the file that a link names, however the link spells it.
    return text.starts_with("mailto:") && text.size() > 7 && !lowered(unescaped(text)).contains("attach");
}

bool isOpenableFile(const std::string &path)
{
    if (!path.starts_with('/') || path.size() >= PATH_MAX || path.contains('\0'))
        return false;
    const Descriptor file(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0)
        return false;
    if (S_ISDIR(status.st_mode))
        return true;
    if (!S_ISREG(status.st_mode) || lowered(path).ends_with(".desktop"))
        return false;
    if ((status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0)
        return true;
    // On some file systems everything is executable: what counts there is whether it would run.
    const Descriptor content(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::array<char, 4> start{};
    const ssize_t size = content ? ::read(content.get(), start.data(), start.size()) : -1;
    const std::string_view magic(start.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return size >= 0 &&
           !magic.starts_with("\x7f"
                              "ELF") &&
           !magic.starts_with("#!") && !magic.starts_with("MZ");
}

} // namespace app::platform
