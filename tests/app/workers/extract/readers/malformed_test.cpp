// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Broken and hostile documents: each ends in a state that has a name, soon and in bounded memory. Ten times as many
// with CARREL_CAMPAIGN=full; CARREL_SEED repeats a campaign.
#include "app/workers/extract/readers.h"
#include "tests/app/workers/extract/readers/fixture_reading.h"
#include "tests/app/workers/extract/readers/sound_extraction.h"

#include <catch2/catch_test_macros.hpp>

#include <sys/resource.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <random>

using namespace app::extraction;
using fixtures::stateName;

namespace {

#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && __has_feature(address_sanitizer))
constexpr double kSlower = 20; // what a sanitizer may cost
constexpr bool kMemoryCounts = false;
#else
constexpr double kSlower = 1;
constexpr bool kMemoryCounts = true;
#endif

std::size_t timesOfCampaign()
{
    const char *campaign = std::getenv("CARREL_CAMPAIGN");
    return campaign != nullptr && std::string_view(campaign) == "full" ? 10 : 1;
}

double cpuSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

long peakMegabytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

// Reads and holds the answer to what every answer must keep.
Extraction readBroken(Reader reader, std::string_view bytes, const Limits &limits = {})
{
    constexpr double kMostSeconds = 10;
    const double before = cpuSeconds();
    Extraction extraction = fixtures::read(reader, bytes, {}, limits);
    const double taken = cpuSeconds() - before;
    const std::string wrong = fixtures::unsound(extraction);
    INFO(extraction.reason);
    if (!wrong.empty() || taken > kMostSeconds * kSlower) {
        CAPTURE(wrong, taken, bytes.size());
        FAIL();
    }
    return extraction;
}

std::string repeated(std::string_view piece, std::size_t times)
{
    std::string all;
    all.reserve(piece.size() * times);
    for (std::size_t i = 0; i < times; ++i)
        all += piece;
    return all;
}

} // namespace

TEST_CASE("documents that are cut anywhere end in a state that has a name")
{
    const std::size_t cuts = 60 * timesOfCampaign();
    for (const auto &family : fixtures::families()) {
        for (const std::string &name : family.files) {
            const std::string whole = fixtures::load(name);
            for (std::size_t i = 0; i < cuts; ++i) {
                const std::size_t size = whole.size() * i / cuts;
                INFO(name << " cut to " << size);
                readBroken(family.reader, std::string_view(whole).substr(0, size));
            }
        }
    }
}

TEST_CASE("documents with flipped bytes end in a state that has a name")
{
    const std::size_t tries = 100 * timesOfCampaign();
    const char *repeat = std::getenv("CARREL_SEED");
    const auto seed = repeat == nullptr ? std::random_device()()
                                        : static_cast<std::mt19937::result_type>(std::strtoul(repeat, nullptr, 10));
    std::cout << "malformed documents: CARREL_SEED=" << seed << '\n';
    std::mt19937 random(seed);
    for (const auto &family : fixtures::families()) {
        for (const std::string &name : family.files) {
            const std::string whole = fixtures::load(name);
            for (std::size_t i = 0; i < tries; ++i) {
                std::string broken = whole;
                const unsigned flips = 1 + random() % 8;
                for (unsigned k = 0; k < flips; ++k)
                    broken[random() % broken.size()] = static_cast<char>(random());
                INFO(name << ", seed " << seed << ", try " << i);
                readBroken(family.reader, broken);
            }
        }
    }
}

