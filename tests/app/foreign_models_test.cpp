// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Made-up folders of other programs, sound and hostile.
#include "app/foreign_models.h"

#include "app/model_library.h"
#include "app/settings.h"
#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace app;

Q_DECLARE_METATYPE(app::ForeignState)

class ForeignModelsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void nothingIsNothing();
    void ollama();
    void ollamaElsewhere();
    void ollamaNamesAreShort_data();
    void ollamaNamesAreShort();
    void hostileManifests_data();
    void hostileManifests();
    void lmStudio();
    void jan();
    void janStaysInItsFolder();
    void gpt4All();
    void theHubCache();
    void theHubCacheElsewhere();
    void llamaCpp();
    void oneFileOnceForAll();
    void linksInCirclesEnd();
    void pipesAreNotOpened();
    void whatMayNotBeReadIsSaid();
    void adoptedWhereItLies();

private:
    [[nodiscard]] QString file(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const QByteArray &bytes) const
    {
        QDir().mkpath(QFileInfo(file(name)).path());
        QFile to(file(name));
        QVERIFY(to.open(QIODevice::WriteOnly));
        QCOMPARE(to.write(bytes), bytes.size());
    }
    static QByteArray model(quint64 seed = 1)
    {
        const tests::Bytes bytes = tests::makeTinyModel({.seed = seed});
        return {reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())};
    }
    static QString hashOf(const QByteArray &bytes)
    {
        return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
    }
    /// Writes a blob and gives its layer.
    QJsonObject layer(const QString &root, const char *type, const QByteArray &bytes, bool there = true) const
    {
        const QString hash = hashOf(bytes);
        if (there)
            write(root + QStringLiteral("/blobs/sha256-") + hash, bytes);
        return {{QStringLiteral("mediaType"),
                 QString(QStringLiteral("application/vnd.ollama.image.") + QString::fromLatin1(type))},
                {QStringLiteral("digest"), QString(QStringLiteral("sha256:") + hash)},
                {QStringLiteral("size"), bytes.size()}};
    }
    void manifest(const QString &root, const QString &name, const QJsonArray &layers) const
    {
        write(root + QStringLiteral("/manifests/") + name,
              QJsonDocument(QJsonObject{{QStringLiteral("schemaVersion"), 2}, {QStringLiteral("layers"), layers}})
                  .toJson());
    }
    [[nodiscard]] QList<ForeignModel> find(const QHash<QString, QString> &environment = {}) const
    {
        return findForeignModels({.home = file(QStringLiteral("home")),
                                  .system = file(QStringLiteral("system")),
                                  .environment = environment},
                                 {});
    }
    static QStringList names(const QList<ForeignModel> &models)
    {
        QStringList all;
        for (const ForeignModel &one : models)
            all.append(one.name);
        return all;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {
const QString kOllama = QStringLiteral("home/.ollama/models");
const QString kLibrary = QStringLiteral("registry.ollama.ai/library/");
const QString kCommit = QStringLiteral("0123456789abcdef0123456789abcdef01234567");
} // namespace

void ForeignModelsTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QDir().mkpath(file(QStringLiteral("home")));
}

void ForeignModelsTest::nothingIsNothing()
{
    QVERIFY(find().isEmpty());
}

