// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_check.h"

#include "app/model_library.h"
#include "app/settings.h"
#include "tests/support/tiny_model.h"

#include <QCryptographicHash>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

Q_DECLARE_METATYPE(app::CheckResult)

class ModelCheckTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void aSoundFileIsSound();
    void otherBytesAreChanged();
    void aPromiseIsKeptOrNot();
    void noNumbersAreDamage_data();
    void noNumbersAreDamage();
    void aCutFileIsDamage();
    void progressGoesUpAndMayBeStopped();
    void theResultIsKept();
    void aChangeUnderTheSameDateIsSaid();
    void theFirstLoadChecksOnce();
    void anUnknownModelFails();

private:
    struct Fixture {
        explicit Fixture(const QString &folder)
            : library(nullptr, settings, {.starterFolders = {folder}})
            , check(library)
        {
            library.load();
            if (!QTest::qWaitFor([&] { return !library.isScanning(); }))
                qFatal("the scan did not end");
        }
        /// The result of checking a model.
        CheckResult result(const QString &id)
        {
            QSignalSpy finished(&check, &ModelCheck::finished);
            check.check(id);
            if (!QTest::qWaitFor([&] { return !finished.isEmpty(); }))
                qFatal("the check did not end");
            failure = finished.first().at(2).value<Failure>();
            return finished.first().at(1).value<CheckResult>();
        }
        Settings settings{QString()};
        ModelLibrary library;
        ModelCheck check;
        Failure failure;
    };

    [[nodiscard]] ModelCard card() const { return readModelCard(m_path, ModelOrigin::Added); }
    [[nodiscard]] static CheckedModel checked(const ModelCard &card)
    {
        return checkModelFile(card, [](quint64, quint64) { return true; });
    }
    [[nodiscard]] QString hash() const
    {
        QFile file(m_path);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
            return {};
        return QString::fromLatin1(hash.result().toHex());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void ModelCheckTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("tiny.gguf"));
    tests::writeTinyModel(m_path.toStdString());
}

void ModelCheckTest::aSoundFileIsSound()
{
    const CheckedModel result = checked(card());
    QCOMPARE(result.result, CheckResult::Sound);
    QCOMPARE(result.sha256, hash());
    QVERIFY(result.failure.isEmpty());
}

void ModelCheckTest::otherBytesAreChanged()
{
    ModelCard before = card();
    before.sha256 = QString(64, QLatin1Char('0'));
    const CheckedModel result = checked(before);
    QCOMPARE(result.result, CheckResult::Changed);
    QCOMPARE(result.failure.code, QStringLiteral("app.model_changed"));
    QVERIFY(result.detail.contains(hash()) && result.detail.contains(before.sha256));
    // With the old date and the new one.
    before.changedFromMs = before.fileModifiedMs - 86'400'000LL * 400;
    before.changedFromSha256 = before.sha256;
    before.sha256 = hash();
    const Failure said = checked(before).failure;
    QVERIFY(said.explanation.contains(
        QLocale().toString(QDateTime::fromMSecsSinceEpoch(before.changedFromMs), QLocale::ShortFormat)));
    QVERIFY(said.explanation.contains(
        QLocale().toString(QDateTime::fromMSecsSinceEpoch(before.fileModifiedMs), QLocale::ShortFormat)));
}

void ModelCheckTest::aPromiseIsKeptOrNot()
{
    ModelCard promised = card();
    promised.promisedSha256 = hash();
    promised.promisedBy = QStringLiteral("catalogue");
    QCOMPARE(checked(promised).result, CheckResult::Sound);
    promised.promisedSha256 = QString(64, QLatin1Char('1'));
    const CheckedModel result = checked(promised);
    QCOMPARE(result.result, CheckResult::Changed);
    QVERIFY(result.failure.explanation.contains(QStringLiteral("catalogue")));
}

void ModelCheckTest::noNumbersAreDamage_data()
{
    using inference::TensorType;
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("offset"); ///< of a half, or what has its highest byte second, in the first block
    QTest::newRow("F32") << static_cast<int>(TensorType::F32) << 2;
    QTest::newRow("F16") << static_cast<int>(TensorType::F16) << 0;
    QTest::newRow("BF16") << static_cast<int>(TensorType::BF16) << 0;
    QTest::newRow("Q8_0") << static_cast<int>(TensorType::Q8_0) << 0;
    QTest::newRow("Q4_1, its minimum") << static_cast<int>(TensorType::Q4_1) << 2;
}

