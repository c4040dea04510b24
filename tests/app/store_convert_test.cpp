// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store_convert.h"

#include <QTest>

using namespace app;

class StoreConvertTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void batches_data();
    void batches();
    void hostileBatchSizesAreRefused();
    void marksCountInUtf16();
    void recordsSurvive();
    void failedMessagesGetTheirWordsBack();
};

void StoreConvertTest::batches_data()
{
    QTest::addColumn<std::vector<quint32>>("starts");
    QTest::addColumn<int>("prompt");
    QTest::addColumn<std::vector<std::int32_t>>("sizes");
    QTest::addColumn<std::vector<quint32>>("again");
    using Starts = std::vector<quint32>;
    using Sizes = std::vector<std::int32_t>;
    QTest::newRow("one") << Starts{0} << 10 << Sizes{10} << Starts{0};
    QTest::newRow("three") << Starts{0, 4, 8} << 10 << Sizes{4, 4, 2} << Starts{0, 4, 8};
    QTest::newRow("a cached beginning is a batch") << Starts{6} << 10 << Sizes{6, 4} << Starts{0, 6};
    QTest::newRow("none") << Starts{} << 10 << Sizes{} << Starts{};
    QTest::newRow("beyond the prompt") << Starts{0, 20} << 10 << Sizes{} << Starts{};
}

void StoreConvertTest::batches()
{
    QFETCH(std::vector<quint32>, starts);
    QFETCH(int, prompt);
    const std::vector<std::int32_t> sizes = batchSizesFrom(starts, static_cast<std::size_t>(prompt));
    QTEST(sizes, "sizes");
    QTEST(batchStartsFrom(sizes), "again");
}

void StoreConvertTest::hostileBatchSizesAreRefused()
{
    QVERIFY(batchStartsFrom({4, 0, 4}).empty());
    QVERIFY(batchStartsFrom({4, -4}).empty());
}

void StoreConvertTest::marksCountInUtf16()
{
    storage::SearchHit hit;
    hit.snippet = "\xC3\xA4 \xF0\x9F\x98\x80 lease"; // a umlaut, a smiley of two units
    hit.marks = {{8, 13}};
    const SearchHit value = hitFrom(hit);
    QCOMPARE(value.marks.size(), 1);
    QCOMPARE(value.excerpt.mid(value.marks.first().start, value.marks.first().length), QStringLiteral("lease"));
}

void StoreConvertTest::recordsSurvive()
{
    GenerationOutcome outcome;
    outcome.finish = inference::FinishReason::TokenLimit;
    outcome.sampling.temperature = 0.25F;
    outcome.sampling.seed = 77;
    outcome.promptIds = {1, 2, 3};
    outcome.generatedIds = {4, 5};
    outcome.reusedTokens = 2;
    outcome.batchStarts = {0};
    outcome.decodeMs = 50.0;
    outcome.deviceId = QStringLiteral("vulkan:1");
    outcome.deviceName = QStringLiteral("A card");
    outcome.engineVersion = QStringLiteral("9");
    outcome.adapters = {{.name = QStringLiteral("A"),
                         .path = QStringLiteral("/a.gguf"),
                         .sha256 = QStringLiteral("cd"),
                         .scale = 0.1F}};
    outcome.fallbackReason = QStringLiteral("because");
    outcome.kv = inference::KvType::Q4_0;
    outcome.hostExperts = 7;
    const storage::AnswerRecord row = recordFor(outcome, {.modelName = QStringLiteral("M"),
                                                          .modelPath = QStringLiteral("/m.gguf"),
                                                          .modelId = QStringLiteral("m"),
                                                          .modelSha256 = QStringLiteral("ab"),
                                                          .droppedTurns = 3});
    QCOMPARE(row.backend, "vulkan");
    QCOMPARE(kvTypeOf(row), inference::KvType::Q4_0);
    // Records from before there was a choice.
    QCOMPARE(kvTypeOf({}), inference::KvType::F16);
    QCOMPARE(hostExpertsOf(row), 7U);
    QCOMPARE(hostExpertsOf({}), 0U);
    storage::AnswerRecord odd;
    odd.detailsJson = R"({"host_experts": -3})";
    QCOMPARE(hostExpertsOf(odd), 0U);
    storage::AnswerRecord later;
    later.detailsJson = R"({"kv": "q3_1"})";
    QVERIFY(!kvTypeOf(later));
    QCOMPARE(row.finishReason, "token_limit");
    QCOMPARE(row.batchBoundaries, std::vector<std::int32_t>{3});
    const AnswerRecord record = recordFrom(row);
    QCOMPARE(record.modelId, QStringLiteral("m"));
    QCOMPARE(record.modelSha256, QStringLiteral("ab"));
    QCOMPARE(record.seed, QStringLiteral("77"));
    QCOMPARE(record.promptTokens, 3);
    QCOMPARE(record.generatedTokens, 2);
    QCOMPARE(record.reusedTokens, 2);
    QCOMPARE(record.droppedTurns, 3);
    QCOMPARE(record.deviceName, QStringLiteral("A card"));
    QCOMPARE(record.fallbackReason, QStringLiteral("because"));
    QCOMPARE(record.tokensPerSecond, 40.0);
    QCOMPARE(
        record.adapters,
        (QList<UsedAdapter>{{.name = QStringLiteral("A"), .path = {}, .sha256 = QStringLiteral("cd"), .scale = 0.1F}}));
    QCOMPARE(record.adaptersText(), QStringLiteral("A = 0.1, cd"));
    QVERIFY(QString::fromStdString(row.detailsJson).contains(QStringLiteral("/a.gguf")));
    QVERIFY(record.settingsText.contains(QStringLiteral("temperature = 0.25")));
}

void StoreConvertTest::failedMessagesGetTheirWordsBack()
{
    storage::PathMessage row;
    row.message.role = storage::Role::Assistant;
    row.message.state = storage::MessageState::Failed;
    row.message.errorCode = "inference.out_of_memory";
    row.message.errorDetail = "3 GB short";
    row.sibling = 2;
    row.siblings = 3;
    const MessageValue message = messageFrom(row);
    QCOMPARE(message.state, MessageState::Failed);
    QCOMPARE(message.failure.action, FailureAction::ShortenContext);
    QCOMPARE(message.failure.details, QStringLiteral("3 GB short"));
    QCOMPARE(message.branchIndex, 1);
    QCOMPARE(message.branchCount, 3);
}

QTEST_GUILESS_MAIN(StoreConvertTest)
#include "store_convert_test.moc"
