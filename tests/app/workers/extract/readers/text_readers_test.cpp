// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/charset.h"
#include "tests/app/workers/extract/readers/fixture_reading.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace app::extraction;
using fixtures::lines;

namespace {

Extraction readWhole(Reader reader, const std::string &name, std::string_view extension = {},
                     std::vector<fixtures::Attached> *attached = nullptr)
{
    Extraction extraction = fixtures::read(reader, fixtures::load(name), extension, {}, attached);
    INFO(extraction.reason);
    REQUIRE(fixtures::stateName(extraction.state) == "Read");
    fixtures::requireSound(extraction);
    return extraction;
}

} // namespace

TEST_CASE("a page of HTML is read as it is shown")
{
    const Extraction read = readWhole(readHtml, "page.html");
    CHECK(lines(read) == R"(==
R Home
H1 Heading one
P A paragraph with a link,/a break & café.
P Shown
L1 dot
L2 3. three
L2 4. four
L1 last
C code {/    kept/}
P Numbers
T* |2024|2025
T Sales|1|2
T |3|4
T wide||end
H2 Laid out
P Column text
P Other column
P A picture
)");
    CHECK(fixtures::notices(read) == "HiddenText@0 text that the page does not show\n");
    CHECK(read.document.title == "The page");
    CHECK(read.document.author == "Ada");
    CHECK(read.document.language == "de");
}

TEST_CASE("a page's encoding is what it declares")
{
    const Extraction read = readWhole(readHtml, "page-1251.html");
    CHECK(lines(read) == "==\nP Привет, мир\n");
    CHECK(read.document.notices.empty());
}

TEST_CASE("Markdown is read as it is shown")
{
    const Extraction read = readWhole(readMarkdown, "notes.md");
    CHECK(lines(read) == R"(==
H1 One
P A paragraph with stress, code and a link & é.
H2 Setext
L1 dot
L2 1. first
L2 2. second
L1 [x] done
C def f():/    return 1
T* Name|Year
T Ada|1815
P From HTML
)");
    CHECK(read.document.title == "The notes");
    CHECK(read.document.author == "Ada");
}

TEST_CASE("source code comes in blocks of what stands at the left edge")
{
    CHECK(lines(readWhole(readSourceCode, "sample.py.txt", "py")) == R"(==
C # A comment/import os
C def first():/    a = 1//    return a
C class Second:/    pass
)");
}

TEST_CASE("a letter in RTF is read as it is shown")
{
    const Extraction read = readWhole(readRtf, "letter.rtf");
    CHECK(lines(read) == R"(==
R Running head
H1 First
P Café, naïve — “quoted”, pair 😋.
P Wrapped line/new line|tab
P Привет 日本
H2 Second
L1 1. item one
L1 2. item two
P Noted text.
P The note.
P the result end after.
T* Name|Year
T Ada Lovelace|1815
P Unicode last.
)");
    CHECK(fixtures::notices(read) == "HiddenText@0 hidden text\n");
    CHECK(read.document.title == "The letter");
    CHECK(read.document.author == "Ada");
}

TEST_CASE("values are divided by whatever divides them most evenly")
{
    struct Case {
        const char *file;
        const char *extension;
        const char *expected;
    };
    const Case one =
        GENERATE(Case{"semicolons.csv", "csv",
                      "==\nT* Name|Ort|Betrag\nT Müller|Köln|1.234,50\nT Groß; Klein|Bad Ems|sagt \"ja\"\nT kurz\n"},
                 Case{"commas.csv", "csv", "==\nT* id|note\nT 1|a,b\nT 2|plain\n"},
                 Case{"tabs.tsv", "tsv", "==\nT* Name|Jahr\nT Ada|1815\nT Ben|1900\n"},
                 Case{"sep.csv", "csv", "==\nT* a|b\nT 1|2\n"});
    INFO(one.file);
    CHECK(lines(readWhole(readCsv, one.file, one.extension)) == one.expected);
}

TEST_CASE("text is read in any encoding")
{
    constexpr const char *kGerman = "==\nP Grüße aus Köln, schöne Straße.\nP Zweiter Absatz/mit Zeile.\n";
    for (const char *name : {"utf8", "utf8-bom", "utf16le", "utf16be", "utf16", "utf32le", "utf32", "cp1252"}) {
        INFO(name);
        const Extraction read = readWhole(readPlainText, std::string(name) + ".txt", "txt");
        CHECK(lines(read) == kGerman);
        CHECK(fixtures::notices(read) == (std::string(name) == "cp1252" ? "GuessedEncoding@0 windows-1252\n" : ""));
    }
    constexpr const char *kRussian = "==\nP Съешь же ещё этих мягких французских булок, да выпей чаю.\n";
    CHECK(lines(readWhole(readPlainText, "cp1251.txt")) == kRussian);
    CHECK(lines(readWhole(readPlainText, "koi8r.txt")) == kRussian);
    CHECK(lines(readWhole(readPlainText, "shiftjis.txt")) ==
          "==\nP 吾輩は猫である。名前はまだ無い。どこで生れたか頓と見当がつかぬ。\n");
}

TEST_CASE("lines that stand in columns are kept letter by letter")
{
    CHECK(lines(readWhole(readPlainText, "columns.txt")) ==
          "==\nP Prices\nC Item        Cost/Paper       3.50/Ink         9.00\nP Done.\n");
}

TEST_CASE("bytes that are no text are no text file")
{
    const std::string bytes("\x01\x02\x00\x03text\x00\xFF\xFE\x07", 12);
    for (const Reader reader : {readPlainText, readSourceCode, readMarkdown, readCsv, readHtml})
        CHECK(fixtures::read(reader, bytes).state == State::Malformed);
}

TEST_CASE("a message is read with its headers, its plain text and its attachments")
{
    std::vector<fixtures::Attached> attached;
    const Extraction read = readWhole(readMail, "message.eml", "eml", &attached);
    CHECK(lines(read) == R"(== Grüße und Dank
H1 Grüße und Dank
P From: Jörg <joerg@example.org>/To: Ada <ada@example.org>, "Ben, B." <ben@example.org>/Date: Sat, 3 Jan 2026 09:30:00 +0100
P Schöne Grüße, a line that was broken and flowed into one.
P > quoted before
P Below the quote.
)");
    CHECK(read.document.title == "Grüße und Dank");
    REQUIRE(attached.size() == 2);
    CHECK(attached[0].name == "zähl.csv");
    CHECK(attached[0].mediaType == "text/csv");
    CHECK(attached[0].bytes == "a,b\n1,2\n");
    CHECK(attached[1].name == "Inner message.eml");
    CHECK(lines(fixtures::read(readMail, attached[1].bytes)) ==
          "== Inner message\nH1 Inner message\nP From: Carl <carl@example.org>/Date: Mon, 5 Jan 2026 10:00:00 +0000\n"
          "P Inner text.\n");
    CHECK(lines(readWhole(readMail, "html.eml")) ==
          "== Only HTML\nH1 Only HTML\nP From: Dora <dora@example.org>\nP A café mail\n");
}

TEST_CASE("a mailbox has a page for each message")
{
    CHECK(lines(readWhole(readMailbox, "box.mbox")) == R"(== First
H1 First
P From: ada@example.org
P Line one./From the start./From here to there.
== Second
H1 Second
P From: ben@example.org
P Line two.
)");
}
