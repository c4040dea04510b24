// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <random>
#include <vector>

namespace tests {

/// A mean, and how far from it another sample of as many questions might well have led.
struct Interval {
    double mean = 0;
    double from = 0;
    double to = 0;
};

/// Mean and the middle 95 % of means of values drawn with replacement. (Efron: Bootstrap methods, 1979.) The same
/// values give the same interval; none give zeros.
inline Interval bootstrap(const std::vector<double> &values)
{
    if (values.empty())
        return {};
    constexpr int draws = 2000;
    const auto count = static_cast<double>(values.size());
    std::mt19937 random(1);
    std::uniform_int_distribution<std::size_t> pick(0, values.size() - 1);
    std::vector<double> means;
    for (int draw = 0; draw < draws; ++draw) {
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i)
            sum += values[pick(random)];
        means.push_back(sum / count);
    }
    std::ranges::sort(means);
    double sum = 0;
    for (const double value : values)
        sum += value;
    return {.mean = sum / count, .from = means[draws / 40], .to = means[draws - draws / 40 - 1]};
}

} // namespace tests
