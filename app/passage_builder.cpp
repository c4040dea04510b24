// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/passage_builder.h"

#include "app/document_extraction.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace app {

using extraction::BlockKind;
using extraction::State;
using storage::DocumentState;

namespace {

/// A title longer than this is a first paragraph that a program took for one.
constexpr std::size_t kLongestTitle = 200;
constexpr std::array<const char *, 5> kNoticeNames = {"hidden_text", "skipped_part", "guessed_encoding", "cut_text",
                                                      "unreadable_page"};

DocumentState stateFrom(State state)
{
    switch (state) {
    case State::Read:
        return DocumentState::Read;
    case State::Partial:
        return DocumentState::Partial;
    case State::NoText:
        return DocumentState::Scanned;
    case State::Encrypted:
    case State::WrongPassword:
        return DocumentState::Encrypted;
    case State::Unsupported:
        return DocumentState::Unsupported;
    case State::TooLarge:
        return DocumentState::TooLarge;
    case State::Malformed:
        break;
    }
    return DocumentState::Malformed;
}

storage::ChunkKind kindFrom(BlockKind kind)
{
    switch (kind) {
    case BlockKind::Heading:
        return storage::ChunkKind::Heading;
    case BlockKind::TableRow:
        return storage::ChunkKind::TableRow;
    case BlockKind::Code:
        return storage::ChunkKind::Code;
    default:
        return storage::ChunkKind::Paragraph;
    }
}

std::string noticesJson(const std::vector<extraction::Notice> &notices)
{
    auto list = nlohmann::json::array();
    for (const extraction::Notice &notice : notices) {
        list.push_back({{"kind", kNoticeNames[static_cast<std::size_t>(notice.kind)]},
                        {"page", notice.page},
                        {"text", notice.text}});
    }
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

std::string titleOf(const extraction::Document &document, std::string_view fileName)
{
    std::string title = document.title;
    std::ranges::replace_if(title, isSpace, ' ');
    const bool usable = title.size() <= kLongestTitle && !std::ranges::all_of(title, isSpace);
    return usable ? title : std::string(fileName);
}

} // namespace

std::int64_t countWords(std::string_view text)
{
    std::int64_t words = 0;
    bool inside = false;
    for (const char c : text) {
        words += !isSpace(c) && !inside ? 1 : 0;
        inside = !isSpace(c);
    }
    return words;
}

BuiltDocument buildDocument(extraction::Extraction extraction, std::string_view fileName, const CountTokens &tokens)
{
    extraction::Document &read = extraction.document;
    BuiltDocument built;
    built.document.state = stateFrom(extraction.state);
    built.document.reason = extraction.reason;
    built.document.readerVersion = kReaderVersion;
    built.document.format = formatName(extraction.format).toStdString();
    built.document.title = titleOf(read, fileName);
    built.document.author = read.author;
    built.document.language = read.language;
    built.document.numbered = read.numbered;
    built.document.pageCount = static_cast<std::int32_t>(read.pages.size());
    built.document.noticesJson = noticesJson(read.notices);

    std::string text;
    storage::ChunkInput input{.title = built.document.title, .language = read.language, .tokens = tokens};
    for (extraction::Page &page : read.pages) {
        const auto number = static_cast<std::int32_t>(built.pages.size());
        const auto begin = static_cast<std::int64_t>(text.size());
        for (const extraction::Block &block : page.blocks) {
            if (block.kind != BlockKind::RunningHead) {
                input.blocks.push_back({.kind = kindFrom(block.kind),
                                        .level = block.level,
                                        .header = block.header,
                                        .page = number,
                                        .begin = begin + block.begin,
                                        .end = begin + block.end});
            }
        }
        for (const extraction::Word &word : page.words) {
            input.words.push_back({.begin = begin + word.begin,
                                   .end = begin + word.end,
                                   .box = {number, word.box.left, word.box.top, word.box.right, word.box.bottom}});
        }
        text += page.text;
        text += '\f';
        built.document.wordCount += countWords(page.text);
        built.document.pagesWithText += page.source != extraction::TextSource::None ? 1 : 0;
        built.pages.push_back({.number = number,
                               .label = std::move(page.label),
                               .width = static_cast<double>(page.width),
                               .height = static_cast<double>(page.height),
                               .recognised = page.source == extraction::TextSource::Recognition,
                               .confidence = page.confidence,
                               .textBegin = begin,
                               .text = std::move(page.text)});
        page = {};
    }
    input.text = text;
    built.chunks = storage::chunk(input);
    built.document.tokenCount = built.chunks.tokens;
    // Something was read, and there is nothing in it to be found: an empty file.
    if (storage::isSearchable(built.document.state) && built.chunks.passages.empty() && built.document.reason.empty()) {
        built.document.reason = "it has no text";
    }
    return built;
}

} // namespace app
