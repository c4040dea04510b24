// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document_filter.h"

#include "app/document_extraction.h"

#include <QTest>

namespace app {

class DocumentFilterTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesStandForFormats_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<std::vector<std::string>>("formats");
        using Formats = std::vector<std::string>;
        QTest::newRow("a format") << QStringLiteral("docx") << Formats{"docx"};
        QTest::newRow("in capitals") << QStringLiteral("PDF") << Formats{"pdf"};
        QTest::newRow("a kind") << QStringLiteral("slides") << Formats{"pptx", "odp"};
        QTest::newRow("one mail") << QStringLiteral("mail") << Formats{"mail"};
        QTest::newRow("all mail") << QStringLiteral("letters") << Formats{"mail", "mailbox"};
        QTest::newRow("nothing") << QStringLiteral("exe") << Formats{};
        QTest::newRow("what is no document") << QStringLiteral("unknown") << Formats{};
    }
    void namesStandForFormats()
    {
        QFETCH(QString, name);
        QFETCH(std::vector<std::string>, formats);
        QCOMPARE(formatsNamed(name), formats);
    }

    void everyFormatThatIsReadHasAKind()
    {
        const QStringList names = formatFilterNames();
        for (int format = 1; format <= static_cast<int>(extraction::Format::Mailbox); ++format) {
            const QString name = formatName(static_cast<extraction::Format>(format));
            QVERIFY2(names.contains(name), qPrintable(name));
            QCOMPARE(formatsNamed(name).size(), std::size_t{1});
        }
    }

    void agesAreCountedBackFromNow_data()
    {
        QTest::addColumn<DocumentAge>("age");
        QTest::addColumn<QString>("since");
        QTest::newRow("any") << DocumentAge::Any << QString();
        QTest::newRow("week") << DocumentAge::Week << QStringLiteral("2028-02-22T12:00:00Z");
        QTest::newRow("month") << DocumentAge::Month << QStringLiteral("2028-01-29T12:00:00Z");
        QTest::newRow("year") << DocumentAge::Year << QStringLiteral("2027-02-28T12:00:00Z");
    }
    void agesAreCountedBackFromNow()
    {
        QFETCH(DocumentAge, age);
        QFETCH(QString, since);
        const QDateTime now(QDate(2028, 2, 29), QTime(12, 0), QTimeZone::UTC);
        QCOMPARE(changedSince(age, now), QDateTime::fromString(since, Qt::ISODate));
    }

    void aScopeIsNarrowed()
    {
        const QDateTime now = QDateTime::fromSecsSinceEpoch(2'000'000'000);
        storage::SearchScope scope{.collections = {"c"}};
        narrow(scope, {}, now);
        QVERIFY(scope.formats.empty());
        QCOMPARE(scope.modifiedFromNs, 0);
        narrow(scope, {DocumentKind::Books, DocumentAge::Week}, now);
        QCOMPARE(scope.formats, std::vector<std::string>{"epub"});
        QCOMPARE(scope.modifiedFromNs, (2'000'000'000LL - 7 * 86'400) * 1'000'000'000);
        QCOMPARE(scope.collections, std::vector<std::string>{"c"});
    }
};

} // namespace app

QTEST_GUILESS_MAIN(app::DocumentFilterTest)
#include "document_filter_test.moc"
