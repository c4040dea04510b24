// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/collection_words.h"
#include "app/document_filter.h"
#include "app/engine_embedder.h"
#include "app/engine_reranker.h"

#include <QDate>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>

#include <algorithm>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    std::vector<std::string> collections;
    std::vector<std::string> places; ///< files and folders
    std::vector<std::string> types;
    std::string since;
    std::string until;
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

/// Nanoseconds of the beginning of a day, as the file system counts.
std::int64_t dayBegin(const std::string &day, int later)
{
    const QDate date = QDate::fromString(QString::fromStdString(day), Qt::ISODate).addDays(later);
    return date.startOfDay().toMSecsSinceEpoch() * 1'000'000;
}

/// The files at `options.places`, and in folders there.
std::expected<std::vector<storage::FileId>, Failure> filesAt(ServiceSession &session, const Options &options)
{
    std::vector<storage::FileId> files;
    for (const std::string &place : options.places) {
        const std::string path =
            QFile::encodeName(QFileInfo(QFile::decodeName(place.c_str())).absoluteFilePath()).toStdString();
        const auto found = onIndex(session, [&](IndexStores &stores) { return stores.documents.filesAt(path); });
        if (!found)
            return std::unexpected(found.error());
        if (found->empty())
            return std::unexpected(
                failureFromCode(QStringLiteral("app.not_collected"), {}, QFile::decodeName(place.c_str())));
        files.insert(files.end(), found->begin(), found->end());
    }
    return files;
}

std::expected<storage::SearchScope, Failure> scopeOf(ServiceSession &session, const Options &options)
{
    storage::SearchScope scope;
    for (const std::string &name : options.collections) {
        const auto collection = collectionNamed(session, name);
        if (!collection)
            return std::unexpected(collection.error());
        scope.collections.push_back(collection->uuid);
    }
    auto files = filesAt(session, options);
    if (!files)
        return std::unexpected(files.error());
    scope.files = std::move(*files);
    for (const std::string &type : options.types) {
        const auto formats = formatsNamed(QString::fromStdString(type));
        scope.formats.insert(scope.formats.end(), formats.begin(), formats.end());
    }
    if (!options.since.empty())
        scope.modifiedFromNs = dayBegin(options.since, 0);
    if (!options.until.empty())
        scope.modifiedUntilNs = dayBegin(options.until, 1) - 1;
    return scope;
}

/// Says what is wrong with the text of an option; empty: nothing.
std::string checkType(const std::string &type)
{
    if (!formatsNamed(QString::fromStdString(type)).empty())
        return {};
    return "no documents are called '" + type + "'; there are " +
           formatFilterNames().join(QStringLiteral(", ")).toStdString();
}

std::string checkDay(const std::string &day)
{
    return QDate::fromString(QString::fromStdString(day), Qt::ISODate).isValid() ? "" : "a day looks like 2026-03-31";
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = openDocuments(session); !opened)
        return fail(opened.error());
    const auto scope = scopeOf(session, options);
    if (!scope)
        return fail(scope.error());
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
                                    std::max(options.limit, kRerankedPassages), *scope);
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
    command->add_option("--file", options->places,
                        "Only in this file, or in the files of this folder; may be repeated");
    command
        ->add_option("--type", options->types,
                     "Only in documents of this format (pdf, docx) or kind (slides, tables); may be repeated")
        ->check(checkType);
    command->add_option("--since", options->since, "Only in files changed on this day or later, as in 2026-03-31")
        ->check(checkDay);
    command->add_option("--until", options->until, "Only in files changed on this day or earlier")->check(checkDay);
    command->add_option("-k,--limit", options->limit, "So many passages")->check(CLI::Range(1, 1000));
    command->add_flag("--words", options->wordsAlone, "By words alone, not by meaning");
    command->add_flag("--rerank,!--no-rerank", options->rerank,
                      "Have the best passages judged again by a reranking model (when one is installed), or not");
    addJsonOption(*command, options->json);
    command->add_option("QUERY", options->question, "A question, or words")->required();
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
