// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/licence/licence.h"

#include <QSet>
#include <QTest>
#include <QUrl>

using namespace app::licence;

class LicenceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRowIsWhole_data();
    void everyRowIsWhole();
    void idsAreUnique();
    void anUnknownLicenceSaysSo();
    void capsCreditsAndNamesOfLlama();
    void warnings_data();
    void warnings();
};

void LicenceTest::everyRowIsWhole_data()
{
    QTest::addColumn<QString>("id");
    for (const Licence &licence : allLicences())
        QTest::newRow(qPrintable(licence.id)) << licence.id;
}

void LicenceTest::everyRowIsWhole()
{
    QFETCH(QString, id);
    const Licence licence = licenceById(id);
    QVERIFY(licence.isKnown());
    QCOMPARE(licence.id, id);
    QVERIFY(isLicenceId(id));
    QVERIFY(licence.kind != Kind::Unknown);
    QVERIFY(!licence.name.isEmpty());
    QVERIFY(!licence.spdx.isEmpty());
    // Read before anything else, so it is short.
    QVERIFY2(licence.sentence.split(QLatin1Char(' ')).size() <= 22, qPrintable(licence.sentence));
    if (!licence.address.isEmpty()) {
        const QUrl address(licence.address, QUrl::StrictMode);
        QVERIFY(address.isValid());
        QCOMPARE(address.scheme(), QStringLiteral("https"));
    }
    const Fact *commercial = licence.fact(Topic::Commercial);
    QVERIFY(commercial != nullptr);
    QCOMPARE(commercial->words.startsWith(QStringLiteral("No")), licence.kind == Kind::NonCommercial);
    QSet<Topic> topics;
    for (const Fact &fact : licence.facts) {
        QVERIFY2(!topics.contains(fact.topic), "two sentences on one topic");
        topics.insert(fact.topic);
        QVERIFY(!fact.label.isEmpty());
        QVERIFY2(fact.words.endsWith(QLatin1Char('.')), qPrintable(fact.words));
        // What binds somebody names its clause, unless only others' summaries were read.
        const bool binds = fact.topic == Topic::Naming || fact.topic == Topic::Credit || fact.topic == Topic::Cap;
        QVERIFY2(!binds || !fact.fromText || !fact.clause.isEmpty(), qPrintable(fact.words));
    }
    QVERIFY(std::ranges::is_sorted(licence.facts, {}, &Fact::topic));
}

void LicenceTest::idsAreUnique()
{
    QSet<QString> ids;
    for (const Licence &licence : allLicences())
        ids.insert(licence.id);
    QCOMPARE(ids.size(), allLicences().size());
    QVERIFY(ids.size() >= 36);
}

void LicenceTest::anUnknownLicenceSaysSo()
{
    for (const QString &id : {QString(), QStringLiteral("no-such"), QStringLiteral("Apache")}) {
        const Licence licence = licenceById(id);
        QVERIFY(!licence.isKnown());
        QVERIFY(!isLicenceId(id));
        QCOMPARE(licence.kind, Kind::Unknown);
        QVERIFY(licence.facts.isEmpty());
        QVERIFY(!licence.sentence.isEmpty());
    }
}

void LicenceTest::capsCreditsAndNamesOfLlama()
{
    const Licence llama = licenceById(QStringLiteral("llama31"));
    QVERIFY(llama.fact(Topic::Cap)->words.contains(QStringLiteral("700 million")));
    QCOMPARE(llama.fact(Topic::Cap)->clause, QStringLiteral("2"));
    QVERIFY(llama.fact(Topic::Credit)->words.contains(QStringLiteral("Built with Llama")));
    QCOMPARE(llama.fact(Topic::Credit)->clause, QStringLiteral("1.b.i"));
    QVERIFY(llama.fact(Topic::Naming)->words.contains(QStringLiteral("Llama")));
    QVERIFY(llama.gated);
    QVERIFY(licenceById(QStringLiteral("llama32")).fact(Topic::Places) != nullptr);
    QVERIFY(llama.fact(Topic::Places) == nullptr);
}

void LicenceTest::warnings_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<Use>("use");
    QTest::addColumn<QString>("contains"); // empty: no warning
    QTest::newRow("free licence at work") << QStringLiteral("apache") << Use::Commercial << QString();
    QTest::newRow("non-commercial at work")
        << QStringLiteral("mrl") << Use::Commercial << QStringLiteral("does not allow");
    QTest::newRow("non-commercial at home") << QStringLiteral("mrl") << Use::Personal << QString();
    QTest::newRow("non-commercial in research") << QStringLiteral("qwenres") << Use::Research << QString();
    QTest::newRow("a cap at work") << QStringLiteral("lfm") << Use::Commercial << QStringLiteral("10 million dollars");
    QTest::newRow("a cap at home") << QStringLiteral("lfm") << Use::Personal << QString();
    QTest::newRow("unknown at work") << QString() << Use::Commercial << QStringLiteral("not stated");
    QTest::newRow("unknown in research") << QString() << Use::Research << QStringLiteral("not stated");
    QTest::newRow("unknown at home") << QString() << Use::Personal << QString();
}

void LicenceTest::warnings()
{
    QFETCH(QString, id);
    QFETCH(Use, use);
    QFETCH(QString, contains);
    const QString warning = useWarning(licenceById(id), use);
    QCOMPARE(warning.isEmpty(), contains.isEmpty());
    QVERIFY2(warning.contains(contains), qPrintable(warning));
}

QTEST_GUILESS_MAIN(LicenceTest)
#include "licence_test.moc"
