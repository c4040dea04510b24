// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_fit.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace app {

namespace {

constexpr int kVersion = 1;
// Numbers of JSON are exact up to here.
constexpr qint64 kMost = 1LL << 53;
constexpr qsizetype kMostRows = 256;

QJsonObject object(const inference::MemoryNeeds &needs)
{
    const auto number = [](quint64 value) { return QJsonValue(static_cast<qint64>(value)); };
    QJsonArray cache;
    for (const inference::CacheNeeds &layers : needs.cache)
        cache.append(QJsonArray{static_cast<int>(layers.kind), number(layers.slots), number(layers.numbersPerToken)});
    QJsonArray scratch;
    for (const inference::ScratchNeeds &at : needs.scratch)
        scratch.append(QJsonArray{number(at.context), number(at.bytes)});
    return {{QStringLiteral("weights"), number(needs.weightBytes)},
            {QStringLiteral("experts"), number(needs.expertBytes)},
            {QStringLiteral("host_experts"), number(needs.hostExpertBytes)},
            {QStringLiteral("mapped"), number(needs.mappedBytes)},
            {QStringLiteral("state"), number(needs.stateBytes)},
            {QStringLiteral("cache"), cache},
            {QStringLiteral("scratch"), scratch}};
}

/// Takes numbers and remembers whether one was none.
class Numbers {
public:
    quint64 take(const QJsonValue &value, qint64 most = kMost)
    {
        const qint64 number = value.toInteger(-1);
        m_sound = m_sound && number >= 0 && number <= most;
        return m_sound ? static_cast<quint64>(number) : 0;
    }
    quint32 takeShort(const QJsonValue &value) { return static_cast<quint32>(take(value, 0xFFFF'FFFFLL)); }
    [[nodiscard]] bool sound() const { return m_sound; }

private:
    bool m_sound = true;
};

std::optional<inference::MemoryNeeds> needsFrom(const QJsonObject &json)
{
    Numbers numbers;
    inference::MemoryNeeds needs{.weightBytes = numbers.take(json[QLatin1StringView("weights")]),
                                 .expertBytes = numbers.take(json[QLatin1StringView("experts")]),
                                 .hostExpertBytes = numbers.take(json[QLatin1StringView("host_experts")]),
                                 .mappedBytes = numbers.take(json[QLatin1StringView("mapped")]),
                                 .stateBytes = numbers.take(json[QLatin1StringView("state")])};
    const QJsonArray cache = json[QLatin1StringView("cache")].toArray();
    const QJsonArray scratch = json[QLatin1StringView("scratch")].toArray();
    if (cache.size() > kMostRows || scratch.size() > kMostRows || needs.expertBytes > needs.weightBytes)
        return std::nullopt;
    for (const auto &row : cache) {
        const QJsonArray values = row.toArray();
        const quint64 kind = numbers.take(values.at(0), static_cast<qint64>(inference::CacheKind::Latent));
        needs.cache.push_back({static_cast<inference::CacheKind>(kind), numbers.takeShort(values.at(1)),
                               numbers.take(values.at(2), kMost >> 20U)});
    }
    quint32 before = 0;
    for (const auto &row : scratch) {
        const QJsonArray values = row.toArray();
        needs.scratch.push_back({numbers.takeShort(values.at(0)), numbers.take(values.at(1))});
        if (needs.scratch.back().context <= before)
            return std::nullopt;
        before = needs.scratch.back().context;
    }
    return numbers.sound() ? std::optional(needs) : std::nullopt;
}

} // namespace

QByteArray needsToJson(const inference::ModelNeeds &needs)
{
    return QJsonDocument(QJsonObject{{QStringLiteral("version"), kVersion},
                                     {QStringLiteral("processor"), object(needs.processor)},
                                     {QStringLiteral("graphics"), object(needs.graphics)}})
        .toJson(QJsonDocument::Compact);
}

std::optional<inference::ModelNeeds> needsFromJson(const QByteArray &json)
{
    const QJsonObject root = QJsonDocument::fromJson(json).object();
    if (root[QLatin1StringView("version")].toInt() != kVersion)
        return std::nullopt;
    const auto processor = needsFrom(root[QLatin1StringView("processor")].toObject());
    const auto graphics = needsFrom(root[QLatin1StringView("graphics")].toObject());
    if (!processor || !graphics)
        return std::nullopt;
    return inference::ModelNeeds{.processor = *processor, .graphics = *graphics};
}

} // namespace app
