// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sampling_settings.h"

#include <QJsonArray>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>

namespace app {

namespace {

using inference::SamplingParams;

struct FloatField {
    const char *key;
    float SamplingParams::*member;
    float low;
    float high;
};

// Ranges are wide: they keep hostile or broken records from reaching the sampler, not users from experimenting.
constexpr FloatField kFloats[] = {
    {"temperature", &SamplingParams::temperature, 0.0F, 100.0F},
    {"top_p", &SamplingParams::topP, 0.0F, 1.0F},
    {"min_p", &SamplingParams::minP, 0.0F, 1.0F},
    {"typical_p", &SamplingParams::typicalP, 0.0F, 1.0F},
    {"top_n_sigma", &SamplingParams::topNSigma, -1.0F, 100.0F},
    {"repeat_penalty", &SamplingParams::repeatPenalty, 0.01F, 100.0F},
    {"frequency_penalty", &SamplingParams::frequencyPenalty, -100.0F, 100.0F},
    {"presence_penalty", &SamplingParams::presencePenalty, -100.0F, 100.0F},
    {"dry_multiplier", &SamplingParams::dryMultiplier, 0.0F, 100.0F},
    {"dry_base", &SamplingParams::dryBase, 1.0F, 100.0F},
    {"xtc_probability", &SamplingParams::xtcProbability, 0.0F, 1.0F},
    {"xtc_threshold", &SamplingParams::xtcThreshold, 0.0F, 1.0F},
    {"dynamic_temperature_range", &SamplingParams::dynamicTemperatureRange, 0.0F, 100.0F},
    {"dynamic_temperature_exponent", &SamplingParams::dynamicTemperatureExponent, 0.01F, 100.0F},
    {"mirostat_tau", &SamplingParams::mirostatTau, 0.0F, 100.0F},
    {"mirostat_eta", &SamplingParams::mirostatEta, 0.0F, 10.0F},
};

struct IntField {
    const char *key;
    std::int32_t SamplingParams::*member;
    std::int32_t low;
    std::int32_t high;
};

constexpr std::int32_t kMany = std::numeric_limits<std::int32_t>::max();
constexpr IntField kInts[] = {
    {"top_k", &SamplingParams::topK, 0, kMany},
    {"penalty_last_n", &SamplingParams::penaltyLastN, -1, kMany},
    {"dry_allowed_length", &SamplingParams::dryAllowedLength, 0, kMany},
    {"dry_last_n", &SamplingParams::dryLastN, -1, kMany},
    {"mirostat", &SamplingParams::mirostat, 0, 2},
};

// A float written as the shortest decimal that reads back as the same float.
double shortest(float value)
{
    return QString::number(value, 'g', 7).toDouble();
}

float readFloat(const QJsonValue &value, float fallback, float low, float high)
{
    const double number = value.toDouble(fallback);
    if (!std::isfinite(number))
        return fallback;
    return std::clamp(static_cast<float>(number), low, high);
}

std::int32_t readInt(const QJsonValue &value, std::int32_t fallback, std::int32_t low, std::int32_t high)
{
    return static_cast<std::int32_t>(std::clamp<qint64>(value.toInteger(fallback), low, high));
}

// Seeds beyond 2^53 do not survive every JSON reader as numbers, so they are written as text; both are read.
QJsonValue seedToJson(std::uint64_t seed)
{
    if (seed <= (1ULL << 53U))
        return static_cast<qint64>(seed);
    return QString::number(seed);
}

std::uint64_t seedFromJson(const QJsonValue &value)
{
    if (value.isString())
        return value.toString().toULongLong();
    return static_cast<std::uint64_t>(std::max<qint64>(0, value.toInteger()));
}

template <class Target>
Target overlaid(const SamplingOverrides &overrides, Target base)
{
    const auto set = [](auto &target, const auto &value) { target = value.has_value() ? *value : target; };
    set(base.temperature, overrides.temperature);
    set(base.topK, overrides.topK);
    set(base.topP, overrides.topP);
    set(base.minP, overrides.minP);
    set(base.typicalP, overrides.typicalP);
    set(base.repeatPenalty, overrides.repeatPenalty);
    set(base.frequencyPenalty, overrides.frequencyPenalty);
    set(base.presencePenalty, overrides.presencePenalty);
    set(base.penaltyLastN, overrides.penaltyLastN);
    set(base.seed, overrides.seed);
    return base;
}

} // namespace

SamplingParams applied(const SamplingOverrides &overrides, SamplingParams base)
{
    return overlaid(overrides, std::move(base));
}

SamplingOverrides merged(const SamplingOverrides &overrides, SamplingOverrides base)
{
    return overlaid(overrides, std::move(base));
}

std::uint64_t randomSeed()
{
    std::random_device device;
    return std::uniform_int_distribution<std::uint32_t>{}(device);
}

QJsonObject toJson(const SamplingParams &params)
{
    QJsonObject object;
    for (const FloatField &field : kFloats)
        object.insert(QLatin1StringView(field.key), shortest(params.*field.member));
    for (const IntField &field : kInts)
        object.insert(QLatin1StringView(field.key), params.*field.member);
    QJsonArray breakers;
    for (const std::string &breaker : params.drySequenceBreakers)
        breakers.append(QString::fromStdString(breaker));
    object.insert(QLatin1StringView("dry_sequence_breakers"), breakers);
    QJsonObject bias;
    for (const auto &[token, value] : params.logitBias)
        bias.insert(QString::number(token), shortest(value));
    object.insert(QLatin1StringView("logit_bias"), bias);
    object.insert(QLatin1StringView("seed"), seedToJson(params.seed));
    return object;
}

SamplingParams samplingFromJson(const QJsonObject &object)
{
    SamplingParams params;
    for (const FloatField &field : kFloats)
        params.*field.member =
            readFloat(object.value(QLatin1StringView(field.key)), params.*field.member, field.low, field.high);
    for (const IntField &field : kInts)
        params.*field.member =
            readInt(object.value(QLatin1StringView(field.key)), params.*field.member, field.low, field.high);
    if (const QJsonValue breakers = object.value(QLatin1StringView("dry_sequence_breakers")); breakers.isArray()) {
        params.drySequenceBreakers.clear();
        for (const QJsonValue breaker : breakers.toArray())
            params.drySequenceBreakers.push_back(breaker.toString().toStdString());
    }
    const QJsonObject bias = object.value(QLatin1StringView("logit_bias")).toObject();
    for (auto it = bias.begin(); it != bias.end(); ++it) {
        bool isNumber = false;
        const int token = it.key().toInt(&isNumber);
        if (isNumber && token >= 0)
            params.logitBias[token] = readFloat(it.value(), 0.0F, -1000.0F, 1000.0F);
    }
    params.seed = seedFromJson(object.value(QLatin1StringView("seed")));
    return params;
}

QJsonObject toJson(const SamplingOverrides &overrides)
{
    QJsonObject object;
    const auto put = [&](const char *key, const std::optional<float> &value) {
        if (value)
            object.insert(QLatin1StringView(key), shortest(*value));
    };
    put("temperature", overrides.temperature);
    put("top_p", overrides.topP);
    put("min_p", overrides.minP);
    put("typical_p", overrides.typicalP);
    put("repeat_penalty", overrides.repeatPenalty);
    put("frequency_penalty", overrides.frequencyPenalty);
    put("presence_penalty", overrides.presencePenalty);
    if (overrides.topK)
        object.insert(QLatin1StringView("top_k"), *overrides.topK);
    if (overrides.penaltyLastN)
        object.insert(QLatin1StringView("penalty_last_n"), *overrides.penaltyLastN);
    if (overrides.seed)
        object.insert(QLatin1StringView("seed"), seedToJson(*overrides.seed));
    return object;
}

SamplingOverrides overridesFromJson(const QJsonObject &object)
{
    // Ranges are those of the full settings: read all of them, then keep what was written.
    const SamplingParams all = samplingFromJson(object);
    SamplingOverrides overrides;
    const auto take = [&](const char *key, auto &target, const auto &value) {
        if (object.contains(QLatin1StringView(key)))
            target = value;
    };
    take("temperature", overrides.temperature, all.temperature);
    take("top_k", overrides.topK, all.topK);
    take("top_p", overrides.topP, all.topP);
    take("min_p", overrides.minP, all.minP);
    take("typical_p", overrides.typicalP, all.typicalP);
    take("repeat_penalty", overrides.repeatPenalty, all.repeatPenalty);
    take("frequency_penalty", overrides.frequencyPenalty, all.frequencyPenalty);
    take("presence_penalty", overrides.presencePenalty, all.presencePenalty);
    take("penalty_last_n", overrides.penaltyLastN, all.penaltyLastN);
    take("seed", overrides.seed, all.seed);
    return overrides;
}

QString toText(const SamplingParams &params)
{
    QStringList lines;
    for (const FloatField &field : kFloats)
        lines.append(QLatin1StringView(field.key) + QStringLiteral(" = ") +
                     QString::number(params.*field.member, 'g', 7));
    for (const IntField &field : kInts)
        lines.append(QLatin1StringView(field.key) + QStringLiteral(" = ") + QString::number(params.*field.member));
    lines.append(QStringLiteral("seed = ") + QString::number(params.seed));
    return lines.join(QLatin1Char('\n'));
}

QString finishName(inference::FinishReason reason)
{
    switch (reason) {
    case inference::FinishReason::EndOfGeneration:
        return QStringLiteral("end_of_generation");
    case inference::FinishReason::StopString:
        return QStringLiteral("stop_string");
    case inference::FinishReason::TokenLimit:
        return QStringLiteral("token_limit");
    case inference::FinishReason::ContextFull:
        return QStringLiteral("context_full");
    case inference::FinishReason::Cancelled:
        return QStringLiteral("cancelled");
    }
    return QStringLiteral("end_of_generation");
}

} // namespace app