void ForeignModelsTest::ollama()
{
    manifest(kOllama, kLibrary + QStringLiteral("tiny/latest"),
             {layer(kOllama, "model", model()), layer(kOllama, "license", "You may."),
              layer(kOllama, "license", "You must not."), layer(kOllama, "template", "{{ .Prompt }}")});
    manifest(kOllama, kLibrary + QStringLiteral("gone/latest"), {layer(kOllama, "model", model(2), false)});
    const QJsonObject half = layer(kOllama, "model", model(3), false);
    write(kOllama + QStringLiteral("/blobs/sha256-") + hashOf(model(3)) + QStringLiteral("-partial"), "GGUF");
    manifest(kOllama, kLibrary + QStringLiteral("half/latest"), {half});
    // Shorter than the manifest says.
    manifest(kOllama, kLibrary + QStringLiteral("short/latest"), {layer(kOllama, "model", model(4))});
    write(kOllama + QStringLiteral("/blobs/sha256-") + hashOf(model(4)), model(4).chopped(10));
    manifest(kOllama, kLibrary + QStringLiteral("mlx/latest"), {layer(kOllama, "tensor", "weights")});
    write(kOllama + QStringLiteral("/manifests/.DS_Store"), "x");
    const QList<ForeignModel> found = find();
    QCOMPARE(names(found),
             (QStringList{QStringLiteral("gone:latest"), QStringLiteral("half:latest"), QStringLiteral("mlx:latest"),
                          QStringLiteral("short:latest"), QStringLiteral("tiny:latest")}));
    QCOMPARE(found.at(0).state, ForeignState::Missing);
    QCOMPARE(found.at(1).state, ForeignState::Partial);
    QCOMPARE(found.at(2).state, ForeignState::Unsupported);
    QCOMPARE(found.at(3).state, ForeignState::Partial);
    for (int i = 0; i < 4; ++i)
        QVERIFY(!found.at(i).failure.isEmpty());
    const ForeignModel &tiny = found.at(4);
    QCOMPARE(tiny.program, QStringLiteral("Ollama"));
    QCOMPARE(tiny.state, ForeignState::Complete);
    QCOMPARE(tiny.sha256, hashOf(model()));
    QCOMPARE(tiny.path, file(kOllama + QStringLiteral("/blobs/sha256-") + hashOf(model())));
    QCOMPARE(tiny.bytes, static_cast<quint64>(model().size()));
    QCOMPARE(tiny.architecture, QStringLiteral("llama"));
    QVERIFY(!tiny.quantization.isEmpty());
    QCOMPARE(tiny.licenceText, QStringLiteral("You may.\n\nYou must not."));
    QVERIFY(tiny.failure.isEmpty());
}

void ForeignModelsTest::ollamaElsewhere()
{
    const auto put = [&](const QString &root, quint64 seed) {
        manifest(root, kLibrary + QStringLiteral("m%1/latest").arg(seed), {layer(root, "model", model(seed))});
    };
    put(QStringLiteral("named"), 1);
    put(kOllama, 2);
    put(QStringLiteral("system/usr/share/ollama/.ollama/models"), 3);
    put(QStringLiteral("home/.var/app/com.jeffser.Alpaca/data/.ollama/models"), 4);
    // Where the variable names a place, the usual one is not Ollama's.
    QCOMPARE(names(find({{QStringLiteral("OLLAMA_MODELS"), file(QStringLiteral("named"))}})),
             (QStringList{QStringLiteral("m4:latest"), QStringLiteral("m1:latest"), QStringLiteral("m3:latest")}));
    QCOMPARE(names(find({{QStringLiteral("OLLAMA_MODELS"), QStringLiteral("~/.ollama/models")}})),
             (QStringList{QStringLiteral("m4:latest"), QStringLiteral("m2:latest"), QStringLiteral("m3:latest")}));
}

void ForeignModelsTest::ollamaNamesAreShort_data()
{
    QTest::addColumn<QString>("manifest");
    QTest::addColumn<QString>("name");
    QTest::newRow("library") << "registry.ollama.ai/library/llama3.2/3b" << "llama3.2:3b";
    QTest::newRow("a user's") << "registry.ollama.ai/mine/m/latest" << "mine/m:latest";
    QTest::newRow("another host") << "hf.co/bartowski/Some-GGUF/Q4_K_M" << "hf.co/bartowski/Some-GGUF:Q4_K_M";
    QTest::newRow("too deep") << "hf.co/a/b/c/d" << "";
    QTest::newRow("too flat") << "a/b/c" << "";
}

