// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers.h"
#include "tests/app/workers/extract/readers/fixture_reading.h"

#include <catch2/catch_test_macros.hpp>

using namespace app::extraction;
using fixtures::lines;

namespace {

Extraction readWhole(Reader reader, const std::string &name)
{
    Extraction extraction = fixtures::read(reader, fixtures::load(name));
    INFO(extraction.reason);
    REQUIRE(fixtures::stateName(extraction.state) == "Read");
    fixtures::requireSound(extraction);
    return extraction;
}

} // namespace

TEST_CASE("headings without a style are known by their look")
{
    const Extraction read = readWhole(readDocx, "bold.docx");
    CHECK(lines(read) == R"(==
H1 The letter
P Dear reader,
P Nobody gave the headings of this letter a style, so that they are known by how they look alone, which is enough.
H2 What is bold
P A line of text that is partly bold
P More text stands here, so that most of the letters are of the usual size and weight and headings are few.
H2 Also by its style
L1 one item in bold
P The end.
)");
}

TEST_CASE("a word-processing document is read as it is shown")
{
    const Extraction read = readWhole(readDocx, "report.docx");
    CHECK(lines(read) == R"(==
R Confidential
H1 The report
R Contents line 3
H1 First chapter
P Plain text with|tab/break, well-known, cooperate
P Kept inserted end.
P Joined halves
P Shown again
P See the result.
H1 By style
H2 By level
L1 1. one
L2 1.a) inner
L2 1.b) inner two
L1 2. two
L1 dot
P Noted text.
P The note.
T* |2024|2025
T Sales|10|12
T |both years
P Framed one
P Framed two
P Anchor
P Text in a box
P In a control
R Page 1
)");
    CHECK(fixtures::notices(read) == "HiddenText@0 hidden text\n");
    CHECK(read.document.title == "Annual report");
    CHECK(read.document.author == "Ada");
    CHECK(read.document.language == "en-GB");
    CHECK_FALSE(read.document.numbered);
}

TEST_CASE("a document in the strict form of its format is read")
{
    CHECK(lines(readWhole(readDocx, "strict.docx")) == "==\nP A strict file\n");
}

TEST_CASE("a text document of OpenDocument is read as it is shown")
{
    const Extraction read = readWhole(readOdt, "report.odt");
    CHECK(lines(read) == R"(==
R Running head
H1 The paper
R Contents 1
H1 First
P Plain text|tab/line, cooperate wrapped.
P Noted here.
P The note.
H2 Second
L1 1. one
L2 1.a) inner
L1 2. two
L1 dot
T* Name|Year
T Ada Lovelace|1815
P Anchor
P Framed
R Foot
)");
    CHECK(fixtures::notices(read) == "HiddenText@0 hidden text\n");
    CHECK(read.document.title == "The paper");
    CHECK(lines(readWhole(readOdt, "flat.fodt")) == "==\nR Running head\nP A flat file\nR Foot\n");
}

TEST_CASE("slides come in the order of the presentation, title first, then from the top")
{
    const Extraction read = readWhole(readPptx, "slides.pptx");
    CHECK(lines(read) == R"(==
H1 Opening
R 12
L2 Point
P Left
P Right
P Lower
P Grouped
T* Year|Sum
T 2025|7
P Say hello
==
H1 Spare
)");
    CHECK(fixtures::notices(read) == "HiddenText@1 a slide that is not shown\n");
    CHECK(read.document.numbered);

    CHECK(lines(readWhole(readOdp, "slides.odp")) == R"(== page1
H1 Opening
L1 Point
P Low
P Say hello
== page2
H1 End
)");
}

TEST_CASE("cells of a workbook are read as they are shown")
{
    const Extraction read = readWhole(readXlsx, "book.xlsx");
    CHECK(lines(read) == R"(== Sums
T* Item|Cost|Day|Share
T Paper & ink|1,234.50 €|2024-01-01|25.60%
T Inline|0.1|36:00:00|=NEVER()
T TRUE|#N/A|text
)");
    CHECK(fixtures::notices(read) == "HiddenText@0 hidden sheet: Secret\n");
    CHECK(read.document.numbered);
}

TEST_CASE("what a sheet repeats is written out where it has content")
{
    const Extraction read = readWhole(readOds, "book.ods");
    CHECK(lines(read) == R"(== Sums
T* Item|Cost|Day
T Paper|3,50 €|2026-02-01
T Ink|9|9
T Ink|9|9
)");
    CHECK(fixtures::notices(read) == "HiddenText@0 hidden sheet: Off\n");
}

TEST_CASE("a book comes chapter by chapter, labelled by its contents")
{
    const Extraction read = readWhole(readEpub, "book.epub");
    CHECK(lines(read) == R"(== One
H1 Chapter one
P It was a day.
P Next.
== Two
P Second chapter.
==
P Apart.
)");
    CHECK(read.document.title == "The book");
    CHECK(read.document.author == "Ada, Ben");
    CHECK(read.document.language == "fr");
}

TEST_CASE("what is locked says so")
{
    CHECK(fixtures::read(readOdt, fixtures::load("encrypted.odt")).state == State::Encrypted);
    CHECK(fixtures::read(readEpub, fixtures::load("protected.epub")).state == State::Encrypted);
    CHECK(fixtures::read(readMail, fixtures::load("sealed.eml")).state == State::Encrypted);
}
