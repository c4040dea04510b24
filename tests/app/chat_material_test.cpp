// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the documents of a conversation stand, over a reader that waits for the test.
#include "app/chat_material.h"

#include "app/collection_service.h"
#include "app/ingest_service.h"
#include "tests/app/support/document_services.h"

#include <QDir>
#include <QFile>

#include <condition_variable>
#include <mutex>

using namespace app;
using namespace app::extraction;
using tests::DocumentServices;

namespace {

/// Lets readers pass by the names of their files; from any thread.
class Gate {
public:
    void open(const QString &name)
    {
        const std::scoped_lock lock(m_mutex);
        m_open += name;
        m_changed.notify_all();
    }
    void pass(const QString &name, const std::stop_token &stop)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, stop, [&] { return m_open.contains(name) || m_open.contains(QStringLiteral("*")); });
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    QStringList m_open;
};

class Bench : public DocumentServices {
public:
    Bench()
        : DocumentServices(false)
        , collections(*store)
        , ingest({.index = *index, .collections = collections, .inference = *inference, .settings = *settings},
                 options(gate))
        , material(*chat, ingest)
    {
        QObject::connect(chat.get(), &ChatService::filesHanded, &collections, &CollectionService::load);
        collections.load();
        ingest.start();
    }
    ~Bench() { gate->open(QStringLiteral("*")); }

    [[nodiscard]] QString write(const QString &name, const QByteArray &text) const
    {
        const QString path = folder.filePath(QStringLiteral("docs/")) + name;
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("no disk");
        return path;
    }
    [[nodiscard]] const MaterialItem *item(const QString &name) const
    {
        const auto found =
            std::ranges::find_if(material.items(), [&](const MaterialItem &one) { return one.document.name == name; });
        return found != material.items().end() ? &*found : nullptr;
    }
    [[nodiscard]] bool stands(const QString &name, FileCondition condition) const
    {
        return QTest::qWaitFor([&] {
            const MaterialItem *one = item(name);
            return one != nullptr && !one->file.path.isEmpty() && one->file.condition == condition;
        });
    }

    std::shared_ptr<Gate> gate = std::make_shared<Gate>();
    CollectionService collections;
    IngestService ingest;
    ChatMaterial material;

private:
    static IngestOptions options(const std::shared_ptr<Gate> &gate)
    {
        IngestOptions made;
        made.ports.read = [gate](const ReadTask &task, const std::optional<std::string> &,
                                 const std::stop_token &stop) -> std::expected<Extraction, ExtractionFailure> {
            const QString path = pathText(task.path);
            gate->pass(path.sliced(path.lastIndexOf(u'/') + 1), stop);
            if (stop.stop_requested())
                return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::Cancelled, {}});
            QFile file(path);
            if (!file.open(QIODevice::ReadOnly))
                return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::Unreadable, "gone"});
            const QByteArray text = file.readAll();
            if (text.startsWith("locked"))
                return Extraction{.format = Format::PlainText, .state = State::Encrypted};
            return tests::extractionOf(text.toStdString());
        };
        made.crew.readers = 2;
        made.crew.watch.settle = made.crew.watch.patience = std::chrono::milliseconds(0);
        made.refresh = std::chrono::milliseconds(0);
        return made;
    }
};

} // namespace

class ChatMaterialTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filesAreAwaitedUntilTheyAreRead()
    {
        Bench bench;
        const QString lease = bench.write(QStringLiteral("lease.txt"), "notice in writing");
        const QString deed = bench.write(QStringLiteral("deed.txt"), "locked");
        QVERIFY(bench.material.items().isEmpty());
        bench.chat->attachFiles({lease, deed});
        QTRY_COMPARE(bench.material.items().size(), 2);
        QVERIFY(bench.item(QStringLiteral("lease.txt"))->isAwaited());
        QCOMPARE(bench.material.progress(), (ChatMaterial::Progress{.done = 0, .total = 2}));
        bench.gate->open(QStringLiteral("lease.txt"));
        QVERIFY(bench.stands(QStringLiteral("lease.txt"), FileCondition::Ready));
        QCOMPARE(bench.item(QStringLiteral("lease.txt"))->counts.passages, 1);
        QVERIFY(!bench.item(QStringLiteral("lease.txt"))->isAwaited());
        QCOMPARE(bench.material.progress(), (ChatMaterial::Progress{.done = 1, .total = 2}));
        bench.gate->open(QStringLiteral("deed.txt"));
        QVERIFY(bench.stands(QStringLiteral("deed.txt"), FileCondition::Encrypted));
        QCOMPARE(bench.material.progress(), (ChatMaterial::Progress{.done = 2, .total = 2}));
    }

    void whatIsAwaitedCanBeLeft()
    {
        Bench bench;
        const QString lease = bench.write(QStringLiteral("lease.txt"), "notice in writing");
        const QString slow = bench.write(QStringLiteral("slow.txt"), "a thousand pages");
        bench.gate->open(QStringLiteral("lease.txt"));
        bench.chat->attachFiles({lease, slow});
        QVERIFY(bench.stands(QStringLiteral("lease.txt"), FileCondition::Ready));
        bench.material.leaveAwaited();
        QTRY_COMPARE(bench.material.items().size(), 1);
        QVERIFY(bench.item(QStringLiteral("lease.txt")) != nullptr);
        QCOMPARE(bench.material.progress(), (ChatMaterial::Progress{.done = 1, .total = 1}));
        // The reader is let go of, and nothing of the file stays in the index.
        QTRY_COMPARE(bench.ingest.countsOf(bench.chat->documents().first().collectionUuid).files, 1);
        QTRY_COMPARE(bench.ingest.phase(), IndexingPhase::Idle);
    }

    void aFolderCountsWhatIsInIt()
    {
        Bench bench;
        const QString one = bench.write(QStringLiteral("letters/one.txt"), "dear");
        (void)bench.write(QStringLiteral("letters/2019/two.txt"), "sir");
        bench.gate->open(QStringLiteral("one.txt"));
        bench.chat->attachFiles({QFileInfo(one).path()});
        QTRY_COMPARE(bench.material.progress(), (ChatMaterial::Progress{.done = 1, .total = 2}));
        QVERIFY(bench.item(QStringLiteral("letters"))->file.path.isEmpty());
        bench.gate->open(QStringLiteral("two.txt"));
        QTRY_COMPARE(bench.item(QStringLiteral("letters"))->counts.searchable, 2);
        QVERIFY(!bench.item(QStringLiteral("letters"))->isAwaited());
    }

    void aFileThatIsNotThereIsNotAwaited()
    {
        Bench bench;
        bench.chat->attachFiles({bench.folder.filePath(QStringLiteral("nowhere.pdf"))});
        QTRY_VERIFY(bench.item(QStringLiteral("nowhere.pdf")) != nullptr &&
                    bench.item(QStringLiteral("nowhere.pdf"))->absent);
        QVERIFY(!bench.item(QStringLiteral("nowhere.pdf"))->isAwaited());
        QCOMPARE(bench.material.progress().total, 0);
    }

    void collectionsAndTheirFilesAreCounted()
    {
        Bench bench;
        bench.gate->open(QStringLiteral("*"));
        const QString one = bench.write(QStringLiteral("one.txt"), "first\n\nsecond");
        QSignalSpy created(&bench.collections, &CollectionService::created);
        bench.collections.create(QStringLiteral("All"), {QFileInfo(one).path()});
        QTRY_COMPARE(created.count(), 1);
        const QString uuid = bench.collections.uuid(created.first().first().value<CollectionId>());
        QTRY_COMPARE(bench.ingest.countsOf(uuid).searchable, 1);
        bench.chat->attachCollection(uuid);
        bench.chat->attachCollection(uuid, one);
        QTRY_COMPARE(bench.material.items().size(), 2);
        QTRY_COMPARE(bench.material.items().at(0).counts.files, 1);
        QVERIFY(bench.stands(QStringLiteral("one.txt"), FileCondition::Ready));
        QCOMPARE(bench.material.progress().total, 0); // nothing was handed over
        bench.chat->open({});
        QVERIFY(bench.material.items().isEmpty());
    }
};

QTEST_GUILESS_MAIN(ChatMaterialTest)
#include "chat_material_test.moc"