void ForeignModelsTest::ollamaNamesAreShort()
{
    QFETCH(QString, manifest);
    QFETCH(QString, name);
    this->manifest(kOllama, manifest, {layer(kOllama, "model", model())});
    QCOMPARE(names(find()), name.isEmpty() ? QStringList() : QStringList{name});
}

void ForeignModelsTest::hostileManifests_data()
{
    QTest::addColumn<QByteArray>("manifest");
    const auto with = [](const char *layers) { return QByteArray(R"({"schemaVersion":2,"layers":)") + layers + '}'; };
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("\xFF\xFE{{{{");
    QTest::newRow("an array") << QByteArray("[1,2,3]");
    QTest::newRow("deep") << QByteArray(100'000, '[');
    QTest::newRow("long") << QByteArray(3 << 20, ' ') + with("[]");
    QTest::newRow("layers are no list") << with(R"("model")");
    QTest::newRow("a path as digest") << with(
        R"([{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:../../../secret"}])");
    QTest::newRow("an absolute digest") << with(
        R"([{"mediaType":"application/vnd.ollama.image.model","digest":"/secret","size":1}])");
    QTest::newRow("upper case and a zero byte")
        << with(R"([{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:\u0000A","size":-5}])");
    QTest::newRow("no digest") << with(R"([{"mediaType":"application/vnd.ollama.image.model","size":1e300}])");
}

void ForeignModelsTest::hostileManifests()
{
    QFETCH(QByteArray, manifest);
    write(QStringLiteral("home/secret"), model());
    write(QStringLiteral("secret"), model());
    write(kOllama + QStringLiteral("/manifests/") + kLibrary + QStringLiteral("bad/latest"), manifest);
    for (const ForeignModel &found : find()) {
        QVERIFY(found.state != ForeignState::Complete);
        QVERIFY(!found.path.contains(QStringLiteral("secret")));
    }
}

void ForeignModelsTest::lmStudio()
{
    const QString models = QStringLiteral("home/.lmstudio/models/");
    write(models + QStringLiteral("pub/tiny/tiny.gguf"), model());
    write(models + QStringLiteral("pub/tiny/mmproj-tiny.gguf"), model(2));
    write(models + QStringLiteral("pub/cut/cut.gguf"), model(3).chopped(50));
    write(models + QStringLiteral("pub/next/next.gguf.part"), "GGUF");
    write(models + QStringLiteral("pub/mlx/model.safetensors"), "x");
    tests::writeTinyShards(file(models + QStringLiteral("pub/tiny")).toStdString(), "big", 2);
    QList<ForeignModel> found = find();
    QCOMPARE(names(found),
             (QStringList{QStringLiteral("pub/cut/cut.gguf"), QStringLiteral("pub/next/next.gguf.part"),
                          QStringLiteral("pub/tiny/big-00001-of-00002.gguf"), QStringLiteral("pub/tiny/tiny.gguf")}));
    QCOMPARE(found.at(0).state, ForeignState::Partial);
    QCOMPARE(found.at(1).state, ForeignState::Partial);
    QCOMPARE(found.at(2).state, ForeignState::Complete);
    QCOMPARE(found.at(3).state, ForeignState::Complete);
    // Where its settings say another folder.
    write(QStringLiteral("elsewhere/pub/other/other.gguf"), model(5));
    write(QStringLiteral("home/.lmstudio/settings.json"),
          QJsonDocument(QJsonObject{{QStringLiteral("downloadsFolder"), file(QStringLiteral("elsewhere"))}}).toJson());
    QCOMPARE(names(find()), QStringList{QStringLiteral("pub/other/other.gguf")});
    // And another home.
    write(QStringLiteral("second/models/pub/third/third.gguf"), model(6));
    write(QStringLiteral("home/.lmstudio-home-pointer"), file(QStringLiteral("second")).toUtf8() + '\n');
    QCOMPARE(names(find()), QStringList{QStringLiteral("pub/third/third.gguf")});
}

