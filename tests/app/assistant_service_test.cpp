// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/assistant_service.h"

#include "app/store_convert.h"
#include "tests/app/support/services.h"

using namespace app;
using tests::await;
using tests::Services;

class AssistantServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everythingOfAnAssistantIsKept();
    void aNewAssistantWithoutANameGetsOne();
    void aCopyStandsBehindTheOthers();
    void theDefaultCannotBeRemoved();
    void removingIsUndoneForItsChatsToo();
    void anAssistantsModelAndAdaptersAreLoaded();
    void adaptersAreSwitchedWithoutReloading();
    void anotherModelGoesWithoutTheAdapters();
    void aNewChatIsAboutTheAssistantsCollections();
    void changingTheAssistantKeepsTheChat();

private:
    static AssistantId create(Services &services, const AssistantValue &value)
    {
        QSignalSpy created(services.assistants.get(), &AssistantService::created);
        services.assistants->create(value);
        if (!created.wait())
            return {};
        const auto id = created.constFirst().constFirst().value<AssistantId>();
        return QTest::qWaitFor([&] { return services.assistants->find(id) != nullptr; }) ? id : AssistantId();
    }
    static QString addModel(Services &services)
    {
        const QString path = services.folder.filePath(QStringLiteral("other.gguf"));
        tests::writeTinyModel(path.toStdString());
        QSignalSpy added(services.models.get(), &ModelService::added);
        services.models->add(path);
        return added.wait() ? path : QString();
    }
    static void ask(Services &services, const QString &question)
    {
        QSignalSpy ended(services.chat.get(), &ChatService::turnEnded);
        services.chat->send(question);
        QTRY_VERIFY(services.inference->running() != nullptr);
        services.inference->write(QStringLiteral("An answer."));
        services.inference->finish();
        QTRY_COMPARE(ended.count(), 1);
    }
};

void AssistantServiceTest::everythingOfAnAssistantIsKept()
{
    Services services;
    const auto made = await(services.store->run([](Stores &stores) { return stores.collections.create("House"); }));
    QVERIFY(made.has_value());
    AssistantValue value{.name = QStringLiteral("Teacher"),
                         .tint = 3,
                         .letter = QStringLiteral("T"),
                         .instructions = QStringLiteral("Explain."),
                         .modelPath = services.models->models().constFirst().path,
                         .adapters = {{.name = QStringLiteral("style"),
                                       .path = QStringLiteral("/somewhere/style.gguf"),
                                       .scale = -0.5,
                                       .enabled = false}},
                         .collections = {QString::fromStdString(made->uuid)}};
    value.sampling.temperature = 0.25F;
    const AssistantId id = create(services, value);
    QVERIFY(id.isValid());
    AssistantService again(*services.store);
    again.load();
    QTRY_VERIFY(again.find(id) != nullptr);
    value.id = id;
    value.modelId = services.models->models().constFirst().id;
    QCOMPARE(*again.find(id), value);
}

void AssistantServiceTest::aNewAssistantWithoutANameGetsOne()
{
    Services services;
    const AssistantId id = create(services, {});
    QVERIFY(id.isValid());
    QVERIFY(!services.assistants->find(id)->name.isEmpty());
    QVERIFY(!services.assistants->find(id)->isDefault);
}

void AssistantServiceTest::aCopyStandsBehindTheOthers()
{
    Services services;
    const AssistantId first = create(services, {.name = QStringLiteral("Zoe"), .tint = 2});
    QSignalSpy created(services.assistants.get(), &AssistantService::created);
    services.assistants->duplicate(first);
    QVERIFY(created.wait());
    QTRY_COMPARE(services.assistants->assistants().size(), 3);
    const AssistantValue &copy = services.assistants->assistants().constLast();
    QVERIFY(copy.name.startsWith(QStringLiteral("Zoe")));
    QVERIFY(copy.id != first);
    QCOMPARE(copy.tint, 2);
}

void AssistantServiceTest::theDefaultCannotBeRemoved()
{
    Services services;
    QSignalSpy failed(services.assistants.get(), &AssistantService::failed);
    services.assistants->remove(services.assistants->defaultId());
    QVERIFY(failed.wait());
    QCOMPARE(services.assistants->assistants().size(), 1);
}

