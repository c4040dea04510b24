// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/platform/descriptor.h"

#include <optional>
#include <string>

namespace app::platform {

/// One window for each data folder: a socket of this machine that a second start finds. The lock on the database is
/// what keeps two programs apart; this only lets the second start bring the first window to the front. GUI thread.
class SingleInstance {
public:
    /// `path`: of the socket, in a folder that belongs to the user alone.
    explicit SingleInstance(std::string path)
        : m_path(std::move(path))
    {
    }
    /// Removes the socket that listen() made.
    ~SingleInstance();

    /// Asks the program that listens to raise its window, with the desktop's activation token (may be empty). Waits two
    /// seconds at most. False: nobody listens.
    [[nodiscard]] bool raiseOther(const std::string &token) const;
    /// Listens in the place of a program that has ended. False: the path cannot be used.
    bool listen();
    /// Readable when somebody asks; -1 without listen().
    [[nodiscard]] int descriptor() const { return m_listener.get(); }
    /// The token of one that asks; nothing when it belongs to another user, says something else or has left.
    [[nodiscard]] std::optional<std::string> accept() const;

    SingleInstance(const SingleInstance &) = delete;
    SingleInstance &operator=(const SingleInstance &) = delete;

private:
    std::string m_path;
    Descriptor m_listener;
};

} // namespace app::platform