void ForeignModelsTest::jan()
{
    const QString data = QStringLiteral("home/.local/share/Jan/data/");
    write(data + QStringLiteral("llamacpp/models/janhq/Jan-v1/model.gguf"), model());
    write(data + QStringLiteral("llamacpp/models/janhq/Jan-v1/model.yml"),
          "name: \"Jan v1\"\nmodel_path: llamacpp/models/janhq/Jan-v1/model.gguf\nmodel_sha256: " +
              hashOf(model()).toLatin1() + "\nsize_bytes: 5\n");
    // What was imported lies where it was.
    write(QStringLiteral("elsewhere/mine.gguf"), model(2));
    write(data + QStringLiteral("llamacpp/models/mine/model.yml"),
          "name: mine\nmodel_path: " + file(QStringLiteral("elsewhere/mine.gguf")).toUtf8() + '\n');
    write(data + QStringLiteral("llamacpp/models/gone/model.yml"), "model_path: llamacpp/models/gone/model.gguf\n");
    write(data + QStringLiteral("models/old/old.gguf"), model(3));
    const QList<ForeignModel> found = find();
    QCOMPARE(names(found), (QStringList{QStringLiteral("Jan v1"), QStringLiteral("gone"), QStringLiteral("mine"),
                                        QStringLiteral("old/old.gguf")}));
    QCOMPARE(found.at(0).sha256, hashOf(model()));
    QCOMPARE(found.at(1).state, ForeignState::Missing);
    QCOMPARE(found.at(2).path, file(QStringLiteral("elsewhere/mine.gguf")));
    QCOMPARE(found.at(3).state, ForeignState::Complete);
    QVERIFY(names(find({{QStringLiteral("JAN_DATA_FOLDER"), file(QStringLiteral("nowhere"))}})).isEmpty());
}

void ForeignModelsTest::janStaysInItsFolder()
{
    write(QStringLiteral("home/.local/share/secret.gguf"), model());
    write(QStringLiteral("home/.local/share/Jan/data/llamacpp/models/bad/model.yml"),
          "name: bad\nmodel_path: ../../secret.gguf\n");
    QVERIFY(find().isEmpty());
}

void ForeignModelsTest::gpt4All()
{
    const QString folder = QStringLiteral("home/.local/share/nomic.ai/GPT4All/");
    write(folder + QStringLiteral("tiny.gguf"), model());
    write(folder + QStringLiteral("incomplete-next.gguf"), model(2).chopped(100));
    write(folder + QStringLiteral("ggml-gpt4all-j.bin"), "lmgg");
    write(folder + QStringLiteral("online.rmodel"), "{\"apiKey\":\"secret\"}");
    write(folder + QStringLiteral("gpt4all-1.chat"), "x");
    write(QStringLiteral("moved/other.gguf"), model(3));
    write(QStringLiteral("home/.config/nomic.ai/GPT4All.ini"),
          "[General]\nmodelPath=" + file(QStringLiteral("moved")).toUtf8() + "\n");
    const QList<ForeignModel> found = find();
    QCOMPARE(names(found), (QStringList{QStringLiteral("ggml-gpt4all-j.bin"), QStringLiteral("incomplete-next.gguf"),
                                        QStringLiteral("other.gguf"), QStringLiteral("tiny.gguf")}));
    QCOMPARE(found.at(0).state, ForeignState::Unsupported);
    QCOMPARE(found.at(1).state, ForeignState::Partial);
    QCOMPARE(found.at(3).state, ForeignState::Complete);
}

