// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is offered to be asked about.
#include "app/document_finder.h"

#include "tests/app/support/document_services.h"

using namespace app;
using tests::await;
using tests::DocumentServices;

class DocumentFinderTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_services = std::make_unique<DocumentServices>(false);
        m_services->makeCollection("Leases", {{"/l/Lease old.txt", "notice"}, {"/l/Lease new.txt", "other notice"}});
        m_services->makeCollection("Taxes", {{"/t/Letter 2025.txt", "tax"}, {"/t/Release.txt", "freed"}});
        m_finder = std::make_unique<DocumentFinder>(*m_services->store, *m_services->index);
    }

    void namesAreFoundByTheirWords_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QStringList>("names");
        const auto row = [](const char *typed, const QStringList &names) {
            QTest::newRow(typed) << QString::fromLatin1(typed) << names;
        };
        const QString leases = QStringLiteral("Leases");
        const QString fresh = QStringLiteral("Lease new.txt");
        const QString old = QStringLiteral("Lease old.txt");
        const QString taxes = QStringLiteral("Taxes");
        const QString letter = QStringLiteral("Letter 2025.txt");
        const QString release = QStringLiteral("Release.txt");
        row("", {leases, taxes, release, letter, fresh, old});
        // The newest stands behind those that begin with it.
        row("lease", {leases, fresh, old, release});
        row("old", {old});
        row("OLD lea", {old});
        row("2025", {letter});
        row("nothing", {});
    }
    void namesAreFoundByTheirWords()
    {
        QFETCH(QString, typed);
        QFETCH(QStringList, names);
        const QList<DocumentChoice> choices = find(typed);
        QStringList found;
        for (const DocumentChoice &choice : choices)
            found += choice.name;
        QCOMPARE(found, names);
        for (const DocumentChoice &choice : choices) {
            QVERIFY(!choice.collectionUuid.isEmpty());
            QCOMPARE(choice.isCollection(), choice.collectionName.isEmpty());
        }
    }

    void whatWasHandedToAConversationIsNotOffered()
    {
        QSignalSpy handed(m_services->chat.get(), &ChatService::filesHanded);
        m_services->chat->attachFiles({QStringLiteral("/me/secret.txt")});
        QTRY_COMPARE(handed.count(), 1);
        m_services->add(handed.first().first().toString().toStdString(), "/me/secret.txt", "a secret");
        QCOMPARE(find(QString()).size(), 6);
        QCOMPARE(find(QStringLiteral("secret")).size(), 0);
    }

    void onlyTheLastQuestionIsAnswered()
    {
        QSignalSpy found(m_finder.get(), &DocumentFinder::found);
        m_finder->find(QStringLiteral("lease"));
        m_finder->find(QStringLiteral("tax"));
        QTRY_COMPARE(found.count(), 1);
        QCOMPARE(found.first().first().toString(), QStringLiteral("tax"));
        // What was asked for first would have been answered before this.
        await(m_services->index->run([](IndexStores &) { return storage::Result<bool>(true); }));
        QCOMPARE(found.count(), 1);
    }

private:
    QList<DocumentChoice> find(const QString &typed)
    {
        QSignalSpy found(m_finder.get(), &DocumentFinder::found);
        m_finder->find(typed);
        if (!QTest::qWaitFor([&] { return !found.isEmpty(); }))
            return {};
        return found.last().at(1).value<QList<DocumentChoice>>();
    }

    std::unique_ptr<DocumentServices> m_services;
    std::unique_ptr<DocumentFinder> m_finder;
};

QTEST_GUILESS_MAIN(DocumentFinderTest)
#include "document_finder_test.moc"
