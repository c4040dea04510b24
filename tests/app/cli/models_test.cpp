// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli models, import and remove: the list that stays from one run to the next.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTest>

using tests::CliRun;

class CliModelsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void importedModelsStay();
    void theSettingsOfEarlierVersionsComeAlong();
    void badImportsFail_data();
    void badImportsFail();
    void missingFilesStayWithAReason();
    void adaptersAreListedWithAll();
    void removingLeavesTheFile();
    void theTrashTakesTheFile();
    void startersAreNotRemoved();
    void checkingSaysWhatTheFileIs();
    void otherProgramsAreFound();

private:
    [[nodiscard]] CliRun run(const QStringList &arguments) const { return m_home->runWithData(arguments); }
    /// The list, by id.
    [[nodiscard]] QHash<QString, QJsonObject> models(const QStringList &more = {}) const
    {
        const CliRun run = this->run(QStringList{QStringLiteral("models"), QStringLiteral("--json")} + more);
        if (run.status != 0)
            qWarning("%s", run.err.constData());
        QHash<QString, QJsonObject> all;
        for (const QJsonObject &object : run.objects())
            all.insert(object.value(QStringLiteral("id")).toString(), object);
        return all;
    }
    QString write(const QString &name, quint64 seed = 2) const
    {
        const QString path = m_home->file(name);
        QDir().mkpath(QFileInfo(path).path());
        tests::writeTinyModel(path.toStdString(), {.seed = seed});
        return path;
    }
    static QString hashOf(const QString &path)
    {
        QFile file(path);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
            return {};
        return QString::fromLatin1(hash.result().toHex());
    }

    std::unique_ptr<tests::CliHome> m_home;
};

void CliModelsTest::init()
{
    m_home = std::make_unique<tests::CliHome>();
    tests::writeTinyModel(m_home->models().toStdString() + "/tiny.gguf");
}

void CliModelsTest::importedModelsStay()
{
    const QString mine = write(QStringLiteral("mine/My Model.gguf"));
    const CliRun added = run({QStringLiteral("import"), mine});
    QVERIFY2(added.status == 0, added.err.constData());
    QCOMPARE(added.out, QByteArray("my-model\n"));
    const auto all = models();
    QCOMPARE(all.size(), 2);
    const QJsonObject card = all.value(QStringLiteral("my-model"));
    QCOMPARE(card.value(QStringLiteral("path")).toString(), mine);
    QCOMPARE(card.value(QStringLiteral("source")).toString(), QStringLiteral("adopted"));
    QVERIFY(card.value(QStringLiteral("usable")).toBool());
    // It answers by its id.
    const CliRun answer =
        run({QStringLiteral("ask"), QStringLiteral("-m"), QStringLiteral("my-model"), QStringLiteral("--device"),
             QStringLiteral("cpu"), QStringLiteral("--json"), QStringLiteral("hello")});
    QVERIFY2(answer.status == 0, answer.err.constData());
    const QJsonObject used = models().value(QStringLiteral("my-model"));
    QVERIFY(used.value(QStringLiteral("last_used_ms")).toInteger() > 0);
    QCOMPARE(used.value(QStringLiteral("sha256")).toString(), hashOf(mine));
    // Importing it again changes nothing.
    QCOMPARE(run({QStringLiteral("import"), mine}).out, QByteArray("my-model\n"));
    QCOMPARE(models().size(), 2);
}

void CliModelsTest::theSettingsOfEarlierVersionsComeAlong()
{
    const QString mine = write(QStringLiteral("mine/old.gguf"));
    QDir().mkpath(m_home->data());
    QFile settings(m_home->data() + QStringLiteral("/settings.json"));
    QVERIFY(settings.open(QIODevice::WriteOnly));
    settings.write(QJsonDocument(QJsonObject{{QStringLiteral("model"), QStringLiteral("old")},
                                             {QStringLiteral("added_models"), QJsonArray{mine}}})
                       .toJson());
    settings.close();
    QVERIFY(models().value(QStringLiteral("old")).value(QStringLiteral("chosen")).toBool());
    QVERIFY(models().contains(QStringLiteral("old")));
    // Whether or not the settings could be cleared meanwhile.
    QCOMPARE(run({QStringLiteral("remove"), QStringLiteral("old")}).status, 0);
    QVERIFY(!models().contains(QStringLiteral("old")));
}

