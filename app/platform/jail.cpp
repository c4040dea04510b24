// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/jail.h"

#include "app/platform/descriptor.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace app::platform {

namespace {

// The header of the kernel may be older than the kernel, and the other way round: what is used is named here.
constexpr std::uint64_t kRightsOfVersion1 = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1; // the first thirteen
constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kReadFolder = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

landlock_ruleset_attr rulesFor(int version, JailNetwork network)
{
    landlock_ruleset_attr rules{};
    rules.handled_access_fs = kRightsOfVersion1;
    if (version >= 2)
        rules.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        rules.handled_access_fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
    if (version >= 4)
        rules.handled_access_net =
            LANDLOCK_ACCESS_NET_BIND_TCP | (network == JailNetwork::None ? LANDLOCK_ACCESS_NET_CONNECT_TCP : 0);
    if (version >= 5)
        rules.handled_access_fs |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
    if (version >= 6)
        rules.scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;
    return rules;
}

bool allowReading(int rules, const std::string &path)
{
    const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat status{};
    if (!place || ::fstat(place.get(), &status) != 0)
        return true; // not there
    landlock_path_beneath_attr rule{};
    rule.allowed_access = S_ISDIR(status.st_mode) ? kReadFolder : kReadFile;
    rule.parent_fd = place.get();
    return ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

// The version that holds the process, 0 where there is none.
std::expected<int, JailFailure> keepFilesAway(const JailOptions &options)
{
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return 0;
    const landlock_ruleset_attr attributes = rulesFor(static_cast<int>(version), options.network);
    const Descriptor rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
    if (!rules)
        return std::unexpected(JailFailure{"landlock_create_ruleset", errno});
    for (const std::string &path : options.readable) {
        if (!allowReading(rules.get(), path))
            return std::unexpected(JailFailure{"landlock_add_rule", errno});
    }
    if (::syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0)
        return std::unexpected(JailFailure{"landlock_restrict_self", errno});
    return static_cast<int>(version);
}

struct FilterDeleter {
    void operator()(void *filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

// What reading bytes, working on them and writing an answer takes.
constexpr std::array kAllowed = {SCMP_SYS(read),
                                 SCMP_SYS(readv),
                                 SCMP_SYS(pread64),
                                 SCMP_SYS(preadv),
                                 SCMP_SYS(write),
                                 SCMP_SYS(writev),
                                 SCMP_SYS(lseek),
                                 SCMP_SYS(close),
                                 SCMP_SYS(fstat),
                                 SCMP_SYS(newfstatat),
                                 SCMP_SYS(stat),
                                 SCMP_SYS(lstat),
                                 SCMP_SYS(statx),
                                 SCMP_SYS(fstatfs),
                                 SCMP_SYS(statfs),
                                 SCMP_SYS(access),
                                 SCMP_SYS(faccessat),
                                 SCMP_SYS(faccessat2),
                                 SCMP_SYS(readlink),
                                 SCMP_SYS(readlinkat),
                                 SCMP_SYS(getcwd),
                                 SCMP_SYS(getdents64),
                                 SCMP_SYS(fadvise64),
                                 SCMP_SYS(poll),
                                 SCMP_SYS(ppoll),
                                 SCMP_SYS(brk),
                                 SCMP_SYS(munmap),
                                 SCMP_SYS(mremap),
                                 SCMP_SYS(madvise),
                                 SCMP_SYS(futex),
                                 SCMP_SYS(set_robust_list),
                                 SCMP_SYS(rseq),
                                 SCMP_SYS(sched_yield),
                                 SCMP_SYS(sched_getaffinity),
                                 SCMP_SYS(getrandom),
                                 SCMP_SYS(clock_gettime),
                                 SCMP_SYS(clock_getres),
                                 SCMP_SYS(clock_nanosleep),
                                 SCMP_SYS(nanosleep),
                                 SCMP_SYS(gettimeofday),
                                 SCMP_SYS(time),
                                 SCMP_SYS(times),
                                 SCMP_SYS(getrusage),
                                 SCMP_SYS(sysinfo),
                                 SCMP_SYS(uname),
                                 SCMP_SYS(getpid),
                                 SCMP_SYS(gettid),
                                 SCMP_SYS(getuid),
                                 SCMP_SYS(geteuid),
                                 SCMP_SYS(getgid),
                                 SCMP_SYS(getegid),
                                 SCMP_SYS(rt_sigaction),
                                 SCMP_SYS(rt_sigprocmask),
                                 SCMP_SYS(rt_sigreturn),
                                 SCMP_SYS(sigaltstack),
                                 SCMP_SYS(restart_syscall),
                                 SCMP_SYS(exit),
                                 SCMP_SYS(exit_group)};

// Flags by which an open changes something. A temporary file is asked for by a bit of its own beside the folder's.
constexpr std::uint64_t kWriting = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);

// Adds rules until the first that fails.
class Rules {
public:
    explicit Rules(void *filter)
        : m_filter(filter)
    {
    }
    template <class... Conditions>
    void add(std::uint32_t action, int call, Conditions... conditions)
    {
        if (m_error == 0)
            m_error = ::seccomp_rule_add(m_filter, action, call, sizeof...(conditions), conditions...);
        // Not every machine has every call.
        if (m_error == -EDOM)
            m_error = 0;
    }
    void set(scmp_filter_attr attribute, std::uint32_t value)
    {
        if (m_error == 0)
            m_error = ::seccomp_attr_set(m_filter, attribute, value);
    }
    int load()
    {
        if (m_error == 0)
            m_error = ::seccomp_load(m_filter);
        return -m_error;
    }

private:
    void *m_filter;
    int m_error = 0;
};

// What a client's connection takes beside reading and writing.
constexpr std::array kClientCalls = {SCMP_SYS(connect),     SCMP_SYS(sendto),     SCMP_SYS(sendmsg),
                                     SCMP_SYS(sendmmsg),    SCMP_SYS(recvfrom),   SCMP_SYS(recvmsg),
                                     SCMP_SYS(getsockopt),  SCMP_SYS(setsockopt), SCMP_SYS(getsockname),
                                     SCMP_SYS(getpeername), SCMP_SYS(shutdown)};

void allowConnections(Rules &rules)
{
    for (const int call : kClientCalls)
        rules.add(SCMP_ACT_ALLOW, call);
    // Above the type stand flags, which change nothing here.
    constexpr std::uint64_t kType = 0xf;
    for (const std::uint64_t family : {std::uint64_t{AF_INET}, std::uint64_t{AF_INET6}}) {
        for (const std::uint64_t type : {std::uint64_t{SOCK_STREAM}, std::uint64_t{SOCK_DGRAM}})
            rules.add(SCMP_ACT_ALLOW, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, family),
                      SCMP_A1(SCMP_CMP_MASKED_EQ, kType, type));
    }
    // Waiting for none of them.
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, std::uint64_t{F_SETFL}));
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, std::uint64_t{FIONREAD}));
}

