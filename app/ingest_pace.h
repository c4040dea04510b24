// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace app {

/// How fast documents are read and embedded, and how long the rest will take. What lies some minutes back counts less
/// and less. Times are those of any steady clock; not thread-safe.
class IngestPace {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Seconds = std::chrono::duration<double>;

    /// Work begins, or stands still from now on; time that it stands still does not count.
    void setWorking(bool working, Time now);
    void addRead(std::int64_t bytes, Time now);
    void addEmbedded(std::int64_t passages, Time now);

    struct Rest {
        std::int64_t bytesToRead = 0;
        std::int64_t passagesToEmbed = 0; ///< of what is read
        double passagesPerByte = 0;       ///< of what is read, over all; 0: not known
        bool embeds = true;
    };
    /// Nothing before some seconds of work were seen. Reading and embedding go side by side, so the longer one counts.
    [[nodiscard]] std::optional<Seconds> left(const Rest &rest, Time now) const;

private:
    struct Meter {
        double amount = 0;
        double seconds = 0;
    };
    void advance(Time now);

    bool m_working = false;
    Time m_seen;
    Meter m_reading;
    Meter m_embedding;
};

} // namespace app