void CliModelsTest::badImportsFail_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::newRow("nothing") << QStringList() << 2;
    QTest::newRow("find and a path") << QStringList{QStringLiteral("--find"), QStringLiteral("x.gguf")} << 2;
    QTest::newRow("no such file") << QStringList{QStringLiteral("/nonexistent.gguf")} << 1;
    QTest::newRow("no model") << QStringList{QStringLiteral(CARREL_CLI)} << 1;
}

void CliModelsTest::badImportsFail()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    const CliRun failed = run(QStringList{QStringLiteral("import")} + arguments);
    QCOMPARE(failed.status, status);
    QVERIFY2(failed.err.startsWith("carrel-cli: "), failed.err.constData());
    QVERIFY(failed.out.isEmpty());
    QCOMPARE(models().size(), 1);
}

void CliModelsTest::missingFilesStayWithAReason()
{
    const QString mine = write(QStringLiteral("mine/m.gguf"));
    QCOMPARE(run({QStringLiteral("import"), mine}).status, 0);
    QVERIFY(QFile::rename(mine, m_home->file(QStringLiteral("hidden"))));
    const QJsonObject card = models().value(QStringLiteral("m"));
    QVERIFY(card.value(QStringLiteral("missing")).toBool());
    QVERIFY(card.value(QStringLiteral("reason")).toString().contains(mine));
    const CliRun asked = run({QStringLiteral("ask"), QStringLiteral("-m"), QStringLiteral("m"), QStringLiteral("x")});
    QCOMPARE(asked.status, 1);
    QVERIFY2(asked.err.contains("not there any more"), asked.err.constData());
}

void CliModelsTest::adaptersAreListedWithAll()
{
    const QString path = m_home->file(QStringLiteral("mine-adapter.gguf"));
    tests::writeTinyAdapter(path.toStdString(), {.name = "Friendly"});
    QCOMPARE(run({QStringLiteral("import"), path}).status, 0);
    QCOMPARE(models().size(), 1);
    const auto all = models({QStringLiteral("--all")});
    const QJsonObject adapter = all.value(QStringLiteral("mine-adapter"));
    QCOMPARE(adapter.value(QStringLiteral("purpose")).toString(), QStringLiteral("adapter"));
    QCOMPARE(adapter.value(QStringLiteral("fits")).toArray(), QJsonArray{QStringLiteral("tiny")});
    QCOMPARE(models().value(QStringLiteral("tiny")).value(QStringLiteral("adapters")).toArray(),
             QJsonArray{QStringLiteral("mine-adapter")});
}

void CliModelsTest::removingLeavesTheFile()
{
    const QString mine = write(QStringLiteral("mine/m.gguf"));
    QCOMPARE(run({QStringLiteral("import"), mine}).status, 0);
    const CliRun removed = run({QStringLiteral("remove"), QStringLiteral("m")});
    QVERIFY2(removed.status == 0, removed.err.constData());
    QVERIFY(QFile::exists(mine));
    QCOMPARE(models().size(), 1);
    const CliRun all = run({QStringLiteral("models"), QStringLiteral("--all"), QStringLiteral("--json")});
    QCOMPARE(all.objects().last().value(QStringLiteral("path")).toString(), mine);
    QVERIFY(!all.objects().last().value(QStringLiteral("listed")).toBool(true));
    QCOMPARE(run({QStringLiteral("remove"), QStringLiteral("m")}).status, 1);
}

void CliModelsTest::theTrashTakesTheFile()
{
    const QString mine = write(QStringLiteral("mine/m.gguf"));
    QCOMPARE(run({QStringLiteral("import"), mine}).status, 0);
    QDir().mkpath(m_home->path() + QStringLiteral("/share"));
    const CliRun removed = run({QStringLiteral("remove"), mine, QStringLiteral("--trash"), QStringLiteral("--json")});
    QVERIFY2(removed.status == 0, removed.err.constData());
    QVERIFY(removed.object().value(QStringLiteral("trashed")).toBool());
    QVERIFY(!QFile::exists(mine));
    QVERIFY(QFile::exists(m_home->path() + QStringLiteral("/share/Trash/files/m.gguf")));
    QCOMPARE(models().size(), 1);
}