// Returns 0 or an errno.
int filterCalls(bool mayOpen, JailNetwork network)
{
    const Filter filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
    if (!filter)
        return ENOMEM;
    Rules rules(filter.get());
    rules.set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
    rules.set(SCMP_FLTATR_CTL_TSYNC, 1);
    for (const int call : kAllowed)
        rules.add(SCMP_ACT_ALLOW, call);
    if (mayOpen) {
        rules.add(SCMP_ACT_ALLOW, SCMP_SYS(open), SCMP_A1(SCMP_CMP_MASKED_EQ, kWriting, O_RDONLY));
        rules.add(SCMP_ACT_ALLOW, SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, kWriting, O_RDONLY));
    }
    // Code is mapped from files (converters of character sets), and never written.
    constexpr std::uint64_t kBoth = PROT_WRITE | PROT_EXEC;
    for (const std::uint64_t allowed : {std::uint64_t{0}, std::uint64_t{PROT_WRITE}, std::uint64_t{PROT_EXEC}})
        rules.add(SCMP_ACT_ALLOW, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, kBoth, allowed));
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, std::uint64_t{PROT_EXEC}, 0));
    for (const int command : {F_GETFD, F_SETFD, F_GETFL})
        rules.add(SCMP_ACT_ALLOW, SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, static_cast<std::uint64_t>(command)));
    // Reading limits, not setting them; a signal to itself, as abort() sends it.
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0));
    rules.add(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, static_cast<std::uint64_t>(::getpid())));
    if (network == JailNetwork::Client)
        allowConnections(rules);
    rules.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
    rules.add(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2));
    return rules.load();
}

// Landlock holds the thread that asks for it alone.
bool hasOneThread()
{
    const std::unique_ptr<DIR, int (*)(DIR *)> folder(::opendir("/proc/self/task"), ::closedir);
    if (!folder)
        return false;
    int threads = 0;
    while (const dirent *entry = ::readdir(folder.get()))
        threads += entry->d_name[0] != '.' ? 1 : 0;
    return threads == 1;
}

bool limit(int resource, std::uint64_t value)
{
    rlimit current{};
    if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &current) != 0)
        return false;
    const rlim_t allowed = std::min<rlim_t>(value, current.rlim_max);
    const rlimit wanted{.rlim_cur = allowed, .rlim_max = allowed};
    return ::setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) == 0;
}

} // namespace

std::expected<Jail, JailFailure> enterJail(const JailOptions &options)
{
    if (!hasOneThread())
        return std::unexpected(JailFailure{"counting threads", EBUSY});
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return std::unexpected(JailFailure{"no_new_privs", errno});
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return std::unexpected(JailFailure{"dumpable", errno});
    const auto landlock = keepFilesAway(options);
    if (!landlock)
        return std::unexpected(landlock.error());
    if (!limit(RLIMIT_AS, options.memoryBytes) || !limit(RLIMIT_CPU, options.cpuSeconds) ||
        !limit(RLIMIT_NOFILE, options.openFiles) || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, 0) ||
        !limit(RLIMIT_MEMLOCK, 0))
        return std::unexpected(JailFailure{"limits", errno});
    if (const int error = filterCalls(*landlock > 0, options.network); error != 0)
        return std::unexpected(JailFailure{"system call filter", error});
    return Jail{.landlock = *landlock};
}

} // namespace app::platform
