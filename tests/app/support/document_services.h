// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The services with an index of documents and an embedder that counts letters.
#pragma once

#include "app/index_thread.h"
#include "app/passage_builder.h"
#include "app/retrieval_service.h"
#include "tests/app/support/fake_embedder.h"
#include "tests/app/support/services.h"

#include <QCryptographicHash>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace tests {

/// A text of pages (a form feed between), paragraphs (an empty line) and headings ("# ").
inline app::extraction::Extraction extractionOf(const std::string &text)
{
    using namespace app::extraction;
    Extraction made{.format = Format::PlainText, .state = State::Read};
    made.document.numbered = text.find('\f') != std::string::npos;
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t end = std::min(text.find('\f', at), text.size());
        Page page{.source = TextSource::File, .text = text.substr(at, end - at)};
        std::size_t begin = 0;
        while (begin < page.text.size()) {
            const std::size_t stop = std::min(page.text.find("\n\n", begin), page.text.size());
            const bool heading = page.text.compare(begin, 2, "# ") == 0;
            page.blocks.push_back({.kind = heading ? BlockKind::Heading : BlockKind::Paragraph,
                                   .level = static_cast<std::uint8_t>(heading ? 1 : 0),
                                   .begin = static_cast<std::uint32_t>(begin + (heading ? 2 : 0)),
                                   .end = static_cast<std::uint32_t>(stop)});
            begin = stop + 2;
        }
        made.document.pages.push_back(std::move(page));
        at = end + 1;
    }
    return made;
}

/// Takes a value out of a storage::Result, or ends the test.
template <class T>
T value(storage::Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// Reads a text into the index, as a file of a collection; with vectors where `embedder` is given.
inline storage::Result<void> addText(app::IndexStores &stores, const std::string &collection, const std::string &path,
                                     const std::string &text, const app::CountTokens &tokens,
                                     app::TextEmbedder *embedder)
{
    const auto bytes = static_cast<std::int64_t>(text.size());
    const storage::CollectionFile file = value(stores.documents.noteFile(collection, path, bytes, 1));
    const std::string hash =
        QCryptographicHash::hash(QByteArray::fromStdString(text), QCryptographicHash::Sha256).toHex().toStdString();
    const storage::Document linked = value(stores.documents.linkContent(file.id, hash, bytes));
    if (linked.state != storage::DocumentState::Waiting)
        return {};
    app::BuiltDocument built = app::buildDocument(extractionOf(text), path.substr(path.rfind('/') + 1), tokens);
    value(stores.documents.beginReading(linked.id));
    value(stores.documents.addPages(linked.id, built.pages));
    value(stores.documents.addSections(linked.id, built.chunks.sections));
    value(stores.documents.addPassages(linked.id, built.chunks.passages));
    built.document.id = linked.id;
    value(stores.documents.finishReading(built.document));
    if (embedder == nullptr)
        return {};
    const app::EmbedderIdentity identity = embedder->identity();
    const storage::Embedder known = value(stores.embeddings.embedder(identity.sha256, identity.name, identity.width));
    std::vector<storage::PassageVector> vectors;
    for (const storage::Passage &passage : value(stores.embeddings.withoutVectors(known.id, linked.id, 1000)))
        vectors.push_back({.passage = passage.id, .values = embedder->embedPassages({passage.text}, {}).value()[0]});
    value(stores.embeddings.add(known.id, vectors));
    return stores.embeddings.finishDocument(known.id, linked.id);
}

struct DocumentServices : Services {
    explicit DocumentServices(bool withEmbedder = true)
        : hasEmbedder(withEmbedder)
    {
        index = std::make_unique<app::IndexThread>();
        const app::IndexReport report =
            await(index->open({.path = folder.filePath(QStringLiteral("index.db")).toStdString()}));
        if (!report.isOpen())
            qFatal("the index did not open: %s", report.detail.c_str());
        retrieval = std::make_unique<app::RetrievalService>(app::RetrievalService::Collaborators{
            .index = *index,
            .openIndex = {},
            .loadEmbedder =
                [this](const QString &path) -> std::expected<std::unique_ptr<app::TextEmbedder>, app::Failure> {
                ++embedderLoads;
                loadedEmbedder = path;
                if (!hasEmbedder)
                    return nullptr;
                return std::make_unique<app::test::FakeEmbedder>();
            },
            .loadReranker = {},
            .servingEmbedder = [this] { return servingEmbedder; },
            .isReading = [this] { return reading; }});
        chat = std::make_unique<app::ChatService>(app::ChatService::Collaborators{.store = *store,
                                                                                  .inference = *inference,
                                                                                  .models = *models,
                                                                                  .assistants = *assistants,
                                                                                  .provenance = *provenance,
                                                                                  .retrieval = retrieval.get()});
    }
    ~DocumentServices() { chat.reset(); }

    /// A collection with these texts.
    QString makeCollection(const std::string &name, const std::vector<std::pair<std::string, std::string>> &texts)
    {
        const std::string uuid =
            await(store->run([name](app::Stores &stores) { return stores.collections.create(name); })).value().uuid;
        for (const auto &[path, text] : texts)
            add(uuid, path, text);
        return QString::fromStdString(uuid);
    }
    void add(const std::string &uuid, const std::string &path, const std::string &text)
    {
        value(await(index->run([this, uuid, path, text](app::IndexStores &stores) {
            return addText(stores, uuid, path, text, countTokens, hasEmbedder ? &embedder : nullptr);
        })));
    }
    /// Makes the open conversation about a collection.
    void attach(const QString &uuid)
    {
        QSignalSpy changed(chat.get(), &app::ChatService::documentsChanged);
        chat->attachCollection(uuid);
        QTRY_COMPARE(changed.count(), 1);
    }

    bool hasEmbedder;
    bool reading = false;    ///< files are being read
    QString servingEmbedder; ///< RetrievalService::Collaborators::servingEmbedder
    QString loadedEmbedder;  ///< the path that was loaded last
    app::CountTokens countTokens = [](std::string_view words) {
        return static_cast<std::int32_t>(app::countWords(words));
    };
    std::atomic<int> embedderLoads = 0;
    app::test::FakeEmbedder embedder;
    std::unique_ptr<app::IndexThread> index;
    std::unique_ptr<app::RetrievalService> retrieval;
};

} // namespace tests
