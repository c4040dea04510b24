// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download_rate.h"

namespace app {

namespace {

constexpr std::chrono::seconds kWindow{5};
constexpr std::chrono::milliseconds kShortest{300};

} // namespace

void DownloadRate::add(quint64 received, Clock::time_point now)
{
    if (!m_points.empty() && received < m_points.back().received)
        m_points.clear();
    m_points.push_back({.at = now, .received = received});
    while (m_points.size() > 2 && now - m_points[1].at >= kWindow)
        m_points.pop_front();
}

quint64 DownloadRate::bytesPerSecond() const
{
    if (m_points.size() < 2)
        return 0;
    const auto time = m_points.back().at - m_points.front().at;
    if (time < kShortest)
        return 0;
    const double seconds = std::chrono::duration<double>(time).count();
    return static_cast<quint64>(static_cast<double>(m_points.back().received - m_points.front().received) / seconds);
}

qint64 DownloadRate::secondsLeft(quint64 bytes, quint64 received) const
{
    const quint64 rate = bytesPerSecond();
    if (rate == 0 || bytes <= received)
        return -1;
    return static_cast<qint64>((bytes - received + rate - 1) / rate);
}

} // namespace app