void ForeignModelsTest::theHubCache()
{
    const QString repository = QStringLiteral("home/.cache/huggingface/hub/models--owner--Some-GGUF/");
    const QString snapshot = repository + QStringLiteral("snapshots/") + kCommit;
    write(repository + QStringLiteral("blobs/") + hashOf(model()), model());
    write(repository + QStringLiteral("refs/main"), kCommit.toLatin1());
    QDir().mkpath(file(snapshot));
    const auto link = [&](const QString &name, const QString &blob) {
        QVERIFY(QFile::link(QStringLiteral("../../blobs/") + blob, file(snapshot + QLatin1Char('/') + name)));
    };
    link(QStringLiteral("tiny.gguf"), hashOf(model()));
    link(QStringLiteral("dangling.gguf"), QString(64, QLatin1Char('a')));
    // What an update left behind.
    write(repository + QStringLiteral("snapshots/") + QString(40, QLatin1Char('f')) + QStringLiteral("/old.gguf"),
          model(2));
    write(repository + QStringLiteral("blobs/") + hashOf(model(3)) + QStringLiteral(".incomplete"), "GG");
    write(QStringLiteral("home/.cache/huggingface/token"), "secret");
    const QList<ForeignModel> found = find();
    QCOMPARE(names(found),
             (QStringList{QStringLiteral("owner/Some-GGUF"), QStringLiteral("owner/Some-GGUF/dangling.gguf"),
                          QStringLiteral("owner/Some-GGUF/tiny.gguf")}));
    QCOMPARE(found.at(0).state, ForeignState::Partial);
    QCOMPARE(found.at(1).state, ForeignState::Partial);
    QCOMPARE(found.at(2).state, ForeignState::Complete);
    QCOMPARE(found.at(2).sha256, hashOf(model()));
    // The name, not the blob's: shards are told by theirs.
    QCOMPARE(found.at(2).path, file(snapshot + QStringLiteral("/tiny.gguf")));
}

void ForeignModelsTest::theHubCacheElsewhere()
{
    const QString below = QStringLiteral("/models--o--n/snapshots/") + kCommit + QStringLiteral("/m.gguf");
    write(QStringLiteral("one") + below, model());
    write(QStringLiteral("two/hub") + below, model(2));
    write(QStringLiteral("three/huggingface/hub") + below, model(3));
    QHash<QString, QString> environment{{QStringLiteral("XDG_CACHE_HOME"), file(QStringLiteral("three"))}};
    const auto path = [&] { return find(environment).value(0).path; };
    QVERIFY(path().startsWith(file(QStringLiteral("three/"))));
    environment.insert(QStringLiteral("HF_HOME"), file(QStringLiteral("two")));
    QVERIFY(path().startsWith(file(QStringLiteral("two/"))));
    environment.insert(QStringLiteral("HF_HUB_CACHE"), file(QStringLiteral("one")));
    QVERIFY(path().startsWith(file(QStringLiteral("one/"))));
}

void ForeignModelsTest::llamaCpp()
{
    const QString folder = QStringLiteral("home/.cache/llama.cpp/");
    write(folder + QStringLiteral("owner_repo_tiny.gguf"), model());
    write(folder + QStringLiteral("owner_repo_next.gguf.downloadInProgress"), "GGUF");
    const QJsonObject lfs{{QStringLiteral("sha256"), hashOf(model())}};
    const QJsonObject gguf{{QStringLiteral("rfilename"), QStringLiteral("tiny.gguf")}, {QStringLiteral("lfs"), lfs}};
    write(folder + QStringLiteral("manifest=owner=repo=latest.json"),
          QJsonDocument(QJsonObject{{QStringLiteral("ggufFile"), gguf}}).toJson());
    const QList<ForeignModel> found = find();
    QCOMPARE(names(found),
             (QStringList{QStringLiteral("owner_repo_next.gguf"), QStringLiteral("owner_repo_tiny.gguf")}));
    QCOMPARE(found.at(0).state, ForeignState::Partial);
    QCOMPARE(found.at(1).sha256, hashOf(model()));
}

