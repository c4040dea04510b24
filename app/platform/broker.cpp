// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/broker.h"

#include "app/platform/broker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace app::platform {

namespace {

constexpr int kAnswerMs = 5000;

bool waitReadable(int fd, int timeoutMs)
{
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::milliseconds(timeoutMs);
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
        pollfd wanted{.fd = fd, .events = POLLIN, .revents = 0};
        const int ready = ::poll(&wanted, 1, static_cast<int>(std::max<long long>(left, 0)));
        if (ready >= 0 || errno != EINTR)
            return ready > 0;
    }
}

// A program started without them would hand these numbers to the first thing it opens.
bool openStandardDescriptors()
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != fd)
            return false;
    }
    return true;
}

} // namespace

std::expected<std::unique_ptr<Broker>, BrokerError> Broker::start(const BrokerOptions &options)
{
    std::array<int, 2> ends{};
    if (!openStandardDescriptors() || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return std::unexpected(BrokerError::StartFailed);
    Descriptor own(ends[0]);
    Descriptor theirs(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0)
        return std::unexpected(BrokerError::StartFailed);
    if (child == 0) {
        own.reset();
        runBroker(std::move(theirs), parent, options);
    }
    return std::unique_ptr<Broker>(new Broker(std::move(own), child));
}

Broker::~Broker()
{
    // The end of the stream is the broker's sign to end; it kills its workers first.
    m_socket.reset();
    while (::waitpid(m_process, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void Broker::end()
{
    const std::scoped_lock lock(m_mutex);
    m_socket.reset();
}

std::expected<Broker::Answer, BrokerError> Broker::ask(const Request &request, const Descriptor &attached,
                                                       std::size_t expected)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_socket)
        return std::unexpected(BrokerError::Gone);
    const std::array<int, 1> descriptors{attached.get()};
    const std::span<const int> sent = attached ? std::span<const int>(descriptors) : std::span<const int>();
    const Packet packet = encode(request);
    if (packet.size() > kMaxPacket)
        return std::unexpected(BrokerError::NotAllowed);
    std::optional<Received> received;
    if (sendPacket(m_socket.get(), packet, sent) && waitReadable(m_socket.get(), kAnswerMs))
        received = receivePacket(m_socket.get());
    if (!received) {
        // An answer that came later would be taken for that of the next request.
        m_socket.reset();
        return std::unexpected(BrokerError::Gone);
    }
    const auto reply = parseReply(received->packet);
    if (!reply)
        return std::unexpected(BrokerError::Malformed);
    if (reply->error != BrokerError::None)
        return std::unexpected(reply->error);
    if (received->descriptors.size() != expected)
        return std::unexpected(BrokerError::Malformed);
    return Answer{*reply, std::move(received->descriptors)};
}

std::expected<Worker, BrokerError> Broker::startWorker(WorkerKind kind, Descriptor document)
{
    auto answer = ask({.kind = RequestKind::StartWorker, .worker = kind, .text = {}}, document, 3);
    if (!answer)
        return std::unexpected(answer.error());
    return Worker{.input = std::move(answer->descriptors[0]),
                  .output = std::move(answer->descriptors[1]),
                  .lifetime = std::move(answer->descriptors[2])};
}

std::expected<Descriptor, BrokerError> Broker::open(RequestKind kind, const std::string &text)
{
    if (text.empty())
        return std::unexpected(BrokerError::NotAllowed);
    auto answer = ask({.kind = kind, .text = text}, {}, 1);
    if (!answer)
        return std::unexpected(answer.error());
    return std::move(answer->descriptors[0]);
}

std::expected<Descriptor, BrokerError> Broker::openLink(const std::string &link)
{
    return open(RequestKind::OpenLink, link);
}

std::expected<Descriptor, BrokerError> Broker::openFile(const std::string &path)
{
    return open(RequestKind::OpenFile, path);
}

std::expected<void, BrokerError> Broker::watchRefusals(Descriptor listener)
{
    auto answer = ask({.kind = RequestKind::WatchRefusals, .text = {}}, listener, 0);
    if (!answer)
        return std::unexpected(answer.error());
    return {};
}

std::expected<std::uint64_t, BrokerError> Broker::refusals()
{
    auto answer = ask({.kind = RequestKind::CountRefusals, .text = {}}, {}, 0);
    if (!answer)
        return std::unexpected(answer.error());
    return answer->reply.count;
}

std::optional<ExitStatus> waitForExit(const Descriptor &lifetime, std::chrono::milliseconds timeout)
{
    std::array<std::byte, 8> bytes{};
    if (!lifetime || !waitReadable(lifetime.get(), static_cast<int>(timeout.count())))
        return {};
    if (::recv(lifetime.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        return {};
    return parseExitStatus(bytes);
}

std::vector<std::string> installedWorkerFolders()
{
    std::array<char, PATH_MAX> path{};
    const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size <= 0 || static_cast<std::size_t>(size) >= path.size())
        return {};
    const std::string program(path.data(), static_cast<std::size_t>(size));
    const std::string folder = program.substr(0, program.rfind('/'));
    return {folder, folder + "/../libexec/carrel"};
}

std::string_view workerName(WorkerKind kind)
{
    switch (kind) {
    case WorkerKind::Probe:
        return "carrel-probe";
    case WorkerKind::Extract:
        return "carrel-extract";
    case WorkerKind::Fetch:
        return "carrel-fetch";
    }
    return {};
}

} // namespace app::platform
