// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/families/text_prefixes.h"

#include <algorithm>
#include <array>
#include <string>

namespace inference::families {

namespace {

struct Row {
    std::string_view architecture; ///< empty: any
    std::string_view name;         ///< part of the model's name, in lower case, '-' for any gap
    TextPrefixes prefixes;
};

constexpr std::string_view kSearch = "Represent this sentence for searching relevant passages: ";

/// The first row that fits counts.
constexpr auto kRows = std::to_array<Row>({
    {"nomic-bert", "", {"search_query: ", "search_document: "}},
    {"nomic-bert-moe", "", {"search_query: ", "search_document: "}},
    {"gemma-embedding", "", {"task: search result | query: ", "title: none | text: "}},
    {"qwen3",
     "embedding",
     {"Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:", ""}},
    {"", "bge-m3", {"", ""}},
    {"", "bge-small-en", {kSearch, ""}},
    {"", "bge-base-en", {kSearch, ""}},
    {"", "bge-large-en", {kSearch, ""}},
    {"", "mxbai-embed", {kSearch, ""}},
    {"", "arctic-embed-l-v2", {"query: ", ""}},
    {"", "arctic-embed-m-v2", {"query: ", ""}},
    {"", "arctic-embed", {kSearch, ""}},
    {"bert", "e5-", {"query: ", "passage: "}},
});

/// Lower case, with one '-' for every run of other signs.
std::string simplified(std::string_view name)
{
    std::string simple;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            simple += upper ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (!simple.ends_with('-')) {
            simple += '-';
        }
    }
    return simple;
}

} // namespace

TextPrefixes prefixesFor(std::string_view architecture, std::string_view name)
{
    const std::string simple = simplified(name);
    const auto *const found = std::ranges::find_if(kRows, [&](const Row &row) {
        return (row.architecture.empty() || row.architecture == architecture) && simple.contains(row.name);
    });
    return found != kRows.end() ? found->prefixes : TextPrefixes{};
}

} // namespace inference::families
