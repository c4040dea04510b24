// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Downloads whose folder will not do are begun again in another one.
#include "tests/app/support/fetching.h"

#include <QDir>
#include <QFile>

using namespace app;

class DownloadPlacesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFailedOneIsPutIntoAnotherFolder();
    void whatIsUnderWayStaysWhereItIs();
};

namespace {

DownloadRequest request(const QString &folder)
{
    return {.title = QStringLiteral("Tiny"),
            .url = QStringLiteral("https://example.org/tiny.gguf"),
            .folder = folder,
            .fileName = QStringLiteral("tiny.gguf"),
            .licenceId = QStringLiteral("apache"),
            .licenceText = "terms",
            .purpose = QStringLiteral("a test")};
}

} // namespace

void DownloadPlacesTest::aFailedOneIsPutIntoAnotherFolder()
{
    const QTemporaryDir place;
    QFile blocked(place.filePath(QStringLiteral("blocked")));
    QVERIFY(blocked.open(QIODevice::WriteOnly));
    // Nothing starts carrel-fetch here: both attempts fail, and where they would have gone is what counts.
    const test::Fetching fetching(place.path(), test::quickDownloads(nullptr));
    DownloadService &downloads = *fetching.service;
    const QString first = downloads.start(request(blocked.fileName()));
    QCOMPARE(fetching.ended(first).state, DownloadState::Failed);

    const QString other = place.filePath(QStringLiteral("other"));
    const QString second = downloads.putInto(first, other);
    QVERIFY(!second.isEmpty() && second != first);
    QCOMPARE(downloads.downloads().size(), 1);
    QCOMPARE(*downloads.requestOf(second), request(other));
    QCOMPARE(fetching.ended(second).path, other + QStringLiteral("/tiny.gguf"));
}

void DownloadPlacesTest::whatIsUnderWayStaysWhereItIs()
{
    const QTemporaryDir place;
    const test::Fetching fetching(place.path(), test::quickDownloads(nullptr));
    DownloadService &downloads = *fetching.service;
    const QString id = downloads.start(request(place.filePath(QStringLiteral("one"))));
    QVERIFY(downloads.putInto(id, place.filePath(QStringLiteral("other"))).isEmpty());
    QCOMPARE(downloads.downloads().size(), 1);
    QVERIFY(downloads.putInto(QStringLiteral("nobody"), place.path()).isEmpty());
    QCOMPARE(fetching.ended(id).path, place.filePath(QStringLiteral("one/tiny.gguf")));
}

QTEST_GUILESS_MAIN(DownloadPlacesTest)
#include "download_places_test.moc"
