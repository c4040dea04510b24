// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/collection_words.h"
#include "app/engine_embedder.h"
#include "app/engine_reranker.h"

#include <QFile>
#include <QJsonArray>

#include <algorithm>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    std::vector<std::string> collections;
    std::string question;
    std::size_t limit = 10;
    bool wordsAlone = false;
    std::optional<bool> rerank; ///< unless said otherwise, when a model for it is installed
    bool json = false;
};

/// The question as the index's vectors are; empty: search by words alone.
struct Question {
    std::vector<float> vector;
    std::optional<storage::Embedder> embedder;
};

std::expected<Question, Failure> embedQuestion(ServiceSession &session, const Options &options)
{
    const QString path = options.wordsAlone ? QString() : installedEmbedder();
    if (path.isEmpty())
        return Question{};
    const auto embedder = EngineEmbedder::load(path);
    if (!embedder)
        return std::unexpected(embedder.error());
    auto vector = (*embedder)->embedQuestion(options.question);
    if (!vector)
        return std::unexpected(vector.error());
    const EmbedderIdentity identity = (*embedder)->identity();
    auto known = onIndex(session, [&](IndexStores &stores) {
        return stores.embeddings.embedder(identity.sha256, identity.name, identity.width);
    });
    if (!known)
        return std::unexpected(known.error());
    return Question{std::move(*vector), std::move(*known)};
}

/// Puts the hits in the order that the installed reranker gives them.
std::expected<void, Failure> judge(ServiceSession &session, const Options &options,
                                   std::vector<storage::PassageHit> &hits)
{
    const QString path = options.rerank.value_or(true) ? installedReranker() : QString();
    if (path.isEmpty() && options.rerank.value_or(false))
        return std::unexpected(failureFromCode(QStringLiteral("app.no_reranker"), {}));
    if (path.isEmpty() || hits.empty())
        return {};
    return session.beside([&](const std::stop_token &stop) -> std::expected<void, Failure> {
        const auto reranker = EngineReranker::load(path);
        if (!reranker)
            return std::unexpected(reranker.error());
        return rerank(hits, QString::fromStdString(options.question), **reranker, stop);
    });
}

QJsonObject passageJson(const storage::PassageHit &hit)
{
    const storage::Passage &passage = hit.passage;
    QJsonObject json{{QStringLiteral("document"), QFile::decodeName(hit.file.path.c_str())},
                     {QStringLiteral("page"), passage.firstPage + 1},
                     {QStringLiteral("last_page"), passage.lastPage + 1},
                     {QStringLiteral("start"), static_cast<qint64>(passage.textBegin)},
                     {QStringLiteral("end"), static_cast<qint64>(passage.textEnd)},
                     {QStringLiteral("heading"), QString::fromStdString(passage.heading)},
                     {QStringLiteral("text"), QString::fromStdString(passage.text)},
                     {QStringLiteral("lexical_rank"), hit.lexicalRank},
                     {QStringLiteral("dense_rank"), hit.denseRank},
                     {QStringLiteral("similarity"), hit.similarity},
                     {QStringLiteral("score"), hit.score}};
    if (hit.rerankScore)
        json.insert(QStringLiteral("rerank_score"), static_cast<double>(*hit.rerankScore));
    return json;
}

/// Why a passage is where it is, in words.
QString explanation(const storage::PassageHit &hit)
{
    QStringList ranks;
    if (hit.lexicalRank > 0)
        ranks += QStringLiteral("by words %1").arg(hit.lexicalRank);
    if (hit.denseRank > 0)
        ranks += QStringLiteral("by meaning %1").arg(hit.denseRank);
    if (hit.rerankScore)
        ranks += QStringLiteral("judged %1").arg(static_cast<double>(*hit.rerankScore), 0, 'f', 2);
    return ranks.join(QStringLiteral(", "));
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = openDocuments(session); !opened)
        return fail(opened.error());
    storage::SearchScope scope;
    for (const std::string &name : options.collections) {
        const auto collection = collectionNamed(session, name);
        if (!collection)
            return fail(collection.error());
        scope.collections.push_back(collection->uuid);
    }
    const auto question = embedQuestion(session, options);
    if (!question)
        return fail(question.error());
    auto hits = onIndex(session, [&](IndexStores &stores) -> storage::Result<std::vector<storage::PassageHit>> {
        const storage::VectorIndex *vectors = nullptr;
        if (question->embedder) {
            if (auto loaded = stores.loadVectors(*question->embedder); !loaded)
                return std::unexpected(loaded.error());
            vectors = &*stores.vectors;
        }
        return stores.search.search(options.question, question->vector, vectors,
                                    std::max(options.limit, kRerankedPassages), scope);
    });
    if (!hits)
        return fail(hits.error());
    if (const auto judged = judge(session, options, *hits); !judged)
        return fail(judged.error());
    hits->resize(std::min(hits->size(), options.limit));
    if (options.json) {
        QJsonArray passages;
        for (const storage::PassageHit &hit : *hits)
            passages.append(passageJson(hit));
        printJson({{QStringLiteral("passages"), passages}});
        return Exit::Done;
    }
    int number = 0;
    for (const storage::PassageHit &hit : *hits) {
        printForeign(QStringLiteral("[%1] %2, page %3 (%4)\n")
                         .arg(++number)
                         .arg(QFile::decodeName(hit.file.path.c_str()))
                         .arg(hit.passage.firstPage + 1)
                         .arg(explanation(hit)));
        if (!hit.passage.heading.empty())
            printForeign(QString::fromStdString(hit.passage.heading) + QLatin1Char('\n'));
        printForeign(QString::fromStdString(hit.passage.text) + QStringLiteral("\n\n"));
    }
    if (hits->empty())
        print(QStringLiteral("Nothing was found.\n"));
    return Exit::Done;
}

} // namespace

void addSearch(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("search", "Passages of documents that answer a question, the best first");
    command->add_option("-C,--collection", options->collections, "Only in this collection; may be repeated");
    command->add_option("-k,--limit", options->limit, "So many passages")->check(CLI::Range(1, 1000));
    command->add_flag("--words", options->wordsAlone, "By words alone, not by meaning");
    command->add_flag("--rerank,!--no-rerank", options->rerank,
                      "Have the best passages judged again by a reranking model (when one is installed), or not");
    addJsonOption(*command, options->json);
    command->add_option("QUERY", options->question, "A question, or words")->required();
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
