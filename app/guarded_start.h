// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/platform/broker.h"

#include <QString>

#include <memory>

namespace app {

/// How every program of Carrel starts: first the broker, then the network ban.
///
///     int main(int argc, char **argv)
///     {
///         app::GuardedStart start(argc, argv); // before anything else
///         start.banNetwork();                  // again does nothing
///         QCoreApplication application(argc, argv);
///         if (!start.mayContinue()) … start.complaint() …
class GuardedStart {
public:
    /// Forks the broker: the process must have one thread. Reads from the arguments whether the user allows a start
    /// without the ban (withoutBanOption()).
    GuardedStart(int argc, const char *const *argv);
    ~GuardedStart();

    /// Bans the network for good; the broker answers and counts what is refused.
    void banNetwork();
    /// Whether the network is banned, or the user has said that it need not be.
    [[nodiscard]] bool mayContinue() const { return m_banned || m_allowedWithout; }
    /// Why there is no ban and what to do, one or two sentences; empty when there is one.
    [[nodiscard]] QString complaint() const;
    /// Null where no process could be made.
    [[nodiscard]] platform::Broker *broker() const { return m_broker.get(); }

    /// "without-network-ban": the option, without its dashes, that lets Carrel start on a system without seccomp.
    static const char *withoutBanOption();

    GuardedStart(const GuardedStart &) = delete;
    GuardedStart &operator=(const GuardedStart &) = delete;

private:
    std::unique_ptr<platform::Broker> m_broker;
    bool m_allowedWithout = false;
    bool m_banned = false;
    int m_error = 0; ///< errno of a ban that failed
};

} // namespace app
