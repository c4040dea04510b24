// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/guarded_start.h"

#include "app/platform/network_ban.h"

#include <QCoreApplication>

#include <cstring>
#include <string>
#include <string_view>

namespace app {

GuardedStart::GuardedStart(int argc, const char *const *argv)
{
    if (auto broker = platform::Broker::start({.workerFolders = platform::installedWorkerFolders()}))
        m_broker = std::move(*broker);
    const std::string option = std::string("--") + withoutBanOption();
    for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i)
        m_allowedWithout = m_allowedWithout || option == argv[i];
}

GuardedStart::~GuardedStart() = default;

void GuardedStart::banNetwork()
{
    if (m_banned)
        return;
    auto ban = platform::banNetwork(m_broker ? platform::RefusalMode::Watched : platform::RefusalMode::Silent);
    if (!ban) {
        m_error = ban.error();
        return;
    }
    m_banned = true;
    // Without a watcher the listener is closed here, and the kernel refuses by itself.
    if (m_broker && ban->listener)
        (void)m_broker->watchRefusals(std::move(ban->listener));
}

QString GuardedStart::complaint() const
{
    if (m_banned)
        return {};
    return QCoreApplication::translate(
               "GuardedStart", "Carrel could not forbid itself the network (%1), so it does not start. The system's "
                               "kernel must have seccomp; to start without this protection, use the option --%2.")
        .arg(QString::fromLocal8Bit(std::strerror(m_error)), QString::fromLatin1(withoutBanOption()));
}

const char *GuardedStart::withoutBanOption()
{
    return "without-network-ban";
}

} // namespace app
