// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_fit.h"
#include "app/model_service.h"

#include <QTest>

using namespace app;
using inference::CacheKind;
using inference::CacheNeeds;
using inference::MemoryNeeds;
using inference::ModelNeeds;

namespace {

constexpr quint64 kMegabyte = 1'000'000;
constexpr quint64 kScratch = 64 * kMegabyte;
/// What the system keeps of a device's memory.
constexpr quint64 kReserve = 256ULL << 20U;

/// A gigabyte of weights; 100 kB of cache for each token.
MemoryNeeds plain()
{
    return {.weightBytes = 1000 * kMegabyte,
            .cache = {{CacheKind::Full, 0, 50'000}},
            .scratch = {{1, kScratch}, {10'000, kScratch}}};
}

DeviceValue card(quint64 bytes)
{
    return {.uuid = QStringLiteral("card"), .deviceClass = DeviceClass::DiscreteGpu, .freeBytes = bytes + kReserve};
}

DeviceValue processor(quint64 bytes)
{
    return {.deviceClass = DeviceClass::Cpu, .freeBytes = bytes + kReserve};
}

ModelFit fitFor(const MemoryNeeds &needs, const DeviceValue &device, quint32 context)
{
    return fitOn({.processor = needs, .graphics = needs},
                 {.device = device, .context = context, .trainedContext = 10'000});
}

} // namespace

class ModelFitTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fits_data();
    void fits();
    void anUnknownDeviceStillTellsTheNeed();
    void slidingLayersStopGrowing();
    void statesTakeRoomAtAnyLength();
    void latentCachesAreNamedApart();
    void expertsMayLeaveTheCard();
    void smallerCachesAllowLongerContexts();
    void scratchGrowsBetweenWhatIsKnown();
    void measurementsCorrect();
    void measurementsOfOthersDoNot_data();
    void measurementsOfOthersDoNot();
    void everyUsableDeviceIsAsked();
    void shapesGiveNeeds();
    void needsGoThroughJson();
    void damagedJsonIsRefused_data();
    void damagedJsonIsRefused();
};

void ModelFitTest::fits_data()
{
    QTest::addColumn<quint64>("megabytes");
    QTest::addColumn<bool>("onCard");
    QTest::addColumn<quint32>("context");
    QTest::addColumn<FitLevel>("level");
    QTest::addColumn<quint32>("largest");
    QTest::newRow("plenty") << quint64{4000} << false << 8192U << FitLevel::Fits << 10'000U;
    QTest::newRow("to the byte") << quint64{1164} << true << 1000U << FitLevel::Fits << 1000U;
    QTest::newRow("a card too small") << quint64{1200} << true << 8192U << FitLevel::WontFit << 1360U;
    QTest::newRow("the processor can read from the disk") << quint64{1200} << false << 8192U << FitLevel::Slow << 1360U;
    QTest::newRow("weights that are read from the disk") << quint64{500} << false << 1000U << FitLevel::Slow << 4360U;
    QTest::newRow("not even the conversation") << quint64{500} << false << 8192U << FitLevel::WontFit << 4360U;
    QTest::newRow("nothing at all") << quint64{10} << true << 512U << FitLevel::WontFit << 0U;
    QTest::newRow("more than it was trained for") << quint64{4000} << true << 90'000U << FitLevel::Fits << 10'000U;
}

void ModelFitTest::fits()
{
    QFETCH(quint64, megabytes);
    QFETCH(bool, onCard);
    QFETCH(quint32, context);
    const quint64 bytes = megabytes * kMegabyte;
    const ModelFit fit = fitFor(plain(), onCard ? card(bytes) : processor(bytes), context);
    QTEST(fit.level, "level");
    QTEST(fit.largestContext, "largest");
    QVERIFY(!fit.text.isEmpty());
    QVERIFY(!fit.parts.isEmpty());
    QCOMPARE(fit.needBytes, fit.weightBytes + fit.cacheBytes + fit.scratchBytes);
}

void ModelFitTest::anUnknownDeviceStillTellsTheNeed()
{
    const ModelFit fit = fitFor(plain(), {}, 1000);
    QCOMPARE(fit.level, FitLevel::Unknown);
    QCOMPARE(fit.needBytes, 1164 * kMegabyte);
    QVERIFY(!fit.text.isEmpty());
    QCOMPARE(fitOn({}, {.device = card(kMegabyte), .context = 10}), ModelFit{});
}

void ModelFitTest::slidingLayersStopGrowing()
{
    MemoryNeeds needs = plain();
    needs.cache = {{CacheKind::Full, 0, 10'000}, {CacheKind::Sliding, 1000, 40'000}};
    // 180 MB beside the weights: 80 for what slides, 100 for 5000 positions of the rest.
    QCOMPARE(fitFor(needs, card(1180 * kMegabyte + kScratch), 5000).level, FitLevel::Fits);
    QCOMPARE(fitFor(needs, card(1180 * kMegabyte + kScratch), 5000).largestContext, 5000U);
    QCOMPARE(fitFor(needs, card(1179 * kMegabyte + kScratch), 5000).level, FitLevel::WontFit);
    QCOMPARE(fitFor(needs, card(1179 * kMegabyte + kScratch), 5000).largestContext, 4950U);
    QCOMPARE(fitFor(needs, card(1050 * kMegabyte + kScratch), 5000).largestContext, 500U);
    QCOMPARE(fitFor(needs, card(9000 * kMegabyte), 5000).largestContext, 10'000U);
}

void ModelFitTest::statesTakeRoomAtAnyLength()
{
    MemoryNeeds needs = plain();
    needs.stateBytes = 80 * kMegabyte;
    QCOMPARE(fitFor(needs, card(1180 * kMegabyte + kScratch), 1000).level, FitLevel::Fits);
    QCOMPARE(fitFor(needs, card(1180 * kMegabyte + kScratch), 1000).largestContext, 1000U);
    QCOMPARE(fitFor(needs, card(1179 * kMegabyte + kScratch), 1000).level, FitLevel::WontFit);
    QCOMPARE(fitFor(needs, card(1179 * kMegabyte + kScratch), 1000).largestContext, 990U);
}

void ModelFitTest::latentCachesAreNamedApart()
{
    MemoryNeeds needs = plain();
    needs.cache = {{CacheKind::Full, 0, 10}, {CacheKind::Sliding, 100, 20}, {CacheKind::Latent, 0, 40}};
    needs.stateBytes = 7;
    const inference::MemoryParts parts = memoryAt(needs, 1000, inference::KvType::F16);
    QCOMPARE(parts.fullCacheBytes, 20'000U);
    QCOMPARE(parts.slidingCacheBytes, 4000U);
    QCOMPARE(parts.latentCacheBytes, 80'000U);
    QCOMPARE(parts.stateBytes, 7U);
    QCOMPARE(parts.total(), 1000 * kMegabyte + 104'007 + kScratch);
}

void ModelFitTest::expertsMayLeaveTheCard()
{
    MemoryNeeds needs = plain();
    needs.expertBytes = 800 * kMegabyte;
    needs.mappedBytes = 10 * kMegabyte;
    const auto fitWith = [&](const DeviceValue &device) { return fitFor(needs, device, 1000); };
    QCOMPARE(fitWith(card(1100 * kMegabyte + kScratch)).level, FitLevel::Fits);
    const ModelFit split = fitWith(card(1099 * kMegabyte + kScratch));
    QCOMPARE(split.level, FitLevel::Slow);
    QVERIFY(split.text.contains(QStringLiteral("experts")));
    QCOMPARE(split.largestContext, 8990U);
    QCOMPARE(fitWith(card(300 * kMegabyte + kScratch)).level, FitLevel::Slow);
    QCOMPARE(fitWith(card(300 * kMegabyte + kScratch)).largestContext, 1000U);
    QCOMPARE(fitWith(card(299 * kMegabyte + kScratch)).level, FitLevel::WontFit);
    const ModelFit here = fitWith(processor(1099 * kMegabyte + kScratch));
    QCOMPARE(here.level, FitLevel::Slow);
    QVERIFY(!here.text.contains(QStringLiteral("experts")));
    QCOMPARE(here.largestContext, 990U);
}

void ModelFitTest::smallerCachesAllowLongerContexts()
{
    MemoryNeeds needs = plain();
    needs.cache = {{CacheKind::Full, 0, 51'200}};
    FitQuestion question{.device = card(1200 * kMegabyte + kScratch), .context = 500, .trainedContext = 100'000};
    QCOMPARE(fitOn({.graphics = needs}, question).largestContext, 200'000'000U / 102'400);
    question.kv = inference::KvType::Q8_0;
    QCOMPARE(fitOn({.graphics = needs}, question).largestContext, 200'000'000U / 54'400);
    question.kv = inference::KvType::Q4_0;
    QCOMPARE(fitOn({.graphics = needs}, question).largestContext, 200'000'000U / 28'800);
}

void ModelFitTest::scratchGrowsBetweenWhatIsKnown()
{
    const MemoryNeeds needs{.weightBytes = 1, .scratch = {{100, 1000}, {300, 3000}}};
    const auto scratchAt = [&](quint32 context) {
        return memoryAt(needs, context, inference::KvType::F16).scratchBytes;
    };
    QCOMPARE(scratchAt(1), 1000U);
    QCOMPARE(scratchAt(100), 1000U);
    QCOMPARE(scratchAt(200), 2000U);
    QCOMPARE(scratchAt(300), 3000U);
    QCOMPARE(scratchAt(999), 3000U);
}

void ModelFitTest::measurementsCorrect()
{
    FitQuestion question{.device = card(1200 * kMegabyte + kScratch), .context = 1000, .trainedContext = 10'000};
    question.measured = {{.device = QStringLiteral("card"), .context = 500, .bytes = 1060 * kMegabyte + kScratch}};
    const ModelFit more = fitOn({.graphics = plain()}, question);
    QVERIFY(more.measured);
    QCOMPARE(more.needBytes, 1110 * kMegabyte + kScratch);
    QCOMPARE(more.largestContext, 1900U);
    question.measured.first().bytes = 1040 * kMegabyte + kScratch;
    QCOMPARE(fitOn({.graphics = plain()}, question).needBytes, 1090 * kMegabyte + kScratch);
}

void ModelFitTest::measurementsOfOthersDoNot_data()
{
    QTest::addColumn<QString>("device");
    QTest::addColumn<quint64>("bytes");
    QTest::newRow("another device") << QStringLiteral("other") << 1060 * kMegabyte + kScratch;
    QTest::newRow("only a part was there") << QStringLiteral("card") << 100 * kMegabyte;
    QTest::newRow("more than twice") << QStringLiteral("card") << 9000 * kMegabyte;
}

void ModelFitTest::measurementsOfOthersDoNot()
{
    QFETCH(QString, device);
    QFETCH(quint64, bytes);
    const ModelFit fit =
        fitOn({.graphics = plain()}, {.device = card(1200 * kMegabyte + kScratch),
                                      .context = 1000,
                                      .trainedContext = 10'000,
                                      .measured = {{.device = device, .context = 500, .bytes = bytes}}});
    QVERIFY(!fit.measured);
    QCOMPARE(fit.needBytes, 1100 * kMegabyte + kScratch);
}

void ModelFitTest::everyUsableDeviceIsAsked()
{
    DeviceValue broken = card(kMegabyte);
    DeviceValue good = card(2000 * kMegabyte);
    good.usable = true;
    DeviceValue cpu = processor(1100 * kMegabyte);
    cpu.usable = true;
    const QList<ModelFit> fits = fitOnEach({.processor = plain(), .graphics = plain()}, {cpu, broken, good},
                                           {.context = 4000, .trainedContext = 10'000});
    QCOMPARE(fits.size(), 2);
    QCOMPARE(fits[0].level, FitLevel::Slow);
    QCOMPARE(fits[1].level, FitLevel::Fits);
}

void ModelFitTest::shapesGiveNeeds()
{
    // Qwen3 30B-A3B, Q4_K_M.
    const ModelNeeds needs = needsFromShape({.weightBytes = 18'556'685'824,
                                             .parameters = 30'500'000'000,
                                             .activeParameters = 3'300'000'000,
                                             .cacheNumbersPerToken = 49'152,
                                             .width = 2048,
                                             .feedForward = 6144,
                                             .vocabulary = 151'936});
    QVERIFY(needs.processor.known());
    QCOMPARE(memoryAt(needs.processor, 32'768, inference::KvType::F16).cacheBytes(), 98'304ULL * 32'768);
    QCOMPARE(needs.processor.expertBytes, 0U);
    QVERIFY(needs.graphics.expertBytes > 15'000'000'000 && needs.graphics.expertBytes < needs.graphics.weightBytes);
}

void ModelFitTest::needsGoThroughJson()
{
    ModelNeeds needs{.processor = plain(), .graphics = plain()};
    needs.graphics.cache.push_back({CacheKind::Latent, 0, 576});
    needs.graphics.expertBytes = 5;
    needs.graphics.hostExpertBytes = 6;
    needs.processor.mappedBytes = 7;
    needs.processor.stateBytes = 8;
    QCOMPARE(needsFromJson(needsToJson(needs)), std::optional(needs));
    QCOMPARE(needsFromJson(needsToJson({})), std::optional(ModelNeeds{}));
}

void ModelFitTest::damagedJsonIsRefused_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::newRow("another version") << QByteArray("\"version\":1") << QByteArray("\"version\":2");
    QTest::newRow("a negative number") << QByteArray("1000000000") << QByteArray("-1000000000");
    QTest::newRow("a number too large") << QByteArray("1000000000") << QByteArray("1e300");
    QTest::newRow("a text") << QByteArray("1000000000") << QByteArray("\"a\"");
    QTest::newRow("an unknown kind of cache") << QByteArray("[0,0,50000]") << QByteArray("[9,0,50000]");
    QTest::newRow("contexts that do not ascend") << QByteArray("[10000,") << QByteArray("[1,");
    QTest::newRow("cut") << QByteArray("\"version\":1}") << QByteArray("\"version\":1");
}

void ModelFitTest::damagedJsonIsRefused()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QByteArray json = needsToJson({.processor = plain(), .graphics = plain()});
    QVERIFY(json.contains(from));
    json.replace(from, to);
    QCOMPARE(needsFromJson(json), std::nullopt);
}

QTEST_GUILESS_MAIN(ModelFitTest)
#include "model_fit_test.moc"
