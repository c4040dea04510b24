// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/failure.h"

#include "inference/error.h"
#include "storage/database.h"
#include "storage/error.h"

#include <QLocale>
#include <QTest>

using namespace app;

class FailureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyInferenceCodeHasWords();
    void everyStorageCodeHasWords();
    void everyCodeOfTheTableIsUnique();
    void subjectIsNamed();
    void sentencesBeginWithACapital();
    void namesKeepTheirCase();
    void unknownCodeGivesGeneralWords();
    void openOutcomes_data();
    void openOutcomes();
    void lockHolderIsNamed();
    void tokensAreCounted();
};

namespace {

void expectWords(const Failure &failure)
{
    QVERIFY2(!failure.title.isEmpty(), qPrintable(failure.code));
    QVERIFY2(failure.explanation.size() > 20, qPrintable(failure.code));
    QVERIFY2(failure.explanation.endsWith(QLatin1Char('.')), qPrintable(failure.code));
    QVERIFY2(!failure.explanation.contains(QLatin1Char('%')), qPrintable(failure.explanation));
    QCOMPARE(failure.actionLabel.isEmpty(), failure.action == FailureAction::None);
    QVERIFY2(failureCodes().contains(failure.code), qPrintable(failure.code));
}

} // namespace

void FailureTest::everyInferenceCodeHasWords()
{
    for (int code = 0; code <= static_cast<int>(inference::ErrorCode::Internal); ++code) {
        const Failure failure =
            failureFrom(inference::Error{static_cast<inference::ErrorCode>(code), "what the log says"});
        expectWords(failure);
        QCOMPARE(failure.details, QStringLiteral("what the log says"));
    }
}

void FailureTest::everyStorageCodeHasWords()
{
    for (int code = 0; code <= static_cast<int>(storage::ErrorCode::Internal); ++code)
        expectWords(failureFrom(storage::Error{static_cast<storage::ErrorCode>(code), "x"}));
}

void FailureTest::everyCodeOfTheTableIsUnique()
{
    QStringList codes = failureCodes();
    const qsizetype count = codes.size();
    QCOMPARE(codes.removeDuplicates(), 0);
    // 15 of inference, 12 of storage and those of the services.
    QVERIFY(count > 27);
    for (const QString &code : std::as_const(codes))
        expectWords(failureFromCode(code, {}));
}

void FailureTest::subjectIsNamed()
{
    const Failure failure =
        failureFrom(inference::Error{inference::ErrorCode::FileTruncated, ""}, QStringLiteral("a.gguf"));
    QVERIFY(failure.explanation.startsWith(QStringLiteral("a.gguf ends before")));
}

void FailureTest::sentencesBeginWithACapital()
{
    for (const QString &code : failureCodes()) {
        const Failure failure = failureFromCode(code, {});
        QVERIFY2(failure.explanation.at(0).isUpper(), qPrintable(failure.explanation));
    }
}

void FailureTest::namesKeepTheirCase()
{
    const Failure failure = failureFromCode(QStringLiteral("app.no_access"), {}, QStringLiteral("/srv/data"));
    QVERIFY(failure.explanation.startsWith(QStringLiteral("/srv/data cannot")));
    // As typed, also when it is one plain word: the user looks for exactly this.
    const Failure model = failureFromCode(QStringLiteral("app.unknown_model"), {}, QStringLiteral("gone"));
    QVERIFY2(model.explanation.startsWith(QStringLiteral("gone is")), qPrintable(model.explanation));
}

void FailureTest::unknownCodeGivesGeneralWords()
{
    const Failure failure = failureFromCode(QStringLiteral("future.trouble"), QStringLiteral("detail"));
    QCOMPARE(failure.code, QStringLiteral("future.trouble"));
    QVERIFY(!failure.title.isEmpty());
    QCOMPARE(failure.details, QStringLiteral("detail"));
}

void FailureTest::openOutcomes_data()
{
    using storage::OpenOutcome;
    QTest::addColumn<int>("outcome");
    QTest::addColumn<QString>("code");
    QTest::addColumn<bool>("noticed");
    const auto row = [](OpenOutcome outcome, const char *code, bool noticed) {
        const std::string name(storage::name(outcome));
        QTest::newRow(name.c_str()) << static_cast<int>(outcome) << QString::fromLatin1(code) << noticed;
    };
    row(OpenOutcome::Created, "", false);
    row(OpenOutcome::Current, "", false);
    row(OpenOutcome::Migrated, "", false);
    row(OpenOutcome::NewerReadOnly, "", true);
    row(OpenOutcome::DamagedSetAside, "", true);
    row(OpenOutcome::ReadOnlyFolder, "", true);
    row(OpenOutcome::NewerUnreadable, "storage.newer_format", false);
    row(OpenOutcome::LockedByOther, "app.locked", false);
    row(OpenOutcome::ForeignFile, "app.foreign_file", false);
    row(OpenOutcome::DiskFull, "storage.disk_full", false);
    row(OpenOutcome::NoAccess, "app.no_access", false);
    row(OpenOutcome::MigrationFailed, "app.migration_failed", false);
    row(OpenOutcome::Failed, "app.open_failed", false);
}

void FailureTest::openOutcomes()
{
    QFETCH(int, outcome);
    QFETCH(QString, code);
    QFETCH(bool, noticed);
    storage::OpenReport report;
    report.outcome = static_cast<storage::OpenOutcome>(outcome);
    const Failure failure = openFailure(report, QStringLiteral("/data"));
    QCOMPARE(failure.code, code);
    QCOMPARE(!openNotice(report, QStringLiteral("/data")).isEmpty(), noticed);
    if (!code.isEmpty())
        expectWords(failure);
}

void FailureTest::lockHolderIsNamed()
{
    storage::OpenReport report;
    report.outcome = storage::OpenOutcome::LockedByOther;
    report.lockHolder = 4711;
    const Failure failure = openFailure(report, QStringLiteral("/data"));
    QVERIFY(failure.explanation.contains(QStringLiteral("4711")));
    QVERIFY(failure.explanation.contains(QStringLiteral("/data")));
}

void FailureTest::tokensAreCounted()
{
    const QString text = promptTooLongFailure(9000, 4096).explanation;
    QVERIFY(text.contains(QLocale().toString(9000)));
    QVERIFY(text.contains(QLocale().toString(4096)));
    QVERIFY(overflowFailure(5000, 4096).explanation.contains(QLocale().toString(5000)));
}

QTEST_GUILESS_MAIN(FailureTest)
#include "failure_test.moc"
