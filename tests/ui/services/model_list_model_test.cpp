// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/services/model_list_model.h"

#include "app/device_service.h"
#include "app/model_library.h"
#include "app/scripted_inference.h"
#include "app/settings.h"
#include "ui/offline/sample_models.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace ui;

namespace {

/// The services over a folder of sample models.
struct Services {
    Services()
        : devices(settings, [](const app::DeviceTrials &) { return app::DeviceReport(); })
        , library(nullptr, settings, {.starterFolders = {folder.path()}})
        , models(settings, devices, port, library)
    {
    }
    bool write(const char *stated, const char *file, bool complete = true) const
    {
        SampleModel model = sampleModels().front();
        model.name = QString::fromUtf8(stated);
        model.fileName = QString::fromUtf8(file);
        model.complete = complete;
        return writeSampleModel(folder.path(), model);
    }
    bool scan()
    {
        models.refresh();
        return QTest::qWaitFor([this] { return !models.isScanning(); });
    }

    QTemporaryDir folder;
    app::Settings settings{QString()};
    app::ScriptedInference port;
    app::DeviceService devices;
    app::ModelLibrary library;
    app::ModelService models;
};

QStringList names(const ModelListModel &list)
{
    QStringList names;
    for (int row = 0; row < list.rowCount(); ++row)
        names.append(list.index(row).data(ModelListModel::ValueRole).value<app::ModelCard>().name);
    return names;
}

} // namespace

class ModelListModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesAreForPeople();
    void usableOnesComeFirst();
    void theChosenOneIsMarked();
    void aScanWithoutNewsKeepsTheRows();
    void withoutAServiceThereIsNothing();
};

void ModelListModelTest::namesAreForPeople()
{
    Services services;
    QVERIFY(services.write("Smollm2 135M 8k Lc100K Mix1 Ep2", "SmolLM2-135M-Instruct.Q4_1.gguf"));
    QVERIFY(services.write("Llama 3.2 3B Instruct", "Llama-3.2-3B-Instruct-Q4_K_M.gguf"));
    ModelListModel list;
    const QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::QtTest);
    list.setService(&services.models);
    QVERIFY(services.scan());
    QCOMPARE(names(list),
             (QStringList{QStringLiteral("Llama 3.2 3B Instruct"), QStringLiteral("SmolLM2 135M Instruct")}));
    QCOMPARE(list.index(0).data(ModelListModel::StatedNameRole).toString(), QString());
    QCOMPARE(list.index(1).data(ModelListModel::StatedNameRole).toString(),
             QStringLiteral("Smollm2 135M 8k Lc100K Mix1 Ep2"));
    QCOMPARE(list.card(QStringLiteral("smollm2-135m-instruct.q4_1")).name, QStringLiteral("SmolLM2 135M Instruct"));
    QCOMPARE(list.card(QStringLiteral("absent")), app::ModelCard());
}

void ModelListModelTest::usableOnesComeFirst()
{
    Services services;
    QVERIFY(services.write("Alpha", "alpha.gguf", false));
    QVERIFY(services.write("Beta", "beta.gguf"));
    QVERIFY(services.write("alpha two", "gamma.gguf"));
    ModelListModel list;
    list.setService(&services.models);
    QVERIFY(services.scan());
    QCOMPARE(names(list), (QStringList{QStringLiteral("alpha two"), QStringLiteral("Beta"), QStringLiteral("Alpha")}));
}

void ModelListModelTest::theChosenOneIsMarked()
{
    Services services;
    QVERIFY(services.write("Alpha", "alpha.gguf"));
    QVERIFY(services.write("Beta", "beta.gguf"));
    ModelListModel list;
    list.setService(&services.models);
    QVERIFY(services.scan());
    QCOMPARE(list.index(0).data(ModelListModel::ChosenRole).toBool(), true);
    QSignalSpy changed(&list, &QAbstractItemModel::dataChanged);
    services.models.choose(QStringLiteral("beta"));
    QVERIFY(!changed.isEmpty());
    // What the load took of memory may stand on the card after that.
    QCOMPARE(changed.constFirst().at(2).value<QList<int>>(), QList<int>{ModelListModel::ChosenRole});
    QCOMPARE(list.index(0).data(ModelListModel::ChosenRole).toBool(), false);
    QCOMPARE(list.index(1).data(ModelListModel::ChosenRole).toBool(), true);
}

void ModelListModelTest::aScanWithoutNewsKeepsTheRows()
{
    Services services;
    QVERIFY(services.write("Alpha", "alpha.gguf"));
    ModelListModel list;
    const QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::QtTest);
    list.setService(&services.models);
    QVERIFY(services.scan());
    QSignalSpy reset(&list, &QAbstractItemModel::modelReset);
    QVERIFY(services.scan());
    QCOMPARE(reset.count(), 0);
    QVERIFY(services.write("Beta", "beta.gguf"));
    QVERIFY(services.scan());
    QCOMPARE(list.count(), 2);
}

void ModelListModelTest::withoutAServiceThereIsNothing()
{
    Services services;
    QVERIFY(services.write("Alpha", "alpha.gguf"));
    ModelListModel list;
    list.setService(&services.models);
    QVERIFY(services.scan());
    QCOMPARE(list.count(), 1);
    list.setService(nullptr);
    QCOMPARE(list.count(), 0);
}

QTEST_GUILESS_MAIN(ModelListModelTest)
#include "model_list_model_test.moc"
