// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_shelf.h"

#include "app/device_service.h"
#include "app/settings.h"
#include "tests/ui/models/shelf_services.h"
#include "ui/models/memory_plan.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace ui;
using testing::ShelfServices;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

QStringList names(const ModelShelf &shelf)
{
    QStringList names;
    for (int row = 0; row < shelf.rowCount(); ++row)
        names.append(shelf.index(row).data().toString());
    return names;
}

ModelRow rowAt(const ModelShelf &shelf, int row)
{
    return shelf.index(row).data(ModelShelf::RowRole).value<ModelRow>();
}

} // namespace

class ModelShelfTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void modelsStandInGroupsByName();
    void aSingleGroupHasNoHeading();
    void aFilterTakesEveryWord_data();
    void aFilterTakesEveryWord();
    void theChosenOneIsMarkedWithoutMovingRows();
    void whatCannotBeUsedSaysWhy();
    void fiveHundredModelsAreThereAtOnce();
    void memoryIsDividedIntoItsParts();
};

void ModelShelfTest::modelsStandInGroupsByName()
{
    ShelfServices services;
    QVERIFY(services.write("Beta", "beta.gguf"));
    QVERIFY(services.write("Broken", "aaa.gguf", false));
    QVERIFY(services.write("alpha", "zzz.gguf"));
    ModelShelf shelf;
    const QAbstractItemModelTester tester(&shelf, QAbstractItemModelTester::FailureReportingMode::QtTest);
    shelf.setService(&services.models);
    QVERIFY(services.scan());
    QCOMPARE(names(shelf), (QStringList{text("alpha"), text("Beta"), text("Broken")}));
    QCOMPARE(shelf.index(0).data(ModelShelf::GroupRole).toString(), headingOf(ModelGroup::Chat));
    QCOMPARE(shelf.index(2).data(ModelShelf::GroupRole).toString(), headingOf(ModelGroup::Unusable));
    QVERIFY(shelf.totalBytes() > 0);
}

void ModelShelfTest::aSingleGroupHasNoHeading()
{
    ShelfServices services;
    QVERIFY(services.write("Beta", "beta.gguf"));
    ModelShelf shelf;
    shelf.setService(&services.models);
    QVERIFY(services.scan());
    QCOMPARE(shelf.index(0).data(ModelShelf::GroupRole).toString(), QString());
    shelf.setService(nullptr);
    QCOMPARE(shelf.count(), 0);
}

void ModelShelfTest::aFilterTakesEveryWord_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QStringList>("found");
    const QString smol = text("SmolLM2 135M Instruct");
    const QString llama = text("Llama 3.2 3B Instruct");
    QTest::newRow("nothing") << QString() << QStringList{llama, smol};
    QTest::newRow("part of a name") << text("smol") << QStringList{smol};
    QTest::newRow("two words in any order") << text("instruct LLAMA") << QStringList{llama};
    QTest::newRow("quantization") << text("q4_1") << QStringList{llama, smol};
    QTest::newRow("licence") << text("apache") << QStringList{llama, smol};
    QTest::newRow("nowhere") << text("mamba") << QStringList();
}

void ModelShelfTest::aFilterTakesEveryWord()
{
    QFETCH(QString, filter);
    ShelfServices services;
    QVERIFY(services.write("SmolLM2 135M Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
    QVERIFY(services.write("Llama 3.2 3B Instruct", "Llama-3.2-3B-Instruct-Q4_1.gguf"));
    ModelShelf shelf;
    const QAbstractItemModelTester tester(&shelf, QAbstractItemModelTester::FailureReportingMode::QtTest);
    shelf.setService(&services.models);
    QVERIFY(services.scan());
    shelf.setFilter(filter);
    QTEST(names(shelf), "found");
    QCOMPARE(shelf.total(), 2);
}

void ModelShelfTest::theChosenOneIsMarkedWithoutMovingRows()
{
    ShelfServices services;
    QVERIFY(services.write("Alpha", "alpha.gguf"));
    QVERIFY(services.write("Beta", "beta.gguf"));
    ModelShelf shelf;
    shelf.setService(&services.models);
    QVERIFY(services.scan());
    const QSignalSpy reset(&shelf, &QAbstractItemModel::modelReset);
    const QSignalSpy told(&shelf, &ModelShelf::rowsChanged);
    services.models.choose(text("beta"));
    QVERIFY(!rowAt(shelf, 0).chosen);
    QVERIFY(rowAt(shelf, 1).chosen);
    QVERIFY(!told.isEmpty());
    QVERIFY(services.scan());
    QCOMPARE(reset.count(), 0);
    QCOMPARE(shelf.find(text("beta")).name, text("Beta"));
    QVERIFY(!shelf.find(text("gamma")).isValid());
}

void ModelShelfTest::whatCannotBeUsedSaysWhy()
{
    ShelfServices services;
    QVERIFY(services.write("Broken", "broken.gguf", false));
    ModelShelf shelf;
    shelf.setService(&services.models);
    QVERIFY(services.scan());
    const ModelRow row = rowAt(shelf, 0);
    QVERIFY(!row.canChat);
    QVERIFY(row.troubleIsSevere);
    QCOMPARE(row.troubleTitle, text("The model file is incomplete"));
    QVERIFY(row.fit.isEmpty() && row.license.isEmpty());
}

void ModelShelfTest::fiveHundredModelsAreThereAtOnce()
{
    ShelfServices services;
    for (int number = 0; number < 500; ++number)
        QVERIFY(services.write("Some model", qPrintable(QStringLiteral("Model-%1-7B-Q4_K_M.gguf").arg(number))));
    QVERIFY(services.scan());
    QElapsedTimer clock;
    clock.start();
    ModelShelf shelf;
    shelf.setService(&services.models);
    for (int row = 0; row < 12; ++row)
        QVERIFY(!rowAt(shelf, row).facts.isEmpty());
    qInfo("500 models: %lld ms", static_cast<long long>(clock.elapsed()));
    QCOMPARE(shelf.count(), 500);
    // The room has 200 ms for all; a sanitizer or a busy machine takes several times as long.
    QVERIFY(clock.elapsed() < 200);
}

void ModelShelfTest::memoryIsDividedIntoItsParts()
{
    ShelfServices services;
    QVERIFY(services.write("Alpha", "alpha.gguf"));
    QVERIFY(services.scan());
    MemoryPlan plan;
    const QSignalSpy changed(&plan, &MemoryPlan::changed);
    plan.setDevices(&services.devices);
    plan.setCard(services.models.models().first());
    QVERIFY(!changed.isEmpty());
    QCOMPARE(plan.lengths(), (QList<int>{512, 1024, 2048, 4096, 8192}));
    QVERIFY(!plan.isKnown() || plan.fits());

    const double before = plan.contextShare();
    plan.setContext(512);
    QVERIFY(!plan.isKnown() || plan.contextShare() < before);
    QVERIFY(plan.weightsShare() + plan.contextShare() + plan.scratchShare() <= 1.0);
}

QTEST_GUILESS_MAIN(ModelShelfTest)
#include "model_shelf_test.moc"
