// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/broker_process.h"

#include "app/platform/broker.h"
#include "app/platform/launch.h"
#include "app/platform/network_ban.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

extern char **environ;

namespace app::platform {

namespace {

constexpr std::size_t kMaxChildren = 32;

struct Child {
    pid_t process = -1;
    Descriptor lifetime; ///< empty once the program has closed its end
    bool detached = false;
};

struct Ends {
    Descriptor own;
    Descriptor theirs;
};

std::optional<Ends> makePipe(bool readingIsOurs)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return {};
    return readingIsOurs ? Ends{Descriptor(ends[0]), Descriptor(ends[1])}
                         : Ends{Descriptor(ends[1]), Descriptor(ends[0])};
}

std::optional<Ends> makeLifetime()
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
        return {};
    return Ends{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> pathFolders()
{
    std::vector<std::string> folders;
    const char *path = std::getenv("PATH");
    std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        folders.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return folders;
}

class BrokerLoop {
public:
    BrokerLoop(Descriptor socket, Descriptor signals, const BrokerOptions &options)
        : m_socket(std::move(socket))
        , m_signals(std::move(signals))
        , m_options(options)
    {
    }

    void run()
    {
        while (step()) {
        }
        for (const Child &child : m_children) {
            if (!child.detached)
                ::kill(child.process, SIGKILL);
        }
    }

private:
    bool step()
    {
        std::vector<pollfd> wanted{{.fd = m_socket.get(), .events = POLLIN, .revents = 0},
                                   {.fd = m_signals.get(), .events = POLLIN, .revents = 0},
                                   {.fd = m_refusals.listener(), .events = POLLIN, .revents = 0}};
        for (const Child &child : m_children)
            wanted.push_back({.fd = child.lifetime.get(), .events = POLLIN, .revents = 0});
        if (::poll(wanted.data(), wanted.size(), -1) < 0)
            return errno == EINTR;

        // Somebody waits inside a system call: first of all.
        if (wanted[2].revents != 0)
            m_refusals.answer();
        for (std::size_t i = 3; i < wanted.size(); ++i) {
            if (wanted[i].revents != 0)
                letGo(m_children[i - 3]);
        }
        if (wanted[1].revents != 0)
            reap();
        return wanted[0].revents == 0 || serve();
    }

    static void letGo(Child &child)
    {
        child.lifetime.reset();
        if (!child.detached)
            ::kill(child.process, SIGKILL);
    }

    void reap()
    {
        std::array<signalfd_siginfo, 8> ignored{};
        while (::read(m_signals.get(), ignored.data(), sizeof ignored) > 0) {
        }
        int status = 0;
        for (pid_t process = 0; (process = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            const auto child = std::ranges::find(m_children, process, &Child::process);
            if (child == m_children.end())
                continue;
            const ExitStatus ended{.bySignal = WIFSIGNALED(status),
                                   .value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)};
            const auto bytes = encode(ended);
            if (child->lifetime)
                ::send(child->lifetime.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            m_children.erase(child);
        }
    }

    // False when the program is gone.
    bool serve()
    {
        auto received = receivePacket(m_socket.get());
        if (!received)
            return false;
        std::vector<Descriptor> answers;
        Reply reply;
        const auto request = parseRequest(received->packet);
        reply.error = request ? handle(*request, received->descriptors, answers, reply.count) : BrokerError::Malformed;
        std::array<int, kMaxDescriptors> sent{};
        std::ranges::transform(answers, sent.begin(), [](const Descriptor &descriptor) { return descriptor.get(); });
        return sendPacket(m_socket.get(), encode(reply), std::span(sent).first(answers.size()));
    }

    BrokerError handle(const Request &request, std::vector<Descriptor> &given, std::vector<Descriptor> &answers,
                       std::uint64_t &count)
    {
        const std::size_t mostGiven =
            request.kind == RequestKind::StartWorker || request.kind == RequestKind::WatchRefusals;
        if (given.size() > mostGiven)
            return BrokerError::Malformed;
        switch (request.kind) {
        case RequestKind::StartWorker:
            return startWorker(request.worker, given.empty() ? Descriptor() : std::move(given[0]), answers);
        case RequestKind::OpenLink:
            return isOpenableLink(request.text) ? open(request.text, answers) : BrokerError::NotAllowed;
        case RequestKind::OpenFile:
            return isOpenableFile(request.text) ? open(request.text, answers) : BrokerError::NotAllowed;
        case RequestKind::WatchRefusals:
            return !given.empty() && m_refusals.watch(std::move(given[0])) ? BrokerError::None : BrokerError::Malformed;
        case RequestKind::CountRefusals:
            count = m_refusals.count();
            return BrokerError::None;
        }
        return BrokerError::Malformed;
    }

    BrokerError startWorker(WorkerKind kind, Descriptor document, std::vector<Descriptor> &answers)
    {
        const std::string name(workerName(kind));
        const std::string path = findProgram(name, m_options.workerFolders);
        if (path.empty())
            return BrokerError::NotInstalled;
        auto input = makePipe(false);
        auto output = makePipe(true);
        if (!input || !output)
            return BrokerError::StartFailed;
        const BrokerError error = start({.path = path,
                                         .arguments = {name},
                                         .environment = workerEnvironment(environ),
                                         .input = input->theirs.get(),
                                         .output = output->theirs.get(),
                                         .extra = document.get(),
                                         .keepErrors = std::getenv("CARREL_WORKER_ERRORS") != nullptr},
                                        answers);
        if (error == BrokerError::None) {
            answers.insert(answers.begin(), std::move(output->own));
            answers.insert(answers.begin(), std::move(input->own));
        }
        return error;
    }

    BrokerError open(const std::string &target, std::vector<Descriptor> &answers)
    {
        const bool named = m_options.opener.starts_with('/');
        const std::string path = named ? m_options.opener : findProgram(m_options.opener, pathFolders());
        if (path.empty())
            return BrokerError::NotInstalled;
        return start({.path = path,
                      .arguments = {m_options.opener, target},
                      .environment = openerEnvironment(environ),
                      .detached = true},
                     answers);
    }

    BrokerError start(const Launch &what, std::vector<Descriptor> &answers)
    {
        if (m_children.size() >= kMaxChildren)
            return BrokerError::TooMany;
        auto lifetime = makeLifetime();
        if (!lifetime)
            return BrokerError::StartFailed;
        const auto process = launch(what);
        if (!process)
            return process.error() == ENOENT ? BrokerError::NotInstalled : BrokerError::StartFailed;
        m_children.push_back({.process = *process, .lifetime = std::move(lifetime->own), .detached = what.detached});
        answers.push_back(std::move(lifetime->theirs));
        return BrokerError::None;
    }

    Descriptor m_socket;
    Descriptor m_signals;
    const BrokerOptions &m_options;
    RefusalWatch m_refusals;
    std::vector<Child> m_children;
};

// Standard error stays for the one line about a refusal; what the program reads and writes is not the broker's.
bool leaveProgramsDescriptors(Descriptor &socket)
{
    Descriptor nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!nowhere || ::dup2(nowhere.get(), STDIN_FILENO) < 0 || ::dup2(nowhere.get(), STDOUT_FILENO) < 0)
        return false;
    nowhere.reset();
    const auto kept = static_cast<unsigned>(socket.get());
    return (kept <= 3 || ::close_range(3, kept - 1, 0) == 0) && ::close_range(kept + 1, ~0U, 0) == 0;
}

} // namespace

void runBroker(Descriptor socket, pid_t program, const BrokerOptions &options)
{
    ::prctl(PR_SET_NAME, "carrel-broker");
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != program)
        ::_exit(0);
    // Ctrl+C is for the program; the broker follows by the end of the stream.
    for (const int number : {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGPIPE})
        ::signal(number, SIG_IGN);
    sigset_t children;
    ::sigemptyset(&children);
    ::sigaddset(&children, SIGCHLD);
    ::signal(SIGCHLD, SIG_DFL);
    if (!leaveProgramsDescriptors(socket) || ::sigprocmask(SIG_BLOCK, &children, nullptr) != 0)
        ::_exit(1);
    Descriptor signals(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals)
        ::_exit(1);
    BrokerLoop(std::move(socket), std::move(signals), options).run();
    ::_exit(0);
}

} // namespace app::platform
