// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/zip_archive.h"
#include "tests/app/workers/extract/readers/fixture_reading.h"

#include <catch2/catch_test_macros.hpp>

using namespace app::extraction;

namespace {

struct Opened {
    std::string bytes;
    Limits limits;
    Budget budget;
    Context context;
    Result<ZipArchive> archive;

    explicit Opened(const std::string &name, const Limits &within = {})
        : bytes(fixtures::load(name))
        , limits(within)
        , budget(limits)
        , context({.limits = limits, .budget = &budget})
        , archive(ZipArchive::open(std::as_bytes(std::span(bytes)), context))
    {
    }
};

} // namespace

TEST_CASE("entries are found by their names, whatever the case or the slashes")
{
    const Opened opened("report.docx");
    REQUIRE(opened.archive);
    CHECK(opened.archive->contains("word/document.xml"));
    CHECK(opened.archive->contains("/Word/DOCUMENT.xml"));
    CHECK(opened.archive->contains("word\\document.xml"));
    CHECK_FALSE(opened.archive->contains("../word/document.xml"));
    const auto types = opened.archive->read("[content_types].xml", 1000);
    REQUIRE(types);
    CHECK(types->starts_with("<Types"));
    CHECK(opened.archive->read("absent", 1000).error().state == State::Malformed);
    CHECK(opened.archive->read("word/document.xml", 100).error().state == State::TooLarge);
}

TEST_CASE("an archive counts against the budget of the whole extraction")
{
    const Opened few("report.docx", {.archiveEntries = 3});
    REQUIRE_FALSE(few.archive);
    CHECK(few.archive.error().state == State::TooLarge);

    const Opened small("report.docx", {.unpackedBytes = 500});
    REQUIRE(small.archive);
    CHECK(small.archive->read("word/document.xml", 100'000).error().state == State::TooLarge);

    const Opened dense("ratio.docx");
    REQUIRE(dense.archive);
    const auto read = dense.archive->read("word/document.xml", 100'000'000);
    REQUIRE_FALSE(read);
    CHECK(read.error().reason.contains("200 times"));
}

TEST_CASE("a name that stands twice refuses the archive")
{
    const Opened opened("twice.docx");
    REQUIRE_FALSE(opened.archive);
    CHECK(opened.archive.error().reason.contains("twice"));
}

TEST_CASE("bytes that are no archive say so")
{
    for (const char *name : {"page.html", "utf8.txt"}) {
        const Opened opened(name);
        REQUIRE_FALSE(opened.archive);
        CHECK(opened.archive.error().state == State::Malformed);
    }
}
