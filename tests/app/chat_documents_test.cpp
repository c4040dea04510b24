// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which documents a conversation is about.
#include "app/chat_documents.h"

#include "app/store_convert.h"
#include "tests/app/support/services.h"

#include <QDir>

using namespace app;
using tests::await;
using tests::Services;

namespace {

QString makeCollection(Services &services, const char *name)
{
    const auto made = await(services.store->run([name](Stores &stores) { return stores.collections.create(name); }));
    return QString::fromStdString(made.value().uuid);
}

QStringList names(const Services &services)
{
    QStringList all;
    for (const DocumentValue &document : services.chat->documents())
        all += document.name;
    return all;
}

/// Runs `change` and waits until the conversation's documents have changed.
template <class Change>
void changed(Services &services, Change change)
{
    QSignalSpy documents(services.chat.get(), &ChatService::documentsChanged);
    change();
    QTRY_COMPARE(documents.count(), 1);
}

} // namespace

class ChatDocumentsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void collectionsAndFilesAreAttachedKeptAndDetached()
    {
        Services services;
        const QString leases = makeCollection(services, "Leases");
        const QString taxes = makeCollection(services, "Taxes");
        QSignalSpy touched(services.chat.get(), &ChatService::conversationTouched);
        const QSignalSpy begun(services.chat.get(), &ChatService::conversationBegun);
        // A new chat gets its row with its first document, once.
        changed(services, [&] { services.chat->attachCollection(leases); });
        QCOMPARE(touched.count(), 1);
        QCOMPARE(begun.count(), 1);
        QCOMPARE(begun.first().first().value<ConversationId>(), services.chat->conversation());
        const ConversationId id = services.chat->conversation();
        QVERIFY(id.isValid());
        changed(services, [&] { services.chat->attachCollection(taxes, QStringLiteral("/taxes/2025.pdf")); });
        QCOMPARE(names(services), (QStringList{QStringLiteral("Leases"), QStringLiteral("2025.pdf")}));
        QCOMPARE(services.chat->documents().at(0).isCollection(), true);
        QCOMPARE(services.chat->documents().at(1).path, QStringLiteral("/taxes/2025.pdf"));
        QVERIFY(!services.chat->documents().at(1).handed);
        changed(services, [&] { services.chat->setDocumentMode(DocumentMode::Only); });

        changed(services, [&] { services.chat->open({}); });
        QVERIFY(services.chat->documents().isEmpty());
        QCOMPARE(services.chat->documentMode(), DocumentMode::First);
        changed(services, [&] { services.chat->open(id); });
        QCOMPARE(names(services).size(), 2);
        QCOMPARE(services.chat->documentMode(), DocumentMode::Only);
        changed(services, [&] { services.chat->detach(services.chat->documents().at(0)); });
        QCOMPARE(names(services), QStringList{QStringLiteral("2025.pdf")});
        QCOMPARE(services.chat->conversation(), id);
    }

    void filesThatAreHandedOverStandInACollectionOfTheirOwn()
    {
        Services services;
        QSignalSpy handed(services.chat.get(), &ChatService::filesHanded);
        services.chat->attachFiles({QStringLiteral("/srv/me/../me/lease.pdf"), QStringLiteral("/srv/me/b.odt")});
        QTRY_COMPARE(handed.count(), 1);
        QCOMPARE(names(services), (QStringList{QStringLiteral("lease.pdf"), QStringLiteral("b.odt")}));
        QVERIFY(services.chat->documents().at(0).handed);
        QCOMPARE(services.chat->documents().at(0).path, QStringLiteral("/srv/me/lease.pdf"));
        const std::string uuid = handed.at(0).at(0).toString().toStdString();
        const auto own =
            await(services.store->run([uuid](Stores &stores) { return stores.collections.withUuid(uuid); }));
        QCOMPARE(own.value().conversation, toStore(services.chat->conversation()));
        QCOMPARE(own.value().sources.size(), 2U);
        services.chat->detach(services.chat->documents().at(0));
        QTRY_COMPARE(handed.count(), 2);
        QCOMPARE(names(services), QStringList{QStringLiteral("b.odt")});
        QCOMPARE(services.chat->documents().at(0).collectionUuid.toStdString(), uuid);
    }

    void aQuestionThatIsSentWithItsFileGoesToTheSameConversation()
    {
        Services services;
        QSignalSpy committed(services.chat.get(), &ChatService::turnCommitted);
        QSignalSpy touched(services.chat.get(), &ChatService::conversationTouched);
        services.chat->attachFiles({QStringLiteral("/srv/me/lease.pdf")});
        services.chat->send(QStringLiteral("When does it end?"));
        QTRY_COMPARE(committed.count(), 1);
        QCOMPARE(services.chat->turnConversation(), services.chat->conversation());
        QCOMPARE(names(services), QStringList{QStringLiteral("lease.pdf")});
        const auto page = await(services.store->run([](Stores &stores) { return stores.conversations.list({}); }));
        QCOMPARE(page.value().rows.size(), 1U);
        // It is named by its first question, though it was there before.
        QCOMPARE(page.value().rows[0].title, std::string("When does it end?"));
    }

    void aChangeThatFailsIsSaidAndChangesNothing()
    {
        Services services;
        QSignalSpy failed(services.chat.get(), &ChatService::failed);
        services.chat->attachCollection(QStringLiteral("no-such-uuid"));
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(services.chat->documents().isEmpty());
    }

    void aCollectionThatIsGoneKeepsItsName()
    {
        Services services;
        const QString leases = makeCollection(services, "Leases");
        changed(services, [&] { services.chat->attachCollection(leases); });
        const ConversationId id = services.chat->conversation();
        const auto removed = await(services.store->run([](Stores &stores) {
            const auto all = stores.collections.list();
            return stores.collections.remove(all->front().id);
        }));
        QVERIFY(removed.has_value());
        services.chat->open({});
        changed(services, [&] { services.chat->open(id); });
        QCOMPARE(names(services), QStringList{QStringLiteral("Leases")});
        QVERIFY(services.chat->documents().at(0).gone);
    }

    void whereACitationStands()
    {
        const auto place = [](const char *label) {
            return CitationValue{.documentName = QStringLiteral("bees.epub"), .pageLabel = QString::fromUtf8(label)}
                .place();
        };
        QCOMPARE(place(""), QStringLiteral("bees.epub"));
        QCOMPARE(place("12"), QStringLiteral("bees.epub, p. 12"));
        QCOMPARE(place("iv"), QStringLiteral("bees.epub, p. iv"));
        QCOMPARE(place("The year of the colony"), QStringLiteral("bees.epub, The year of the colony"));
    }

    void whatASentenceSaysAboutTheMaterial_data()
    {
        QTest::addColumn<app::GroundingValue>("grounding");
        QTest::addColumn<int>("citations");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char *name, const GroundingValue &grounding, int citations, const char *sentence) {
            QTest::newRow(name) << grounding << citations << QString::fromLatin1(sentence);
        };
        row("none", {}, 0, "");
        row("whole", {.material = Material::Whole, .documentsTotal = 1, .documentsSearched = 1, .wordsOnly = true}, 1,
            "Answered from the whole file d0.");
        row("whole of two", {.material = Material::Whole, .documentsTotal = 2, .documentsSearched = 2}, 2,
            "Answered from the whole of 2 files.");
        row("passages",
            {.material = Material::Passages, .documentsTotal = 9, .documentsSearched = 7, .documentsWaiting = 1}, 2,
            "Answered from 2 passages in 2 of 7 files. One more file was still to be read. One file has no text that "
            "could be searched.");
        row("words", {.material = Material::Passages, .documentsTotal = 1, .documentsSearched = 1, .wordsOnly = true},
            1, "Answered from one passage of d0. Searched by words alone, not by meaning.");
        row("refused",
            {.mode = DocumentMode::Only,
             .material = Material::Nothing,
             .refused = true,
             .documentsTotal = 1,
             .documentsSearched = 1},
            1, "The model was not asked: nothing in the documents fits the question.");
        row("nothing", {.material = Material::Nothing, .documentsTotal = 1, .documentsSearched = 1}, 0,
            "Nothing in the documents fits the question: the model answered from what it knows.");
        row("list", {.material = Material::Index, .documentsTotal = 9, .documentsSearched = 3, .wordsOnly = true}, 0,
            "Answered from the list of files. No model was used.");
        row("waiting", {.material = Material::Nothing, .documentsTotal = 2, .documentsWaiting = 2}, 0,
            "Answered without documents: there is none to search yet. 2 more files were still to be read.");
    }

    void whatASentenceSaysAboutTheMaterial()
    {
        QFETCH(app::GroundingValue, grounding);
        QFETCH(int, citations);
        QFETCH(QString, sentence);
        QList<CitationValue> list;
        for (int i = 0; i < citations; ++i)
            list.append({.documentName = QStringLiteral("d%1").arg(i), .documentSha256 = QString::number(i)});
        QCOMPARE(materialSentence(grounding, list), sentence);
    }
};

QTEST_GUILESS_MAIN(ChatDocumentsTest)
#include "chat_documents_test.moc"
