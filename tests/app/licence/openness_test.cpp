// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/licence/openness.h"

#include <QTest>

using namespace app::licence;

class OpennessTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lines_data();
    void lines();
};

void OpennessTest::lines_data()
{
    QTest::addColumn<QString>("family");
    QTest::addColumn<QString>("licence");
    QTest::addColumn<Openness>("weights");
    QTest::addColumn<Openness>("code");
    QTest::addColumn<Openness>("data");
    QTest::addColumn<bool>("openSource");
    const auto row = [](const char *family, const char *licence, Openness weights, Openness code, Openness data) {
        QTest::newRow(family) << QString::fromLatin1(family) << QString::fromLatin1(licence) << weights << code << data
                              << (weights == Openness::Open && code == Openness::Open && data == Openness::Open);
    };
    row("olmo", "apache", Openness::Open, Openness::Open, Openness::Open);
    row("qwen", "apache", Openness::Open, Openness::Closed, Openness::Closed);
    row("llama", "llama31", Openness::Restricted, Openness::Closed, Openness::Closed);
    row("starcoder", "bigcode", Openness::Restricted, Openness::Restricted, Openness::Open);
    row("nobody-knows", "apache", Openness::Open, Openness::Unknown, Openness::Unknown);
    row("pythia", "", Openness::Unknown, Openness::Open, Openness::Open);
}

void OpennessTest::lines()
{
    QFETCH(QString, family);
    QFETCH(QString, licence);
    QFETCH(bool, openSource);
    const OpennessLine line = opennessOf(family, licence);
    QTEST(line.weights, "weights");
    QTEST(line.code, "code");
    QTEST(line.data, "data");
    QVERIFY(!line.text.isEmpty());
    // The words that only all three parts earn.
    QCOMPARE(line.text.startsWith(QStringLiteral("Open source")), openSource);
    QCOMPARE(line.source.isEmpty(), line.code == Openness::Unknown);
    QVERIFY(name(line.code) == QStringLiteral("unknown") || !line.source.isEmpty());
}

QTEST_GUILESS_MAIN(OpennessTest)
#include "openness_test.moc"
