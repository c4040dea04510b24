// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_host.h"

#include "tests/support/fake_devices.h"
#include "tests/support/tiny_model.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <latch>

using namespace app;

class EngineHostTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void loadsAndSaysWhere();
    void generatesTheSameTwice();
    void recordedPromptReplays();
    void whatIsNeededToReplayComesFirst();
    void aFailureKeepsWhatWasKnown();
    void cancelEndsOnce();
    void expertsThatStayInMainMemoryAreTold();
    void measuresPrompts();
    void metersAreCoalesced();
    void aMissingFileFailsWithWords();
    void aNewLoadReplacesARunningGeneration();
    void aPromptBeyondTheContextFails();
    void goingAwayWhileGenerating();

private:
    static inference::EngineOptions options() { return {}; }
    [[nodiscard]] ModelLoad load() const
    {
        return {.modelId = QStringLiteral("tiny"), .path = m_path, .device = QStringLiteral("cpu"), .threads = 1};
    }
    static GenerationRequest question(const char *text, qint32 tokens)
    {
        GenerationRequest request;
        request.messages = {{.role = inference::Role::User, .content = text}};
        request.sampling.temperature = 0.0F;
        request.sampling.seed = 1;
        request.maxTokens = tokens;
        return request;
    }
    static void ready(EngineHost &host, const ModelLoad &load)
    {
        host.loadModel(load);
        QTRY_COMPARE_WITH_TIMEOUT(host.status().phase, ModelPhase::Ready, 20'000);
    }
    static GenerationOutcome run(EngineHost &host, const GenerationRequest &request)
    {
        QSignalSpy finished(&host, &InferencePort::finished);
        host.generate(request);
        if (!QTest::qWaitFor([&] { return finished.count() == 1; }, 20'000))
            qFatal("a generation did not end");
        return finished.first().at(1).value<GenerationOutcome>();
    }

    QTemporaryDir m_folder;
    QString m_path;
};

void EngineHostTest::initTestCase()
{
    m_path = m_folder.filePath(QStringLiteral("tiny.gguf"));
    tests::writeTinyModel(m_path.toStdString());
}

void EngineHostTest::loadsAndSaysWhere()
{
    EngineHost host(options());
    QSignalSpy status(&host, &InferencePort::statusChanged);
    QCOMPARE(host.status().phase, ModelPhase::None);
    ready(host, load());
    QCOMPARE(status.first().first().value<ModelStatus>().phase, ModelPhase::Loading);
    QCOMPARE(host.status().modelId, QStringLiteral("tiny"));
    QCOMPARE(host.status().deviceId, QStringLiteral("cpu"));
    QCOMPARE(host.status().contextLength, 256U);
    QVERIFY(host.status().memoryBytes > 0);
    host.unloadModel();
    QCOMPARE(host.status().phase, ModelPhase::None);
}

void EngineHostTest::generatesTheSameTwice()
{
    EngineHost host(options());
    ready(host, load());
    QSignalSpy text(&host, &InferencePort::textArrived);
    const GenerationOutcome first = run(host, question("hello", 12));
    QVERIFY(!first.failure);
    QVERIFY(!first.generatedIds.empty());
    std::vector<inference::TokenId> streamed;
    for (const QList<QVariant> &call : text) {
        const auto delta = call.at(1).value<TextDelta>();
        streamed.insert(streamed.end(), delta.tokens.begin(), delta.tokens.end());
    }
    QCOMPARE(streamed, first.generatedIds);
    // Never more events than tokens, however slow the machine.
    QVERIFY(text.count() <= static_cast<qsizetype>(first.generatedIds.size()) + 1);
    const GenerationOutcome second = run(host, question("hello", 12));
    QCOMPARE(second.generatedIds, first.generatedIds);
    QCOMPARE(second.promptIds, first.promptIds);
    QVERIFY(second.reusedTokens > 0);
    QCOMPARE(first.templateSha256.size(), 64);
    QVERIFY(!first.engineVersion.isEmpty());
}

void EngineHostTest::recordedPromptReplays()
{
    EngineHost host(options());
    ready(host, load());
    GenerationRequest request = question("replay me", 16);
    request.sampling.temperature = 0.9F;
    request.sampling.seed.reset();
    const GenerationOutcome first = run(host, request);
    QVERIFY(!first.failure);
    GenerationRequest again;
    again.promptIds = first.promptIds;
    again.exactSampling = first.sampling;
    again.batchStarts = first.batchStarts;
    again.maxTokens = static_cast<qint32>(first.generatedIds.size());
    again.reusePrefix = false;
    QCOMPARE(run(host, again).generatedIds, first.generatedIds);
}

void EngineHostTest::whatIsNeededToReplayComesFirst()
{
    EngineHost host(options());
    ready(host, load());
    std::optional<GenerationOutcome> begun;
    bool textFirst = false;
    connect(&host, &InferencePort::began, this,
            [&](GenerationId, const GenerationOutcome &outcome) { begun = outcome; });
    connect(&host, &InferencePort::textArrived, this, [&] { textFirst = textFirst || !begun; });
    GenerationRequest request = question("replay me if I am cut", 150);
    request.sampling.temperature = 0.9F;
    request.sampling.seed.reset();
    const GenerationOutcome whole = run(host, request);
    QVERIFY(!whole.failure);
    QVERIFY(begun.has_value());
    QVERIFY(!textFirst);
    QCOMPARE(begun->promptIds, whole.promptIds);
    QCOMPARE(begun->batchStarts, whole.batchStarts);
    QCOMPARE(begun->reusedTokens, whole.reusedTokens);
    QCOMPARE(toText(begun->sampling), toText(whole.sampling));
    QCOMPARE(begun->sampling.seed, whole.sampling.seed);
    QCOMPARE(begun->deviceName, whole.deviceName);
    QCOMPARE(begun->templateSha256, whole.templateSha256);
    QCOMPARE(begun->threads, whole.threads);
    QCOMPARE(begun->contextLength, whole.contextLength);
}

void EngineHostTest::aFailureKeepsWhatWasKnown()
{
    EngineHost host(options());
    ready(host, load());
    GenerationRequest request = question("hello", 4);
    request.promptIds = {1'000'000};
    request.sampling.seed = 77;
    const GenerationOutcome outcome = run(host, request);
    QVERIFY(outcome.failure);
    QCOMPARE(outcome.sampling.seed, quint64{77});
    QCOMPARE(outcome.threads, 1);
    QVERIFY(!outcome.deviceName.isEmpty());
    QCOMPARE(outcome.templateSha256.size(), 64);
}

void EngineHostTest::cancelEndsOnce()
{
    // However slow this thread is, the generation is not over before it is cancelled.
    std::latch cancelled(1);
    const auto devices = std::make_shared<tests::FakeDevices>();
    devices->cpu.onEvaluate = [&cancelled] { cancelled.wait(); };
    EngineHost host(options(), devices);
    ready(host, load());
    QSignalSpy finished(&host, &InferencePort::finished);
    const GenerationId id = host.generate(question("go on for long", -1));
    host.cancel(id);
    host.cancel(id);
    host.cancel(GenerationId{99'999});
    cancelled.count_down();
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
    const auto outcome = finished.first().at(1).value<GenerationOutcome>();
    QVERIFY(!outcome.failure);
    QVERIFY(outcome.finish == inference::FinishReason::Cancelled);
    // The next request is served as if nothing had been.
    QVERIFY(!run(host, question("next", 2)).failure);
    QCOMPARE(finished.count(), 2);
}

void EngineHostTest::expertsThatStayInMainMemoryAreTold()
{
    const auto devices = std::make_shared<tests::FakeDevices>();
    // Half of what is free is left to others: there is room for the experts of one layer.
    devices->gpu.freeBytes = 4'000'000;
    devices->gpu.expertBytes = 6'000'000;
    devices->gpu.expertLayers = 4;
    EngineHost host(options(), devices);
    const QString path = m_folder.filePath(QStringLiteral("mixture.gguf"));
    tests::writeTinyModel(path.toStdString(), {.layers = 4, .experts = 4});
    ModelLoad mixture = load();
    mixture.path = path;
    mixture.device = QStringLiteral("vulkan");
    ready(host, mixture);
    QVERIFY2(host.status().placementNotice.contains(QStringLiteral("3 of 4")),
             qPrintable(host.status().placementNotice));
    QCOMPARE(run(host, question("hello", 2)).hostExperts, 3U);

    mixture.hostExperts = 4;
    ready(host, mixture);
    QVERIFY(host.status().placementNotice.isEmpty());
    QCOMPARE(run(host, question("hello", 2)).hostExperts, 4U);

    ready(host, load());
    QVERIFY(host.status().placementNotice.isEmpty());
    QCOMPARE(run(host, question("hello", 2)).hostExperts, 0U);
}

void EngineHostTest::measuresPrompts()
{
    EngineHost host(options());
    QSignalSpy measured(&host, &InferencePort::promptMeasured);
    host.measurePrompt({.messages = question("hello", 1).messages});
    QTRY_COMPARE(measured.count(), 1);
    QVERIFY(!measured.first().at(1).value<PromptFit>().known);
    ready(host, load());
    host.measurePrompt({.messages = question("hello", 1).messages, .reserve = 10});
    QTRY_COMPARE(measured.count(), 2);
    const auto fit = measured.last().at(1).value<PromptFit>();
    QVERIFY(fit.known);
    QVERIFY(fit.fits);
    QCOMPARE(fit.contextLength, 256);
    QCOMPARE(fit.promptTokens, run(host, question("hello", 1)).promptTokens);
}

void EngineHostTest::metersAreCoalesced()
{
    EngineHost host(options());
    ready(host, load());
    QSignalSpy measured(&host, &InferencePort::promptMeasured);
    MeasureId newest{};
    MeasureId turn{};
    for (int i = 0; i < 50; ++i) {
        newest = host.measurePrompt({.messages = question("typing", 1).messages});
        if (i == 20)
            turn = host.measurePrompt({.purpose = MeasurePurpose::Turn, .messages = question("sending", 1).messages});
    }
    const auto answered = [&](MeasureId id) {
        return std::ranges::any_of(measured,
                                   [&](const QList<QVariant> &call) { return call.at(0).value<MeasureId>() == id; });
    };
    QTRY_VERIFY(answered(newest));
    QVERIFY(answered(turn));
    // The first, which ran at once, the turn's and the newest; the others were overtaken.
    QCOMPARE(measured.count(), 3);
}

void EngineHostTest::aMissingFileFailsWithWords()
{
    EngineHost host(options());
    ModelLoad missing = load();
    missing.path = QStringLiteral("/nonexistent.gguf");
    host.loadModel(missing);
    QTRY_COMPARE(host.status().phase, ModelPhase::Failed);
    QCOMPARE(host.status().failure.code, QStringLiteral("inference.file_unreadable"));
    ready(host, load());
}

void EngineHostTest::aNewLoadReplacesARunningGeneration()
{
    EngineHost host(options());
    ready(host, load());
    QSignalSpy finished(&host, &InferencePort::finished);
    host.generate(question("long", -1));
    ModelLoad smaller = load();
    smaller.contextLength = 128;
    host.loadModel(smaller);
    host.loadModel(load());
    QTRY_COMPARE_WITH_TIMEOUT(host.status().phase, ModelPhase::Ready, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
    QCOMPARE(host.status().contextLength, 256U);
}

void EngineHostTest::aPromptBeyondTheContextFails()
{
    EngineHost host(options());
    ready(host, load());
    const std::string text(4000, 'x');
    const GenerationOutcome outcome = run(host, question(text.c_str(), 4));
    QVERIFY(outcome.failure);
    QCOMPARE(outcome.failure->code, QStringLiteral("inference.context_full"));
}

void EngineHostTest::goingAwayWhileGenerating()
{
    auto host = std::make_unique<EngineHost>(options());
    ready(*host, load());
    host->generate(question("long", -1));
    host->generate(question("another", -1));
    host->measurePrompt({.messages = question("x", 1).messages});
    host.reset();
    QCoreApplication::processEvents();
}

QTEST_GUILESS_MAIN(EngineHostTest)
#include "engine_host_test.moc"
