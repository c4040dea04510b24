// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/chunker.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace storage {

namespace {

/// A token is a word.
std::int32_t wordsIn(std::string_view text)
{
    std::int32_t words = 0;
    bool inside = false;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\f';
        words += !space && !inside ? 1 : 0;
        inside = !space;
    }
    return words;
}

/// A document put together from its blocks, a line feed between.
class Text {
public:
    explicit Text(std::string title = {}) { m_input.title = std::move(title); }

    Text &heading(std::int32_t level, std::string_view text)
    {
        return add({.kind = ChunkKind::Heading, .level = level}, text);
    }
    Text &paragraph(std::string_view text) { return add({}, text); }
    Text &code(std::string_view text) { return add({.kind = ChunkKind::Code}, text); }
    Text &row(std::string_view text, bool header = false)
    {
        return add({.kind = ChunkKind::TableRow, .header = header}, text);
    }
    Text &page()
    {
        ++m_page;
        return *this;
    }
    /// `count` sentences of ten words.
    static std::string sentences(int count, const std::string &word = "word")
    {
        std::string text;
        for (int i = 0; i < count; ++i) {
            text += i > 0 ? " W" : "W";
            for (int w = 1; w < 10; ++w) {
                text += ' ' + word;
            }
            text += '.';
        }
        return text;
    }

    Chunks chunks(const ChunkLimits &limits = {.least = 15, .most = 35})
    {
        m_input.text = m_text;
        m_input.tokens = wordsIn;
        return chunk(m_input, limits);
    }
    [[nodiscard]] const std::string &text() const { return m_text; }

private:
    Text &add(ChunkBlock block, std::string_view text)
    {
        block.page = m_page;
        block.begin = static_cast<std::int64_t>(m_text.size());
        m_text += text;
        block.end = static_cast<std::int64_t>(m_text.size());
        m_text += '\n';
        m_input.blocks.push_back(block);
        return *this;
    }

    std::string m_text;
    std::int32_t m_page = 0;
    ChunkInput m_input;
};

} // namespace

TEST_CASE("a document without text has one section and no passage")
{
    const Chunks chunks = Text().chunks();
    CHECK(chunks.sections.size() == 1);
    CHECK(chunks.passages.empty());
    CHECK(chunks.tokens == 0);
}

TEST_CASE("short paragraphs of one section are one passage")
{
    const Chunks chunks = Text("Title").heading(1, "A").paragraph("one two").page().paragraph("three").chunks();
    REQUIRE(chunks.passages.size() == 1);
    const Passage &passage = chunks.passages[0];
    CHECK(passage.text == "one two\n\nthree");
    CHECK(passage.heading == "Title > A");
    CHECK(passage.tokenCount == 3);
    CHECK(passage.firstPage == 0);
    CHECK(passage.lastPage == 1);
    CHECK(passage.section == 1);
    CHECK(chunks.tokens == 4);
}

TEST_CASE("no passage crosses a heading, and headings nest by their level")
{
    const Chunks chunks = Text()
                              .paragraph("before")
                              .heading(1, "A")
                              .paragraph("a")
                              .heading(3, "B")
                              .paragraph("b")
                              .heading(2, "C\nD")
                              .paragraph("c")
                              .heading(1, "E")
                              .paragraph("e")
                              .chunks();
    std::vector<std::pair<std::string, std::string>> found;
    for (const Passage &passage : chunks.passages) {
        found.emplace_back(passage.heading, passage.text);
    }
    CHECK(found == std::vector<std::pair<std::string, std::string>>{
                       {"", "before"}, {"A", "a"}, {"A > B", "b"}, {"A > C D", "c"}, {"E", "e"}});
    REQUIRE(chunks.sections.size() == 5);
    CHECK(chunks.sections[0].parent == -1);
    CHECK(chunks.sections[1].parent == 0);
    CHECK(chunks.sections[2].parent == 1);
    CHECK(chunks.sections[3].parent == 1);
    CHECK(chunks.sections[4].parent == 0);
    CHECK(chunks.sections[1].textEnd < chunks.sections[2].textBegin);
}

