// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sampling settings as assistants, the terminal and the record of an answer hold them.
#pragma once

#include "inference/types.h"

#include <QJsonObject>
#include <QString>

#include <cstdint>
#include <optional>

namespace app {

/// What differs from the settings that a model file recommends; absent fields follow the model.
struct SamplingOverrides {
    std::optional<float> temperature;
    std::optional<std::int32_t> topK;
    std::optional<float> topP;
    std::optional<float> minP;
    std::optional<float> typicalP;
    std::optional<float> repeatPenalty;
    std::optional<float> frequencyPenalty;
    std::optional<float> presencePenalty;
    std::optional<std::int32_t> penaltyLastN;
    std::optional<std::uint64_t> seed; ///< absent: drawn at random for each answer
    bool operator==(const SamplingOverrides &) const = default;
};

/// `base` with the overrides applied. A missing seed is left as in `base`.
inference::SamplingParams applied(const SamplingOverrides &overrides, inference::SamplingParams base);

/// `overrides` where they say something, else `base`.
SamplingOverrides merged(const SamplingOverrides &overrides, SamplingOverrides base);

/// A seed for one answer: 32 random bits, so that every JSON reader keeps it exact.
std::uint64_t randomSeed();

/// Every field of a set of settings, for records and for --json.
QJsonObject toJson(const inference::SamplingParams &params);
/// Reads what toJson() wrote. Missing fields are the neutral chain; values out of range are clamped.
inference::SamplingParams samplingFromJson(const QJsonObject &object);

QJsonObject toJson(const SamplingOverrides &overrides);
SamplingOverrides overridesFromJson(const QJsonObject &object);

/// "temperature = 0.7" lines, in the order of the chain, for the record's card.
QString toText(const inference::SamplingParams &params);

/// Name of a finish reason as records and JSON hold it: "end_of_generation", "stop_string", "token_limit",
/// "context_full", "cancelled".
QString finishName(inference::FinishReason reason);

} // namespace app
