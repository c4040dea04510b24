// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/storage/index_support.h"

namespace storage::test {

IndexOutcome TestIndex::open()
{
    m_database.reset();
    OpenedIndex opened = IndexDatabase::open({.path = path(), .now = m_clock.function()});
    INFO(opened.detail);
    REQUIRE(opened.database != nullptr);
    m_database = std::move(opened.database);
    return opened.outcome;
}

std::string hashOf(char digit)
{
    return std::string(64, digit);
}

FileStatus addDocument(IndexDatabase &index, std::string_view collection, std::string_view path,
                       std::string_view sha256, const std::vector<std::string> &texts, std::string_view heading)
{
    DocumentStore store(index);
    const CollectionFile file = need(store.noteFile(collection, path, 100, 7));
    Document document = need(store.linkContent(file.id, sha256, 100));
    if (document.state == DocumentState::Waiting) {
        need(store.beginReading(document.id));
        std::vector<DocumentPage> pages;
        std::vector<Passage> passages;
        std::int64_t at = 0;
        for (const std::string &text : texts) {
            const auto number = static_cast<std::int32_t>(pages.size());
            const auto length = static_cast<std::int64_t>(text.size());
            pages.push_back({.number = number, .textBegin = at, .text = text});
            passages.push_back({.number = number,
                                .firstPage = number,
                                .lastPage = number,
                                .textBegin = at,
                                .textEnd = at + length,
                                .tokenCount = 5,
                                .heading = std::string(heading),
                                .text = text});
            at += length + 1;
        }
        need(store.addPages(document.id, pages));
        need(store.addSections(document.id, std::vector<Section>{{.textEnd = at}}));
        need(store.addPassages(document.id, passages));
        document.state = DocumentState::Read;
        document.format = "text";
        document.pageCount = document.pagesWithText = static_cast<std::int32_t>(pages.size());
        need(store.finishReading(document));
    }
    return need(store.file(file.id));
}

} // namespace storage::test