TEST_CASE("a heading alone is a passage, one above other headings is not")
{
    const Chunks chunks =
        Text().heading(1, "A").heading(2, "B").heading(2, "C").paragraph("c").heading(1, "D").chunks();
    std::vector<std::string> texts;
    for (const Passage &passage : chunks.passages) {
        texts.push_back(passage.text);
    }
    CHECK(texts == std::vector<std::string>{"B", "c", "D"});
}

TEST_CASE("a long section is divided into passages of about the same size, between its paragraphs")
{
    Text text;
    for (int i = 0; i < 9; ++i) {
        text.paragraph(Text::sentences(1));
    }
    const Chunks chunks = text.chunks();
    CHECK(chunks.passages.size() == 3);
    for (const Passage &passage : chunks.passages) {
        CHECK(passage.tokenCount == 30);
    }
}

TEST_CASE("a long paragraph is divided at its sentences and nothing of it is lost")
{
    for (const int count : {4, 7, 23}) {
        CAPTURE(count);
        Text text;
        text.paragraph("First.").paragraph(Text::sentences(count)).paragraph("Last.");
        const Chunks chunks = text.chunks();
        std::int64_t at = 0;
        for (const Passage &passage : chunks.passages) {
            CHECK(passage.tokenCount <= 35);
            CHECK(passage.tokenCount >= 10);
            CHECK(passage.text.ends_with('.'));
            CHECK(wordsIn(std::string_view(text.text()).substr(at, passage.textBegin - at)) == 0);
            CHECK(wordsIn(passage.text) == passage.tokenCount);
            at = passage.textEnd;
        }
        CHECK(wordsIn(std::string_view(text.text()).substr(at)) == 0);
    }
}

TEST_CASE("a sentence that is too long is divided between its words")
{
    std::string sentence;
    for (int i = 0; i < 100; ++i) {
        sentence += "word ";
    }
    Text text;
    const Chunks chunks = text.paragraph(sentence).chunks();
    std::int32_t words = 0;
    for (const Passage &passage : chunks.passages) {
        CHECK(passage.tokenCount <= 35);
        words += wordsIn(passage.text);
    }
    CHECK(words == 100);
    CHECK(chunks.passages.size() == 3);
}

TEST_CASE("a table that spans passages shows its header in each")
{
    Text text;
    text.paragraph("Rates:").row("name\tvalue", true);
    for (int i = 0; i < 30; ++i) {
        text.row("row\t" + std::to_string(i));
    }
    const Chunks chunks = text.paragraph("After.").chunks();
    REQUIRE(chunks.passages.size() > 1);
    CHECK(chunks.passages[0].text.starts_with("Rates:\nname\tvalue\nrow\t0\n"));
    for (std::size_t i = 1; i + 1 < chunks.passages.size(); ++i) {
        CHECK(chunks.passages[i].text.starts_with("name\tvalue\nrow\t"));
        CHECK(chunks.passages[i].tokenCount <= 35);
    }
    CHECK(std::ranges::count_if(chunks.passages,
                                [](const Passage &passage) { return passage.text.ends_with("After."); }) == 1);
}

TEST_CASE("code is divided between its lines")
{
    std::string code;
    for (int i = 0; i < 20; ++i) {
        code += "int a = b + c; // " + std::to_string(i) + "\n";
    }
    const Chunks chunks = Text().code(code).chunks();
    REQUIRE(chunks.passages.size() > 1);
    for (const Passage &passage : chunks.passages) {
        CHECK(passage.text.starts_with("int"));
    }
}

TEST_CASE("words beside each other are one line, and lines stay apart")
{
    const std::vector<ChunkWord> words = {
        {0, 3, {0, 10, 10, 30, 20}},     {4, 7, {0, 33, 10, 50, 20}},   {8, 11, {0, 10, 22, 30, 32}},
        {12, 15, {0, 300, 22, 330, 32}}, {16, 19, {1, 10, 10, 30, 20}},
    };
    CHECK(lineBoxes(words, 0, 19) ==
          std::vector<LineBox>{{0, 10, 10, 50, 20}, {0, 10, 22, 30, 32}, {0, 300, 22, 330, 32}, {1, 10, 10, 30, 20}});
    CHECK(lineBoxes(words, 4, 8) == std::vector<LineBox>{{0, 33, 10, 50, 20}});
    CHECK(lineBoxes(words, 3, 4).empty());
    CHECK(lineBoxes({}, 0, 9).empty());
}

} // namespace storage