void CliModelsTest::startersAreNotRemoved()
{
    const CliRun refused = run({QStringLiteral("remove"), QStringLiteral("tiny"), QStringLiteral("--trash")});
    QCOMPARE(refused.status, 1);
    QVERIFY(QFile::exists(m_home->models() + QStringLiteral("/tiny.gguf")));
    QCOMPARE(models().size(), 1);
}

void CliModelsTest::checkingSaysWhatTheFileIs()
{
    const QStringList check{QStringLiteral("models"), QStringLiteral("check"), QStringLiteral("tiny"),
                            QStringLiteral("--json")};
    const QString path = m_home->models() + QStringLiteral("/tiny.gguf");
    const CliRun sound = run(check);
    QVERIFY2(sound.status == 0, sound.err.constData());
    QCOMPARE(sound.object().value(QStringLiteral("result")).toString(), QStringLiteral("sound"));
    QCOMPARE(sound.object().value(QStringLiteral("sha256")).toString(), hashOf(path));
    QCOMPARE(models().value(QStringLiteral("tiny")).value(QStringLiteral("check")).toString(), QStringLiteral("sound"));
    tests::writeTinyModel(path.toStdString(), {.seed = 9});
    const CliRun changed = run(check);
    QCOMPARE(changed.status, 1);
    QCOMPARE(changed.object().value(QStringLiteral("result")).toString(), QStringLiteral("changed"));
    const CliRun words = run({QStringLiteral("models"), QStringLiteral("check"), path});
    QCOMPARE(words.status, 1);
    QVERIFY2(words.err.startsWith("carrel-cli: "), words.err.constData());
    QCOMPARE(run({QStringLiteral("models"), QStringLiteral("check"), QStringLiteral("gone")}).status, 1);
}

void CliModelsTest::otherProgramsAreFound()
{
    QCOMPARE(run({QStringLiteral("import"), QStringLiteral("--find"), QStringLiteral("--json")}).objects().size(), 0);
    const QString blob = write(QStringLiteral("blob"), 3);
    const QString root = m_home->path() + QStringLiteral("/.ollama/models");
    QDir().mkpath(root + QStringLiteral("/blobs"));
    QDir().mkpath(root + QStringLiteral("/manifests/registry.ollama.ai/library/small"));
    const QString hash = hashOf(blob);
    const QString place = root + QStringLiteral("/blobs/sha256-") + hash;
    QVERIFY(QFile::rename(blob, place));
    QFile manifest(root + QStringLiteral("/manifests/registry.ollama.ai/library/small/1b"));
    QVERIFY(manifest.open(QIODevice::WriteOnly));
    manifest.write(R"({"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:)" +
                   hash.toLatin1() + R"(","size":)" + QByteArray::number(QFileInfo(place).size()) + "}]}");
    manifest.close();
    const CliRun found = run({QStringLiteral("import"), QStringLiteral("--find"), QStringLiteral("--json")});
    QVERIFY2(found.status == 0, found.err.constData());
    QCOMPARE(found.objects().size(), 1);
    QCOMPARE(found.object().value(QStringLiteral("name")).toString(), QStringLiteral("small:1b"));
    QCOMPARE(found.object().value(QStringLiteral("state")).toString(), QStringLiteral("complete"));
    QCOMPARE(models().size(), 1);
    const CliRun added = run({QStringLiteral("import"), place});
    QVERIFY2(added.status == 0, added.err.constData());
    QCOMPARE(added.out, QByteArray("small-1b\n"));
    QCOMPARE(models().value(QStringLiteral("small-1b")).value(QStringLiteral("source")).toString(),
             QStringLiteral("Ollama"));
    QCOMPARE(run({QStringLiteral("remove"), QStringLiteral("small-1b"), QStringLiteral("--trash")}).status, 1);
    QVERIFY(QFile::exists(place));
}

QTEST_GUILESS_MAIN(CliModelsTest)
#include "models_test.moc"
