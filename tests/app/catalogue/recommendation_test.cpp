// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/recommendation.h"

#include <QTest>

using namespace app::catalogue;

namespace {

constexpr quint64 kGigabyte = 1'000'000'000;

CatalogueEntry entryOf(const char *id, double billions, double active, double q4Gigabytes, const char *month)
{
    const auto bytes = static_cast<quint64>(q4Gigabytes * 1e9);
    return {.id = QString::fromLatin1(id),
            .parameters = static_cast<quint64>(billions * 1e9),
            .activeParameters = static_cast<quint64>(active * 1e9),
            .notBefore = QString::fromLatin1(month),
            .files = {{.quantization = QStringLiteral("Q4_K_M"), .bytes = bytes},
                      {.quantization = QStringLiteral("Q8_0"), .bytes = bytes * 17 / 9}}};
}

const QList<CatalogueEntry> kEntries{
    entryOf("old-8b", 8, 8, 4.9, "2023-07"),     entryOf("tiny-1b", 1, 1, 0.8, "2026-02"),
    entryOf("new-4b", 4.6, 4.6, 2.7, "2026-02"), entryOf("new-9b", 9.6, 9.6, 5.7, "2026-02"),
    entryOf("mix-30b", 30, 3, 18.6, "2026-02"),  entryOf("dense-27b", 27, 27, 16.8, "2026-02"),
};

Recommendation recommendOn(double gigabytes, bool processor, const QStringList &notFree = {})
{
    const Place place{.bytes = static_cast<quint64>(gigabytes * 1e9), .processor = processor};
    QList<Candidate> candidates;
    for (const CatalogueEntry &entry : kEntries) {
        for (qsizetype file = 0; file < entry.files.size(); ++file) {
            const quint64 need = entry.files[file].bytes + kGigabyte / 2;
            candidates.append({.entry = &entry,
                               .file = file,
                               .fits = need <= place.bytes,
                               .needBytes = need,
                               .free = !notFree.contains(entry.id)});
        }
    }
    return recommend(candidates, place);
}

} // namespace

class RecommendationTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void machines_data();
    void machines();
    void whatIsNotFreeIsNotRecommended();
    void smallModelsAreTakenWhole();
    void otherPurposesAreNotRecommended();
    void nothingFits();
};

void RecommendationTest::machines_data()
{
    QTest::addColumn<double>("gigabytes");
    QTest::addColumn<bool>("processor");
    QTest::addColumn<QString>("recommended");
    QTest::addColumn<QString>("small");
    QTest::addColumn<QString>("balanced");
    QTest::addColumn<QString>("large");
    const auto row = [](const char *title, double gigabytes, bool processor, const char *recommended, const char *small,
                        const char *balanced, const char *large) {
        QTest::newRow(title) << gigabytes << processor << QString::fromLatin1(recommended) << QString::fromLatin1(small)
                             << QString::fromLatin1(balanced) << QString::fromLatin1(large);
    };
    row("8 GB of memory", 5, true, "new-4b", "tiny-1b", "tiny-1b", "new-4b");
    row("16 GB of memory", 12, true, "new-9b", "tiny-1b", "new-4b", "new-9b");
    // A mixture reads little for each token: it is what a processor runs well.
    row("32 GB of memory", 26, true, "mix-30b", "tiny-1b", "new-4b", "dense-27b");
    row("a card of 8 GB", 7, false, "new-4b", "tiny-1b", "new-4b", "new-9b");
    row("a card of 24 GB", 22.5, false, "dense-27b", "new-9b", "new-9b", "dense-27b");
}

void RecommendationTest::machines()
{
    QFETCH(double, gigabytes);
    QFETCH(bool, processor);
    const Recommendation found = recommendOn(gigabytes, processor);
    QTEST(found.recommended.id, "recommended");
    QTEST(found.small.id, "small");
    QTEST(found.balanced.id, "balanced");
    QTEST(found.large.id, "large");
}

void RecommendationTest::whatIsNotFreeIsNotRecommended()
{
    QCOMPARE(recommendOn(12, true, {QStringLiteral("new-9b")}).recommended.id, QStringLiteral("new-4b"));
}

void RecommendationTest::smallModelsAreTakenWhole()
{
    const Recommendation found = recommendOn(12, true);
    QCOMPARE(found.small, (Choice{.id = QStringLiteral("tiny-1b"), .file = 1}));
    QCOMPARE(found.recommended, (Choice{.id = QStringLiteral("new-9b"), .file = 0}));
}

void RecommendationTest::otherPurposesAreNotRecommended()
{
    CatalogueEntry embedder = entryOf("embedder", 0.5, 0.5, 0.3, "2026-02");
    embedder.purpose = Purpose::Embedding;
    QCOMPARE(recommend({{.entry = &embedder, .fits = true, .needBytes = 1, .free = true}}, {.bytes = kGigabyte}),
             Recommendation{});
}

void RecommendationTest::nothingFits()
{
    QCOMPARE(recommendOn(0.5, false), Recommendation{});
    QCOMPARE(recommend({}, {}), Recommendation{});
}

QTEST_GUILESS_MAIN(RecommendationTest)
#include "recommendation_test.moc"
