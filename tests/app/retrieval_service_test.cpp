// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/retrieval_service.h"

#include "tests/app/support/document_services.h"

using namespace app;
using tests::await;
using tests::DocumentServices;

namespace {

Retrieved retrieve(DocumentServices &services, const RetrievalRequest &request)
{
    return await(services.retrieval->retrieve(request, {})).value();
}

QStringList texts(const std::vector<RetrievedPassage> &passages)
{
    QStringList all;
    for (const RetrievedPassage &passage : passages)
        all += QString::fromStdString(passage.text);
    return all;
}

/// `count` paragraphs that are passages of their own.
std::string longText(int count)
{
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += "Paragraph" + std::to_string(i);
        for (int word = 0; word < 200; ++word)
            text += " filler";
        text += ".\n\n";
    }
    return text;
}

} // namespace

class RetrievalServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void passagesAreFoundByWordsAndByMeaning()
    {
        DocumentServices services;
        const QString uuid = services.makeCollection(
            "Leases", {{"/a/lease.txt", "# Notice\n\nThree months notice.\f# Rent\n\nRent is due monthly."},
                       {"/a/other.txt", "zzz zzz"}});
        const Retrieved found = retrieve(services, {.question = "three months", .collections = {uuid.toStdString()}});
        QCOMPARE(found.documentsTotal, 2);
        QCOMPARE(found.documentsSearched, 2);
        QCOMPARE(found.documentsWaiting, 0);
        QVERIFY(!found.whole);
        QVERIFY(!found.wordsOnly);
        QVERIFY(found.all.empty());
        QCOMPARE(texts(found.hits).value(0), QStringLiteral("Three months notice."));
        const RetrievedPassage &best = found.hits.front();
        QCOMPARE(best.documentName, std::string("lease.txt"));
        QCOMPARE(best.pageLabel, std::string("1"));
        QCOMPARE(best.lexicalRank, 1);
        QCOMPARE(best.denseRank, 1);
        QVERIFY(best.similarity > 0.5);
        QCOMPARE(best.documentSha256.size(), 64U);
    }

    void withoutAnEmbedderWordsAreEnough()
    {
        DocumentServices services(false);
        const QString uuid = services.makeCollection("C", {{"/a.txt", "Rent is due."}, {"/b.txt", "Nothing here."}});
        const Retrieved found = retrieve(services, {.question = "rent", .collections = {uuid.toStdString()}});
        QVERIFY(found.wordsOnly);
        QCOMPARE(texts(found.hits), QStringList{QStringLiteral("Rent is due.")});
        QCOMPARE(found.hits[0].denseRank, 0);
        QCOMPARE(services.embedderLoads, 1);
    }

    void questionsAreEmbeddedByTheModelWhoseVectorsServe()
    {
        DocumentServices services;
        services.servingEmbedder = QStringLiteral("/first.gguf");
        const QString uuid = services.makeCollection("C", {{"/a.txt", "Rent is due."}});
        const RetrievalRequest request{.question = "rent", .collections = {uuid.toStdString()}};
        QVERIFY(!retrieve(services, request).wordsOnly);
        QVERIFY(!retrieve(services, request).wordsOnly);
        QCOMPARE(services.embedderLoads, 1);
        QCOMPARE(services.loadedEmbedder, QStringLiteral("/first.gguf"));
        services.servingEmbedder = QStringLiteral("/second.gguf");
        QVERIFY(!retrieve(services, request).wordsOnly);
        QCOMPARE(services.embedderLoads, 2);
        QCOMPARE(services.loadedEmbedder, QStringLiteral("/second.gguf"));
    }

    void smallDocumentsComeWholeInTheOrderOfTheirNames()
    {
        DocumentServices services;
        const QString uuid =
            services.makeCollection("C", {{"/b.txt", "beta word"}, {"/a.txt", "# A\n\nalpha\f# B\n\nlast page"}});
        const RetrievalRequest request{.question = "word", .collections = {uuid.toStdString()}, .wholeTokens = 7};
        const Retrieved found = retrieve(services, request);
        QVERIFY(found.whole);
        QCOMPARE(texts(found.all),
                 (QStringList{QStringLiteral("alpha"), QStringLiteral("last page"), QStringLiteral("beta word")}));
        QCOMPARE(found.all[2].lexicalRank, 1);
        QCOMPARE(found.all[1].pageLabel, std::string("2"));
        RetrievalRequest tight = request;
        tight.wholeTokens = 6;
        QVERIFY(!retrieve(services, tight).whole);
    }

    void whatStandsBesideAHitComesWithIt()
    {
        DocumentServices services(false);
        const QString uuid = services.makeCollection("C", {{"/a.txt", longText(8)}});
        const Retrieved found = retrieve(services, {.question = "Paragraph4", .collections = {uuid.toStdString()}});
        QCOMPARE(found.hits.size(), 1U);
        QCOMPARE(found.hits[0].firstNumber, 4);
        QList<int> beside;
        for (const RetrievedPassage &passage : found.beside)
            beside += passage.firstNumber;
        std::ranges::sort(beside);
        QCOMPARE(beside, (QList<int>{2, 3, 5, 6}));
        QCOMPARE(found.beside[0].score, 0.0);
    }

    void singleFilesAreSearchedAlone()
    {
        DocumentServices services;
        const std::string uuid =
            services.makeCollection("C", {{"/a.txt", "alpha word"}, {"/b.txt", "beta word"}}).toStdString();
        const Retrieved found = retrieve(services, {.question = "word", .files = {{uuid, "/b.txt"}}});
        QCOMPARE(found.documentsTotal, 1);
        QCOMPARE(texts(found.hits), QStringList{QStringLiteral("beta word")});
    }

    void nothingToSearchIsNoFailure()
    {
        DocumentServices services;
        const std::string uuid = services.makeCollection("C", {}).toStdString();
        QCOMPARE(retrieve(services, {.question = "q", .collections = {uuid}, .wholeTokens = 9}).documentsTotal, 0);
        value(await(services.index->run(
            [uuid](IndexStores &stores) { return stores.documents.noteFile(uuid, "/new.txt", 1, 1); })));
        const Retrieved found = retrieve(services, {.question = "q", .collections = {uuid}, .wholeTokens = 9});
        QCOMPARE(found.documentsWaiting, 1);
        QCOMPARE(found.documentsSearched, 0);
        QVERIFY(found.hits.empty());
        QCOMPARE(services.embedderLoads, 0);
    }

    void aStoppedSearchEndsAsCancelled()
    {
        DocumentServices services;
        const std::string uuid = services.makeCollection("C", {{"/a.txt", "alpha"}}).toStdString();
        std::stop_source stop;
        stop.request_stop();
        const auto answer =
            await(services.retrieval->retrieve({.question = "q", .collections = {uuid}}, stop.get_token()));
        QVERIFY(!answer.has_value());
        QCOMPARE(answer.error().code, QStringLiteral("inference.cancelled"));
    }

    void anIndexThatDidNotOpenIsAFailure()
    {
        IndexThread index;
        int asked = 0;
        RetrievalService retrieval({.index = index,
                                    .openIndex =
                                        [&] {
                                            ++asked;
                                            index.open({.path = "/dev/null/index.db"});
                                        },
                                    .loadEmbedder = {}});
        for (int i = 0; i < 2; ++i) {
            const auto answer = await(retrieval.retrieve({.question = "q", .collections = {"c"}}, {}));
            QVERIFY(!answer.has_value());
            QVERIFY(!answer.error().isEmpty());
        }
        QCOMPARE(asked, 1);
    }

private:
    template <class T>
    static T value(storage::Result<T> result)
    {
        return tests::value(std::move(result));
    }
};

QTEST_GUILESS_MAIN(RetrievalServiceTest)
#include "retrieval_service_test.moc"
