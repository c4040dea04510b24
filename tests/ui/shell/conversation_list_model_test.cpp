// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/conversation_list_model.h"

#include "app/store_thread.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ui;
using app::ConversationId;
using app::ConversationPage;
using app::ConversationSummary;

/// The service's database never opens, so that every row comes from the test.
class ConversationListModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_store = std::make_unique<app::StoreThread>();
        m_service = std::make_unique<app::ConversationService>(*m_store);
        m_model = std::make_unique<ConversationListModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(),
                                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_model->setService(m_service.get());
    }
    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
        m_service.reset();
        m_store.reset();
    }
    void groups_data();
    void groups();
    void aPageFillsTheList();
    void rolesOfARow();
    void furtherPagesAreAskedForOnce();
    void aPageRepeatsNoRow();
    void aTouchedConversationMovesUp();
    void pinningAndUnpinningMove();
    void aNewTitleChangesItsRowAlone();
    void aNewConversationIsInserted();
    void aRowBelowThePagesReadWaits();
    void aRowThatGoesIsRemoved();
    void theFirstPageAgainStartsAnew();
    void neighbours();
    void anotherServiceEmptiesTheList();

private:
    static QDateTime hour(int number) { return QDateTime(QDate(2026, 5, 4), QTime(number, 0)); }
    static ConversationSummary row(qint64 id, int updated, bool pinned = false)
    {
        return {.id = {id},
                .title = QStringLiteral("chat %1").arg(id),
                .createdAt = hour(0),
                .updatedAt = hour(updated),
                .trashedAt = {},
                .pinned = pinned,
                .assistant = {}};
    }
    /// Pinned 1; then 4, 3, 2 by time.
    void fill(bool atEnd = true) const
    {
        Q_EMIT m_service->pageLoaded({}, {.rows = {row(1, 1, true), row(4, 9), row(3, 8), row(2, 7)}, .atEnd = atEnd});
    }
    [[nodiscard]] QList<qint64> ids() const
    {
        QList<qint64> ids;
        for (int at = 0; at < m_model->count(); ++at)
            ids.append(m_model->index(at).data(ConversationListModel::ConversationRole).value<ConversationId>().value);
        return ids;
    }

    std::unique_ptr<app::StoreThread> m_store;
    std::unique_ptr<app::ConversationService> m_service;
    std::unique_ptr<ConversationListModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

using Ids = QList<qint64>;

void ConversationListModelTest::groups_data()
{
    QTest::addColumn<QDateTime>("updated");
    QTest::addColumn<QString>("group");
    QTest::newRow("a minute ago") << QDateTime(QDate(2026, 5, 4), QTime(11, 59)) << QStringLiteral("Today");
    QTest::newRow("after midnight") << QDateTime(QDate(2026, 5, 4), QTime(0, 0)) << QStringLiteral("Today");
    QTest::newRow("before midnight") << QDateTime(QDate(2026, 5, 3), QTime(23, 59)) << QStringLiteral("Yesterday");
    QTest::newRow("two days") << QDateTime(QDate(2026, 5, 2), QTime(12, 0)) << QStringLiteral("Previous 7 days");
    QTest::newRow("seven days") << QDateTime(QDate(2026, 4, 27), QTime(0, 0)) << QStringLiteral("Previous 7 days");
    QTest::newRow("eight days") << QDateTime(QDate(2026, 4, 26), QTime(23, 59)) << QStringLiteral("Older");
    QTest::newRow("a clock that was wrong") << QDateTime(QDate(2027, 1, 1), QTime(0, 0)) << QStringLiteral("Today");
}

void ConversationListModelTest::groups()
{
    QFETCH(QDateTime, updated);
    QTEST(dateGroup(updated, QDateTime(QDate(2026, 5, 4), QTime(12, 0))), "group");
}

void ConversationListModelTest::aPageFillsTheList()
{
    QVERIFY(!m_model->isLoaded());
    QVERIFY(!m_model->canFetchMore({})); // the first page is on its way
    QSignalSpy loaded(m_model.get(), &ConversationListModel::loadedChanged);
    fill();
    QCOMPARE(loaded.count(), 1);
    QVERIFY(m_model->isLoaded());
    QCOMPARE(ids(), (Ids{1, 4, 3, 2}));
    QVERIFY(!m_model->canFetchMore({}));
}

void ConversationListModelTest::rolesOfARow()
{
    ConversationSummary unnamed = row(5, 3);
    unnamed.title.clear();
    unnamed.updatedAt = QDateTime::currentDateTime();
    Q_EMIT m_service->pageLoaded({}, {.rows = {row(1, 1, true), unnamed}, .atEnd = true});
    using M = ConversationListModel;
    QCOMPARE(m_model->index(0).data(M::TitleRole).toString(), QStringLiteral("chat 1"));
    QCOMPARE(m_model->index(0).data(M::PinnedRole).toBool(), true);
    QCOMPARE(m_model->index(0).data(M::GroupRole).toString(), QStringLiteral("Pinned"));
    QCOMPARE(m_model->index(1).data(M::TitleRole).toString(), QStringLiteral("New chat"));
    QCOMPARE(m_model->index(1).data(M::PinnedRole).toBool(), false);
    QCOMPARE(m_model->index(1).data(M::GroupRole).toString(), QStringLiteral("Today"));
    QVERIFY(!m_model->index(2).data(M::TitleRole).isValid());
}

