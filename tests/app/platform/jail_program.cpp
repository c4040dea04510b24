// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tries what a worker that was taken over would try, and prints how each attempt ended. As a program of its own it can
// be run in the jail and, to show that the attempts can succeed, without.
//
//   jail_program free|jailed|client READABLE OUTSIDE FOLDER SOCKET
//       client: jailed, but with connections;
//       READABLE: a file that the jail leaves readable; OUTSIDE: another; FOLDER: to write into; SOCKET: that listens
//   jail_program burn          uses processor time in a jail that allows a second of it
//   jail_program threads       jails itself with a second thread
#include "app/platform/jail.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace app::platform;

namespace {

// Somewhere on this machine that takes connections, made before the jail.
struct Host {
    int listener = -1;
    sockaddr_in address{};
};

Host makeHost()
{
    Host host;
    host.listener = ::socket(AF_INET, SOCK_STREAM, 0);
    host.address.sin_family = AF_INET;
    host.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof host.address;
    if (::bind(host.listener, reinterpret_cast<const sockaddr *>(&host.address), size) != 0 ||
        ::listen(host.listener, 4) != 0 ||
        ::getsockname(host.listener, reinterpret_cast<sockaddr *>(&host.address), &size) != 0)
        host.listener = -1;
    return host;
}

struct Places {
    std::string readable;
    std::string outside;
    std::string folder;
    std::string socket;
};

// "done NAME" or "refused NAME: ERROR".
void report(const char *name, long result)
{
    if (result >= 0)
        std::printf("done %s\n", name);
    else
        std::printf("refused %s: %s\n", name, ::strerrorname_np(errno));
    std::fflush(stdout);
}

long reached(const std::string &path)
{
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    return ::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address);
}

long waitFor(pid_t child)
{
    if (child < 0)
        return -1;
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

long forked(long call)
{
    const long child = ::syscall(call);
    if (child == 0)
        ::_exit(0);
    return waitFor(static_cast<pid_t>(child));
}

long cloned()
{
    const long child = ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (child == 0)
        ::_exit(0);
    return waitFor(static_cast<pid_t>(child));
}

long clonedByStructure()
{
    std::array<std::uint64_t, 11> arguments{};
    arguments[4] = SIGCHLD; // exit_signal
    const long child = ::syscall(SYS_clone3, arguments.data(), sizeof arguments);
    if (child == 0)
        ::_exit(0);
    return waitFor(static_cast<pid_t>(child));
}

long threadStarted()
{
    try {
        std::jthread([] {}).join();
        return 0;
    } catch (const std::exception &) {
        errno = EPERM;
        return -1;
    }
}

long opened(const std::string &path, int flags)
{
    return ::open(path.c_str(), flags, 0600);
}

long openedByStructure(const std::string &path)
{
    std::array<std::uint64_t, 3> how{};
    return ::syscall(SYS_openat2, AT_FDCWD, path.c_str(), how.data(), sizeof how);
}

long eaten(std::uint64_t bytes)
{
    void *memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? -1 : 0;
}

long mapped(int protection)
{
    void *memory = ::mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? -1 : 0;
}

long madeExecutable()
{
    void *memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? -1 : ::mprotect(memory, 4096, PROT_READ | PROT_EXEC);
}

long openedOften(const std::string &path)
{
    for (int i = 0; i < 200; ++i) {
        if (::open(path.c_str(), O_RDONLY | O_CLOEXEC) < 0)
            return -1;
    }
    return 0;
}

long raisedLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return -1;
    limit.rlim_cur = limit.rlim_cur > 16 ? limit.rlim_cur - 1 : limit.rlim_cur;
    return ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Of a process that is not traced there is nothing to see: the kernel says so only where it was asked.
long traced()
{
    return ::ptrace(PTRACE_PEEKDATA, ::getpid(), nullptr, nullptr) < 0 && errno == ESRCH ? 0 : -1;
}

long ringSetUp()
{
    io_uring_params parameters{};
    return ::syscall(SYS_io_uring_setup, 4, &parameters);
}

long timerSet()
{
    const itimerval never{};
    return ::setitimer(ITIMER_REAL, &never, nullptr);
}

#ifdef __x86_64__
// open() as programs of 32 bits call it. A kernel without them ends the caller with a signal.
long openedIn32Bits()
{
    const auto path = static_cast<char *>(
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0));
    if (path == MAP_FAILED)
        return -1;
    std::memcpy(path, "/proc/self/status", sizeof "/proc/self/status");
    long result = 5;
    asm volatile("int $0x80" : "+a"(result) : "b"(path), "c"(O_RDONLY), "d"(0) : "memory", "r8", "r9", "r10", "r11");
    if (result >= 0)
        return result;
    errno = static_cast<int>(-result);
    return -1;
}
#endif

