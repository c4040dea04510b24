// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtTypes>

#include <chrono>
#include <deque>

namespace app {

/// How fast something arrives, over the last seconds. Plain value.
class DownloadRate {
public:
    using Clock = std::chrono::steady_clock;

    void reset() { m_points.clear(); }
    /// So many bytes are there now.
    void add(quint64 received, Clock::time_point now = Clock::now());
    [[nodiscard]] quint64 bytesPerSecond() const; ///< 0: it cannot be told yet
    /// -1: it cannot be told.
    [[nodiscard]] qint64 secondsLeft(quint64 bytes, quint64 received) const;

private:
    struct Point {
        Clock::time_point at;
        quint64 received = 0;
    };
    std::deque<Point> m_points;
};

} // namespace app