void ConversationListModelTest::furtherPagesAreAskedForOnce()
{
    m_tester.reset(); // it fetches by itself
    fill(false);
    QVERIFY(m_model->canFetchMore({}));
    // The service has read no page itself, so it answers at once that there is none after this row.
    QSignalSpy asked(m_service.get(), &app::ConversationService::pageLoaded);
    m_model->fetchMore({});
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.first().first().value<ConversationId>(), ConversationId{2});
    m_model->fetchMore({});
    QCOMPARE(asked.count(), 1);
    Q_EMIT m_service->pageLoaded({2}, {.rows = {row(6, 5)}, .atEnd = true});
    QCOMPARE(ids(), (Ids{1, 4, 3, 2, 6}));
    QVERIFY(!m_model->canFetchMore({}));
}

void ConversationListModelTest::aPageRepeatsNoRow()
{
    fill(false);
    QSignalSpy reset(m_model.get(), &QAbstractItemModel::modelReset);
    Q_EMIT m_service->pageLoaded({2}, {.rows = {row(3, 8), row(6, 5)}, .atEnd = true});
    QCOMPARE(ids(), (Ids{1, 4, 3, 2, 6}));
    QCOMPARE(reset.count(), 0);
}

void ConversationListModelTest::aTouchedConversationMovesUp()
{
    fill();
    QSignalSpy moved(m_model.get(), &QAbstractItemModel::rowsMoved);
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    QSignalSpy reset(m_model.get(), &QAbstractItemModel::modelReset);
    Q_EMIT m_service->rowLoaded(row(2, 10));
    QCOMPARE(ids(), (Ids{1, 2, 4, 3})); // below what is pinned
    QCOMPARE(moved.count(), 1);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().at(0).toModelIndex().row(), 1);
    QCOMPARE(reset.count(), 0);
}

void ConversationListModelTest::pinningAndUnpinningMove()
{
    fill();
    Q_EMIT m_service->rowLoaded(row(3, 8, true));
    QCOMPARE(ids(), (Ids{3, 1, 4, 2}));
    Q_EMIT m_service->rowLoaded(row(1, 1, false));
    QCOMPARE(ids(), (Ids{3, 4, 2, 1}));
    Q_EMIT m_service->rowLoaded(row(3, 8, false));
    QCOMPARE(ids(), (Ids{4, 3, 2, 1}));
}

void ConversationListModelTest::aNewTitleChangesItsRowAlone()
{
    fill();
    QSignalSpy moved(m_model.get(), &QAbstractItemModel::rowsMoved);
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    ConversationSummary named = row(3, 8);
    named.title = QStringLiteral("Lease");
    Q_EMIT m_service->rowLoaded(named);
    QCOMPARE(moved.count(), 0);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().at(0).toModelIndex().row(), 2);
    QCOMPARE(changed.first().at(1).toModelIndex().row(), 2);
    QVERIFY(changed.first().at(2).value<QList<int>>().contains(ConversationListModel::TitleRole));
    Q_EMIT m_service->rowLoaded(named);
    QCOMPARE(changed.count(), 1);
}

void ConversationListModelTest::aNewConversationIsInserted()
{
    fill();
    QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
    QSignalSpy counted(m_model.get(), &ConversationListModel::countChanged);
    Q_EMIT m_service->rowLoaded(row(7, 11));
    QCOMPARE(ids(), (Ids{1, 7, 4, 3, 2}));
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(counted.count(), 1);
    // Of the same moment: the later one first, as the database lists them.
    Q_EMIT m_service->rowLoaded(row(8, 11));
    QCOMPARE(ids(), (Ids{1, 8, 7, 4, 3, 2}));
}

void ConversationListModelTest::aRowBelowThePagesReadWaits()
{
    fill(false);
    Q_EMIT m_service->rowLoaded(row(9, 2));
    QCOMPARE(ids(), (Ids{1, 4, 3, 2}));
    Q_EMIT m_service->pageLoaded({2}, {.rows = {row(9, 2)}, .atEnd = true});
    QCOMPARE(ids(), (Ids{1, 4, 3, 2, 9}));
}

void ConversationListModelTest::aRowThatGoesIsRemoved()
{
    fill();
    QSignalSpy removed(m_model.get(), &QAbstractItemModel::rowsRemoved);
    Q_EMIT m_service->rowGone({3});
    QCOMPARE(ids(), (Ids{1, 4, 2}));
    QCOMPARE(removed.count(), 1);
    QCOMPARE(removed.first().at(1).toInt(), 2);
    Q_EMIT m_service->rowGone({3});
    QCOMPARE(removed.count(), 1);
}

void ConversationListModelTest::theFirstPageAgainStartsAnew()
{
    fill();
    Q_EMIT m_service->pageLoaded({}, {.rows = {row(4, 9)}, .atEnd = true});
    QCOMPARE(ids(), (Ids{4}));
}

void ConversationListModelTest::neighbours()
{
    fill();
    QCOMPARE(m_model->neighbour({4}, 1), ConversationId{3});
    QCOMPARE(m_model->neighbour({4}, -1), ConversationId{1});
    QVERIFY(!m_model->neighbour({1}, -1).isValid());
    QVERIFY(!m_model->neighbour({2}, 1).isValid());
    QCOMPARE(m_model->neighbour({77}, 1), ConversationId{1}); // none is open: the first
}

void ConversationListModelTest::anotherServiceEmptiesTheList()
{
    fill();
    m_model->setService(nullptr);
    QCOMPARE(m_model->count(), 0);
    Q_EMIT m_service->rowLoaded(row(7, 11));
    QCOMPARE(m_model->count(), 0);
}

QTEST_GUILESS_MAIN(ConversationListModelTest)
#include "conversation_list_model_test.moc"