void ForeignModelsTest::oneFileOnceForAll()
{
    write(QStringLiteral("home/.lmstudio/models/pub/tiny/tiny.gguf"), model());
    QDir().mkpath(file(QStringLiteral("home/.local/share/nomic.ai/GPT4All")));
    QVERIFY(QFile::link(file(QStringLiteral("home/.lmstudio/models/pub/tiny/tiny.gguf")),
                        file(QStringLiteral("home/.local/share/nomic.ai/GPT4All/tiny.gguf"))));
    QCOMPARE(find().size(), 1);
}

void ForeignModelsTest::linksInCirclesEnd()
{
    const QString models = QStringLiteral("home/.lmstudio/models/pub");
    write(models + QStringLiteral("/tiny/tiny.gguf"), model());
    QVERIFY(QFile::link(file(models), file(models + QStringLiteral("/tiny/up"))));
    QVERIFY(QFile::link(file(models + QStringLiteral("/self.gguf")), file(models + QStringLiteral("/self.gguf"))));
    const QList<ForeignModel> found = find();
    QVERIFY(names(found).contains(QStringLiteral("pub/tiny/tiny.gguf")));
    QVERIFY(found.size() <= 2);
}

void ForeignModelsTest::pipesAreNotOpened()
{
    QDir().mkpath(file(QStringLiteral("home/.lmstudio/models/pub/m")));
    const QString pipe = file(QStringLiteral("home/.lmstudio/models/pub/m/pipe.gguf"));
    QCOMPARE(mkfifo(qPrintable(pipe), 0600), 0);
    QCOMPARE(mkfifo(qPrintable(file(QStringLiteral("home/.lmstudio/settings.json"))), 0600), 0);
    QVERIFY(find().isEmpty());
}

void ForeignModelsTest::whatMayNotBeReadIsSaid()
{
    if (geteuid() == 0)
        QSKIP("root may read everything");
    const QString root = QStringLiteral("system/usr/share/ollama/.ollama/models");
    manifest(root, kLibrary + QStringLiteral("tiny/latest"), {layer(root, "model", model())});
    QFile blob(file(root + QStringLiteral("/blobs/sha256-") + hashOf(model())));
    QVERIFY(blob.setPermissions({}));
    QCOMPARE(find().value(0).state, ForeignState::Unreadable);
    QFile folder(file(root + QStringLiteral("/manifests")));
    QVERIFY(folder.setPermissions({}));
    const QList<ForeignModel> found = find();
    QVERIFY(folder.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
    QCOMPARE(found.value(0).state, ForeignState::Unreadable);
    QVERIFY(!found.value(0).failure.isEmpty());
}

void ForeignModelsTest::adoptedWhereItLies()
{
    manifest(kOllama, kLibrary + QStringLiteral("tiny/latest"), {layer(kOllama, "model", model())});
    manifest(kOllama, kLibrary + QStringLiteral("gone/latest"), {layer(kOllama, "model", model(2), false)});
    Settings settings{QString()};
    ModelLibrary library(nullptr, settings, {});
    ForeignModels foreign(
        library, {.home = file(QStringLiteral("home")), .system = file(QStringLiteral("system")), .environment = {}});
    library.load();
    foreign.find();
    QTRY_VERIFY(foreign.hasLooked() && !library.isScanning());
    QSignalSpy added(&library, &ModelLibrary::added);
    foreign.adopt(foreign.models().at(0).path);
    foreign.adopt(foreign.models().at(1).path);
    QTRY_COMPARE(added.size(), 1);
    const QString id = added.first().first().toString();
    QCOMPARE(id, QStringLiteral("tiny-latest"));
    const ModelCard *card = library.find(id);
    QVERIFY(card != nullptr && card->usable);
    QCOMPARE(card->source, QStringLiteral("Ollama"));
    QCOMPARE(card->promisedSha256, hashOf(model()));
    QCOMPARE(card->promisedBy, QStringLiteral("Ollama"));
    QVERIFY(foreign.models().at(1).listed);
    QVERIFY(QFile::exists(card->path));
}

QTEST_GUILESS_MAIN(ForeignModelsTest)
#include "foreign_models_test.moc"
