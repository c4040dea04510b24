// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tries every way to the network that the ban is to close, and prints each that is open. As a program of its own it can
// be run with the ban and, to show that the check is able to fail, without.
//
//   leak_program none|silent|watched      applies this ban, then checks from several places
//   leak_program --check PLACE            checks as it was started
#include "app/platform/broker.h"
#include "app/platform/network_ban.h"

#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <latch>
#include <string>
#include <thread>

using namespace app::platform;

namespace {

constexpr int kFamilies = 46;
int leaks = 0;

void expectError(const char *place, const std::string &what, long result, int wanted)
{
    const int error = errno;
    if (result == -1 && error == wanted)
        return;
    ++leaks;
    std::printf("leak %s: %s (result %ld, %s)\n", place, what.c_str(), result,
                result == -1 ? std::strerror(error) : "done");
    if (result > STDERR_FILENO)
        ::close(static_cast<int>(result));
}

void checkSockets(const char *place)
{
    for (int family = 0; family < kFamilies; ++family) {
        if (family == AF_UNIX)
            continue;
        for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW}) {
            const std::string what = "socket of family " + std::to_string(family) + " type " + std::to_string(type);
            expectError(place, what, ::socket(family, type, 0), EACCES);
            expectError(place, what + " by number", ::syscall(SYS_socket, family, type, 0), EACCES);
        }
    }
    int pair[2];
    expectError(place, "pair of internet sockets", ::socketpair(AF_INET, SOCK_STREAM, 0, pair), EACCES);
    // The kernel looks at the lower half alone.
    expectError(place, "internet socket with upper bits", ::syscall(SYS_socket, 0x100000000L | AF_INET, SOCK_STREAM, 0),
                EACCES);
}

void checkWaysAround(const char *place)
{
    io_uring_params parameters{};
    expectError(place, "io_uring", ::syscall(SYS_io_uring_setup, 4, &parameters), EACCES);
    expectError(place, "io_uring in use", ::syscall(SYS_io_uring_enter, -1, 0, 0, 0, nullptr, 0), EACCES);
    expectError(place, "descriptor of another process", ::syscall(SYS_pidfd_getfd, -1, 0, 0), EACCES);
#ifdef __x86_64__
    constexpr long kX32 = 0x40000000;
    expectError(place, "x32 socket", ::syscall(kX32 | SYS_socket, AF_INET, SOCK_STREAM, 0), EPERM);
    // A kernel without 32-bit programs ends the caller with a signal: that is no leak either.
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
        long result = 359; // socket
        asm volatile("int $0x80"
                     : "+a"(result)
                     : "b"(AF_INET), "c"(SOCK_STREAM), "d"(0)
                     : "memory", "r8", "r9", "r10", "r11");
        ::_exit(result == -EPERM ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
        errno = 0;
        expectError(place, "32-bit socket", 0, EPERM);
    }
#endif
}

void checkUnixStays(const char *place)
{
    int pair[2];
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        std::printf("broken %s: local sockets do not work\n", place);
        ++leaks;
        return;
    }
    ::close(fd);
    ::close(pair[0]);
    ::close(pair[1]);
}

void check(const char *place)
{
    checkSockets(place);
    checkWaysAround(place);
    checkUnixStays(place);
}

// A datagram socket that stood open before the ban, as one handed over by a parent would.
void checkInherited(int fd)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(9);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char byte = 'x';
    iovec part{&byte, 1};
    mmsghdr message{};
    message.msg_hdr.msg_name = &address;
    message.msg_hdr.msg_namelen = sizeof address;
    message.msg_hdr.msg_iov = &part;
    message.msg_hdr.msg_iovlen = 1;
    expectError("inherited", "message on an inherited socket", ::sendmmsg(fd, &message, 1, 0), EBADF);
    expectError("inherited", "connection of an inherited socket",
                ::connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address), EBADF);
}

int checkInChild(char *program, bool execute)
{
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
        if (execute) {
            ::execl("/proc/self/exe", program, "--check", "executed", nullptr);
            ::_exit(99);
        }
        leaks = 0;
        check("forked");
        std::fflush(stdout);
        ::_exit(leaks == 0 ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "--check" && argc > 2) {
        check(argv[2]);
        return leaks == 0 ? 0 : 1;
    }
    if (mode != "none" && mode != "silent" && mode != "watched")
        return 2;

    auto broker = Broker::start({});
    const int inherited = ::socket(AF_INET, SOCK_DGRAM, 0);
    std::latch banned(1);
    std::jthread early([&banned] {
        banned.wait();
        check("thread started before");
    });
    if (mode != "none") {
        auto ban = banNetwork(mode == "watched" ? RefusalMode::Watched : RefusalMode::Silent);
        if (!ban || !broker ||
            (mode == "watched" && (!ban->listener || !(*broker)->watchRefusals(std::move(ban->listener))))) {
            std::puts("no ban");
            ::_exit(3);
        }
    }
    banned.count_down();
    early.join();
    check("main");
    std::jthread([] { check("thread started after"); }).join();
    leaks += checkInChild(argv[0], false);
    leaks += checkInChild(argv[0], true);
    if (inherited >= 0)
        checkInherited(inherited);
    std::printf("refusals %llu\n", static_cast<unsigned long long>((*broker)->refusals().value_or(0)));
    return leaks == 0 ? 0 : 1;
}
