// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The list of models that can be downloaded, over the built-in catalogue and sample devices.
#include "app/licence/licence.h"
#include "tests/ui/models/shelf_services.h"
#include "ui/models/catalogue_list_model.h"
#include "ui/models/model_words.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ui;
using app::catalogue::CatalogueEntry;

class CatalogueListModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_model.setFilter({}); }
    void adviceComesFirstAndWhatDoesNotFitLast();
    void wordsFind_data();
    void wordsFind();
    void theOrderIsTheUsers_data();
    void theOrderIsTheUsers();
    void filtersNarrowTheList();
    void anEntryIsFoundWhateverIsShown();

private:
    [[nodiscard]] QStringList ids() const
    {
        QStringList all;
        for (int row = 0; row < m_model.count(); ++row)
            all.append(m_model.data(m_model.index(row), Qt::DisplayRole).toString());
        return all;
    }
    [[nodiscard]] CatalogueRow row(int index) const
    {
        return m_model.data(m_model.index(index), CatalogueListModel::RowRole).value<CatalogueRow>();
    }
    [[nodiscard]] QString group(int index) const
    {
        return m_model.data(m_model.index(index), CatalogueListModel::GroupRole).toString();
    }

    testing::ShelfServices m_services;
    app::CatalogueService m_catalogue{{.devices = m_services.devices, .settings = m_services.settings}, {}};
    CatalogueListModel m_model;
    QAbstractItemModelTester m_tester{&m_model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

void CatalogueListModelTest::initTestCase()
{
    QVERIFY(m_services.scan());
    m_model.setService(&m_catalogue);
    m_catalogue.load();
    QTRY_VERIFY(m_model.count() > 60);
}

void CatalogueListModelTest::adviceComesFirstAndWhatDoesNotFitLast()
{
    QVERIFY(row(0).rank.startsWith(QStringLiteral("Recommended")));
    QCOMPARE(m_model.count(), m_catalogue.entries().size());
    QString ranks;
    int others = 0;
    for (int i = 0; i < m_model.count(); ++i) {
        ranks += row(i).rank;
        const bool isOther = group(i) == QStringLiteral("All others");
        QVERIFY2(isOther || others == 0, qPrintable(row(i).name));
        others += isOther ? 1 : 0;
        QCOMPARE(row(i).tone == ModelWords::Good, !isOther);
    }
    QVERIFY(others > 0);
    // One model may be several of these, and none is given twice.
    for (const char *rank : {"Recommended", "Small", "Balanced", "Large"})
        QCOMPARE(ranks.count(QLatin1StringView(rank)), 1);
}

void CatalogueListModelTest::wordsFind_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("found");
    QTest::addColumn<QString>("other");
    QTest::newRow("a number where one begins")
        << QStringLiteral("qwen3 8b") << QStringLiteral("qwen3-8b") << QStringLiteral("qwen3.5-0.8b");
    QTest::newRow("letters anywhere") << QStringLiteral("llama") << QStringLiteral("tinyllama-1.1b")
                                      << QStringLiteral("qwen3-8b");
    QTest::newRow("in any order") << QStringLiteral("instruct 270M gemma") << QStringLiteral("gemma3-270m")
                                  << QStringLiteral("gemma3-1b");
    QTest::newRow("its maker") << QStringLiteral("allenai") << QStringLiteral("olmo2-7b")
                               << QStringLiteral("gemma3-1b");
}

void CatalogueListModelTest::wordsFind()
{
    QFETCH(QString, words);
    QFETCH(QString, found);
    QFETCH(QString, other);
    m_model.setFilter(words);
    QVERIFY2(m_model.indexOf(found) >= 0, qPrintable(ids().join(u' ')));
    QCOMPARE(m_model.indexOf(other), -1);
    m_model.setFilter(words + QStringLiteral(" zzz"));
    QCOMPARE(m_model.count(), 0);
}

void CatalogueListModelTest::theOrderIsTheUsers_data()
{
    QTest::addColumn<int>("order");
    QTest::newRow("newest") << 0;
    QTest::newRow("smallest") << 1;
    QTest::newRow("largest") << 2;
    QTest::newRow("by name") << 3;
}

void CatalogueListModelTest::theOrderIsTheUsers()
{
    QFETCH(int, order);
    m_model.setOrder(order);
    const auto bytes = [&](int i) { return m_catalogue.find(row(i).id)->files[row(i).file].bytes; };
    const auto month = [&](int i) {
        const CatalogueEntry *entry = m_catalogue.find(row(i).id);
        return entry->released.isEmpty() ? entry->notBefore : entry->released;
    };
    const auto helps = [&](int i) {
        return m_catalogue.find(row(i).id)->purpose >= app::catalogue::Purpose::Embedding;
    };
    int compared = 0;
    for (int i = 1; i < m_model.count(); ++i) {
        // Advice keeps its order, and models that nobody talks with come behind the others.
        if (!row(i - 1).rank.isEmpty() || group(i) != group(i - 1) || helps(i) != helps(i - 1))
            continue;
        const bool right = order == 0   ? month(i - 1) >= month(i)
                           : order == 1 ? bytes(i - 1) <= bytes(i)
                           : order == 2 ? bytes(i - 1) >= bytes(i)
                                        : row(i - 1).name.localeAwareCompare(row(i).name) <= 0;
        QVERIFY2(right, qPrintable(row(i - 1).name + QStringLiteral(", ") + row(i).name));
        ++compared;
    }
    QVERIFY(compared > 60);
    m_model.setOrder(0);
}

void CatalogueListModelTest::filtersNarrowTheList()
{
    const int all = m_model.count();
    m_model.setPurpose(static_cast<int>(m_model.purposes().indexOf(QStringLiteral("Code"))));
    QVERIFY(m_model.count() > 0 && m_model.count() < all);
    for (const QString &id : ids())
        QCOMPARE(m_catalogue.find(id)->purpose, app::catalogue::Purpose::Code);
    m_model.setPurpose(0);

    m_model.setLicence(2);
    QVERIFY(m_model.count() > 0 && m_model.count() < all);
    for (const QString &id : ids())
        QCOMPARE(app::licence::licenceById(m_catalogue.find(id)->licenceId).kind, app::licence::Kind::Permissive);
    m_model.setLicence(0);

    const int german = static_cast<int>(m_model.languages().indexOf(QStringLiteral("German")));
    QVERIFY(german > 0);
    m_model.setLanguage(german);
    QVERIFY(m_model.count() > 0 && m_model.count() < all);
    for (const QString &id : ids())
        QVERIFY(m_catalogue.find(id)->languages.contains(QStringLiteral("de")));
    m_model.setLanguage(0);
    QCOMPARE(m_model.count(), all);
}

void CatalogueListModelTest::anEntryIsFoundWhateverIsShown()
{
    m_model.setFilter(QStringLiteral("gemma"));
    QCOMPARE(m_model.indexOf(QStringLiteral("qwen3-8b")), -1);
    QCOMPARE(m_model.indexOf(QStringLiteral("no such model")), -1);
    const CatalogueRow found = m_model.find(QStringLiteral("qwen3-8b"));
    QCOMPARE(found.name, QStringLiteral("Qwen3 8B"));
    QVERIFY(found.page.startsWith(QStringLiteral("https://huggingface.co/")));
    QCOMPARE(m_model.filesOf(QStringLiteral("qwen3-8b")).size(), 2);
    QVERIFY(!m_model.find(QStringLiteral("no such model")).isValid());
}

QTEST_GUILESS_MAIN(CatalogueListModelTest)
#include "catalogue_list_model_test.moc"
