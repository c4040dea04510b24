// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ingest_pace.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace app {

namespace {

constexpr double kMemorySeconds = 120; ///< after these an amount counts by half
constexpr double kLeastSeconds = 3;    ///< of work before anything is said
/// Of text with markup around it, until something was read.
constexpr double kUsualPassagesPerByte = 1.0 / 2000;

} // namespace

void IngestPace::advance(Time now)
{
    const double seconds = std::max(0.0, Seconds(now - m_seen).count());
    m_seen = std::max(m_seen, now);
    if (!m_working)
        return;
    const double kept = std::exp2(-seconds / kMemorySeconds);
    for (Meter *meter : {&m_reading, &m_embedding}) {
        meter->amount *= kept;
        meter->seconds = meter->seconds * kept + seconds;
    }
}

void IngestPace::setWorking(bool working, Time now)
{
    advance(now);
    m_working = working;
}

void IngestPace::addRead(std::int64_t bytes, Time now)
{
    advance(now);
    m_reading.amount += static_cast<double>(bytes);
}

void IngestPace::addEmbedded(std::int64_t passages, Time now)
{
    advance(now);
    m_embedding.amount += static_cast<double>(passages);
}

std::optional<IngestPace::Seconds> IngestPace::left(const Rest &rest, Time now) const
{
    const double since = m_working ? std::max(0.0, Seconds(now - m_seen).count()) : 0;
    const double perByte = rest.passagesPerByte > 0 ? rest.passagesPerByte : kUsualPassagesPerByte;
    const double bytes = static_cast<double>(rest.bytesToRead);
    const double passages = rest.embeds ? static_cast<double>(rest.passagesToEmbed) + bytes * perByte : 0;
    double longest = 0;
    for (const auto &[meter, amount] : {std::pair(m_reading, bytes), std::pair(m_embedding, passages)}) {
        if (amount <= 0)
            continue;
        if (meter.amount <= 0 || meter.seconds + since < kLeastSeconds)
            return std::nullopt;
        longest = std::max(longest, amount * (meter.seconds + since) / meter.amount);
    }
    return Seconds(longest);
}

} // namespace app
