// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare_service.h"

#include "app/store_convert.h"
#include "inference/error.h"
#include "tests/app/support/services.h"

using namespace app;
using tests::await;
using tests::Services;

class CompareServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theOpenChatsModelAndAnotherAreProposed();
    void bothAnswersStandBesideEachOther();
    void theFasterModelIsAskedFirst();
    void bothGetTheSameSeed();
    void twoSettingsOfOneModelAreCompared();
    void twoEqualSidesAreAnObstacle();
    void stoppingOneGoesOnWithTheOther();
    void aSideThatWaitsNeedNotBeAsked();
    void aFailureLeavesTheOtherItsTurn();
    void textComesThoughAnotherChatIsOpen();
    void eitherAnswerIsContinued();
    void theChatsOwnModelIsBackAfterwards();

private:
    struct Fixture : Services {
        Fixture()
            : compare({.chat = *chat, .models = *models, .assistants = *assistants, .inference = *inference})
        {
            // Larger than the starter, which is therefore the faster one.
            const QString path = folder.filePath(QStringLiteral("large.gguf"));
            tests::writeTinyModel(path.toStdString(), {.layers = 6});
            QSignalSpy added(models.get(), &ModelService::added);
            models->add(path);
            if (!added.wait())
                qFatal("the second model was not added");
            models->choose(QStringLiteral("large"));
            compare.prepare();
        }
        void writeNext(const QString &text)
        {
            QTRY_VERIFY(inference->running() != nullptr);
            inference->begin();
            inference->write(text);
        }
        CompareService compare;
    };
};

void CompareServiceTest::theOpenChatsModelAndAnotherAreProposed()
{
    Fixture fixture;
    QCOMPARE(fixture.compare.left().modelId, QStringLiteral("large"));
    QCOMPARE(fixture.compare.right().modelId, QStringLiteral("tiny"));
    QVERIFY(fixture.compare.obstacle().isEmpty());
    QVERIFY(!fixture.compare.isRunning());
}

void CompareServiceTest::bothAnswersStandBesideEachOther()
{
    Fixture fixture;
    fixture.compare.start(QStringLiteral("a question"));
    QVERIFY(fixture.compare.isRunning());
    fixture.writeNext(QStringLiteral("small"));
    QTRY_COMPARE(fixture.compare.right().text, QStringLiteral("small"));
    QCOMPARE(fixture.compare.right().state, CompareState::Writing);
    QCOMPARE(fixture.compare.left().state, CompareState::Waiting);
    fixture.inference->finish();
    QTRY_COMPARE(fixture.compare.right().state, CompareState::Done);
    QTRY_VERIFY(fixture.inference->running() != nullptr);
    fixture.writeNext(QStringLiteral("large"));
    fixture.inference->finish();
    QTRY_VERIFY(!fixture.compare.isRunning());
    QCOMPARE(fixture.compare.left().text, QStringLiteral("large"));
    QVERIFY(!fixture.compare.left().record.isEmpty());
    QVERIFY(!fixture.compare.right().record.isEmpty());

    QTRY_COMPARE(fixture.chat->transcript().size(), 2);
    QCOMPARE(fixture.chat->transcript().constFirst().text, QStringLiteral("a question"));
    QCOMPARE(fixture.chat->transcript().constLast().branchCount, 2);
    for (const CompareSide &side : {fixture.compare.left(), fixture.compare.right()}) {
        const auto record = await(
            fixture.store->run([id = side.message](Stores &stores) { return stores.messages.record(toStore(id)); }));
        QVERIFY(record.has_value() && record->has_value());
        QCOMPARE(QString::fromStdString((*record)->modelPath), fixture.models->find(side.modelId)->path);
    }
}

void CompareServiceTest::theFasterModelIsAskedFirst()
{
    Fixture fixture;
    fixture.compare.start(QStringLiteral("a question"));
    QTRY_VERIFY(fixture.inference->running() != nullptr);
    QVERIFY(fixture.inference->loads().back().path.endsWith(QStringLiteral("tiny.gguf")));
    fixture.inference->finish();
    QTRY_COMPARE(fixture.inference->generations().size(), 2U);
    QVERIFY(fixture.inference->loads().back().path.endsWith(QStringLiteral("large.gguf")));
    fixture.inference->finish();
    QTRY_VERIFY(!fixture.compare.isRunning());
}

void CompareServiceTest::bothGetTheSameSeed()
{
    Fixture fixture;
    fixture.compare.start(QStringLiteral("a question"));
    QTRY_VERIFY(fixture.inference->running() != nullptr);
    fixture.inference->finish();
    QTRY_COMPARE(fixture.inference->generations().size(), 2U);
    const auto seedOf = [&](std::size_t at) {
        return fixture.inference->generations()[at].request.exactSampling->seed;
    };
    QCOMPARE(seedOf(0), seedOf(1));
    fixture.inference->finish();
    QTRY_VERIFY(!fixture.compare.isRunning());
}

