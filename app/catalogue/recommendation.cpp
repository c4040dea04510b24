// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/recommendation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace app::catalogue {

namespace {

constexpr double kBillion = 1e9;
constexpr quint64 kSmallParameters = 3'000'000'000;

/// How much a model may take, and how much of it may be read for each token.
struct Limits {
    double share = 1.0;
    double readBytes = std::numeric_limits<double>::infinity();
};

/// What an ordinary computer's memory of 50 GB/s reads in the time of a token: 8, 12 and 25 a second.
constexpr Limits kRecommended{.share = 0.85, .readBytes = 6e9};
constexpr Limits kBalanced{.share = 0.6, .readBytes = 4e9};
constexpr Limits kSmall{.share = 0.3, .readBytes = 2e9};
constexpr Limits kLarge{};

double worth(const CatalogueEntry &entry)
{
    const double all = static_cast<double>(entry.parameters) / kBillion;
    const double active = static_cast<double>(entry.activeParameters) / kBillion;
    const QDate made = QDate::fromString(entry.notBefore + QLatin1StringView("-01"), Qt::ISODate);
    const double years = made.isValid() ? static_cast<double>(QDate(2023, 1, 1).daysTo(made)) / 365.25 : 0.0;
    return std::log2(std::cbrt(all * all * active)) + years;
}

double readPerToken(const Candidate &candidate)
{
    const CatalogueEntry &entry = *candidate.entry;
    return static_cast<double>(entry.files[candidate.file].bytes) * static_cast<double>(entry.activeParameters) /
           static_cast<double>(entry.parameters);
}

/// Of an entry's files, the better the smaller the number.
int fileRank(const Candidate &candidate)
{
    const QString &type = candidate.entry->files[candidate.file].quantization;
    const bool whole = type == QLatin1StringView("Q8_0");
    const bool small = candidate.entry->parameters < kSmallParameters;
    if (whole)
        return small ? 0 : 3;
    return type == QLatin1StringView("Q4_K_M") || type == QLatin1StringView("MXFP4") ? 1 : 2;
}

Choice best(const QList<Candidate> &candidates, const Place &place, const Limits &limits)
{
    const double room = static_cast<double>(place.bytes) * limits.share;
    const Candidate *best = nullptr;
    const auto key = [](const Candidate &candidate) {
        return std::tuple(-worth(*candidate.entry), fileRank(candidate), candidate.needBytes);
    };
    for (const Candidate &candidate : candidates) {
        const bool within = static_cast<double>(candidate.needBytes) <= room &&
                            (!place.processor || readPerToken(candidate) <= limits.readBytes);
        if (candidate.fits && candidate.free && candidate.entry->purpose == Purpose::Chat && within &&
            (best == nullptr || key(candidate) < key(*best)))
            best = &candidate;
    }
    return best == nullptr ? Choice{} : Choice{.id = best->entry->id, .file = best->file};
}

} // namespace

Recommendation recommend(const QList<Candidate> &candidates, const Place &place)
{
    return {.recommended = best(candidates, place, kRecommended),
            .small = best(candidates, place, kSmall),
            .balanced = best(candidates, place, kBalanced),
            .large = best(candidates, place, kLarge)};
}

} // namespace app::catalogue