TEST_CASE("documents under another format's name end in a state that has a name")
{
    for (const auto &family : fixtures::families()) {
        for (const auto &other : fixtures::families()) {
            for (const std::string &name : other.files) {
                INFO(name << " as " << family.name);
                readBroken(family.reader, fixtures::load(name));
            }
        }
        readBroken(family.reader, "");
        readBroken(family.reader, std::string(100'000, '\0'));
        readBroken(family.reader, std::string(100'000, '\xFF'));
    }
}

TEST_CASE("an archive over a limit is too large")
{
    CHECK(stateName(readBroken(readDocx, fixtures::load("ratio.docx")).state) == "TooLarge");
    const std::string report = fixtures::load("report.docx");
    CHECK(stateName(readBroken(readDocx, report, {.archiveEntries = 5}).state) == "TooLarge");
    CHECK(stateName(readBroken(readDocx, report, {.unpackedBytes = 1000}).state) == "TooLarge");
    CHECK(stateName(readBroken(readDocx, report).state) == "Read");
    CHECK(stateName(readBroken(readDocx, fixtures::load("twice.docx")).state) == "Malformed");
}

TEST_CASE("entities that grow are refused where they are declared")
{
    for (const char *name : {"laughs.docx"}) {
        const Extraction read = readBroken(readDocx, fixtures::load(name));
        CHECK(stateName(read.state) == "Malformed");
        CHECK(read.reason.contains("document type"));
    }
    const Extraction book = readBroken(readEpub, fixtures::load("laughs.epub"));
    CHECK(stateName(book.state) == "Malformed");
    CHECK(book.reason.contains("entity"));
}

TEST_CASE("what is nested too deep is too large")
{
    constexpr std::size_t kDeep = 100'000;
    CHECK(stateName(readBroken(readDocx, fixtures::load("deep.docx")).state) == "TooLarge");
    CHECK(stateName(readBroken(readHtml, repeated("<div>", kDeep) + "deep").state) == "TooLarge");
    CHECK(stateName(readBroken(readHtml, repeated("<b><i>", kDeep) + "deep").state) == "TooLarge");
    CHECK(stateName(readBroken(readHtml, repeated("<table><tr><td>", kDeep) + "deep").state) == "TooLarge");
    CHECK(
        stateName(readBroken(readRtf, "{\\rtf1 " + repeated("{", kDeep) + "deep" + repeated("}", kDeep) + "}").state) ==
        "TooLarge");
    readBroken(readMarkdown, repeated("> ", kDeep) + "deep");
    readBroken(readMarkdown, repeated("[", kDeep) + "deep" + repeated("](x)", kDeep));
    readBroken(readMarkdown, repeated("*a_", kDeep));
    // What the parser closes by itself does not nest.
    CHECK(stateName(readBroken(readHtml, repeated("<p>x<li>y", kDeep)).state) == "Read");
}

TEST_CASE("small pages that ask for endless trees are too large")
{
    std::string formats;
    for (int i = 0; i < 3000; ++i)
        formats += "<b id=" + std::to_string(i) + ">";
    const Extraction read = readBroken(readHtml, "<p>" + formats + repeated("</p><p>x", 3000));
    CHECK(stateName(read.state) == "TooLarge");
    readBroken(readHtml, "<table>" + repeated("<tr>" + repeated("<td colspan=1000 rowspan=65534>", 60), 2000));
}

TEST_CASE("mail with more pieces than any letter is too large")
{
    CHECK(stateName(readBroken(readMail, repeated("a: b\n", 300'000)).state) == "TooLarge");
    CHECK(stateName(readBroken(readMail, "Content-Type: multipart/mixed; boundary=x\n\n" + repeated("--x\n\n", 50'000))
                        .state) == "TooLarge");
    std::string nested = "Subject: nested\n";
    for (int i = 0; i < 500; ++i)
        nested +=
            "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" + std::to_string(i) + "\n";
    readBroken(readMail, nested + "\ntext");
}

TEST_CASE("text over the limit is cut, and says so")
{
    const Limits small{.textBytes = 100};
    struct Case {
        Reader reader;
        std::string bytes;
    };
    const Case cases[] = {
        {readPlainText, repeated("word ", 1000)},
        {readSourceCode, repeated("int x;\n\n", 1000)},
        {readMarkdown, repeated("# head\n\ntext\n\n", 1000)},
        {readCsv, repeated("a,b,c\n", 1000)},
        {readHtml, repeated("<p>text</p>", 1000)},
        {readRtf, "{\\rtf1 " + repeated("text\\par ", 1000) + "}"},
        {readMail, "Subject: s\nFrom: a@b.c\n\n" + repeated("text\n\n", 1000)},
        {readDocx, fixtures::load("report.docx")},
        {readOdt, fixtures::load("report.odt")},
    };
    for (const Case &one : cases) {
        const Extraction read = readBroken(one.reader, one.bytes, small);
        CHECK(stateName(read.state) == "TooLarge");
        REQUIRE(read.document.pages.size() == 1);
        CHECK(read.document.pages[0].text.size() > 50);
        CHECK(read.document.pages[0].text.size() <= 100);
        CHECK(fixtures::notices(read).contains("CutText@0"));
    }
    const Extraction slides = readBroken(readPptx, fixtures::load("slides.pptx"), {.pages = 1});
    CHECK(stateName(slides.state) == "TooLarge");
    CHECK(slides.document.pages.size() == 1);
    CHECK(slides.reason.contains("pages"));
}

TEST_CASE("hostile documents stay within memory")
{
    // A string that every cell of a sheet repeats, a paragraph of a hundred million letters, a megabyte of quotes.
    readBroken(readPlainText, repeated("x", 50'000'000), {.textBytes = 10'000'000});
    readBroken(readCsv, repeated("\"", 1'000'000));
    readBroken(readCsv, repeated(",", 5'000'000));
    readBroken(readMailbox, repeated("From a b 1:2\n\n", 50'000));
    constexpr long kMostMegabytes = 1500;
    if (kMemoryCounts) {
        CHECK(peakMegabytes() < kMostMegabytes);
        std::cout << "peak " << peakMegabytes() << " MB\n";
    }
}
