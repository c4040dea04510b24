// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/conversation_service.h"

#include "tests/app/support/services.h"

using namespace app;
using tests::Services;

class ConversationServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pagesAreWalkedOnce();
    void pinnedOnesComeFirst();
    void renamesAndReadsBack();
    void trashCanBeUndone();
    void emptiedTrashIsGone();
    void searchFindsTitles();
    void anOldQueryIsNotAnswered();
    void draftsAreKept();
    void unknownConversationsFailWithWords();

private:
    static ConversationId create(Services &services, const QString &title)
    {
        QSignalSpy created(services.conversations.get(), &ConversationService::created);
        services.conversations->create(title);
        if (!QTest::qWaitFor([&] { return created.count() == 1; }))
            qFatal("not created");
        return created.first().first().value<ConversationId>();
    }
    static ConversationPage page(Services &services, ConversationId after, qint32 size)
    {
        QSignalSpy loaded(services.conversations.get(), &ConversationService::pageLoaded);
        services.conversations->loadPage(after, size);
        if (!QTest::qWaitFor([&] { return loaded.count() == 1; }))
            qFatal("no page");
        return loaded.first().at(1).value<ConversationPage>();
    }
};

void ConversationServiceTest::pagesAreWalkedOnce()
{
    Services services;
    QList<ConversationId> made;
    for (int i = 0; i < 25; ++i)
        made.append(create(services, QStringLiteral("chat %1").arg(i)));
    QList<ConversationId> seen;
    ConversationId after;
    int pages = 0;
    while (true) {
        const ConversationPage rows = page(services, after, 10);
        ++pages;
        for (const ConversationSummary &row : rows.rows)
            seen.append(row.id);
        if (rows.atEnd)
            break;
        after = rows.rows.constLast().id;
    }
    QCOMPARE(pages, 3);
    std::ranges::sort(made);
    std::ranges::sort(seen);
    QCOMPARE(seen, made);
}

void ConversationServiceTest::pinnedOnesComeFirst()
{
    Services services;
    const ConversationId first = create(services, QStringLiteral("a"));
    create(services, QStringLiteral("b"));
    QSignalSpy row(services.conversations.get(), &ConversationService::rowLoaded);
    services.conversations->setPinned(first, true);
    QTRY_COMPARE(row.count(), 1);
    QVERIFY(row.first().first().value<ConversationSummary>().pinned);
    const ConversationPage rows = page(services, {}, 10);
    QCOMPARE(rows.rows.size(), 2);
    QCOMPARE(rows.rows.constFirst().id, first);
}

void ConversationServiceTest::renamesAndReadsBack()
{
    Services services;
    const ConversationId id = create(services, QStringLiteral("a"));
    QSignalSpy row(services.conversations.get(), &ConversationService::rowLoaded);
    services.conversations->rename(id, QStringLiteral("  Lease \n review "));
    QTRY_COMPARE(row.count(), 1);
    QCOMPARE(row.first().first().value<ConversationSummary>().title, QStringLiteral("Lease review"));
}

void ConversationServiceTest::trashCanBeUndone()
{
    Services services;
    const ConversationId id = create(services, QStringLiteral("a"));
    QSignalSpy gone(services.conversations.get(), &ConversationService::rowGone);
    QSignalSpy back(services.conversations.get(), &ConversationService::rowLoaded);
    services.conversations->trash(id);
    QTRY_COMPARE(gone.count(), 1);
    QCOMPARE(services.conversations->undoCount(), 1);
    QVERIFY(page(services, {}, 10).rows.isEmpty());
    services.conversations->undoTrash();
    QTRY_COMPARE(back.count(), 1);
    QCOMPARE(services.conversations->undoCount(), 0);
    QCOMPARE(page(services, {}, 10).rows.size(), 1);
}

void ConversationServiceTest::emptiedTrashIsGone()
{
    Services services;
    const ConversationId id = create(services, QStringLiteral("a"));
    const auto own = tests::await(services.store->run(
        [id](Stores &stores) { return stores.collections.forConversation(storage::ConversationId{id.value}); }));
    QSignalSpy trash(services.conversations.get(), &ConversationService::trashLoaded);
    QSignalSpy erased(services.conversations.get(), &ConversationService::collectionsErased);
    services.conversations->trash(id);
    services.conversations->loadTrash();
    QTRY_COMPARE(trash.count(), 1);
    QCOMPARE(trash.first().first().value<QList<ConversationSummary>>().size(), 1);
    services.conversations->emptyTrash();
    QTRY_COMPARE(trash.count(), 2);
    // The index is told which files went with it.
    QCOMPARE(erased.count(), 1);
    QCOMPARE(erased.first().first().toStringList(), QStringList{QString::fromStdString(own.value().uuid)});
    QVERIFY(trash.last().first().value<QList<ConversationSummary>>().isEmpty());
    QCOMPARE(services.conversations->undoCount(), 0);
}

void ConversationServiceTest::searchFindsTitles()
{
    Services services;
    const ConversationId id = create(services, QStringLiteral("Lease review"));
    create(services, QStringLiteral("Tax letter"));
    QSignalSpy found(services.conversations.get(), &ConversationService::searchFinished);
    services.conversations->search(QStringLiteral("lea"));
    QTRY_COMPARE(found.count(), 1);
    const auto hits = found.first().at(1).value<QList<SearchHit>>();
    QCOMPARE(hits.size(), 1);
    QCOMPARE(hits.constFirst().conversation, id);
}

void ConversationServiceTest::anOldQueryIsNotAnswered()
{
    Services services;
    QSignalSpy found(services.conversations.get(), &ConversationService::searchFinished);
    services.conversations->search(QStringLiteral("a"));
    services.conversations->search(QStringLiteral("ab"));
    QTRY_COMPARE(found.count(), 1);
    QCOMPARE(found.first().at(0).toString(), QStringLiteral("ab"));
}

void ConversationServiceTest::draftsAreKept()
{
    Services services;
    const ConversationId id = create(services, QStringLiteral("a"));
    QSignalSpy draft(services.conversations.get(), &ConversationService::draftLoaded);
    services.conversations->saveDraft(id, QStringLiteral("half a thöught"));
    services.conversations->saveDraft({}, QStringLiteral("new"));
    services.conversations->loadDraft(id);
    services.conversations->loadDraft({});
    QTRY_COMPARE(draft.count(), 2);
    QCOMPARE(draft.at(0).at(1).toString(), QStringLiteral("half a thöught"));
    QCOMPARE(draft.at(1).at(1).toString(), QStringLiteral("new"));
}

void ConversationServiceTest::unknownConversationsFailWithWords()
{
    Services services;
    QSignalSpy failed(services.conversations.get(), &ConversationService::failed);
    services.conversations->rename({999}, QStringLiteral("x"));
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Failure>().code, QStringLiteral("storage.not_found"));
}

QTEST_GUILESS_MAIN(ConversationServiceTest)
#include "conversation_service_test.moc"