void AssistantServiceTest::removingIsUndoneForItsChatsToo()
{
    Services services;
    const AssistantId id = create(services, {.name = QStringLiteral("Teacher")});
    services.chat->setAssistant(id);
    ask(services, QStringLiteral("a question"));
    const ConversationId chat = services.chat->conversation();
    const auto assistantOf = [&] {
        const auto row =
            await(services.store->run([chat](Stores &stores) { return stores.conversations.get(toStore(chat)); }));
        return row ? fromStore(row->assistant) : AssistantId();
    };
    QCOMPARE(assistantOf(), id);

    QSignalSpy removed(services.assistants.get(), &AssistantService::removed);
    services.assistants->remove(id);
    QVERIFY(removed.wait());
    QTRY_VERIFY(services.assistants->find(id) == nullptr);
    QCOMPARE(assistantOf(), services.assistants->defaultId());

    QSignalSpy created(services.assistants.get(), &AssistantService::created);
    services.assistants->undoRemove();
    QVERIFY(created.wait());
    QTRY_COMPARE(services.assistants->assistants().size(), 2);
    const auto back = created.constFirst().constFirst().value<AssistantId>();
    QCOMPARE(services.assistants->find(back)->name, QStringLiteral("Teacher"));
    QCOMPARE(assistantOf(), back);
}

void AssistantServiceTest::anAssistantsModelAndAdaptersAreLoaded()
{
    Services services;
    const QString path = addModel(services);
    QVERIFY(!path.isEmpty());
    services.models->choose(QStringLiteral("tiny"));
    const AssistantId id = create(services, {.name = QStringLiteral("Teacher"),
                                             .modelPath = path,
                                             .adapters = {{.path = QStringLiteral("/a.gguf"), .scale = 0.5},
                                                          {.path = QStringLiteral("/b.gguf"), .enabled = false}}});
    services.chat->setAssistant(id);
    QCOMPARE(services.models->find(services.models->chosenId())->path, path);
    ask(services, QStringLiteral("a question"));
    const ModelLoad &load = services.inference->loads().back();
    QCOMPARE(load.path, path);
    QCOMPARE(load.adapters, (QList<AdapterChoice>{{.path = QStringLiteral("/a.gguf"), .scale = 0.5F}}));

    // Whoever has no model of its own gets the one that was chosen before.
    services.chat->setAssistant(services.assistants->defaultId());
    QVERIFY(services.models->find(services.models->chosenId())->path != path);
}

void AssistantServiceTest::adaptersAreSwitchedWithoutReloading()
{
    Services services;
    const QString path = addModel(services);
    const AssistantId id = create(
        services,
        {.name = QStringLiteral("Teacher"), .modelPath = path, .adapters = {{.path = QStringLiteral("/a.gguf")}}});
    services.chat->setAssistant(id);
    ask(services, QStringLiteral("a question"));
    ModelLoad first = services.inference->loads().back();
    AssistantValue value = *services.assistants->find(id);
    value.adapters[0].scale = 2.0;
    QSignalSpy changed(services.assistants.get(), &AssistantService::assistantsChanged);
    services.assistants->save(value);
    QVERIFY(changed.wait());
    ask(services, QStringLiteral("another"));
    ModelLoad second = services.inference->loads().back();
    QCOMPARE(second.adapters.constFirst().scale, 2.0F);
    // The engine keeps the model where nothing but adapters differs.
    first.adapters.clear();
    second.adapters.clear();
    QCOMPARE(second, first);
}

void AssistantServiceTest::anotherModelGoesWithoutTheAdapters()
{
    Services services;
    const QString path = addModel(services);
    const AssistantId id = create(
        services,
        {.name = QStringLiteral("Teacher"), .modelPath = path, .adapters = {{.path = QStringLiteral("/a.gguf")}}});
    services.chat->setAssistant(id);
    services.models->choose(QStringLiteral("tiny"));
    ask(services, QStringLiteral("a question"));
    QVERIFY(services.inference->loads().back().path.endsWith(QStringLiteral("tiny.gguf")));
    QVERIFY(services.inference->loads().back().adapters.isEmpty());
}

void AssistantServiceTest::aNewChatIsAboutTheAssistantsCollections()
{
    Services services;
    const auto made = await(services.store->run([](Stores &stores) { return stores.collections.create("House"); }));
    QVERIFY(made.has_value());
    const AssistantId id =
        create(services, {.name = QStringLiteral("Teacher"), .collections = {QString::fromStdString(made->uuid)}});
    services.chat->open({});
    services.chat->setAssistant(id);
    QTRY_COMPARE(services.chat->documents().size(), 1);
    QCOMPARE(services.chat->documents().constFirst().collectionUuid, QString::fromStdString(made->uuid));
    QCOMPARE(services.chat->assistant(), id);
}

void AssistantServiceTest::changingTheAssistantKeepsTheChat()
{
    Services services;
    ask(services, QStringLiteral("a question"));
    const auto before = services.chat->transcript();
    const AssistantId id = create(services, {.name = QStringLiteral("Teacher")});
    QSignalSpy changed(services.chat.get(), &ChatService::assistantChanged);
    services.chat->setAssistant(id);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(services.chat->assistant(), id);
    QCOMPARE(services.chat->transcript(), before);
}

QTEST_GUILESS_MAIN(AssistantServiceTest)
#include "assistant_service_test.moc"