long connectedTo(const Host &host)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    return fd < 0 ? -1 : ::connect(fd, reinterpret_cast<const sockaddr *>(&host.address), sizeof host.address);
}

long boundTo(int type)
{
    const int fd = ::socket(AF_INET, type, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return fd < 0 ? -1 : ::bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address);
}

void tryNetwork(const Host &host)
{
    report("connect over the network", connectedTo(host));
    report("send a datagram", ::socket(AF_INET6, SOCK_DGRAM, 0) >= 0 || ::socket(AF_INET, SOCK_DGRAM, 0) >= 0 ? 0 : -1);
    report("take a port", boundTo(SOCK_STREAM));
    report("take a datagram port", boundTo(SOCK_DGRAM));
    report("listen", ::listen(host.listener, 1));
    report("accept", ::accept4(host.listener, nullptr, nullptr, SOCK_NONBLOCK));
    report("make a raw socket", ::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    report("ask the kernel for routes", ::socket(AF_NETLINK, SOCK_RAW, 0));
}

void tryAll(const Places &places)
{
    const std::string target = places.folder + "/made";
    report("read a file that is left readable", opened(places.readable, O_RDONLY));
    report("read a file outside", opened(places.outside, O_RDONLY));
    report("read a folder outside", opened(places.folder, O_RDONLY | O_DIRECTORY));
    report("read by a structure", openedByStructure(places.outside));
    report("open for writing", opened(target, O_WRONLY | O_CREAT));
    report("open for reading and writing", opened(target, O_RDWR | O_CREAT));
    report("open and cut", opened(target, O_RDONLY | O_CREAT | O_TRUNC));
    report("open a nameless file", opened(places.folder, O_RDWR | O_TMPFILE));
    report("make a file in memory", ::memfd_create("x", 0));
    report("make a folder", ::mkdir((target + ".d").c_str(), 0700));
    report("make a link", ::symlink("/", (target + ".l").c_str()));
    report("rename", ::rename(places.outside.c_str(), (places.outside + "2").c_str()));
    report("rename back", ::rename((places.outside + "2").c_str(), places.outside.c_str()));
    report("change a mode", ::chmod(places.outside.c_str(), 0600));
    report("cut a file", ::truncate(places.outside.c_str(), 4));
    report("connect", reached(places.socket));
    report("make an internet socket", ::socket(AF_INET, SOCK_STREAM, 0));
    int pair[2];
    report("make a pair of sockets", ::socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    report("make a pipe", ::pipe(pair));
    report("copy a descriptor", ::dup(STDOUT_FILENO));
#ifdef SYS_fork
    report("fork", forked(SYS_fork));
#endif
    report("clone", cloned());
    report("clone by a structure", clonedByStructure());
    report("start a thread", threadStarted());
    report("trace", traced());
    report("set up a ring", ringSetUp());
    report("eat memory", eaten(std::uint64_t{3} << 30U));
    report("map memory to write and execute", mapped(PROT_READ | PROT_WRITE | PROT_EXEC));
    report("make memory executable", madeExecutable());
    report("open many files", openedOften(places.readable));
    report("change a limit", raisedLimit());
    report("set a timer", timerSet());
    report("signal the parent", ::kill(::getppid(), 0));
    report("leave the session", ::prctl(PR_SET_DUMPABLE, 1));
#ifdef __x86_64__
    report("call in 32 bits", openedIn32Bits());
#endif
    ::execl("/proc/self/exe", "jail_program", "executed", nullptr);
    report("execute", -1);
}

[[noreturn]] void burn()
{
    if (!enterJail({.cpuSeconds = 1}))
        ::_exit(3);
    std::puts("burning");
    std::fflush(stdout);
    for (std::uint64_t i = 0;; ++i)
        asm volatile("" : "+r"(i));
}

int jailWithThread()
{
    std::atomic<bool> end = false;
    const std::jthread other([&end] { end.wait(false); });
    const bool jailed = enterJail({}).has_value();
    end = true;
    end.notify_all();
    return jailed ? 0 : 4;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "executed") {
        std::puts("done execute");
        return 0;
    }
    if (mode == "burn")
        burn();
    if (mode == "threads")
        return jailWithThread();
    if (argc != 6 || (mode != "free" && mode != "jailed" && mode != "client"))
        return 2;
    const Host host = makeHost();
    if (mode != "free") {
        const auto jail = enterJail({.readable = {argv[2], "/does/not/exist"},
                                     .network = mode == "client" ? JailNetwork::Client : JailNetwork::None});
        if (!jail) {
            std::printf("no jail: %s\n", jail.error().step);
            return 3;
        }
        std::printf("landlock %d\n", jail->landlock);
    }
    tryNetwork(host);
    tryAll({.readable = argv[2], .outside = argv[3], .folder = argv[4], .socket = argv[5]});
    return 0;
}
