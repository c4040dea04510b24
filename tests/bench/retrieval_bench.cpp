// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How well passages are found: Cranfield's questions by words, by meaning, by both, and after a reranker judged the
// best again, with the passages and the embedder that documents get. One JSON object.
//
//   retrieval_bench FOLDER EMBEDDER [RERANKER]
//
// FOLDER holds corpus.tsv, queries.tsv and qrels.tsv.
#include "app/engine_embedder.h"
#include "app/engine_reranker.h"
#include "app/passage_builder.h"
#include "storage/document_store.h"
#include "storage/embedding_store.h"
#include "storage/passage_search.h"
#include "tests/support/bootstrap.h"
#include "tests/support/cranfield_set.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

using tests::CranfieldSet;

[[noreturn]] void fail(const std::string &why)
{
    std::fprintf(stderr, "retrieval_bench: %s\n", why.c_str());
    std::exit(1);
}

template <class T>
T need(storage::Result<T> result)
{
    if (!result) {
        fail(result.error().detail);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

QJsonObject withInterval(const std::vector<double> &values)
{
    const tests::Interval interval = tests::bootstrap(values);
    return {{QStringLiteral("mean"), interval.mean},
            {QStringLiteral("from"), interval.from},
            {QStringLiteral("to"), interval.to}};
}

/// Every paper as a document of its own.
void fill(storage::IndexDatabase &index, const CranfieldSet &cranfield, const app::CountTokens &tokens)
{
    storage::DocumentStore store(index);
    for (const tests::Paper &paper : cranfield.papers) {
        using namespace app::extraction;
        Extraction read{.format = Format::PlainText, .state = State::Read};
        read.document.title = paper.title;
        read.document.pages.push_back({.source = TextSource::File, .text = paper.text});
        read.document.pages[0].blocks.push_back({.end = static_cast<std::uint32_t>(paper.text.size())});
        app::BuiltDocument built = app::buildDocument(std::move(read), paper.id, tokens);
        const auto file = need(store.noteFile("cranfield", paper.id, 1, 1));
        built.document.id = need(store.linkContent(file.id, paper.id, 1)).id;
        need(store.beginReading(built.document.id));
        need(store.addPassages(built.document.id, built.chunks.passages));
        need(store.finishReading(built.document));
    }
}

/// Vectors of all passages; texts a second.
double embed(storage::IndexDatabase &index, app::TextEmbedder &embedder, const storage::Embedder &known)
{
    storage::EmbeddingStore store(index);
    const auto start = std::chrono::steady_clock::now();
    std::size_t count = 0;
    for (auto next = need(store.nextDocument(known.id)); next; next = need(store.nextDocument(known.id))) {
        std::vector<std::string> texts;
        std::vector<storage::PassageVector> vectors;
        for (const storage::Passage &passage : need(store.withoutVectors(known.id, *next, 1000))) {
            std::int32_t window = 0;
            for (std::string &text : app::embeddingWindows(passage.heading, passage.text, embedder)) {
                texts.push_back(std::move(text));
                vectors.push_back({.passage = passage.id, .window = window++});
            }
        }
        auto embedded = embedder.embedPassages(texts, {});
        if (!embedded) {
            fail(embedded.error().sentence().toStdString());
        }
        for (std::size_t i = 0; i < vectors.size(); ++i) {
            vectors[i].values = std::move((*embedded)[i]);
        }
        count += vectors.size();
        need(store.add(known.id, vectors));
        need(store.finishDocument(known.id, *next));
    }
    return static_cast<double>(count) / secondsSince(start);
}

/// Papers in the order of their first passage.
std::vector<std::string> papersOf(const std::vector<storage::PassageHit> &hits)
{
    std::vector<std::string> papers;
    for (const storage::PassageHit &hit : hits) {
        if (std::ranges::find(papers, hit.file.path) == papers.end()) {
            papers.push_back(hit.file.path);
        }
    }
    return papers;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (argc < 3) {
        fail("usage: retrieval_bench FOLDER EMBEDDER [RERANKER]");
    }
    const CranfieldSet cranfield = tests::readCranfield(argv[1]);
    const auto embedder = app::EngineEmbedder::load(QString::fromLocal8Bit(argv[2]));
    if (!embedder) {
        fail(embedder.error().sentence().toStdString());
    }
    std::unique_ptr<app::EngineReranker> reranker;
    if (argc > 3) {
        auto loaded = app::EngineReranker::load(QString::fromLocal8Bit(argv[3]));
        if (!loaded) {
            fail(loaded.error().sentence().toStdString());
        }
        reranker = std::move(*loaded);
    }
    const QTemporaryDir folder;
    const auto opened =
        storage::IndexDatabase::open({.path = folder.filePath(QStringLiteral("index.db")).toStdString()});
    if (!opened.database) {
        fail(opened.detail);
    }
    storage::IndexDatabase &index = *opened.database;
    fill(index, cranfield, [&](std::string_view text) { return (*embedder)->countTokens(text); });
    const app::EmbedderIdentity identity = (*embedder)->identity();
    const storage::Embedder known =
        need(storage::EmbeddingStore(index).embedder(identity.sha256, identity.name, identity.width));
    const double speed = embed(index, **embedder, known);
    const auto vectors = need(storage::VectorIndex::load(index, known));

    storage::PassageSearch search(index);
    constexpr std::size_t most = 200;
    std::vector<double> lexical;
    std::vector<double> dense;
    std::vector<double> hybrid;
    std::vector<double> gain;
    std::vector<double> reranked;
    std::vector<double> rerankedGain;
    std::vector<double> rerankMs;
    std::vector<double> milliseconds;
    for (const tests::JudgedQuestion &question : cranfield.questions) {
        const auto vector = (*embedder)->embedQuestion(question.text);
        if (!vector) {
            fail(vector.error().sentence().toStdString());
        }
        const auto score = [&](const std::vector<storage::PassageHit> &hits) {
            return tests::ndcg(papersOf(hits), question.relevant);
        };
        lexical.push_back(score(need(search.search(question.text, {}, nullptr, most, {}))));
        dense.push_back(score(need(search.search("", *vector, &vectors, most, {}))));
        const auto start = std::chrono::steady_clock::now();
        auto hits = need(search.search(question.text, *vector, &vectors, most, {}));
        milliseconds.push_back(secondsSince(start) * 1e3);
        hybrid.push_back(score(hits));
        gain.push_back(hybrid.back() - lexical.back());
        if (reranker) {
            const auto judging = std::chrono::steady_clock::now();
            if (const auto judged = app::rerank(hits, QString::fromStdString(question.text), *reranker, {}); !judged) {
                fail(judged.error().sentence().toStdString());
            }
            rerankMs.push_back(secondsSince(judging) * 1e3);
            reranked.push_back(score(hits));
            rerankedGain.push_back(reranked.back() - lexical.back());
        }
    }
    std::ranges::sort(milliseconds);
    QJsonObject result{{QStringLiteral("questions"), static_cast<qint64>(cranfield.questions.size())},
                       {QStringLiteral("passages"), static_cast<qint64>(vectors.size())},
                       {QStringLiteral("lexical_ndcg10"), withInterval(lexical)},
                       {QStringLiteral("dense_ndcg10"), withInterval(dense)},
                       {QStringLiteral("hybrid_ndcg10"), withInterval(hybrid)},
                       {QStringLiteral("hybrid_minus_lexical"), withInterval(gain)},
                       {QStringLiteral("windows_per_second"), speed},
                       {QStringLiteral("search_ms_median"), milliseconds[milliseconds.size() / 2]}};
    if (reranker) {
        std::ranges::sort(rerankMs);
        result.insert(QStringLiteral("reranked_ndcg10"), withInterval(reranked));
        result.insert(QStringLiteral("reranked_minus_lexical"), withInterval(rerankedGain));
        result.insert(QStringLiteral("rerank_ms_median"), rerankMs[rerankMs.size() / 2]);
    }
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    return 0;
}
