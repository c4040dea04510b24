// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_model.h"
#include "ui/inspector/header_model.h"
#include "ui/inspector/inspector_words.h"
#include "ui/inspector/prompt_model.h"
#include "ui/inspector/tensor_model.h"
#include "ui/inspector/token_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace ui;

class InspectorModelsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void keysAreSifted();
    void anArrayOpensAndGrows();
    void aShortValueDoesNotOpen();
    void tensorsAreSortedThreeWays();
    void typingChangesTheLastChipsOnly();
    void moreTokensComeWhenAskedFor();
    void controlTokensAreMarkedInAPart();
    void shares_data();
    void shares();

private:
    QTemporaryDir m_folder;
    app::ModelInspector m_inspector;
};

void InspectorModelsTest::initTestCase()
{
    const QString path = m_folder.filePath(QStringLiteral("tiny.gguf"));
    tests::writeTinyModel(path.toStdString(), {.layers = 12, .controlTokens = {"<|im_start|>", "<|im_end|>"}});
    m_inspector.setPath(path);
    QTRY_COMPARE(m_inspector.phase(), app::InspectionPhase::Ready);
}

void InspectorModelsTest::keysAreSifted()
{
    HeaderModel model;
    const QAbstractItemModelTester tester(&model);
    model.setInspector(&m_inspector);
    QCOMPARE(model.count(), model.total());
    QVERIFY(model.total() > 10);
    model.setFilter(QStringLiteral("BLOCK_count"));
    QCOMPARE(model.count(), 1);
    QCOMPARE(model.data(model.index(0), HeaderModel::PreviewRole).toString(), QStringLiteral("12"));
    model.setFilter(QStringLiteral("no such key"));
    QCOMPARE(model.count(), 0);
}

void InspectorModelsTest::anArrayOpensAndGrows()
{
    HeaderModel model;
    const QAbstractItemModelTester tester(&model);
    model.setInspector(&m_inspector);
    model.setFilter(QStringLiteral("tokenizer.ggml.tokens"));
    QCOMPARE(model.count(), 1);
    const QModelIndex row = model.index(0);
    model.toggle(0);
    QVERIFY(model.data(row, HeaderModel::OpenRole).toBool());
    QTRY_COMPARE(model.data(row, HeaderModel::MoreRole).toLongLong(), 320 - 200);
    model.readMore(0);
    QTRY_COMPARE(model.data(row, HeaderModel::MoreRole).toLongLong(), 0);
    QCOMPARE(model.data(row, HeaderModel::WholeRole).toString().count(u'\n'), 319);
    model.toggle(0);
    QVERIFY(model.data(row, HeaderModel::WholeRole).toString().isEmpty());
}

void InspectorModelsTest::aShortValueDoesNotOpen()
{
    HeaderModel model;
    model.setInspector(&m_inspector);
    model.setFilter(QStringLiteral("block_count"));
    model.toggle(0);
    QVERIFY(!model.data(model.index(0), HeaderModel::OpenRole).toBool());
}

void InspectorModelsTest::tensorsAreSortedThreeWays()
{
    TensorModel model;
    const QAbstractItemModelTester tester(&model);
    model.setInspector(&m_inspector);
    const auto name = [&](int row) { return model.data(model.index(row), Qt::DisplayRole).toString(); };
    const auto bytes = [&](int row) {
        return model.data(model.index(row), TensorModel::TensorRole).value<app::TensorValue>().bytes;
    };
    const QString first = name(0);
    model.sortBy(TensorModel::Order::Bytes);
    QVERIFY(model.isDescending());
    for (int row = 1; row < model.count(); ++row)
        QVERIFY(bytes(row - 1) >= bytes(row));
    model.sortBy(TensorModel::Order::Bytes);
    QVERIFY(!model.isDescending());
    QVERIFY(bytes(0) <= bytes(model.count() - 1));
    model.sortBy(TensorModel::Order::Bytes);
    QCOMPARE(model.order(), TensorModel::Order::File);
    QCOMPARE(name(0), first);
    // Numbers in names count as numbers.
    model.setFilter(QStringLiteral("attn_q.weight"));
    model.sortBy(TensorModel::Order::Name);
    QCOMPARE(name(2), QStringLiteral("blk.2.attn_q.weight"));
    QCOMPARE(name(11), QStringLiteral("blk.11.attn_q.weight"));
}

void InspectorModelsTest::typingChangesTheLastChipsOnly()
{
    TokenModel model;
    const QAbstractItemModelTester tester(&model);
    model.setAddSpecial(false);
    model.setText(QStringLiteral("xyz"));
    model.setInspector(&m_inspector);
    QTRY_COMPARE(model.count(), 3);
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setText(QStringLiteral("xyzw"));
    QTRY_COMPARE(model.count(), 4);
    QCOMPARE(removed.count(), 0);
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(inserted.constFirst().at(1).toInt(), 3);
    QCOMPARE(reset.count(), 0);
}

void InspectorModelsTest::moreTokensComeWhenAskedFor()
{
    TokenModel model;
    model.setAddSpecial(false);
    model.setInspector(&m_inspector);
    model.setText(QString(1000, u'x'));
    QTRY_COMPARE(model.count() + model.more(), 1000);
    QTRY_COMPARE(model.count(), 400);
    model.showMore();
    QTRY_COMPARE(model.count(), 800);
    QCOMPARE(model.more(), 200);
}

void InspectorModelsTest::controlTokensAreMarkedInAPart()
{
    PromptModel model;
    const QAbstractItemModelTester tester(&model);
    model.setInspector(&m_inspector);
    m_inspector.viewSample();
    QTRY_VERIFY(model.count() > 0);
    int marked = 0;
    for (int row = 0; row < model.count(); ++row) {
        const QModelIndex part = model.index(row);
        const QString text = model.data(part, PromptModel::TextRole).toString();
        for (const ControlStretch &stretch :
             model.data(part, PromptModel::ControlRole).value<QList<ControlStretch>>()) {
            QVERIFY(text.sliced(stretch.start, stretch.length).startsWith(u'<'));
            ++marked;
        }
    }
    QVERIFY(marked > 0);
    QVERIFY(model.wholeText().contains(QStringLiteral("Why is the sky blue?")));
}

void InspectorModelsTest::shares_data()
{
    QTest::addColumn<double>("share");
    QTest::addColumn<QString>("text");
    QTest::newRow("half") << 0.5 << "50.0 %";
    QTest::newRow("a trace") << 0.0004 << "< 0.1 %";
    QTest::newRow("nothing") << 0.0 << "0.0 %";
}

void InspectorModelsTest::shares()
{
    QFETCH(double, share);
    QFETCH(QString, text);
    QCOMPARE(InspectorWords().share(share), text);
}

QTEST_MAIN(InspectorModelsTest)
#include "inspector_models_test.moc"
