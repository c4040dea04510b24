// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sampling_settings.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <cmath>

using namespace app;
using inference::SamplingParams;

class SamplingSettingsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFieldSurvives();
    void largeSeedsSurvive();
    void overridesSurvive();
    void overridesWinOverTheBase();
    void hostileValuesAreClamped();
    void finishReasonsHaveNames();
};

namespace {

template <class T>
T throughText(const T &object)
{
    return QJsonDocument::fromJson(QJsonDocument(object).toJson()).object();
}

} // namespace

void SamplingSettingsTest::everyFieldSurvives()
{
    SamplingParams params;
    params.temperature = 0.7F;
    params.topK = 12;
    params.topP = 0.9F;
    params.minP = 0.1F;
    params.typicalP = 0.8F;
    params.topNSigma = 1.5F;
    params.repeatPenalty = 1.1F;
    params.frequencyPenalty = 0.2F;
    params.presencePenalty = -0.3F;
    params.penaltyLastN = -1;
    params.dryMultiplier = 0.8F;
    params.dryBase = 1.5F;
    params.dryAllowedLength = 3;
    params.dryLastN = 100;
    params.drySequenceBreakers = {"\n", "ä"};
    params.xtcProbability = 0.5F;
    params.xtcThreshold = 0.2F;
    params.dynamicTemperatureRange = 0.3F;
    params.dynamicTemperatureExponent = 2.0F;
    params.mirostat = 2;
    params.mirostatTau = 4.0F;
    params.mirostatEta = 0.2F;
    params.logitBias = {{5, -2.5F}, {7, 1.0F}};
    params.seed = 4'294'967'295ULL;
    QCOMPARE(samplingFromJson(throughText(toJson(params))), params);
}

void SamplingSettingsTest::largeSeedsSurvive()
{
    for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 53U, (1ULL << 53U) + 1, ~0ULL}) {
        SamplingParams params;
        params.seed = seed;
        QCOMPARE(samplingFromJson(throughText(toJson(params))).seed, seed);
    }
}

void SamplingSettingsTest::overridesSurvive()
{
    SamplingOverrides overrides;
    QVERIFY(toJson(overrides).isEmpty());
    overrides.temperature = 0.0F;
    overrides.topK = 1;
    overrides.seed = 9;
    QCOMPARE(overridesFromJson(throughText(toJson(overrides))), overrides);
}

void SamplingSettingsTest::overridesWinOverTheBase()
{
    SamplingParams base;
    base.temperature = 0.2F;
    base.topK = 3;
    const SamplingParams result = applied({.temperature = 0.9F, .seed = 42}, base);
    QCOMPARE(result.temperature, 0.9F);
    QCOMPARE(result.topK, 3);
    QCOMPARE(result.seed, std::uint64_t{42});
    const SamplingOverrides both = merged({.temperature = 0.1F}, {.temperature = 0.5F, .minP = 0.3F});
    QCOMPARE(both.temperature, 0.1F);
    QCOMPARE(both.minP, 0.3F);
}

void SamplingSettingsTest::hostileValuesAreClamped()
{
    const SamplingParams params =
        samplingFromJson({{QStringLiteral("temperature"), -5.0},
                          {QStringLiteral("top_p"), 1e300},
                          {QStringLiteral("top_k"), -7},
                          {QStringLiteral("mirostat"), 99},
                          {QStringLiteral("repeat_penalty"), 0.0},
                          {QStringLiteral("min_p"), QStringLiteral("x")},
                          {QStringLiteral("dry_sequence_breakers"), QJsonArray{1, 2}},
                          {QStringLiteral("logit_bias"), QJsonObject{{QStringLiteral("x"), 1}}},
                          {QStringLiteral("seed"), -1}});
    QCOMPARE(params.temperature, 0.0F);
    QCOMPARE(params.topP, 1.0F);
    QCOMPARE(params.topK, 0);
    QCOMPARE(params.mirostat, 2);
    QVERIFY(params.repeatPenalty > 0.0F);
    QCOMPARE(params.minP, SamplingParams{}.minP);
    QVERIFY(params.logitBias.empty());
    QCOMPARE(params.seed, std::uint64_t{0});
    QVERIFY(std::isfinite(params.topP));
}

void SamplingSettingsTest::finishReasonsHaveNames()
{
    QStringList names;
    for (int reason = 0; reason <= static_cast<int>(inference::FinishReason::Cancelled); ++reason)
        names.append(finishName(static_cast<inference::FinishReason>(reason)));
    QCOMPARE(names.removeDuplicates(), 0);
    QVERIFY(!names.contains(QString()));
}

QTEST_GUILESS_MAIN(SamplingSettingsTest)
#include "sampling_settings_test.moc"
