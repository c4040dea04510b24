// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/library/library_index.h"

#include "tests/app/support/indexing.h"

#include <QFileInfo>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace tests {

using namespace app;

LibraryIndex::LibraryIndex(platform::Broker &broker, TextEmbedder *embedder)
    : m_withVectors(embedder != nullptr)
{
    const IndexReport opened =
        m_index.open({.path = m_folder.filePath(QStringLiteral("index.db")).toStdString()}).take();
    if (!opened.isOpen())
        fail(opened.detail);
    storage::Collection collection{.uuid = "library", .name = "Library"};
    for (const QString &folder : libraryFolders())
        collection.sources.push_back(folder.toStdString());
    const IngestPorts ports{.index = &m_index, .read = test::readerOf(broker), .embedder = embedder};
    const auto done = test::indexAll(ports, collection);
    if (!done)
        fail(done.error().sentence().toStdString());
    const auto files = ask([](IndexStores &stores) -> storage::Result<std::vector<storage::FileStatus>> {
        const auto latest = stores.embeddings.latest();
        if (!latest)
            return std::unexpected(latest.error());
        if (*latest) {
            if (const auto loaded = stores.loadVectors(**latest); !loaded)
                return std::unexpected(loaded.error());
        }
        return stores.documents.files("library");
    });
    for (const storage::FileStatus &file : files)
        m_files.emplace(QFileInfo(QString::fromStdString(file.file.path)).fileName(), file);
}

void LibraryIndex::fail(const std::string &why)
{
    std::fprintf(stderr, "the library could not be indexed: %s\n", why.c_str());
    std::exit(1);
}

std::optional<ByteRange> LibraryIndex::locate(const GoldSpan &span)
{
    const auto file = m_files.find(span.file);
    if (file == m_files.end())
        return std::nullopt;
    const storage::Document &document = file->second.document;
    if (span.page < 1 || span.page > document.pageCount)
        return std::nullopt;
    const storage::DocumentPage page =
        ask([&](IndexStores &stores) { return stores.texts.page(document.id, span.page - 1); });
    auto range = findOnce(page.text, span.text.toStdString());
    if (range) {
        range->begin += page.textBegin;
        range->end += page.textBegin;
    }
    return range;
}

std::vector<storage::PassageHit> LibraryIndex::search(const std::string &question, const std::vector<float> &vector,
                                                      std::size_t limit)
{
    return ask([&](IndexStores &stores) {
        return stores.search.search(question, vector, m_withVectors ? &*stores.vectors : nullptr, limit, {});
    });
}

std::int64_t LibraryIndex::passages() const
{
    std::int64_t count = 0;
    for (const auto &[name, file] : m_files)
        count += file.document.passageCount;
    return count;
}

bool LibraryIndex::holds(const storage::Passage &passage, const GoldSpan &span, const ByteRange &range) const
{
    const auto file = m_files.find(span.file);
    const std::int64_t shared = std::min(passage.textEnd, range.end) - std::max(passage.textBegin, range.begin);
    return file != m_files.end() && passage.document == file->second.document.id &&
           shared * 2 >= range.end - range.begin && passage.firstPage < span.page && passage.lastPage >= span.page - 1;
}

} // namespace tests
