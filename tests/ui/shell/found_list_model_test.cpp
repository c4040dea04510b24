// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/found_list_model.h"

#include "app/store_thread.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace ui;
using app::ConversationId;
using app::SearchHit;

/// The service's database never opens, so that every answer comes from the test.
class FoundListModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void init()
    {
        m_store = std::make_unique<app::StoreThread>();
        m_service = std::make_unique<app::ConversationService>(*m_store);
        m_model = std::make_unique<FoundListModel>();
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
    void aSearchFillsTheList();
    void aConversationIsListedOnce();
    void anOldAnswerIsIgnored();
    void anEmptyQueryEmptiesTheList();
    void excerptsAreOfOneLineWithoutMarks();
    void theTrashIsListed();
    void searchesDoNotReachTheTrash();
    void conversationsByRow();

private:
    static SearchHit hit(qint64 conversation, qint64 message, const QString &excerpt)
    {
        return {.conversation = {conversation},
                .message = {message},
                .title = QStringLiteral("chat %1").arg(conversation),
                .excerpt = excerpt,
                .marks = {},
                .updatedAt = QDateTime(QDate(2026, 5, 4), QTime(12, 0))};
    }
    [[nodiscard]] QString excerpt(int row) const
    {
        return m_model->index(row).data(FoundListModel::ExcerptRole).toString();
    }

    std::unique_ptr<app::StoreThread> m_store;
    std::unique_ptr<app::ConversationService> m_service;
    std::unique_ptr<FoundListModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void FoundListModelTest::aSearchFillsTheList()
{
    QSignalSpy waiting(m_model.get(), &FoundListModel::waitingChanged);
    m_model->setQuery(QStringLiteral("lease"));
    QVERIFY(m_model->isWaiting());
    Q_EMIT m_service->searchFinished(QStringLiteral("lease"), {hit(1, 0, {}), hit(2, 7, QStringLiteral("the lease"))});
    QVERIFY(!m_model->isWaiting());
    QCOMPARE(waiting.count(), 2);
    QCOMPARE(m_model->count(), 2);
    QCOMPARE(m_model->index(0).data(FoundListModel::TitleRole).toString(), QStringLiteral("chat 1"));
    QCOMPARE(excerpt(0), QString()); // the title matched
    QCOMPARE(excerpt(1), QStringLiteral("the lease"));
    QCOMPARE(m_model->index(1).data(FoundListModel::WhenRole).toString(),
             QLocale::c().toString(QDate(2026, 5, 4), QLocale::ShortFormat));
    QVERIFY(!m_model->index(2).data(FoundListModel::TitleRole).isValid());
}

void FoundListModelTest::aConversationIsListedOnce()
{
    m_model->setQuery(QStringLiteral("lease"));
    Q_EMIT m_service->searchFinished(QStringLiteral("lease"),
                                     {hit(1, 0, {}), hit(1, 5, QStringLiteral("first")),
                                      hit(2, 6, QStringLiteral("other")), hit(1, 7, QStringLiteral("second"))});
    QCOMPARE(m_model->count(), 2);
    QCOMPARE(excerpt(0), QStringLiteral("first"));
    QCOMPARE(excerpt(1), QStringLiteral("other"));
}

void FoundListModelTest::anOldAnswerIsIgnored()
{
    m_model->setQuery(QStringLiteral("le"));
    m_model->setQuery(QStringLiteral("lease"));
    Q_EMIT m_service->searchFinished(QStringLiteral("le"), {hit(1, 0, {})});
    QCOMPARE(m_model->count(), 0);
    QVERIFY(m_model->isWaiting());
    Q_EMIT m_service->searchFinished(QStringLiteral("lease"), {hit(2, 0, {})});
    QCOMPARE(m_model->count(), 1);
    QCOMPARE(m_model->conversationAt(0), ConversationId{2});
}

void FoundListModelTest::anEmptyQueryEmptiesTheList()
{
    m_model->setQuery(QStringLiteral("lease"));
    Q_EMIT m_service->searchFinished(QStringLiteral("lease"), {hit(1, 0, {})});
    m_model->setQuery(QStringLiteral("  "));
    QCOMPARE(m_model->count(), 0);
    QVERIFY(!m_model->isWaiting());
}

void FoundListModelTest::excerptsAreOfOneLineWithoutMarks()
{
    m_model->setQuery(QStringLiteral("lease"));
    Q_EMIT m_service->searchFinished(QStringLiteral("lease"),
                                     {hit(1, 4, QStringLiteral("the **lease** of `x` is 2*3"))});
    QCOMPARE(excerpt(0), QStringLiteral("the lease of x is 2*3"));
}

void FoundListModelTest::theTrashIsListed()
{
    m_model->setSource(FoundListModel::Trash);
    QVERIFY(m_model->isWaiting());
    QSignalSpy reset(m_model.get(), &QAbstractItemModel::modelReset);
    app::ConversationSummary row{.id = {3},
                                 .title = {},
                                 .createdAt = {},
                                 .updatedAt = QDateTime(QDate(2026, 5, 4), QTime(12, 0)),
                                 .trashedAt = QDateTime(QDate(2026, 6, 7), QTime(12, 0)),
                                 .pinned = false,
                                 .assistant = {}};
    Q_EMIT m_service->trashLoaded({row});
    QCOMPARE(reset.count(), 1);
    QCOMPARE(m_model->count(), 1);
    QCOMPARE(m_model->index(0).data(FoundListModel::TitleRole).toString(), QStringLiteral("New chat"));
    QCOMPARE(m_model->index(0).data(FoundListModel::WhenRole).toString(),
             QLocale().toString(QDate(2026, 6, 7), QLocale::ShortFormat));
    Q_EMIT m_service->trashLoaded({});
    QCOMPARE(m_model->count(), 0);
    QVERIFY(!m_model->isWaiting());
}

void FoundListModelTest::searchesDoNotReachTheTrash()
{
    m_model->setSource(FoundListModel::Trash);
    Q_EMIT m_service->searchFinished(QString(), {hit(1, 0, {})});
    QCOMPARE(m_model->count(), 0);
    m_model->setSource(FoundListModel::Search);
    Q_EMIT m_service->trashLoaded({app::ConversationSummary()});
    QCOMPARE(m_model->count(), 0);
}

void FoundListModelTest::conversationsByRow()
{
    m_model->setQuery(QStringLiteral("lease"));
    Q_EMIT m_service->searchFinished(QStringLiteral("lease"), {hit(1, 0, {}), hit(2, 0, {})});
    QCOMPARE(m_model->index(1).data(FoundListModel::ConversationRole).value<ConversationId>(), ConversationId{2});
    QCOMPARE(m_model->conversationAt(1), ConversationId{2});
    QVERIFY(!m_model->conversationAt(2).isValid());
    QVERIFY(!m_model->conversationAt(-1).isValid());
}

QTEST_GUILESS_MAIN(FoundListModelTest)
#include "found_list_model_test.moc"
