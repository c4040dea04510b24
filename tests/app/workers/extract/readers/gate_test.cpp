// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Documents through the gate, as carrel-extract takes them.
#include "tests/app/workers/extract/readers/fixture_reading.h"
#include "tests/app/workers/extract/readers/sound_extraction.h"

#include "app/extraction/document_rules.h"

#include <catch2/catch_test_macros.hpp>

using namespace app::extraction;

namespace {

Extraction readNamed(std::string_view bytes, std::string_view name, const Limits &limits = {})
{
    Context context;
    context.limits = limits;
    Extraction extraction = readFile(std::as_bytes(std::span(bytes)), name, context);
    INFO(name);
    REQUIRE(fixtures::unsound(extraction).empty());
    REQUIRE(brokenRule(extraction, limits).empty());
    return extraction;
}

// A message with another attached, so many times.
std::string nested(int depth)
{
    if (depth == 0)
        return "From: a@example.org\nSubject: innermost\n\ntext\n";
    const std::string mark = "b" + std::to_string(depth);
    return "From: a@example.org\nSubject: level " + std::to_string(depth) +
           "\nContent-Type: multipart/mixed; boundary=" + mark + "\n\n--" + mark +
           "\nContent-Type: message/rfc822\n\n" + nested(depth - 1) + "\n--" + mark + "--\n";
}

} // namespace

TEST_CASE("documents find their reader by what is in them")
{
    struct Case {
        const char *file;
        const char *name; ///< that it goes by
        Format format;
    };
    constexpr Case kCases[] = {
        {"report.docx", "report.docx", Format::Docx},
        {"report.docx", "report.pdf", Format::Docx},
        {"report.odt", "report.doc", Format::Odt},
        {"flat.fodt", "flat.fodt", Format::Odt},
        {"slides.pptx", "slides", Format::Pptx},
        {"slides.odp", "x.odp", Format::Odp},
        {"book.xlsx", "x.csv", Format::Xlsx},
        {"book.ods", "x.ods", Format::Ods},
        {"book.epub", "x.zip", Format::Epub},
        {"page.html", "x.doc", Format::Html},
        {"notes.md", "notes.md", Format::Markdown},
        {"commas.csv", "c.csv", Format::Csv},
        {"tabs.tsv", "t.tsv", Format::Csv},
        {"utf16.txt", "t.txt", Format::PlainText},
        {"utf32.txt", "t.txt", Format::PlainText},
        {"utf32le.txt", "t.txt", Format::PlainText},
        {"sample.py.txt", "s.py", Format::SourceCode},
        {"letter.rtf", "l.doc", Format::Rtf},
        {"message.eml", "m.eml", Format::Mail},
        {"box.mbox", "b.mbox", Format::Mailbox},
    };
    for (const Case &one : kCases) {
        INFO(one.file);
        const Extraction read = readNamed(fixtures::load(one.file), one.name);
        CHECK(read.format == one.format);
        CHECK(fixtures::stateName(read.state) == "Read");
    }
    CHECK(fixtures::stateName(readNamed(fixtures::load("encrypted.odt"), "e.odt").state) == "Encrypted");
    CHECK(fixtures::stateName(readNamed(fixtures::load("laughs.docx"), "l.docx").state) == "Malformed");
    const std::string old("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and what follows", 24);
    CHECK(fixtures::stateName(readNamed(old, "old.doc").state) == "Unsupported");
}

TEST_CASE("attachments are parts with pages of their own")
{
    const Extraction read = readNamed(fixtures::load("message.eml"), "message.eml");
    CHECK(fixtures::stateName(read.state) == "Read");
    REQUIRE(read.document.parts.size() == 3);
    CHECK(read.document.parts[1].name == "zähl.csv");
    CHECK(read.document.parts[1].format == Format::Csv);
    CHECK(read.document.parts[2].format == Format::Mail);
    REQUIRE(read.document.pages.size() == 3);
    CHECK(read.document.pages[1].text == "a\tb\n1\t2");
    CHECK(read.document.pages[2].label == "Inner message");
}

TEST_CASE("messages in messages are read three deep and no deeper")
{
    const Extraction three = readNamed(nested(3), "nested.eml");
    CHECK(fixtures::stateName(three.state) == "Read");
    CHECK(three.document.parts.size() == 4);

    const Extraction six = readNamed(nested(6), "nested.eml");
    CHECK(fixtures::stateName(six.state) == "Partial");
    REQUIRE(six.document.parts.size() == 5);
    CHECK(fixtures::stateName(six.document.parts[4].state) == "TooLarge");
    CHECK(six.document.pages.size() == 4);
}
