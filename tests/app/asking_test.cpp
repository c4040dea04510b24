// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A turn of a conversation about documents, from the question to the checks of its answer.
#include "app/chat_service.h"

#include "app/store_convert.h"
#include "inference/error.h"
#include "tests/app/support/document_services.h"

#include <QFile>

#include <chrono>
#include <semaphore>

using namespace app;
using tests::await;
using tests::DocumentServices;

namespace {

constexpr const char *kLease = "# Notice\n\nEither party may end the lease with three months notice.\f"
                               "# Rent\n\nThe rent of 840 euros is due on the first day of every month.";

/// Sends, and waits until the engine has the prompt.
ScriptedInference::Generation send(DocumentServices &services, const QString &text)
{
    const std::size_t before = services.inference->generations().size();
    services.chat->send(text);
    const bool started =
        QTest::qWaitFor([&] { return services.inference->generations().size() == before + 1; }, 10'000);
    if (!started)
        qFatal("nothing was generated");
    return services.inference->generations().back();
}

const MessageValue &last(const DocumentServices &services)
{
    return services.chat->transcript().constLast();
}

/// Sends, answers, and waits until the answer is checked.
void ask(DocumentServices &services, const QString &question, const QString &answer)
{
    send(services, question);
    services.inference->write(answer);
    services.inference->finish();
    QTRY_VERIFY(!services.chat->isBusy());
    if (!last(services).citations.isEmpty())
        QTRY_VERIFY(last(services).grounding.checked);
}

/// Sends what needs no model; the answer.
MessageValue askTheList(DocumentServices &services, const QString &question)
{
    const std::size_t before = services.inference->generations().size();
    QSignalSpy ended(services.chat.get(), &ChatService::turnEnded);
    services.chat->send(question);
    if (!QTest::qWaitFor([&] { return ended.count() == 1; }, 10'000))
        qFatal("no answer came");
    if (services.inference->generations().size() != before)
        qFatal("the model was asked");
    return last(services);
}

void removeModel(DocumentServices &services)
{
    if (!QFile::remove(services.folder.filePath(QStringLiteral("models/tiny.gguf"))))
        qFatal("there is no model to remove");
    services.models->refresh();
    if (!QTest::qWaitFor([&] { return !services.models->isScanning() && services.models->chosenId().isEmpty(); }))
        qFatal("the model is still there");
}

std::string prompt(const ScriptedInference::Generation &generation)
{
    std::string text;
    for (const inference::Message &message : generation.request.messages)
        text += message.content + '\n';
    return text;
}

/// Many documents, of which one answers.
std::vector<std::pair<std::string, std::string>> library()
{
    std::vector<std::pair<std::string, std::string>> texts = {{"/docs/lease.txt", kLease}};
    for (int i = 0; i < 20; ++i) {
        std::string text;
        for (int word = 0; word < 300; ++word)
            text += "filler" + std::to_string(i) + ' ';
        texts.emplace_back("/docs/other" + std::to_string(i) + ".txt", text);
    }
    return texts;
}

} // namespace

class AskingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSmallDocumentIsGivenWhole()
    {
        DocumentServices services;
        services.attach(services.makeCollection("Leases", {{"/docs/lease.txt", kLease}}));
        QList<TurnState> states;
        connect(services.chat.get(), &ChatService::stateChanged, this, [&] {
            if (states.isEmpty() || states.constLast() != services.chat->state())
                states.append(services.chat->state());
        });
        const auto generation = send(services, QStringLiteral("How long is the notice period?"));
        QCOMPARE(states, (QList{TurnState::Preparing, TurnState::Retrieving, TurnState::Prefilling}));
        QCOMPARE(generation.request.citableIds, 2U);
        const std::vector<inference::Message> &messages = generation.request.messages;
        QCOMPARE(messages.size(), 2U);
        QVERIFY(messages[0].role == inference::Role::System);
        QVERIFY(messages[1].content.contains("[1] lease.txt, page 1"));
        QVERIFY(messages[1].content.contains("three months notice"));
        QVERIFY(messages[1].content.contains("840 euros"));
        QVERIFY(messages[1].content.ends_with("How long is the notice period?"));
        // What it is given is on disk and on the screen before it says a word.
        QCOMPARE(last(services).citations.size(), 2);
        QVERIFY(last(services).isWholeMaterial());
        const auto kept = await(services.store->run(
            [id = last(services).id](Stores &stores) { return stores.grounding.citations(toStore(id)); }));
        QCOMPARE(kept.value().size(), 2U);

        services.inference->write(QStringLiteral("Either party may end the lease with three months notice [1]. "
                                                 "The deposit is 9,000 dollars [1]."));
        services.inference->finish();
        QTRY_VERIFY(last(services).grounding.checked);
        const MessageValue &answer = last(services);
        QCOMPARE(answer.state, MessageState::Complete);
        QVERIFY(answer.citations.at(0).used);
        QVERIFY(!answer.citations.at(1).used);
        QCOMPARE(answer.citations.at(0).place(), QStringLiteral("lease.txt, p. 1"));
        QCOMPARE(answer.checks.size(), 2);
        QCOMPARE(answer.checks.at(0).verdict, SentenceVerdict::Supported);
        QCOMPARE(answer.checks.at(1).verdict, SentenceVerdict::NotFound);
        QVERIFY(answer.text.mid(answer.checks.at(1).begin).startsWith(QStringLiteral("The deposit")));
        QCOMPARE(materialSentence(answer.grounding, answer.citations),
                 QStringLiteral("Answered from the whole file lease.txt."));
    }

    void itIsAllThereAfterARestart()
    {
        DocumentServices services;
        services.attach(services.makeCollection("Leases", {{"/docs/lease.txt", kLease}}));
        ask(services, QStringLiteral("How long is the notice period?"),
            QStringLiteral("Grüße: three months notice, either party may end the lease [1]."));
        const MessageValue before = last(services);
        const ConversationId id = services.chat->conversation();
        services.chat->open({});
        services.chat->open(id);
        QTRY_COMPARE(services.chat->transcript().size(), 2);
        QCOMPARE(last(services).grounding, before.grounding);
        QCOMPARE(last(services).citations, before.citations);
        QCOMPARE(last(services).checks, before.checks);
        QVERIFY(!before.checks.isEmpty());
    }

    void anAnswerThatWasCutIsCheckedWhenItIsOpened()
    {
        DocumentServices services;
        services.attach(services.makeCollection("Leases", {{"/docs/lease.txt", kLease}}));
        ask(services, QStringLiteral("How long is the notice period?"),
            QStringLiteral("Either party may end the lease with three months notice [1]."));
        const MessageValue before = last(services);
        const ConversationId id = services.chat->conversation();
        // As if the program had died before it came to that.
        tests::value(await(services.store->run([answer = toStore(before.id)](Stores &stores) {
            auto grounding = stores.grounding.grounding(answer);
            const auto citations = stores.grounding.citations(answer);
            (*grounding)->checked = false;
            return stores.grounding.put(answer, **grounding, *citations);
        })));
        services.chat->send(QStringLiteral("And the rent?"));
        QTRY_COMPARE(services.inference->generations().size(), 2U);
        services.inference->finish();
        QTRY_VERIFY(!services.chat->isBusy());
        services.chat->open({});
        services.chat->open(id);
        QTRY_COMPARE(services.chat->transcript().size(), 4);
        QTRY_VERIFY(services.chat->transcript().at(1).grounding.checked);
        QCOMPARE(services.chat->transcript().at(1).checks, before.checks);
        QCOMPARE(services.chat->transcript().at(1).citations, before.citations);
    }

    void ofManyDocumentsPassagesAreGiven()
    {
        DocumentServices services(false);
        services.attach(services.makeCollection("Library", library()));
        const auto generation = send(services, QStringLiteral("What notice ends the lease?"));
        QVERIFY(prompt(generation).contains("three months notice"));
        QVERIFY(!prompt(generation).contains("filler3"));
        QCOMPARE(last(services).grounding.material, Material::Passages);
        QCOMPARE(last(services).grounding.documentsTotal, 21);
        QVERIFY(last(services).grounding.wordsOnly);
        QCOMPARE(last(services).citations.at(0).lexicalRank, 1);
        services.inference->finish();
    }

    void aFollowUpBeginsWithWhatTheModelHasRead()
    {
        DocumentServices services(false);
        services.attach(services.makeCollection("Library", library()));
        ask(services, QStringLiteral("What notice ends the lease?"), QStringLiteral("Three months notice [1]."));
        const auto first = services.inference->generations().back().request;
        const auto second = send(services, QStringLiteral("And who may end the lease with notice?")).request;
        QCOMPARE(second.messages.size(), 4U);
        QCOMPARE(second.messages[0].content, first.messages[0].content);
        QCOMPARE(second.messages[1].content, first.messages[1].content);
        QCOMPARE(second.messages[2].content, std::string("Three months notice [1]."));
        QCOMPARE(second.messages[3].content, std::string("And who may end the lease with notice?"));
        QCOMPARE(second.citableIds, first.citableIds);
        services.inference->write(QStringLiteral("Either party [1]."));
        services.inference->finish();
        QTRY_VERIFY(last(services).grounding.checked);
        // What is new stands with the new question, under the next number.
        const auto third = send(services, QStringLiteral("What does filler3 mean?")).request;
        QCOMPARE(third.messages[1].content, first.messages[1].content);
        QVERIFY(third.messages.back().content.contains("[" + std::to_string(first.citableIds + 1) + "] other3.txt"));
        QVERIFY(third.citableIds > second.citableIds);
        services.inference->finish();
    }

    void anotherAnswerIsGivenTheSame()
    {
        DocumentServices services(false);
        services.attach(services.makeCollection("Library", library()));
        ask(services, QStringLiteral("What notice ends the lease?"), QStringLiteral("Three months [1]."));
        const auto first = services.inference->generations().back().request;
        services.chat->regenerate(last(services).id);
        QTRY_COMPARE(services.inference->generations().size(), 2U);
        const auto again = services.inference->generations().back().request;
        QCOMPARE(again.messages.back().content, first.messages.back().content);
        QCOMPARE(again.citableIds, first.citableIds);
        services.inference->finish();
    }

    void onlyFromDocumentsRefusesBeforeTheModelIsAsked()
    {
        DocumentServices services(false);
        services.attach(services.makeCollection("Library", library()));
        QSignalSpy changed(services.chat.get(), &ChatService::documentsChanged);
        services.chat->setDocumentMode(DocumentMode::Only);
        QTRY_COMPARE(changed.count(), 1);
        QSignalSpy ended(services.chat.get(), &ChatService::turnEnded);
        services.chat->send(QStringLiteral("Which volcano erupted near Reykjavik, Iceland?"));
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(services.inference->generations().empty());
        const MessageValue answer = last(services);
        QCOMPARE(answer.state, MessageState::Complete);
        QVERIFY(answer.grounding.refused);
        QCOMPARE(answer.text, QStringLiteral("The documents do not answer this question."));
        const ConversationId id = services.chat->conversation();
        services.chat->open({});
        services.chat->open(id);
        QTRY_COMPARE(services.chat->transcript().size(), 2);
        QCOMPARE(last(services).grounding, answer.grounding);
        QCOMPARE(last(services).text, answer.text);
        // A question that they do answer is asked.
        QVERIFY(prompt(send(services, QStringLiteral("Which party may end the lease with notice?")))
                    .contains("three months"));
        services.inference->finish();
    }

    void documentsFirstAnswersWithoutThem()
    {
        DocumentServices services(false);
        services.attach(services.makeCollection("Library", library()));
        const auto generation = send(services, QStringLiteral("Which volcano erupted near Reykjavik, Iceland?"));
        QCOMPARE(generation.request.citableIds, 0U);
        QVERIFY(generation.request.messages.back().content.contains("none of the documents"));
        QCOMPARE(last(services).grounding.material, Material::Nothing);
        services.inference->write(QStringLiteral("Fagradalsfjall."));
        services.inference->finish();
        QTRY_VERIFY(!services.chat->isBusy());
        QVERIFY(last(services).checks.isEmpty());
    }

    void aQuestionAboutTheFilesIsAnsweredFromTheList()
    {
        DocumentServices services(false);
        removeModel(services);
        services.attach(services.makeCollection("Leases", {{"/docs/lease.txt", kLease}, {"/docs/note.txt", "Hello."}}));
        const MessageValue answer = askTheList(services, QStringLiteral("Which files are in Leases?"));
        QVERIFY(answer.text.contains(QStringLiteral("- `lease.txt`: 2 pages")));
        QVERIFY(answer.text.contains(QStringLiteral("- `note.txt`: 1 word")));
        QCOMPARE(answer.state, MessageState::Complete);
        QCOMPARE(answer.grounding.material, Material::Index);
        QCOMPARE(answer.grounding.documentsTotal, 2);
        QVERIFY(answer.citations.isEmpty());
        QVERIFY(answer.record.isEmpty());
        QCOMPARE(services.embedderLoads.load(), 0);
        // It is one of the conversation's answers, and stays.
        const ConversationId id = services.chat->conversation();
        services.chat->open({});
        services.chat->open(id);
        QTRY_COMPARE(services.chat->transcript().size(), 2);
        QCOMPARE(last(services).grounding, answer.grounding);
        QCOMPARE(last(services).text, answer.text);
    }

    void whatIsWrittenInThemStillNeedsAModel()
    {
        DocumentServices services(false);
        removeModel(services);
        services.attach(services.makeCollection("Leases", {{"/docs/lease.txt", kLease}}));
        QSignalSpy refused(services.chat.get(), &ChatService::sendRefused);
        services.chat->send(QStringLiteral("How many pages does the lease have?"));
        QTRY_COMPARE(refused.count(), 1);
        QCOMPARE(refused.first().at(1).value<Failure>().action, FailureAction::ChooseModel);
        QVERIFY(!services.chat->isBusy());
        QVERIFY(services.chat->transcript().isEmpty());
    }

    void withoutDocumentsSuchAQuestionIsTheModels()
    {
        DocumentServices services(false);
        QVERIFY(prompt(send(services, QStringLiteral("Which files are there?"))).contains("Which files are there?"));
        services.inference->finish();
    }

    void anotherAnswerThanTheListsIsTheModels()
    {
        DocumentServices services(false);
        services.attach(services.makeCollection("Leases", {{"/docs/lease.txt", kLease}}));
        const MessageValue answer = askTheList(services, QStringLiteral("What is missing?"));
        QVERIFY(answer.text.startsWith(QStringLiteral("Nothing is missing")));
        services.chat->regenerate(answer.id);
        QTRY_COMPARE(services.inference->generations().size(), 1U);
        QVERIFY(prompt(services.inference->generations().back()).contains("What is missing?"));
        services.inference->write(QStringLiteral("A deposit."));
        services.inference->finish();
        QTRY_VERIFY(!services.chat->isBusy());
        QCOMPARE(last(services).branchCount, 2);
        QCOMPARE(last(services).grounding.material, Material::Whole);
        // In the middle of a conversation it may be about anything.
        send(services, QStringLiteral("What is missing?"));
        services.inference->finish();
        QTRY_VERIFY(!services.chat->isBusy());
    }

    void aListBetweenTwoQuestionsKeepsTheirSources()
    {
        DocumentServices services(false);
        services.attach(services.makeCollection("Library", library()));
        ask(services, QStringLiteral("What notice ends the lease?"), QStringLiteral("Three months notice [1]."));
        const auto first = services.inference->generations().back().request;
        askTheList(services, QStringLiteral("How many files are there?"));
        const auto second = send(services, QStringLiteral("And who may end the lease with notice?")).request;
        QCOMPARE(second.messages[1].content, first.messages[1].content);
        QCOMPARE(second.citableIds, first.citableIds);
        services.inference->finish();
    }

    void aCollectionThatIsStillToBeReadIsSaid()
    {
        DocumentServices services;
        const QString uuid = services.makeCollection("New", {});
        tests::value(await(services.index->run([uuid = uuid.toStdString()](IndexStores &stores) {
            return stores.documents.noteFile(uuid, "/new.txt", 1, 1);
        })));
        services.attach(uuid);
        QSignalSpy changed(services.chat.get(), &ChatService::documentsChanged);
        services.chat->setDocumentMode(DocumentMode::Only);
        QTRY_COMPARE(changed.count(), 1);
        QSignalSpy ended(services.chat.get(), &ChatService::turnEnded);
        services.chat->send(QStringLiteral("q?"));
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(last(services).grounding.refused);
        QCOMPARE(last(services).grounding.documentsWaiting, 1);
        QVERIFY(last(services).text.contains(QStringLiteral("None of the documents has been read yet")));
    }

    void aFileThatWasHandedOverIsWaitedFor()
    {
        DocumentServices services;
        services.reading = true;
        QSignalSpy handed(services.chat.get(), &ChatService::filesHanded);
        services.chat->attachFiles({QStringLiteral("/docs/lease.txt")});
        QSignalSpy ended(services.chat.get(), &ChatService::turnEnded);
        services.chat->send(QStringLiteral("How long is the notice period?"));
        QTRY_COMPARE(services.chat->state(), TurnState::Retrieving);
        QCOMPARE(handed.count(), 1);
        // Nothing of it is in the index; then it is. What is asked behind the search is answered behind it.
        const auto searched = [&] { await(services.retrieval->withEmbedder([](TextEmbedder *) { return true; })); };
        searched();
        services.retrieval->noteProgress();
        searched();
        services.add(handed.at(0).at(0).toString().toStdString(), "/docs/lease.txt", kLease);
        QVERIFY(services.inference->generations().empty());
        services.retrieval->noteProgress();
        QTRY_COMPARE(services.inference->generations().size(), 1U);
        QVERIFY(prompt(services.inference->generations().back()).contains("three months"));
        services.inference->finish();
        QTRY_COMPARE(ended.count(), 1);
    }

    void aFileThatIsTakenAwayIsNotWaitedForAnyMore()
    {
        DocumentServices services;
        services.reading = true; // others are read all the time
        QSignalSpy handed(services.chat.get(), &ChatService::filesHanded);
        services.chat->attachFiles({QStringLiteral("/docs/lease.txt"), QStringLiteral("/docs/slow.txt")});
        services.chat->send(QStringLiteral("How long is the notice period?"));
        QTRY_COMPARE(services.chat->state(), TurnState::Retrieving);
        services.add(handed.at(0).at(0).toString().toStdString(), "/docs/lease.txt", kLease);
        services.retrieval->noteProgress();
        await(services.retrieval->withEmbedder([](TextEmbedder *) { return true; }));
        QVERIFY(services.inference->generations().empty());
        services.chat->detach(services.chat->documents().at(1));
        QTRY_COMPARE(services.inference->generations().size(), 1U);
        QVERIFY(prompt(services.inference->generations().back()).contains("three months"));
        services.inference->finish();
        QTRY_VERIFY(!services.chat->isBusy());
    }

    void whatDoesNotFitIsMadeSmaller()
    {
        DocumentServices services(false);
        // The engine counts words; the index is made to believe that there are a third of them.
        services.countTokens = [](std::string_view words) { return static_cast<std::int32_t>(countWords(words) / 3); };
        std::string text;
        for (int section = 0; section < 10; ++section) {
            text += "# Part" + std::to_string(section) + "\n\nnotice of the lease";
            for (int word = 0; word < 20; ++word)
                text += " word" + std::to_string(word);
            text += "\n\n";
        }
        services.inference->setContextLength(520);
        services.attach(services.makeCollection("C", {{"/a.txt", text}}));
        const auto generation = send(services, QStringLiteral("Which notice of the lease?"));
        QVERIFY(generation.request.citableIds > 0);
        QVERIFY(generation.request.citableIds < 10);
        QCOMPARE(last(services).grounding.material, Material::Passages);
        QVERIFY(countWords(prompt(generation)) <= 520 - 130);
        services.inference->finish();
    }

    void stoppingWhileDocumentsAreSearchedKeepsTheQuestion()
    {
        std::binary_semaphore searching(0);
        std::binary_semaphore goOn(0);
        DocumentServices services;
        services.retrieval = std::make_unique<RetrievalService>(RetrievalService::Collaborators{
            .index = *services.index,
            .openIndex = {},
            .loadEmbedder = [&](const QString &) -> std::expected<std::unique_ptr<TextEmbedder>, Failure> {
                searching.release();
                goOn.acquire();
                return nullptr;
            }});
        services.chat =
            std::make_unique<ChatService>(ChatService::Collaborators{.store = *services.store,
                                                                     .inference = *services.inference,
                                                                     .models = *services.models,
                                                                     .assistants = *services.assistants,
                                                                     .provenance = *services.provenance,
                                                                     .retrieval = services.retrieval.get()});
        services.attach(services.makeCollection("Library", library()));
        QSignalSpy ended(services.chat.get(), &ChatService::turnEnded);
        services.chat->send(QStringLiteral("q?"));
        QTRY_COMPARE(services.chat->state(), TurnState::Retrieving);
        QVERIFY(searching.try_acquire_for(std::chrono::seconds(10)));
        services.chat->stop();
        QTRY_COMPARE(ended.count(), 1);
        goOn.release();
        QCOMPARE(services.chat->state(), TurnState::Stopped);
        QCOMPARE(services.chat->transcript().constFirst().text, QStringLiteral("q?"));
        // Nothing comes of the search any more.
        services.retrieval.reset();
        QCoreApplication::processEvents();
        QVERIFY(services.inference->generations().empty());
        services.chat.reset();
    }

    void anIndexThatCannotBeReadFailsInTheMessage()
    {
        DocumentServices services;
        services.attach(services.makeCollection("Library", library()));
        services.index->open({.path = "/dev/null/index.db"});
        QSignalSpy ended(services.chat.get(), &ChatService::turnEnded);
        services.chat->send(QStringLiteral("q?"));
        QTRY_COMPARE(ended.count(), 1);
        QCOMPARE(last(services).state, MessageState::Failed);
        QVERIFY(!last(services).failure.isEmpty());
        QVERIFY(services.inference->generations().empty());
    }

    void aDocumentThatIsTakenAwayIsNotSpokenOfAnyMore()
    {
        DocumentServices services(false);
        const QString leases = services.makeCollection("Leases", {{"/docs/lease.txt", kLease}});
        services.attach(leases);
        ask(services, QStringLiteral("What notice ends the lease?"), QStringLiteral("Three months [1]."));
        QSignalSpy changed(services.chat.get(), &ChatService::documentsChanged);
        services.chat->detach(services.chat->documents().constFirst());
        QTRY_COMPARE(changed.count(), 1);
        const auto generation = send(services, QStringLiteral("What notice ends the lease?"));
        QVERIFY(!prompt(generation).contains("840 euros"));
        QCOMPARE(generation.request.citableIds, 0U);
        QVERIFY(last(services).grounding.isEmpty());
        services.inference->finish();
    }
};

QTEST_GUILESS_MAIN(AskingTest)
#include "asking_test.moc"
