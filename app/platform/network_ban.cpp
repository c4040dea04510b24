// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/network_ban.h"

#include <dirent.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>

namespace app::platform {

namespace {

constexpr std::size_t kMaxFamilies = 64;
// From here on the library can install a listener and cover all threads in one filter.
constexpr unsigned kApiWithWatchedThreads = 6;

struct FilterDeleter {
    void operator()(void *filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

bool isForeignSocket(int fd)
{
    int family = AF_UNIX;
    socklen_t size = sizeof family;
    return ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 && family != AF_UNIX;
}

void closeInheritedSockets()
{
    const std::unique_ptr<DIR, int (*)(DIR *)> folder(::opendir("/proc/self/fd"), ::closedir);
    if (!folder)
        return;
    std::vector<int> found;
    while (const dirent *entry = ::readdir(folder.get())) {
        int fd = -1;
        const std::string_view name(entry->d_name);
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), fd);
        if (error == std::errc() && end == name.data() + name.size() && fd > STDERR_FILENO && isForeignSocket(fd))
            found.push_back(fd);
    }
    for (const int fd : found)
        ::close(fd);
}

// Returns 0 or an errno.
int addRules(void *filter, std::uint32_t refusal)
{
    int error = ::seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (error == 0)
        error = ::seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
    for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)}) {
        // Compared in full width: upper bits that the kernel would ignore make a family that is refused.
        if (error == 0)
            error = ::seccomp_rule_add(filter, refusal, call, 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX));
    }
    for (const int call : {SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),
                           SCMP_SYS(ptrace), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd)}) {
        if (error == 0)
            error = ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0);
    }
    return -error;
}

std::expected<NetworkBan, int> load(std::uint32_t refusal)
{
    const Filter filter(::seccomp_init(SCMP_ACT_ALLOW));
    if (!filter)
        return std::unexpected(ENOMEM);
    if (const int error = addRules(filter.get(), refusal); error != 0)
        return std::unexpected(error);
    if (const int error = ::seccomp_load(filter.get()); error != 0)
        return std::unexpected(-error);
    NetworkBan ban;
    if (refusal == SCMP_ACT_NOTIFY)
        ban.listener = Descriptor(::seccomp_notify_fd(filter.get()));
    return ban;
}

} // namespace

std::expected<NetworkBan, int> banNetwork(RefusalMode mode)
{
    closeInheritedSockets();
    if (mode == RefusalMode::Watched && ::seccomp_api_get() >= kApiWithWatchedThreads) {
        // A container may have put a listener of its own above this process; there can be only one.
        if (auto ban = load(SCMP_ACT_NOTIFY))
            return ban;
    }
    return load(SCMP_ACT_ERRNO(EACCES));
}

bool isNetworkDisplay(std::string_view display)
{
    const std::size_t colon = display.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || display.front() == '/')
        return false;
    const std::string_view host = display.substr(0, colon);
    return host != "unix" && !host.starts_with("unix/") && !host.starts_with("unix:");
}

// As large as the running kernel has them, which may be larger than the headers know.
struct RefusalWatch::Buffers {
    std::vector<std::uint64_t> request;
    std::vector<std::uint64_t> response;
};

RefusalWatch::RefusalWatch() = default;
RefusalWatch::~RefusalWatch() = default;

bool RefusalWatch::watch(Descriptor listener)
{
    if (m_listener)
        return false;
    // Only a listener knows this question: no waiting attempt has the number 0.
    std::uint64_t id = 0;
    if (::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0 || errno != ENOENT)
        return false;
    seccomp_notif_sizes sizes{};
    if (::syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0)
        return false;
    const auto words = [](std::size_t kernels, std::size_t headers) { return (std::max(kernels, headers) + 7) / 8; };
    m_buffers = std::make_unique<Buffers>();
    m_buffers->request.resize(words(sizes.seccomp_notif, sizeof(seccomp_notif)));
    m_buffers->response.resize(words(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)));
    m_listener = std::move(listener);
    return true;
}

void RefusalWatch::answer()
{
    pollfd state{.fd = m_listener.get(), .events = POLLIN, .revents = 0};
    if (::poll(&state, 1, 0) <= 0 || (state.revents & POLLIN) == 0) {
        // Nobody is left under the filter.
        if ((state.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
            m_listener.reset();
        return;
    }
    // The kernel takes only an empty buffer.
    std::ranges::fill(m_buffers->request, 0);
    std::ranges::fill(m_buffers->response, 0);
    auto *request = reinterpret_cast<seccomp_notif *>(m_buffers->request.data());
    auto *response = reinterpret_cast<seccomp_notif_resp *>(m_buffers->response.data());
    if (::ioctl(m_listener.get(), SECCOMP_IOCTL_NOTIF_RECV, request) != 0) {
        // Whoever waited may be gone. Anything else would repeat for ever: without a listener the kernel refuses by
        // itself.
        if (errno != ENOENT && errno != EINTR)
            m_listener.reset();
        return;
    }
    response->id = request->id;
    response->error = -EACCES;
    ::ioctl(m_listener.get(), SECCOMP_IOCTL_NOTIF_SEND, response);

    ++m_count;
    const auto family = static_cast<std::uint32_t>(request->data.args[0]);
    if (m_families.size() < kMaxFamilies && !std::ranges::contains(m_families, family)) {
        m_families.push_back(family);
        const std::string line =
            "carrel: something in this program tried to use the network and was refused (socket family " +
            std::to_string(family) + ")\n";
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    }
}

} // namespace app::platform
