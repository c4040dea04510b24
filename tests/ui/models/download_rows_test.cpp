// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/download_list_model.h"
#include "ui/settings/ledger_list_model.h"

#include <QLocale>
#include <QTest>

using namespace ui;
using app::DownloadState;
using app::DownloadValue;

Q_DECLARE_METATYPE(app::DownloadValue)

class DownloadRowsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void everyStateHasItsLine_data();
    void everyStateHasItsLine();
    void onlyWhatMakesSenseIsOffered_data();
    void onlyWhatMakesSenseIsOffered();
    void aFailureOffersWhatHelps_data();
    void aFailureOffersWhatHelps();
    void onlyWhatIsWorthAQuestionIsAskedAbout();
    void theLedgerIsATable();
};

void DownloadRowsTest::everyStateHasItsLine_data()
{
    QTest::addColumn<DownloadValue>("download");
    QTest::addColumn<QString>("line");
    DownloadValue value;
    value.host = QStringLiteral("huggingface.co");
    value.bytes = 2'400'000'000;
    QTest::newRow("waiting") << value << QStringLiteral("waiting");
    value.state = DownloadState::Connecting;
    QTest::newRow("connecting") << value << QStringLiteral("asking huggingface.co");
    value.state = DownloadState::Running;
    value.receivedBytes = 1'600'000'000;
    QTest::newRow("running, nothing known") << value << QStringLiteral("1.6 of 2.4 GB");
    value.bytesPerSecond = 24'000'000;
    value.secondsLeft = 34;
    value.sha256Source = QStringLiteral("catalogue");
    QTest::newRow("running") << value << QStringLiteral("1.6 of 2.4 GB · 24 MB/s · 34 s left · verified as it arrives");
    value.state = DownloadState::Paused;
    QTest::newRow("paused") << value << QStringLiteral("paused · 1.6 of 2.4 GB");
    value.state = DownloadState::Waiting;
    QTest::newRow("waiting with a part") << value << QStringLiteral("waiting · 1.6 of 2.4 GB");
    value.state = DownloadState::Verifying;
    value.verifiedBytes = 600'000'000;
    QTest::newRow("verifying") << value << QStringLiteral("checking what is there · 25 %");
    value.state = DownloadState::Failed;
    QTest::newRow("failed") << value << QStringLiteral("1.6 of 2.4 GB");
    value.state = DownloadState::Done;
    QTest::newRow("done") << value << QStringLiteral("2.4 GB · its hash is the catalogue's");
    value.sha256Source.clear();
    QTest::newRow("done without a hash") << value << QStringLiteral("2.4 GB · nobody gave a hash to compare with");
    value.files = 3;
    QTest::newRow("done, of several files")
        << value << QStringLiteral("2.4 GB · 3 file(s) · nobody gave a hash to compare with");
    value.state = DownloadState::Cancelled;
    QTest::newRow("cancelled") << value << QStringLiteral("cancelled");
}

void DownloadRowsTest::everyStateHasItsLine()
{
    QFETCH(DownloadValue, download);
    QTEST(downloadRow(download).line, "line");
}

void DownloadRowsTest::onlyWhatMakesSenseIsOffered_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("offers");
    QTest::newRow("waiting") << int(DownloadState::Waiting) << QStringLiteral("pause cancel");
    QTest::newRow("connecting") << int(DownloadState::Connecting) << QStringLiteral("pause cancel");
    QTest::newRow("running") << int(DownloadState::Running) << QStringLiteral("pause cancel");
    QTest::newRow("paused") << int(DownloadState::Paused) << QStringLiteral("resume cancel");
    QTest::newRow("verifying") << int(DownloadState::Verifying) << QStringLiteral("cancel");
    QTest::newRow("failed") << int(DownloadState::Failed) << QStringLiteral("cancel retry");
    QTest::newRow("done") << int(DownloadState::Done) << QStringLiteral("chat");
    QTest::newRow("cancelled") << int(DownloadState::Cancelled) << QStringLiteral("retry");
}

void DownloadRowsTest::onlyWhatMakesSenseIsOffered()
{
    QFETCH(int, state);
    DownloadValue value;
    value.state = DownloadState(state);
    const DownloadRow row = downloadRow(value);
    QStringList offers;
    if (row.canPause)
        offers.append(QStringLiteral("pause"));
    if (row.canResume)
        offers.append(QStringLiteral("resume"));
    if (row.canCancel)
        offers.append(QStringLiteral("cancel"));
    if (row.canRetry)
        offers.append(QStringLiteral("retry"));
    if (row.done)
        offers.append(QStringLiteral("chat"));
    QTEST(offers.join(u' '), "offers");
}

void DownloadRowsTest::aFailureOffersWhatHelps_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<bool>("folder");
    QTest::addColumn<bool>("page");
    QTest::newRow("no room") << QStringLiteral("download.no_space") << true << false;
    QTest::newRow("a file too large for the disk") << QStringLiteral("download.too_large") << true << false;
    QTest::newRow("somebody has to be asked") << QStringLiteral("download.needs_access") << false << true;
    QTest::newRow("gone") << QStringLiteral("download.not_there") << false << true;
    QTest::newRow("another file") << QStringLiteral("download.wrong_hash") << false << true;
    QTest::newRow("a cut connection") << QStringLiteral("download.cut_off") << false << false;
}

void DownloadRowsTest::aFailureOffersWhatHelps()
{
    QFETCH(QString, code);
    DownloadValue value;
    value.state = DownloadState::Failed;
    value.failure.code = code;
    const DownloadRow row =
        downloadRow(value, QStringLiteral("https://huggingface.co/some/Tiny-GGUF/resolve/main/tiny-Q8_0.gguf"));
    QTEST(row.folderHelps, "folder");
    QTEST(row.page == QStringLiteral("https://huggingface.co/some/Tiny-GGUF"), "page");
    // A file from elsewhere has no page that anybody knows.
    QVERIFY(downloadRow(value, QStringLiteral("https://example.org/tiny-Q8_0.gguf")).page.isEmpty());
}

void DownloadRowsTest::onlyWhatIsWorthAQuestionIsAskedAbout()
{
    DownloadValue value;
    value.state = DownloadState::Paused;
    value.bytes = 2'400'000'000;
    value.receivedBytes = 1'000'000;
    QVERIFY(downloadRow(value).there.isEmpty());
    value.receivedBytes = 1'600'000'000;
    QCOMPARE(downloadRow(value).there, QStringLiteral("1.6 GB"));
    value.state = DownloadState::Done;
    QVERIFY(downloadRow(value).there.isEmpty());
}

void DownloadRowsTest::theLedgerIsATable()
{
    app::LedgerValue entry;
    entry.atMs = 1'700'000'000'000;
    entry.method = QStringLiteral("GET");
    entry.host = QStringLiteral("example.org");
    entry.url = QStringLiteral("https://example.org/a,b");
    entry.purpose = QStringLiteral("=say \"hello\"");
    entry.bytesReceived = 2'104'934'112;
    entry.status = 401;
    QCOMPARE(ledgerRow(entry).outcome, QStringLiteral("refused with 401"));
    QCOMPARE(ledgerRow(entry).bytes, QStringLiteral("2.1 GB"));
    const QList<QByteArray> lines = ledgerTable({entry}).split('\n');
    QCOMPARE(lines[1], QByteArray("2023-11-14T22:13:20.000Z,\"GET\",\"example.org\",\"https://example.org/a,b\","
                                  "\"'=say \"\"hello\"\"\",0,2104934112,401,\"\"\r"));
}

QTEST_GUILESS_MAIN(DownloadRowsTest)
#include "download_rows_test.moc"