void ModelCheckTest::noNumbersAreDamage()
{
    QFETCH(int, type);
    QFETCH(int, offset);
    tests::GgufWriter writer = tests::tinyModelWriter({.type = static_cast<inference::TensorType>(type)});
    auto &tensors = writer.tensors();
    const auto matrix = std::ranges::find(tensors, std::string("blk.1.attn_q.weight"), &tests::GgufTensorSpec::name);
    QVERIFY(matrix != tensors.end());
    matrix->data.at(static_cast<std::size_t>(offset)) = std::byte{0x80};
    matrix->data.at(static_cast<std::size_t>(offset) + 1) = std::byte{0x7F};
    // The two bytes are 0x7F80: an infinity of BF16 and F32's upper half, no number of F16.
    tests::writeFile(m_path.toStdString(), writer.bytes());
    const CheckedModel result = checked(card());
    QCOMPARE(result.result, CheckResult::Damaged);
    QVERIFY2(result.detail.contains(QStringLiteral("blk.1.attn_q.weight")), qPrintable(result.detail));
    QCOMPARE(result.failure.code, QStringLiteral("app.model_damaged"));
}

void ModelCheckTest::aCutFileIsDamage()
{
    QFile file(m_path);
    QVERIFY(file.resize(file.size() - 100));
    QCOMPARE(checked(card()).result, CheckResult::Damaged);
    QVERIFY(QFile::remove(m_path));
    const CheckedModel gone = checked(card());
    QCOMPARE(gone.result, CheckResult::None);
    QVERIFY(!gone.failure.isEmpty());
}

void ModelCheckTest::progressGoesUpAndMayBeStopped()
{
    quint64 last = 0;
    int asked = 0;
    const CheckedModel whole = checkModelFile(card(), [&](quint64 done, quint64 total) {
        ++asked;
        if (done < last || done > total)
            return false;
        last = done;
        return true;
    });
    QCOMPARE(whole.result, CheckResult::Sound);
    QCOMPARE(last, 2 * card().fileBytes);
    for (int stopAt = 0; stopAt < asked; ++stopAt) {
        int step = 0;
        const CheckedModel stopped = checkModelFile(card(), [&](quint64, quint64) { return step++ < stopAt; });
        QCOMPARE(stopped.result, CheckResult::None);
        QVERIFY(stopped.failure.isEmpty());
    }
}

void ModelCheckTest::theResultIsKept()
{
    Fixture fixture(m_folder->path());
    QCOMPARE(fixture.result(QStringLiteral("tiny")), CheckResult::Sound);
    const ModelCard *card = fixture.library.find(QStringLiteral("tiny"));
    QCOMPARE(card->checkResult, CheckResult::Sound);
    QVERIFY(card->checkedMs > 0);
    QCOMPARE(card->sha256, hash());
    QVERIFY(fixture.check.checkingId().isEmpty());
}

void ModelCheckTest::aChangeUnderTheSameDateIsSaid()
{
    Fixture fixture(m_folder->path());
    QCOMPARE(fixture.result(QStringLiteral("tiny")), CheckResult::Sound);
    const QString before = hash();
    QFile file(m_path);
    const QDateTime date = file.fileTime(QFileDevice::FileModificationTime);
    QVERIFY(file.open(QIODevice::ReadWrite));
    // In the quants of the last block: numbers all the same.
    QVERIFY(file.seek(file.size() - 1));
    QVERIFY(file.putChar('\x01') && file.seek(file.size() - 2) && file.putChar('\x02'));
    QVERIFY(file.flush());
    QVERIFY(file.setFileTime(date, QFileDevice::FileModificationTime));
    file.close();
    QCOMPARE(fixture.result(QStringLiteral("tiny")), CheckResult::Changed);
    const ModelCard *card = fixture.library.find(QStringLiteral("tiny"));
    QCOMPARE(card->changedFromSha256, before);
    QVERIFY(card->changedFromMs != 0);
    QCOMPARE(card->sha256, hash());
    // Until it is accepted, it stays changed.
    QCOMPARE(fixture.result(QStringLiteral("tiny")), CheckResult::Changed);
    fixture.library.acceptChange(QStringLiteral("tiny"));
    QCOMPARE(fixture.result(QStringLiteral("tiny")), CheckResult::Sound);
}

void ModelCheckTest::theFirstLoadChecksOnce()
{
    Fixture fixture(m_folder->path());
    QSignalSpy finished(&fixture.check, &ModelCheck::finished);
    // It waits for the answer.
    fixture.check.setBusy(true);
    fixture.check.checkOnce(QStringLiteral("tiny"));
    fixture.check.checkOnce(QStringLiteral("tiny"));
    QCOMPARE(fixture.check.checkingId(), QStringLiteral("tiny"));
    QVERIFY(finished.isEmpty());
    fixture.check.setBusy(false);
    QTRY_COMPARE(finished.size(), 1);
    fixture.check.checkOnce(QStringLiteral("tiny"));
    QVERIFY(fixture.check.checkingId().isEmpty());
}

void ModelCheckTest::anUnknownModelFails()
{
    Fixture fixture(m_folder->path());
    QCOMPARE(fixture.result(QStringLiteral("gone")), CheckResult::None);
    QCOMPARE(fixture.failure.code, QStringLiteral("app.unknown_model"));
}

QTEST_GUILESS_MAIN(ModelCheckTest)
#include "model_check_test.moc"