void CompareServiceTest::twoSettingsOfOneModelAreCompared()
{
    Fixture fixture;
    fixture.compare.chooseModel(1, QStringLiteral("large"));
    QVERIFY(!fixture.compare.obstacle().isEmpty());
    fixture.compare.chooseTemperature(1, 0.0);
    QVERIFY(fixture.compare.obstacle().isEmpty());
    const std::size_t loads = fixture.inference->loads().size();
    fixture.compare.start(QStringLiteral("a question"));
    QTRY_VERIFY(fixture.inference->running() != nullptr);
    fixture.inference->finish();
    QTRY_COMPARE(fixture.inference->generations().size(), 2U);
    QCOMPARE(fixture.inference->generations()[1].request.exactSampling->temperature, 0.0F);
    QVERIFY(fixture.inference->generations()[0].request.exactSampling->temperature > 0.0F);
    fixture.inference->finish();
    QTRY_VERIFY(!fixture.compare.isRunning());
    QCOMPARE(fixture.inference->loads().size(), loads); // one model, loaded when it was chosen
}

void CompareServiceTest::twoEqualSidesAreAnObstacle()
{
    Fixture fixture;
    fixture.compare.chooseModel(1, QStringLiteral("large"));
    QVERIFY(!fixture.compare.obstacle().isEmpty());
    fixture.compare.start(QStringLiteral("a question"));
    QVERIFY(!fixture.compare.isRunning());
    fixture.compare.chooseModel(1, QStringLiteral("no such model"));
    QVERIFY(!fixture.compare.obstacle().isEmpty());
}

void CompareServiceTest::stoppingOneGoesOnWithTheOther()
{
    Fixture fixture;
    fixture.compare.start(QStringLiteral("a question"));
    fixture.writeNext(QStringLiteral("half"));
    fixture.compare.stop(1);
    QTRY_COMPARE(fixture.compare.right().state, CompareState::Stopped);
    QCOMPARE(fixture.compare.right().text, QStringLiteral("half"));
    QTRY_COMPARE(fixture.inference->generations().size(), 2U);
    fixture.inference->write(QStringLiteral("whole"));
    fixture.inference->finish();
    QTRY_COMPARE(fixture.compare.left().state, CompareState::Done);
}

void CompareServiceTest::aSideThatWaitsNeedNotBeAsked()
{
    Fixture fixture;
    fixture.compare.start(QStringLiteral("a question"));
    QTRY_VERIFY(fixture.inference->running() != nullptr);
    fixture.compare.stop(0);
    QCOMPARE(fixture.compare.left().state, CompareState::Stopped);
    fixture.inference->finish();
    QTRY_VERIFY(!fixture.compare.isRunning());
    QCOMPARE(fixture.compare.right().state, CompareState::Done);
    QCOMPARE(fixture.inference->generations().size(), 1U);
    QVERIFY(!fixture.compare.left().message.isValid());
}

void CompareServiceTest::aFailureLeavesTheOtherItsTurn()
{
    Fixture fixture;
    fixture.compare.start(QStringLiteral("a question"));
    QTRY_VERIFY(fixture.inference->running() != nullptr);
    fixture.inference->fail({inference::ErrorCode::OutOfMemory, "no memory"});
    QTRY_COMPARE(fixture.compare.right().state, CompareState::Failed);
    QVERIFY(!fixture.compare.right().failure.title.isEmpty());
    QTRY_COMPARE(fixture.inference->generations().size(), 2U);
    fixture.inference->finish();
    QTRY_COMPARE(fixture.compare.left().state, CompareState::Done);
}

void CompareServiceTest::textComesThoughAnotherChatIsOpen()
{
    Fixture fixture;
    fixture.compare.start(QStringLiteral("a question"));
    fixture.writeNext(QStringLiteral("one "));
    fixture.chat->open({});
    fixture.inference->write(QStringLiteral("two"));
    QTRY_COMPARE(fixture.compare.right().text, QStringLiteral("one two"));
    fixture.inference->finish();
    QTRY_COMPARE(fixture.inference->generations().size(), 2U);
    fixture.inference->finish();
    QTRY_VERIFY(!fixture.compare.isRunning());
    QVERIFY(fixture.chat->transcript().isEmpty());
}

void CompareServiceTest::eitherAnswerIsContinued()
{
    Fixture fixture;
    fixture.compare.start(QStringLiteral("a question"));
    fixture.writeNext(QStringLiteral("small"));
    fixture.inference->finish();
    QTRY_COMPARE(fixture.inference->generations().size(), 2U);
    fixture.inference->write(QStringLiteral("large"));
    fixture.inference->finish();
    QTRY_VERIFY(!fixture.compare.isRunning());
    QSignalSpy kept(&fixture.compare, &CompareService::kept);
    fixture.compare.keep(1);
    QCOMPARE(kept.count(), 1);
    QTRY_VERIFY(!fixture.chat->transcript().isEmpty() &&
                fixture.chat->transcript().constLast().text == QStringLiteral("small"));
    QTRY_COMPARE(fixture.models->chosenId(), QStringLiteral("tiny"));
}

void CompareServiceTest::theChatsOwnModelIsBackAfterwards()
{
    Fixture fixture;
    fixture.compare.start(QStringLiteral("a question"));
    QTRY_VERIFY(fixture.inference->running() != nullptr);
    QCOMPARE(fixture.models->chosenId(), QStringLiteral("tiny"));
    fixture.inference->finish();
    QTRY_COMPARE(fixture.inference->generations().size(), 2U);
    fixture.inference->finish();
    QTRY_VERIFY(!fixture.compare.isRunning());
    QTRY_COMPARE(fixture.models->chosenId(), QStringLiteral("large"));
}

QTEST_GUILESS_MAIN(CompareServiceTest)
#include "compare_service_test.moc"
